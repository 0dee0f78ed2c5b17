import type { Clock } from '../clock.ts';
import type { PoolSettings, Profile } from '../config/profile.ts';
import type { SnowpoolError } from '../errors.ts';
import type { AcquireRequest, EvictReason } from './contract.ts';
import type { Driver } from './driver.ts';
import type { Entry } from './entry.ts';
import { watchLease } from './leak-watch.ts';
import { cancelled, draining, timedOut, unanswered } from './pool-errors.ts';
import type { SessionStore } from './session-store.ts';
import { freshMs, type Upkeep } from './upkeep.ts';
import { WaitingLine } from './waiting-line.ts';
import { within } from './within.ts';

export interface LendingParts {
  readonly clock: Clock;
  readonly driver: Driver;
  readonly profile: Profile;
  readonly store: SessionStore;
  readonly upkeep: Upkeep;
  readonly settings: () => PoolSettings;
  readonly isDraining: () => boolean;
  /** As many sessions as there may be, and sign-ins on their way. */
  readonly max: () => number;
  readonly opening: () => number;
  readonly demandRose: () => void;
  readonly release: (entry: Entry) => void;
  readonly evict: (entry: Entry, reason: EvictReason) => Promise<void>;
  /** A lease was held beyond its deadline. */
  readonly overdue: (entry: Entry) => void;
}

/**
 * Who gets which session (DESIGN §5, "Borrow"): the best idle one by the caller's score, proven by a heartbeat where it has
 * not answered for a while; else the next that becomes free or is opened, in the order of waiting.
 */
export class Lending {
  readonly line: WaitingLine;

  constructor(private readonly parts: LendingParts) {
    this.line = new WaitingLine(parts.clock, {
      demandRose: parts.demandRose,
      growAfterMs: () => parts.settings().growAfterMs,
      cancelled: () => cancelled(),
      timedOut: (request, waitedMs, place) => this.#timedOut(request, waitedMs, place),
    });
  }

  /** Rejects with SnowpoolError. */
  async acquire(request: AcquireRequest): Promise<Entry> {
    const { clock, settings, isDraining } = this.parts;
    const since = request.waitingSince ?? clock.monotonic();
    const untilMs = Math.min(request.deadline, clock.monotonic() + settings().connectionTimeoutMs);
    for (;;) {
      if (isDraining()) throw draining();
      if (request.signal.aborted) throw cancelled();
      const idle = this.line.length === 0 ? this.#take(request) : undefined;
      const entry = idle ?? (await this.line.wait(request, since, untilMs));
      if (await this.#isAlive(entry, request, untilMs, since)) return entry;
    }
  }

  /** Gives idle sessions to whoever waits. */
  serve(): void {
    for (let waiter = this.line.first; waiter; waiter = this.line.first) {
      const entry = this.#take(waiter.request);
      if (!entry) return;
      this.line.give(entry);
    }
  }

  #take(request: AcquireRequest): Entry | undefined {
    const { clock, store, overdue } = this.parts;
    const entry = store.take((other) => (other.mark ? Number.NEGATIVE_INFINITY : request.score(other)));
    if (!entry) return undefined;
    entry.lease = {
      holder: request.holder,
      sinceMs: clock.monotonic(),
      deadlineMs: () => request.deadline,
      isPinned: false,
      stopWatch: () => {},
    };
    watchLease(clock, entry, () => overdue(entry));
    return entry;
  }

  /** True where the lent session answers; else it is evicted. Throws where the caller leaves meanwhile. */
  async #isAlive(entry: Entry, request: AcquireRequest, untilMs: number, since: number): Promise<boolean> {
    const { clock, upkeep, release, evict } = this.parts;
    if (entry.answeredWithin(freshMs) && !entry.mark) {
      if (!request.signal.aborted) return true;
      release(entry);
      throw cancelled();
    }
    const proof = upkeep.heartbeat(entry);
    const settle = (isAlive: boolean) => {
      if (isAlive || (!entry.mark && !upkeep.mayAge)) return release(entry);
      upkeep.alarm();
      return void evict(entry, entry.mark ?? 'heartbeat');
    };
    const outcome = await within(proof, clock, request.signal, untilMs);
    if (outcome.state === 'done') {
      if (outcome.value) return true;
      if (!entry.mark && !upkeep.mayAge) {
        // Unanswered is not dead, and to replace it would ask a person again.
        entry.unproven();
        release(entry);
        throw unanswered(this.parts.profile);
      }
      settle(false);
      return false;
    }
    void proof.then(settle);
    throw outcome.state === 'aborted' ? cancelled() : this.#timedOut(request, clock.monotonic() - since, 1);
  }

  #timedOut(request: AcquireRequest, waitedMs: number, place: number): SnowpoolError {
    const { clock, driver, profile, store, max, opening } = this.parts;
    return timedOut({
      profile,
      request,
      nowMs: clock.monotonic(),
      waitedMs,
      place,
      max: max(),
      opening: opening(),
      isSilent: driver.isSilent(profile),
      sessions: store.all,
    });
  }
}
