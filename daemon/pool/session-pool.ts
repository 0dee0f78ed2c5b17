/**
 * The sessions of one profile: who gets which, when the pool grows and shrinks, when a session is proven or closed
 * (DESIGN §5). generic-pool holds them (`session-store`), the gate decides about logins, the monitor about checks.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { PoolSettings, Profile } from '../config/profile.ts';
import type { Logger } from '../log/logger.ts';
import type { AcquireRequest, EvictReason, PooledSession, PoolStatus, SessionPool } from './contract.ts';
import type { Driver, DriverSession } from './driver.ts';
import { stopwatch } from './elapsed.ts';
import { Entry } from './entry.ts';
import { type HandedSession, isFree, letGo } from './hand-over.ts';
import { tellOfLeak } from './leak-watch.ts';
import { Lending } from './lending.ts';
import type { LoginGate } from './login-gate.ts';
import { Notes } from './notes.ts';
import { draining } from './pool-errors.ts';
import { describePool, noEvictions } from './pool-status.ts';
import { SessionOpener } from './session-opener.ts';
import { SessionStore } from './session-store.ts';
import { TakenOver } from './taken-over.ts';
import { Upkeep } from './upkeep.ts';
import { within } from './within.ts';

export interface PoolParts {
  readonly driver: Driver;
  readonly clock: Clock;
  readonly random: () => number;
  readonly gate: LoginGate;
  readonly log: Logger;
}

/** An account that does not answer is not waited for much longer than the drain's deadline. */
const closingMs = 5_000;
/** How long a session may take to come back before it is not handed over. */
const returnMs = 2_000;

/** One profile's pool, made and kept by `pools.ts`: the parts put together, each of which holds one rule of DESIGN §5. */
export class ProfilePool implements SessionPool {
  readonly #store: SessionStore;
  readonly #lending: Lending;
  readonly #opener: SessionOpener;
  readonly #upkeep: Upkeep;
  readonly #takenOver: TakenOver;
  readonly #log: Logger;
  readonly #evictions = { ...noEvictions };
  readonly #notes = new Notes();
  #settings: PoolSettings;
  #users = 0;
  #sinceLonely: () => number;
  #isDraining = false;

