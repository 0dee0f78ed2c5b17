/** The lists: databases, schemas, tables, views, warehouses. */
import { z } from 'zod';
import { qualified, quoteIdentifier, storedName, stringLiteral } from './identifiers.ts';
import { type ListColumn, list, listShape } from './listing.ts';
import { countOf, textOf } from './metadata.ts';
import { argument, defineTool, readsOnly, type ToolCall } from './tool.ts';

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
  run: (call, args) =>
    list(call, {
      sql: `SHOW DATABASES${like(args.pattern)}`,
      list: key('databases', args.pattern),
      cursor: args.cursor,
      format: args.format,
      noun: 'databases',
      columns: databaseColumns,
    }),
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
  run: (call, args) => {
    const database = storedName(args.database, 'database');
    return list(call, {
      sql: `SHOW SCHEMAS${like(args.pattern)} IN DATABASE ${quoteIdentifier(database)}`,
      list: key('schemas', database, args.pattern),
      cursor: args.cursor,
      format: args.format,
      noun: 'schemas',
      columns: schemaColumns,
    });
  },
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
  run: (call, args) => {
    const scope = scopeOf(call, args.database, args.schema);
    return list(call, {
      sql: `SHOW TABLES${like(args.pattern)}${scope}`,
      list: key('tables', scope, args.pattern),
      cursor: args.cursor,
      format: args.format,
      noun: 'tables',
      columns: tableColumns,
    });
  },
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
  run: (call, args) => {
    const scope = scopeOf(call, args.database, args.schema);
    return list(call, {
      sql: `SHOW VIEWS${like(args.pattern)}${scope}`,
      list: key('views', scope, args.pattern),
      cursor: args.cursor,
      format: args.format,
      noun: 'views',
      columns: viewColumns,
    });
  },
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
  run: (call, args) =>
    list(call, {
      sql: `SHOW WAREHOUSES${like(args.pattern)}`,
      list: key('warehouses', args.pattern),
      cursor: args.cursor,
      format: args.format,
      noun: 'warehouses',
      columns: warehouseColumns,
    }),
});

/** ` IN SCHEMA "D"."S"`, ` IN DATABASE "D"`, or the client's current database; ` IN ACCOUNT` where there is none. */
function scopeOf(call: ToolCall, database: string | undefined, schema: string | undefined): string {
  const inDatabase =
    database === undefined ? call.attachment.describeContext().database : storedName(database, 'database');
  if (schema !== undefined) {
    const inSchema = storedName(schema, 'schema');
    return ` IN SCHEMA ${inDatabase === undefined ? quoteIdentifier(inSchema) : qualified(inDatabase, inSchema)}`;
  }
  return inDatabase === undefined ? ' IN ACCOUNT' : ` IN DATABASE ${quoteIdentifier(inDatabase)}`;
}

function key(...parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts.map((part) => part ?? null));
}
