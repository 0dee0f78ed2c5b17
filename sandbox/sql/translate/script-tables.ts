import type { UserTableFunction } from '../contract.ts';
import type { ScriptRoutine } from '../javascript/messages.ts';
import { text } from '../types/type.ts';
import type { BoundTable } from './bound-tables.ts';
import type { ExpressionBinder } from './expressions.ts';
import type { Frame, Source } from './frame.ts';
import { columnsOf, type OutColumn } from './queries.ts';
import { fromScript, rowText, toScript } from './scripts.ts';
import type { FunctionTable } from './table-functions.ts';
import { typed } from './typed.ts';
import { expose, numbering } from './unnesting.ts';
import type { UserCall } from './user-functions.ts';

/** Without an OVER clause the account forms partitions as it likes; a few rows are one. */
const ROWS_PER_PARTITION = 10_000;

/** A JavaScript table function that reads the rows of the items before it. */
export interface ScriptJoin {
  readonly alias: string;
  /** The arguments of a row, as JSON. */
  readonly row: string;
  /** The rows of a list of such arguments. */
  readonly rows: (list: string) => string;
  /** Null: no OVER clause. */
  readonly partitions: readonly string[] | null;
  /** What ORDER BY of the OVER clause says, '' for nothing. */
  readonly order: string;
  /** The function's own columns, of a row `r`. */
  readonly items: (row: string) => readonly string[];
}

/**
 * A JavaScript table function in FROM. Its rows come as JSON: the number of the input row that they belong to, or null for
 * those of `finalize`, then a text for each column. Source: docs, "Tabular JavaScript UDFs (UDTFs)".
 */
export function scriptTable(
  binder: ExpressionBinder,
  table: FunctionTable,
  { user, given }: UserCall<UserTableFunction>,
  script: ScriptRoutine,
): BoundTable {
  const { translation, settings, frame } = binder;
  const { call } = table;
  const wasRowClause = frame.isRowClause;
  frame.isRowClause = true;
  const partitions = call.over ? binder.bindAll(call.over.partitionBy).map(({ sql }) => sql) : null;
  const order = call.over && call.over.orderBy.length > 0 ? binder.orderList(call.over.orderBy) : '';
  frame.isRowClause = wasRowClause;
  if (call.over?.frame) throw translation.unsupported('a window frame of a table function', call);
  const alias = translation.fresh('s');
  const number = translation.script(script);
  const constants = given.map((one) =>
    one.value.constant ? `json_array(${toScript(one, settings)})` : 'json_array()',
  );
  const known = `CAST(json_array(${constants.join(', ')}) AS VARCHAR)`;
  const rows = (list: string) => `sf_js_rows(${number}, ${list}, ${known})`;
  const items = (row: string) =>
    user.columns.map(({ type }, index) => {
      const cell = typed(`json_extract_string(${row}, '$[${index + 1}]')`, text(), true);
      const value = fromScript({ ...cell, isVolatile: true }, script.columns[index]?.kind ?? 'text', type, settings);
      return `${value.sql} AS c${index + 1}`;
    });
  const columns = user.columns.map((column, index): OutColumn => {
    return { ...column, name: table.alias?.columns[index]?.name ?? column.name, nullable: true };
  });
  const source: Source = {
    name: table.alias?.name.name ?? call.name.at(-1)?.name ?? '',
    path: [],
    columns: columnsOf(columns, alias),
  };
  const row = rowText(given, settings);
  const sql = () => `(SELECT ${items('r').join(', ')} FROM (SELECT unnest(${rows(`[${row}]`)}) AS r)) AS ${alias}`;
  return { sql, sources: [source], isLateral: true, script: { alias, row, rows, partitions, order, items } };
}

/**
 * Joins a table function to all items so far: their rows are gathered by partition, given to the script as a list each, and
 * each row that it makes is put beside the input row that it names. Those of `finalize` have none: of the items' columns
 * they keep what the partition is made by.
 */
export function wrapScript(
  frame: Frame,
  before: () => string,
  conditions: readonly string[],
  { alias, row, rows, partitions, order, items }: ScriptJoin,
): () => string {
  const columns = expose(frame, alias);
  const numbered = numbering(frame, alias);
  for (const source of frame.sources) for (const column of source.columns) column.nullable = true;
  return () => {
    const read = columns().map((item) => {
      const [, sql = '', name = ''] = /^(.*) AS (k\d+)$/s.exec(item) ?? [];
      return { sql, name };
    });
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    const inputs = [
      ...read.map(({ sql, name }) => `${sql} AS ${name}`),
      ...(partitions ?? []).map((sql, index) => `${sql} AS p${index}`),
      `${row} AS a`,
      `row_number() OVER (${order === '' ? '' : `ORDER BY ${order}`}) AS n`,
    ];
    const input = `SELECT ${inputs.join(', ')} FROM ${before()}${where}`;
    const group = partitions === null ? `(n - 1) // ${ROWS_PER_PARTITION}` : 'CAST(1 AS BIGINT)';
    const keys = [`${group}`, ...(partitions ?? []).map((_, index) => `p${index}`)];
    const packed = ['n := n', ...read.map(({ name }) => `${name} := ${name}`)].join(', ');
    const lists = `list(struct_pack(${packed}) ORDER BY n) AS ks, list(a ORDER BY n) AS args, min(n) AS first`;
    const grouped = `SELECT ${lists} FROM (${input}) GROUP BY ${keys.join(', ')}`;
    const made = `SELECT ks, first, unnest(${rows('args')}) AS r FROM (${grouped}) ORDER BY first`;
    const placed = `SELECT *, CAST(json_extract_string(r, '$[0]') AS BIGINT) AS i FROM (${made})`;
    const kept = read.map(({ sql, name }) => `ks[${partitions?.includes(sql) ? '1' : 'i'}].${name} AS ${name}`);
    return `${numbered(`SELECT ${[...kept, ...items('r')].join(', ')} FROM (${placed})`)} AS ${alias}`;
  };
}
