import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { DriverError, type RawRow } from '../driver.ts';
import { isPassingStatus } from './faults.ts';
import type { ResultData } from './result.ts';
import { RowReader } from './row-text.ts';
import type { HttpAnswer, HttpClient } from './sdk.ts';

/** A part of a stored result, at an address that expires. */
export interface WireChunk {
  readonly url: string;
  readonly rowCount: number;
}

/** Where a result's chunks come from. */
export interface ChunkSource {
  readonly http: HttpClient;
  /** The stored result's answer again, with new addresses for its chunks. */
  refresh(queryId: string, signal: AbortSignal): Promise<ResultData>;
}

export interface ChunkRange {
  readonly chunks: readonly WireChunk[];
  readonly headers: Readonly<Record<string, string>>;
  /** Index of the first chunk's first row. */
  readonly firstRow: number;
  /** Rows wanted: `start` inclusive, `end` exclusive, in the whole result. */
  readonly start: number;
  readonly end: number;
  readonly queryId: string;
}

const chunkTimeoutMs = 90_000;
const retryDelaysMs = [200, 500, 1_000, 2_000, 4_000, 8_000];
const mostRefreshes = 3;

/** A chunk that did not come, or not whole. */
class ChunkFault extends Error {
  constructor(
    why: string,
    readonly status: number | undefined,
  ) {
    super(why);
  }

  /** The same request may do later; 403 is what an address says that has expired. */
  get isPassing(): boolean {
    return this.status === undefined || this.status === 403 || isPassingStatus(this.status);
  }
}

/**
 * Rows of the chunks that overlap with the range, one chunk after another, read as they arrive: no more of them is kept than
 * what is being parsed, and a reader that waits lets the account wait.
 */
export async function* chunkRows(
  range: ChunkRange,
  source: ChunkSource,
  signal: AbortSignal,
): AsyncGenerator<RawRow[]> {
  const reader = new ChunkReader(range, source, signal);
  let firstRow = range.firstRow;
  for (const [index, { rowCount }] of range.chunks.entries()) {
    const from = Math.max(range.start - firstRow, 0);
    const to = Math.min(range.end - firstRow, rowCount);
    firstRow += rowCount;
    if (from < to) yield* reader.rows(index, from, to);
  }
}

/** Reads chunks; goes on where it was when one breaks off, with new addresses where the old ones have expired. */
class ChunkReader {
  #chunks: readonly WireChunk[];
  #refreshes = 0;

  constructor(
    private readonly range: ChunkRange,
    private readonly source: ChunkSource,
    private readonly signal: AbortSignal,
  ) {
    this.#chunks = range.chunks;
  }

  /** Rows `from` (inclusive) to `to` (exclusive) of one chunk. */
  async *rows(index: number, from: number, to: number): AsyncGenerator<RawRow[]> {
    let next = from;
    let failures = 0;
    while (next < to) {
      try {
        for await (const batch of this.#read(index, next, to)) {
          next += batch.length;
          failures = 0;
          yield batch;
        }
        if (next < to) throw new ChunkFault(`it ended after ${next} rows`, undefined);
      } catch (error) {
        this.signal.throwIfAborted();
        if (!(error instanceof ChunkFault)) throw error;
        const waitMs = retryDelaysMs[failures];
        if (waitMs === undefined || !error.isPassing) throw this.#lost(error);
        failures += 1;
        if (error.status === 403) await this.#refresh(error);
        else await delay(waitMs, undefined, { signal: this.signal });
      }
    }
  }

  /** One attempt. Throws ChunkFault. */
  async *#read(index: number, from: number, to: number): AsyncGenerator<RawRow[]> {
    const { stream, stop } = await this.#open(this.#chunks[index]?.url ?? '');
    const text = new TextDecoder();
    const reader = new RowReader();
    let row = 0;
    try {
      for await (const piece of stream) {
        this.signal.throwIfAborted();
        const rows = reader.push(text.decode(piece as Buffer, { stream: true }));
        const batch = rows.slice(Math.max(from - row, 0), Math.max(to - row, 0));
        row += rows.length;
        if (batch.length > 0) yield batch;
        if (row >= to) return;
      }
      reader.end();
    } catch (error) {
      this.signal.throwIfAborted();
      throw error instanceof DriverError ? error : new ChunkFault(String((error as Error).message ?? error), undefined);
    } finally {
      stop();
      stream.destroy();
    }
  }

  #open(url: string): Promise<{ readonly stream: Readable; readonly stop: () => void }> {
    return new Promise((resolve, reject) => {
      const running = this.source.http.request({
        method: 'GET',
        url,
        headers: this.range.headers,
        responseType: 'stream',
        timeout: chunkTimeoutMs,
        callback: (error, answer: HttpAnswer | null, body) => {
          const stream = body as Readable | null;
          const status = answer?.statusCode;
          if (!error && status === 200 && stream) return resolve({ stream, stop });
          stop();
          stream?.destroy();
          const why = error ? String((error as Error).message ?? error) : `HTTP status ${status}`;
          return reject(new ChunkFault(why, error ? undefined : status));
        },
      });
      const abort = () => running.abort();
      const stop = () => this.signal.removeEventListener('abort', abort);
      this.signal.addEventListener('abort', abort, { once: true });
    });
  }

  async #refresh(fault: ChunkFault): Promise<void> {
    if (this.#refreshes >= mostRefreshes) throw this.#lost(fault);
    this.#refreshes += 1;
    const { chunks } = await this.source.refresh(this.range.queryId, this.signal);
    this.#chunks = chunks ?? [];
  }

  #lost({ message }: ChunkFault): DriverError {
    return new DriverError('connection_lost', `A part of the stored result could not be fetched: ${message}.`, {
      queryId: this.range.queryId,
    });
  }
}
