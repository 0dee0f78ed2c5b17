/**
 * Folder render/: raw cells become text, as markdown, CSV or JSON. It knows no statement and of a tool its format's name;
 * tools/ imports it, and api/ how a value is written. This file: what of a page is shown. MCP clients cut a result at some
 * 25,000 tokens, without saying what they left out; so the daemon decides: as many rows as fit, wide values shortened visibly,
 * very many columns in windows.
 */
import type { DriverColumn, RawRow } from '../../pool/driver.ts';
import type { Format } from '../tool.ts';
import { textCost, unitsWithin } from './text-cost.ts';
import { textReader, typeName } from './values.ts';

/** Room of one answer's table (text-cost.ts): digits and punctuation come to about 2.4 characters a token. */
export const textBudget = 56_000;
/** Wider cells of a table are not padded to: one long value would fill every row with blanks. */
export const widestPadding = 40;
/** A cell of a table is this wide at least, an empty one too. */
export const narrowestPadding = 3;
/** Longest value shown where there is room for it. */
const longestCell = 1_000;
/** Shortest cut of a value, however many columns there are. */
const shortestCell = 24;
/** Characters that a column's entry costs beside its name. */
const columnCost = 90;
const columnBudget = 24_000;
/** Longest column name shown whole: an identifier has 255 characters at most, but an expression names its column, too. */
const longestName = 260;
/** What stands around a row in markdown (a cell is three wide at least), and in JSON around its object. */
const rowFrame = 6;

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
  /** How get_query_result is told the column: its name, or `#` and its index where the name means no single one. */
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

export interface ViewOptions {
  readonly columnOffset?: number;
  readonly format?: Format;
  /** True where `structuredContent` names each column again in each row, whatever the format. */
  readonly asObjects?: boolean;
  /** Room that something else takes of the same answer. */
  readonly reserved?: number;
}

/** Chooses rows, columns and widths. At least one row and one column are shown where there are any. */
export function viewPage(source: ViewSource, options: ViewOptions = {}): PageView {
  const columnOffset = options.columnOffset ?? 0;
  const shown = columnWindow(source.columns, columnOffset);
  const shownNames = shown.map((column) => shownColumnName(column.name));
  const names = shownNames.reduce((sum, name) => sum + textCost(name) + 3, 0);
  // A table's heading is two lines, padded to the width of what stands below.
  const heading =
    (options.format ?? 'markdown') === 'markdown' ? 2 * Math.max(names, shown.length * (widestPadding + 3)) : names;
  const room = Math.max(textBudget - heading - (options.reserved ?? 0), textBudget / 4);
  // JSON names every column again in every row, with a colon and blanks.
  const rowCost = rowFrame + (options.format === 'json' || options.asObjects ? names + 2 * shown.length : 0);
  const cellRoom = Math.max(shortestCell, Math.floor((room - rowCost) / Math.max(1, shown.length)) - 50);
  const cellLimit = Math.min(longestCell, cellRoom);
  const addresses = columnAddresses(source.columns);
  const readers = shown.map((column) => textReader(column, source.timezone));
  const rows: (string | null)[][] = [];
  const cutCells: ShortenedCell[] = [];
  let used = 0;
  for (const [index, raw] of source.rows.entries()) {
    const cut: ShortenedCell[] = [];
    const row = readers.map((read, at) => {
      const cell = raw[columnOffset + at] ?? null;
      if (cell === null) return null;
      const text = read(cell);
      const fits = text.length <= cellLimit && textCost(text) <= cellRoom;
      if (fits) return text;
      const characters = characterCount(text);
      cut.push({ row: source.offset + index, column: addresses[columnOffset + at] ?? '', characters });
      return shortened(text, Math.min(cellLimit, unitsWithin(text, cellRoom)), characters);
    });
    const cost = row.reduce((sum, cell) => sum + cellCost(cell), rowCost);
    if (rows.length > 0 && used + cost > room) break;
    used += cost;
    rows.push(row);
    cutCells.push(...cut);
  }
  return {
    columns: shown.map((column, at) => ({
      name: shownNames[at] ?? '',
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
    shortened: cutCells,
  };
}

/** Room that a cell takes in the dearest format, with its separator. */
function cellCost(cell: string | null): number {
  return cell === null ? 7 : Math.max(narrowestPadding, textCost(cell)) + 3;
}

function shortened(text: string, length: number, characters: number): string {
  return `${cutText(text, length)}… [${characters} characters in all]`;
}

function shownColumnName(name: string): string {
  return name.length <= longestName ? name : shortened(name, longestName / 2, characterCount(name));
}

/** By column: its name where that means this one alone and can be typed, else `#` and its 0-based index. */
function columnAddresses(columns: readonly DriverColumn[]): string[] {
  const count = new Map<string, number>();
  for (const { name } of columns) count.set(name, (count.get(name) ?? 0) + 1);
  return columns.map(({ name }, index) => {
    const isClear =
      count.get(name) === 1 && name !== '' && name.length <= longestName && !columnIndexPattern.test(name);
    return isClear ? name : `#${index}`;
  });
}

/** A column told by its 0-based index. */
export const columnIndexPattern = /^#(\d+)$/;

function columnWindow(columns: readonly DriverColumn[], offset: number): readonly DriverColumn[] {
  let cost = 0;
  let end = offset;
  for (const column of columns.slice(offset)) {
    cost += Math.min(textCost(column.name), longestName) + columnCost;
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
