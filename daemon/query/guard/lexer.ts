/**
 * Snowflake's lexical rules, and a refusal of whatever they leave in doubt: the guard must cut a text into tokens
 * exactly as the account will, so where two readings are possible and neither is documented, the text is a problem
 * (or is judged in both readings, see readings.ts).
 * Source: Snowflake's reference on identifiers, string constants and comments.
 */
import { blockCommentEnd, dollarStringAt, type Literal, quotedNameAt, stringAt } from './literals.ts';
import { fold, isAscii, type Token, type TokenKind } from './tokens.ts';

/** The choices that Snowflake's reference leaves open. */
export interface Reading {
  readonly carriageReturnEndsComment: boolean;
  readonly commentsNest: boolean;
  /** A special space (U+00A0 and its like) before `$$` belongs to a word, of which the dollar signs then are a part. */
  readonly specialSpaceIsLetter: boolean;
}

/** Why a text cannot be cut into tokens with certainty, as the end of a sentence, and the offset where. */
export interface Problem {
  readonly reason: string;
  readonly offset: number;
  /** The account would refuse the text, too, since something in it is not closed. */
  readonly isError: boolean;
}

export interface Lexed {
  readonly tokens: readonly Token[];
  readonly problem: Problem | undefined;
  /** The text has a comment with a lone carriage return, so that `carriageReturnEndsComment` matters. */
  readonly hasCarriageReturnInComment: boolean;
  /** The text has a comment that begins inside another one, so that `commentsNest` matters. */
  readonly hasNestedComment: boolean;
  /** The text has a special space before `$$`, so that `specialSpaceIsLetter` matters. */
  readonly hasSpecialSpaceBeforeDollars: boolean;
}

/** Cuts a text into tokens under one reading of the rules that are open; stops at the first problem. */
export function lex(text: string, reading: Reading): Lexed {
  return new Lexer(text, reading).run();
}

const space = /[\t\n\v\f\r \p{Zs}]+/uy;
const wordAt = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{M}\p{Nd}_$]*/uy;
const numberAt = /(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const variableAt = /\$[\p{L}\p{Nl}\p{Nd}_][\p{L}\p{Nl}\p{M}\p{Nd}_$]*/uy;
const stageNameAt =
  /@(?:~|%?(?:"[^"]*"(?:"[^"]*")*|[A-Za-z_][\w$]*)?(?:\.{1,2}%?(?:"[^"]*"(?:"[^"]*")*|[A-Za-z_][\w$]*))*)/y;
