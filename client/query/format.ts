import type { Cell__Output } from '../../proto/generated/snowpool/v1/Cell.ts';
import type { QueryColumn__Output } from '../../proto/generated/snowpool/v1/QueryColumn.ts';
import { csvFormat } from './csv.ts';
import { jsonFormat, ndjsonFormat } from './json.ts';
import { tableFormat } from './table.ts';

export type Row = readonly Cell__Output[];

/** Turns a result into text, piece by piece. Each call returns what can be written by now. */
export interface Format {
  rows(rows: readonly Row[]): string;
  end(): string;
}

export type FormatName = 'table' | 'csv' | 'json' | 'ndjson';

/** Begins the output of a result with these columns. */
export function formatOf(name: FormatName, columns: readonly QueryColumn__Output[]): Format {
  return { table: tableFormat, csv: csvFormat, json: jsonFormat, ndjson: ndjsonFormat }[name](columns);
}
