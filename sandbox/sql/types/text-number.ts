import type { SnowflakeType } from '../contract.ts';
import { duckType } from './type.ts';

/** DuckDB keeps decimals of so many digits in 64 bits. It reads texts into those far faster than into wider ones. */
const NARROW = 18;
/** Longer expressions are not written twice: nested, they would multiply one another. */
const SHORT = 45;

/**
 * A DuckDB expression for the number of type `to` (fixed) that a text holds; NULL (or DuckDB's
 * error) where it holds none, or one that is out of range. Texts of no more than 18 characters are read into the narrow form first: more digits than that, cut by
 * an exponent, would lose their last ones there.
 */
export function textNumber(sql: string, to: SnowflakeType, otherwise: 'null' | 'error' = 'null'): string {
  const wide = `${otherwise === 'null' ? 'TRY_CAST' : 'CAST'}(${sql} AS ${duckType(to)})`;
  const scale = to.scale ?? 0;
  if ((to.precision ?? 38) <= NARROW || scale >= NARROW || sql.length > SHORT) return wide;
  const short = `CASE WHEN strlen(${sql}) <= ${NARROW} THEN ${sql} END`;
  return `coalesce(CAST(TRY_CAST(${short} AS DECIMAL(${NARROW},${scale})) AS ${duckType(to)}), ${wide})`;
}
