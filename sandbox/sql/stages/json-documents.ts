import { SqlError } from '../../engine.ts';
import { JsonError, readJson } from '../types/variant-text.ts';
import type { JsonFormat } from './file-format.ts';

/** A JSON document as it stands in its file, and the line (from 1) on which it begins. */
export interface JsonDocument {
  readonly text: string;
  readonly line: number;
}

const BLANK = /[\s\ufeff]/;

/**
 * The documents of a JSON file, written as PARSE_JSON takes them: values one after the other, with blanks or line ends
 * between them. With STRIP_OUTER_ARRAY the elements of a file's array. The text of each is kept, so that numbers keep all their digits.
 * Throws SqlError 100069 where the text is no JSON.
 */
export function* jsonDocuments(
  text: string,
  format: JsonFormat,
  file: string,
): Generator<JsonDocument, void, undefined> {
  for (const document of values(text, 0, text.length, 1, false, file)) {
    const { start, end, line } = document;
    if (format.stripOuterArray && text[start] === '[') {
      for (const element of values(text, start + 1, end - 1, line, true, file)) yield checked(text, element, file);
    } else yield checked(text, document, file);
  }
}

interface Extent {
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

function checked(text: string, { start, end, line }: Extent, file: string): JsonDocument {
  const part = text.slice(start, end);
  if (!isStrict(part)) {
    try {
      readJson(part);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      throw fault(error.message.replace(/^Error parsing JSON: /, ''), file, line);
    }
  }
  return { text: part, line };
}

/** What the engine's own reader takes needs no second look; Snowflake's takes more, such as keys without quotes. */
function isStrict(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function fault(what: string, file: string, line: number): SqlError {
  return new SqlError('100069', '22P02', `Error parsing JSON: ${what}\n  File '${file}', line ${line}`);
}

/** Where each value between two offsets begins and ends; `isList`: commas stand between them. */
function* values(
  text: string,
  from: number,
  to: number,
  firstLine: number,
  isList: boolean,
  file: string,
): Generator<Extent, void, undefined> {
  let at = from;
  let line = firstLine;
  let count = 0;
  const skipBlanks = () => {
    while (at < to && BLANK.test(text.charAt(at))) {
      if (text[at] === '\n') line += 1;
      at += 1;
    }
  };
  for (;;) {
    skipBlanks();
    if (at >= to) return;
    if (isList && count > 0) {
      if (text[at] !== ',') throw fault('missing comma', file, line);
      at += 1;
      skipBlanks();
    }
    const start = at;
    const begins = line;
    let depth = 0;
    let quote = '';
    for (; at < to; at += 1) {
      const char = text.charAt(at);
      if (char === '\n') line += 1;
      if (quote !== '') {
        if (char === '\\' && quote === '"') at += 1;
        else if (char === quote) quote = '';
      } else if (char === '"' || char === "'") quote = char;
      else if (char === '{' || char === '[') depth += 1;
      else if (char === '}' || char === ']') depth -= 1;
      if (depth === 0 && quote === '' && endsValue(text, at, to)) break;
    }
    at = Math.min(at + 1, to);
    if (depth !== 0 || quote !== '') throw fault('incomplete document', file, begins);
    count += 1;
    yield { start, end: at, line: begins };
  }
}

/** True where the character at `at`, outside of any bracket and text, is the last of its value. */
function endsValue(text: string, at: number, to: number): boolean {
  const char = text.charAt(at);
  if (char === '}' || char === ']' || char === '"' || char === "'") return true;
  const next = at + 1 < to ? text.charAt(at + 1) : '';
  return next === '' || BLANK.test(next) || '{["],}'.includes(next);
}