const stagePathAt = /[^\s(),;'"$<>|\p{Zs}]*/uy;
const operatorAt = /->>|->|=>|:=|::|\|\||<=>|<>|!=|<=|>=|\*\*|[-()[\]{},;.:+*/%=<>!|&^~?]/y;
/** Ends a line for some readers and not for others. */
const doubtfulLineEnd = /[^\P{Cc}\t\r]|[\u2028\u2029]/u;
/** Prefixes that some dialects read as a raw string or an escape string; only a backslash makes a difference. */
const stringPrefix = /^(?:[RENBXU]|RB|BR)$/;

class Lexer {
  private readonly text: string;
  private readonly reading: Reading;
  private readonly tokens: Token[] = [];
  private problem: Problem | undefined;
  private hasCarriageReturnInComment = false;
  private hasNestedComment = false;
  private hasSpecialSpaceBeforeDollars = false;
  private at = 0;

  constructor(text: string, reading: Reading) {
    this.text = text;
    this.reading = reading;
    // A byte order mark belongs to the encoding, not to the statement.
    if (text.charCodeAt(0) === 0xfeff) this.at = 1;
    // Where the account might take the text to end.
    if (text.includes('\0')) this.fail('has a NUL character', text.indexOf('\0'));
  }

  run(): Lexed {
    while (this.at < this.text.length && this.problem === undefined) this.step();
    const { tokens, problem, hasCarriageReturnInComment, hasNestedComment, hasSpecialSpaceBeforeDollars } = this;
    return { tokens, problem, hasCarriageReturnInComment, hasNestedComment, hasSpecialSpaceBeforeDollars };
  }

  private step(): void {
    const { text, at } = this;
    const code = text.charCodeAt(at);
    const next = text.charCodeAt(at + 1);
    const blank = code <= 32 || code > 127 ? this.match(space) : '';
    if (blank !== '') this.blank(blank);
    else if ((code === 45 && next === 45) || (code === 47 && next === 47)) this.lineComment();
    else if (code === 47 && next === 42) this.blockComment();
    else if (code === 39) this.string();
    else if (code === 34) this.literal('quoted', quotedNameAt(text, at), 'quoted identifier');
    else if (code === 36 && next === 36) this.dollarString();
    else if (code === 36) this.variable();
    else if (code === 64) this.stage();
    else this.wordOrNumber();
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0] ?? '';
  }

  private push(kind: TokenKind, value: string, length: number, marks: Pick<Token, 'isLookAlike'> = {}): void {
    this.tokens.push({ kind, value, start: this.at, end: this.at + length, ...marks });
    this.at += length;
  }

  private fail(reason: string, offset = this.at): void {
    this.problem = { reason, offset, isError: false };
  }

  private failOpen(what: string): void {
    this.problem = { reason: `has a ${what} that is not closed`, offset: this.at, isError: true };
  }

  private blank(blank: string): void {
    this.at += blank.length;
    if (isAscii(blank) || !this.text.startsWith('$$', this.at)) return;
    this.hasSpecialSpaceBeforeDollars = true;
    // What else the word would hold does not matter: it is one that no rule knows.
    if (this.reading.specialSpaceIsLetter) this.push('word', '\u00a0$$', 2);
  }

  private lineComment(): void {
    const { text } = this;
    let end = this.at + 2;
    for (; end < text.length; end += 1) {
      const code = text.charCodeAt(end);
      if (code === 10) break;
      if (code >= 32 && code < 127) continue;
      if (code === 13 && text.charCodeAt(end + 1) !== 10) {
        // At the very end of the text the two readings are the same.
        if (end + 1 < text.length) this.hasCarriageReturnInComment = true;
        if (this.reading.carriageReturnEndsComment) break;
      }
      if (doubtfulLineEnd.test(text.charAt(end))) {
        this.fail('has a line separator inside a comment, so that it is not certain where the comment ends', end);
      }
    }
    this.at = end;
  }

  private blockComment(): void {
    const { end, hasInner } = blockCommentEnd(this.text, this.at, this.reading.commentsNest);
    if (hasInner) this.hasNestedComment = true;
    if (end < 0) this.failOpen('comment');
    else this.at = end;
  }

  private literal(kind: TokenKind, literal: Literal | undefined, what: string): void {
    if (literal === undefined) this.failOpen(what);
    else {
      const { value, end, hasBackslash } = literal;
      this.tokens.push({ kind, value, start: this.at, end, ...(hasBackslash ? { isEscaped: true } : {}) });
      this.at = end;
    }
  }

  private string(): void {
    const literal = stringAt(this.text, this.at);
    const before = this.tokens.at(-1);
    const isPrefixed =
      (before?.kind === 'word' && before.end === this.at && stringPrefix.test(before.value)) ||
      /^u&$/i.test(this.text.slice(this.at - 2, this.at));
    if (literal?.hasBackslash && isPrefixed) {
      this.fail('has a prefixed string with a backslash, so that it is not certain where the string ends');
    } else this.literal('string', literal, 'string');
  }

  private dollarString(): void {
    const literal = dollarStringAt(this.text, this.at);
    const isUnclear = this.text.charAt(this.at + 2) === '$' || this.text.charAt(literal?.end ?? -1) === '$';
    // Of three dollar signs in a row, which two are the quote?
    if (literal !== undefined && literal.end - this.at > 4 && isUnclear) this.fail('has an unclear dollar sign');
    else this.literal('string', literal, '$$ string');
  }

  private variable(): void {
    const name = this.match(variableAt);
    // The end of a row pattern: PATTERN (a+ $).
    if (name === '' && /[\s)]/.test(this.text.charAt(this.at + 1))) this.push('op', '$', 1);
    else if (name === '') this.fail('has a dollar sign that names nothing');
    else if (name.includes('$$') || name.endsWith('$')) this.fail('has an unclear dollar sign');
    else this.push('variable', fold(name.slice(1)), name.length);
  }

  private stage(): void {
    const { text, at } = this;
    const name = this.match(stageNameAt);
    this.at += name.length;
    const path = this.match(stagePathAt);
    this.at = at;
    const whole = name + path;
    const rest = text.slice(at + whole.length, at + whole.length + 80);
    // What else may stand in an unquoted path is not documented; no comment or string may begin where it could.
    const couldHide =
      /--|\/\/|\/\*/.test(path) || /^(?:[^\x20-\x7e\t\n\r]|(?:\(\s*|[(),;]+)(?:--|\/\/|\/\*))/.test(rest);
    if (couldHide || !/^(?:[\s(),;]|$)/.test(rest)) {
      this.fail("has a stage path that could hold a comment or a string: write it in quotes, as '@stage/path'");
    } else this.push('stage', whole, whole.length);
  }

  private wordOrNumber(): void {
    const name = this.match(wordAt);
    if (name !== '') {
      this.word(name);
      return;
    }
    const number = this.match(numberAt);
    const behind = this.at + number.length;
    const operator = number === '' ? this.match(operatorAt) : '';
    if (number !== '' && this.text.charAt(behind) === '$') this.fail('has an unclear dollar sign', behind);
    else if (number !== '') this.push('number', number, number.length);
    else if (operator !== '') this.push('op', operator, operator.length);
    else this.fail(`has ${describe(this.text, this.at)}, which Snowflake's grammar does not know`);
  }

  private word(raw: string): void {
    const value = fold(raw);
    if (raw.includes('$$')) this.fail('has $$ inside a word, so that it is not certain whether a string begins');
    else if (!isAscii(raw) && isAscii(value) && shaping.has(value))
      this.fail(`has a look-alike of the keyword ${value}`);
    else this.push('word', value, raw.length, !isAscii(raw) && isAscii(value) ? { isLookAlike: true } : {});
  }
}

