import type { BoundTable } from './bound-tables.ts';
import type { Frame, Source } from './frame.ts';

/** The column of an unnested table that numbers the rows it was made from (SEQ of FLATTEN). */
export const SEQUENCE = 'sf_seq';

/** A list whose elements become rows `r` under an alias. */
export interface Unnesting {
  readonly alias: string;
  /** What the list is made of: computed once for each row, column `x` of all its elements. */
  readonly value: string;
  /** The list, made of `x`. */
  readonly list: string;
  /** The same list with one element of NULLs where it has none: what a LEFT JOIN needs. */
  readonly outer?: string;
}

/**
 * A table function whose rows are the elements of a list. On its own, or behind an outer join, it is a subquery; behind a
 * comma or an inner join `wrapUnnesting` puts it around the items before it.
 */
export function unnestedTable(frame: Frame, unnesting: Unnesting, source: Source): BoundTable {
  const before = [...frame.sources];
  const number = () => {
    const numbers = before.flatMap((one) => (one.rowNumber ? [one.rowNumber()] : []));
    return numbers.length === 0 ? '0' : numbers.reduce((left, right) => `(${left}) * 1000003 + ${right}`);
  };
  const { alias, list, value } = unnesting;
  let usesSequence = false;
  const [sequence] = source.columns;
  sequence?.rebase((inner) => {
    usesSequence = true;
    return `CAST(${inner()} + 1 AS DECIMAL(38,0))`;
  });
  const sql = () => {
    const numbered = usesSequence ? `, ${number()} AS ${SEQUENCE}` : '';
    return `(SELECT x${numbered}, unnest(${list}) AS r FROM (SELECT ${value} AS x)) AS ${alias}`;
  };
  return { sql, sources: [source], isLateral: true, unnesting };
}

/** Makes all columns so far be read through an alias; gives the list of those that were. */
export function expose(frame: Frame, alias: string): () => readonly string[] {
  const exposed = new Map<string, string>();
  const through = (inner: () => string): string => {
    const text = inner();
    const name = exposed.get(text) ?? `k${exposed.size + 1}`;
    exposed.set(text, name);
    return `${alias}.${name}`;
  };
  for (const source of frame.sources) for (const column of source.columns) column.rebase(through);
  for (const { column } of frame.merged) column.rebase(through);
  for (const column of frame.staged.values()) column.rebase(through);
  return () => [...exposed].map(([text, name]) => `${text} AS ${name}`);
}

/** Lets the frame number its rows: one number for all sources, as they have become one. */
export function numbering(frame: Frame, alias: string): (sql: string) => string {
  let isUsed = false;
  for (const source of frame.sources) source.rowNumber = undefined;
  const [first] = frame.sources;
  if (first) {
    first.rowNumber = () => {
      isUsed = true;
      return `${alias}.sf_row`;
    };
  }
  return (sql) => (isUsed ? `(SELECT *, row_number() OVER () AS sf_row FROM (${sql}))` : `(${sql})`);
}

/**
 * Joins a list's elements to all items so far: `SELECT *, unnest(list) FROM (SELECT used columns, value FROM items)`. DuckDB then streams in
 * order, where a lateral join would scramble the rows. From here on the items' columns are read through the new alias.
 */
export function wrapUnnesting(
  frame: Frame,
  before: () => string,
  conditions: readonly string[],
  unnesting: Unnesting,
): () => string {
  const { alias, list, value } = unnesting;
  const columns = expose(frame, alias);
  const numbered = numbering(frame, alias);
  return () => {
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    const rows = `SELECT ${[...columns(), `${value} AS x`].join(', ')} FROM ${before()}${where}`;
    const items = `*, row_number() OVER () - 1 AS ${SEQUENCE}, unnest(${list}) AS r`;
    return `${numbered(`SELECT ${items} FROM (${rows})`)} AS ${alias}`;
  };
}

/** Computes expressions once for each row of all items so far: the columns that the functions given read. */
export function wrapStaged(
  frame: Frame,
  before: () => string,
  conditions: readonly string[],
  alias: string,
  staged: readonly { readonly name: string; readonly sql: string }[],
): () => string {
  const columns = expose(frame, alias);
  const numbered = numbering(frame, alias);
  return () => {
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    const items = [...columns(), ...staged.map(({ name, sql }) => `${sql} AS ${name}`)];
    const from = before();
    return `${numbered(`SELECT ${items.join(', ')}${from === '' ? '' : ` FROM ${from}`}${where}`)} AS ${alias}`;
  };
}
