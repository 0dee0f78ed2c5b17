import type { RawRow } from '../driver.ts';

const quote = 0x22;
const open = 0x5b;
const close = 0x5d;

/**
 * Reads the text of a result chunk piece by piece: rows as JSON arrays separated by commas, with or without outer brackets
 * (PROTOCOL §4.2). Only what is not yet a whole row is kept, so memory does not grow with the chunk.
 */
export class RowReader {
  #text = '';
  /** How far `#text` was looked at, how deep in brackets and whether in a string that is. */
  #at = 0;
  #depth = 0;
  #isInString = false;
  /** Depth between rows: 1 where outer brackets are around them; undefined until that is known. */
  #base: 0 | 1 | undefined;
  /** The outer bracket is still at the head of `#text`. */
  #isWrapped = false;

  /** The rows that this piece completes. Throws SyntaxError for what is no chunk. */
  push(piece: string): RawRow[] {
    this.#text += piece;
    if (this.#base === undefined) {
      this.#base = this.#findBase();
      if (this.#base === undefined) return [];
      this.#isWrapped = this.#base === 1;
    }
    const end = this.#scan(this.#base);
    if (end === 0) return [];
    let start = skipSeparators(this.#text, 0);
    if (this.#isWrapped) start = skipSeparators(this.#text, start + 1);
    this.#isWrapped = false;
    const rows = readRows(JSON.parse(`[${this.#text.slice(start, end)}]`) as unknown[][]);
    this.#text = this.#text.slice(end);
    this.#at -= end;
    return rows;
  }

  /** Throws SyntaxError where the text ended within a row. */
  end(): void {
    if (this.#depth > 0 || (this.#base === undefined && this.#text.trim() !== '')) {
      throw new SyntaxError('the chunk ended within a row');
    }
  }

  #findBase(): 0 | 1 | undefined {
    const begin = this.#text.trimStart();
    if (begin === '') return undefined;
    if (begin[0] !== '[') throw new SyntaxError('the chunk does not begin with a row');
    const next = begin.slice(1).trimStart()[0];
    if (next === undefined) return undefined;
    // A row has at least one cell, so two brackets that meet are the outer ones.
    return next === '[' || next === ']' ? 1 : 0;
  }

  /** Index behind the last row that is whole; 0 where none is. */
  #scan(base: number): number {
    const text = this.#text;
    let end = 0;
    for (let index = this.#at; index < text.length; index += 1) {
      if (this.#isInString) {
        index = endOfString(text, index);
        if (index === -1) break;
        this.#isInString = false;
        continue;
      }
      const char = text.charCodeAt(index);
      if (char === quote) this.#isInString = true;
      else if (char === open) this.#depth += 1;
      else if (char === close) {
        this.#depth -= 1;
        if (this.#depth === base) end = index + 1;
      }
    }
    this.#at = text.length;
    return end;
  }
}

function skipSeparators(text: string, from: number): number {
  let index = from;
  while (index < text.length && (text.charCodeAt(index) <= 0x20 || text[index] === ',')) index += 1;
  return index;
}

/** Cells as the account sent them: text or null. The wire knows only strings, but a number is no reason to fail. */
export function readRows(rows: readonly (readonly unknown[])[]): RawRow[] {
  return rows.map((row) =>
    row.map((cell) => {
      if (cell === null || cell === undefined) return null;
      return typeof cell === 'string' ? cell : typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
    }),
  );
}

/** Index of the quote that ends the string in which `from` lies; -1 where it is not there yet. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}
