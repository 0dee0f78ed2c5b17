/** All rows of one statement, in batches, for a reader that may be slow: the session stays lent until the last one is read. */
import type { Attachment } from '../clients/contract.ts';
import { SnowpoolError } from '../errors.ts';
import type { DriverResult, RawRow } from '../pool/driver.ts';
import { DriverError } from '../pool/driver.ts';
import type { Queries, RunRequest } from './contract.ts';
import type { Execution } from './execution.ts';
import { timezoneOf } from './page-reader.ts';
import { statementError } from './statement-error.ts';

type Streamed = Awaited<ReturnType<Queries['stream']>>;

/**
 * Starts a statement and hands out its rows.
 * @param start begins the execution with the given consumer of its result.
 * Rejects as the statement does; the batches reject with SnowpoolError where a part of the result cannot be had.
 */
export async function streamRows<T>(
  start: (consume: (result: DriverResult, signal: AbortSignal) => Promise<undefined>) => Execution<T>,
  request: Pick<RunRequest, 'sql' | 'signal' | 'onProgress'>,
  attachment: Attachment,
): Promise<Streamed> {
  let finishReading: () => void = () => undefined;
  const isRead = new Promise<void>((resolve) => {
    finishReading = resolve;
  });
  let arrive: (value: { result: DriverResult; signal: AbortSignal }) => void = () => undefined;
  const arrived = new Promise<{ result: DriverResult; signal: AbortSignal }>((resolve) => {
    arrive = resolve;
  });
  const execution = start(async (result, signal) => {
    arrive({ result, signal });
    await Promise.race([isRead, aborted(signal)]);
    return undefined;
  });
  const stopListening = execution.onProgress(request.onProgress);
  const stop = () => {
    finishReading();
    void execution.cancel(new SnowpoolError('cancelled', `The call of ${attachment.client.name} was cancelled.`));
  };
  if (request.signal.aborted) stop();
  request.signal.addEventListener('abort', stop, { once: true });
  const done = () => {
    stopListening();
    request.signal.removeEventListener('abort', stop);
    finishReading();
  };
  const { result, signal } = await Promise.race([arrived, execution.outcome.then(() => arrived)]).catch(
    (error: unknown) => {
      done();
      throw error;
    },
  );

  async function* batches(): AsyncGenerator<readonly RawRow[]> {
    try {
      if (result.totalRows > 0) yield* result.rows({ start: 0, end: result.totalRows }, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw error instanceof DriverError ? statementError(error, request.sql) : error;
    } finally {
      done();
      await execution.ended;
    }
  }
  const { queryId, columns, totalRows, rowsAffected } = result;
  return {
    queryId,
    columns,
    totalRows,
    rowsAffected,
    timezone: timezoneOf(result),
    notices: execution.notices,
    batches: batches(),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
