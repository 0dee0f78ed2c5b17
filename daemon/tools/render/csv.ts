import type { PageView } from './page-view.ts';

/**
 * A page as CSV (RFC 4180): header first, CRLF after each line, quotes where the text needs them. SQL NULL is nothing
 * between the commas, the empty string is `""`.
 */
export function csvTable(view: Pick<PageView, 'columns' | 'rows'>): string {
  const lines = [view.columns.map((column) => csvField(column.name)), ...view.rows.map((row) => row.map(csvField))];
  return lines.map((fields) => `${fields.join(',')}\r\n`).join('');
}

function csvField(text: string | null): string {
  if (text === null) return '';
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
