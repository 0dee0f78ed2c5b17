import { SqlError } from '../../engine.ts';

/** What late results, and the arguments that they are for, may take until the statement has used them. */
const MOST_CHARACTERS = 192 * 1024 * 1024;

/**
 * Results of a routine that came too late for one attempt of a statement, for the next one: by their arguments' text,
 * those of equal arguments in turn, as a script may answer otherwise each time.
 */
export class KeptResults {
  private readonly results = new Map<string, (string | null)[]>();
  private readonly used = new Map<string, number>();
  /** Arguments that a rehearsal met, by the number of the call. */
  private readonly wanted = new Map<number, string[]>();
  private characters = 0;

  get isEmpty(): boolean {
    return this.results.size === 0;
  }

  /** The next result for these arguments; undefined where there is none left. */
  take(key: string): string | null | undefined {
    const known = this.results.get(key);
    const turn = this.used.get(key) ?? 0;
    if (!known || turn >= known.length) return undefined;
    this.used.set(key, turn + 1);
    return known[turn] ?? null;
  }

  /** Throws SqlError 300000 where it becomes too much. */
  add(keys: readonly string[], results: readonly (string | null)[]): void {
    keys.forEach((key, index) => {
      const result = results[index] ?? null;
      this.count(result?.length ?? 0);
      const list = this.results.get(key);
      if (list) list.push(result);
      else this.results.set(key, [result]);
    });
  }

  want(call: number, keys: readonly string[]): void {
    const list = this.wanted.get(call);
    if (list) list.push(...keys);
    else this.wanted.set(call, [...keys]);
    for (const key of keys) this.count(key.length + 16);
  }

  /** The lowest call that met anything. */
  get firstWanted(): number | undefined {
    return this.wanted.size === 0 ? undefined : Math.min(...this.wanted.keys());
  }

  wantedBy(call: number): readonly string[] {
    return this.wanted.get(call) ?? [];
  }

  /** A new attempt begins. */
  restart(): void {
    this.used.clear();
  }

  /** What the rehearsal met is computed, or of no use. */
  forgetWanted(): void {
    this.wanted.clear();
  }

  private count(characters: number): void {
    this.characters += characters;
    if (this.characters > MOST_CHARACTERS) throw new SqlError('300000', 'XX000', 'The sandbox is out of memory.');
  }
}
