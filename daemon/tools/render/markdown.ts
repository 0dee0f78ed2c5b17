/** Markdown tables that a person can read as they are: aligned, and no cell can break out of its place. */
import { type PageView, textBudget, widestPadding } from './page-view.ts';
import { isJson, isNumeric } from './values.ts';

const narrowest = 3;

/** A table of a page, header first; the empty text where there are no columns. */
export function markdownTable(view: Pick<PageView, 'columns' | 'rows'>): string {
  if (view.columns.length === 0) return '';
  const isRight = view.columns.map((column) => isNumeric(column.wireType));
  const head = view.columns.map((column) => markdownCell(column.name));
  const body = view.rows.map((row) =>
    row.map((cell, column) => shownCell(cell, view.columns[column]?.wireType ?? 'text')),
  );
  const widths = columnWidths([head, ...body]);
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => pad(cell, widths[column] ?? narrowest, isRight[column] ?? false)).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (isRight[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  return [line(head), rule, ...body.map(line)].join('\n');
}

function shownCell(cell: string | null, type: string): string {
  if (cell === null) return 'NULL';
  if (cell === 'NULL') return '"NULL"';
  // Snowflake sends JSON on many lines; line ends inside its strings are escaped, so that these are layout alone.
  return markdownCell(isJson(type) ? cell.replace(/\s*\n\s*/g, ' ') : cell);
}

/** As wide as the widest cell; least where blanks would take more room than an answer has. */
function columnWidths(lines: readonly (readonly string[])[]): number[] {
  const widest = (lines[0] ?? []).map((_, column) =>
    lines.reduce((width, line) => Math.max(width, displayWidth(line[column] ?? '')), narrowest),
  );
  const widths = widest.map((width) => Math.min(widestPadding, width));
  const total = widths.reduce((sum, width) => sum + width + 3, 0) * lines.length;
  return total > textBudget ? widths.map(() => narrowest) : widths;
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '|': '\\|',
  '`': '\\`',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * A cell's text with everything escaped that ends a cell, a line or a code span: backslash, pipe, backtick, line ends
 * (of Unicode, too), control characters, and marks that turn the direction of the text around them.
 */
function markdownCell(text: string): string {
  return text.replace(/[\\|`\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu, (character) => {
    return escapes[character] ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

function pad(text: string, width: number, isRight: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return isRight ? `${blanks}${text}` : `${text}${blanks}`;
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const zero = /\p{Mn}|\p{Me}|[\u200b-\u200d]/u;

/** Columns that a text takes in a terminal. */
function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += zero.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}
