/** What the agents were told, to be held against the account at the end. */
export class Ledger {
  readonly problems: string[] = [];
  private readonly writes = new Map<string, { readonly parts: number; outcome: 'all' | 'nothing' | 'unknown' }>();
  private readonly answers = new Map<string, number>();
  private readonly told = new Map<string, number>();

  wrong(problem: string): void {
    this.problems.push(problem);
  }

  /** Counts an answer by how it ended: `done`, or the error's code. */
  answered(how: string): void {
    this.answers.set(how, (this.answers.get(how) ?? 0) + 1);
  }

  /** Counts the first line of an error that a client was told, numbers and names left out. */
  excused(text: string): void {
    const shape = text
      .split('\n')
      .slice(0, 2)
      .join(' ')
      .replace(/'[^']*'|\d+/g, '…')
      .slice(0, 160);
    this.told.set(shape, (this.told.get(shape) ?? 0) + 1);
  }

  /** What clients were told, most frequent first. */
  get excuses(): readonly (readonly [string, number])[] {
    return [...this.told].sort(([, one], [, other]) => other - one).slice(0, 12);
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.answers].sort());
  }

  begins(id: string, parts: number): void {
    this.writes.set(id, { parts, outcome: 'unknown' });
  }

  settles(id: string, outcome: 'all' | 'nothing' | 'unknown'): void {
    const write = this.writes.get(id);
    if (write) write.outcome = outcome;
  }

  /** Compares with the rows that the account holds: (id, how many parts). */
  compare(rows: ReadonlyMap<string, number>): void {
    for (const [id, { parts, outcome }] of this.writes) {
      const found = rows.get(id) ?? 0;
      const isRight =
        outcome === 'all' ? found === parts : outcome === 'nothing' ? found === 0 : found === 0 || found === parts;
      if (!isRight) this.wrong(`write ${id} of ${parts} rows was told '${outcome}', and the account holds ${found}`);
    }
    for (const id of rows.keys())
      if (!this.writes.has(id)) this.wrong(`the account holds a write ${id} that nobody made`);
  }
}
