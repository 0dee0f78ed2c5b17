/** Tools that describe one object, show some of its rows, or give its DDL. */
import { z } from 'zod';
import { SnowpoolError } from '../errors.ts';
import { qualified, quoteIdentifier, storedName, stringLiteral } from './identifiers.ts';
import { ask } from './metadata.ts';
import { objectName, shownName, sqlName, withObject } from './object-name.ts';
import { viewPage } from './render/page-view.ts';
import { renderRows } from './render/rows.ts';
import { describeTable, type TableDescription } from './table-description.ts';
import { textColumns } from './text-columns.ts';
import { argument, defineTool, type Format, readsOnly, type ToolAnswer } from './tool.ts';

const descriptionShape = z.strictObject({
  database: z.string(),
  schema: z.string(),
  name: z.string(),
  kind: z.string().describe('TABLE, TRANSIENT, VIEW, MATERIALIZED VIEW, ...'),
  comment: z.string().nullable(),
  owner: z.string().nullable(),
  created_on: z.string().nullable(),
  rows: z.int().nullable().describe('Row count from metadata; null for views.'),
  bytes: z.int().nullable(),
  clustering: z.string().nullable().describe('Clustering key.'),
  definition: z.string().nullable().describe('The statement that made a view.'),
  columns: z.array(
    z.strictObject({
      name: z.string(),
      type: z.string(),
      nullable: z.boolean(),
      default: z.string().nullable(),
      primary_key: z.boolean(),
      unique_key: z.boolean(),
      comment: z.string().nullable(),
    }),
  ),
  total_columns: z.int(),
  next_offset: z.int().nullable().describe('offset for the next columns; null at the end.'),
  primary_key: z.array(z.string()),
  foreign_keys: z.array(
    z.strictObject({ columns: z.array(z.string()), references: z.string(), referenced_columns: z.array(z.string()) }),
  ),
});

const offset = z
  .int()
  .min(0)
  .max(100_000)
  .default(0)
  .describe('0-based index of the first column to tell, for very wide tables.');

export const describeTableTool = defineTool({
  name: 'describe_table',
  title: 'Describe a table',
  description: [
    'Tells a table: its columns with types, defaults, keys and comments, its row count, size, clustering key and comment. Works for views, too.',
    'Use it before you write a query. It reads metadata only and starts no warehouse.',
    'Example: {"database": "SNOWFLAKE_SAMPLE_DATA", "schema": "TPCH_SF1", "table_name": "ORDERS"}',
  ].join('\n'),
  input: z.strictObject({
    database: argument.database.optional(),
    schema: argument.schema.optional(),
    table_name: z.string().min(1).max(600).describe('Table, written like the database.'),
    offset,
    format: argument.format,
  }),
  output: descriptionShape,
  annotations: readsOnly,
  async run(call, args) {
    const object = objectName(call, { ...args, name: args.table_name }, 'table_name');
    return descriptionAnswer(
      await withObject(call, object, (found) => describeTable(call, found)),
      args.offset,
      args.format,
    );
  },
});

export const describeView = defineTool({
  name: 'describe_view',
  title: 'Describe a view',
  description: [
    'Tells a view: its columns with types and comments, and the statement that made it.',
    'Example: {"database": "ANALYTICS", "schema": "PUBLIC", "view_name": "DAILY_SALES"}',
  ].join('\n'),
  input: z.strictObject({
    database: argument.database,
    schema: argument.schema.optional(),
    view_name: z.string().min(1).max(600).describe('View, written like the database.'),
    offset,
    format: argument.format,
  }),
  output: descriptionShape,
  annotations: readsOnly,
  async run(call, args) {
    const object = objectName(call, { ...args, name: args.view_name }, 'view_name');
    return descriptionAnswer(
      await withObject(call, object, (found) => describeTable(call, found)),
      args.offset,
      args.format,
    );
  },
});

const names = ['name', 'type', 'nullable', 'key', 'default', 'comment'] as const;

function descriptionAnswer(table: TableDescription, from: number, format: Format): ToolAnswer {
  const { object, columns } = table;
  if (from > 0 && from >= columns.length) {
    throw new SnowpoolError(
      'invalid_argument',
      `offset ${from} is behind the end: ${shownName(object)} has ${columns.length} columns.`,
    );
  }
  const view = viewPage(
    {
      columns: textColumns(names),
      rows: columns
        .slice(from)
        .map((column) => [
          column.name,
          column.type,
          column.nullable ? 'yes' : 'no',
          column.primary_key ? 'primary' : column.unique_key ? 'unique' : '',
          column.default ?? '',
          column.comment ?? '',
        ]),
      offset: from,
      timezone: undefined,
    },
    { format },
  );
  const end = from + view.rows.length;
  const data = renderRows(view, format);
  const about = facts(table, from, end).join('\n');
  return {
    texts: format === 'markdown' ? [`${about}\n\n${data}`] : [data, about],
    structured: {
      ...object,
      kind: table.kind,
      comment: table.comment,
      owner: table.owner,
      created_on: table.created_on,
      rows: table.rows,
      bytes: table.bytes,
      clustering: table.clustering,
      definition: table.definition,
      columns: columns.slice(from, end),
      total_columns: columns.length,
      next_offset: end < columns.length ? end : null,
      primary_key: columns.filter((column) => column.primary_key).map((column) => column.name),
      foreign_keys: table.foreign_keys,
    },
  };
}

