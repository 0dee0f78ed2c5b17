/** One value in full, in parts where it is longer than an answer may be. */
import { SnowpoolError } from '../errors.ts';
import type { Page } from '../query/contract.ts';
import { characterCount, columnIndexPattern, cutText, textBudget } from './render/page-view.ts';
import { unitsWithin } from './render/text-cost.ts';
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
  const characters = text === null ? 0 : characterCount(text);
  if (offset > 0 && offset >= characters) {
    throw new SnowpoolError(
      'invalid_argument',
      `value_offset ${offset} is behind the end: the value has ${characters} characters.`,
    );
  }
  const start = text === null ? 0 : unitIndex(text, offset);
  const part = text === null ? null : partOf(text.slice(start, start + textBudget));
  const end = offset + (part === null ? 0 : characterCount(part));
  const where = `row ${page.offset}, column ${short(definition.name)}`;
  const remark =
    text === null
      ? `NULL at ${where}.`
      : end < characters
        ? `Characters ${offset + 1} to ${end} of ${characters} at ${where}. Next part: the same call with value_offset ${end}.`
        : `${offset === 0 ? `All ${characters} characters` : `Characters ${offset + 1} to ${end} of ${characters}`} at ${where}.`;
  return {
    texts: part === null ? [remark] : [part, remark],
    structured: {
      state: 'done',
      query_id: page.queryId,
      statement: kind,
      value: { text: part, offset, characters, next_offset: end < characters ? end : null },
      notices: [],
    },
  };
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

/** As much of the beginning as an answer may hold. */
function partOf(text: string): string {
  return cutText(text, Math.min(text.length, unitsWithin(text, textBudget)));
}

function short(name: string): string {
  return name.length <= 100 ? name : `${cutText(name, 100)}…`;
}

/** Where the character of that number begins, in UTF-16 units. */
function unitIndex(text: string, characters: number): number {
  let index = 0;
  for (let count = 0; count < characters && index < text.length; count += 1) {
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}
