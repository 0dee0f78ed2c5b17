import type { SnowflakeType } from '../contract.ts';
import { sameType } from '../types/conversion-rules.ts';
import { fixed, MAX_TEXT, text } from '../types/type.ts';
import { cast } from './coerce.ts';
import { bindOrdered, refuseCollations } from './collations.ts';
import { orderKey, sortKey } from './comparisons.ts';
import { ExpressionBinder, orderText, type Subqueries } from './expressions.ts';
import { compilation, duplicateAlias, invalidKey } from './failures.ts';
import { Frame } from './frame.ts';
import { unifiedType } from './operators.ts';
import { bindSelect } from './selects.ts';
import type { CommonTable, Expr, OrderItem, Query, QueryBody, SetOperation, ValuesBody } from './syntax/ast.ts';
import { SourceColumn, type Translation } from './translation.ts';
import { integerOf, isNull, NULL, type Origin, type Typed, typed } from './typed.ts';
import { bindRows } from './values.ts';

/** A column that a query gives; in DuckDB it is called `c` and its place, from 1. */
export interface OutColumn {
  readonly name: string;
  readonly type: SnowflakeType;
  readonly nullable: boolean;
  readonly origin?: Origin;
  /** NULL in every row, and so of any type. */
  readonly isNull?: boolean;
  /** Bound JSON without a schema (`Typed`). */
  readonly isBound?: boolean;
  /** An expression without an alias, in a list without a star. */
  readonly isUnnamed?: boolean;
}

/** A translated query: its columns are called c1, c2, ... */
export interface BoundQuery {
  readonly sql: string;
  readonly columns: readonly OutColumn[];
}

/** A common table expression in scope. */
interface Cte {
  readonly duckName: string;
  readonly columns: readonly OutColumn[];
  /** Told when a query reads it: how a recursive one is recognised. */
  readonly used: () => void;
}

/** Binds queries; one for each set of common table expressions in scope. */
export class QueryBinder implements Subqueries {
  constructor(
    readonly translation: Translation,
    private readonly ctes: ReadonlyMap<string, Cte> = new Map(),
    /** The texts of these common table expressions, for what must run before the query does. */
    readonly prelude: readonly string[] = [],
  ) {}

  /** The common table expression of a name. */
  commonTable(name: string): Cte | undefined {
    const found = this.ctes.get(name);
    found?.used();
    return found;
  }

  bindSubquery(query: Query, parent: Frame): BoundQuery {
    return this.bindQuery(query, parent);
  }

  bindQuery(query: Query, parent: Frame | undefined): BoundQuery {
    if (query.with.length === 0) return this.withLimits(query, parent);
    const ctes = new Map(this.ctes);
    const texts: string[] = [];
    let isRecursive = false;
    for (const [index, table] of query.with.entries()) {
      const { name } = table.name;
      if (query.with.findIndex((one) => one.name.name === name) < index) throw duplicateAlias(name, table.name);
      const bound = new QueryBinder(this.translation, ctes, [...this.prelude, ...texts]).bindCommonTable(table, parent);
      isRecursive ||= bound.isRecursive;
      texts.push(bound.sql);
      ctes.set(name, bound.cte);
    }
    const body = new QueryBinder(this.translation, ctes, [...this.prelude, ...texts]).withLimits(query, parent);
    return { sql: `WITH ${isRecursive ? 'RECURSIVE ' : ''}${texts.join(', ')} ${body.sql}`, columns: body.columns };
  }

  private bindCommonTable(
    table: CommonTable,
    parent: Frame | undefined,
  ): { cte: Cte; sql: string; isRecursive: boolean } {
    const duckName = this.translation.fresh('q');
    const rename = (columns: readonly OutColumn[]) => {
      if (table.columns.length === 0) return columns;
      if (table.columns.length !== columns.length) {
        throw compilation(
          '002020',
          '42601',
          `common table expression '${table.name.name}' names ${table.columns.length} columns, its query has ${columns.length}`,
          table.name,
        );
      }
      return columns.map((column, index) => ({ ...column, name: table.columns[index]?.name ?? column.name }));
    };
    const recursive = this.recursion(table, parent, duckName, rename);
    if (recursive) return recursive;
    const query = this.bindQuery(table.query, parent);
    const cte = { duckName, columns: rename(query.columns), used: () => {} };
    return { cte, sql: `${duckName} AS (${query.sql})`, isRecursive: false };
  }

