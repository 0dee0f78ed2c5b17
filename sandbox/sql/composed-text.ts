import { SqlError } from '../engine.ts';
import { type Token, tokenize } from './lexer.ts';
import { isSymbol } from './reader.ts';

interface Piece {
  /** Offset in the composed text. */
  readonly at: number;
  readonly length: number;
  /** Offset in the original text. */
  readonly from: number;
}

/**
 * A query put together from parts of a statement's text, for the translator. Errors that point into the composed text
 * are turned to point into the original.
 */
export class ComposedText {
  private readonly pieces: Piece[] = [];
  private composed = '';
  /** The place holders `?` of the original, in their order. */
  private readonly placeholders: readonly Token[];

  constructor(private readonly original: string) {
    this.placeholders = original.includes('?') ? tokenize(original).filter((token) => isSymbol(token, '?')) : [];
  }

  /** Adds text of our own. */
  add(text: string): this {
    this.composed += text;
    return this;
  }

  /** Adds a part of the original. Its place holders get their numbers, as parts may change places. */
  take(range: { readonly start: number; readonly end: number }): this {
    let from = range.start;
    this.placeholders.forEach((token, index) => {
      if (token.start < range.start || token.end > range.end) return;
      this.copy(from, token.start);
      this.composed += `:${index + 1}`;
      from = token.end;
    });
    this.copy(from, range.end);
    return this;
  }

  private copy(start: number, end: number): void {
    this.pieces.push({ at: this.composed.length, length: end - start, from: start });
    this.composed += this.original.slice(start, end);
  }

  get text(): string {
    return this.composed;
  }

  /** Runs `work`; an SqlError with a place gets the place in the original, in its message, too. */
  async locating<T>(work: (text: string) => Promise<T>): Promise<T> {
    try {
      return await work(this.composed);
    } catch (error) {
      if (!(error instanceof SqlError) || !error.at) throw error;
      const at = this.placeInOriginal(error.at);
      const message = error.message.replace(
        `line ${error.at.line} at position ${error.at.pos}`,
        `line ${at.line} at position ${at.pos}`,
      );
      throw new SqlError(error.code, error.sqlState, message, at, { cause: error });
    }
  }

  private placeInOriginal(at: { line: number; pos: number }): { line: number; pos: number } {
    const offset = offsetOf(this.composed, at);
    // A place in text of our own, such as a parenthesis around an expression, means the part behind it.
    const piece = this.pieces.find(({ at: start, length }) => offset <= start + length) ?? this.pieces.at(-1);
    if (!piece) return { line: 1, pos: 0 };
    return placeOf(this.original, piece.from + Math.max(0, Math.min(offset - piece.at, piece.length)));
  }
}

function offsetOf(text: string, { line, pos }: { line: number; pos: number }): number {
  let start = 0;
  for (let i = 1; i < line; i += 1) {
    const next = text.indexOf('\n', start);
    if (next === -1) break;
    start = next + 1;
  }
  return start + pos;
}

function placeOf(text: string, offset: number): { line: number; pos: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, pos: offset - lineStart };
}
