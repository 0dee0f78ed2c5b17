/**
 * Snowflake's lexical rules: a text becomes tokens with their places, and a request becomes its statements. Shared by
 * the translator and the engine; imports nothing but the error type.
 */
import { SqlError } from '../engine.ts';

export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'variable' | 'symbol' | 'end';

/** One token. `start` and `end` are offsets into the text; `line` is 1-based and `pos` 0-based, as Snowflake reports them. */
export interface Token {
  readonly kind: TokenKind;
  /** The token as it stands in the text. */
  readonly text: string;
  /** Words folded to upper case, quoted names and strings decoded, variables without their `$`; else the text. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly pos: number;
}

/** Words that name nothing unless they are quoted. Source: docs, "Reserved & limited keywords". */
export const WHOLLY_RESERVED: ReadonlySet<string> = new Set(
  `ALL ALTER AND ANY AS BETWEEN BY CHECK COLUMN CONNECT CREATE CURRENT DELETE DISTINCT DROP ELSE EXISTS FOLLOWING FOR
  FROM GRANT GROUP HAVING ILIKE IN INCREMENT INSERT INTERSECT INTO IS LIKE MINUS NOT NULL OF ON OR ORDER QUALIFY REGEXP
  REVOKE RLIKE ROW ROWS SAMPLE SELECT SET SOME START TABLE TABLESAMPLE THEN TO TRIGGER UNION UNIQUE UPDATE VALUES
  WHENEVER WHERE WITH`.split(/\s+/),
);

/** The sandbox's own bound on a text, whatever its literals hold: what is built upon the tokens takes a multiple of it. */
const MOST_TOKENS = 1024 * 1024;

/** Longest first, so that `->>` is not read as `->` and `>`. */
const SYMBOLS = ['->>', '::', '=>', '->', '<=', '>=', '<>', '!=', '||', ':=', '**'];
const WORD_START = /[\p{L}_]/u;
const WORD_PART = /[\p{L}\p{N}_$]/u;
const VARIABLE = /\$(?:\d+|[\p{L}_][\p{L}\p{N}_$]*)/uy;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
};

/** A syntax error as Snowflake words it: code 001003, SQLSTATE 42000. */
export function syntaxError(line: number, pos: number, what: string): SqlError {
  return new SqlError('001003', '42000', `SQL compilation error:\n${what}`, { line, pos });
}

/** Snowflake's words for such a text are not documented. */
function tooLong(): SqlError {
  const message = `The statement is too long: it has more than ${MOST_TOKENS} words, numbers and signs.`;
  return new SqlError('001796', '54000', `SQL compilation error:\n${message}`);
}

/** Decodes the inside of a single-quoted string: doubled quotes and backslash escapes. */
function decodeString(inside: string): string {
  if (!inside.includes('\\')) return inside.replaceAll("''", "'");
  return inside.replace(
    /''|\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([0-7]{3})|([\s\S]))/g,
    (whole, hex: string | undefined, unicode: string | undefined, octal: string | undefined, other: string) => {
      if (whole === "''") return "'";
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return ESCAPES[other] ?? other;
    },
  );
}

class Lexer {
  private at = 0;
  private line = 1;
  private lineStart = 0;
  private nextBackslash = -1;
  readonly tokens: Token[] = [];

  constructor(private readonly text: string) {}

  run(): readonly Token[] {
    for (;;) {
      this.skipBlanks();
      if (this.at >= this.text.length) break;
      this.next();
    }
    this.push('end', this.at, '');
    return this.tokens;
  }

