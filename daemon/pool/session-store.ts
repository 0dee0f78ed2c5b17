import genericPool from 'generic-pool';
import type { Entry } from './entry.ts';
import { type DequeClass, IdleOrder } from './idle-order.ts';

/** generic-pool's constructor and what we use of it; its types know neither (DRIVER.md §1). */
interface GenericPool {
  readonly available: number;
  readonly borrowed: number;
  acquire(): Promise<Entry>;
  release(entry: Entry): Promise<void>;
  destroy(entry: Entry): Promise<void>;
}
type GenericPoolClass = new (
  evictor: new () => { evict(): boolean },
  deque: DequeClass,
  queue: unknown,
  factory: { create(): Promise<Entry>; destroy(entry: Entry): Promise<void> },
  options: Readonly<Record<string, unknown>>,
) => GenericPool;

const { Pool, PriorityQueue } = genericPool as unknown as {
  readonly Pool: GenericPoolClass;
  readonly PriorityQueue: unknown;
};

/** No setting comes near; the pool's own policy holds the real bound, which a reload may change. */
const ceiling = 10_000;

/** Sessions are evicted for reasons of ours, when our clock says so. */
class NeverEvict {
  evict(): boolean {
    return false;
  }
}

/**
 * The open sessions, held by generic-pool: which are idle and in what order, which are lent. Nobody ever waits inside it,
 * and it never logs in: both would be out of our hands there (DRIVER.md §1). `destroy` closes a session; it must not reject.
 */
export class SessionStore {
  readonly #order = new IdleOrder<Entry>();
  readonly #pool: GenericPool;
  readonly #all = new Set<Entry>();
  readonly #lent = new Set<Entry>();
  readonly #closing = new Map<Entry, Promise<void>>();
  /** Signed in, on their way into the pool. */
  readonly #fresh: Entry[] = [];
  /** On their way to the one client that they are for. */
  readonly #reserved = new Set<Entry>();
  #markEmptied: () => void = () => {};
  #markReturned: () => void = () => {};

  constructor(destroy: (entry: Entry) => Promise<void>) {
    this.#pool = new Pool(
      NeverEvict,
      this.#order.deque,
      PriorityQueue,
      {
        create: async () => {
          const entry = this.#fresh.shift();
          if (!entry) throw new Error('generic-pool asked for a session that was not deposited');
          return entry;
        },
        destroy: (entry) => {
          const closing = destroy(entry).finally(() => this.#closing.delete(entry));
          this.#closing.set(entry, closing);
          return closing;
        },
      },
      { min: 0, max: ceiling, fifo: false, autostart: false, evictionRunIntervalMillis: 0 },
    );
  }

  /** Sessions open, lent ones included, those being closed not. */
  get size(): number {
    return this.#all.size;
  }

  get all(): readonly Entry[] {
    return [...this.#all];
  }

  get idle(): readonly Entry[] {
    return [...this.#all].filter((entry) => !this.#lent.has(entry));
  }

  has(entry: Entry): boolean {
    return this.#all.has(entry);
  }

  isLent(entry: Entry): boolean {
    return this.#lent.has(entry);
  }

  /** Lends the idle session with the highest score, the newest of equals; undefined where none is idle. */
  take(score: (entry: Entry) => number): Entry | undefined {
    if (this.#pool.available === 0) return undefined;
    // A score that throws must do so here: within generic-pool it would leave a borrower behind who takes the next session.
    const scores = new Map(this.idle.map((other) => [other, score(other)]));
    const rated = (other: Entry) =>
      this.#reserved.has(other) ? Number.NEGATIVE_INFINITY : (scores.get(other) ?? Number.NEGATIVE_INFINITY);
    const entry = this.#order.pick(rated, () => void this.#pool.acquire());
    if (!entry) return undefined;
    this.#lent.add(entry);
    if (!this.#reserved.has(entry)) return entry;
    // Nothing else is idle.
    this.release(entry);
    return undefined;
  }

  /** Puts a new session among the idle ones, as the newest; `isLent`: as one that is lent from its first moment. */
  async deposit(entry: Entry, isLent = false): Promise<void> {
    this.#all.add(entry);
    if (isLent) this.#reserved.add(entry);
    this.#fresh.push(entry);
    // generic-pool creates only while nothing is idle: what is idle steps aside for a moment.
    const aside: Entry[] = [];
    for (let other = this.take(() => 0); other; other = this.take(() => 0)) aside.push(other);
    const landed = await this.#pool.acquire();
    // Another one, where somebody gave a session back meanwhile: generic-pool hands out whichever comes first.
    for (const other of [...aside.reverse(), landed]) this.release(other);
    while (this.#reserved.has(entry)) {
      if (this.#takeReserved(entry)) return;
      await Promise.resolve();
    }
  }

  /** False where it is between two places of generic-pool's; a moment later it is idle. */
  #takeReserved(entry: Entry): boolean {
    this.#reserved.delete(entry);
    const taken = this.take((other) => (other === entry ? 1 : 0));
    if (taken === entry) return true;
    if (taken) this.release(taken);
    this.#reserved.add(entry);
    return false;
  }

  /** Gives a lent session back to the idle ones, as the newest. */
  release(entry: Entry): void {
    // Taken out meanwhile.
    if (!this.#all.has(entry)) return;
    this.#lent.delete(entry);
    void this.#pool.release(entry);
    this.#markReturned();
  }

  /** Takes a session out, lent or idle, and closes it. Resolves when it is closed; again for one that is gone. */
  remove(entry: Entry): Promise<void> {
    if (!this.#all.has(entry)) return this.#closing.get(entry) ?? Promise.resolve();
    this.#reserved.delete(entry);
    if (!this.#lent.has(entry)) {
      const taken = this.take((other) => (other === entry ? 1 : 0));
      // On its way into the pool: it is idle a moment later.
      if (taken !== entry) {
        if (taken) this.release(taken);
        return Promise.resolve().then(() => this.remove(entry));
      }
    }
    this.#all.delete(entry);
    this.#lent.delete(entry);
    if (this.#all.size === 0) this.#markEmptied();
    this.#markReturned();
    void this.#pool.destroy(entry);
    return this.#closing.get(entry) ?? Promise.resolve();
  }

  /** Resolves when all sessions were taken out. */
  emptied(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#all.size === 0) resolve();
      else this.#markEmptied = resolve;
    });
  }

  /** Resolves once none of these is lent any more. */
  async returned(isAwaited: (entry: Entry) => boolean): Promise<void> {
    while ([...this.#lent].some(isAwaited)) {
      await new Promise<void>((resolve) => {
        this.#markReturned = resolve;
      });
    }
  }

  /** Resolves when every session that was taken out is closed. */
  async closed(): Promise<void> {
    await Promise.all(this.#closing.values());
  }
}
