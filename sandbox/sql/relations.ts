import type { Column, Table, View } from '../catalog/model.ts';
import type { CatalogColumn, Relation } from './contract.ts';
import { displayNames, insufficientPrivileges, objectMissing, unsupported } from './errors.ts';
import { Finder, type Names } from './find.ts';
import { informationSchemaRelation } from './information-schema/relation.ts';
import { quoteDuck } from './quote.ts';
import type { Statement } from './statement.ts';
import { type Past, rowsInPast } from './time-travel.ts';
import { rowsOf } from './transaction.ts';
import { viewRelation } from './views.ts';

/** The hidden column by which UPDATE, DELETE and MERGE find rows again. */
export const ROW_ID = '$ROW_ID';

const ROW_ID_COLUMN: CatalogColumn = {
  name: ROW_ID,
  type: { type: 'fixed', precision: 38, scale: 0, length: null },
  nullable: false,
  hidden: true,
};

/** What a query may read under a name: INFORMATION_SCHEMA's views, tables, views. Throws SqlError 002003, 003001, 090105. */
export async function resolveRelation(
  statement: Statement,
  names: Names,
  parts: readonly string[],
  depth: number,
  past?: Past,
): Promise<Relation> {
  const metadata = await informationSchemaRelation(statement, names, parts);
  if (metadata && past) throw unsupported(`time travel of ${displayNames(parts)}`);
  if (metadata) return metadata;
  const { access } = names;
  const found = new Finder(names, 'SELECT').relation(parts);
  if (!access.reaches(found)) throw objectMissing('Object', parts);
  if (!access.may(found, 'SELECT', 'OWNERSHIP')) {
    throw insufficientPrivileges(found.kind === 'VIEW' ? 'view' : 'table', found.name);
  }
  await statement.occupyWarehouse();
  if (found.kind === 'VIEW') return viewRelation(statement, found, depth, past);
  return past
    ? relationOf(found, await rowsInPast(statement, found, past), found.columns)
    : tableRelation(statement, found);
}

/** Columns under their names, of what stands behind DuckDB's FROM. */
export function columnQuery(table: Table, from: string): string {
  return `(SELECT ${renamed(table.columns)} FROM ${from})`;
}

/** A table's rows as the session's transaction sees them. */
export function tableRelation(statement: Statement, table: Table): Relation {
  const rows = rowsOf(table, statement.session.transaction, (storage) => statement.hold(storage));
  return relationOf(table, columnQuery(table, rows), table.columns);
}

/** One physical table's rows with their row ids, for what changes them. */
export function targetRelation(table: Table, physicalName: string): Relation {
  const query = `(SELECT rowid AS "${ROW_ID}", ${renamed(table.columns)} FROM "${physicalName}")`;
  return relationOf(table, query, [ROW_ID_COLUMN, ...table.columns]);
}

export function relationOf(object: Table | View, duckName: string, columns: readonly CatalogColumn[]): Relation {
  return {
    duckName,
    database: object.schema.database.name,
    schema: object.schema.name,
    name: object.name,
    columns: columns.map(({ name, type, nullable, hidden }) => ({
      name,
      type,
      nullable,
      ...(hidden ? { hidden } : {}),
    })),
  };
}

function renamed(columns: readonly Column[]): string {
  return columns.map(({ duckName, name }) => `"${duckName}" AS ${quoteDuck(name)}`).join(', ');
}
