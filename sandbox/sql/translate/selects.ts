import { bindOrdered, refuseCollations } from './collations.ts';
import { equalityKey, orderKey, sortKey } from './comparisons.ts';
import { ExpressionBinder, orderText } from './expressions.ts';
import { compilation, invalidKey, notGrouped } from './failures.ts';
import { collectAliases, Frame, StageItem } from './frame.ts';
import { bindGroupBy } from './groups.ts';
import { Hierarchy } from './hierarchy.ts';
import { readColumn } from './names.ts';
import { inOrder, outerJoins } from './outer-joins.ts';
import { type BoundQuery, type OutColumn, placeOf, type QueryBinder } from './queries.ts';
import { type BoundFrom, bindFrom } from './sources.ts';
import { expandStar } from './stars.ts';
import type { Expr, OrderItem, Query, Select, SelectItem } from './syntax/ast.ts';
import { SourceColumn } from './translation.ts';
import { isNull, nullOf, type Typed } from './typed.ts';
import { wrapStaged } from './unnesting.ts';

/** One output column while its SELECT is bound. */
export interface OutItem {
  readonly name: string;
  readonly value: Typed;
  /** The item's expression, where it is not of a star. */
  readonly expr?: Expr;
  readonly isAliased: boolean;
}

/** The name of a column without an alias: the column's own, else the expression's text in capitals. */
function nameOf(item: SelectItem, text: string): string {
  if (item.alias) return item.alias.name;
  const { expr } = item;
  if (expr.kind === 'name') return expr.parts.at(-1)?.name ?? '';
  return text.toUpperCase();
}

type Order = Pick<Query, 'orderBy' | 'orderAll'>;

/**
 * Binds one SELECT with the ORDER BY and the limits that belong to it. An item that differs at each use and is used
 * again (`SELECT RANDOM() AS r ... WHERE r > 0`) makes it start anew, with that item computed before all else.
 */
export function bindSelect(
  queries: QueryBinder,
  select: Select,
  order: Order,
  parent: Frame | undefined,
  limits: string,
  staged: readonly string[] = [],
): BoundQuery {
  const frame = new Frame(parent);
  try {
    return bindStaged(queries, select, order, frame, limits, staged);
  } catch (error) {
    if (!(error instanceof StageItem) || error.frame !== frame) throw error;
    return bindSelect(queries, select, order, parent, limits, [...staged, error.alias]);
  }
}

/** Computes the items that are staged once for each row, as columns around FROM. */
function stage(binder: ExpressionBinder, from: BoundFrom, names: readonly string[]): BoundFrom {
  if (names.length === 0) return from;
  const { frame } = binder;
  const alias = binder.translation.fresh('s');
  frame.isRowClause = true;
  const columns = names.map((name, index) => {
    const item = frame.aliases.get(name);
    if (!item) throw new Error('only aliases are staged');
    frame.open.add(name);
    const { sql, type, nullable } = binder.bind(item.expr);
    frame.open.delete(name);
    return { name: `x${index + 1}`, alias: name, sql, type, nullable };
  });
  frame.isRowClause = false;
  const sql = wrapStaged(frame, from.sql, from.conditions, alias, columns);
  for (const column of columns) {
    frame.staged.set(column.alias, new SourceColumn({ ...column, name: column.alias, sql: `${alias}.${column.name}` }));
  }
  return { sql, conditions: [] };
}

/** FROM as START WITH and CONNECT BY have it; WHERE picks from its rows. */
function hierarchyOf(binder: ExpressionBinder, plain: BoundFrom, select: Select): BoundFrom {
  const { hierarchy: clause, where, from } = select;
  if (!clause) return plain;
  const { frame, translation } = binder;
  // Snowflake joins by WHERE first and climbs then: which part of the condition is a join, nobody can tell for certain.
  // A hierarchy meets its rows again by their values.
  const columns = frame.sources.flatMap((source) => source.columns);
  refuseCollations(translation, columns, 'in CONNECT BY', clause);
  if (where && from.length > 1) throw translation.unsupported('WHERE in a CONNECT BY of several tables', where);
  const hierarchy = new Hierarchy(binder);
  frame.hierarchy = hierarchy;
  return hierarchy.bind(plain, clause);
}

function bindStaged(
  queries: QueryBinder,
  written: Select,
  order: Order,
  frame: Frame,
  limits: string,
  staged: readonly string[],
): BoundQuery {
  const binder = new ExpressionBinder(queries.translation, frame, queries);
  const outer = outerJoins(queries.translation, written);
  const select = outer ?? written;
  const plain = bindFrom(binder, queries, select.from);
  if (outer) frame.sources = inOrder(frame.sources, written.from);
  collectAliases(frame, select.items);
  const from = stage(binder, hierarchyOf(binder, plain, select), staged);

  frame.isRowClause = true;
  const conditions = [...from.conditions];
  if (select.where) conditions.push(binder.condition(select.where).sql);
  if (frame.hasAggregate && select.where) {
    throw compilation('002035', '42601', 'Invalid aggregate function in where clause', select.where);
  }
  frame.isRowClause = false;

  const group = bindGroupBy(binder, select);
  const items = bindItems(binder, select);
  const shown = frame.ungrouped.length;
  const having = select.having ? binder.condition(select.having) : undefined;
  const qualify = select.qualify ? binder.condition(select.qualify) : undefined;
  if (select.qualify && staged.length === 0 && !frame.hasWindow) {
    throw compilation('002303', '42601', 'QUALIFY clause requires at least one window function', select.qualify);
  }
  const ordered = frame.ungrouped.length;
  const orderText = bindOrder(binder, order, items, select.isDistinct);
  checkGrouped(frame, select, shown, ordered);

  const distinct = select.isDistinct ? distinctOf(items) : '';
  const list = items.map((item, index) => `${item.value.sql} AS c${index + 1}`).join(', ');
  const source = from.sql();
  const sql = [
    `SELECT ${distinct}${list}`,
    source === '' ? '' : ` FROM ${source}`,
    conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '',
    group,
    having ? ` HAVING ${having.sql}` : '',
    qualify ? ` QUALIFY ${qualify.sql}` : '',
    orderText,
    select.top ? queries.limits({ limit: select.top }) : '',
    limits,
  ].join('');
  const hasStar = select.items.some(({ expr }) => expr.kind === 'star');
  return { sql, columns: items.map((item) => columnOf(item, hasStar)) };
}

