import type { Duck } from '../sql/duck.ts';

/**
 * A table's rows: one DuckDB table under a name of its own. A statement that is going to read it holds it, so that
 * DROP, TRUNCATE or a transaction's end never take it away from under a running query.
 */
export class Storage {
  private holders = 0;
  private isDropped = false;
  private isGone = false;

  constructor(
    private readonly duck: Duck,
    /** The DuckDB table's name, bare. */
    readonly name: string,
  ) {}

  /** Keeps the rows until the returned function is called. */
  hold(): () => void {
    this.holders += 1;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.holders -= 1;
      this.collect();
    };
  }

  /** Lets the rows go as soon as nobody holds them. */
  drop(): void {
    this.isDropped = true;
    this.collect();
  }

  /** Takes a `drop` back (UNDROP). */
  get exists(): boolean {
    return !this.isGone;
  }

  private collect(): void {
    if (!this.isDropped || this.holders > 0 || this.isGone) return;
    this.isGone = true;
    // A failure here can only mean that the instance is closing: nobody can reach the table any more.
    this.duck.run(`DROP TABLE IF EXISTS "${this.name}"`).catch(() => undefined);
  }
}
