import type { Source } from './frame.ts';
import type { Expr, Ident, Select } from './syntax/ast.ts';
import type { FromClause, FromItem, Join } from './syntax/from-ast.ts';
import type { Translation } from './translation.ts';

/** A condition of WHERE that marks one table with (+), and the tables that it needs beside that one. */
interface Marked {
  readonly condition: Expr;
  readonly table: string;
  readonly needs: ReadonlySet<string>;
}

/**
 * A SELECT whose WHERE joins by the operator (+), written with LEFT JOIN instead: each table that is marked is joined to
 * those that its conditions compare it with. Undefined where nothing is marked. What is not certain (marks in FROM with
 * JOIN, on names without their table, in OR of several tables) is refused. Source: docs, "WHERE", joins in the WHERE
 * clause.
 */
export function outerJoins(translation: Translation, select: Select): Select | undefined {
  const { where, from } = select;
  if (!where || !hasMark(where)) return undefined;
  const refuse = (why: string, at: Expr) => translation.unsupported(`the outer join operator (+) ${why}`, at);
  const names = new Map<string, FromItem>();
  for (const item of from) {
    const name = nameOf(item);
    if (item.joins.length > 0 || item.table.isLateral) throw refuse('beside JOIN and LATERAL', where);
    if (name !== undefined) names.set(name, item);
  }
  const rest: Expr[] = [];
  const marked: Marked[] = [];
  for (const condition of conjuncts(where)) {
    if (!hasMark(condition)) {
      rest.push(condition);
      continue;
    }
    const seen: Seen = { marked: new Set(), plain: new Set(), isClear: true };
    look(condition, seen, false);
    const [table, ...others] = seen.marked;
    if (!seen.isClear || table === undefined || !names.has(table)) {
      throw refuse('beside names without their table and subqueries', condition);
    }
    if (others.length > 0) throw refuse('on several tables of one condition', condition);
    if (seen.plain.has(table)) throw refuse('on some columns of a table and not on others', condition);
    marked.push({ condition: unmarked(condition), table, needs: seen.plain });
  }
  const isMarked = (item: FromItem) => marked.some(({ table }) => table === nameOf(item));
  const [first, ...more] = from.filter((item) => !isMarked(item));
  if (!first) throw refuse('on all tables of FROM', where);
  const joins: Join[] = more.map(({ table }) => ({ ...span(table), kind: 'cross', isNatural: false, right: table }));
  const joined = new Set([first, ...more].map(nameOf));
  const waiting = from.filter(isMarked);
  while (waiting.length > 0) {
    const at = waiting.findIndex((item) =>
      marked.every(({ table, needs }) => table !== nameOf(item) || [...needs].every((name) => joined.has(name))),
    );
    const [next] = waiting.splice(Math.max(at, 0), 1);
    if (at < 0 || !next) throw refuse('in a circle', where);
    const on = marked.filter(({ table }) => table === nameOf(next)).map(({ condition }) => condition);
    joins.push({ ...span(next.table), kind: 'left', isNatural: false, right: next.table, on: together(on) });
    joined.add(nameOf(next));
  }
  const { where: _, ...others } = select;
  const remaining = rest.length > 0 ? { where: together(rest) } : {};
  return { ...others, ...remaining, from: [{ table: first.table, joins }] };
}

/** Sources in the order of FROM as it was written, which is the order of `*`. */
export function inOrder(sources: readonly Source[], from: FromClause): Source[] {
  const order = from.map(nameOf);
  return [...sources].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

function nameOf({ table }: FromItem): string | undefined {
  return table.alias?.name.name ?? (table.kind === 'table' ? table.name.at(-1)?.name : undefined);
}

function span({ start, end, line, pos }: Expr | FromItem['table']) {
  return { start, end, line, pos };
}

function conjuncts(expr: Expr): readonly Expr[] {
  return expr.kind === 'binary' && expr.op === 'and' ? [...conjuncts(expr.left), ...conjuncts(expr.right)] : [expr];
}

function together(conditions: readonly Expr[]): Expr {
  return conditions.reduce((left, right) => ({ ...span(left), kind: 'binary', op: 'and', left, right }));
}

interface Seen {
  readonly marked: Set<string>;
  readonly plain: Set<string>;
  isClear: boolean;
}

/** Which tables a condition names, marked and not. */
function look(node: unknown, seen: Seen, isMarked: boolean): void {
  if (typeof node !== 'object' || node === null) return;
  if (!isNode(node)) {
    for (const value of Object.values(node)) look(value, seen, isMarked);
    return;
  }
  if (node.kind === 'unary' && node.op === 'outer') look(node.arg, seen, true);
  else if (node.kind === 'name') {
    const table = (node.parts as readonly Ident[]).at(-2)?.name;
    if (table === undefined) seen.isClear = false;
    else (isMarked ? seen.marked : seen.plain).add(table);
  } else if (['subquery', 'exists', 'quantified', 'position', 'star'].includes(node.kind) || 'query' in node) {
    seen.isClear = false;
  } else look({ ...node, kind: undefined, name: undefined }, seen, isMarked);
}

/** Looks without recursion: a chain of thousands of conditions is as deep as it is long. */
function hasMark(start: unknown): boolean {
  const waiting: unknown[] = [start];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== 'object' || node === null) continue;
    if (isNode(node) && (node.kind === 'subquery' || node.kind === 'exists')) continue;
    if (isNode(node) && node.kind === 'unary' && node.op === 'outer') return true;
    for (const value of Object.values(node)) waiting.push(value);
  }
  return false;
}

/** The condition without its marks. */
function unmarked<T>(node: T): T {
  if (Array.isArray(node)) return node.map(unmarked) as T;
  if (typeof node !== 'object' || node === null) return node;
  if (isNode(node) && node.kind === 'unary' && node.op === 'outer') return node.arg as T;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, unmarked(value)])) as T;
}

function isNode(node: unknown): node is { readonly kind: string } & Readonly<Record<string, unknown>> {
  return typeof node === 'object' && node !== null && 'kind' in node && typeof node.kind === 'string';
}
