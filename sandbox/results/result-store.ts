/**
 * Folder results/: finished results (kept for 24 hours of the sandbox's clock) and the answers that carry them.
 * May import sandbox/engine.ts only. This file: the results that are kept.
 */
import { randomBytes } from 'node:crypto';
import type { EngineResult, ResultColumn, StoredResult } from '../engine.ts';
import type { PartStore } from './part-store.ts';
import { type Chunk, type RowText, readRows } from './row-text.ts';

const RESULT_LIFE_MS = 24 * 3_600_000;

/** More than this many results are not kept: the oldest go first, so that memory stays flat over any run. */
const MOST_RESULTS = 10_000;
/** Columns of all results, whose description lies in memory. */
const MOST_COLUMNS = 500_000;
/** What results may take in files. */
const MOST_FILE_BYTES = 8 * 1024 ** 3;

/** A result with everything that its answers say, but the session that asks. */
export interface KeptResult {
  readonly queryId: string;
  readonly user: string;
  readonly columns: readonly ResultColumn[];
  readonly statementTypeId: number;
  readonly numberOfBinds: number;
  readonly dml: EngineResult['dml'];
  readonly fileTransfer: EngineResult['fileTransfer'];
  /** Of a multi-statement request: its statements' ids and types, in order. */
  readonly children: readonly { readonly queryId: string; readonly statementTypeId: number }[];
  readonly text: RowText;
  /** What a driver must send back to be given a chunk. */
  readonly chunkKey: string;
  readonly finishedMs: number;
}

export type NewResult = Omit<KeptResult, 'chunkKey' | 'finishedMs'>;

/** The store takes the columns away from results that it drops: records of their statements hold those, too. */
type OwnResult = { -readonly [K in keyof KeptResult]: KeptResult[K] };

/** Results by query id. */
export class ResultStore {
  readonly #results = new Map<string, OwnResult>();
  #columns = 0;

  constructor(
    private readonly now: () => number,
    readonly parts: PartStore,
  ) {}

  get size(): number {
    return this.#results.size;
  }

  keep(result: NewResult): KeptResult {
    this.#sweep();
    const kept: OwnResult = { ...result, chunkKey: randomBytes(24).toString('base64'), finishedMs: this.now() };
    this.#results.set(result.queryId, kept);
    this.#columns += result.columns.length;
    return kept;
  }

  /** The result of a query, while it is kept; undefined afterwards. */
  get(queryId: string): KeptResult | undefined {
    const result = this.#results.get(queryId);
    if (!result || this.now() - result.finishedMs < RESULT_LIFE_MS) return result;
    this.#drop(result);
    return undefined;
  }

  /** As the SQL side reads it. */
  stored(queryId: string): (StoredResult & { readonly user: string }) | undefined {
    const result = this.get(queryId);
    if (!result) return undefined;
    return { user: result.user, columns: result.columns, rows: () => readRows(result.text, this.parts) };
  }

  readChunk(chunk: Chunk): Promise<Buffer> {
    return this.parts.read(chunk.part);
  }

  #sweep(): void {
    for (const result of this.#results.values()) {
      const isOld = this.now() - result.finishedMs >= RESULT_LIFE_MS;
      if (!isOld && !this.#isFull()) break;
      this.#drop(result);
    }
  }

  #isFull(): boolean {
    const { fileBytes } = this.parts.used;
    return this.#results.size >= MOST_RESULTS || this.#columns > MOST_COLUMNS || fileBytes > MOST_FILE_BYTES;
  }

  #drop(result: OwnResult): void {
    this.#results.delete(result.queryId);
    this.#columns -= result.columns.length;
    result.columns = [];
    for (const { part } of [result.text.inline, ...result.text.chunks]) {
      // A file that cannot be removed now goes with the folder.
      this.parts.drop(part).catch(() => undefined);
    }
  }
}
