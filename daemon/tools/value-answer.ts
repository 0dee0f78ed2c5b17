/** One value in full, in parts where it is longer than an answer may be. */
import { SnowpoolError } from '../errors.ts';
import type { Page } from '../query/contract.ts';
import { characterCount, cutText, textBudget } from './render/page-view.ts';
import { textReader } from './render/values.ts';
import type { ToolAnswer } from './tool.ts';

/**
 * @param page holds just the row.
 * @param column its name, or `#` and its 0-based index.
 * @param offset where to begin, in characters (code points).
 * Throws SnowpoolError invalid_argument for a column that the result has not, or an offset behind the value's end.
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
  const part =
    text === null ? null : cutText(text.slice(start, start + textBudget), Math.min(textBudget, text.length - start));
  const end = offset + (part === null ? 0 : characterCount(part));
  const where = `row ${page.offset}, column ${definition.name}`;
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
  const index = /^#(\d+)$/.exec(column)?.[1];
  const exact = page.columns.findIndex(({ name }) => name === column);
  const folded = exact >= 0 ? exact : page.columns.findIndex(({ name }) => name.toUpperCase() === column.toUpperCase());
  const at = folded >= 0 ? folded : index === undefined ? -1 : Number(index);
  if (at >= 0 && at < page.columns.length) return at;
  throw new SnowpoolError(
    'invalid_argument',
    `The result has no column ${JSON.stringify(column.slice(0, 100))}.`,
    `Its columns: ${page.columns
      .slice(0, 20)
      .map(({ name }) => name)
      .join(', ')}${page.columns.length > 20 ? ', …' : ''}.`,
  );
}

/** Where the character of that number begins, in UTF-16 units. */
function unitIndex(text: string, characters: number): number {
  let index = 0;
  for (let count = 0; count < characters && index < text.length; count += 1) {
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}
