import { SqlError } from '../../engine.ts';
import { unsupported } from '../errors.ts';
import type { CsvFormat } from './file-format.ts';

/** One record: its fields, and the line (from 1) on which it begins. */
export interface CsvRecord {
  readonly fields: readonly (string | null)[];
  readonly line: number;
}

/** A record that is none: what is wrong with it, and where. */
export class CsvFault extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly line: number,
    /** From 1, within the line. */
    readonly character: number,
  ) {
    super(message);
  }

  toSqlError(file: string): SqlError {
    return new SqlError(
      this.code,
      '22000',
      `${this.message}\n  File '${file}', line ${this.line}, character ${this.character}`,
    );
  }
}

const LINE_END = '\n';

/** By character code, 1 for what must be looked at: line ends, as lines are counted, and what each word begins with. */
function special(...words: readonly string[]): Uint8Array {
  const codes = new Uint8Array(0x10000);
  for (const word of [LINE_END, ...words]) if (word !== '') codes[word.charCodeAt(0)] = 1;
  return codes;
}

/**
 * The records of a CSV text. Source: documentation page "CREATE FILE FORMAT", format type options for CSV. A newline as
 * the record delimiter stands for `\r\n`, `\r` and `\n` alike. Throws a CsvFault for a field that does not end as it began.
 */
export class CsvReader {
  private at = 0;
  private line = 1;
  private lineStart = 0;
  private readonly isLines: boolean;
  private readonly nulls: ReadonlySet<string>;
  private readonly endsEnclosed: Uint8Array;
  private readonly endsUnenclosed: Uint8Array;

  constructor(
    private readonly text: string,
    private readonly format: CsvFormat,
  ) {
    this.isLines = ['\n', '\r\n', '\r'].includes(format.recordDelimiter);
    this.nulls = new Set(format.nullIf);
    const { enclosedBy, escapeEnclosed, escapeUnenclosed, fieldDelimiter, recordDelimiter } = format;
    this.endsEnclosed = special(enclosedBy, escapeEnclosed);
    this.endsUnenclosed = special(fieldDelimiter, escapeUnenclosed, ...(this.isLines ? ['\r'] : [recordDelimiter]));
    if (text.startsWith('\ufeff')) this.at = 1;
    for (let skipped = 0; skipped < format.skipHeader && this.at < text.length; skipped += 1) this.skipRecord();
  }

  /** The next record; undefined at the end. */
  next(): CsvRecord | undefined {
    for (;;) {
      if (this.at >= this.text.length) return undefined;
      const { line } = this;
      if (this.format.skipBlankLines && this.delimiterAt(this.at) > 0) {
        this.pass(this.delimiterAt(this.at));
        continue;
      }
      return { fields: this.record(), line };
    }
  }

  /** Leaves the record at fault: the next one begins behind its line's end. */
  skipFaulty(): void {
    this.skipRecord();
  }

  private record(): (string | null)[] {
    const fields: (string | null)[] = [];
    for (;;) {
      fields.push(this.field());
      if (this.at >= this.text.length) return fields;
      const width = this.delimiterAt(this.at);
      if (width > 0) {
        this.pass(width);
        return fields;
      }
      this.pass(this.format.fieldDelimiter.length);
      // A field delimiter as the file's last character has one more, empty field behind it.
      if (this.at >= this.text.length) return [...fields, this.plain('')];
    }
  }

  private field(): string | null {
    const { enclosedBy, trimSpace } = this.format;
    if (enclosedBy === '') return this.unenclosed();
    let start = this.at;
    if (trimSpace) while (this.text[start] === ' ') start += 1;
    if (this.text[start] !== enclosedBy) return this.unenclosed();
    this.at = start + 1;
    return this.enclosed(enclosedBy);
  }

