/** Pages of results that Snowflake keeps (24 hours), read by query id on any session of the profile: no second run, no warehouse. */
import type { Attachment, Loan } from '../clients/contract.ts';
import type { Clock } from '../clock.ts';
import { SnowpoolError } from '../errors.ts';
import { DriverError, type DriverSession } from '../pool/driver.ts';
import type { Page, PageBounds, Progress } from './contract.ts';
import { noEffects } from './guard/effects.ts';
import { readPage } from './page-reader.ts';
import { statementError } from './statement-error.ts';

export interface StoredRead {
  readonly queryId: string;
  readonly offset: number;
  readonly bounds: PageBounds;
  /** False where the statement may still be running: then its state is asked first. */
  readonly isKnownToHaveEnded: boolean;
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export type StoredOutcome =
  | { readonly state: 'done'; readonly page: Page }
  | { readonly state: 'running'; readonly waitedMs: number };

const pollMs = 1_000;

export class StoredResults {
  readonly #clock: Clock;
  readonly #newId: () => string;

  constructor(options: { readonly clock: Clock; readonly newId: () => string }) {
    this.#clock = options.clock;
    this.#newId = options.newId;
  }

  /**
   * Reads one page. Rejects with SnowpoolError: invalid_argument for an expired result or an offset behind its end,
   * statement_failed where the statement had failed, and what lending may reject with.
   */
  async read(attachment: Attachment, read: StoredRead): Promise<StoredOutcome> {
    const began = this.#clock.monotonic();
    if (!read.isKnownToHaveEnded) {
      const isOver = await this.#untilOver(attachment, read, began + read.waitMs);
      if (!isOver) return { state: 'running', waitedMs: Math.round(this.#clock.monotonic() - began) };
    }
    const page = await this.#onSession(attachment, read, async (session) => {
      const result = await session.resultOf(read.queryId, read.signal);
      if (read.offset > 0 && read.offset >= result.totalRows) throw behindEnd(read.offset, result.totalRows);
      return readPage(result, read.offset, read.bounds, read.signal, (rows) =>
        read.onProgress({ stage: 'fetching', rows }),
      );
    });
    return { state: 'done', page };
  }

  /** Ends a statement of which this daemon knows only the id. */
  async cancel(attachment: Attachment, queryId: string): Promise<'cancelled' | 'already_finished'> {
    const request = {
      queryId,
      signal: AbortSignal.timeout(attachment.profile.limits.waitMs),
      onProgress: () => undefined,
    };
    return this.#onSession(attachment, request, async (session) => {
      const { state } = await session.statusOf(queryId);
      if (state !== 'running') return 'already_finished';
      return (await session.abort({ queryId })) ? 'cancelled' : 'already_finished';
    });
  }

  async #untilOver(attachment: Attachment, read: StoredRead, until: number): Promise<boolean> {
    for (;;) {
      const status = await this.#onSession(attachment, read, (session) => session.statusOf(read.queryId));
      if (status.state === 'failed' || status.state === 'aborted') {
        throw new SnowpoolError(
          status.state === 'aborted' ? 'cancelled' : 'statement_failed',
          `The statement ${read.queryId} ${status.state === 'aborted' ? 'was aborted' : 'failed'} at Snowflake${status.message ? `: ${status.message}` : '.'}`,
          '',
          { queryId: read.queryId },
        );
      }
      if (status.state !== 'running') return true;
      const left = until - this.#clock.monotonic();
      if (left <= 0) return false;
      await this.#clock.sleep(Math.min(pollMs, left), read.signal).catch(() => {
        throw new SnowpoolError('cancelled', 'The call was cancelled; the statement goes on.');
      });
    }
  }

  /** Runs something harmless on a session; once more on another one where the session turns out to be dead. */
  async #onSession<T>(
    attachment: Attachment,
    request: Pick<StoredRead, 'queryId' | 'signal' | 'onProgress'>,
    work: (session: DriverSession) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const loan = await attachment.lend({
        requestId: this.#newId(),
        effects: noEffects,
        isAside: true,
        signal: request.signal,
        deadline: this.#clock.monotonic() + attachment.profile.limits.waitMs,
        onPlace: (place) => request.onProgress(place > 0 ? { stage: 'queued', place } : { stage: 'signing_in' }),
      });
      try {
        const answer = await work(loan.session);
        await unchanged(loan);
        return answer;
      } catch (error) {
        if (!(error instanceof DriverError)) {
          await unchanged(loan);
          throw request.signal.aborted ? new SnowpoolError('cancelled', 'The call was cancelled.') : error;
        }
        const isSessionDead = error.fault === 'session_gone' || error.fault === 'connection_lost';
        if (isSessionDead) await loan.settle({ state: 'failed', error });
        else await unchanged(loan);
        if (isSessionDead && attempt === 1 && !request.signal.aborted) continue;
        throw resultError(error, request.queryId);
      }
    }
  }
}

/** No statement ran on it, so it is as it was. */
function unchanged(loan: Loan): Promise<void> {
  return loan.settle({ state: 'abandoned', isEndConfirmed: true });
}

function behindEnd(offset: number, totalRows: number): SnowpoolError {
  return new SnowpoolError(
    'invalid_argument',
    `Row offset ${offset} is behind the end: the result has ${totalRows} rows.`,
    totalRows === 0 ? '' : `Use an offset from 0 to ${totalRows - 1}.`,
  );
}

/** Snowflake's words for a result that is no longer kept, or never was. */
const expired = /expired|no longer (available|stored)|statement .* not found|result .* not found/i;
const expiredCodes = new Set(['000709', '000612', '000707']);

function resultError(error: DriverError, queryId: string): SnowpoolError {
  const { code } = error.details;
  if (error.fault === 'statement' && (expired.test(error.message) || (code !== undefined && expiredCodes.has(code)))) {
    return new SnowpoolError(
      'invalid_argument',
      `The result of ${queryId} is no longer stored: Snowflake keeps results for 24 hours (${error.message.trim()}).`,
      'Run the statement again.',
      { queryId, ...(code === undefined ? {} : { snowflakeCode: code }) },
      { cause: error },
    );
  }
  return statementError(error, '');
}
