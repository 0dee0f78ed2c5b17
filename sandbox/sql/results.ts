import type { EngineResult, ResultColumn, WireCell, WireRow } from '../engine.ts';

/** Statement kinds as drivers know them (PROTOCOL §4.4). */
export const KIND = {
  select: 0x1000,
  insert: 0x3100,
  update: 0x3200,
  delete: 0x3300,
  merge: 0x3400,
  multiInsert: 0x3500,
  copy: 0x3600,
  scl: 0x4000,
  use: 0x4300,
  show: 0x4400,
  describe: 0x4500,
  tcl: 0x5000,
  ddl: 0x6000,
} as const;

const MAX_TEXT = 16_777_216;

function column(name: string, part: Partial<ResultColumn>): ResultColumn {
  return {
    name,
    type: 'text',
    nullable: true,
    precision: null,
    scale: null,
    length: null,
    byteLength: null,
    database: '',
    schema: '',
    table: '',
    ...part,
  };
}

export function textColumn(name: string, length = MAX_TEXT): ResultColumn {
  return column(name, { type: 'text', length, byteLength: Math.min(length * 4, MAX_TEXT) });
}

export function numberColumn(name: string, precision = 38, scale = 0): ResultColumn {
  return column(name, { type: 'fixed', precision, scale });
}

export function booleanColumn(name: string): ResultColumn {
  return column(name, { type: 'boolean' });
}

export function realColumn(name: string): ResultColumn {
  return column(name, { type: 'real' });
}

/** TIMESTAMP_LTZ; its cells are epoch milliseconds. */
export function timeColumn(name: string, scale = 3): ResultColumn {
  return column(name, { type: 'timestamp_ltz', precision: 0, scale });
}

export type PlainCell = string | number | boolean | null;

/** Encodes a plain value for its column: booleans as 1/0, epoch milliseconds as seconds with the column's fraction. */
export function wireCell(value: PlainCell, { type, scale }: ResultColumn): WireCell {
  if (value === null) return null;
  if (typeof value === 'boolean') return type === 'boolean' ? (value ? '1' : '0') : String(value);
  if (typeof value === 'number' && type.startsWith('timestamp')) return (value / 1000).toFixed(scale ?? 3);
  return String(value);
}

async function* once<T>(batch: T): AsyncGenerator<T, void, undefined> {
  yield batch;
}

/** A result whose rows are known. */
export function plainResult(
  statementTypeId: number,
  columns: readonly ResultColumn[],
  rows: readonly (readonly PlainCell[])[],
): EngineResult {
  const encoded: WireRow[] = rows.map((row) => columns.map((target, index) => wireCell(row[index] ?? null, target)));
  return { statementTypeId, columns, rows: once(encoded), numberOfBinds: 0 };
}

/** The one-line answer of DDL and context statements. */
export function statusResult(statementTypeId: number, status: string): EngineResult {
  return plainResult(statementTypeId, [textColumn('status')], [[status]]);
}
