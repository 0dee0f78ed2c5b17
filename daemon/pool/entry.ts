import type { Clock } from '../clock.ts';
import type { EvictReason, PooledSession } from './contract.ts';
import type { DriverSession } from './driver.ts';
import { stopwatch } from './elapsed.ts';
import { WatchedSession } from './watched-session.ts';

/** Who holds a session, since when, until when at most. Times on the monotonic clock, ms. */
export interface Lease {
  holder: string;
  readonly sinceMs: number;
  /** Asked anew each time: whose lease it is may be known only later. */
  readonly deadlineMs: () => number;
  isPinned: boolean;
  /** Stops the leak watch. */
  stopWatch: () => void;
}

/** One session of a pool, with its clocks. */
export class Entry implements PooledSession {
  readonly driver: WatchedSession;
  carries: unknown;
  lease: Lease | undefined;
  /** Set where it must not be lent again; it is closed for this reason when it comes back. */
  mark: EvictReason | undefined;
  isForeign = false;
  /** True once the account has said that it knows it no more. */
  hasEnded = false;
  /** True once the account has answered on it. */
  hasWorked = false;
  /** Checks in a row that the account did not answer. */
  unanswered = 0;
  readonly openedMs: number;
  readonly #sinceOpened: () => number;
  #sinceIdle: () => number;
  #provenMs: number;
  #provenMonotonic: number;
  #proof: Promise<boolean> | undefined;

  constructor(
    readonly id: string,
    driver: DriverSession,
    private readonly clock: Clock,
    /** Closed when older than this. */
    readonly lifetimeMs: number,
    openedMs?: number,
  ) {
    this.openedMs = openedMs ?? clock.now();
    this.#sinceOpened = stopwatch(clock, this.openedMs);
    this.#sinceIdle = stopwatch(clock);
    this.#provenMs = clock.now();
    this.#provenMonotonic = clock.monotonic();
    this.driver = new WatchedSession(driver, {
      worked: () => this.proven(),
      doubtful: () => this.unproven(),
      gone: (how) => {
        this.mark ??= 'broken';
        this.hasEnded = how === 'ended';
      },
    });
  }

  get ageMs(): number {
    return this.#sinceOpened();
  }

  get idleMs(): number {
    return this.lease ? 0 : this.#sinceIdle();
  }

  get isTooOld(): boolean {
    return this.ageMs > this.lifetimeMs;
  }

  /** It has just answered. */
  proven(): void {
    this.unanswered = 0;
    this.hasWorked = true;
    this.#provenMs = this.clock.now();
    this.#provenMonotonic = this.clock.monotonic();
  }

  /** Its next borrower is to prove it first. */
  unproven(): void {
    this.#provenMonotonic = Number.NEGATIVE_INFINITY;
  }

  /** True where it answered within `ms` by both clocks; a machine that slept, or whose clock was set, proves nothing. */
  answeredWithin(ms: number): boolean {
    const wallMs = Math.abs(this.clock.now() - this.#provenMs);
    return Math.max(wallMs, this.clock.monotonic() - this.#provenMonotonic) < ms;
  }

  idle(): void {
    this.lease?.stopWatch();
    this.lease = undefined;
    this.#sinceIdle = stopwatch(this.clock);
  }

  /** Runs `heartbeat`, or joins the one on its way. */
  prove(heartbeat: () => Promise<boolean>): Promise<boolean> {
    this.#proof ??= heartbeat().finally(() => {
      this.#proof = undefined;
    });
    return this.#proof;
  }
}
