/** Reads one page of a result, bounded by rows and by bytes, while the session that holds the result is still lent. */
import type { DriverResult, RawRow } from '../pool/driver.ts';
import type { Page, PageBounds } from './contract.ts';

/**
 * Reads the page that begins at row `offset` (0-based).
 * @returns at least one row where there is one, however large it is; fewer than `maxRows` where `maxBytes` was reached first.
 * Rejects with DriverError where a chunk cannot be had, or with the signal's reason.
 */
export async function readPage(
  result: DriverResult,
  offset: number,
  bounds: PageBounds,
  signal: AbortSignal,
  onRows: (rows: number) => void = () => undefined,
): Promise<Page> {
  const end = Math.min(result.totalRows, offset + bounds.maxRows);
  const rows: RawRow[] = [];
  let bytes = 0;
  let isFull = offset >= end;
  if (!isFull) {
    for await (const batch of result.rows({ start: offset, end }, signal)) {
      for (const row of batch) {
        const size = rowBytes(row);
        if (rows.length > 0 && bytes + size > bounds.maxBytes) {
          isFull = true;
          break;
        }
        rows.push(row);
        bytes += size;
        if (rows.length >= bounds.maxRows) {
          isFull = true;
          break;
        }
      }
      onRows(rows.length);
      if (isFull) break;
    }
  }
  return {
    queryId: result.queryId,
    columns: result.columns,
    rows,
    offset,
    totalRows: result.totalRows,
    rowsAffected: result.rowsAffected,
    hasMore: offset + rows.length < result.totalRows,
    timezone: timezoneOf(result),
  };
}

/** The TIMEZONE parameter that came with a result. */
export function timezoneOf(result: DriverResult): string | undefined {
  const timezone = result.parameters.get('TIMEZONE');
  return typeof timezone === 'string' && timezone !== '' ? timezone : undefined;
}

function rowBytes(row: RawRow): number {
  let bytes = 0;
  for (const cell of row) bytes += cell === null ? 4 : Buffer.byteLength(cell);
  return bytes;
}
