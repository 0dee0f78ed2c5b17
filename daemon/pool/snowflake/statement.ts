import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DriverError, type DriverResult, type DriverStatement, type StatementRequest } from '../driver.ts';
import type { ChunkSource } from './chunks.ts';
import { type Answer, Exchange } from './exchange.ts';
import { makeResult, type ResultData } from './result.ts';
import type { SdkConnection } from './sdk.ts';

/** The statement runs on; its answer is to be asked for again (PROTOCOL §5). */
const inProgress = new Set(['333333', '333334']);
/** As the driver asks for results. */
const headers = { Accept: 'application/snowflake' };
/** An account that says "in progress" at once, again and again, is not to be asked in a hot loop. */
const shortestPollMs = 100;

interface ProgressData extends ResultData {
  readonly getResultUrl?: string;
}

/**
 * A statement on its way. It is put to the driver's session service rather than to its statement layer, which sends any
 * text that begins with `get` or `put` the way of file transfers, converts values, evaluates VARIANT, and repeats failed
 * requests by itself (DRIVER.md §2, §3).
 */
export class WireStatement implements DriverStatement {
  readonly requestId: string;
  readonly result: Promise<DriverResult>;
  #queryId: string | undefined;
  #isAnswered = false;
  readonly #exchange: Exchange;

  constructor(
    private readonly connection: SdkConnection,
    source: ChunkSource,
    request: StatementRequest,
  ) {
    this.requestId = request.requestId;
    this.#exchange = new Exchange(connection);
    this.result = this.#run(request, source).finally(() => {
      this.#isAnswered = true;
    });
    // The caller may have left by the time it fails.
    this.result.catch(() => {});
  }

  get queryId(): string | undefined {
    return this.#queryId;
  }

  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** Stops waiting for the answer; the result rejects with `reason`. */
  endWait(reason: DriverError): void {
    this.#exchange.end(reason);
  }

  async #run(request: StatementRequest, source: ChunkSource): Promise<DriverResult> {
    const context = this.connection.service.getQueryContextDTO();
    const first = await this.#exchange.send<ProgressData>({
      method: 'POST',
      url: `/queries/v1/query-request?requestId=${encodeURIComponent(request.requestId)}`,
      headers,
      isWhole,
      json: {
        disableOfflineChunks: false,
        sqlText: request.sql,
        parameters: request.parameters,
        ...(request.binds && request.binds.length > 0 ? { bindings: bindings(request.binds) } : {}),
        ...(context === undefined ? {} : { queryContextDTO: context }),
      },
    });
    this.#queryId = first.data.queryId;
    const data = await awaitResult(this.#exchange, first);
    this.#queryId = data.queryId ?? this.#queryId;
    if (data.queryContext) this.connection.service.deserializeQueryContext(data.queryContext);
    return makeResult({ ...data, ...(this.#queryId ? { queryId: this.#queryId } : {}) }, source);
  }
}

/** An answer to a statement names it, and says either where to ask again or what the result looks like. */
function isWhole({ code, data }: Answer<ProgressData>): boolean {
  if (!data.queryId) return false;
  return code !== null && inProgress.has(code)
    ? Boolean(data.getResultUrl)
    : Array.isArray(data.rowtype) || Boolean(data.resultIds);
}

/** Asks for the answer again until the statement is done. */
async function awaitResult(exchange: Exchange, first: Answer<ProgressData>): Promise<ResultData> {
  let answer = first;
  while (answer.code !== null && inProgress.has(answer.code) && answer.data.getResultUrl) {
    const asked = performance.now();
    answer = await exchange.send<ProgressData>(
      { method: 'GET', url: answer.data.getResultUrl, headers, isWhole },
      true,
    );
    if (performance.now() - asked < shortestPollMs) await delay(shortestPollMs);
  }
  return answer.data;
}

/** The stored result of a statement, waiting while it runs. Rejects with DriverError, or with the signal's reason. */
export async function fetchResult(
  connection: SdkConnection,
  queryId: string,
  signal: AbortSignal,
): Promise<ResultData> {
  signal.throwIfAborted();
  const exchange = new Exchange(connection);
  const stop = () => exchange.end(new DriverError('aborted', 'The wait for the result was given up.'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    const url = `/queries/${encodeURIComponent(queryId)}/result?disableOfflineChunks=false`;
    const data = await awaitResult(
      exchange,
      await exchange.send<ProgressData>({ method: 'GET', url, headers, isWhole }),
    );
    return { ...data, queryId: data.queryId ?? queryId };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Several statements in one request; resolves with what the last one answered, once all have run. */
export async function runMany(
  connection: SdkConnection,
  statements: readonly string[],
  parameters: Readonly<Record<string, string | number>>,
  signal: AbortSignal,
): Promise<ResultData> {
  const exchange = new Exchange(connection);
  const first = await exchange.send<ProgressData>({
    method: 'POST',
    url: `/queries/v1/query-request?requestId=${randomUUID()}`,
    headers,
    isWhole,
    json: {
      disableOfflineChunks: false,
      sqlText: statements.join(';\n'),
      parameters: { ...parameters, MULTI_STATEMENT_COUNT: statements.length },
    },
  });
  const data = await awaitResult(exchange, first);
  const last = data.resultIds?.split(',').at(-1);
  // A child that failed ends the batch and fails here; an answer without children is a batch of one.
  return last ? fetchResult(connection, last, signal) : data;
}

/** Positional values, typed as the driver types them (PROTOCOL §6). */
function bindings(
  binds: readonly (string | number | null)[],
): Record<string, { readonly type: string; readonly value: string | null }> {
  return Object.fromEntries(
    binds.map((value, index) => [
      String(index + 1),
      typeof value === 'number'
        ? { type: Number.isInteger(value) ? 'FIXED' : 'REAL', value: String(value) }
        : { type: 'TEXT', value },
    ]),
  );
}
