/** Snowflake's lock: five failed sign-ins of one user in a row, then nothing for 15 minutes, right password or not. */

const FAILURES_UNTIL_LOCKED = 5;
const LOCKED_FOR_MS = 15 * 60_000;

/** Counts failed sign-ins by user name (upper case), on the sandbox's clock. */
export class Lockout {
  readonly #failures = new Map<string, number>();
  readonly #lockedUntilMs = new Map<string, number>();

  constructor(private readonly now: () => number) {}

  isLocked(user: string): boolean {
    const untilMs = this.#lockedUntilMs.get(user);
    if (untilMs === undefined) return false;
    if (this.now() < untilMs) return true;
    this.#lockedUntilMs.delete(user);
    return false;
  }

  failed(user: string): void {
    const failures = (this.#failures.get(user) ?? 0) + 1;
    if (failures < FAILURES_UNTIL_LOCKED) this.#failures.set(user, failures);
    else this.lock(user);
  }

  succeeded(user: string): void {
    this.#failures.delete(user);
  }

  lock(user: string, forMs = LOCKED_FOR_MS): void {
    this.#failures.delete(user);
    this.#lockedUntilMs.set(user, this.now() + forMs);
  }

  unlock(user: string): void {
    this.#failures.delete(user);
    this.#lockedUntilMs.delete(user);
  }

  /** Users that are locked now. */
  locked(): readonly string[] {
    return [...this.#lockedUntilMs.keys()].filter((user) => this.isLocked(user));
  }
}
