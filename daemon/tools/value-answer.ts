/** One value in full, in parts where it is longer than an answer may be. */
import { SnowpoolError } from '../errors.ts';
import type { Page } from '../query/contract.ts';
import { characterCount, columnIndexPattern, cutText } from './render/page-view.ts';
import { type TextPart, textPart } from './render/text-part.ts';
import { textReader } from './render/values.ts';
import type { ToolAnswer } from './tool.ts';

/**
 * @param page holds just the row.
 * @param column its name, or `#` and its 0-based index, which goes first.
 * @param offset where to begin, in characters (code points).
 * Throws SnowpoolError invalid_argument for a column that the result has not or has twice, or an offset behind the value's end.
 */
export function valueAnswer(page: Page, kind: string, column: string, offset: number): ToolAnswer {
  const at = columnIndex(page, column);
  const definition = page.columns[at];
  const row = page.rows[0];
  if (!definition || !row) {
    throw new SnowpoolError(
      'invalid_argument',
      `There is no row ${page.offset}: the result has ${page.totalRows} rows.`,
    );
  }
  const raw = row[at] ?? null;
  const text = raw === null ? null : textReader(definition, page.timezone)(raw);
  const where = `row ${page.offset}, column ${short(definition.name)}`;
  const part = text === null ? undefined : textPart(text, offset);
  if (!part && (text !== null || offset > 0)) {
    throw new SnowpoolError(
      'invalid_argument',
      `value_offset ${offset} is behind the end: the value has ${text === null ? 0 : characterCount(text)} characters.`,
    );
  }
  return {
    texts: part ? [part.text, remarkOn(part, offset, where)] : [`NULL at ${where}.`],
    structured: {
      state: 'done',
      query_id: page.queryId,
      statement: kind,
      value: {
        text: part?.text ?? null,
        offset,
        characters: part?.characters ?? 0,
        next_offset: part?.nextOffset ?? null,
      },
      notices: [],
    },
  };
}

function remarkOn({ end, characters, nextOffset }: TextPart, offset: number, where: string): string {
  if (offset === 0 && nextOffset === null) return `All ${characters} characters at ${where}.`;
  const range = `Characters ${offset + 1} to ${end} of ${characters} at ${where}.`;
  return nextOffset === null ? range : `${range} Next part: the same call with value_offset ${nextOffset}.`;
}

function columnIndex(page: Page, column: string): number {
  // Before any name: it is how a shortened value is told whose name is not its own.
  const index = columnIndexPattern.exec(column)?.[1];
  if (index !== undefined && Number(index) < page.columns.length) return Number(index);
  const same = page.columns.flatMap(({ name }, at) => (name === column ? [at] : []));
  if (same.length > 1) {
    throw new SnowpoolError(
      'invalid_argument',
      `The result has ${same.length} columns called ${JSON.stringify(short(column))}.`,
      `Tell it by its index: ${same
        .slice(0, 20)
        .map((at) => `#${at}`)
        .join(', ')}.`,
    );
  }
  const at = same[0] ?? page.columns.findIndex(({ name }) => name.toUpperCase() === column.toUpperCase());
  if (at >= 0) return at;
  throw new SnowpoolError(
    'invalid_argument',
    `The result has no column ${JSON.stringify(short(column))}.`,
    `Its columns: ${page.columns
      .slice(0, 20)
      .map(({ name }) => short(name))
      .join(', ')}${page.columns.length > 20 ? ', …' : ''}.`,
  );
}

function short(name: string): string {
  return name.length <= 100 ? name : `${cutText(name, 100)}…`;
}