function describe(text: string, at: number): string {
  const code = text.codePointAt(at) ?? 0;
  const hex = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return code > 32 && code < 127 ? `'${String.fromCodePoint(code)}'` : `the invisible or foreign character ${hex}`;
}

/** The words that give a statement its shape: one that only looks like them must not pass for them. */
const shaping = new Set(
  `ALTER AND AS ASC BEGIN BETWEEN BY CALL CASE CAST COMMENT COMMIT CONNECT COPY CREATE CROSS DECLARE DELETE DESC DESCRIBE
  DISTINCT DROP ELSE END EXCEPT EXECUTE EXISTS EXPLAIN FOR FROM FULL FUNCTION GET GETNEXTVAL GRANT GROUP HAVING IDENTIFIER
  ILIKE IN INNER INSERT INTERSECT INTO IS JOIN LATERAL LEFT LIKE LIMIT LIST LS MERGE MINUS MODEL NATURAL NEXTVAL NOT NULL
  ON OR ORDER OVER PARTITION PROCEDURE PUT QUALIFY REMOVE REVOKE RIGHT RLIKE RM ROLLBACK SELECT SESSION SET SHOW START
  TABLE THEN TRUNCATE UNDROP UNION UNSET UPDATE USE USING VALUES WHEN WHERE WITH`.split(/\s+/),
);
