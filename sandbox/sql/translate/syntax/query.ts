import { SqlError } from '../../../engine.ts';
import type { TimestampMapping } from '../../types/parse.ts';
import type {
  CommonTable,
  Expr,
  GroupBy,
  GroupItem,
  HierarchyClause,
  Ident,
  OrderItem,
  Query,
  QueryBody,
  Select,
  SelectItem,
} from './ast.ts';
import { Cursor } from './cursor.ts';
import { ExpressionParser, type Grammar } from './expression.ts';
import { parseFrom } from './from.ts';

/** Levels of brackets, calls and subqueries. */
const MAX_DEPTH = 300;

/** What is nested too deeply to be followed. */
export function tooDeep(): SqlError {
  return new SqlError('000001', '42000', 'SQL compilation error:\nthe statement is nested too deeply.');
}

/** Reads queries: WITH, SELECT, set operations, VALUES, ORDER BY, LIMIT. */
export class QueryParser implements Grammar {
  readonly cursor: Cursor;
  private readonly expressions = new ExpressionParser(this);
  private depth = 0;

  constructor(source: string, mapping: TimestampMapping) {
    this.cursor = new Cursor(source, mapping);
  }

  expr(): Expr {
    return this.expressions.parse();
  }

  operand(): Expr {
    return this.expressions.operand();
  }

  deeper<T>(read: () => T): T {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw tooDeep();
    const found = read();
    this.depth -= 1;
    return found;
  }

  /** The whole text as one query. */
  wholeQuery(): Query {
    const query = this.query();
    this.expectEnd();
    return query;
  }

  /** The whole text as one expression. */
  wholeExpr(): Expr {
    const expr = this.expr();
    this.expectEnd();
    return expr;
  }

  private expectEnd(): void {
    while (this.cursor.takeSymbol(';'));
    if (this.cursor.isSymbol('->>')) throw this.cursor.unsupported("the flow operator '->>'");
    if (this.cursor.token.kind !== 'end') throw this.cursor.unexpected();
  }

  query(): Query {
    return this.deeper(() => this.wholeOrNested());
  }

  private wholeOrNested(): Query {
    const { cursor } = this;
    const first = cursor.token;
    let isRecursive = false;
    let tables: CommonTable[] = [];
    if (cursor.takeWords('WITH')) {
      isRecursive = cursor.isWord('RECURSIVE') && cursor.peek(1).kind !== 'symbol' && cursor.takeWords('RECURSIVE');
      tables = cursor.list(() => this.commonTable());
    }
    const body = this.setOperation();
    const order = this.orderBy();
    const limits = this.limits();
    return { isRecursive, with: tables, body, ...order, ...limits, ...cursor.spanFrom(first) };
  }

  private commonTable(): CommonTable {
    const { cursor } = this;
    const name = cursor.expectName();
    const columns = cursor.isSymbol('(') ? cursor.bracketed(() => cursor.expectGivenName()) : [];
    cursor.expectWord('AS');
    if (cursor.isWord('PROCEDURE')) throw cursor.unsupported('procedures in WITH');
    const [query] = cursor.bracketed(() => this.query());
    if (!query) throw cursor.unexpected();
    return { name, columns, query };
  }

  /** UNION, EXCEPT and MINUS are of one rank; INTERSECT binds tighter. */
  private setOperation(): QueryBody {
    let left = this.intersection();
    for (;;) {
      const op = this.cursor.isWord('UNION') ? 'union' : this.isExcept() ? 'except' : undefined;
      if (op === undefined) return left;
      left = this.combine(op, left, () => this.intersection());
    }
  }

  private isExcept(): boolean {
    return this.cursor.isWord('EXCEPT') || this.cursor.isWord('MINUS');
  }

  private intersection(): QueryBody {
    let left = this.simple();
    while (this.cursor.isWord('INTERSECT')) left = this.combine('intersect', left, () => this.simple());
    return left;
  }

  private combine(op: 'union' | 'except' | 'intersect', left: QueryBody, right: () => QueryBody): QueryBody {
    const { cursor } = this;
    cursor.next();
    const isAll = cursor.takeWords('ALL');
    if (!isAll) cursor.takeWords('DISTINCT');
    if (isAll && op !== 'union') throw cursor.unexpected(cursor.peek(-1));
    const isByName = cursor.takeWords('BY', 'NAME');
    return { kind: 'set', op, isAll, isByName, left, right: right(), ...cursor.spanFrom(left) };
  }

  private simple(): QueryBody {
    const { cursor } = this;
    const first = cursor.token;
    if (cursor.takeSymbol('(')) {
      const query = this.query();
      cursor.expectSymbol(')');
      return { kind: 'nested', query, ...cursor.spanFrom(first) };
    }
    if (cursor.takeWords('VALUES')) {
      const rows = cursor.list(() => cursor.bracketed(() => this.expr()));
      return { kind: 'values', rows, ...cursor.spanFrom(first) };
    }
    if (!cursor.isWord('SELECT')) throw cursor.unexpected();
    return this.select();
  }

