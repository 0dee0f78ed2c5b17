import { readType } from '../../types/parse.ts';
import { DATE, time, timestamp } from '../../types/type.ts';
import type { BinaryOp, Expr, OrderItem, PathStep, Query, Span } from './ast.ts';
import { parseCall } from './call.ts';
import type { Cursor } from './cursor.ts';
import { parseStar } from './star.ts';

/** Reads expressions; the query parser lends itself for subqueries. */
export interface Grammar {
  readonly cursor: Cursor;
  expr(): Expr;
  /** An expression without comparisons and logic: what stands before IN of POSITION(a IN b). */
  operand(): Expr;
  query(): Query;
  order(): OrderItem[];
  /** Runs a reader one level deeper; too many levels are an error, so that no text can exhaust the stack. */
  deeper<T>(read: () => T): T;
}

const COMPARISONS: Readonly<Record<string, BinaryOp>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** Functions that Snowflake lets stand without brackets. */
const BARE_FUNCTIONS = new Set([
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'CURRENT_USER',
  'LOCALTIME',
  'LOCALTIMESTAMP',
]);

const MOMENTS = {
  DATE,
  TIME: time(),
  TIMESTAMP_NTZ: timestamp('timestamp_ntz'),
  TIMESTAMP_LTZ: timestamp('timestamp_ltz'),
  TIMESTAMP_TZ: timestamp('timestamp_tz'),
} as const;

/** Expressions by precedence, loosest first: OR, AND, NOT, comparisons, `||`, sums, products, signs, `::` and paths. */
export class ExpressionParser {
  constructor(private readonly grammar: Grammar) {}

  private get cursor(): Cursor {
    return this.grammar.cursor;
  }

  parse(): Expr {
    return this.grammar.deeper(() => this.or());
  }

  operand(): Expr {
    return this.concat();
  }

  private binary(op: BinaryOp, left: Expr, right: Expr): Expr {
    return { kind: 'binary', op, left, right, ...this.cursor.spanFrom(left) };
  }

  private or(): Expr {
    let left = this.and();
    while (this.cursor.takeWords('OR')) left = this.binary('or', left, this.and());
    return left;
  }

  private and(): Expr {
    let left = this.not();
    while (this.cursor.takeWords('AND')) left = this.binary('and', left, this.not());
    return left;
  }

  private not(): Expr {
    const first = this.cursor.token;
    if (!this.cursor.takeWords('NOT')) return this.comparison();
    const arg = this.grammar.deeper(() => this.not());
    return { kind: 'unary', op: 'not', arg, ...this.cursor.spanFrom(first) };
  }

  private comparison(): Expr {
    let left = this.concat();
    for (;;) {
      const { token } = this.cursor;
      const op = token.kind === 'symbol' ? COMPARISONS[token.text] : undefined;
      if (op !== undefined) {
        this.cursor.next();
        left = this.compared(left, op);
      } else if (token.kind === 'word') {
        const tested = this.predicate(left);
        if (!tested) return left;
        left = tested;
      } else return left;
    }
  }

  private compared(left: Expr, op: BinaryOp): Expr {
    const { cursor } = this;
    const quantifier = cursor.isWord('ALL') ? 'all' : cursor.isWord('ANY') || cursor.isWord('SOME') ? 'any' : undefined;
    if (quantifier === undefined || !cursor.isSymbol('(', 1)) return this.binary(op, left, this.concat());
    cursor.next();
    cursor.expectSymbol('(');
    const query = this.grammar.query();
    cursor.expectSymbol(')');
    return { kind: 'quantified', op, left, quantifier, query, ...cursor.spanFrom(left) };
  }

  /** IS, IN, BETWEEN, LIKE and their negations; undefined where none stands here. */
  private predicate(arg: Expr): Expr | undefined {
    const { cursor } = this;
    if (cursor.isWord('IS')) return this.is(arg);
    const isNegated = cursor.isWord('NOT');
    const word = cursor.peek(isNegated ? 1 : 0).value;
    const take = () => {
      cursor.at += isNegated ? 2 : 1;
    };
    switch (word) {
      case 'IN':
        take();
        return this.in(arg, isNegated);
      case 'BETWEEN': {
        take();
        const low = this.concat();
        cursor.expectWord('AND');
        const high = this.concat();
        return { kind: 'between', arg, low, high, isNegated, ...cursor.spanFrom(arg) };
      }
      case 'LIKE':
      case 'ILIKE':
        take();
        return this.like(arg, word === 'LIKE' ? 'like' : 'ilike', isNegated);
      case 'RLIKE':
      case 'REGEXP':
        take();
        return this.like(arg, 'rlike', isNegated);
      default:
        return undefined;
    }
  }