  constructor(
    private readonly base: Profile,
    private readonly parts: PoolParts,
  ) {
    const { clock, log } = parts;
    this.#settings = base.pool;
    this.#sinceLonely = stopwatch(clock);
    this.#log = log.child({ pool: base.fingerprint });
    this.#store = new SessionStore((entry) => entry.driver.close());
    const kept = { ...parts, log: this.#log, profile: base, store: this.#store, settings: () => this.#settings };
    const evict = (entry: Entry, reason: EvictReason) => this.evict(entry, reason);
    this.#upkeep = new Upkeep({
      ...kept,
      evict,
      floor: () => this.#floor,
      lonelyMs: () => (this.#users === 0 ? this.#sinceLonely() : undefined),
      checked: () => this.retry(),
    });
    this.#lending = new Lending({
      ...kept,
      evict,
      upkeep: this.#upkeep,
      isDraining: () => this.#isDraining,
      max: () => this.#opener.max,
      opening: () => this.#opener.opening,
      demandRose: () => this.#meetDemand(),
      release: (entry) => this.release(entry),
      overdue: (entry) => {
        tellOfLeak(entry, { clock, log: this.#log, notes: this.#notes });
        void this.evict(entry, 'leak');
      },
    });
    this.#opener = new SessionOpener({
      ...kept,
      line: this.#lending.line,
      size: () => this.#store.size,
      floor: () => this.#floor,
      opened: (session) => this.#deposit(session),
    });
    this.#takenOver = new TakenOver({ ...kept, evict, entry: (session, openedMs) => this.#entry(session, openedMs) });
  }

  /** With the sizes and times that hold now. */
  get profile(): Profile {
    return { ...this.base, pool: this.#settings };
  }

  get capacity(): number {
    return this.#opener.max;
  }

  /** True where nothing is left that would have to be closed or waited for. */
  get isSpent(): boolean {
    return this.#users === 0 && this.#store.size === 0 && this.#opener.opening === 0 && this.#lending.line.length === 0;
  }

  /** One more client holds the pool. Sizes are those of the first; that others asked otherwise is noted (DESIGN §5). */
  join(settings: PoolSettings): void {
    this.#users += 1;
    const own = this.#settings;
    if (settings.minSize !== own.minSize || settings.maxSize !== own.maxSize) {
      this.#notes.add(
        `A client asked for ${settings.minSize} to ${settings.maxSize} sessions; the one that came first set ${own.minSize} to ${own.maxSize}.`,
      );
    }
    this.#meetDemand();
  }

  leave(): void {
    this.#users -= 1;
    this.#sinceLonely = stopwatch(this.parts.clock);
  }

  /** Takes other sizes and times, as after a reload; what is idle beyond the new maximum is closed. */
  resize(settings: PoolSettings): void {
    this.#settings = settings;
    this.#notes.clear();
    const surplus = Math.max(0, this.#store.size - settings.maxSize);
    for (const entry of this.#store.idle.slice(0, surplus)) void this.evict(entry, 'profile');
    this.#upkeep.checkSoon();
  }

  acquire(request: AcquireRequest): Promise<PooledSession> {
    return this.#lending.acquire(request);
  }

  release(session: PooledSession): void {
    const entry = session as Entry;
    // Taken back meanwhile, or given back twice.
    if (!entry.lease || !this.#store.isLent(entry)) return;
    if (entry.mark) {
      if (entry.mark === 'broken') this.#upkeep.alarm();
      void this.evict(entry, entry.mark);
      return;
    }
    if (this.#isDraining) return void this.evict(entry, 'drain');
    if (entry.isTooOld && this.#upkeep.mayAge) return void this.evict(entry, 'age');
    // A reload lowered the maximum while it was lent.
    if (this.#store.size > this.#settings.maxSize) return void this.evict(entry, 'profile');
    if (entry.hasWorked) this.#opener.lasted();
    entry.idle();
    this.#store.release(entry);
    this.#lending.serve();
  }

  async evict(session: PooledSession, reason: EvictReason): Promise<void> {
    const entry = session as Entry;
    if (!this.#store.has(entry)) return this.#store.remove(entry);
    this.#evictions[reason] += 1;
    this.#log.debug({ session: entry.driver.sessionId, reason, holder: entry.lease?.holder }, 'session closed');
    if (reason === 'broken' || reason === 'heartbeat') this.#opener.gone(entry);
    entry.lease?.stopWatch();
    entry.lease = undefined;
    this.#takenOver.forget(entry);
    const closed = this.#store.remove(entry);
    this.#meetDemand();
    await closed;
  }

  hold(session: PooledSession, holder: string): void {
    const { lease } = session as Entry;
    if (lease) lease.holder = holder;
  }

  pin(session: PooledSession, isPinned: boolean): void {
    const { lease } = session as Entry;
    if (lease) lease.isPinned = isPinned;
  }

  suspect(session: PooledSession): void {
    (session as Entry).mark ??= 'broken';
    this.#upkeep.alarm();
  }

  async claim(sessionId: string, holder: string): Promise<PooledSession | undefined> {
    const entry = await this.#takenOver.claim(sessionId);
    if (entry) this.hold(entry, holder);
    return entry;
  }

  status(): PoolStatus {
    const { driver } = this.parts;
    return describePool({
      profile: this.base,
      settings: this.#settings,
      entries: this.#store.all,
      capacity: this.#opener.max,
      opening: this.#opener.opening,
      logins: { ...this.#opener.logins },
      evictions: { ...this.#evictions },
      lastHealthCheckMs: this.#upkeep.lastCheckMs,
      notes: this.#notes.all,
      isPersonNeeded: driver.needsPersonEachTime(this.base),
      facts: {
        isDraining: this.#isDraining,
        users: this.#users,
        floor: this.#floor,
        failure: this.#opener.failure,
        isSilent: driver.isSilent(this.base),
      },
    });
  }

  /** Tries again where a sign-in failed, as far as the gate allows. */
  retry(): void {
    this.#opener.resume();
    this.#meetDemand();
  }

  /** Tries again now, also where no client holds the pool. Resolves when it is known how that went. */
  async reconnect(): Promise<void> {
    this.#opener.lasted();
    this.retry();
    this.#opener.tryAgain();
    await this.#opener.settled();
  }

  /** Stops lending; closes what is idle, and what is lent when it comes back or at `deadlineMs`. */
  async drain(deadlineMs: number): Promise<void> {
    this.stop();
    for (const entry of this.#store.idle) void this.evict(entry, 'drain');
    this.#takenOver.drop('drain');
    await this.#by(deadlineMs, this.#store.emptied());
    const evicted = this.#store.all.map((entry) => this.evict(entry, 'drain'));
    await this.#by(deadlineMs + closingMs, Promise.all([...evicted, this.#opener.settled(), this.#store.closed()]));
  }

  /** Stops lending and lets go of what no statement runs on, so that another daemon can take it over. */
  async handOver(): Promise<readonly HandedSession[]> {
    // What was being proven or prepared for a call that has left comes back in a moment.
    const returned = this.#store.returned(({ lease }) => lease?.isPinned !== true);
    await this.#by(this.parts.clock.monotonic() + returnMs, returned);
    this.stop();
    return this.#store.all.filter(isFree).map((entry) => {
      const handed = letGo(entry);
      void this.evict(entry, 'drain');
      return handed;
    });
  }

  /** Takes over sessions of another daemon; nothing signs in meanwhile. */
  async adopt(handed: readonly HandedSession[]): Promise<void> {
    const release = this.#opener.holdBack();
    await this.#takenOver.adopt(handed);
    release();
    this.#lending.serve();
  }

  /** Closes pinned sessions whose clients have not come back for them. */
  dropUnclaimed(): void {
    this.#takenOver.drop('pin');
  }

  /** Lends no more, and ends what would go on by itself. */
  stop(): void {
    this.#isDraining = true;
    this.#upkeep.stop();
    this.#opener.stop();
    this.#lending.line.refuse(() => draining());
  }

  get #floor(): number {
    return this.#users > 0 && !this.#isDraining ? Math.min(this.#settings.minSize, this.#opener.max) : 0;
  }

  /** Waits for something, or until `deadlineMs` (on the monotonic clock). */
  async #by(deadlineMs: number, something: Promise<unknown>): Promise<void> {
    await within(something, this.parts.clock, new AbortController().signal, deadlineMs);
  }

  #meetDemand(): void {
    if (!this.#isDraining) this.#opener.meetDemand();
  }

  async #deposit(session: DriverSession): Promise<void> {
    if (this.#isDraining) return session.close();
    await this.#store.deposit(this.#entry(session));
    this.#lending.serve();
  }

  #entry(session: DriverSession, openedMs?: number): Entry {
    const lifetimeMs = this.#settings.refreshMs * (0.9 + 0.2 * this.parts.random());
    return new Entry(randomUUID(), session, this.parts.clock, lifetimeMs, openedMs);
  }
}
