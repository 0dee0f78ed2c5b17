/** A name as DuckDB reads it. */
export function quoteDuck(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal of DuckDB's. */
export function duckText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
