import { compilation } from './failures.ts';
import type { OutColumn } from './queries.ts';
import type { TableAlias, TableExpr } from './syntax/from-ast.ts';

/** The same table under another alias, or none. */
export function withAlias(table: TableExpr, name: TableAlias | undefined): TableExpr {
  const { alias: _, ...rest } = table;
  return name === undefined ? rest : { ...rest, alias: name };
}

/** Columns under the names that the alias gives them: `t(a, b)`. */
export function renamed(columns: readonly OutColumn[], table: TableExpr): readonly OutColumn[] {
  const names = table.alias?.columns ?? [];
  if (names.length === 0) return columns;
  if (names.length > columns.length) {
    throw compilation('002020', '42601', `alias names ${names.length} columns, the table has ${columns.length}`, table);
  }
  return columns.map((column, index) => ({ ...column, name: names[index]?.name ?? column.name }));
}
