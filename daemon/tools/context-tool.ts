import { z } from 'zod';
import { SnowpoolError } from '../errors.ts';
import { closestNames } from './closest-names.ts';
import { quoteIdentifier, readableName, storedName } from './identifiers.ts';
import { ask, metadataRows, textOf } from './metadata.ts';
import { isUnknownObject } from './object-name.ts';
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

const inputShape = z.strictObject({
  role: name.describe('Role, written like the database.'),
  secondary_roles: z
    .enum(['ALL', 'NONE'])
    .optional()
    .describe('Whether the privileges of your other roles count, too.'),
  warehouse: name.describe('Warehouse, written like the database.'),
  database: argument.database.optional(),
  schema: argument.schema.optional(),
});

export const useContext = defineTool({
  name: 'use_context',
  title: 'Choose role, warehouse, database, schema',
  description: [
    'Chooses what your later calls run with: role, warehouse, database, schema. Whatever is left out stays; other clients are not touched.',
    'Without arguments it tells the current ones. The same as USE ... through execute_query, in one call and checked.',
    'Example: {"database": "ANALYTICS", "schema": "PUBLIC", "warehouse": "REPORTING_WH"}',
  ].join('\n'),
  input: inputShape,
  output: contextShape,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  async run(call, args) {
    // The role first: it decides which of the others may be used.
    const chosen: string[] = [];
    await chooseAll(call, args, ['role'], chosen);
    if (args.secondary_roles !== undefined) {
      await runUse(call, `USE SECONDARY ROLES ${args.secondary_roles}`);
      chosen.push(`secondary roles ${args.secondary_roles}`);
    }
    await chooseAll(call, args, ['warehouse', 'database', 'schema'], chosen);
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

/** A USE statement, and how to find the names that there are where its own does not exist. */
interface Choice {
  readonly use: string;
  readonly name: string;
  readonly among: string;
  /** What the same call has chosen before, for people. */
  readonly chosen: readonly string[];
}

async function chooseAll(
  call: ToolCall,
  args: z.infer<typeof inputShape>,
  kinds: readonly ('role' | 'warehouse' | 'database' | 'schema')[],
  chosen: string[],
): Promise<void> {
  for (const kind of kinds) {
    const given = args[kind];
    if (given === undefined) continue;
    const word = kind.toUpperCase();
    const name = storedName(given, kind);
    await use(call, { use: `USE ${word}`, name, among: `SHOW ${word}S`, chosen });
    chosen.push(`${kind} ${readableName(name)}`);
  }
}

async function use(call: ToolCall, { use: verb, name, among, chosen }: Choice): Promise<void> {
  const choose = (stored: string) => runUse(call, `${verb} ${quoteIdentifier(stored)}`);
  try {
    await choose(name);
  } catch (error) {
    if (!isUnknownObject(error)) throw error;
    const rows = await ask(call, among).then(metadataRows, () => []);
    const names = rows.map((row) => textOf(row, 'name') ?? '');
    const same = names.filter((other) => other !== name && other.toUpperCase() === name.toUpperCase());
    if (same.length === 1 && same[0] !== undefined) return choose(same[0]);
    // Snowflake's own words do not say what it is that does not exist.
    const message = `${verb} ${quoteIdentifier(name)} failed: it does not exist, or your role may not use it.`;
    const closest = closestNames(name, names).map((other) => readableName(other));
    throw new SnowpoolError(
      error.code,
      message,
      chosen.length === 0
        ? 'Nothing was changed.'
        : `Chosen before it: ${chosen.join(', ')}. Nothing else was changed.`,
      { ...error.details, closest },
      { cause: error },
    );
  }
}

async function runUse(call: ToolCall, sql: string): Promise<void> {
  const bounds = { maxRows: 1, maxBytes: 65_536 };
  const outcome = await runStatement({ ...call, requestId: call.newId() }, sql, { page: bounds });
  if (outcome.state === 'done') return;
  if (outcome.state === 'running') {
    throw new SnowpoolError('deadline_exceeded', `Snowflake did not answer ${sql} in time.`, 'Try again in a moment.');
  }
  throw new SnowpoolError(
    'statement_refused',
    `The policy of this connection asks a person before ${outcome.kind}.`,
    'Run the USE statement through execute_query, which can ask.',
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
    if (!parsed.success) return json;
    return parsed.data.value === '' ? 'NONE' : parsed.data.value;
  } catch {
    // Not JSON: told as it is.
    return json;
  }
}
