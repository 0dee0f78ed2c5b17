import { quoteName } from '../types/literal.ts';
import type { ExpressionBinder } from './expressions.ts';
import type { Source } from './frame.ts';
import { columnsOf, type OutColumn, type QueryBinder } from './queries.ts';
import type { ScriptJoin } from './script-tables.ts';
import type { Ident } from './syntax/ast.ts';
import type { TableExpr } from './syntax/from-ast.ts';
import { renamed } from './table-aliases.ts';
import { SourceColumn } from './translation.ts';
import { travelPoint } from './travel.ts';
import type { Unnesting } from './unnesting.ts';

/** An item of FROM: DuckDB's text, asked for when all of the SELECT is bound, and the sources that it brings. */
export interface BoundTable {
  readonly sql: () => string;
  readonly sources: readonly Source[];
  /** Reads columns of the items before it. */
  readonly isLateral?: boolean;
  /** A list of which each element is a row: joined to the items before it by unnesting. */
  readonly unnesting?: Unnesting;
  /** A script that takes the rows of the items before it, partition by partition. */
  readonly script?: ScriptJoin;
}

/** A query in brackets under its alias. */
export function derivedTable(
  { translation }: ExpressionBinder,
  sql: string,
  columns: readonly OutColumn[],
  table: TableExpr,
): BoundTable {
  const alias = translation.fresh('s');
  const named = renamed(columns, table);
  let needsNumber = false;
  const source: Source = {
    name: table.alias?.name.name ?? '',
    path: [],
    columns: columnsOf(named, alias),
    rowNumber: () => {
      needsNumber = true;
      return `${alias}.sf_row`;
    },
  };
  const numbered = () => (needsNumber ? `(SELECT *, row_number() OVER () AS sf_row FROM (${sql}))` : `(${sql})`);
  return { sql: () => `${numbered()} AS ${alias}`, sources: [source] };
}

/** Files of a stage: fields by their places alone, `*` does not know them. */
export function stageTable(
  { translation }: ExpressionBinder,
  table: Extract<TableExpr, { kind: 'stage' }>,
): BoundTable {
  const relation = translation.stage(table.stage, table);
  const alias = translation.fresh('s');
  const columns = relation.columns.map(
    (column) => new SourceColumn({ ...column, sql: `${alias}.${quoteName(column.name)}` }),
  );
  const source: Source = { name: table.alias?.name.name ?? '', path: [], columns, isStage: true };
  return { sql: () => `${relation.duckName} AS ${alias}`, sources: [source] };
}

/** A table, a view or a WITH query by its name. */
export function namedTable(
  binder: ExpressionBinder,
  queries: QueryBinder,
  table: TableExpr,
  parts: readonly Ident[],
): BoundTable {
  const { translation } = binder;
  const [first] = parts;
  const cte = parts.length === 1 && first ? queries.commonTable(first.name) : undefined;
  if (cte && table.travel) throw translation.unsupported('time travel of a WITH query', table.travel);
  const alias = translation.fresh('s');
  if (cte && first) {
    const source = {
      name: table.alias?.name.name ?? first.name,
      path: [],
      columns: columnsOf(renamed(cte.columns, table), alias),
    };
    return { sql: () => `${cte.duckName} AS ${alias}`, sources: [source] };
  }
  if (parts.length === 1 && first?.name === 'DUAL' && !first.isQuoted) {
    // Oracle's table of one row, which Snowflake takes as well.
    const source: Source = { name: table.alias?.name.name ?? 'DUAL', path: [], columns: [] };
    return { sql: () => `(SELECT 1) AS ${alias}`, sources: [source] };
  }
  const relation = translation.relation(
    parts.map((part) => part.name),
    parts[0] ?? table,
    table.travel && travelPoint(binder, table.travel),
  );
  const origin = { database: relation.database, schema: relation.schema, table: relation.name };
  const visible = relation.columns.filter((column) => !column.hidden).map((column) => ({ ...column, origin }));
  const names = renamed(visible, table);
  let next = 0;
  // By place, not by name: DuckDB does not tell "a" from "A".
  const places = relation.columns.map((_, index) => `k${index + 1}`);
  const columns = relation.columns.map((column, index) => {
    const name = column.hidden ? column.name : (names[next++]?.name ?? column.name);
    return new SourceColumn({ ...column, name, origin, sql: `${alias}.${places[index]}` });
  });
  const isQuery = relation.duckName.startsWith('(');
  let needsNumber = false;
  const source: Source = {
    name: table.alias?.name.name ?? relation.name,
    path: table.alias ? [] : [relation.database, relation.schema],
    columns,
    rowNumber: () => {
      needsNumber = isQuery;
      return isQuery ? `${alias}.sf_row` : `${alias}.rowid`;
    },
  };
  const duck = () =>
    needsNumber ? `(SELECT *, row_number() OVER () AS sf_row FROM ${relation.duckName})` : relation.duckName;
  return { sql: () => `${duck()} AS ${alias}(${places.join(', ')})`, sources: [source] };
}
