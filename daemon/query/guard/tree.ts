/** Judges the parser's tree: whether every node of it is one that a read is made of, and which tables it names. */
import { actingNodes } from './nodes.ts';

/** What the tree says: a read (with what it reads), or why not and where in the statement. */
export type Tree =
  | {
      readonly isRead: true;
      readonly readsOnlyInformationSchema: boolean;
      /** A table is named without its database. */
      readonly hasUnqualified: boolean;
    }
  | { readonly isRead: false; readonly reason: string; readonly offset: number };

/** Common table expressions of one WITH, and how many of them can be seen from where this scope holds. */
interface Scope {
  readonly order: ReadonlyMap<string, number>;
  readonly seen: number;
  readonly outer: Scope | undefined;
}

/** A table, and whether its name is that of a common table expression. */
interface NamedTable {
  readonly table: Record<string, unknown>;
  readonly isExpression: boolean;
}

const queryNodes = new Set(['select', 'union', 'intersect', 'except', 'subquery', 'values', 'paren', 'with']);

/**
 * Walks the whole tree without recursion: a hostile text may be as deep as it likes. `first` is the offset for what has
 * none; `areNamesExact` false: names may have lost what tells them apart, so that none is that of a common table expression.
 */
export function judgeTree(root: unknown, first: number, areNamesExact: boolean): Tree {
  const top = nodeName(root);
  if (top === undefined || !queryNodes.has(top)) {
    return { isRead: false, reason: 'could not be read as a query', offset: first };
  }
  const tables: NamedTable[] = [];
  let isPlain = true;
  const open: { readonly value: unknown; readonly scope: Scope | undefined }[] = [{ value: root, scope: undefined }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, scope: outer } = next;
    if (Array.isArray(value)) {
      for (const item of value) open.push({ value: item, scope: outer });
      continue;
    }
    if (!isRecord(value)) continue;
    const name = nodeName(value);
    if (name !== undefined && actingNodes.has(name)) {
      return { isRead: false, reason: `holds a part that is not of a read (${name})`, offset: first };
    }
    const list = isRecord(value.with) ? value.with : undefined;
    const expressions = Array.isArray(list?.ctes) ? (list.ctes as readonly unknown[]) : [];
    const scope = expressions.length > 0 ? scopeOf(expressions, outer) : outer;
    for (const [key, child] of Object.entries(value)) {
      if (typeof child !== 'object' || child === null) continue;
      if (key === 'into' || (key === 'locks' && Array.isArray(child) && child.length > 0)) {
        return { isRead: false, reason: `holds a part that is not of a read (${key})`, offset: first };
      }
      if (key === 'table' && isRecord(child) && 'schema' in child) {
        tables.push({ table: child, isExpression: areNamesExact && isExpression(child, scope) });
      }
      if (key === 'lateral' || key === 'unnest' || key === 'stage_reference' || key === 'semantic_view')
        isPlain = false;
      if (child !== list) open.push({ value: child, scope });
    }
    if (list === undefined) continue;
    const { ctes: _, ...rest } = list;
    open.push({ value: rest, scope });
    if (scope === undefined) continue;
    // Each sees those before it; itself only where it is said to be recursive, as its name is a table's else.
    for (const [index, expression] of expressions.entries()) {
      const seen = list.recursive === true ? index + 1 : index;
      open.push({ value: expression, scope: { ...scope, seen } });
    }
  }
  const readsOnlyInformationSchema =
    isPlain && tables.some(isInformation) && tables.every((named) => named.isExpression || isInformation(named));
  const hasUnqualified = tables.some(({ table, isExpression: isNone }) => !isNone && identifier(table.catalog) === '');
  return { isRead: true, readsOnlyInformationSchema, hasUnqualified };
}

function scopeOf(expressions: readonly unknown[], outer: Scope | undefined): Scope {
  const order = new Map<string, number>();
  for (const [index, expression] of expressions.entries()) {
    if (isRecord(expression)) order.set(exactName(expression.alias), index);
  }
  return { order, seen: expressions.length, outer };
}

function isExpression(table: Record<string, unknown>, from: Scope | undefined): boolean {
  if (table.schema !== null) return false;
  const name = exactName(table.name);
  for (let scope = from; scope !== undefined; scope = scope.outer) {
    const at = scope.order.get(name);
    if (at !== undefined && at < scope.seen) return true;
  }
  return false;
}

function isInformation({ table }: NamedTable): boolean {
  return identifier(table.schema) === 'INFORMATION_SCHEMA';
}

/** Nodes are objects with the kind of the node as their only key. */
function nodeName(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const keys = Object.keys(value);
  return keys.length === 1 ? keys[0] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function identifier(value: unknown): string {
  return isRecord(value) && typeof value.name === 'string' ? value.name.toUpperCase() : '';
}

/** As Snowflake stores it: folded unless quoted. */
function exactName(value: unknown): string {
  if (!isRecord(value) || typeof value.name !== 'string') return '';
  return value.quoted === true ? value.name : value.name.toUpperCase();
}
