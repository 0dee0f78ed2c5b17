/** Stands for the name without a character, which Snowflake takes and DuckDB does not. */
const NO_NAME = '"\u0001"';

/** A name as DuckDB reads it. */
export function quoteDuck(name: string): string {
  if (name === '') return NO_NAME;
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal of DuckDB's. */
export function duckText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
