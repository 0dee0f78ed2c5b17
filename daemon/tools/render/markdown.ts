/** Markdown tables that a person can read as they are: aligned, and no cell can break out of its place. */
import { displayWidth, escapeOf, unseen } from '../../query/display-text.ts';
import { narrowestPadding as narrowest, type PageView, textBudget, widestPadding } from './page-view.ts';
import { isJson, isNumeric } from './values.ts';

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
  '<': '\\<',
  ']': '\\]',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

const nothingToEscape = /^[ -;=-[^_a-{}~]*$/;
const escapable = new RegExp(String.raw`[\\|${'`'}]|<(?=[A-Za-z/!?])|\](?=\()|[${unseen}]`, 'gu');

/**
 * A cell's text with everything escaped that ends a cell, a line, a code span or the table itself: backslash, pipe,
 * backtick, HTML tags, links and pictures (which some programs load as they show them), and all that nobody would see.
 */
function markdownCell(text: string): string {
  if (nothingToEscape.test(text)) return text;
  return text.replace(escapable, (character) => escapes[character] ?? escapeOf(character));
}

function pad(text: string, width: number, isRight: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return isRight ? `${blanks}${text}` : `${text}${blanks}`;
}
