import { equalityKey } from './comparisons.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation } from './failures.ts';
import { placeOf } from './queries.ts';
import type { Expr, GroupItem, Select, SelectItem } from './syntax/ast.ts';
import type { Typed } from './typed.ts';

/**
 * GROUP BY as DuckDB writes it, '' where there is none. Tells the frame which expressions are groups. Items may be
 * places, aliases or expressions; ROLLUP, CUBE, GROUPING SETS and ALL as Snowflake has them.
 */
export function bindGroupBy(binder: ExpressionBinder, select: Select): string {
  const { frame } = binder;
  if (!select.groupBy) return '';
  frame.isGrouped = true;
  const keys = new Map<string, string>();
  const bindKey = (expr: Expr): string => {
    const value = key(binder, expr, select.items);
    // Equal instants are one group whatever their offsets, equal texts however they are written; the group shows one.
    const isCollated = value.type.collation !== undefined;
    keys.set(value.sql, isCollated || value.type.type === 'timestamp_tz' ? `min(${value.sql})` : value.sql);
    return equalityKey(value);
  };
  const items: readonly GroupItem[] = select.groupBy.kind === 'all' ? groupAll(binder, select) : select.groupBy.items;
  const parts = items.map((item) => {
    if (item.kind === 'expr') return bindKey(item.expr);
    const sets = item.sets.map((set) => set.map(bindKey));
    const bracket = (set: readonly string[]) => `(${set.join(', ')})`;
    const words = { rollup: 'ROLLUP', cube: 'CUBE', 'grouping sets': 'GROUPING SETS' }[item.kind];
    return `${words} (${sets.map((set) => (set.length === 1 ? set[0] : bracket(set))).join(', ')})`;
  });
  frame.groupKeys = keys;
  frame.ungrouped = [];
  return parts.length === 0 ? ' GROUP BY ALL' : ` GROUP BY ${parts.join(', ')}`;
}

function key(binder: ExpressionBinder, expr: Expr, items: readonly SelectItem[]): Typed {
  const place = placeOf(expr, items.length, 'group by');
  const target = place === undefined ? expr : items[place]?.expr;
  if (!target) throw new Error('the place was checked');
  if (target.kind === 'star') throw compilation('001003', '42000', "GROUP BY cannot name '*'", expr);
  const { frame } = binder;
  const before = frame.hasAggregate;
  frame.hasAggregate = false;
  const value = binder.collated(target);
  if (frame.hasAggregate) {
    throw compilation('002035', '42601', 'Invalid aggregate function in group by clause', expr);
  }
  frame.hasAggregate = before;
  return value;
}

/** GROUP BY ALL: every item that has no aggregate in it. */
function groupAll(binder: ExpressionBinder, select: Select): readonly GroupItem[] {
  const { frame } = binder;
  return select.items.flatMap((item): GroupItem[] => {
    if (item.expr.kind === 'star') throw binder.translation.unsupported("GROUP BY ALL with '*'", item);
    const before = frame.hasAggregate;
    frame.hasAggregate = false;
    const value = binder.collated(item.expr);
    const isAggregate = frame.hasAggregate;
    frame.hasAggregate = before;
    return isAggregate || value.constant ? [] : [{ kind: 'expr', expr: item.expr }];
  });
}
