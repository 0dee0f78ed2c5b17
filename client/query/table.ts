import type { QueryColumn__Output } from '../../proto/generated/snowpool/v1/QueryColumn.ts';
import { printable } from '../cli/printable.ts';
import type { Format, Row } from './format.ts';

/** So many rows are looked at for the columns' widths; later ones that are wider stick out. Bounds the memory. */
const measuredRows = 1_000;
const maxWidth = 80;

/** A table for people: numbers to the right, NULL as such, long cells cut with an ellipsis. */
export function tableFormat(columns: readonly QueryColumn__Output[]): Format {
  let measured: string[][] = [];
  let widths: number[] | undefined;

  function cells(row: Row): string[] {
    return columns.map((_column, index) => {
      const cell = row[index];
      return !cell || cell.null ? 'NULL' : shorten(cell.text);
    });
  }

  function begin(): string {
    const names = columns.map((column) => shorten(column.name));
    const found = names.map((name, index) =>
      Math.max(width(name), 1, ...measured.map((row) => width(row[index] ?? ''))),
    );
    widths = found;
    const rule = found.map((length) => '─'.repeat(length)).join('──');
    const head = `${line(names, found)}\n${rule}\n`;
    const body = measured.map((row) => `${line(row, found)}\n`).join('');
    measured = [];
    return head + body;
  }

  function line(row: readonly string[], found: readonly number[]): string {
    return row
      .map((cell, index) => {
        const gap = ' '.repeat(Math.max(0, (found[index] ?? 0) - width(cell)));
        return columns[index]?.numeric ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd();
  }

  return {
    rows(rows) {
      const texts = rows.map(cells);
      if (widths) {
        const found = widths;
        return texts.map((row) => `${line(row, found)}\n`).join('');
      }
      measured.push(...texts);
      return measured.length >= measuredRows ? begin() : '';
    },
    end: () => (widths ? '' : begin()),
  };
}

/** One line, printable, not too long. */
function shorten(text: string): string {
  const plain = printable(text.replaceAll('\n', '⏎').replaceAll('\t', ' '));
  const letters = [...plain];
  return letters.length > maxWidth ? `${letters.slice(0, maxWidth - 1).join('')}…` : plain;
}

/** Columns on a terminal: East Asian wide signs and emoji take two, combining marks none (UAX #11). */
function width(text: string): number {
  let columns = 0;
  for (const sign of text) {
    if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(sign)) continue;
    columns +=
      /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[！-｠]/u.test(
        sign,
      )
        ? 2
        : 1;
  }
  return columns;
}