  private select(): Select {
    const { cursor } = this;
    const first = cursor.next();
    const isDistinct = cursor.takeWords('DISTINCT');
    if (!isDistinct) cursor.takeWords('ALL');
    const top = cursor.isWord('TOP') && cursor.peek(1).kind === 'number' ? this.topCount() : undefined;
    const items = this.items();
    const from = cursor.takeWords('FROM') ? parseFrom(this) : [];
    const where = cursor.takeWords('WHERE') ? this.expr() : undefined;
    const hierarchy = this.hierarchy();
    const groupBy = cursor.takeWords('GROUP', 'BY') ? this.groupBy() : undefined;
    const having = cursor.takeWords('HAVING') ? this.expr() : undefined;
    const qualify = cursor.takeWords('QUALIFY') ? this.expr() : undefined;
    return {
      kind: 'select',
      isDistinct,
      items,
      from,
      ...(top === undefined ? {} : { top }),
      ...(where === undefined ? {} : { where }),
      ...(hierarchy === undefined ? {} : { hierarchy }),
      ...(groupBy === undefined ? {} : { groupBy }),
      ...(having === undefined ? {} : { having }),
      ...(qualify === undefined ? {} : { qualify }),
      ...cursor.spanFrom(first),
    };
  }

  /** START WITH and CONNECT BY, in either order. */
  private hierarchy(): HierarchyClause | undefined {
    const { cursor } = this;
    const first = cursor.token;
    let startWith = cursor.takeWords('START', 'WITH') ? this.expr() : undefined;
    if (!cursor.takeWords('CONNECT', 'BY')) {
      if (startWith) throw cursor.unexpected();
      return undefined;
    }
    if (cursor.isWord('NOCYCLE')) throw cursor.unsupported('NOCYCLE');
    const connectBy = this.expr();
    if (!startWith && cursor.takeWords('START', 'WITH')) startWith = this.expr();
    return { connectBy, ...(startWith === undefined ? {} : { startWith }), ...cursor.spanFrom(first) };
  }

  private topCount(): Expr {
    this.cursor.next();
    const token = this.cursor.next();
    return { kind: 'number', text: token.text, ...this.cursor.spanFrom(token) };
  }

  /** Snowflake takes a comma behind the last item. */
  private items(): SelectItem[] {
    const items = [this.item()];
    while (this.cursor.takeSymbol(',')) {
      if (this.cursor.isWord('FROM')) break;
      items.push(this.item());
    }
    return items;
  }

  private item(): SelectItem {
    const { cursor } = this;
    const first = cursor.token;
    const expr = this.expr();
    const end = cursor.spanFrom(first);
    // A star takes no alias: `* FORM t` is a misspelt FROM.
    const alias = expr.kind === 'star' ? undefined : cursor.takeWords('AS') ? this.alias() : cursor.takeBareAlias();
    return { expr, ...(alias === undefined ? {} : { alias }), ...end };
  }

  private alias(): Ident {
    const { token } = this.cursor;
    if (token.kind === 'string') throw this.cursor.unexpected();
    return this.cursor.expectGivenName();
  }

  private groupBy(): GroupBy {
    if (this.cursor.isWord('ALL') && this.cursor.peek(1).kind !== 'symbol') {
      this.cursor.next();
      return { kind: 'all' };
    }
    return { kind: 'sets', items: this.cursor.list(() => this.groupItem()) };
  }

  private groupItem(): GroupItem {
    const { cursor } = this;
    const set = (): readonly Expr[] => {
      if (!cursor.isSymbol('(')) return [this.expr()];
      if (cursor.isSymbol(')', 1)) {
        cursor.at += 2;
        return [];
      }
      const expr = this.expr();
      return expr.kind === 'row' ? expr.items : [expr];
    };
    if (cursor.isSymbol('(', 1) && (cursor.isWord('ROLLUP') || cursor.isWord('CUBE'))) {
      const kind = cursor.next().value === 'CUBE' ? 'cube' : 'rollup';
      return { kind, sets: cursor.bracketed(set) };
    }
    if (cursor.takeWords('GROUPING', 'SETS')) return { kind: 'grouping sets', sets: cursor.bracketed(set) };
    return { kind: 'expr', expr: this.expr() };
  }

  order(): OrderItem[] {
    return this.cursor.list(() => {
      const expr = this.expr();
      return { expr, ...this.direction() };
    });
  }

  private direction(): { isDescending: boolean; nullsFirst: boolean | undefined } {
    const { cursor } = this;
    const isDescending = cursor.takeWords('DESC');
    if (!isDescending) cursor.takeWords('ASC');
    const nullsFirst = cursor.takeWords('NULLS', 'FIRST')
      ? true
      : cursor.takeWords('NULLS', 'LAST')
        ? false
        : undefined;
    return { isDescending, nullsFirst };
  }

  private orderBy(): Pick<Query, 'orderBy' | 'orderAll'> {
    const { cursor } = this;
    if (!cursor.takeWords('ORDER', 'BY')) return { orderBy: [] };
    if (cursor.isWord('ALL') && cursor.peek(1).kind !== 'symbol') {
      cursor.next();
      return { orderBy: 'all', orderAll: this.direction() };
    }
    return { orderBy: this.order() };
  }

  private limits(): Pick<Query, 'limit' | 'offset'> {
    const { cursor } = this;
    let limit: Expr | undefined;
    let offset: Expr | undefined;
    for (;;) {
      if (cursor.takeWords('LIMIT')) limit = this.expr();
      else if (cursor.takeWords('OFFSET')) {
        offset = this.expr();
        if (!cursor.takeWords('ROWS')) cursor.takeWords('ROW');
      } else if (cursor.takeWords('FETCH')) {
        if (!cursor.takeWords('FIRST')) cursor.takeWords('NEXT');
        limit = this.expr();
        if (!cursor.takeWords('ROWS')) cursor.takeWords('ROW');
        cursor.takeWords('ONLY');
      } else break;
    }
    if (cursor.isWord('FOR') && cursor.isWord('UPDATE', 1)) throw cursor.unsupported('FOR UPDATE');
    return { ...(limit === undefined ? {} : { limit }), ...(offset === undefined ? {} : { offset }) };
  }
}