/** Rows are the same where their texts are, by their collations; one of them is shown. */
function distinctOf(items: readonly OutItem[]): string {
  if (items.every(({ value }) => value.type.collation === undefined)) return 'DISTINCT ';
  return `DISTINCT ON (${items.map(({ value }) => equalityKey(value)).join(', ')}) `;
}

function columnOf(item: OutItem, hasStar: boolean): OutColumn {
  const { value, expr } = item;
  const isNamed = item.isAliased || !expr || ['name', 'path', 'position'].includes(expr.kind);
  return {
    name: item.name,
    type: value.type,
    nullable: value.nullable,
    ...(value.origin ? { origin: value.origin } : {}),
    ...(isNull(value) ? { isNull: true } : {}),
    ...(value.isBound ? { isBound: true } : {}),
    ...(isNamed || hasStar ? {} : { isUnnamed: true }),
  };
}

function bindItems(binder: ExpressionBinder, select: Select): readonly OutItem[] {
  return select.items.flatMap((item): readonly OutItem[] => {
    if (item.expr.kind === 'star') return expandStar(binder, item.expr);
    const staged = item.alias && binder.frame.staged.get(item.alias.name);
    if (staged && item.alias && binder.frame.aliases.get(item.alias.name) === item) {
      return [
        { name: item.alias.name, value: readColumn(binder.frame, staged, item.alias.name, item), isAliased: true },
      ];
    }
    const open = item.alias && binder.frame.aliases.get(item.alias.name) === item ? item.alias.name : undefined;
    if (open !== undefined) binder.frame.open.add(open);
    const bound = binder.collated(item.expr);
    const value = isNull(bound) ? { ...bound, ...nullOf(bound.type) } : bound;
    if (open !== undefined) binder.frame.open.delete(open);
    const name = nameOf(item, binder.translation.text(item.expr));
    return [{ name, value, expr: item.expr, isAliased: item.alias !== undefined }];
  });
}

/**
 * ORDER BY of a SELECT: a place, an item's alias (before a column of the same name), or any expression. With DISTINCT
 * only items can be ordered by.
 */
function bindOrder(binder: ExpressionBinder, order: Order, items: readonly OutItem[], isDistinct: boolean): string {
  const byItem = (index: number, item: Pick<OrderItem, 'isDescending' | 'nullsFirst'>) => {
    const value = items[index]?.value;
    if (!value) return '';
    // A place keeps what is volatile from being drawn twice; a key that differs from the value cannot be a place.
    const key = orderKey(value);
    return orderText(key === value.sql ? String(index + 1) : key, item);
  };
  if (order.orderBy === 'all') {
    const all = order.orderAll ?? { isDescending: false, nullsFirst: undefined };
    return ` ORDER BY ${items.map((_, index) => byItem(index, all)).join(', ')}`;
  }
  if (order.orderBy.length === 0) return '';
  const parts = order.orderBy.map((item) => {
    const place = placeOf(item.expr, items.length, 'order by') ?? aliasPlace(item.expr, items);
    if (place !== undefined) return byItem(place, item);
    const mark = binder.frame.ungrouped.length;
    const value = bindOrdered(binder, item.expr);
    const same = items.findIndex((one) => one.value.sql === value.sql);
    if (same >= 0) return byItem(same, item);
    if (isDistinct) {
      const shown = binder.frame.ungrouped[mark]?.name ?? binder.translation.text(item.expr).toUpperCase();
      throw invalidKey(shown, 'order by', item.expr);
    }
    return orderText(sortKey(value), item);
  });
  return ` ORDER BY ${parts.join(', ')}`;
}

function aliasPlace(expr: Expr, items: readonly OutItem[]): number | undefined {
  if (expr.kind !== 'name' || expr.parts.length !== 1) return undefined;
  const name = expr.parts[0]?.name;
  const found = items.findIndex((item) => item.isAliased && item.name === name);
  return found < 0 ? undefined : found;
}

/**
 * Throws SqlError 001104 where a grouped SELECT shows a column that is neither grouped nor aggregated, 000979 where its
 * other clauses name one: the columns from `shown` on stand behind the items, those from `ordered` on in ORDER BY.
 */
function checkGrouped(frame: Frame, select: Select, shown: number, ordered: number): void {
  if (!frame.isGrouped && !frame.hasAggregate && !select.having) return;
  const [first] = frame.ungrouped;
  if (!first) return;
  if (shown > 0) throw notGrouped(first.name, first.span);
  throw invalidKey(first.name, ordered > 0 ? 'group by' : 'order by', first.span);
}