  private is(arg: Expr): Expr {
    const { cursor } = this;
    cursor.next();
    const isNegated = cursor.takeWords('NOT');
    if (cursor.takeWords('DISTINCT')) {
      cursor.expectWord('FROM');
      const right = this.concat();
      return { kind: 'is-distinct', left: arg, right, isNegated, ...cursor.spanFrom(arg) };
    }
    for (const [word, what] of [
      ['NULL', 'null'],
      ['TRUE', 'true'],
      ['FALSE', 'false'],
    ] as const) {
      if (cursor.takeWords(word)) return { kind: 'is', arg, what, isNegated, ...cursor.spanFrom(arg) };
    }
    throw cursor.unexpected();
  }

  private in(arg: Expr, isNegated: boolean): Expr {
    const { cursor } = this;
    cursor.expectSymbol('(');
    if (cursor.isWord('SELECT') || cursor.isWord('WITH')) {
      const query = this.grammar.query();
      cursor.expectSymbol(')');
      return { kind: 'in', arg, list: [], query, isNegated, ...cursor.spanFrom(arg) };
    }
    const list = cursor.list(() => this.parse());
    cursor.expectSymbol(')');
    return { kind: 'in', arg, list, isNegated, ...cursor.spanFrom(arg) };
  }

  private like(arg: Expr, op: 'like' | 'ilike' | 'rlike', isNegated: boolean): Expr {
    const { cursor } = this;
    const quantifier = cursor.isWord('ANY') || cursor.isWord('SOME') ? 'any' : cursor.isWord('ALL') ? 'all' : undefined;
    let patterns: Expr[];
    if (quantifier !== undefined) {
      cursor.next();
      patterns = cursor.isSymbol('(') ? cursor.bracketed(() => this.parse()) : [this.concat()];
    } else patterns = [this.concat()];
    const escapeChar = cursor.takeWords('ESCAPE') ? this.concat() : undefined;
    return {
      kind: 'like',
      op,
      arg,
      patterns,
      isNegated,
      ...(quantifier === undefined ? {} : { quantifier }),
      ...(escapeChar === undefined ? {} : { escapeChar }),
      ...cursor.spanFrom(arg),
    };
  }

  private concat(): Expr {
    let left = this.sum();
    while (this.cursor.takeSymbol('||')) left = this.binary('||', left, this.sum());
    return left;
  }

  private sum(): Expr {
    let left = this.product();
    for (;;) {
      if (this.cursor.takeSymbol('+')) left = this.binary('+', left, this.product());
      else if (this.cursor.takeSymbol('-')) left = this.binary('-', left, this.product());
      else return left;
    }
  }

  private product(): Expr {
    let left = this.sign();
    for (;;) {
      if (this.cursor.takeSymbol('*')) left = this.binary('*', left, this.sign());
      else if (this.cursor.takeSymbol('/')) left = this.binary('/', left, this.sign());
      else if (this.cursor.takeSymbol('%')) left = this.binary('%', left, this.sign());
      else return left;
    }
  }

  private sign(): Expr {
    const first = this.cursor.token;
    if (this.cursor.isSymbol('-') || this.cursor.isSymbol('+')) {
      const op = this.cursor.next().text === '-' ? '-' : '+';
      const arg = this.grammar.deeper(() => this.sign());
      return { kind: 'unary', op, arg, ...this.cursor.spanFrom(first) };
    }
    if (first.kind === 'word' && first.value === 'PRIOR' && this.cursor.peek(1).kind !== 'symbol') {
      this.cursor.next();
      const arg = this.grammar.deeper(() => this.sign());
      return { kind: 'unary', op: 'prior', arg, ...this.cursor.spanFrom(first) };
    }
    return this.postfix(this.primary());
  }

  private postfix(start: Expr): Expr {
    const { cursor } = this;
    let base = start;
    for (;;) {
      if (cursor.takeSymbol('::')) {
        const found = readType(cursor.tokens, cursor.at, cursor.mapping);
        if (!found) throw cursor.unexpected();
        cursor.at = found.next;
        base = { kind: 'cast', arg: base, type: found.type, isTry: false, ...cursor.spanFrom(start) };
      } else if (cursor.isSymbol('[') || (cursor.isSymbol(':') && this.isPathKey())) {
        const steps = this.pathSteps();
        base = { kind: 'path', base, steps, ...cursor.spanFrom(start) };
      } else if (cursor.isSymbol('(') && cursor.isSymbol('+', 1) && cursor.isSymbol(')', 2)) {
        throw cursor.unsupported('the outer join operator (+)');
      } else if (cursor.isWord('COLLATE') && cursor.peek(1).kind === 'string') {
        throw cursor.unsupported('COLLATE');
      } else return base;
    }
  }

