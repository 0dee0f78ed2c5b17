import type { Cell__Output } from '../../proto/generated/snowpool/v1/Cell.ts';
import type { QueryColumn__Output } from '../../proto/generated/snowpool/v1/QueryColumn.ts';
import type { Format } from './format.ts';

/** CSV by RFC 4180 with a header. NULL is an empty field, an empty string is `""`. */
export function csvFormat(columns: readonly QueryColumn__Output[]): Format {
  let text = line(columns.map((column) => quoted(column.name)));
  return {
    rows(rows) {
      const begun = text;
      text = '';
      return begun + rows.map((row) => line(row.map(field))).join('');
    },
    end: () => text,
  };
}

function line(fields: readonly string[]): string {
  return `${fields.join(',')}\r\n`;
}

function field(cell: Cell__Output): string {
  if (cell.null) return '';
  return cell.text === '' ? '""' : quoted(cell.text);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
