/** One measured budget of DESIGN §12: a ratio against a baseline of the same run. */
export interface BenchRow {
  readonly what: string;
  /** The measured figure, in `unit`. */
  readonly measured: number;
  /** What it is compared with, measured in the same run; undefined where the budget is absolute. */
  readonly baseline: number | undefined;
  readonly unit: string;
  /** The budget: `<=` or `>=` times the baseline (absolute without one). */
  readonly budget: { readonly op: '<=' | '>='; readonly value: number };
  readonly note?: string;
}

/** True where the row keeps its budget. */
export function isWithin(row: BenchRow): boolean {
  const value = row.baseline === undefined ? row.measured : row.measured / row.baseline;
  return row.budget.op === '<=' ? value <= row.budget.value : value >= row.budget.value;
}

/** The middle of the values; 0 for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
