/** Asks the account about its objects and reads the answer by column name. */
import { SnowpoolError } from '../errors.ts';
import type { Page } from '../query/contract.ts';
import { progressTeller } from './progress.ts';
import { cellText } from './render/values.ts';
import type { Asking } from './tool.ts';

/** SHOW returns at most 10,000 rows; some of their columns are long. */
const metadataPage = { maxRows: 10_000, maxBytes: 16 * 1024 * 1024 } as const;

/** One row by lower-case column name; undefined where the account has no such column, null for SQL NULL. */
export type MetadataRow = (column: string) => string | null | undefined;

/**
 * Runs one statement of the daemon's own making, under the client's policy and context like any other.
 * Throws SnowpoolError; deadline_exceeded where the answer does not come within the client's wait time.
 */
export async function ask(
  call: Asking,
  sql: string,
  page: { readonly maxRows: number; readonly maxBytes: number } = metadataPage,
): Promise<Page> {
  const outcome = await call.queries.run(call.attachment, {
    sql,
    tool: call.tool,
    requestId: call.newId(),
    page,
    isInternal: true,
    waitMs: 0,
    signal: call.signal,
    onProgress: progressTeller(call.clock, call.progress),
  });
  if (outcome.state === 'done') return outcome.page;
  if (outcome.state === 'running') {
    void call.queries.cancel(call.attachment, outcome.handle).catch(() => undefined);
    throw new SnowpoolError(
      'deadline_exceeded',
      'Snowflake did not answer in time.',
      'Try again in a moment, or narrow the request down.',
    );
  }
  throw new SnowpoolError('statement_refused', `The policy of this connection asks a person before ${outcome.kind}.`);
}

/** The rows of a metadata answer. */
export function metadataRows(page: Page): MetadataRow[] {
  const index = new Map(page.columns.map((column, at) => [column.name.toLowerCase(), at]));
  return page.rows.map((row) => (name) => {
    const at = index.get(name);
    const column = at === undefined ? undefined : page.columns[at];
    if (at === undefined || !column) return undefined;
    const raw = row[at] ?? null;
    return raw === null ? null : cellText(column, raw, page.timezone);
  });
}

/** Text of a metadata column; null where it is missing, NULL or empty. */
export function textOf(row: MetadataRow, ...columns: readonly string[]): string | null {
  for (const column of columns) {
    const value = row(column);
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return null;
}

/** A count of a metadata column; null where it is missing or no whole number. */
export function countOf(row: MetadataRow, column: string): number | null {
  const value = textOf(row, column);
  return value !== null && /^\d+$/.test(value) ? Number(value) : null;
}
