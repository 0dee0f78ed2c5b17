/** Turns a result's rows into the pieces that drivers read: a first one inline, the rest as gzip chunks. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { WireRow } from '../engine.ts';
import type { Part, PartStore } from './part-store.ts';

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** Rows as JSON arrays separated by commas, without outer brackets: what Node reads a chunk as (PROTOCOL §4.2). */
export interface Chunk {
  readonly part: Part;
  readonly rowCount: number;
  readonly uncompressedBytes: number;
}

export interface RowText {
  /** Plain JSON text, not compressed. */
  readonly inline: Chunk;
  /** Compressed. */
  readonly chunks: readonly Chunk[];
  readonly total: number;
}

export interface RowTextLimits {
  /** ROWS_PER_RESULTSET; null: all. */
  readonly maxRows: number | null;
  /** CLIENT_RESULT_CHUNK_SIZE. */
  readonly maxChunkBytes: number;
}

/** Characters of the inline part; results below it have no chunks. */
const INLINE_LENGTH = 128 * 1024;
/** The first chunk; each further one is twice as large, up to the limit, as Snowflake's grow. */
const FIRST_CHUNK_LENGTH = 512 * 1024;
const ROWS_AT_A_TIME = 128;

/** Reads `rows` to their end into `store`. Rejects with what `rows` throws or with the signal's reason; nothing is kept then. */
export async function collectRows(
  rows: AsyncIterable<readonly WireRow[]>,
  store: PartStore,
  limits: RowTextLimits,
  signal: AbortSignal,
): Promise<RowText> {
  const kept: Chunk[] = [];
  let pending: string[] = [];
  let length = 0;
  let count = 0;
  let total = 0;
  let target = INLINE_LENGTH;

  const flush = async () => {
    const text = Buffer.from(pending.join(',\n'));
    const isInline = kept.length === 0;
    const part = await store.put(isInline ? text : await zip(text, { level: 1 }));
    kept.push({ part, rowCount: count, uncompressedBytes: text.length });
    target = Math.min(isInline ? FIRST_CHUNK_LENGTH : target * 2, limits.maxChunkBytes);
    pending = [];
    length = 0;
    count = 0;
  };

  try {
    for await (const batch of rows) {
      for (let start = 0; start < batch.length; start += ROWS_AT_A_TIME) {
        signal.throwIfAborted();
        const left = limits.maxRows === null ? ROWS_AT_A_TIME : Math.min(ROWS_AT_A_TIME, limits.maxRows - total);
        if (left <= 0) break;
        const slice = batch.slice(start, start + left);
        const text = JSON.stringify(slice).slice(1, -1);
        // The inline part stays below its limit; a chunk ends with the slice that fills it.
        if (kept.length === 0 && length > 0 && length + text.length > INLINE_LENGTH) await flush();
        pending.push(text);
        length += text.length;
        count += slice.length;
        total += slice.length;
        if (kept.length > 0 && length >= target) await flush();
      }
      if (limits.maxRows !== null && total >= limits.maxRows) break;
    }
    signal.throwIfAborted();
    if (pending.length > 0 || kept.length === 0) await flush();
  } catch (error) {
    await Promise.all(kept.map(({ part }) => store.drop(part)));
    throw error;
  }
  const [inline, ...chunks] = kept;
  if (!inline) throw new Error('a result has an inline part');
  return { inline, chunks, total };
}

/** The rows again, chunk by chunk, as RESULT_SCAN reads them. */
export async function* readRows(text: RowText, store: PartStore): AsyncGenerator<readonly WireRow[]> {
  for (const chunk of [text.inline, ...text.chunks]) {
    if (chunk.rowCount === 0) continue;
    const data = await store.read(chunk.part);
    const plain = chunk === text.inline ? data : await unzip(data);
    const rows: WireRow[] = JSON.parse(`[${plain.toString('utf8')}]`);
    yield rows;
  }
}
