import { quoteText } from '../types/literal.ts';
import { text } from '../types/type.ts';
import type { BoundTable } from './bound-tables.ts';
import { cast } from './coerce.ts';
import { ExpressionBinder } from './expressions.ts';
import { invalidIdentifier, shownName } from './failures.ts';
import { Frame } from './frame.ts';
import { readColumn } from './names.ts';
import { unifiedType } from './operators.ts';
import { pivotValues } from './pivot-values.ts';
import { columnsOf, type OutColumn, type QueryBinder } from './queries.ts';
import type { Expr, Ident } from './syntax/ast.ts';
import type { PivotClause, TableExpr, UnpivotClause } from './syntax/from-ast.ts';
import type { SourceColumn } from './translation.ts';

/** A table with its PIVOT and UNPIVOT clauses applied, one after the other. */
export function bindPivots(
  binder: ExpressionBinder,
  queries: QueryBinder,
  table: BoundTable,
  expr: TableExpr,
): BoundTable {
  let bound = table;
  expr.pivots.forEach((clause, index) => {
    const alias = index === expr.pivots.length - 1 ? expr.alias : undefined;
    const frame = new Frame(binder.frame.parent);
    frame.sources.push(...bound.sources);
    const inner = new ExpressionBinder(binder.translation, frame, queries);
    const query = clause.kind === 'pivot' ? pivot(inner, clause, queries, bound) : unpivot(inner, clause);
    const name = binder.translation.fresh('s');
    const columns = query.columns.map((column, place) => ({
      ...column,
      name: alias?.columns[place]?.name ?? column.name,
    }));
    const before = bound;
    const source = { name: alias?.name.name ?? '', path: [], columns: columnsOf(columns, name) };
    const lateral = before.isLateral ?? false;
    bound = {
      sql: () => `(${query.head} FROM ${lateral ? 'LATERAL ' : ''}${before.sql()}${query.tail}) AS ${name}`,
      sources: [source],
    };
  });
  return bound;
}

interface Pieces {
  /** SELECT and its list. */
  readonly head: string;
  /** What stands behind FROM. */
  readonly tail: string;
  readonly columns: readonly OutColumn[];
}

const nameOf = (ident: Ident): Expr => ({ kind: 'name', parts: [ident], ...spanOf(ident) });
const spanOf = ({ start, end, line, pos }: Ident) => ({ start, end, line, pos });

/** Columns that keep their place: grouped by. */
function keptColumns(frame: Frame, used: ReadonlySet<string>): readonly SourceColumn[] {
  return frame.starColumns(frame.sources, true).filter((column) => !used.has(column.name));
}

/** PIVOT: an aggregate for each value, of the rows that have it; grouped by all columns that it does not name. */
function pivot(binder: ExpressionBinder, clause: PivotClause, queries: QueryBinder, table: BoundTable): Pieces {
  const used = new Set([clause.column.name]);
  for (const { call } of clause.aggregates) {
    for (const { value } of call.args) if (value.kind === 'name') used.add(value.parts.at(-1)?.name ?? '');
  }
  const kept = keptColumns(binder.frame, used);
  const columns: OutColumn[] = kept.map((column) => ({
    name: column.name,
    type: column.type,
    nullable: column.nullable,
  }));
  const items = kept.map((column) => column.sql);
  const many = clause.aggregates.length > 1;
  for (const { expr, alias, label: shown } of pivotValues(binder, clause, queries, table)) {
    for (const aggregate of clause.aggregates) {
      const args = aggregate.call.args.map(({ value }) => ({
        value: {
          kind: 'case',
          whens: [
            {
              when: { kind: 'binary', op: '=', left: nameOf(clause.column), right: expr, ...spanOf(clause.column) },
              result: value,
            },
          ],
          ...spanOf(clause.column),
        } as Expr,
      }));
      const value = binder.bind({ ...aggregate.call, args });
      const filled = clause.defaultOnNull
        ? {
            ...value,
            sql: `coalesce(${value.sql}, ${cast(binder.bind(clause.defaultOnNull), value.type, binder.settings).sql})`,
          }
        : value;
      const label = alias?.name ?? shown ?? binder.translation.text(expr);
      const suffix = many ? `_${aggregate.alias?.name ?? aggregate.call.name.at(-1)?.name ?? ''}` : '';
      columns.push({ name: `${label}${suffix}`, type: filled.type, nullable: true });
      items.push(filled.sql);
    }
  }
  const list = items.map((item, index) => `${item} AS c${index + 1}`).join(', ');
  const group = kept.length > 0 ? ` GROUP BY ${kept.map((column) => column.sql).join(', ')}` : '';
  return { head: `SELECT ${list}`, tail: group, columns };
}

/** UNPIVOT: a row for each named column of each row; without INCLUDE NULLS those that hold NULL are left out. */
function unpivot(binder: ExpressionBinder, clause: UnpivotClause): Pieces {
  const { frame } = binder;
  const found = clause.columns.map(({ column, alias }) => {
    const source = frame.bare(column.name, column);
    if (!source) throw invalidIdentifier(shownName(column.name), column);
    return { label: alias?.name ?? column.name, value: readColumn(frame, source, column.name, column) };
  });
  const kept = keptColumns(frame, new Set(clause.columns.map(({ column }) => column.name)));
  const type = unifiedType(
    found.map((one) => one.value),
    'UNPIVOT',
    clause,
  );
  const values = found.map(({ value }) => cast(value, type, binder.settings).sql);
  const labels = found.map(({ label }) => quoteText(label));
  const width = Math.max(...found.map(({ label }) => label.length));
  const columns: OutColumn[] = [
    ...kept.map((column) => ({ name: column.name, type: column.type, nullable: column.nullable })),
    { name: clause.name.name, type: text(width), nullable: false },
    { name: clause.value.name, type, nullable: true },
  ];
  const plain = kept.map((column, index) => `${column.sql} AS c${index + 1}`);
  const [at, last] = [kept.length + 1, kept.length + 2];
  const list = [
    ...plain,
    `unnest([${labels.join(', ')}]) AS c${at}`,
    `unnest([${values.join(', ')}]) AS c${last}`,
  ].join(', ');
  if (clause.includeNulls) return { head: `SELECT ${list}`, tail: '', columns };
  return { head: `SELECT * FROM (SELECT ${list}`, tail: `) WHERE c${last} IS NOT NULL`, columns };
}
