import { setTimeout as delay } from 'node:timers/promises';
import { type CurrentObjects, type DriverColumn, DriverError, type DriverResult, type RawRow } from '../driver.ts';
import { isPassingStatus } from './faults.ts';
import { readRows, rowBatches } from './row-text.ts';
import type { HttpClient } from './sdk.ts';
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

interface WireChunk {
  readonly url: string;
  readonly rowCount: number;
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

/** Where a result's chunks come from. */
export interface ChunkSource {
  readonly http: HttpClient;
  /** The stored result's answer again, with new addresses for its chunks (they expire). */
  refresh(queryId: string, signal: AbortSignal): Promise<ResultData>;
}

const batchRows = 1_000;
const chunkTimeoutMs = 90_000;
const chunkDelaysMs = [200, 500, 1_000, 2_000, 4_000, 8_000];
const mostRefreshes = 3;

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

interface ChunkRange {
  readonly chunks: WireChunk[];
  readonly headers: Readonly<Record<string, string>>;
  /** Index of the first chunk's first row. */
  readonly firstRow: number;
  readonly start: number;
  readonly end: number;
  readonly queryId: string;
}

/** Rows of the chunks that overlap: while one is read, the next is on its way, and no other is kept. */
async function* chunkRows(range: ChunkRange, source: ChunkSource, signal: AbortSignal): AsyncGenerator<RawRow[]> {
  const wanted: { readonly index: number; readonly firstRow: number }[] = [];
  let firstRow = range.firstRow;
  range.chunks.forEach((chunk, index) => {
    if (firstRow < range.end && firstRow + chunk.rowCount > range.start) wanted.push({ index, firstRow });
    firstRow += chunk.rowCount;
  });
  const loader = new ChunkLoader(range, source, signal);
  let next = loader.load(wanted[0]?.index);
  for (const [position, chunk] of wanted.entries()) {
    let text: string | undefined = await next;
    next = loader.load(wanted[position + 1]?.index);
    const batches = rowBatches(text);
    text = undefined;
    let row = chunk.firstRow;
    for (const batch of batches) {
      signal.throwIfAborted();
      const from = Math.max(range.start - row, 0);
      const to = Math.min(range.end - row, batch.length);
      row += batch.length;
      if (from < to) yield from === 0 && to === batch.length ? batch : batch.slice(from, to);
      if (row >= range.end) return;
    }
  }
}

/** Downloads chunk texts; asks for new addresses where the old ones have expired (HTTP 403). */
class ChunkLoader {
  #refreshes = 0;

  constructor(
    private readonly range: ChunkRange,
    private readonly source: ChunkSource,
    private readonly signal: AbortSignal,
  ) {}

  load(index: number | undefined): Promise<string> {
    if (index === undefined) return Promise.resolve('');
    const loading = this.#load(index);
    // Awaited only when its turn comes; until then a failure must not count as unhandled.
    loading.catch(() => {});
    return loading;
  }

  async #load(index: number): Promise<string> {
    for (let attempt = 0; ; attempt += 1) {
      this.signal.throwIfAborted();
      const chunk = this.range.chunks[index];
      if (!chunk) throw this.#lost('the account no longer lists it');
      const answer = await this.#fetch(chunk.url);
      if (typeof answer === 'string') return answer;
      if (answer.status === 403 && this.#refreshes < mostRefreshes) {
        this.#refreshes += 1;
        const data = await this.source.refresh(this.range.queryId, this.signal);
        this.range.chunks.splice(0, this.range.chunks.length, ...(data.chunks ?? []));
        continue;
      }
      const waitMs = chunkDelaysMs[attempt];
      const isPassing = answer.status === undefined || answer.status === 403 || isPassingStatus(answer.status);
      if (waitMs === undefined || !isPassing) throw this.#lost(answer.why);
      await delay(waitMs, undefined, { signal: this.signal });
    }
  }

  #fetch(url: string): Promise<string | { readonly status: number | undefined; readonly why: string }> {
    return new Promise((resolve) => {
      const running = this.source.http.request({
        method: 'GET',
        url,
        headers: this.range.headers,
        gzip: true,
        timeout: chunkTimeoutMs,
        callback: (error, answer, body) => {
          this.signal.removeEventListener('abort', stop);
          const status = answer?.statusCode;
          // Cloud storage answers some errors as XML with status 200.
          if (!error && status === 200 && typeof body === 'string' && !body.startsWith('<')) return resolve(body);
          if (!error && status === 200 && Array.isArray(body)) return resolve(JSON.stringify(body));
          return resolve({ status, why: error ? String((error as Error).message ?? error) : `HTTP status ${status}` });
        },
      });
      const stop = () => running.abort();
      this.signal.addEventListener('abort', stop, { once: true });
    });
  }

  #lost(why: string): DriverError {
    return new DriverError('connection_lost', `A part of the stored result could not be fetched: ${why}.`, {
      queryId: this.range.queryId,
    });
  }
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
