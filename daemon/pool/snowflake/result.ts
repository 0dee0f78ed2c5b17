import type { CurrentObjects, DriverColumn, DriverResult } from '../driver.ts';
import { type ChunkSource, chunkRows, type WireChunk } from './chunks.ts';
import { readRows } from './row-text.ts';
import { name } from './wire.ts';

interface WireColumn {
  readonly name?: string;
  readonly type?: string;
  readonly precision?: number | null;
  readonly scale?: number | null;
  readonly length?: number | null;
  readonly nullable?: boolean;
  readonly database?: string | null;
  readonly schema?: string | null;
  readonly table?: string | null;
}

/** `data` of a query's or a stored result's answer (PROTOCOL §4). */
export interface ResultData {
  readonly queryId?: string;
  readonly statementTypeId?: number | null;
  readonly rowtype?: readonly WireColumn[] | null;
  readonly rowset?: readonly (readonly unknown[])[] | null;
  readonly total?: number | null;
  readonly returned?: number | null;
  readonly parameters?: readonly { readonly name: string; readonly value: string | number | boolean }[] | null;
  readonly chunks?: readonly WireChunk[] | null;
  readonly chunkHeaders?: Readonly<Record<string, string>> | null;
  readonly qrmk?: string | null;
  readonly finalRoleName?: string | null;
  readonly finalWarehouseName?: string | null;
  readonly finalDatabaseName?: string | null;
  readonly finalSchemaName?: string | null;
  readonly queryContext?: unknown;
  readonly resultIds?: string | null;
}

const batchRows = 1_000;

/** A result from the account's answer: raw values, rows on demand. */
export function makeResult(data: ResultData, source: ChunkSource): DriverResult {
  const columns = (data.rowtype ?? []).map(readColumn);
  const first = data.rowset ?? [];
  const chunks = [...(data.chunks ?? [])];
  const queryId = data.queryId ?? '';
  const stored = data.returned ?? data.total ?? first.length;
  return {
    queryId,
    statementTypeId: data.statementTypeId ?? undefined,
    columns,
    totalRows: stored,
    rowsAffected: countAffected(data),
    current: currentObjects(data),
    parameters: new Map((data.parameters ?? []).map((parameter) => [parameter.name.toUpperCase(), parameter.value])),
    async *rows({ start, end }, signal) {
      for (let at = start; at < Math.min(end, first.length); at += batchRows) {
        signal.throwIfAborted();
        yield readRows(first.slice(at, Math.min(at + batchRows, end, first.length)));
      }
      yield* chunkRows(
        { chunks, headers: chunkHeaders(data), firstRow: first.length, start, end, queryId },
        source,
        signal,
      );
    },
  };
}

/** The account's word on role, warehouse, database and schema after the statement. */
export function currentObjects(data: ResultData): CurrentObjects {
  return {
    role: name(data.finalRoleName),
    warehouse: name(data.finalWarehouseName),
    database: name(data.finalDatabaseName),
    schema: name(data.finalSchemaName),
  };
}

function chunkHeaders(data: ResultData): Readonly<Record<string, string>> {
  if (data.chunkHeaders) return data.chunkHeaders;
  if (!data.qrmk) return {};
  return {
    'x-amz-server-side-encryption-customer-algorithm': 'AES256',
    'x-amz-server-side-encryption-customer-key': data.qrmk,
  };
}

function readColumn(column: WireColumn): DriverColumn {
  return {
    name: column.name ?? '',
    type: (column.type ?? 'text').toLowerCase(),
    precision: column.precision ?? undefined,
    scale: column.scale ?? undefined,
    length: column.length ?? undefined,
    nullable: column.nullable ?? true,
    database: name(column.database),
    schema: name(column.schema),
    table: name(column.table),
  };
}

/** INSERT to multi-table INSERT (PROTOCOL §4.4); their answer is one row of counts. */
function countAffected(data: ResultData): number | undefined {
  const id = data.statementTypeId ?? 0;
  if (id < 0x3000 || id >= 0x3600) return undefined;
  const row = data.rowset?.[0];
  if (!row) return undefined;
  let rows = 0;
  (data.rowtype ?? []).forEach((column, index) => {
    const label = (column.name ?? '').toLowerCase();
    // "number of multi-joined rows updated" counts rows that "number of rows updated" has already counted.
    if (label.startsWith('number of rows ')) rows += Number(row[index] ?? 0);
  });
  return rows;
}
