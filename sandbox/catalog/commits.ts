import type { TableHistory } from './table-history.ts';

/** A point in the order of all commits, and on the sandbox's clock. */
export interface Moment {
  readonly order: number;
  readonly ms: number;
}

/** What a statement's id stands for in time travel: the last commit before its own, and the last one when it was through. */
interface Ended {
  readonly before: Moment;
  readonly after: Moment;
}

/** As many statements as results are remembered of. */
const STATEMENTS_KEPT = 10_000;

/**
 * The order in which the account's changes were committed, when statements ended in it, and how much is kept of rows
 * that are no longer there: beyond the bound, the oldest go first.
 */
export class Commits {
  private order = 0;
  private lastMs = 0;
  private keptBytes = 0;
  private readonly kept: { readonly history: TableHistory; readonly bytes: number }[] = [];
  private readonly statements = new Map<string, Ended>();

  constructor(
    private readonly now: () => number,
    /** Bytes that earlier rows of all tables may take together. */
    private readonly mostBytes: number,
  ) {}

  /** Bytes that the rows of one table may have to be kept when they change. */
  get mostBytesOfTable(): number {
    return this.mostBytes / 4;
  }

  /** The moment of a commit that happens now; later than the start of its statement, so that times before it can be told. */
  next(by: { readonly queryId: string; readonly startMs: number } | null): Moment {
    const before = { order: this.order, ms: this.lastMs };
    this.order += 1;
    this.lastMs = Math.max(this.now(), this.lastMs, (by?.startMs ?? 0) + 1);
    const moment = { order: this.order, ms: this.lastMs };
    if (by) this.remember(by.queryId, { before: this.statements.get(by.queryId)?.before ?? before, after: moment });
    return moment;
  }

  /** A statement is through; where it changed nothing itself, both sides of it are now. */
  ended(queryId: string): void {
    const now = { order: this.order, ms: Math.max(this.now(), this.lastMs) };
    this.remember(queryId, { before: this.statements.get(queryId)?.before ?? now, after: now });
  }

  /** Undefined where no such statement has ended, or so many have since. */
  ofStatement(queryId: string): Ended | undefined {
    return this.statements.get(queryId);
  }

  private remember(queryId: string, ended: Ended): void {
    this.statements.delete(queryId);
    this.statements.set(queryId, ended);
    const [oldest] = this.statements.keys();
    if (this.statements.size > STATEMENTS_KEPT && oldest !== undefined) this.statements.delete(oldest);
  }

  /** A table keeps rows that were; others may have to let go of theirs for it. */
  keep(history: TableHistory, bytes: number): void {
    this.kept.push({ history, bytes });
    this.keptBytes += bytes;
    while (this.keptBytes > this.mostBytes) this.kept[0]?.history.forgetOldest();
  }

  /** A table has let go of rows that were: the oldest that it kept. */
  release(history: TableHistory): void {
    const index = this.kept.findIndex((one) => one.history === history);
    const [gone] = index === -1 ? [] : this.kept.splice(index, 1);
    this.keptBytes -= gone?.bytes ?? 0;
  }
}
