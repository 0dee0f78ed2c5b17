/**
 * The order among one client's own calls (DESIGN §6): a statement that changes the client's context waits for those
 * before it that share its session, and all later ones wait for it, though they arrived together.
 */
import type { Clock } from '../clock.ts';
import { SnowpoolError } from '../errors.ts';
import { cancelledBy } from './signals.ts';

export interface Passage {
  /** Asked when the call comes to the front, as what was before it may have changed the answer. */
  readonly isBarrier: () => boolean;
  readonly signal: AbortSignal;
  /** Ms on the monotonic clock. */
  readonly deadline: number;
  /** 1-based place among the client's own calls, while it waits for one of them. */
  readonly onPlace?: (place: number) => void;
}

interface Waiting {
  readonly passage: Passage;
  pass(leave: () => void): void;
}

export class Barriers {
  private readonly queue: Waiting[] = [];
  private sharing = 0;
  private isClosed = false;

  constructor(private readonly clock: Clock) {}

  /**
   * Waits for the call's turn among the client's own.
   * @returns a function, to be called once or more, that lets the next ones in: for a barrier when its statement is over,
   * for others as soon as they hold what they took from the client's state.
   * Rejects with SnowpoolError cancelled or deadline_exceeded.
   */
  async enter(passage: Passage): Promise<() => void> {
    if (passage.signal.aborted) throw cancelledBy(passage.signal);
    return new Promise((resolve, reject) => {
      const stop = () => {
        passage.signal.removeEventListener('abort', onAbort);
        cancelTimer();
      };
      const waiting: Waiting = {
        passage,
        pass: (leave) => {
          stop();
          resolve(leave);
        },
      };
      const giveUp = (error: SnowpoolError) => {
        stop();
        const index = this.queue.indexOf(waiting);
        if (index >= 0) this.queue.splice(index, 1);
        reject(error);
        this.admit();
      };
      const onAbort = () => giveUp(cancelledBy(passage.signal));
      const cancelTimer = this.clock.after(Math.max(0, passage.deadline - this.clock.monotonic()), () =>
        giveUp(tooLate()),
      );
      passage.signal.addEventListener('abort', onAbort, { once: true });
      this.queue.push(waiting);
      this.admit();
    });
  }

  private admit(): void {
    for (let head = this.queue[0]; head !== undefined; head = this.queue[0]) {
      const isBarrier = head.passage.isBarrier();
      if (this.isClosed || (isBarrier && this.sharing > 0)) {
        for (const [index, { passage }] of this.queue.entries()) passage.onPlace?.(index + 1);
        return;
      }
      this.queue.shift();
      if (isBarrier) this.isClosed = true;
      else this.sharing++;
      let hasLeft = false;
      head.pass(() => {
        if (hasLeft) return;
        hasLeft = true;
        if (isBarrier) this.isClosed = false;
        else this.sharing--;
        this.admit();
      });
    }
  }
}

function tooLate(): SnowpoolError {
  return new SnowpoolError(
    'deadline_exceeded',
    'The deadline passed while the call waited for an earlier statement of yours that may change your context or transaction.',
    'Wait for that statement, or cancel it.',
  );
}
