import { z } from 'zod';
import { SnowpoolError } from '../errors.ts';
import { qualified, quoteIdentifier, readableName, storedName } from './identifiers.ts';
import { ask } from './metadata.ts';
import { runStatement } from './statement-tools.ts';
import { argument, defineTool, type ToolCall } from './tool.ts';

const name = z.string().min(1).max(600).optional();

const contextShape = z.strictObject({
  user: z.string().nullable(),
  role: z.string().nullable(),
  secondary_roles: z.string().nullable(),
  warehouse: z.string().nullable(),
  database: z.string().nullable(),
  schema: z.string().nullable(),
  pinned: z.string().nullable().describe('What keeps one session for you: an open transaction, temporary objects.'),
});

export const useContext = defineTool({
  name: 'use_context',
  title: 'Choose role, warehouse, database, schema',
  description: [
    'Chooses what your later calls run with: role, warehouse, database, schema. Whatever is left out stays; other clients are not touched.',
    'Without arguments it tells the current ones. The same as USE ... through execute_query, in one call and checked.',
    'Example: {"database": "ANALYTICS", "schema": "PUBLIC", "warehouse": "REPORTING_WH"}',
  ].join('\n'),
  input: z.strictObject({
    role: name.describe('Role, written like the database.'),
    secondary_roles: z
      .enum(['ALL', 'NONE'])
      .optional()
      .describe('Whether the privileges of your other roles count, too.'),
    warehouse: name.describe('Warehouse, written like the database.'),
    database: argument.database.optional(),
    schema: argument.schema.optional(),
  }),
  output: contextShape,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  async run(call, args) {
    // Role first: it decides which of the others may be used.
    if (args.role !== undefined) await use(call, `USE ROLE ${quoteIdentifier(storedName(args.role, 'role'))}`);
    if (args.secondary_roles !== undefined) await use(call, `USE SECONDARY ROLES ${args.secondary_roles}`);
    if (args.warehouse !== undefined)
      await use(call, `USE WAREHOUSE ${quoteIdentifier(storedName(args.warehouse, 'warehouse'))}`);
    const database = args.database === undefined ? undefined : storedName(args.database, 'database');
    const schema = args.schema === undefined ? undefined : storedName(args.schema, 'schema');
    if (schema !== undefined)
      await use(call, `USE SCHEMA ${database === undefined ? quoteIdentifier(schema) : qualified(database, schema)}`);
    else if (database !== undefined) await use(call, `USE DATABASE ${quoteIdentifier(database)}`);
    const context = await current(call);
    const said = (label: string, value: string | null) => `${label}: ${value === null ? '(none)' : value}`;
    const text = [
      said('User', context.user),
      said('Role', context.role),
      said('Secondary roles', context.secondary_roles),
      said('Warehouse', context.warehouse),
      said('Database', context.database === null ? null : readableName(context.database)),
      said('Schema', context.schema === null ? null : readableName(context.schema)),
      ...(context.pinned === null ? [] : [`One session is kept for you: ${context.pinned}`]),
    ].join('\n');
    return { texts: [text], structured: context };
  },
});

async function use(call: ToolCall, sql: string): Promise<void> {
  const outcome = await runStatement({ ...call, requestId: call.newId() }, sql, {
    page: { maxRows: 1, maxBytes: 65_536 },
  });
  if (outcome.state === 'done') return;
  throw new SnowpoolError(
    outcome.state === 'confirm' ? 'statement_refused' : 'deadline_exceeded',
    outcome.state === 'confirm'
      ? `The policy of this connection asks a person before ${outcome.kind}.`
      : 'Snowflake did not answer in time.',
    outcome.state === 'confirm'
      ? 'Run the USE statement through execute_query, which can ask.'
      : 'Try again in a moment.',
  );
}

async function current(call: ToolCall): Promise<z.infer<typeof contextShape>> {
  const page = await ask(
    call,
    'SELECT CURRENT_USER(), CURRENT_ROLE(), CURRENT_SECONDARY_ROLES(), CURRENT_WAREHOUSE(), CURRENT_DATABASE(), CURRENT_SCHEMA()',
  );
  const [user = null, role = null, secondary = null, warehouse = null, database = null, schema = null] =
    page.rows[0] ?? [];
  const { pinned } = call.attachment.describeContext();
  return {
    user,
    role,
    secondary_roles: secondaryText(secondary),
    warehouse,
    database,
    schema,
    pinned: pinned === '' ? null : pinned,
  };
}

/** Snowflake answers `{"roles":"R1,R2","value":"ALL"}`. */
function secondaryText(json: string | null): string | null {
  if (json === null || json === '') return null;
  try {
    const parsed = z.looseObject({ value: z.string() }).safeParse(JSON.parse(json));
    return parsed.success && parsed.data.value !== '' ? parsed.data.value : json;
  } catch {
    // Not JSON: told as it is.
    return json;
  }
}
