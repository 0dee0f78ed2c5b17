import { BOOLEAN } from '../types/type.ts';
import { refuseCollations } from './collations.ts';
import { comparable, compare, equalityKey, orderKey } from './comparisons.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation } from './failures.ts';
import type { Expr, Query, Span } from './syntax/ast.ts';
import { type Typed, typed } from './typed.ts';

type Of<K extends Expr['kind']> = Extract<Expr, { kind: K }>;

/** `(a, b) = (c, d)` and its negation: item by item. */
export function compareRows(
  binder: ExpressionBinder,
  op: '=' | '<>',
  left: readonly Expr[],
  right: readonly Expr[],
  span: Span,
): Typed {
  if (left.length !== right.length) {
    throw compilation('002020', '42601', 'row values of different lengths cannot be compared', span);
  }
  const pairs = right.map((other, index) => {
    const item = left[index] ?? other;
    return compare('=', binder.collated(item), binder.collated(other), binder.settings, span);
  });
  const all = `(${pairs.map((pair) => pair.sql).join(' AND ')})`;
  const nullable = pairs.some((pair) => pair.nullable);
  return typed(op === '=' ? all : `(NOT ${all})`, BOOLEAN, nullable);
}

/** IN with a list or a query. */
export function bindIn(binder: ExpressionBinder, expr: Of<'in'>): Typed {
  const not = expr.isNegated ? 'NOT ' : '';
  if (expr.query) return inQuery(binder, expr, expr.query);
  if (expr.arg.kind === 'row') return rowIn(binder, expr, expr.arg.items);
  const arg = binder.bind(expr.arg);
  const items = binder.bindAll(expr.list);
  const pairs = items.map((item) => comparable(arg, item, binder.settings, 'IN', expr));
  const nullable = arg.nullable || items.some((item) => item.nullable);
  const lefts = new Set(pairs.map(([left]) => equalityKey(left)));
  const [left] = lefts;
  if (lefts.size === 1 && left !== undefined) {
    // What stands there twice is asked for once, unless it may differ each time.
    const keys = pairs.map(([, right]) => equalityKey(right));
    const list = (items.some(({ isVolatile }) => isVolatile) ? keys : [...new Set(keys)]).join(', ');
    return typed(`(${left} ${not}IN (${list}))`, BOOLEAN, nullable);
  }
  const any = pairs.map(([one, right]) => `${equalityKey(one)} = ${equalityKey(right)}`).join(' OR ');
  return typed(`(${not}(${any}))`, BOOLEAN, nullable);
}

function rowIn(binder: ExpressionBinder, expr: Of<'in'>, items: readonly Expr[]): Typed {
  const { list } = expr;
  // `(a, b) IN (1, 2)` is one row without brackets of its own, as Python's driver writes a bound tuple.
  const isOneRow = list.length === items.length && list.every((item) => item.kind !== 'row');
  const rows = (isOneRow ? [{ kind: 'row' as const, items: list }] : list).map((row) => {
    if (row.kind !== 'row') throw compilation('002020', '42601', 'a row value was expected in the list', expr);
    return compareRows(binder, '=', items, row.items, expr).sql;
  });
  return typed(`(${expr.isNegated ? 'NOT ' : ''}(${rows.join(' OR ')}))`, BOOLEAN, true);
}

function inQuery(binder: ExpressionBinder, expr: Of<'in'>, subquery: Query): Typed {
  const lefts = expr.arg.kind === 'row' ? binder.bindAll(expr.arg.items) : [binder.bind(expr.arg)];
  const query = binder.queries.bindSubquery(subquery, binder.frame);
  if (query.columns.length !== lefts.length) {
    const message = `Invalid number of columns in the subquery: expected ${lefts.length}, got ${query.columns.length}`;
    throw compilation('002057', '42601', message, expr);
  }
  refuseCollations(binder.translation, query.columns, 'here', expr);
  const alias = binder.translation.fresh('i');
  const pairs = query.columns.map((column, index) => {
    const right = typed(`${alias}.c${index + 1}`, column.type, column.nullable);
    return comparable(lefts[index] ?? right, right, binder.settings, 'IN', expr);
  });
  const bracket = (items: readonly string[]) => (items.length > 1 ? `(${items.join(', ')})` : items.join(''));
  const left = bracket(pairs.map(([one]) => equalityKey(one)));
  const right = bracket(pairs.map(([, one]) => equalityKey(one)));
  const not = expr.isNegated ? 'NOT ' : '';
  return typed(`(${left} ${not}IN (SELECT ${right} FROM (${query.sql}) AS ${alias}))`, BOOLEAN, true);
}

/** `= ANY (query)`, `> ALL (query)`. */
export function bindQuantified(binder: ExpressionBinder, expr: Of<'quantified'>): Typed {
  const left = binder.bind(expr.left);
  const query = binder.queries.bindSubquery(expr.query, binder.frame);
  const [column] = query.columns;
  if (!column) throw new Error('a query has columns');
  refuseCollations(binder.translation, query.columns, 'here', expr);
  const alias = binder.translation.fresh('i');
  const right = typed(`${alias}.c1`, column.type, column.nullable);
  const [one, other] = comparable(left, right, binder.settings, expr.op, expr);
  const inner = `SELECT ${orderKey(other)} FROM (${query.sql}) AS ${alias}`;
  return typed(`(${orderKey(one)} ${expr.op} ${expr.quantifier.toUpperCase()} (${inner}))`, BOOLEAN, true);
}

export function bindBetween(binder: ExpressionBinder, expr: Of<'between'>): Typed {
  const arg = binder.collated(expr.arg);
  const low = compare('>=', arg, binder.collated(expr.low), binder.settings, expr);
  const high = compare('<=', arg, binder.collated(expr.high), binder.settings, expr);
  const not = expr.isNegated ? 'NOT ' : '';
  return typed(`(${not}(${low.sql} AND ${high.sql}))`, BOOLEAN, low.nullable || high.nullable);
}

/** IS [NOT] NULL, TRUE, FALSE. */
export function bindIs(binder: ExpressionBinder, expr: Of<'is'>): Typed {
  const not = expr.isNegated ? 'NOT ' : '';
  if (expr.what === 'null') return typed(`(${binder.collated(expr.arg).sql} IS ${not}NULL)`, BOOLEAN, false);
  return typed(`(${binder.condition(expr.arg).sql} IS ${not}${expr.what.toUpperCase()})`, BOOLEAN, false);
}

export function bindIsDistinct(binder: ExpressionBinder, expr: Of<'is-distinct'>): Typed {
  const [left, right] = comparable(
    binder.collated(expr.left),
    binder.collated(expr.right),
    binder.settings,
    'IS DISTINCT FROM',
    expr,
  );
  const not = expr.isNegated ? 'NOT ' : '';
  return typed(`(${equalityKey(left)} IS ${not}DISTINCT FROM ${equalityKey(right)})`, BOOLEAN, false);
}
