import type { QueryIds } from './contract.ts';

/** Results can be read for 24 hours; this many ids cover that for a client that asks every ten seconds. */
const kept = 10_000;

/** Stands for ids that a daemon took with it when it died. */
const gap = '';

/** The query ids that one client was given, oldest first. */
export class OwnQueryIds implements QueryIds {
  private readonly known: Set<string>;
  /** At most twice as many as are kept, so that the oldest leave in one go. */
  private ordered: string[];

  constructor(
    ids: readonly string[],
    private readonly onAdd: () => void,
    /** True where newer ones than these may have been given. */
    isBehind = false,
  ) {
    this.ordered = isBehind ? [...ids, gap] : [...ids];
    this.known = new Set(ids);
  }

  add(queryId: string): void {
    if (this.ordered.at(-1) === queryId) return;
    this.ordered.push(queryId);
    this.known.add(queryId);
    if (this.ordered.length >= 2 * kept) {
      this.ordered = this.ordered.slice(-kept);
      this.known.clear();
      for (const id of this.ordered) this.known.add(id);
    }
    this.onAdd();
  }

  has(queryId: string): boolean {
    return queryId !== gap && this.known.has(queryId);
  }

  last(n: number): string | undefined {
    if (!Number.isInteger(n) || n < 1 || this.ordered.slice(-n).includes(gap)) return undefined;
    return this.ordered.at(-n);
  }

  /** The newest `count`, oldest first. */
  newest(count: number): readonly string[] {
    return this.ordered.slice(-count);
  }
}
