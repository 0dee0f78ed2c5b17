import { SqlError } from '../../../engine.ts';
import { type Token, tokenize, WHOLLY_RESERVED } from '../../lexer.ts';
import type { TimestampMapping } from '../../types/parse.ts';
import { unsupported } from '../../types/type.ts';
import type { Ident, Span } from './ast.ts';

/** Words that cannot be a column's bare name in an expression. Source: docs, "Reserved & limited keywords". */
const NO_COLUMN = new Set([...WHOLLY_RESERVED, ...'CASE WHEN CAST TRY_CAST TRUE FALSE EXCEPT'.split(' ')]);

/** Words that cannot be a table's bare name or alias in a query, nor a column's alias without AS. */
export const RESERVED = new Set([
  ...NO_COLUMN,
  ...`FULL INNER JOIN LEFT RIGHT NATURAL CROSS LATERAL USING LIMIT FETCH OFFSET
  PIVOT UNPIVOT MATCH_RECOGNIZE ASOF`.split(/\s+/),
]);

/** Reserved as a bare name of a table's alias, too: they begin the next clause. */
const CLAUSE_WORDS = new Set(['WINDOW', 'CHANGES', 'AT', 'BEFORE', 'MATCH_CONDITION']);

/** Words that may serve as a function's name though reserved elsewhere: LEFT(s, 2), INSERT(...), ... */
const FUNCTION_WORDS = new Set(['LEFT', 'RIGHT', 'INSERT', 'LIKE', 'ILIKE', 'RLIKE', 'REGEXP', 'ANY', 'SOME', 'SET']);

/** A place in a list of tokens, and what a parser asks of it. */
export class Cursor {
  at = 0;
  binds = 0;
  /** Greatest number of a `:n` placeholder. */
  numberedBinds = 0;

  constructor(
    readonly source: string,
    readonly mapping: TimestampMapping,
    readonly tokens: readonly Token[] = tokenize(source),
  ) {}

  get token(): Token {
    return this.peek(0);
  }

  peek(offset: number): Token {
    const token = this.tokens[this.at + offset] ?? this.tokens.at(-1);
    if (!token) throw new Error('a token list always has its end');
    return token;
  }

  next(): Token {
    const token = this.token;
    if (token.kind !== 'end') this.at += 1;
    return token;
  }

  /** A span from a first token's start to the end of the token before this one. */
  spanFrom(first: Span | Token): Span {
    const last = this.tokens[this.at - 1];
    return { start: first.start, end: Math.max(last?.end ?? first.end, first.start), line: first.line, pos: first.pos };
  }

  isWord(word: string, offset = 0): boolean {
    const token = this.peek(offset);
    return token.kind === 'word' && token.value === word;
  }

  isSymbol(symbol: string, offset = 0): boolean {
    const token = this.peek(offset);
    return token.kind === 'symbol' && token.text === symbol;
  }

  /** Moves past these words if they stand here. */
  takeWords(...words: readonly string[]): boolean {
    if (!words.every((word, offset) => this.isWord(word, offset))) return false;
    this.at += words.length;
    return true;
  }

  takeSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.at += 1;
    return true;
  }

  expectWord(word: string): void {
    if (!this.takeWords(word)) throw this.unexpected();
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected();
  }

  /** Snowflake's syntax error at a token: 001003, 42000. */
  unexpected(token: Token = this.token): SqlError {
    const { line, pos } = token;
    const shown = token.kind === 'end' ? '<EOF>' : token.text;
    const message = `SQL compilation error:\nsyntax error line ${line} at position ${pos} unexpected '${shown}'.`;
    return new SqlError('001003', '42000', message, { line, pos });
  }

  unsupported(what: string, at: Span | Token = this.token): SqlError {
    return unsupported(what, { line: at.line, pos: at.pos });
  }

  ident(token: Token): Ident {
    const { start, end, line, pos } = token;
    return { name: token.value, isQuoted: token.kind === 'quoted', start, end, line, pos };
  }

  /** A name where one must stand; reserved words are refused. */
  expectName(): Ident {
    const { token } = this;
    if (token.kind !== 'quoted' && (token.kind !== 'word' || RESERVED.has(token.value))) throw this.unexpected();
    this.at += 1;
    return this.ident(token);
  }

  /** A column's name, or what qualifies it: words that only mean something in FROM or behind it pass. */
  expectColumnName(): Ident {
    if (this.token.kind === 'word' && NO_COLUMN.has(this.token.value)) throw this.unexpected();
    return this.expectAnyName();
  }

  /** A name behind AS or in a list of columns: words that only begin a clause pass, wholly reserved ones do not. */
  expectGivenName(): Ident {
    if (this.token.kind === 'word' && WHOLLY_RESERVED.has(this.token.value)) throw this.unexpected();
    return this.expectAnyName();
  }

  /** A name behind a point, where reserved words pass. */
  expectAnyName(): Ident {
    const { token } = this;
    if (token.kind !== 'quoted' && token.kind !== 'word') throw this.unexpected();
    this.at += 1;
    return this.ident(token);
  }

  /** Parts of a dotted name; `DB..T` leaves an empty part, which stands for PUBLIC. */
  expectDotted(): readonly Ident[] {
    const parts = [this.expectName()];
    while (this.isSymbol('.')) {
      const point = this.next();
      if (this.isSymbol('.')) parts.push({ ...this.ident(point), name: 'PUBLIC' });
      else parts.push(this.expectAnyName());
    }
    return parts;
  }

  /** An alias without AS. */
  takeBareAlias(): Ident | undefined {
    const { token } = this;
    if (token.kind === 'quoted') return this.expectName();
    if (token.kind !== 'word' || RESERVED.has(token.value) || CLAUSE_WORDS.has(token.value)) return undefined;
    return this.expectName();
  }

  /** True where a word followed by a bracket is a function's call. */
  isCall(): boolean {
    const { token } = this;
    if (!this.isSymbol('(', 1) || (this.isSymbol('+', 2) && this.isSymbol(')', 3))) return false;
    if (token.kind === 'quoted') return true;
    return token.kind === 'word' && (!RESERVED.has(token.value) || FUNCTION_WORDS.has(token.value));
  }

  /** Items between commas. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.takeSymbol(',')) items.push(item());
    return items;
  }

  /** Items between commas inside brackets. */
  bracketed<T>(item: () => T): T[] {
    this.expectSymbol('(');
    const items = this.list(item);
    this.expectSymbol(')');
    return items;
  }
}
