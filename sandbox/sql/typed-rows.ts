import type { Translated } from './contract.ts';
import { duckType } from './types/index.ts';

/**
 * A translated query's rows under the names `c0`, `c1`, ..., each of the DuckDB type of its Snowflake type: a bare NULL
 * has none of its own, and a table made of it would get another.
 */
export function typedRows({ sql, columns }: Translated): string {
  const names = columns.map((_, index) => `"c${index}"`).join(', ');
  const typed = columns.map((column, index) => `CAST("c${index}" AS ${duckType(column)}) AS "c${index}"`);
  return `SELECT ${typed.join(', ')} FROM (${sql}) AS q(${names})`;
}
