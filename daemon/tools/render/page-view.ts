/**
 * What of a page is shown. MCP clients cut a result at some 25,000 tokens, without saying what they left out; so the
 * daemon decides: as many rows as fit, wide values shortened visibly, very many columns in windows.
 */
import type { DriverColumn, RawRow } from '../../pool/driver.ts';
import type { Format } from '../tool.ts';
import { textReader, typeName } from './values.ts';

/** Characters of one answer's table: digits and punctuation come to about 2.4 characters a token. */
export const textBudget = 56_000;
/** Wider cells of a table are not padded to: one long value would fill every row with blanks. */
export const widestPadding = 40;
/** Longest value shown where there is room for it. */
const longestCell = 1_000;
/** Shortest cut of a value, however many columns there are. */
const shortestCell = 24;
/** Characters that a column's entry costs beside its name. */
const columnCost = 90;
const columnBudget = 24_000;
const longestName = 260;

export interface ShownColumn {
  readonly name: string;
  readonly type: string;
  readonly wireType: string;
  readonly precision: number | null;
  readonly scale: number | null;
  readonly nullable: boolean;
}

/** A value of which only the beginning is shown. */
export interface ShortenedCell {
  /** 0-based index in the whole result. */
  readonly row: number;
  readonly column: string;
  readonly characters: number;
}

export interface PageView {
  readonly columns: readonly ShownColumn[];
  /** 0-based index of the first shown column, and how many there are in all. */
  readonly columnOffset: number;
  readonly columnCount: number;
  /** Text of each cell; null is SQL NULL. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** 0-based index of the first shown row in the whole result. */
  readonly rowOffset: number;
  readonly shortened: readonly ShortenedCell[];
}

export interface ViewSource {
  readonly columns: readonly DriverColumn[];
  readonly rows: readonly RawRow[];
  readonly offset: number;
  readonly timezone: string | undefined;
}

/** Chooses rows, columns and widths. At least one row and one column are shown where there are any. */
export function viewPage(
  source: ViewSource,
  options: { readonly columnOffset?: number; readonly format?: Format } = {},
): PageView {
  const columnOffset = options.columnOffset ?? 0;
  const shown = columnWindow(source.columns, columnOffset);
  const names = shown.reduce((sum, column) => sum + Math.min(column.name.length, longestName) + 3, 0);
  // A table's heading is two lines, padded to the width of what stands below.
  const heading =
    (options.format ?? 'markdown') === 'markdown' ? 2 * Math.max(names, shown.length * (widestPadding + 3)) : names;
  const room = Math.max(textBudget - heading, textBudget / 4);
  // JSON names every column again in every row.
  const rowCost = options.format === 'json' ? names + shown.length : 0;
  const cellLimit = Math.max(
    shortestCell,
    Math.min(longestCell, Math.floor((room - rowCost) / Math.max(1, shown.length)) - 50),
  );
  const readers = shown.map((column) => textReader(column, source.timezone));
  const rows: (string | null)[][] = [];
  const shortened: ShortenedCell[] = [];
  let used = 0;
  for (const [index, raw] of source.rows.entries()) {
    const cut: ShortenedCell[] = [];
    const row = shown.map((column, at) => {
      const cell = raw[columnOffset + at] ?? null;
      if (cell === null) return null;
      const text = readers[at]?.(cell) ?? cell;
      if (text.length <= cellLimit) return text;
      const characters = characterCount(text);
      cut.push({ row: source.offset + index, column: column.name, characters });
      return `${cutText(text, escapedLength(text, cellLimit))}… [${characters} characters in all]`;
    });
    const cost = row.reduce((sum, cell) => sum + cellCost(cell), rowCost);
    if (rows.length > 0 && used + cost > room) break;
    used += cost;
    rows.push(row);
    shortened.push(...cut);
  }
  return {
    columns: shown.map((column) => ({
      name: column.name,
      type: typeName(column),
      wireType: column.type,
      precision: column.precision ?? null,
      scale: column.scale ?? null,
      nullable: column.nullable,
    })),
    columnOffset,
    columnCount: source.columns.length,
    rows,
    rowOffset: source.offset,
    shortened,
  };
}

/** Characters that a cell takes at most in any format, with its separator and what has to be escaped. */
function cellCost(cell: string | null): number {
  if (cell === null) return 7;
  const escaped = cell.match(/[\\|`"\p{Cc}]/gu)?.length ?? 0;
  return cell.length + escaped + 3;
}

/** How much of a text takes about `limit` characters once it is escaped. */
function escapedLength(text: string, limit: number): number {
  const cost = cellCost(text.slice(0, limit));
  return cost <= limit * 1.1 ? limit : Math.max(shortestCell / 2, Math.floor((limit * limit) / cost));
}

function columnWindow(columns: readonly DriverColumn[], offset: number): readonly DriverColumn[] {
  let cost = 0;
  let end = offset;
  for (const column of columns.slice(offset)) {
    cost += column.name.length + columnCost;
    if (end > offset && cost > columnBudget) break;
    end += 1;
  }
  return columns.slice(offset, end);
}

/** The first `length` UTF-16 units, never half a character. */
export function cutText(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

/** Characters as people count them: code points. */
export function characterCount(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    const next = text.charCodeAt(index + 1);
    if (unit >= 0xd800 && unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) index += 1;
    count += 1;
  }
  return count;
}
