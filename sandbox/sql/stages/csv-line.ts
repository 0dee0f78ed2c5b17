import type { WireRow } from '../../engine.ts';
import type { CsvFormat } from './file-format.ts';

/**
 * One record of an unloaded CSV file, its delimiter included: NULL as the first text of NULL_IF, texts between
 * FIELD_OPTIONALLY_ENCLOSED_BY, other fields bare. Source: page "COPY INTO <location>", format type options.
 */
export function csvLine(cells: WireRow, isText: readonly boolean[], format: CsvFormat): string {
  const fields = cells.map((cell, index) => {
    if (cell === null) return format.nullIf[0] ?? '';
    return isText[index] === true && format.enclosedBy !== '' ? enclosed(cell, format) : bare(cell, format);
  });
  return fields.join(format.fieldDelimiter) + format.recordDelimiter;
}

function enclosed(cell: string, { enclosedBy, escapeEnclosed }: CsvFormat): string {
  const safe = escapeEnclosed === '' ? cell : cell.replaceAll(escapeEnclosed, escapeEnclosed + escapeEnclosed);
  return enclosedBy + safe.replaceAll(enclosedBy, (escapeEnclosed || enclosedBy) + enclosedBy) + enclosedBy;
}

function bare(cell: string, { fieldDelimiter, recordDelimiter, escapeUnenclosed: mark }: CsvFormat): string {
  if (mark === '') return cell;
  let safe = cell.replaceAll(mark, mark + mark);
  for (const delimiter of [fieldDelimiter, recordDelimiter]) {
    if (delimiter !== '') safe = safe.replaceAll(delimiter, mark + delimiter);
  }
  return safe;
}
