import { toPlainText } from '../types/convert.ts';
import { quoteText } from '../types/literal.ts';
import { isKeptAsJson } from '../types/type.ts';
import type { BoundTable } from './bound-tables.ts';
import type { ExpressionBinder } from './expressions.ts';
import type { QueryBinder } from './queries.ts';
import type { Expr } from './syntax/ast.ts';
import type { PivotClause, PivotValue } from './syntax/from-ast.ts';
import type { Typed } from './typed.ts';

/** A value of a PIVOT's IN with the name of its column where the text has none. */
export interface LabelledValue extends PivotValue {
  readonly label?: string;
}

/**
 * The values of a PIVOT: those of its list, or, for ANY and subqueries, what their rows hold at this moment, NULL left
 * out. Columns are then named by the value as a literal. Source: docs, "PIVOT", dynamic pivot.
 */
export function pivotValues(
  binder: ExpressionBinder,
  clause: PivotClause,
  queries: QueryBinder,
  table: BoundTable,
): readonly LabelledValue[] {
  const { values } = clause;
  if (!('kind' in values)) return values;
  const { translation } = binder;
  const { start, end, line, pos } = clause.column;
  const span = { start, end, line, pos };
  let value: Typed;
  let rows: string;
  if (values.kind === 'any') {
    value = binder.bind({ kind: 'name', parts: [clause.column], ...span });
    const order = `ORDER BY v ${values.isDescending ? 'DESC' : 'ASC'}`;
    rows = `SELECT v FROM (SELECT DISTINCT ${value.sql} AS v FROM ${table.sql()}) ${order}`;
  } else {
    const query = queries.bindSubquery(values.query, binder.frame);
    const [column, ...more] = query.columns;
    if (!column || more.length > 0) throw translation.unsupported('PIVOT with a subquery of several columns', clause);
    value = { sql: 'v', type: column.type, nullable: true };
    rows = `SELECT q.c1 AS v FROM (${query.sql}) AS q(c1)`;
  }
  if (table.isLateral || isKeptAsJson(value.type)) throw translation.unsupported('PIVOT with ANY here', clause);
  const text = toPlainText('v', value.type, binder.settings);
  const before = queries.prelude.length > 0 ? `WITH RECURSIVE ${queries.prelude.join(', ')} ` : '';
  const found = translation.texts(`${before}SELECT ${text} FROM (${rows}) WHERE v IS NOT NULL`, clause);
  return [...new Set(found)].map((one) => labelled(one, value, span));
}

function labelled(text: string, { type }: Typed, span: Pick<Expr, 'start' | 'end' | 'line' | 'pos'>): LabelledValue {
  const literal: Expr = { kind: 'string', value: text, ...span };
  if (type.type === 'text') return { expr: literal, label: quoteText(text) };
  const isBare = type.type === 'fixed' || type.type === 'real' || type.type === 'boolean';
  return {
    expr: { kind: 'cast', arg: literal, type, isTry: false, ...span },
    label: isBare ? text.toUpperCase() : quoteText(text),
  };
}
