import { DuckDBBlobVector, type DuckDBValue, DuckDBVarCharVector, type DuckDBVector } from '@duckdb/node-api';

/** Vectors of less are read as a whole, which is faster. */
const SHORT_BYTES = 1024 * 1024;
/** A text or binary in a vector: its length as 32 bits, then its bytes or where they lie. Source: duckdb.h, duckdb_string_t. */
const ITEM_BYTES = 16;

/**
 * Reads a vector's items one by one, so that long texts are not all held at once: DuckDB's driver keeps each item that
 * was read for as long as the vector. A slice of one row is read and forgotten.
 */
export function itemsOf(vector: DuckDBVector, rowCount: number): (row: number) => DuckDBValue {
  const isLong = textBytes(vector, rowCount) > SHORT_BYTES;
  return isLong ? (row) => vector.slice(row, 1).getItem(0) : (row) => vector.getItem(row);
}

/** What the texts of a vector take, at most: rows of NULL may count anything. */
function textBytes(vector: DuckDBVector, rowCount: number): number {
  if (!(vector instanceof DuckDBVarCharVector || vector instanceof DuckDBBlobVector)) return 0;
  const { dataView: view } = vector as unknown as { readonly dataView?: DataView };
  if (view === undefined) return Number.POSITIVE_INFINITY;
  let total = 0;
  for (let row = 0; row < rowCount; row++) total += view.getUint32(row * ITEM_BYTES, true);
  return total;
}
