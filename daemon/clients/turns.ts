import type { PooledSession } from '../pool/contract.ts';
import type { SignInPrompt } from '../pool/driver.ts';

/** A call that wants a session. */
export interface Call {
  /** Whose turn it is: calls of one client share a turn. */
  readonly clientKey: string;
  /** For people. */
  readonly holder: string;
  /** The client's bound on running calls at this moment. */
  readonly maxRunning: () => number;
  /** How well a session fits, the highest best; 0 or less: rather another one, if one comes in time. */
  readonly score: (session: PooledSession) => number;
  readonly prompt: SignInPrompt;
  readonly signal: AbortSignal;
  /** Ms on the monotonic clock by which everything must be over. */
  readonly deadline: number;
  /** The same until which the call waits for a session. */
  readonly giveUpAt: number;
  readonly onPlace: (place: number) => void;
}

/** What stands for the call of a client that holds a session without having asked for it. */
export function callOf(clientKey: string, holder: string): Call {
  return {
    clientKey,
    holder,
    maxRunning: () => 1,
    score: () => 0,
    prompt: { openUrl() {} },
    signal: new AbortController().signal,
    deadline: Number.MAX_SAFE_INTEGER,
    giveUpAt: Number.MAX_SAFE_INTEGER,
    onPlace() {},
  };
}

/** A call in the queue. */
export interface Waiter {
  readonly call: Call;
  /** Monotonic ms. */
  readonly since: number;
  /** As told last. */
  place: number;
}

interface Member<W> {
  readonly waiting: W[];
  running: number;
}

/** Whose turn it is: one client after the other, each with its oldest call, none above its bound (DESIGN §6). */
export class Turns<W extends Waiter> {
  /** In the order of turns; a client that was served goes to the end. */
  private readonly members = new Map<string, Member<W>>();

  add(waiter: W): void {
    this.member(waiter.call.clientKey).waiting.push(waiter);
  }

  /** Takes a call out that gives up, as if it had never been there. */
  drop(waiter: W): void {
    const waiting = this.members.get(waiter.call.clientKey)?.waiting ?? [];
    const index = waiting.indexOf(waiter);
    if (index >= 0) waiting.splice(index, 1);
    this.forget(waiter.call.clientKey);
  }

  has(waiter: W): boolean {
    return this.members.get(waiter.call.clientKey)?.waiting.includes(waiter) ?? false;
  }

  /**
   * Calls that may run now, in their order; a client's later calls only as far as its bound goes.
   * @param most calls that the caller can use: the line may be long, and it is looked at after each change.
   */
  *next(most = Number.POSITIVE_INFINITY): Generator<W> {
    let count = 0;
    for (let round = 0, hasMore = true; hasMore; round++) {
      hasMore = false;
      for (const { waiting, running } of this.members.values()) {
        const waiter = waiting[round];
        if (!waiter || running + round >= waiter.call.maxRunning()) continue;
        if (count++ >= most) return;
        hasMore = true;
        yield waiter;
      }
    }
  }

  /** The call runs from now on; its client's turn is over. */
  begin(waiter: W): void {
    const key = waiter.call.clientKey;
    const member = this.member(key);
    const index = member.waiting.indexOf(waiter);
    if (index >= 0) member.waiting.splice(index, 1);
    member.running++;
    this.members.delete(key);
    this.members.set(key, member);
  }

  /** A place that a client takes without having waited. */
  occupy(key: string): void {
    this.member(key).running++;
  }

  end(key: string): void {
    const member = this.members.get(key);
    if (!member) return;
    member.running--;
    this.forget(key);
  }

  waitingOf(key: string): number {
    return this.members.get(key)?.waiting.length ?? 0;
  }

  runningOf(key: string): number {
    return this.members.get(key)?.running ?? 0;
  }

  get waiters(): W[] {
    return [...this.members.values()].flatMap(({ waiting }) => waiting);
  }

  /** 1-based; 0 where the call does not wait. */
  placeOf(waiter: W): number {
    const own = this.members.get(waiter.call.clientKey);
    const index = own?.waiting.indexOf(waiter) ?? -1;
    if (index < 0) return 0;
    let before = index;
    let isAhead = true;
    for (const member of this.members.values()) {
      if (member === own) isAhead = false;
      else before += Math.min(member.waiting.length, index + (isAhead ? 1 : 0));
    }
    return before + 1;
  }

  private member(key: string): Member<W> {
    let member = this.members.get(key);
    if (!member) {
      member = { waiting: [], running: 0 };
      this.members.set(key, member);
    }
    return member;
  }

  private forget(key: string): void {
    const member = this.members.get(key);
    if (member && member.waiting.length === 0 && member.running === 0) this.members.delete(key);
  }
}
