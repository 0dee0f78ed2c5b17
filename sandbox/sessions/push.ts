/** Pushes of a second factor that wait for somebody to approve or deny them: here, for a control request. */
import type { SandboxClock } from './clock.ts';

export type PushVerdict = 'approved' | 'denied' | 'timed out';

interface PendingPush {
  readonly user: string;
  readonly sentMs: number;
  readonly settle: (verdict: PushVerdict) => void;
}

/** Duo gives a person a minute. */
const PUSH_LIFE_MS = 60_000;

/** The pushes under way, oldest first. */
export class Pushes {
  readonly #pending = new Set<PendingPush>();
  sent = 0;

  constructor(private readonly clock: SandboxClock) {}

  /** Waits for the verdict on a push to this user. An abort of the signal (the client went away) counts as timed out. */
  ask(user: string, signal: AbortSignal): Promise<PushVerdict> {
    this.sent += 1;
    return new Promise((resolve) => {
      const settle = (verdict: PushVerdict) => {
        this.#pending.delete(push);
        cancel();
        signal.removeEventListener('abort', onAbort);
        resolve(verdict);
      };
      const onAbort = () => settle('timed out');
      const push: PendingPush = { user, sentMs: this.clock.now(), settle };
      const cancel = this.clock.at(push.sentMs + PUSH_LIFE_MS, onAbort);
      this.#pending.add(push);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
    });
  }

  /** Settles the pushes of a user (upper case), of everybody where it is null; returns how many there were. */
  settle(user: string | null, verdict: PushVerdict): number {
    const chosen = [...this.#pending].filter((push) => user === null || push.user === user);
    for (const push of chosen) push.settle(verdict);
    return chosen.length;
  }

  pending(): readonly { readonly user: string; readonly sentMs: number }[] {
    return [...this.#pending].map(({ user, sentMs }) => ({ user, sentMs }));
  }
}
