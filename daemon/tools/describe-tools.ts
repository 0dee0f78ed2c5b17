/** Tools that describe one table or view. */
import { z } from 'zod';
import { SnowpoolError } from '../errors.ts';
import { type ObjectName, objectName, shownName, withObject } from './object-name.ts';
import { characterCount, cutText, viewPage } from './render/page-view.ts';
import { renderRows } from './render/rows.ts';
import { textCost, unitsWithin } from './render/text-cost.ts';
import { describeTable, type TableDescription } from './table-description.ts';
import { textColumns } from './text-columns.ts';
import { argument, defineTool, type Format, readsOnly, type ToolAnswer, type ToolCall } from './tool.ts';

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
  run: (call, args) => describe(call, objectName(call, { ...args, name: args.table_name }, 'table_name'), args),
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
  run: (call, args) => describe(call, objectName(call, { ...args, name: args.view_name }, 'view_name'), args),
});

async function describe(
  call: ToolCall,
  object: ObjectName,
  { offset, format }: { readonly offset: number; readonly format: Format },
): Promise<ToolAnswer> {
  return descriptionAnswer(await withObject(call, object, (found) => describeTable(call, found)), offset, format);
}

const names = ['name', 'type', 'nullable', 'key', 'default', 'comment'] as const;

function descriptionAnswer(table: TableDescription, from: number, format: Format): ToolAnswer {
  const { object, columns } = table;
  if (from > 0 && from >= columns.length) {
    throw new SnowpoolError(
      'invalid_argument',
      `offset ${from} is behind the end: ${shownName(object)} has ${columns.length} columns.`,
    );
  }
  const definition =
    table.definition === null ? null : withinRoom(table.definition, definitionRoom, 'get_ddl gives all');
  const comment = table.comment === null ? null : withinRoom(table.comment, commentRoom);
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
    { format, asObjects: true, reserved: textCost(definition ?? '') + textCost(comment ?? '') },
  );
  const end = from + view.rows.length;
  const data = renderRows(view, format);
  const about = facts({ ...table, definition, comment }, from, end).join('\n');
  return {
    texts: format === 'markdown' ? [`${about}\n\n${data}`] : [data, about],
    structured: {
      ...object,
      kind: table.kind,
      comment,
      owner: table.owner,
      created_on: table.created_on,
      rows: table.rows,
      bytes: table.bytes,
      clustering: table.clustering,
      definition,
      columns: columns.slice(from, end),
      total_columns: columns.length,
      next_offset: end < columns.length ? end : null,
      primary_key: columns.filter((column) => column.primary_key).map((column) => column.name),
      foreign_keys: table.foreign_keys,
    },
  };
}

/** Room of what stands above the columns: most views fit whole, and columns still have the larger part. */
const definitionRoom = 20_000;
const commentRoom = 2_000;

function withinRoom(text: string, room: number, advice = ''): string {
  if (textCost(text) <= room) return text;
  const told = `${characterCount(text)} characters in all${advice === '' ? '' : `; ${advice}`}`;
  return `${cutText(text, unitsWithin(text, room))}… [${told}]`;
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
