import type { RawRow } from '../driver.ts';

/** Text parsed at once: enough to be quick, little enough not to hold up the event loop or fill memory. */
const pieceChars = 128 * 1024;

/**
 * Cuts the text of a result chunk (rows as JSON arrays separated by commas, with or without outer brackets; PROTOCOL §4.2)
 * into batches of raw rows, parsing some 128 KB at a time.
 */
export function* rowBatches(text: string): Generator<RawRow[]> {
  let start = skipTo(text, 0);
  // A row has at least one cell, so two brackets that meet are the outer ones.
  const isWrapped = text[start] === '[' && '[]'.includes(text[skipTo(text, start + 1)] ?? ' ');
  if (isWrapped) start += 1;
  while (start < text.length) {
    const end = endOfRows(text, start);
    if (end === undefined) return;
    yield readRows(JSON.parse(`[${text.slice(start, end)}]`) as unknown[][]);
    start = skipTo(text, end);
    if (text[start] === ',') start = skipTo(text, start + 1);
  }
}

/** Cells as the account sent them: text or null. The wire knows only strings, but a number is no reason to fail. */
export function readRows(rows: readonly (readonly unknown[])[]): RawRow[] {
  return rows.map((row) =>
    row.map((cell) => {
      if (cell === null || cell === undefined) return null;
      return typeof cell === 'string' ? cell : typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
    }),
  );
}

/** Index behind the last row that begins within the next piece; undefined where none begins. */
function endOfRows(text: string, start: number): number | undefined {
  const limit = start + pieceChars;
  let depth = 0;
  let end: number | undefined;
  for (let index = start; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case 0x22: // "
        index = endOfString(text, index);
        break;
      case 0x5b: // [
        depth += 1;
        break;
      case 0x5d: // ]
        depth -= 1;
        if (depth < 0) return end;
        if (depth === 0) {
          end = index + 1;
          if (end >= limit) return end;
        }
        break;
    }
  }
  return end;
}

/** Index of the quote that closes the string opened at `start`. */
function endOfString(text: string, start: number): number {
  let close = text.indexOf('"', start + 1);
  while (close !== -1) {
    let slashes = 0;
    while (text[close - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return close;
    close = text.indexOf('"', close + 1);
  }
  return text.length;
}

function skipTo(text: string, from: number): number {
  let index = from;
  while (index < text.length && text.charCodeAt(index) <= 0x20) index += 1;
  return index;
}
