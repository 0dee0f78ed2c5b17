import { readType } from '../../types/parse.ts';
import type { BinaryOp, Expr, OrderItem, PathStep, Query } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseCompared, parsePredicate } from './predicate.ts';
import { parsePrimary } from './primary.ts';

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
        left = parseCompared(this.grammar, left, op);
      } else if (token.kind === 'word') {
        const tested = parsePredicate(this.grammar, left);
        if (!tested) return left;
        left = tested;
      } else return left;
    }
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
    const isRunning = this.cursor.isWord('RUNNING') || this.cursor.isWord('FINAL');
    if (isRunning && this.cursor.peek(1).kind === 'word' && this.cursor.isSymbol('(', 2)) {
      const semantics = this.cursor.next().value === 'FINAL' ? 'final' : 'running';
      const call = parsePrimary(this.grammar);
      if (call.kind !== 'call') throw this.cursor.unexpected();
      return this.postfix({ ...call, semantics, ...this.cursor.spanFrom(first) });
    }
    if (first.kind === 'word' && first.value === 'CONNECT_BY_ROOT') {
      this.cursor.next();
      const arg = this.grammar.deeper(() => this.sign());
      return { kind: 'unary', op: 'root', arg, ...this.cursor.spanFrom(first) };
    }
    return this.postfix(parsePrimary(this.grammar));
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
        cursor.at += 3;
        base = { kind: 'unary', op: 'outer', arg: base, ...cursor.spanFrom(start) };
      } else if (cursor.isWord('COLLATE') && cursor.peek(1).kind === 'string') {
        const { line, pos, start: at, end } = cursor.next();
        const name = { name: 'COLLATE', isQuoted: false, line, pos, start: at, end };
        const args = [{ value: base }, { value: parsePrimary(this.grammar) }];
        const span = cursor.spanFrom(start);
        base = { kind: 'call', name: [name], args, isDistinct: false, hasBrackets: true, ...span };
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
}
