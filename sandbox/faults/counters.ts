/** Counts of what happened since the sandbox began. */

/** Names by which logins are counted are bounded; what comes beyond goes under this. */
const MOST_NAMES = 1_000;
const REST = '(others)';

export interface LoginCounts {
  tried: number;
  failed: number;
}

/** Requests by endpoint and status, logins by user. */
export class Counters {
  readonly #requests = new Map<string, number>();
  readonly #statuses = new Map<number, number>();
  readonly #byUser = new Map<string, LoginCounts>();
  readonly logins: LoginCounts = { tried: 0, failed: 0 };

  /** `status` 0: no answer was sent. */
  request(endpoint: string, status: number): void {
    this.#requests.set(endpoint, (this.#requests.get(endpoint) ?? 0) + 1);
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
  }

  loginTried(loginName: string): void {
    this.logins.tried += 1;
    this.#of(loginName).tried += 1;
  }

  loginFailed(loginName: string): void {
    this.logins.failed += 1;
    this.#of(loginName).failed += 1;
  }

  snapshot() {
    return {
      requests: Object.fromEntries(this.#requests),
      statuses: Object.fromEntries([...this.#statuses].map(([status, count]) => [String(status), count])),
      logins: { ...this.logins, byUser: Object.fromEntries(this.#byUser) },
    };
  }

  #of(loginName: string): LoginCounts {
    const upper = loginName.trim().toUpperCase().slice(0, 255);
    const name = this.#byUser.has(upper) || this.#byUser.size < MOST_NAMES ? upper : REST;
    const counts = this.#byUser.get(name) ?? { tried: 0, failed: 0 };
    this.#byUser.set(name, counts);
    return counts;
  }
}
