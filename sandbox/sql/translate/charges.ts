import { isKeptAsJson } from '../types/type.ts';
import type { Expr } from './syntax/ast.ts';
import type { Typed } from './typed.ts';

/** Texts that together take less for each row are made without asking: 2048 rows of them are 128 MB. */
const FREE_BYTES = 65_536;
const MOST_COPIES = 24;
/** What parsing canonical JSON takes, against the length of its text. */
const JSON_FACTOR = 8;
/** What its elements as rows take. */
export const ELEMENTS_FACTOR = 24;

/** A column as it is read: short enough to be written several times. */
const COLUMN = /^[\w".$ ()[\]]{1,80}$/;

/** Functions that make no texts of their arguments' size. */
const MAKES_NONE = new Set([
  ...[
    'COUNT',
    'LENGTH',
    'LEN',
    'CHAR_LENGTH',
    'CHARACTER_LENGTH',
    'IFF',
    'COALESCE',
    'NVL',
    'NVL2',
    'IFNULL',
    'NULLIF',
    'GROUPING',
    'GROUPING_ID',
  ],
  ...['EQUAL_NULL', 'DECODE', 'STARTSWITH', 'ENDSWITH', 'CONTAINS', 'ROW_NUMBER', 'RANK', 'DENSE_RANK', 'COUNT_IF'],
]);

/** Functions, concatenation and the like: what may copy the texts that it is given. */
export function copiesTexts(expr: Expr): boolean {
  if (expr.kind === 'binary') return expr.op === '||';
  if (expr.kind === 'call') return !MAKES_NONE.has(expr.name.at(-1)?.name ?? '');
  return expr.kind === 'path' || expr.kind === 'array' || expr.kind === 'object' || expr.kind === 'cast';
}

/** How often a row's text may be copied while one expression of the statement is computed: as deep as it nests. */
export function copiesOf(source: string): number {
  let depth = 0;
  let deepest = 0;
  let joints = 0;
  for (const [found] of source.matchAll(/[()[\]]|\|\|/g)) {
    if (found === '||') joints += 1;
    else depth += found === '(' || found === '[' ? 1 : -1;
    deepest = Math.max(deepest, depth);
    if (deepest + joints >= MOST_COPIES) return MOST_COPIES;
  }
  return Math.max(deepest + joints, 1);
}

/**
 * A column or a long literal that an expression is about to copy: where its texts are long, room for the copies is asked
 * for first (`sf_room_of`), as DuckDB counts them nowhere and cannot be stopped within a vector of rows.
 */
export function charged(value: Typed, copies: number, factor = isKeptAsJson(value.type) ? JSON_FACTOR : 1): Typed {
  const { type, length } = value.type;
  if (type !== 'text' && type !== 'binary' && !isKeptAsJson(value.type)) return value;
  if (!value.constant && length !== null && length * 4 * copies <= FREE_BYTES) return value;
  const { sql } = value;
  const times = copies * factor;
  if (value.constant) {
    if (value.constant.kind !== 'string' || sql.length * times <= FREE_BYTES) return value;
    return { ...value, sql: `CASE WHEN sf_room(${sql.length * times}) IS NULL THEN NULL ELSE ${sql} END` };
  }
  if (!COLUMN.test(sql) || value.isVolatile) return value;
  const bytes = type === 'binary' ? `octet_length(${sql})` : `strlen(${sql})`;
  // Two CASEs, as DuckDB may turn the sides of an AND around.
  return {
    ...value,
    sql: `CASE WHEN ${bytes} > ${Math.floor(FREE_BYTES / times)} THEN CASE WHEN sf_room_of(${bytes} * ${times}) IS NULL THEN NULL ELSE ${sql} END ELSE ${sql} END`,
  };
}
