import type { Commits, Moment } from './commits.ts';
import type { Storage } from './storage.ts';

/** A table's rows at a time: the first `rows` ones of a storage. */
export interface RowsThen {
  readonly storage: Storage;
  readonly rows: number;
}

/** Rows from a commit on, up to the next one. */
interface Version extends Moment {
  readonly rows: number;
  /** Null: the table's own storage, which was only added to since. */
  readonly frozen: Frozen | null;
}

/** Rows that were, in a storage that nobody changes any more. */
interface Frozen {
  readonly storage: Storage;
  readonly release: () => void;
}

const DAY_MS = 86_400_000;
/** How many commits to one table are told apart. */
const VERSIONS_KEPT = 5000;

/**
 * What a table held earlier (Time Travel). Rows that are added stay where they are, so that their count tells how the
 * table was; before rows are changed or removed, all of them are put aside (`freeze`), within a bound of bytes for the
 * account. What is beyond it is told to be unavailable.
 */
export class TableHistory {
  private versions: Version[] = [];
  /** Rows of the table's own storage; null where rows were taken out of it, so that a count tells nothing. */
  private rows: number | null = null;

  constructor(private readonly commits: Commits) {}

  /** The table has so many rows now, and what was before is not known. */
  begin(moment: Moment, rows: number | null): void {
    this.clear();
    this.rows = rows;
    this.versions = [{ ...moment, rows: rows ?? Number.MAX_SAFE_INTEGER, frozen: null }];
  }

  /** How many rows the table's own storage has, in the order in which they came; null where it has gaps. */
  get rowCount(): number | null {
    return this.rows;
  }

  /** Rows were added behind the others. */
  added(moment: Moment, count: number): void {
    if (this.rows === null) {
      this.begin(moment, null);
      return;
    }
    this.rows += count;
    this.push({ ...moment, rows: this.rows, frozen: null });
  }

  /**
   * The rows were changed: those of before are in `then` (all of them in the order that they had), or lost. `rows`:
   * how many there are now, null where they no longer stand without gaps.
   */
  changed(
    moment: Moment,
    then: { readonly storage: Storage; readonly bytes: number } | null,
    rows: number | null,
  ): void {
    if (!then || this.rows === null) {
      then?.storage.drop();
      this.begin(moment, rows);
      return;
    }
    const frozen = { storage: then.storage, release: then.storage.hold() };
    then.storage.drop();
    this.versions = this.versions.map((version) => (version.frozen ? version : { ...version, frozen }));
    this.rows = rows;
    this.push({ ...moment, rows: rows ?? Number.MAX_SAFE_INTEGER, frozen: null });
    this.commits.keep(this, then.bytes);
  }

  /** The rows as of a moment, which counts as passed where `isInclusive`; null where they are not known (any more). */
  at(passed: (moment: Moment) => boolean, own: Storage): RowsThen | null {
    const version = this.versions.findLast(passed);
    return version ? { storage: version.frozen?.storage ?? own, rows: version.rows } : null;
  }

  /** Storages of rows that were: ALTER TABLE changes these, too, as what is read of them has the columns of today. */
  get storages(): readonly Storage[] {
    return [...new Set(this.versions.flatMap(({ frozen }) => (frozen ? [frozen.storage] : [])))];
  }

  /** Lets go of what is older than the retention. */
  purge(nowMs: number, retentionDays: number): void {
    const from = nowMs - retentionDays * DAY_MS;
    const first = this.versions.findLastIndex(({ ms }) => ms <= from);
    if (first > 0) this.keepFrom(first);
  }

  /** Lets go of the rows that were put aside first. */
  forgetOldest(): void {
    const [oldest] = this.versions;
    const next = this.versions.findIndex(({ frozen }) => frozen !== oldest?.frozen);
    this.keepFrom(next === -1 ? this.versions.length : next);
  }

  /** Lets go of everything: the table is gone. */
  clear(): void {
    this.keepFrom(this.versions.length);
  }

  private push(version: Version): void {
    this.versions.push(version);
    if (this.versions.length > VERSIONS_KEPT) this.keepFrom(this.versions.length - VERSIONS_KEPT);
  }

  private keepFrom(index: number): void {
    const gone = this.versions.splice(0, index);
    const left = new Set(this.versions.map(({ frozen }) => frozen));
    for (const frozen of new Set(gone.map((version) => version.frozen))) {
      if (frozen === null || left.has(frozen)) continue;
      frozen.release();
      this.commits.release(this);
    }
  }
}
