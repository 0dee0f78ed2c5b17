/** A run of rows that follow one another without a gap, both in number and in lines. */
interface Run {
  readonly position: number;
  readonly row: number;
  readonly line: number;
}

/**
 * Where the rows of a file stand: their numbers (from 1, those at fault counted) and lines (from 1), by position (from
 * 0) among the rows that were read. Takes room for each gap, not for each row.
 */
export class RowPlaces {
  private readonly runs: Run[] = [];
  private size = 0;

  get count(): number {
    return this.size;
  }

  /** The next row. */
  add(row: number, line: number): void {
    const last = this.runs[this.runs.length - 1];
    const ahead = last ? this.size - last.position : 0;
    if (!last || row !== last.row + ahead || line !== last.line + ahead) {
      this.runs.push({ position: this.size, row, line });
    }
    this.size += 1;
  }

  /** Throws a RangeError for a position at which no row is. */
  of(position: number): { row: number; line: number } {
    let low = 0;
    let high = this.runs.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.runs[middle]?.position ?? 0) <= position) low = middle;
      else high = middle;
    }
    const run = this.runs[low];
    if (!run || position < 0 || position >= this.size) throw new RangeError(`no row at position ${position}`);
    const ahead = position - run.position;
    return { row: run.row + ahead, line: run.line + ahead };
  }
}