  /** A UNION whose right side reads the table itself; undefined where it is none. */
  private recursion(
    table: CommonTable,
    parent: Frame | undefined,
    duckName: string,
    rename: (columns: readonly OutColumn[]) => readonly OutColumn[],
  ): { cte: Cte; sql: string; isRecursive: boolean } | undefined {
    const { body } = table.query;
    if (body.kind !== 'set' || body.op !== 'union' || table.query.with.length > 0) return undefined;
    if (!mentions(body.right, table.name.name)) return undefined;
    const anchor = this.bindBody(body.left, parent);
    refuseCollations(this.translation, anchor.columns, `in ${body.op.toUpperCase()}`, body);
    // The recursion may need more room than its first row shows.
    const columns = rename(anchor.columns.map((column) => ({ ...column, type: widest(column.type), nullable: true })));
    let isUsed = false;
    const cte: Cte = {
      duckName,
      columns,
      used: () => {
        isUsed = true;
      },
    };
    const inner = new QueryBinder(this.translation, new Map(this.ctes).set(table.name.name, cte));
    const step = inner.bindBody(body.right, parent);
    if (!isUsed) return undefined;
    if (step.columns.length !== columns.length) throw columnCount(body, columns.length, step.columns.length);
    const sql = `${this.converted(anchor, columns)} UNION ${body.isAll ? 'ALL ' : ''}${this.converted(step, columns)}`;
    return { cte, sql: `${duckName} AS (${sql})`, isRecursive: true };
  }

  /** A query whose columns have these types. */
  private converted(query: BoundQuery, columns: readonly OutColumn[]): string {
    if (query.columns.every((column, index) => sameType(column.type, columns[index]?.type ?? column.type))) {
      return `(${query.sql})`;
    }
    const alias = this.translation.fresh('u');
    const items = query.columns.map((column, index) => {
      const to = columns[index]?.type ?? column.type;
      const value = cast(sample(column, `${alias}.c${index + 1}`), to, this.translation.settings);
      return `${value.sql} AS c${index + 1}`;
    });
    return `(SELECT ${items.join(', ')} FROM (${query.sql}) AS ${alias})`;
  }

  private withLimits(query: Query, parent: Frame | undefined): BoundQuery {
    const limits = this.limits(query);
    if (query.body.kind === 'select') return bindSelect(this, query.body, query, parent, limits);
    const body = this.bindBody(query.body, parent);
    if (query.orderBy.length === 0 && !query.orderAll && limits === '') return body;
    const alias = this.translation.fresh('u');
    const frame = new Frame(parent);
    frame.isRowClause = true;
    frame.sources.push({ name: '', path: [], columns: columnsOf(body.columns, alias) });
    const order = this.orderOutput(query, body.columns, new ExpressionBinder(this.translation, frame, this));
    const names = body.columns.map((_, index) => `${alias}.c${index + 1}`);
    return { sql: `SELECT ${names.join(', ')} FROM (${body.sql}) AS ${alias}${order}${limits}`, columns: body.columns };
  }

  /** ORDER BY over a query's own columns: by place, by name, or an expression of them. */
  private orderOutput(query: Query, columns: readonly OutColumn[], binder: ExpressionBinder): string {
    const direct = (index: number, item: Pick<OrderItem, 'isDescending' | 'nullsFirst'>) => {
      const column = columns[index];
      const source = binder.frame.sources[0]?.columns[index];
      return column && source ? orderText(orderKey(typed(source.sql, column.type, true)), item) : '';
    };
    if (query.orderBy === 'all') {
      const item = query.orderAll ?? { isDescending: false, nullsFirst: undefined };
      return ` ORDER BY ${columns.map((_, index) => direct(index, item)).join(', ')}`;
    }
    if (query.orderBy.length === 0) return '';
    const items = query.orderBy.map((item) => {
      const place = placeOf(item.expr, columns.length, 'order by');
      return place === undefined ? orderText(sortKey(bindOrdered(binder, item.expr)), item) : direct(place, item);
    });
    return ` ORDER BY ${items.join(', ')}`;
  }

  /** LIMIT and OFFSET as DuckDB writes them. */
  limits(query: Pick<Query, 'limit' | 'offset'>): string {
    const count = (expr: Expr | undefined, word: string): string => {
      if (!expr) return '';
      const value = new ExpressionBinder(this.translation, new Frame(), this).bind(expr);
      if (isNull(value) || (value.constant?.kind === 'string' && value.constant.value === '')) return '';
      const number = value.constant?.kind === 'string' ? Number(value.constant.value) : integerOf(value);
      if (number === undefined || number < 0 || !Number.isInteger(number)) {
        throw compilation('001003', '42000', `${word} needs a constant whole number`, expr);
      }
      return ` ${word} ${number}`;
    };
    return count(query.limit, 'LIMIT') + count(query.offset, 'OFFSET');
  }

