import type { Clock } from './clock.ts';

/** A daemon that a front-end started leaves after so long without clients (DESIGN §11). */
const idleExitMs = 30 * 60_000;

/** Ends a daemon that nobody uses. Counts from the last look at which nobody was attached. */
export class IdleExit {
  #stopTimer = () => {};

  constructor(
    private readonly options: {
      readonly clock: Clock;
      /** True while a client is attached, or where the daemon is to stay without any. */
      readonly isToStay: () => boolean;
      readonly leave: () => void;
    },
  ) {}

  /** Looks who is attached: to be called once the daemon listens, and whenever that changed. */
  look(): void {
    this.close();
    const { clock, isToStay, leave } = this.options;
    if (!isToStay()) this.#stopTimer = clock.after(idleExitMs, leave);
  }

  /** Counts no more, until the next look. Idempotent. */
  close(): void {
    this.#stopTimer();
  }
}
