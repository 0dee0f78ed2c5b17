import type { Column, Table } from '../catalog/model.ts';
import { invalidIdentifier, type Place, unsupported } from './errors.ts';

/** The column of a table by its stored name. Throws SqlError 000904. */
export function columnOf(table: Table, name: string, at?: Place): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (!column) throw invalidIdentifier(name, at);
  return column;
}

/** DuckDB tells columns apart without regard to case, Snowflake with: such a table is refused rather than mixed up. */
export function refuseCaseTwins(names: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined && other !== name) {
      throw unsupported(`two columns whose names differ only in case ("${other}", "${name}")`);
    }
    seen.set(name.toLowerCase(), name);
  }
}