  bindBody(body: QueryBody, parent: Frame | undefined): BoundQuery {
    switch (body.kind) {
      case 'select':
        return bindSelect(this, body, { orderBy: [] }, parent, '');
      case 'nested':
        return this.bindQuery(body.query, parent);
      case 'values':
        return this.values(body, parent);
      default:
        return this.setOperation(body, parent);
    }
  }

  private values(body: ValuesBody, parent: Frame | undefined): BoundQuery {
    const frame = new Frame(parent);
    frame.isRowClause = true;
    return bindRows(new ExpressionBinder(this.translation, frame, this), body.rows, body);
  }

  private setOperation(body: SetOperation, parent: Frame | undefined): BoundQuery {
    const sides = [this.bindBody(body.left, parent), this.bindBody(body.right, parent)] as const;
    const [left, right] = body.isByName ? this.matched(...sides) : sides;
    if (left.columns.length !== right.columns.length)
      throw columnCount(body, left.columns.length, right.columns.length);
    refuseCollations(this.translation, left.columns, `in ${body.op.toUpperCase()}`, body);
    refuseCollations(this.translation, right.columns, `in ${body.op.toUpperCase()}`, body);
    const columns = left.columns.map((column, index) => {
      const other = right.columns[index] ?? column;
      const pair = [sample(column), sample(other)];
      const type = unifiedType(pair, body.op.toUpperCase(), body);
      const onlyNull = column.isNull && other.isNull ? { isNull: true } : {};
      return { name: column.name, type, nullable: column.nullable || other.nullable, ...onlyNull };
    });
    const op = { union: 'UNION', intersect: 'INTERSECT', except: 'EXCEPT' }[body.op];
    const sql = `${this.converted(left, columns)} ${op}${body.isAll ? ' ALL' : ''} ${this.converted(right, columns)}`;
    return { sql, columns };
  }

  /** Both sides of UNION BY NAME with the columns of either: the left side's first, NULL where a side has none. */
  private matched(left: BoundQuery, right: BoundQuery): readonly [BoundQuery, BoundQuery] {
    const names = [...new Set([...left.columns, ...right.columns].map(({ name }) => name))];
    const arranged = (query: BoundQuery): BoundQuery => {
      const alias = this.translation.fresh('u');
      const places = names.map((name) => query.columns.findIndex((column) => column.name === name));
      const items = places.map((at, index) => `${at < 0 ? NULL.sql : `${alias}.c${at + 1}`} AS c${index + 1}`);
      const columns = places.map((at, index): OutColumn => {
        return query.columns[at] ?? { name: names[index] ?? '', type: NULL.type, nullable: true, isNull: true };
      });
      return { sql: `SELECT ${items.join(', ')} FROM (${query.sql}) AS ${alias}`, columns };
    };
    return [arranged(left), arranged(right)];
  }
}

/** A column as a value; one of NULLs takes any type. */
function sample(column: OutColumn, sql = ''): Typed {
  const value = typed(sql, column.type, column.nullable);
  return column.isNull ? { ...value, constant: { kind: 'null' } } : value;
}

function columnCount(body: SetOperation, expected: number, got: number): Error {
  const message = `invalid number of result columns for set operator input branches, expected ${expected}, got ${got} in branch {2}`;
  return compilation('001789', '42601', message, body);
}

/** NUMBER and VARCHAR at their widest. */
function widest(type: SnowflakeType): SnowflakeType {
  if (type.type === 'fixed') return fixed(38, type.scale ?? 0);
  return type.type === 'text' ? text(MAX_TEXT) : type;
}

/** True where a part of a query names a table so: a bare name somewhere in it. */
function mentions(node: unknown, name: string): boolean {
  if (Array.isArray(node)) return node.some((item) => mentions(item, name));
  if (typeof node !== 'object' || node === null) return false;
  const { kind, name: parts } = node as { kind?: unknown; name?: unknown };
  if (kind === 'table' && Array.isArray(parts) && parts.length === 1) {
    const [only] = parts as { name?: unknown }[];
    if (only?.name === name) return true;
  }
  return Object.values(node).some((value) => mentions(value, name));
}

/** A place from 0 where ORDER BY or GROUP BY gives a column's number. Throws SqlError 000979 where no column has it. */
export function placeOf(expr: Expr, count: number, clause: 'group by' | 'order by'): number | undefined {
  if (expr.kind !== 'number' || !/^\d+$/.test(expr.text)) return undefined;
  const place = Number(expr.text);
  if (place < 1 || place > count) throw invalidKey(String(place), clause, expr);
  return place - 1;
}

/** The columns of a query as a source shows them. */
export function columnsOf(columns: readonly OutColumn[], alias: string): SourceColumn[] {
  return columns.map((column, index) => new SourceColumn({ ...column, sql: `${alias}.c${index + 1}` }));
}
