import type { Clock } from '../clock.ts';
import type { Profile } from '../config/profile.ts';
import type { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import { Breaker } from './breaker.ts';
import type { CredentialKeys } from './credential-key.ts';
import { DriverError, type DriverSession } from './driver.ts';
import {
  accountUnreachable,
  credentialsRejected,
  gateIsOpen,
  personNeeded,
  tooManyInARow,
  tooManyRecently,
} from './login-errors.ts';
import { type FailedLogins, failureWindowMs, type Verdict, type VerdictBook } from './verdicts.ts';

/** Failed logins of one person within the window, whatever the credentials: Snowflake locks a user after five (DESIGN §5). */
const mostFailures = 3;
/** Failed logins in a row, however much time lies between them; the next is a person's to ask for. */
const mostInARow = 4;
/** Credentials that worked this recently may sign in several times at once; later, one finds out first whether they still do. */
const recentMs = 60_000;

/** Why a login did not come about: for good, in passing, or for want of a person to ask. */
export class LoginRefused extends Error {
  constructor(
    readonly kind: 'final' | 'passing' | 'person',
    readonly reported: SnowpoolError,
    /** False where no login was sent. */
    readonly isAttempted: boolean,
  ) {
    super(reported.message, { cause: reported });
  }
}

interface Turn {
  readonly profile: Profile;
  readonly go: () => void;
}

/**
 * Every login of one account and user goes through here, whatever the profile (DESIGN §5). Rejected credentials are not
 * tried again; at most three logins fail in 15 minutes, whatever the credentials; credentials that have not worked yet are
 * tried one login at a time, and no more logins run at once than may still fail.
 */
export class LoginGate {
  readonly #breaker: Breaker;
  /** Credentials that have worked in this daemon, and when last: ms on the monotonic clock. */
  readonly #proven = new Map<string, number>();
  /** Refusals that hold for one profile alone, or never reached the account; by fingerprint. */
  readonly #profileVerdicts = new Map<string, SnowpoolError>();
  readonly #turns: Turn[] = [];
  readonly #running = new Set<Turn>();
  /** Logins on their way, by their id in the book. */
  readonly #inFlight = new Set<string>();
  /** How many logins may fail, as of the last look into the book. */
  #mayStillFail = mostFailures;

  constructor(
    private readonly options: {
      readonly clock: Clock;
      readonly random: () => number;
      readonly verdicts: VerdictBook;
      readonly keys: CredentialKeys;
      readonly log: Logger;
    },
  ) {
    this.#breaker = new Breaker(options.clock, options.random);
  }

  /** Until a login that failed in passing may be tried again, ms. */
  get waitMs(): number {
    return this.#breaker.waitMs;
  }

  /**
   * Runs `login` once, when its turn has come and the rules allow it. Rejects with LoginRefused; with the signal's reason
   * where that is aborted first.
   */
  async enter(profile: Profile, login: () => Promise<DriverSession>, signal: AbortSignal): Promise<DriverSession> {
    await this.#check(profile, this.#running.size);
    const turn = await this.#turn(profile, signal);
    try {
      // Whoever was in front may have found out that there is nothing to try, or that it is too early.
      await this.#check(profile, this.#running.size - 1);
      await this.options.clock.sleep(this.#breaker.waitMs, signal);
      return await this.#attempt(profile, login);
    } finally {
      this.#running.delete(turn);
      await this.#recount(profile);
      this.#admit();
    }
  }

  /** Forgets what was held against profiles of this person; what the book keeps is lifted there. */
  reset(): void {
    this.#profileVerdicts.clear();
    this.#breaker.reset();
  }

  /** Throws LoginRefused where no login may be tried now. `others`: logins on their way beside this one. */
  async #check(profile: Profile, others: number): Promise<void> {
    const own = this.#profileVerdicts.get(profile.fingerprint);
    if (own) throw new LoginRefused('final', own, false);
    const verdict = await this.options.verdicts.verdictOn(profile);
    if (verdict) throw new LoginRefused('final', credentialsRejected(profile, verdict), false);
    if (this.#breaker.isOpen && (this.#breaker.waitMs > 0 || others > 0)) {
      throw new LoginRefused('passing', gateIsOpen(profile, this.#breaker.waitMs, this.#breaker.lastFailure), false);
    }
    const { recentMs, inARow, isCertain } = await this.#recount(profile);
    const kind = isCertain ? 'final' : 'passing';
    if (inARow >= mostInARow - this.#reserve(profile)) {
      throw new LoginRefused(kind, tooManyInARow(profile, inARow, isCertain), false);
    }
    const most = mostFailures - this.#reserve(profile);
    if (recentMs.length < most) return;
    const untilMs = (recentMs[recentMs.length - most] ?? 0) + failureWindowMs;
    throw new LoginRefused(kind, tooManyRecently(profile, recentMs.length, untilMs, isCertain), false);
  }

  async #recount(profile: Profile): Promise<FailedLogins> {
    const failures = await this.options.verdicts.failuresOf(profile, this.#inFlight);
    this.#mayStillFail = Math.min(mostFailures - failures.recentMs.length, mostInARow - failures.inARow);
    return failures;
  }

  /** Others' wrong credentials must leave those that have worked a login that may fail. */
  #reserve(profile: Profile): number {
    return this.#proven.size > 0 && !this.#isProven(profile) ? 1 : 0;
  }

  async #attempt(profile: Profile, login: () => Promise<DriverSession>): Promise<DriverSession> {
    const { verdicts, keys, log } = this.options;
    const wasProven = this.#isProven(profile);
    const attempt = await verdicts.begin(profile, wasProven);
    this.#inFlight.add(attempt);
    try {
      // Written down first and then looked up once more: another daemon, or one that ran beside it, may have come before.
      await this.#check(profile, this.#running.size - 1);
      const session = await login();
      this.#proven.set(keys.inMemory(profile), this.options.clock.monotonic());
      this.#breaker.reset();
      await verdicts.settle(profile, attempt, 'succeeded');
      return session;
    } catch (error) {
      if (!(error instanceof DriverError)) {
        await verdicts.settle(profile, attempt, 'not_failed');
        throw error;
      }
      const { refusal, code = '', mayHaveArrived } = error.details;
      if (error.fault !== 'credentials') {
        // Unanswered, a wrong password may have counted all the same; one that has worked will not have.
        const isCounted = error.fault === 'transient' && mayHaveArrived && !wasProven;
        await verdicts.settle(profile, attempt, isCounted ? 'unanswered' : 'not_failed');
        if (error.fault === 'transient') this.#breaker.failed(error.message);
        throw new LoginRefused('passing', accountUnreachable(profile, error), true);
      }
      this.#breaker.reset();
      if (refusal === 'person') {
        await verdicts.settle(profile, attempt, code === '' ? 'not_failed' : 'failed');
        throw new LoginRefused('person', personNeeded(profile, error), true);
      }
      const verdict: Verdict = { code, message: error.message, atMs: this.options.clock.now() };
      const reported = credentialsRejected(profile, verdict);
      log.warn({ account: profile.account, user: profile.user, code, refusal }, 'the account refused a sign-in');
      if (refusal === 'user') {
        this.#proven.delete(keys.inMemory(profile));
        await verdicts.settle(profile, attempt, 'failed', verdict);
      } else {
        this.#profileVerdicts.set(profile.fingerprint, reported);
        await verdicts.settle(profile, attempt, 'not_failed');
      }
      throw new LoginRefused('final', reported, true);
    } finally {
      this.#inFlight.delete(attempt);
    }
  }

  #isProven(profile: Profile): boolean {
    return this.#proven.has(this.options.keys.inMemory(profile));
  }

  #turn(profile: Profile, signal: AbortSignal): Promise<Turn> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const turn: Turn = {
        profile,
        go: () => {
          signal.removeEventListener('abort', leave);
          resolve(turn);
        },
      };
      const leave = () => {
        this.#turns.splice(this.#turns.indexOf(turn), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#turns.push(turn);
      this.#admit();
    });
  }

  /** Credentials that have not worked yet are tried after one another; those that have, after the first of their own. */
  #isToWait({ profile }: Turn): boolean {
    const running = [...this.#running].map((turn) => turn.profile);
    const { keys, clock } = this.options;
    const own = keys.inMemory(profile);
    const workedAt = this.#proven.get(own);
    if (workedAt === undefined) return running.some((other) => !this.#isProven(other));
    const isRecent = clock.monotonic() - workedAt < recentMs;
    return !isRecent && running.some((other) => keys.inMemory(other) === own);
  }

  /** Lets in whoever may go, first come first. */
  #admit(): void {
    for (const turn of [...this.#turns]) {
      const mayStillFail = this.#mayStillFail - this.#reserve(turn.profile);
      const isFree = this.#running.size === 0 || this.#running.size < mayStillFail;
      if (!isFree || this.#isToWait(turn)) continue;
      this.#turns.splice(this.#turns.indexOf(turn), 1);
      this.#running.add(turn);
      turn.go();
    }
  }
}
