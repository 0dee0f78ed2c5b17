import type { Clock } from '../clock.ts';
import type { PoolSettings, Profile } from '../config/profile.ts';
import type { Logger } from '../log/logger.ts';
import type { EvictReason } from './contract.ts';
import { type Driver, DriverError } from './driver.ts';
import type { Entry } from './entry.ts';
import { HealthMonitor } from './health-monitor.ts';
import type { SessionStore } from './session-store.ts';

/** A session that answered within this time is lent without a round trip. */
export const freshMs = 30_000;

export interface UpkeepParts {
  readonly clock: Clock;
  readonly driver: Driver;
  readonly log: Logger;
  readonly profile: Profile;
  readonly store: SessionStore;
  readonly settings: () => PoolSettings;
  /** Sessions to keep. */
  readonly floor: () => number;
  /** For how long no client has held the pool; undefined while one does. */
  readonly lonelyMs: () => number | undefined;
  readonly evict: (entry: Entry, reason: EvictReason) => Promise<void>;
  /** A round is over: what is missing may be opened. */
  readonly checked: () => void;
}

/**
 * Keeps a pool's sessions alive and its size in bounds: heartbeats to what is idle, early ones after a failure, doubt after a
 * jump of the clock, an end to what is too old or too many (DESIGN §5, "Health monitor"). Sessions stay lendable meanwhile.
 */
export class Upkeep {
  lastCheckMs: number | undefined;
  readonly #monitor: HealthMonitor;
  #isStopped = false;

  constructor(private readonly parts: UpkeepParts) {
    const { clock, log, settings } = parts;
    this.#monitor = new HealthMonitor({
      clock,
      intervalMs: () => settings().healthCheckMs,
      check: () => this.#check(),
      jumped: () => this.#doubt(),
      log,
    });
    this.#monitor.start();
  }

  /** Closing a session that only a person can replace would ask that person again. */
  get mayAge(): boolean {
    return this.parts.driver.isSilent(this.parts.profile);
  }

  stop(): void {
    this.#isStopped = true;
    this.#monitor.stop();
  }

  /** A session failed on its own: nothing idle counts as proven, and what is there is checked now. */
  alarm(): void {
    this.#doubt();
    this.checkSoon();
  }

  checkSoon(): void {
    if (!this.#isStopped) void this.#monitor.early();
  }

  /** One heartbeat at a time for each session; true where it answered. Never rejects. */
  heartbeat(entry: Entry): Promise<boolean> {
    return entry.prove(async () => {
      if (entry.mark) return false;
      try {
        await entry.driver.heartbeat();
        entry.proven();
        return true;
      } catch (error) {
        this.parts.log.info({ session: entry.driver.sessionId, err: error }, 'a session did not answer its heartbeat');
        entry.unanswered += 1;
        const isGone = error instanceof DriverError && error.fault === 'session_gone' && !error.details.isUnreachable;
        if (isGone) {
          entry.mark ??= 'heartbeat';
          entry.hasEnded = true;
        }
        return false;
      }
    });
  }

  #doubt(): void {
    for (const entry of this.parts.store.idle) entry.unproven();
  }

  async #check(): Promise<void> {
    const { clock, store, settings, checked } = this.parts;
    if (this.#isStopped) return;
    this.#shrink();
    const provenMs = Math.min(settings().healthCheckMs / 2, freshMs);
    const doubtful = store.all.filter(
      (entry) => (!entry.lease || entry.lease.isPinned) && !entry.answeredWithin(provenMs),
    );
    await Promise.all(doubtful.map((entry) => this.#checkOne(entry)));
    this.lastCheckMs = clock.now();
    checked();
  }

  async #checkOne(entry: Entry): Promise<void> {
    if (await this.heartbeat(entry)) return;
    // Unanswered is not dead: one that only a person can replace, or that has not been asked twice, is kept for now.
    const isDead = entry.mark !== undefined || (entry.unanswered > 1 && this.mayAge);
    if (!isDead) return entry.unproven();
    entry.mark ??= 'heartbeat';
    if (!entry.lease) void this.parts.evict(entry, entry.mark);
  }

  /** Closes what is too old, and what has been idle for long beyond the floor. */
  #shrink(): void {
    const { store, settings, floor, evict } = this.parts;
    if (this.mayAge) {
      for (const entry of store.idle) if (entry.isTooOld) void evict(entry, 'age');
    }
    const { maxInactiveMs } = settings();
    const lonelyMs = this.parts.lonelyMs();
    if (lonelyMs !== undefined && lonelyMs < maxInactiveMs) return;
    const least = lonelyMs === undefined ? Math.max(floor(), this.mayAge ? 0 : 1) : 0;
    const longestIdleFirst = [...store.idle].sort((one, other) => other.idleMs - one.idleMs);
    for (const entry of longestIdleFirst) {
      if (store.size <= least) return;
      if (lonelyMs === undefined && entry.idleMs < maxInactiveMs) return;
      void evict(entry, 'idle');
    }
  }
}
