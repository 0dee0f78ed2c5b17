import type { Bind, SqlError } from '../engine.ts';
import { bindAt } from './bind-shapes.ts';
import { type Place, syntaxError } from './errors.ts';
import { placeOf, type Token, tokenize } from './lexer.ts';

/** Reads a statement's tokens from left to right; every failed expectation is Snowflake's syntax error at that token. */
export class TokenReader {
  private index = 0;

  constructor(
    readonly text: string,
    readonly tokens: readonly Token[] = tokenize(text),
    private readonly binds: ReadonlyMap<string, Bind> = new Map(),
  ) {}

  /** The token `ahead` places from here; the closing one past the end. */
  peek(ahead = 0): Token {
    const token = this.tokens[Math.min(this.index + ahead, this.tokens.length - 1)];
    if (!token) throw new Error('a token list without its end');
    return token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.index += 1;
    return token;
  }

  /** True where the next tokens are these words or operators. */
  at(...values: string[]): boolean {
    return values.every((value, ahead) => isSymbol(this.peek(ahead), value));
  }

  /** Consumes these words or operators where they stand next. */
  accept(...values: string[]): boolean {
    if (!this.at(...values)) return false;
    this.index += values.length;
    return true;
  }

  /** Consumes one of these single words, and says which. */
  acceptOne<const V extends string>(...values: V[]): V | undefined {
    const found = values.find((value) => this.at(value));
    if (found) this.index += 1;
    return found;
  }

  expect(...values: string[]): void {
    for (const value of values) if (!this.accept(value)) throw this.unexpected();
  }

  get atEnd(): boolean {
    const token = this.peek();
    return token.kind === 'end' || token.value === ';';
  }

  expectEnd(): void {
    while (this.accept(';'));
    if (this.peek().kind !== 'end') throw this.unexpected();
  }

  /** Where the next token stands. */
  get place(): Place {
    return placeOf(this.peek());
  }

  get position(): number {
    return this.index;
  }

  /** Goes back to a `position` taken before. */
  rewind(position: number): void {
    this.index = position;
  }

  unexpected(token: Token = this.peek()): SqlError {
    return syntaxError(placeOf(token), token.kind === 'end' ? '<EOF>' : token.text);
  }

  /** What is bound to the `?`, `:1` or `:name` that is next, and moves behind it; undefined where none stands there. */
  bound(): Bind | undefined {
    const token = this.peek();
    const hasName = isSymbol(token, ':') && ['number', 'word', 'quoted'].includes(this.peek(1).kind);
    if (!hasName && !isSymbol(token, '?')) return undefined;
    const before = this.tokens.slice(0, this.index).filter((other) => isSymbol(other, '?')).length;
    const bind = bindAt(this.binds, hasName ? this.peek(1).value : String(before + 1));
    if (bind) this.index += hasName ? 2 : 1;
    return bind;
  }

  /** One identifier, folded. */
  identifier(): string {
    const token = this.peek();
    if (token.kind !== 'word' && token.kind !== 'quoted') throw this.unexpected();
    this.index += 1;
    return token.value;
  }

  isIdentifier(ahead = 0): boolean {
    const { kind } = this.peek(ahead);
    return kind === 'word' || kind === 'quoted';
  }

  string(): string {
    const token = this.peek();
    if (token.kind !== 'string') throw this.unexpected();
    this.index += 1;
    return token.value;
  }

  integer(): number {
    const sign = this.accept('-') ? -1 : 1;
    const token = this.peek();
    if (token.kind !== 'number' || !/^\d+$/.test(token.value)) throw this.unexpected();
    this.index += 1;
    return sign * Number(token.value);
  }

  /** Skips to the matching closing parenthesis; the opening one is next. Gives the offsets between the two. */
  parenthesised(): { start: number; end: number } {
    const open = this.peek();
    this.expect('(');
    let depth = 1;
    for (;;) {
      const token = this.next();
      if (token.kind === 'end') throw this.unexpected(token);
      if (token.kind !== 'symbol') continue;
      if (token.value === '(') depth += 1;
      if (token.value === ')') depth -= 1;
      if (depth === 0) return { start: open.end, end: token.start };
    }
  }

  /**
   * Skips an expression: up to one of `stops` (words or operators) outside of any bracket, or a closing bracket, or
   * the end. Gives its offsets; empty where nothing stood there.
   */
  expression(...stops: string[]): { start: number; end: number } {
    const start = this.peek().start;
    let end = start;
    let depth = 0;
    let cases = 0;
    for (;;) {
      const token = this.peek();
      if (token.kind === 'end') break;
      if (depth === 0 && cases === 0 && (isSymbol(token, ';') || stops.some((stop) => isSymbol(token, stop)))) break;
      if (token.kind === 'symbol' && '([{'.includes(token.value)) depth += 1;
      if (token.kind === 'symbol' && ')]}'.includes(token.value)) {
        if (depth === 0) break;
        depth -= 1;
      }
      if (isSymbol(token, 'CASE')) cases += 1;
      if (isSymbol(token, 'END') && cases > 0) cases -= 1;
      end = token.end;
      this.index += 1;
    }
    return { start, end };
  }

  /** The text from the next token to the statement's end, in place: what stood before is blanked out, so that positions in errors hold. */
  rest(): string {
    const start = this.peek().start;
    let last = this.tokens.length - 2;
    while (last >= this.index && isSymbol(this.tokens[last], ';')) last -= 1;
    const end = this.tokens[last]?.end ?? start;
    this.index = this.tokens.length - 1;
    return this.inPlace({ start, end });
  }

  /**
   * A part of the text with everything before it blanked out (line ends kept). Where a `?` is among that, those of the
   * part get their numbers.
   */
  inPlace(range: { start: number; end: number }): string {
    const blanks = this.text.slice(0, range.start).replace(/[^\n]/g, ' ');
    const marks = this.tokens.filter((token) => isSymbol(token, '?'));
    if (!marks.some((mark) => mark.end <= range.start)) return blanks + this.text.slice(range.start, range.end);
    let at = range.start;
    let text = blanks;
    marks.forEach((mark, index) => {
      if (mark.start < range.start || mark.end > range.end) return;
      text += `${this.text.slice(at, mark.start)}:${index + 1}`;
      at = mark.end;
    });
    return text + this.text.slice(at, range.end);
  }

  slice(range: { start: number; end: number }): string {
    return this.text.slice(range.start, range.end);
  }
}

/** True for an unquoted word or an operator of this value. */
export function isSymbol(token: Token | undefined, value: string): boolean {
  return token !== undefined && (token.kind === 'word' || token.kind === 'symbol') && token.value === value;
}
