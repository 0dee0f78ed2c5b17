/** The lists: databases, schemas, tables, views, warehouses. */
import { z } from 'zod';
import { qualified, quoteIdentifier, storedName, stringLiteral } from './identifiers.ts';
import { type ListColumn, list, listShape } from './listing.ts';
import { countOf, textOf } from './metadata.ts';
import { noDatabase, type Scope } from './object-name.ts';
import { argument, defineTool, type Format, readsOnly, type ToolAnswer, type ToolCall } from './tool.ts';

const text = (name: string, ...columns: readonly string[]): ListColumn => ({
  name,
  type: 'VARCHAR',
  read: (row) => textOf(row, ...(columns.length > 0 ? columns : [name])),
});
const count = (name: string, column = name): ListColumn => ({
  name,
  type: 'NUMBER',
  read: (row) => countOf(row, column),
});

/** The JSON Schema of a list's rows. */
function itemShape(columns: readonly ListColumn[]): z.ZodObject {
  return z.strictObject(
    Object.fromEntries(
      columns.map(({ name, type }) => [name, type === 'NUMBER' ? z.int().nullable() : z.string().nullable()]),
    ),
  );
}

const like = (pattern: string | undefined) => (pattern === undefined ? '' : ` LIKE ${stringLiteral(pattern)}`);

const paging = { pattern: argument.pattern, cursor: argument.cursor, format: argument.format };

const databaseColumns = [
  text('name'),
  text('kind'),
  text('owner'),
  text('origin'),
  text('comment'),
  text('created_on'),
];

export const listDatabases = defineTool({
  name: 'list_databases',
  title: 'List databases',
  description:
    'Lists the databases that your role can see, with owner, origin (for shared ones) and comment. Start here when you do not know where the data is.\nExample: {} or {"pattern": "%SALES%"}',
  input: z.strictObject(paging),
  output: listShape('databases', itemShape(databaseColumns)),
  annotations: readsOnly,
  run: (call, args) => show(call, args, 'DATABASES', databaseColumns, undefined),
});

const schemaColumns = [
  text('name'),
  text('database', 'database_name'),
  text('owner'),
  text('comment'),
  text('created_on'),
];

export const listSchemas = defineTool({
  name: 'list_schemas',
  title: 'List schemas',
  description:
    'Lists the schemas of a database with owner and comment.\nExample: {"database": "SNOWFLAKE_SAMPLE_DATA"}',
  input: z.strictObject({ database: argument.database, ...paging }),
  output: listShape('schemas', itemShape(schemaColumns)),
  annotations: readsOnly,
  run: (call, args) => show(call, args, 'SCHEMAS', schemaColumns, { database: storedName(args.database, 'database') }),
});

const tableColumns = [
  text('name'),
  text('database', 'database_name'),
  text('schema', 'schema_name'),
  text('kind'),
  count('rows'),
  count('bytes'),
  text('clustering', 'cluster_by'),
  text('comment'),
];

export const listTables = defineTool({
  name: 'list_tables',
  title: 'List tables',
  description: [
    'Lists tables with their kind, row count, size in bytes, clustering key and comment: those of a schema, or of a whole database when schema is left out.',
    'Without database it looks in your current one. describe_table tells the columns.',
    'Example: {"database": "SNOWFLAKE_SAMPLE_DATA", "schema": "TPCH_SF1"}',
  ].join('\n'),
  input: z.strictObject({ database: argument.database.optional(), schema: argument.schema.optional(), ...paging }),
  output: listShape('tables', itemShape(tableColumns)),
  annotations: readsOnly,
  run: (call, args) => show(call, args, 'TABLES', tableColumns, scopeOf(call, args)),
});

const viewColumns = [
  text('name'),
  text('database', 'database_name'),
  text('schema', 'schema_name'),
  text('owner'),
  text('comment'),
  text('created_on'),
];

export const listViews = defineTool({
  name: 'list_views',
  title: 'List views',
  description: [
    'Lists the views of a schema, or of a whole database when schema is left out, with owner and comment. describe_view tells columns and definition.',
    'Example: {"database": "ANALYTICS", "schema": "PUBLIC"}',
  ].join('\n'),
  input: z.strictObject({ database: argument.database, schema: argument.schema.optional(), ...paging }),
  output: listShape('views', itemShape(viewColumns)),
  annotations: readsOnly,
  run: (call, args) => show(call, args, 'VIEWS', viewColumns, scopeOf(call, args)),
});

const warehouseColumns = [
  text('name'),
  text('state'),
  text('size'),
  text('type'),
  count('running'),
  count('queued'),
  count('auto_suspend_seconds', 'auto_suspend'),
  text('auto_resume'),
  text('is_current'),
  text('owner'),
  text('comment'),
];

export const listWarehouses = defineTool({
  name: 'list_warehouses',
  title: 'List warehouses',
  description:
    'Lists the warehouses that your role can see, with state (STARTED, SUSPENDED, ...), size, running and queued statements. Use it before a heavy query, or when statements wait.\nExample: {}',
  input: z.strictObject(paging),
  output: listShape('warehouses', itemShape(warehouseColumns)),
  annotations: readsOnly,
  run: (call, args) => show(call, args, 'WAREHOUSES', warehouseColumns, undefined),
});

interface ListArguments {
  readonly pattern?: string | undefined;
  readonly cursor?: string | undefined;
  readonly format: Format;
}

type Kind = 'DATABASES' | 'SCHEMAS' | 'TABLES' | 'VIEWS' | 'WAREHOUSES';

/** SHOW of that kind, as the tool's arguments narrow it. */
function show(
  call: ToolCall,
  { pattern, cursor, format }: ListArguments,
  kind: Kind,
  columns: readonly ListColumn[],
  scope: Scope | undefined,
): Promise<ToolAnswer> {
  const isAnywhere = kind === 'DATABASES' || kind === 'WAREHOUSES';
  return list(call, {
    sql: (found) => `SHOW ${kind}${like(pattern)}${isAnywhere ? '' : inScope(found)}`,
    scope,
    list: JSON.stringify([kind, scope?.database ?? null, scope?.schema ?? null, pattern ?? null]),
    cursor,
    format,
    noun: kind.toLowerCase(),
    columns,
  });
}

function inScope(scope: Scope | undefined): string {
  if (scope === undefined) return ' IN ACCOUNT';
  const { database, schema } = scope;
  return schema === undefined
    ? ` IN DATABASE ${quoteIdentifier(database)}`
    : ` IN SCHEMA ${qualified(database, schema)}`;
}

/**
 * The scope that the arguments name, completed with the client's current database; undefined for the whole account.
 * Throws SnowpoolError invalid_argument for a schema of no database.
 */
function scopeOf(
  call: ToolCall,
  args: { readonly database?: string | undefined; readonly schema?: string | undefined },
): Scope | undefined {
  const database =
    args.database === undefined ? call.attachment.describeContext().database : storedName(args.database, 'database');
  if (database === undefined && args.schema !== undefined) throw noDatabase();
  return database === undefined
    ? undefined
    : { database, schema: args.schema === undefined ? undefined : storedName(args.schema, 'schema') };
}
