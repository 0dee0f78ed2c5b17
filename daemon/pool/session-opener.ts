import type { Clock } from '../clock.ts';
import type { PoolSettings, Profile } from '../config/profile.ts';
import { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { Driver, DriverSession } from './driver.ts';
import type { Entry } from './entry.ts';
import { loginsWanted } from './growth.ts';
import { brokeAtOnce, endedAtOnce } from './login-errors.ts';
import { type LoginGate, LoginRefused } from './login-gate.ts';
import type { Waiter, WaitingLine } from './waiting-line.ts';

/** Where a sign-in failed in passing, the pool tries again by itself after this at the earliest. */
const shortestPauseMs = 1_000;
/** Where none was even sent, later. */
const refusedPauseMs = 15_000;
/** Where the account ends each session before anything works on it, so many are replaced at once; then each waits longer. */
const replacedAtOnce = { silent: 5, byPerson: 1 };
const firstHoldMs = 500;
const longestHoldMs = 30_000;
/** A call does not wait longer than this for the end of a hold. */
const longestWaitMs = 5_000;

export interface OpenerParts {
  readonly driver: Driver;
  readonly clock: Clock;
  readonly gate: LoginGate;
  readonly log: Logger;
  readonly profile: Profile;
  readonly settings: () => PoolSettings;
  readonly line: WaitingLine;
  /** Open sessions. */
  readonly size: () => number;
  /** Sessions to keep. */
  readonly floor: () => number;
  readonly opened: (session: DriverSession) => Promise<void>;
}

/**
 * Begins sign-ins as demand asks for them (DESIGN §5, "Growth"; how many: growth.ts), and tells those who wait how they went.
 * A sign-in outlives the call that wanted it. Where one needs a person it begins only for a call that waits, never by itself.
 */
export class SessionOpener {
  readonly logins = { succeeded: 0, failed: 0 };
  /** How the last sign-in failed; undefined once one has worked. */
  failure: { readonly kind: LoginRefused['kind']; readonly error: SnowpoolError } | undefined;
  readonly #ended = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  /** After a failure nothing is opened but for calls that find no session at all. */
  #isPaused = false;
  #isHeldBack = false;
  #stopPause: (() => void) | undefined;
  /** Since when the sessions that are kept anyway are open, on the monotonic clock. */
  #floorOpenSince: number | undefined;
  #stopGrowthTimer: (() => void) | undefined;
  /** Sessions, each opened after the end of the one before, that were gone before anything worked on them. */
  #goneAtOnce = { inARow: 0, lastMs: 0, allEnded: true };
  #heldUntil = 0;
  #stopHold: (() => void) | undefined;

  constructor(private readonly parts: OpenerParts) {}

  /** Sign-ins on their way. */
  get opening(): number {
    return this.#underWay.size;
  }

  /** Sessions at most, by the settings; where each further sign-in would ask a person, one (DESIGN §5, "A person is asked once"). */
  get max(): number {
    return this.parts.driver.isSilent(this.parts.profile) ? this.parts.settings().maxSize : 1;
  }

  meetDemand(): void {
    const { driver, profile, line, size, floor } = this.parts;
    if (this.#ended.signal.aborted || this.#isHeldBack || this.#isOnHold()) return;
    const isSilent = driver.isSilent(profile);
    const isUrgent = line.length > 0 && size() === 0;
    if (!isUrgent && (this.#isPaused || !isSilent)) return;
    const wanted = loginsWanted({
      size: size(),
      opening: this.opening,
      floor: isSilent ? floor() : 0,
      max: this.max,
      waiting: line.length,
      overdue: this.#mayGrow() ? line.overdue : 0,
      isFirst: this.failure !== undefined || this.logins.succeeded === 0,
    });
    for (let count = 0; count < wanted; count += 1) this.#begin();
  }

  /**
   * Whether calls that wait long say something about demand: while the sessions that are kept anyway are still being opened,
   * they only say how long a sign-in takes. Ten clients that start together thus cost no more logins than min.
   */
  #mayGrow(): boolean {
    const { clock, size, floor, settings, line } = this.parts;
    this.#stopGrowthTimer?.();
    if (size() < Math.max(floor(), 1)) {
      this.#floorOpenSince = undefined;
      return false;
    }
    this.#floorOpenSince ??= clock.monotonic();
    const leftMs = this.#floorOpenSince + settings().growAfterMs - clock.monotonic();
    if (leftMs > 0 && line.overdue > 0) this.#stopGrowthTimer = clock.after(leftMs, () => this.meetDemand());
    return leftMs <= 0;
  }

  /** A session works, so that the account does not end each. */
  lasted(): void {
    this.#goneAtOnce = { ...this.#goneAtOnce, inARow: 0, allEnded: true };
    this.#heldUntil = 0;
  }

  /**
   * A session is gone, as the account ended it (`hasEnded`) or its connection broke; `openedMs`: epoch ms. Where that goes on
   * with each new one, the next waits.
   */
  gone({ hasWorked, openedMs, hasEnded }: Pick<Entry, 'hasWorked' | 'openedMs' | 'hasEnded'>): void {
    if (hasWorked) {
      this.lasted();
      return;
    }
    const { driver, profile, clock } = this.parts;
    // Those that were there together count once, whoever ended them.
    if (openedMs < this.#goneAtOnce.lastMs) return;
    const inARow = this.#goneAtOnce.inARow + 1;
    const allEnded = this.#goneAtOnce.allEnded && hasEnded;
    this.#goneAtOnce = { inARow, lastMs: clock.now(), allEnded };
    const isSilent = driver.isSilent(profile);
    const excess = inARow - (isSilent ? replacedAtOnce.silent : replacedAtOnce.byPerson);
    if (excess <= 0) return;
    const holdMs = isSilent ? Math.min(longestHoldMs, firstHoldMs * 2 ** (excess - 1)) : longestHoldMs;
    const why = allEnded ? endedAtOnce : brokeAtOnce;
    this.failure = { kind: 'passing', error: why(profile, inARow, clock.now() + holdMs) };
    this.#heldUntil = clock.monotonic() + holdMs;
    this.#stopHold?.();
    this.#stopHold = clock.after(holdMs, () => this.meetDemand());
  }

  #isOnHold(): boolean {
    const { clock, line, size } = this.parts;
    const leftMs = this.#heldUntil - clock.monotonic();
    if (leftMs <= 0) return false;
    const error = this.failure?.error;
    if (leftMs > longestWaitMs && size() === 0 && this.opening === 0) line.refuse(() => error);
    return true;
  }

  /** Begins nothing until the returned function is called: sessions are on their way from elsewhere. */
  holdBack(): () => void {
    this.#isHeldBack = true;
    return () => {
      this.#isHeldBack = false;
      this.meetDemand();
    };
  }

  /** Lets the pool try again by itself. */
  resume(): void {
    this.#stopPause?.();
    this.#isPaused = false;
  }

  /** One sign-in now, where the last one failed and no session is open; none that would ask a person. */
  tryAgain(): void {
    const { driver, profile, size } = this.parts;
    const isIdle = size() === 0 && this.opening === 0 && !this.#isHeldBack && !this.#ended.signal.aborted;
    if (isIdle && this.failure !== undefined && driver.isSilent(profile)) this.#begin();
  }

  /** Begins nothing more; what is under way is closed when it arrives. */
  stop(): void {
    this.#stopPause?.();
    this.#stopHold?.();
    this.#stopGrowthTimer?.();
    this.#ended.abort(new Error('The pool is closing.'));
  }

  /** Resolves when no sign-in is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #begin(): void {
    const login = this.#open().finally(() => {
      this.#underWay.delete(login);
      this.meetDemand();
    });
    this.#underWay.add(login);
  }

  /** Never rejects. */
  async #open(): Promise<void> {
    const { driver, profile, gate, line, opened, log } = this.parts;
    const { signal } = this.#ended;
    try {
      const prompt = line.waiters.find(({ request }) => request.prompt)?.request.prompt;
      const session = await gate.enter(
        profile,
        () => {
          // The one who is to be asked may have come while this waited for its turn.
          const asked = prompt ?? line.waiters.find(({ request }) => request.prompt)?.request.prompt;
          return driver.open(profile, { prompt: asked, signal });
        },
        signal,
      );
      this.logins.succeeded += 1;
      this.failure = undefined;
      this.resume();
      await opened(session);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof LoginRefused)) {
        log.error({ err: error }, 'a sign-in ended in a way that was not foreseen');
      }
      this.#failed(error instanceof LoginRefused ? error : unforeseen(error));
    }
  }

  #failed(refused: LoginRefused): void {
    const { reported, kind } = refused;
    if (refused.isAttempted) this.logins.failed += 1;
    this.failure = { kind, error: reported };
    this.#pause(refused);
    // Where sessions are open, those who wait may still get one.
    if (this.parts.size() > 0) return;
    this.parts.line.refuse((waiter) => (this.#isOver(waiter, refused) ? reported : undefined));
  }

  /** Whether this failure is the last that the waiting call sees: a final one, or the RETRY_ATTEMPTS-th in passing. */
  #isOver(waiter: Waiter, refused: LoginRefused): boolean {
    if (refused.kind === 'final' || !refused.isAttempted) return true;
    // A token that was past its time is gone now: whoever can be asked is asked next.
    if (refused.kind === 'person') return waiter.request.prompt === undefined;
    waiter.failures += 1;
    return waiter.failures >= Math.max(1, this.parts.settings().retryAttempts);
  }

  #pause({ kind, isAttempted }: LoginRefused): void {
    this.#stopPause?.();
    this.#isPaused = true;
    if (kind !== 'passing') return;
    const leastMs = isAttempted ? shortestPauseMs : refusedPauseMs;
    this.#stopPause = this.parts.clock.after(Math.max(leastMs, this.parts.gate.waitMs), () => {
      this.resume();
      this.meetDemand();
    });
  }
}

function unforeseen(error: unknown): LoginRefused {
  const text = error instanceof Error ? error.message : String(error);
  return new LoginRefused(
    'passing',
    new SnowpoolError('internal', `Signing in failed: ${text}`, '', {}, { cause: error }),
    true,
  );
}