  /** Takes the text from the current place up to `end` as one token and moves behind it. */
  private push(kind: TokenKind, end: number, value: string): void {
    const text = this.text.slice(this.at, end);
    const { line, at: start } = this;
    const pos = start - this.lineStart;
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
      this.line += 1;
      this.lineStart = start + i + 1;
    }
    if (this.tokens.length > MOST_TOKENS) throw tooLong();
    this.tokens.push({ kind, text, value, start, end, line, pos });
    this.at = end;
  }

  /** A quote without its end is unexpected by itself. */
  private open(quote: string): SqlError {
    const pos = this.at - this.lineStart;
    return syntaxError(this.line, pos, `syntax error line ${this.line} at position ${pos} unexpected '${quote}'.`);
  }

  private fail(place: string): SqlError {
    const pos = this.at - this.lineStart;
    return syntaxError(this.line, pos, `parse error line ${this.line} at position ${pos} near '${place}'.`);
  }

  private skipBlanks(): void {
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined) return;
      if (char === '\n') {
        this.at += 1;
        this.line += 1;
        this.lineStart = this.at;
      } else if (/\s|\u200b|\ufeff/.test(char)) this.at += 1;
      else if (this.text.startsWith('--', this.at) || this.text.startsWith('//', this.at)) this.skipLine();
      else if (this.text.startsWith('/*', this.at)) this.skipBlock();
      else return;
    }
  }

  /** A carriage return ends a line comment, too: text from old editors must not hide statements. */
  private skipLine(): void {
    while (this.at < this.text.length && this.text[this.at] !== '\n' && this.text[this.at] !== '\r') this.at += 1;
  }

  private skipBlock(): void {
    const end = this.text.indexOf('*/', this.at + 2);
    if (end < 0) throw this.fail('<EOF>');
    const inside = this.text.slice(this.at, end);
    const newline = inside.lastIndexOf('\n');
    if (newline >= 0) {
      this.line += inside.split('\n').length - 1;
      this.lineStart = this.at + newline + 1;
    }
    this.at = end + 2;
  }

  private next(): void {
    const char = this.text.charAt(this.at);
    if (char === "'") this.string();
    else if (char === '"') this.quoted();
    else if (this.text.startsWith('$$', this.at)) this.dollars();
    else if (!this.variable(char) && !this.number(char)) {
      if (WORD_START.test(char) || char >= '\ud800') this.word();
      else this.symbol(char);
    }
  }

  private symbol(char: string): void {
    const symbol = SYMBOLS.find((one) => this.text.startsWith(one, this.at)) ?? char;
    this.push('symbol', this.at + symbol.length, symbol);
  }

  private variable(char: string): boolean {
    if (char !== '$') return false;
    VARIABLE.lastIndex = this.at;
    const found = VARIABLE.exec(this.text)?.[0];
    if (found !== undefined) this.push('variable', this.at + found.length, found.slice(1).toUpperCase());
    return found !== undefined;
  }

  private number(char: string): boolean {
    const isNumber = /[0-9]/.test(char) || (char === '.' && /[0-9]/.test(this.text[this.at + 1] ?? ''));
    if (!isNumber || (char === '.' && this.followsName())) return false;
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text)?.[0] ?? char;
    this.push('number', this.at + found.length, found);
    return true;
  }

  /** In `a.1` and `x[0].5` the point belongs to the path, not to a number. */
  private followsName(): boolean {
    const last = this.tokens.at(-1);
    if (!last || last.end !== this.at) return false;
    return last.kind === 'word' || last.kind === 'quoted' || last.text === ']';
  }

  private word(): void {
    let end = this.at;
    for (const char of this.text.slice(this.at, this.at + 300)) {
      if (!WORD_PART.test(char)) break;
      end += char.length;
    }
    if (end === this.at) this.symbol(this.text.charAt(this.at));
    else this.push('word', end, this.text.slice(this.at, end).toUpperCase());
  }

  private string(): void {
    let end = this.at + 1;
    for (;;) {
      const quote = this.text.indexOf("'", end);
      const slash = this.backslash(end);
      if (slash < quote) end = slash + 2;
      else if (quote < 0) throw this.open("'");
      else if (this.text[quote + 1] === "'") end = quote + 2;
      else {
        this.push('string', quote + 1, decodeString(this.text.slice(this.at + 1, quote)));
        return;
      }
    }
  }

  /** The next backslash from an offset on, looked for once: a text of many strings may have none. */
  private backslash(from: number): number {
    if (this.nextBackslash < from) {
      const found = this.text.indexOf('\\', from);
      this.nextBackslash = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return this.nextBackslash;
  }

  private quoted(): void {
    let end = this.at + 1;
    for (;;) {
      const char = this.text[end];
      if (char === undefined) throw this.open('"');
      if (char === '"' && this.text[end + 1] === '"') end += 2;
      else if (char === '"') break;
      else end += 1;
    }
    this.push('quoted', end + 1, this.text.slice(this.at + 1, end).replaceAll('""', '"'));
  }

  private dollars(): void {
    const end = this.text.indexOf('$$', this.at + 2);
    if (end < 0) throw this.fail('<EOF>');
    this.push('string', end + 2, this.text.slice(this.at + 2, end));
  }
}

/**
 * Tokens of a text, the last of kind `end`; comments and blanks are left out.
 * Throws SqlError 001003 for a string, quoted name, `$$` text or comment that does not end, 001796 for too many tokens.
 */
export function tokenize(text: string): readonly Token[] {
  return new Lexer(text).run();
}

/** Where a token stands: 1-based line, 0-based position. */
export function placeOf(token: Token): { readonly line: number; readonly pos: number } {
  return { line: token.line, pos: token.pos };
}
