import type { QueryIds } from './contract.ts';

/** Results can be read for 24 hours; this many ids cover that for a client that asks every ten seconds. */
const kept = 10_000;

/** The query ids that one client was given, oldest first. */
export class OwnQueryIds implements QueryIds {
  private readonly ids: Set<string>;

  constructor(
    known: readonly string[],
    private readonly onAdd: () => void,
  ) {
    this.ids = new Set(known);
  }

  add(queryId: string): void {
    // An id that is added again is the newest again.
    this.ids.delete(queryId);
    this.ids.add(queryId);
    const [oldest] = this.ids;
    if (this.ids.size > kept && oldest !== undefined) this.ids.delete(oldest);
    this.onAdd();
  }

  has(queryId: string): boolean {
    return this.ids.has(queryId);
  }

  last(n: number): string | undefined {
    if (!Number.isInteger(n) || n < 1) return undefined;
    return [...this.ids].at(-n);
  }

  /** The newest `count`, oldest first. */
  newest(count: number): readonly string[] {
    return [...this.ids].slice(-count);
  }
}
