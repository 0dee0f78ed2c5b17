/**
 * The fair queue in front of one pool (DESIGN §6): round robin over clients, a bound on each one's running calls, one
 * place in the queue that people can see. Sessions are fetched from the pool without a name on them and given to whoever
 * is next when they arrive, so that a call which waits in the pool never holds a turn.
 */
import type { Clock } from '../clock.ts';
import { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { AcquireRequest, EvictReason, PooledSession, SessionPool } from '../pool/contract.ts';
import type { SignInPrompt } from '../pool/driver.ts';
import { queueError } from './queue-error.ts';
import { cancelledBy } from './signals.ts';

export interface Call {
  /** Whose turn it is: calls of one client share a turn. */
  readonly clientKey: string;
  /** For people. */
  readonly holder: string;
  /** The client's bound on running calls at this moment. */
  readonly maxRunning: () => number;
  readonly score: (session: PooledSession) => number;
  readonly prompt: SignInPrompt;
  readonly signal: AbortSignal;
  /** Epoch ms by which everything must be over. */
  readonly deadline: number;
  /** Epoch ms until which the call waits for a session. */
  readonly giveUpAt: number;
  readonly onPlace: (place: number) => void;
}

/** A session and the right to one of the pool's places, until given back in one of two ways. */
export interface Ticket {
  readonly session: PooledSession;
  release(): void;
  /** Resolves when the session is closed at Snowflake; the place is free at once. */
  evict(reason: EvictReason): Promise<void>;
  /** Evicts the session and brings another into the same place. Rejects as `enter`, the place being free then. */
  swap(reason: EvictReason): Promise<Ticket>;
}

interface Waiter {
  readonly call: Call;
  /** Monotonic ms. */
  readonly since: number;
  place: number;
  resolve(ticket: Ticket): void;
  reject(error: unknown): void;
  /** Takes listeners and timer off; after it neither fires. */
  stop(): void;
}

/** A session on its way from the pool. */
interface Fetch {
  readonly control: AbortController;
  readonly begunAt: number;
  /** Set as soon as an idle session is being chosen for somebody, or when one arrives. */
  waiter: Waiter | undefined;
}

interface Member {
  readonly waiting: Waiter[];
  running: number;
}

export class Admission {
  /** In the order of turns; a client that was served goes to the end. */
  private readonly members = new Map<string, Member>();
  private readonly fetches = new Set<Fetch>();
  private held = 0;
  private isReporting = false;

  constructor(
    private readonly options: {
      readonly pool: SessionPool;
      readonly clock: Clock;
      readonly log: Logger;
      readonly maxSize: () => number;
    },
  ) {}

  /**
   * Waits for the call's turn and a session.
   * Rejects with SnowpoolError: pool_exhausted or deadline_exceeded with place, pool size and holders; cancelled; or what
   * the pool says of logins.
   */
  enter(call: Call): Promise<Ticket> {
    return new Promise((resolve, reject) => {
      if (call.signal.aborted) return reject(cancelledBy(call.signal));
      const onAbort = () => this.drop(waiter, cancelledBy(call.signal));
      call.signal.addEventListener('abort', onAbort, { once: true });
      const { clock } = this.options;
      const until = Math.min(call.deadline, call.giveUpAt);
      const cancelTimer = clock.after(Math.max(0, until - clock.now()), () => this.drop(waiter, this.late(waiter)));
      const waiter: Waiter = {
        call,
        since: clock.monotonic(),
        place: 0,
        resolve,
        reject,
        stop: () => {
          call.signal.removeEventListener('abort', onAbort);
          cancelTimer();
        },
      };
      this.member(call.clientKey).waiting.push(waiter);
      this.move();
    });
  }

  /** Counts a session that a client holds already among its places. */
  take(session: PooledSession, clientKey: string, holder: string): Ticket {
    this.member(clientKey).running++;
    this.held++;
    this.options.pool.hold(session, holder);
    return this.ticket(session, {
      clientKey,
      holder,
      maxRunning: () => 1,
      score: () => 0,
      prompt: { openUrl() {} },
      signal: new AbortController().signal,
      deadline: Number.MAX_SAFE_INTEGER,
      giveUpAt: Number.MAX_SAFE_INTEGER,
      onPlace() {},
    });
  }

  waitingOf(clientKey: string): number {
    return this.members.get(clientKey)?.waiting.length ?? 0;
  }

  /** Places that a client holds, pinned sessions included. */
  runningOf(clientKey: string): number {
    return this.members.get(clientKey)?.running ?? 0;
  }

  /** Looks again who may run, after a bound changed. */
  move(): void {
    const needed = this.admissible();
    const unbound = [...this.fetches].filter((fetch) => fetch.waiter === undefined);
    let missing = needed - unbound.length;
    for (; missing < 0; missing++) this.abandon(unbound.pop());
    for (; missing > 0 && this.held + this.fetches.size < this.options.maxSize(); missing--) {
      if (this.admissible() === 0) break;
      this.fetch();
    }
    this.reportPlaces();
  }

  private member(key: string): Member {
    let member = this.members.get(key);
    if (!member) {
      member = { waiting: [], running: 0 };
      this.members.set(key, member);
    }
    return member;
  }

  private forgetIfIdle(key: string): void {
    const member = this.members.get(key);
    if (member && member.waiting.length === 0 && member.running === 0) this.members.delete(key);
  }

  /** Calls that could run now as far as their clients' own bounds go. */
  private admissible(): number {
    let count = 0;
    for (const { waiting, running } of this.members.values()) {
      const [first] = waiting;
      if (first) count += Math.max(0, Math.min(waiting.length, first.call.maxRunning() - running));
    }
    return count;
  }

  private fetch(): void {
    const { pool, clock } = this.options;
    const fetch: Fetch = { control: new AbortController(), begunAt: clock.monotonic(), waiter: undefined };
    const head = this.head()?.[1].waiting[0];
    if (!head) return;
    this.fetches.add(fetch);
    const request: AcquireRequest = {
      get holder() {
        return fetch.waiter?.call.holder ?? 'the next in the queue';
      },
      score: (session) => {
        fetch.waiter ??= this.takeNext();
        return fetch.waiter?.call.score(session) ?? 0;
      },
      signal: fetch.control.signal,
      waitingSince: head.since,
      get deadline() {
        return fetch.waiter?.call.deadline ?? Number.MAX_SAFE_INTEGER;
      },
      prompt: { openUrl: (url) => (fetch.waiter ?? this.head()?.[1].waiting[0] ?? head).call.prompt.openUrl(url) },
    };
    pool.acquire(request).then(
      (session) => this.arrived(fetch, session),
      (error: unknown) => this.refused(fetch, error),
    );
  }

  private abandon(fetch: Fetch | undefined): void {
    if (!fetch) return;
    this.fetches.delete(fetch);
    fetch.control.abort(new SnowpoolError('cancelled', 'Nobody waits for this session any more.'));
  }

  private arrived(fetch: Fetch, session: PooledSession): void {
    const { pool } = this.options;
    this.fetches.delete(fetch);
    const waiter = fetch.waiter ?? this.takeNext();
    if (!waiter) {
      pool.release(session);
    } else {
      pool.hold(session, waiter.call.holder);
      waiter.stop();
      this.held++;
      waiter.resolve(this.ticket(session, waiter.call));
    }
    this.move();
  }

  private refused(fetch: Fetch, error: unknown): void {
    const isWanted = this.fetches.delete(fetch);
    if (!isWanted) return;
    const waiter = fetch.waiter ?? (this.isMerelySlow(fetch, error) ? undefined : this.takeNext());
    if (waiter) {
      waiter.stop();
      this.leave(waiter.call.clientKey);
      waiter.reject(error);
    }
    this.move();
  }

  /** The pool lost patience with a fetch that nobody had been promised: whoever waits has a deadline of their own. */
  private isMerelySlow(fetch: Fetch, error: unknown): boolean {
    const isLate = error instanceof SnowpoolError && ['pool_exhausted', 'deadline_exceeded'].includes(error.code);
    return isLate && this.options.clock.monotonic() - fetch.begunAt > 1000;
  }

  /** The client whose turn it is and that may run. */
  private head(): [string, Member] | undefined {
    for (const [key, member] of this.members) {
      const [first] = member.waiting;
      if (first && member.running < first.call.maxRunning()) return [key, member];
    }
    return undefined;
  }

  /** Takes the next call out of the queue; its client's turn is over. */
  private takeNext(): Waiter | undefined {
    const [key, member] = this.head() ?? [];
    if (key === undefined || !member) return undefined;
    const waiter = member.waiting.shift();
    member.running++;
    this.members.delete(key);
    this.members.set(key, member);
    if (waiter) this.tell(waiter, 0);
    return waiter;
  }

  private drop(waiter: Waiter, error: SnowpoolError): void {
    waiter.stop();
    const key = waiter.call.clientKey;
    const waiting = this.members.get(key)?.waiting ?? [];
    const index = waiting.indexOf(waiter);
    if (index >= 0) {
      waiting.splice(index, 1);
      this.forgetIfIdle(key);
    } else {
      // A session was on its way for it; whoever is next may have that.
      for (const fetch of this.fetches) if (fetch.waiter === waiter) this.abandonBound(fetch);
      this.leave(key);
    }
    waiter.reject(error);
    this.move();
  }

  private abandonBound(fetch: Fetch): void {
    fetch.waiter = undefined;
    this.abandon(fetch);
  }

  private leave(key: string): void {
    const member = this.members.get(key);
    if (!member) return;
    member.running--;
    this.forgetIfIdle(key);
  }

  private ticket(session: PooledSession, call: Call): Ticket {
    const { pool, log } = this.options;
    let isOpen = true;
    const close = () => {
      if (!isOpen) throw new Error('the session was given back already');
      isOpen = false;
    };
    const free = () => {
      this.held--;
      this.leave(call.clientKey);
      this.move();
    };
    return {
      session,
      release: () => {
        close();
        pool.release(session);
        free();
      },
      evict: (reason) => {
        close();
        const closed = pool.evict(session, reason);
        free();
        return closed;
      },
      swap: async (reason) => {
        close();
        pool.evict(session, reason).catch((error: unknown) => log.error({ err: error }, 'a session was not closed'));
        try {
          const { holder, score, signal, prompt } = call;
          const deadline = Math.min(call.deadline, call.giveUpAt);
          return this.ticket(await pool.acquire({ holder, score, signal, deadline, prompt }), call);
        } catch (error) {
          free();
          throw error;
        }
      },
    };
  }

  private late(waiter: Waiter): SnowpoolError {
    const { pool, clock } = this.options;
    return queueError({
      status: pool.status(),
      place: this.placeOf(waiter),
      isDeadline: waiter.call.deadline <= waiter.call.giveUpAt && clock.now() >= waiter.call.deadline,
    });
  }

  /** 1-based; 0 where a session is on its way for it. */
  private placeOf(waiter: Waiter): number {
    const keys = [...this.members.keys()];
    const own = keys.indexOf(waiter.call.clientKey);
    const index = this.members.get(waiter.call.clientKey)?.waiting.indexOf(waiter) ?? -1;
    if (index < 0) return 0;
    let before = index;
    keys.forEach((key, position) => {
      if (position === own) return;
      before += Math.min(this.waitingOf(key), index + (position < own ? 1 : 0));
    });
    return before + 1;
  }

  /** Once for many changes of one moment. */
  private reportPlaces(): void {
    if (this.isReporting) return;
    this.isReporting = true;
    queueMicrotask(() => {
      this.isReporting = false;
      for (const { waiting } of this.members.values())
        for (const waiter of waiting) this.tell(waiter, this.placeOf(waiter));
    });
  }

  private tell(waiter: Waiter, place: number): void {
    if (waiter.place === place && place !== 0) return;
    waiter.place = place;
    waiter.call.onPlace(place);
  }
}
