import type { DriverError } from '../driver.ts';
import { attemptOf, statementFault } from './faults.ts';
import type { SdkConnection } from './sdk.ts';
import { Wait } from './wire.ts';

/** Between attempts at one request; the account runs a request id once, however often it arrives (PROTOCOL §6). */
const retryDelaysMs = [100, 300, 1_000, 2_000, 4_000, 8_000, 8_000];

interface SessionRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: Record<string, unknown>;
}

export interface Answer<Data> {
  readonly code: string | null;
  readonly data: Data;
}

/**
 * One request to the account and its repetitions. The driver's own retries are not used: they can be neither bounded nor
 * ended, and do not tell whether an earlier attempt may have arrived (DRIVER.md §2).
 */
export class Exchange {
  #wait: Wait | undefined;
  /** Set once waiting was ended. */
  #reason: DriverError | undefined;
  /** Ends what is being waited for. */
  #interrupt = () => {};
  /** True once an attempt ended without an answer though it may have arrived. */
  mayHaveRun = false;

  constructor(
    private readonly connection: Pick<SdkConnection, 'service' | 'wire'>,
    private readonly attempts: number = retryDelaysMs.length + 1,
  ) {}

  /** Ends waiting, at once; `send` then rejects with `reason`. What runs at the account runs on. */
  end(reason: DriverError): void {
    this.#reason ??= reason;
    this.#interrupt();
    this.#wait?.end();
  }

  /** Rejects with DriverError. `startedBefore`: the statement is known to have begun, so a lost session leaves its outcome open. */
  async send<Data>(
    request: SessionRequest & {
      /** False for an answer that lacks what it must have, and so is no answer. */
      readonly isWhole?: (answer: Answer<Data>) => boolean;
    },
    startedBefore = false,
  ): Promise<Answer<Data>> {
    for (let attempt = 1; ; attempt += 1) {
      if (this.#reason) throw this.#reason;
      const wait = new Wait();
      this.#wait = wait;
      const outcome = await this.#once<Data>(request, wait);
      if ('answer' in outcome) return outcome.answer;
      if (this.#reason) throw this.#reason;
      const kind = attemptOf(outcome.error);
      if (kind === 'unanswered') this.mayHaveRun = true;
      const waitMs = retryDelaysMs[attempt - 1];
      if (kind === 'answered' || kind === 'disconnected' || attempt >= this.attempts || waitMs === undefined) {
        throw statementFault(outcome.error, startedBefore || this.mayHaveRun, this.connection.wire.farewell);
      }
      await this.#pause(waitMs);
    }
  }

  #once<Data>(
    { isWhole, ...request }: { readonly isWhole?: (answer: Answer<Data>) => boolean } & SessionRequest,
    wait: Wait,
  ): Promise<{ readonly answer: Answer<Data> } | { readonly error: unknown }> {
    return new Promise((resolve) => {
      // Queued behind a renewal, a request has no HTTP wait yet that could be ended.
      this.#interrupt = () => resolve({ error: this.#reason });
      // A callback that throws is called again by the driver's HTTP client; a promise settles once.
      this.connection.service.request({
        ...request,
        params: wait,
        callback: (error, body) => resolve(error ? { error } : readAnswer<Data>(body, isWhole)),
      });
    });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function readAnswer<Data>(
  body: unknown,
  isWhole: (answer: Answer<Data>) => boolean = () => true,
): { readonly answer: Answer<Data> } | { readonly error: unknown } {
  const { code, data } = (body ?? {}) as { readonly code?: string | null; readonly data?: Data | null };
  const answer = { code: code ?? null, data: data ?? ({} as Data) };
  const isAnswer = data !== undefined || code !== undefined;
  return isAnswer && isWhole(answer) ? { answer } : { error: new Error('the answer was not whole') };
}
