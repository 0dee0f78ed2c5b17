import type { Column, Table } from '../catalog/model.ts';
import { displayName, invalidIdentifier, type Place } from './errors.ts';

/** The column of a table by its stored name. Throws SqlError 000904. */
export function columnOf(table: Table, name: string, at?: Place): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (!column) throw invalidIdentifier(displayName(name), at);
  return column;
}
