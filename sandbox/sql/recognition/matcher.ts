import type { RowStep, Step } from './pattern.ts';

/** Whether a row (counted from 0 in its partition) satisfies a symbol's definition. */
export type Satisfies = (row: number, symbol: string) => boolean;

/**
 * Finds where a laid-out pattern matches in the rows of one partition. Definitions look at rows alone, never at how the
 * match came about, so that a step that failed at a row once fails there always, wherever the match began: until one is
 * found, each is tried once.
 */
export class Matcher {
  private readonly tried: Uint32Array;
  private round = 1;
  /** Steps tried so far: what a caller that must not keep others waiting looks at. */
  work = 0;

  constructor(
    private readonly steps: readonly Step[],
    private readonly rows: number,
    private readonly satisfies: Satisfies,
  ) {
    this.tried = new Uint32Array(steps.length * (rows + 1));
  }

  /** The steps of the preferred match that begins at a row, one for each of its rows; undefined where there is none. */
  at(start: number): readonly RowStep[] | undefined {
    const { steps, rows } = this;
    const taken: RowStep[] = [];
    const open: { pc: number; row: number }[] = [{ pc: 0, row: start }];
    for (let state = open.pop(); state; state = open.pop()) {
      let { pc, row } = state;
      taken.length = row - start;
      while (this.isNew(pc, row)) {
        const step = steps[pc];
        if (!step || step.op === 'found') {
          // What was tried on the way to a match has not failed.
          this.round += 1;
          return taken.slice();
        }
        if (step.op === 'jump') pc = step.to;
        else if (step.op === 'split') {
          open.push({ pc: step.second, row });
          pc = step.first;
        } else if (step.op === 'anchor') {
          if (row !== (step.at === 'start' ? 0 : rows)) break;
          pc += 1;
        } else {
          if (row >= rows || !this.satisfies(row, step.symbol)) break;
          taken.push(step);
          row += 1;
          pc += 1;
        }
      }
    }
    return undefined;
  }

  private isNew(pc: number, row: number): boolean {
    const place = pc * (this.rows + 1) + row;
    if (this.tried[place] === this.round) return false;
    this.tried[place] = this.round;
    this.work += 1;
    return true;
  }
}