  private isPathKey(): boolean {
    const { kind } = this.cursor.peek(1);
    return kind === 'word' || kind === 'quoted';
  }

  private pathSteps(): PathStep[] {
    const { cursor } = this;
    const steps: PathStep[] = [];
    if (cursor.takeSymbol(':')) steps.push(this.pathKey());
    for (;;) {
      if (cursor.takeSymbol('[')) {
        steps.push({ index: this.parse() });
        cursor.expectSymbol(']');
      } else if (cursor.isSymbol('.') && this.isPathKey()) {
        cursor.next();
        steps.push(this.pathKey());
      } else return steps;
    }
  }

  /** Keys keep their case, quoted or not. */
  private pathKey(): PathStep {
    const token = this.cursor.next();
    return { key: token.kind === 'quoted' ? token.value : token.text };
  }

  private primary(): Expr {
    const { cursor } = this;
    const first = cursor.token;
    switch (first.kind) {
      case 'number':
        cursor.next();
        return { kind: 'number', text: first.text, ...cursor.spanFrom(first) };
      case 'string':
        cursor.next();
        return { kind: 'string', value: first.value, ...cursor.spanFrom(first) };
      case 'variable':
        cursor.next();
        return /^\d+$/.test(first.value)
          ? { kind: 'position', qualifier: [], number: Number(first.value), ...cursor.spanFrom(first) }
          : { kind: 'variable', name: first.value, ...cursor.spanFrom(first) };
      case 'symbol':
        return this.symbol(first);
      case 'quoted':
        return this.name();
      case 'word':
        return this.word(first.value, first);
      default:
        throw cursor.unexpected();
    }
  }

  private symbol(first: Span & { readonly text: string }): Expr {
    const { cursor } = this;
    if (cursor.isSymbol('(')) return this.brackets(first);
    if (cursor.isSymbol('*')) return parseStar(this.grammar, []);
    if (cursor.takeSymbol('?')) {
      cursor.binds += 1;
      return { kind: 'bind', index: cursor.binds, ...cursor.spanFrom(first) };
    }
    if (cursor.isSymbol(':') && cursor.peek(1).kind === 'number') {
      cursor.next();
      const index = Number(cursor.next().text);
      cursor.numberedBinds = Math.max(cursor.numberedBinds, index);
      return { kind: 'bind', index, ...cursor.spanFrom(first) };
    }
    if (cursor.takeSymbol('[')) {
      const items = cursor.isSymbol(']') ? [] : cursor.list(() => this.parse());
      cursor.expectSymbol(']');
      return { kind: 'array', items, ...cursor.spanFrom(first) };
    }
    if (cursor.takeSymbol('{')) return this.object(first);
    throw cursor.unexpected();
  }

  private object(first: Span): Expr {
    const { cursor } = this;
    if (cursor.isSymbol('*')) throw cursor.unsupported('wildcards in object constants');
    const entry = () => {
      const key = cursor.next();
      if (key.kind !== 'string') throw cursor.unexpected(key);
      cursor.expectSymbol(':');
      return { key: key.value, value: this.parse() };
    };
    const entries = cursor.isSymbol('}') ? [] : cursor.list(entry);
    cursor.expectSymbol('}');
    return { kind: 'object', entries, ...cursor.spanFrom(first) };
  }

  private brackets(first: Span): Expr {
    const { cursor } = this;
    const back = cursor.at;
    const binds = cursor.binds;
    cursor.expectSymbol('(');
    if (cursor.isWord('SELECT') || cursor.isWord('WITH')) return this.subquery(first);
    const items = cursor.list(() => this.parse());
    // ((SELECT ...) UNION (SELECT ...)) begins as an expression does.
    if (items[0]?.kind === 'subquery' && items.length === 1 && !cursor.isSymbol(')')) {
      cursor.at = back + 1;
      cursor.binds = binds;
      return this.subquery(first);
    }
    cursor.expectSymbol(')');
    const [only] = items;
    if (items.length === 1 && only) return { ...only, ...cursor.spanFrom(first) };
    return { kind: 'row', items, ...cursor.spanFrom(first) };
  }