  private enclosed(quote: string): string | null {
    const { escapeEnclosed, trimSpace } = this.format;
    const { line, lineStart } = this;
    const opened = this.at;
    let value = '';
    for (;;) {
      value += this.passPlain(this.endsEnclosed);
      const char = this.text[this.at];
      if (char === undefined) {
        throw new CsvFault(
          '100088',
          `Found end of file inside of a field enclosed by ${quote}`,
          line,
          opened - lineStart,
        );
      }
      if (escapeEnclosed !== '' && char === escapeEnclosed) {
        value += this.escaped();
      } else if (char === quote && this.text[this.at + 1] === quote) {
        value += quote;
        this.at += 2;
      } else if (char === quote) {
        this.at += 1;
        break;
      } else {
        value += char;
        this.pass(1);
      }
    }
    if (trimSpace) while (this.text[this.at] === ' ') this.at += 1;
    const next = this.text[this.at];
    if (next !== undefined && this.delimiterAt(this.at) === 0 && !this.fieldEndsAt(this.at)) {
      const character = this.at - this.lineStart + 1;
      throw new CsvFault(
        '100066',
        `Found character '${next}' instead of field delimiter '${this.format.fieldDelimiter}'`,
        this.line,
        character,
      );
    }
    return this.nulls.has(value) ? null : value;
  }

  private unenclosed(): string | null {
    const { escapeUnenclosed } = this.format;
    let value = '';
    const start = this.at;
    while (this.at < this.text.length && this.delimiterAt(this.at) === 0 && !this.fieldEndsAt(this.at)) {
      value += this.passPlain(this.endsUnenclosed);
      if (this.at >= this.text.length || this.delimiterAt(this.at) > 0 || this.fieldEndsAt(this.at)) break;
      const char = this.text.charAt(this.at);
      if (escapeUnenclosed !== '' && char === escapeUnenclosed && !this.isWrittenNull(start)) value += this.escaped();
      else {
        value += char;
        this.pass(1);
      }
    }
    return this.plain(value);
  }

  /** NULL_IF's `\N` begins with the escape character and means NULL all the same. */
  private isWrittenNull(start: number): boolean {
    return this.format.nullIf.some((word) => {
      if (this.at !== start || !word.startsWith(this.format.escapeUnenclosed)) return false;
      const end = start + word.length;
      if (!this.text.startsWith(word, start)) return false;
      return end >= this.text.length || this.delimiterAt(end) > 0 || this.fieldEndsAt(end);
    });
  }

  private plain(text: string): string | null {
    const value = this.format.trimSpace ? text.trim() : text;
    if (value === '' && this.format.emptyIsNull) return null;
    return this.nulls.has(value) ? null : value;
  }

  /** The character behind an escape character, where what it means is beyond doubt. */
  private escaped(): string {
    const { escapeEnclosed, escapeUnenclosed, enclosedBy, fieldDelimiter } = this.format;
    const char = this.text[this.at + 1] ?? '';
    const width = this.delimiterAt(this.at + 1);
    this.at += 1;
    if (width > 0) {
      const value = this.text.slice(this.at, this.at + width);
      this.pass(width);
      return value;
    }
    const known = [escapeEnclosed, escapeUnenclosed, enclosedBy, fieldDelimiter.charAt(0)].filter((one) => one !== '');
    if (!known.includes(char)) {
      throw unsupported(`the escape sequence '\\${char}' in a CSV file (set ESCAPE_UNENCLOSED_FIELD = NONE)`);
    }
    this.at += 1;
    return char;
  }

  private fieldEndsAt(at: number): boolean {
    return this.format.fieldDelimiter !== '' && this.text.startsWith(this.format.fieldDelimiter, at);
  }

  /** The length of the record delimiter at an offset; 0 where none stands there. */
  private delimiterAt(at: number): number {
    if (!this.isLines) {
      const { recordDelimiter } = this.format;
      return recordDelimiter !== '' && this.text.startsWith(recordDelimiter, at) ? recordDelimiter.length : 0;
    }
    if (this.text[at] === '\n') return 1;
    if (this.text[at] !== '\r') return 0;
    return this.text[at + 1] === '\n' ? 2 : 1;
  }

  private skipRecord(): void {
    while (this.at < this.text.length) {
      const width = this.delimiterAt(this.at);
      this.pass(width || 1);
      if (width > 0) return;
    }
  }

  /** Moves on over characters that mean nothing but themselves, and gives them. */
  private passPlain(specials: Uint8Array): string {
    const start = this.at;
    let { at } = this;
    while (at < this.text.length && specials[this.text.charCodeAt(at)] === 0) at += 1;
    this.at = at;
    return this.text.slice(start, at);
  }

  /** Moves on and counts lines. */
  private pass(count: number): void {
    for (let index = 0; index < count; index += 1) {
      if (this.text[this.at] === LINE_END) {
        this.line += 1;
        this.lineStart = this.at + 1;
      }
      this.at += 1;
    }
  }
}
