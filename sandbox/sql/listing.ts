import { sorted } from '../catalog/access.ts';
import type { Database, Schema, Table, View } from '../catalog/model.ts';
import type { SnowflakeType } from './contract.ts';
import type { Names } from './find.ts';
import type { Statement } from './statement.ts';
import { rowsOf } from './transaction.ts';

/** Tables and views of a schema that a session may see, its temporary ones in the place of those that they shadow. */
export function visibleRelations(names: Names, schema: Schema): (Table | View)[] {
  const temporary = [...names.temporaries.values()].filter((object) => object.schema === schema);
  const shadowed = new Set(temporary.map(({ name }) => name));
  const permanent = [...schema.relations.values()].filter(
    (relation) => !shadowed.has(relation.name) && names.access.sees(relation),
  );
  return sorted([...permanent, ...temporary]);
}

/** All of a database's visible tables and views, in order of schema and name. */
export function relationsOf(names: Names, database: Database): (Table | View)[] {
  return names.access.schemas(database).flatMap((schema) => visibleRelations(names, schema));
}

/** How many rows each table has for this session, its open transaction included. */
export async function rowCounts(statement: Statement, tables: readonly Table[]): Promise<ReadonlyMap<Table, number>> {
  const counts = new Map<Table, number>();
  const { duck } = statement.account.catalog;
  for (let from = 0; from < tables.length; from += 100) {
    const part = tables.slice(from, from + 100);
    const selects = part.map((table, index) => {
      const rows = rowsOf(table, statement.session.transaction, (storage) => statement.hold(storage));
      return `SELECT ${index} AS i, count(*) AS n FROM ${rows}`;
    });
    const rows = await duck.rows(selects.join(' UNION ALL '), statement.signal);
    for (const [index, count] of rows) {
      const table = part[Number(index)];
      if (table) counts.set(table, Number(count));
    }
  }
  return counts;
}

/** An estimate of a table's size in bytes, as the account holds no files that could be weighed. 0 for an empty one. */
export function estimatedBytes(table: Table, rows: number): number {
  if (rows === 0) return 0;
  const width = table.columns.reduce((sum, { type }) => sum + columnWidth(type), 0);
  return Math.ceil((rows * width) / 512 + 1) * 512;
}

function columnWidth({ type }: SnowflakeType): number {
  if (type === 'boolean') return 1;
  if (type === 'date') return 2;
  if (type === 'text' || type === 'variant' || type === 'object' || type === 'array' || type === 'map') return 12;
  return 4;
}
