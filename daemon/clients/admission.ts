/**
 * The fair queue in front of one pool (DESIGN §6). Sessions are fetched from the pool without a name on them and given to
 * whoever is next when they arrive, so that a call which waits in the pool never holds a turn. A session that fits nobody
 * who waits stays in hand for a moment, so that the pool finds a better one, or room for a new one.
 */
import type { Clock } from '../clock.ts';
import { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { PooledSession, SessionPool } from '../pool/contract.ts';
import { PlaceReports } from './place-reports.ts';
import { queueError } from './queue-error.ts';
import { cancelledBy } from './signals.ts';
import { openTicket, type Ticket } from './ticket.ts';
import { type Call, callOf, Turns, type Waiter } from './turns.ts';

interface Queued extends Waiter {
  resolve(ticket: Ticket): void;
  reject(error: unknown): void;
  /** Takes listeners and timers off; after it none fires. */
  stop(): void;
  /** How long it lets the pool look for something better than what is in hand, ms; what is left is for bringing that about. */
  readonly mostPatienceMs: number;
  /** Set while it waits for something better than what is in hand. */
  cancelPatience: (() => void) | undefined;
}

/** A session on its way from the pool, and later the lease of it. */
interface Fetch {
  readonly control: AbortController;
  readonly begunAt: number;
  /** For whom an idle session is chosen, should there be one; another may get it in the end. */
  readonly intended: Queued;
  /** True where one was idle. */
  isChosen: boolean;
  /** Whose it became. */
  call: Call | undefined;
}

/** How long a call that something unfit is in hand for lets the pool look for better, where that can grow. */
const mostPatienceMs = 5_000;

export class Admission {
  private readonly turns = new Turns<Queued>();
  private readonly fetches = new Set<Fetch>();
  /** Sessions that fit nobody who may run, with the fetch that brought each. */
  private readonly hand = new Map<PooledSession, Fetch>();
  private readonly places: PlaceReports;
  private held = 0;

  constructor(
    private readonly options: {
      readonly pool: SessionPool;
      readonly clock: Clock;
      readonly log: Logger;
      readonly maxSize: () => number;
    },
  ) {
    this.places = new PlaceReports(this.turns, options.clock);
  }

  /**
   * Waits for the call's turn and a session.
   * Rejects with SnowpoolError: pool_exhausted or deadline_exceeded with place, pool size and holders; cancelled; or what
   * the pool says of logins.
   */
  enter(call: Call): Promise<Ticket> {
    return new Promise((resolve, reject) => {
      if (call.signal.aborted) return reject(cancelledBy(call.signal));
      const { clock } = this.options;
      const onAbort = () => this.giveUp(waiter, cancelledBy(call.signal));
      const until = Math.min(call.deadline, call.giveUpAt);
      const cancelTimer = clock.after(Math.max(0, until - clock.monotonic()), () =>
        this.giveUp(waiter, this.late(waiter)),
      );
      const waiter: Queued = {
        call,
        since: clock.monotonic(),
        mostPatienceMs: Math.min(mostPatienceMs, (until - clock.monotonic()) / 2),
        place: 0,
        resolve,
        reject,
        cancelPatience: undefined,
        stop: () => {
          call.signal.removeEventListener('abort', onAbort);
          cancelTimer();
          waiter.cancelPatience?.();
        },
      };
      call.signal.addEventListener('abort', onAbort, { once: true });
      this.turns.add(waiter);
      this.move();
    });
  }

  /** Counts a session that a client holds already among its places. */
  take(session: PooledSession, clientKey: string, holder: string): Ticket {
    this.turns.occupy(clientKey);
    this.held++;
    this.options.pool.hold(session, holder);
    return this.ticket(session, callOf(clientKey, holder));
  }

  waitingOf(clientKey: string): number {
    return this.turns.waitingOf(clientKey);
  }

  /** Places that a client holds, pinned sessions included. */
  runningOf(clientKey: string): number {
    return this.turns.runningOf(clientKey);
  }

  /** Looks again who may run: after every change, and when a bound changed. */
  move(): void {
    this.deal();
    const wanting = [...this.turns.next(this.options.maxSize())];
    if (wanting.length === 0) this.emptyHand();
    const surplus = this.fetches.size - wanting.length;
    for (const fetch of [...this.fetches].reverse().slice(0, Math.max(0, surplus))) this.abandon(fetch);
    const intended = new Set([...this.fetches].map((fetch) => fetch.intended));
    for (const waiter of wanting) {
      if (this.fetches.size >= wanting.length || this.used >= this.options.maxSize()) break;
      if (!intended.has(waiter)) this.fetch(waiter);
    }
    this.places.soon();
  }

  /** Places of the pool that are taken or asked for. */
  private get used(): number {
    return this.held + this.hand.size + this.fetches.size;
  }

  /** Gives what is in hand to those who may run and whom it fits. */
  private deal(): void {
    for (let hasGiven = true; hasGiven && this.hand.size > 0; ) {
      hasGiven = false;
      for (const waiter of this.turns.next()) {
        const session = this.bestInHand(waiter);
        if (!session) continue;
        this.give(session, waiter);
        hasGiven = true;
        break;
      }
    }
  }

  private bestInHand(waiter: Queued): PooledSession | undefined {
    let best: PooledSession | undefined;
    let top = Number.NEGATIVE_INFINITY;
    for (const session of this.hand.keys()) {
      const score = waiter.call.score(session);
      if (score > top) [best, top] = [session, score];
    }
    return top > 0 || this.hasWaitedEnough(waiter) ? best : undefined;
  }

  /** True where nothing better is to be expected than what is in hand. */
  private hasWaitedEnough(waiter: Queued): boolean {
    const { pool, clock } = this.options;
    const leastMs = Math.min(2 * pool.profile.pool.growAfterMs, waiter.mostPatienceMs);
    const waitedMs = clock.monotonic() - waiter.since;
    if (waitedMs >= leastMs) {
      const { opening, size } = pool.status();
      const canGrow = opening > 0 || size < this.options.maxSize();
      if (!canGrow || waitedMs >= waiter.mostPatienceMs) return true;
    }
    waiter.cancelPatience ??= clock.after(waitedMs < leastMs ? leastMs - waitedMs : leastMs, () => {
      waiter.cancelPatience = undefined;
      this.move();
    });
    return false;
  }

  private give(session: PooledSession, waiter: Queued): void {
    const fetch = this.hand.get(session);
    this.hand.delete(session);
    if (fetch) fetch.call = waiter.call;
    this.turns.begin(waiter);
    waiter.stop();
    this.held++;
    this.options.pool.hold(session, waiter.call.holder);
    this.places.tell(waiter, 0);
    waiter.resolve(this.ticket(session, waiter.call));
  }

  private emptyHand(): void {
    const sessions = [...this.hand.keys()];
    this.hand.clear();
    for (const session of sessions) this.options.pool.release(session);
  }

  private fetch(intended: Queued): void {
    const { pool, clock } = this.options;
    const fetch: Fetch = {
      control: new AbortController(),
      begunAt: clock.monotonic(),
      intended,
      isChosen: false,
      call: undefined,
    };
    this.fetches.add(fetch);
    let isChoosing = true;
    pool
      .acquire({
        get holder() {
          return fetch.call?.holder ?? 'the next in the queue';
        },
        score: (session) => {
          fetch.isChosen ||= isChoosing;
          return intended.call.score(session);
        },
        signal: fetch.control.signal,
        waitingSince: intended.since,
        get deadline() {
          return fetch.call?.deadline ?? Number.MAX_SAFE_INTEGER;
        },
        prompt: intended.call.prompt,
      })
      .then(
        (session) => this.arrived(fetch, session),
        (error: unknown) => this.refused(fetch, error),
      );
    isChoosing = false;
  }

  private abandon(fetch: Fetch): void {
    this.fetches.delete(fetch);
    fetch.control.abort(new SnowpoolError('cancelled', 'Nobody waits for this session any more.'));
  }

  private arrived(fetch: Fetch, session: PooledSession): void {
    this.fetches.delete(fetch);
    this.hand.set(session, fetch);
    const { intended, isChosen } = fetch;
    // What was idle was chosen for this call in its turn; what was waited for goes to whose turn it is now.
    const mayHave = isChosen && [...this.turns.next()].includes(intended) && intended.call.score(session) > 0;
    if (mayHave) this.give(session, intended);
    this.move();
  }

  private refused(fetch: Fetch, error: unknown): void {
    const isWanted = this.fetches.delete(fetch);
    if (!isWanted) return;
    if (!this.isMerelySlow(fetch, error)) {
      const [next] = this.turns.next();
      const waiter = this.turns.has(fetch.intended) ? fetch.intended : next;
      if (waiter) this.giveUp(waiter, error);
    }
    this.move();
  }

  /** The pool lost patience with a fetch: whoever waits has a time of their own for that, and so has whoever is next. */
  private isMerelySlow(fetch: Fetch, error: unknown): boolean {
    const isLate = error instanceof SnowpoolError && ['pool_exhausted', 'deadline_exceeded'].includes(error.code);
    return isLate && (!this.turns.has(fetch.intended) || this.options.clock.monotonic() - fetch.begunAt > 1000);
  }

  private giveUp(waiter: Queued, error: unknown): void {
    waiter.stop();
    this.turns.drop(waiter);
    waiter.reject(error);
    this.move();
  }

  private ticket(session: PooledSession, call: Call): Ticket {
    const { pool, log } = this.options;
    return openTicket(session, call, {
      pool,
      log,
      free: () => {
        this.held--;
        this.turns.end(call.clientKey);
        this.move();
      },
    });
  }

  private late(waiter: Queued): SnowpoolError {
    const { pool, clock } = this.options;
    return queueError({
      status: pool.status(),
      place: this.turns.placeOf(waiter),
      isDeadline: waiter.call.deadline <= waiter.call.giveUpAt && clock.monotonic() >= waiter.call.deadline,
    });
  }
}