function facts(table: TableDescription, from: number, end: number): string[] {
  const { columns, foreign_keys } = table;
  const key = columns.filter((column) => column.primary_key).map((column) => column.name);
  const lines = [
    `${table.kind} ${shownName(table.object)}${table.owner ? `, owned by ${table.owner}` : ''}${table.created_on ? `, created ${table.created_on}` : ''}`,
    table.comment ? `Comment: ${table.comment}` : '',
    table.rows === null ? '' : `Rows: ${table.rows}${table.bytes === null ? '' : `, bytes: ${table.bytes}`}`,
    table.clustering ? `Clustered by ${table.clustering}` : '',
    key.length > 0 ? `Primary key: ${key.join(', ')}` : '',
    ...foreign_keys.map(
      (one) =>
        `Foreign key: ${one.columns.join(', ')} refers to ${one.references} (${one.referenced_columns.join(', ')})`,
    ),
    table.definition ? `Definition:\n${table.definition.trim()}` : '',
    from === 0 && end === columns.length
      ? `Columns: ${columns.length}`
      : `Columns ${from + 1} to ${end} of ${columns.length}${end < columns.length ? `; next ones: the same call with offset ${end}` : ''}`,
  ];
  return lines.filter((line) => line !== '');
}

/** A table or view as one markdown text, as far as an answer may be long. */
export function descriptionText(table: TableDescription): string {
  const answer = descriptionAnswer(table, 0, 'markdown');
  return 'texts' in answer ? answer.texts.join('\n\n') : '';
}

const ddlTypes = [
  'TABLE',
  'VIEW',
  'SCHEMA',
  'DATABASE',
  'SEQUENCE',
  'STREAM',
  'TASK',
  'STAGE',
  'PIPE',
  'FILE_FORMAT',
  'DYNAMIC_TABLE',
] as const;
const ddlPart = 50_000;

export const getDdl = defineTool({
  name: 'get_ddl',
  title: 'Get the DDL of an object',
  description: [
    'Returns the statement that would create an object again: for a table its columns, keys and comments, for a view its query; for a schema or database all that is in it.',
    'Example: {"database": "ANALYTICS", "schema": "PUBLIC", "name": "DAILY_SALES", "object_type": "VIEW"}',
  ].join('\n'),
  input: z.strictObject({
    object_type: z.enum(ddlTypes).default('TABLE').describe('What kind of object it is.'),
    name: z.string().min(1).max(600).describe('The object; for DATABASE and SCHEMA the name of that.'),
    database: argument.database.optional(),
    schema: argument.schema.optional(),
    offset: z
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER)
      .default(0)
      .describe('Where in a very long text to begin, in characters.'),
  }),
  output: z.strictObject({
    object_type: z.string(),
    ddl: z.string(),
    offset: z.int(),
    characters: z.int().describe('Length of the whole text.'),
    next_offset: z.int().nullable(),
  }),
  annotations: readsOnly,
  async run(call, args) {
    const ddlOf = async (name: string) => {
      const page = await ask(call, `SELECT GET_DDL(${stringLiteral(args.object_type)}, ${stringLiteral(name)}, TRUE)`);
      return page.rows[0]?.[0] ?? '';
    };
    const ddl = await ddlText(args.object_type);
    const part = ddl.slice(args.offset, args.offset + ddlPart);
    if (args.offset > 0 && part === '') {
      throw new SnowpoolError(
        'invalid_argument',
        `offset ${args.offset} is behind the end: the text has ${ddl.length} characters.`,
      );
    }
    const end = args.offset + part.length;
    const next = end < ddl.length ? end : null;
    return {
      texts: [
        part,
        next === null
          ? ''
          : `Characters ${args.offset + 1} to ${end} of ${ddl.length}. Next part: the same call with offset ${end}.`,
      ],
      structured: {
        object_type: args.object_type,
        ddl: part,
        offset: args.offset,
        characters: ddl.length,
        next_offset: next,
      },
    };

    async function ddlText(type: (typeof ddlTypes)[number]): Promise<string> {
      if (type === 'DATABASE') return ddlOf(quoteIdentifier(storedName(args.name, 'name')));
      if (type === 'SCHEMA') return ddlOf(schemaName());
      const object = objectName(call, args, 'name');
      return withObject(call, object, (found) => ddlOf(sqlName(found)));
    }

    function schemaName(): string {
      const database =
        args.database === undefined
          ? call.attachment.describeContext().database
          : storedName(args.database, 'database');
      const schema = storedName(args.name, 'name');
      return database === undefined ? quoteIdentifier(schema) : qualified(database, schema);
    }
  },
});