  private subquery(first: Span): Expr {
    const query = this.grammar.query();
    this.cursor.expectSymbol(')');
    return { kind: 'subquery', query, ...this.cursor.spanFrom(first) };
  }

  private word(word: string, first: Span): Expr {
    const { cursor } = this;
    const follows = cursor.peek(1);
    switch (word) {
      case 'NULL':
        cursor.next();
        return { kind: 'null', ...cursor.spanFrom(first) };
      case 'TRUE':
      case 'FALSE':
        cursor.next();
        return { kind: 'boolean', value: word === 'TRUE', ...cursor.spanFrom(first) };
      case 'CASE':
        return this.case(first);
      case 'EXISTS': {
        cursor.next();
        cursor.expectSymbol('(');
        const query = this.grammar.query();
        cursor.expectSymbol(')');
        return { kind: 'exists', query, ...cursor.spanFrom(first) };
      }
      case 'CAST':
      case 'TRY_CAST':
        return this.cast(word === 'TRY_CAST', first);
    }
    if (follows.kind === 'string') {
      if (word === 'INTERVAL') {
        cursor.at += 2;
        return { kind: 'interval', text: follows.value, ...cursor.spanFrom(first) };
      }
      if (word === 'X' && follows.start === first.end) {
        cursor.at += 2;
        return { kind: 'binary-literal', hex: follows.value, ...cursor.spanFrom(first) };
      }
      const type = word === 'TIMESTAMP' ? readType(cursor.tokens, cursor.at, cursor.mapping)?.type : undefined;
      const moment = type ?? (word in MOMENTS ? MOMENTS[word as keyof typeof MOMENTS] : undefined);
      if (moment) {
        cursor.at += 2;
        return { kind: 'moment', type: moment, value: follows.value, ...cursor.spanFrom(first) };
      }
    }
    if (BARE_FUNCTIONS.has(word) && follows.text !== '(' && follows.text !== '.') {
      const name = [cursor.ident(cursor.next())];
      return { kind: 'call', name, args: [], isDistinct: false, hasBrackets: false, ...cursor.spanFrom(first) };
    }
    return this.name();
  }

  private cast(isTry: boolean, first: Span): Expr {
    const { cursor } = this;
    cursor.next();
    cursor.expectSymbol('(');
    const arg = this.parse();
    cursor.expectWord('AS');
    const found = readType(cursor.tokens, cursor.at, cursor.mapping);
    if (!found) throw cursor.unexpected();
    cursor.at = found.next;
    if (cursor.isWord('RENAME') || cursor.isWord('ADD')) throw cursor.unsupported('RENAME FIELDS and ADD FIELDS');
    cursor.expectSymbol(')');
    return { kind: 'cast', arg, type: found.type, isTry, ...cursor.spanFrom(first) };
  }

  private case(first: Span): Expr {
    const { cursor } = this;
    cursor.next();
    const operand = cursor.isWord('WHEN') ? undefined : this.parse();
    const whens: { when: Expr; result: Expr }[] = [];
    while (cursor.takeWords('WHEN')) {
      const when = this.parse();
      cursor.expectWord('THEN');
      whens.push({ when, result: this.parse() });
    }
    if (whens.length === 0) throw cursor.unexpected();
    const otherwise = cursor.takeWords('ELSE') ? this.parse() : undefined;
    cursor.expectWord('END');
    return {
      kind: 'case',
      whens,
      ...(operand === undefined ? {} : { operand }),
      ...(otherwise === undefined ? {} : { otherwise }),
      ...cursor.spanFrom(first),
    };
  }

  /** A column, a call, a star or a `$n` behind a table's name. */
  private name(): Expr {
    const { cursor } = this;
    const first = cursor.token;
    if (cursor.isCall()) return parseCall(this.grammar, [cursor.ident(cursor.next())]);
    const parts = [cursor.expectName()];
    while (cursor.isSymbol('.')) {
      cursor.next();
      if (cursor.isSymbol('*')) return parseStar(this.grammar, parts);
      const { token } = cursor;
      if (token.kind === 'variable' && /^\d+$/.test(token.value)) {
        cursor.next();
        return { kind: 'position', qualifier: parts, number: Number(token.value), ...cursor.spanFrom(first) };
      }
      const isCall = cursor.isSymbol('(', 1) && !(cursor.isSymbol('+', 2) && cursor.isSymbol(')', 3));
      parts.push(cursor.expectAnyName());
      if (isCall) return parseCall(this.grammar, parts);
    }
    return { kind: 'name', parts, ...cursor.spanFrom(first) };
  }
}
