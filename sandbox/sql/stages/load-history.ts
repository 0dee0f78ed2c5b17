/** What COPY INTO did with one file, as INFORMATION_SCHEMA.LOAD_HISTORY shows it. */
export interface LoadRecord {
  readonly tableId: number;
  /** The file as COPY INTO names it. */
  readonly file: string;
  readonly atMs: number;
  readonly status: string;
  readonly parsed: number;
  readonly loaded: number;
  readonly errors: number;
  readonly errorLimit: number;
  readonly firstError: string | null;
  readonly firstLine: number | null;
}

/** The view reaches back 14 days and ends at 10,000 rows. Source: page "LOAD_HISTORY View". */
const REACH_MS = 14 * 24 * 3600 * 1000;
const MOST_RECORDS = 10_000;

/** What was loaded into the account's tables; TRUNCATE does not forget it. */
export class LoadHistory {
  #records: LoadRecord[] = [];

  add(records: readonly LoadRecord[]): void {
    this.#records = [...this.#records, ...records].slice(-MOST_RECORDS);
  }

  /** The records of a table at a time, oldest first. */
  of(tableId: number, nowMs: number): readonly LoadRecord[] {
    return this.#records.filter((record) => record.tableId === tableId && record.atMs >= nowMs - REACH_MS);
  }
}
