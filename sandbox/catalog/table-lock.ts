import type { Storage } from './storage.ts';
import { abortable } from './warehouses.ts';

/** Who holds a table: a transaction, or a statement that commits by itself. */
export interface LockHolder {
  readonly id: string;
  readonly sessionId: string;
  /** What this holder is waiting for at the moment. */
  waitsFor: TableLock | null;
}

/**
 * A table's lock and its gate. UPDATE, DELETE, MERGE and TRUNCATE hold the lock until their transaction ends, INSERT
 * never does (documentation page "Transactions", resource locking). The gate lets many append at once, but nobody
 * while the rows are copied or swapped.
 */
export class TableLock {
  private holder: LockHolder | null = null;
  private readonly waiting: { readonly holder: LockHolder; readonly enter: () => void }[] = [];
  private appenders = 0;
  private closed: Promise<void> | null = null;
  private whenEmpty: (() => void) | null = null;
  private commits: Promise<unknown> = Promise.resolve();
  /** Where the holder's transaction has its own copy of the rows: what others append meanwhile is appended here, too. */
  late: Storage | null = null;
  /** Rows that open transactions have added and not committed: ALTER TABLE changes these, too. */
  readonly pending = new Set<Storage>();

  get heldBy(): LockHolder | null {
    return this.holder;
  }

  get waiters(): readonly LockHolder[] {
    return this.waiting.map(({ holder }) => holder);
  }

  /** Takes the lock; at once where the holder has it already. `refuse` makes the error for a wait that could never end. */
  async acquire(holder: LockHolder, signal: AbortSignal, refuse: (other: LockHolder) => Error): Promise<void> {
    if (this.holder === null || this.holder === holder) {
      this.holder = holder;
      return;
    }
    const seen = new Set<LockHolder>();
    for (
      let other: LockHolder | null = this.holder;
      other && !seen.has(other);
      other = other.waitsFor?.holder ?? null
    ) {
      if (other === holder) throw refuse(this.holder);
      seen.add(other);
    }
    let enter: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => {
      enter = resolve;
    });
    const place = { holder, enter };
    this.waiting.push(place);
    holder.waitsFor = this;
    try {
      await abortable(turn, signal);
    } catch (error) {
      const index = this.waiting.indexOf(place);
      if (index === -1) this.release(holder);
      else this.waiting.splice(index, 1);
      throw error;
    } finally {
      holder.waitsFor = null;
    }
  }

  release(holder: LockHolder): void {
    if (this.holder !== holder) return;
    const next = this.waiting.shift();
    this.holder = next?.holder ?? null;
    if (!next) return;
    next.holder.waitsFor = null;
    next.enter();
  }

  /** Runs `append` while nobody copies or swaps the rows. */
  async appending<T>(append: () => Promise<T>): Promise<T> {
    while (this.closed) await this.closed;
    this.appenders += 1;
    try {
      return await append();
    } finally {
      this.appenders -= 1;
      if (this.appenders === 0) this.whenEmpty?.();
    }
  }

  /** Runs `commit` when all commits to the table before it are through: their order tells which rows came when. */
  committing<T>(commit: () => Promise<T>): Promise<T> {
    const mine = this.commits.then(commit);
    this.commits = mine.catch(() => undefined);
    return mine;
  }

  /** Runs `work` while nobody appends. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    while (this.closed) await this.closed;
    let open: () => void = () => undefined;
    this.closed = new Promise((resolve) => {
      open = resolve;
    });
    try {
      if (this.appenders > 0) {
        await new Promise<void>((resolve) => {
          this.whenEmpty = resolve;
        });
        this.whenEmpty = null;
      }
      return await work();
    } finally {
      this.closed = null;
      open();
    }
  }
}
