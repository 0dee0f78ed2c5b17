/** The sandbox's control endpoint as typed methods. What each does: docs/sandbox-control.md. */
import type { LoginFailureRecord, QueryRecord, SessionRecord } from '../../sandbox/engine.ts';
import type { FaultInput } from '../../sandbox/faults/fault.ts';
import type { UserInput } from '../../sandbox/sessions/accounts-file.ts';

export type FaultAction = FaultInput['action'];

export interface SandboxStats {
  readonly nowMs: number;
  /** By endpoint: login, renew, heartbeat, close, query, result, monitoring, abort, telemetry, chunk, ... */
  readonly requests: Readonly<Record<string, number | undefined>>;
  /** By HTTP status; `0` are requests that got no answer. */
  readonly statuses: Readonly<Record<string, number | undefined>>;
  readonly logins: {
    readonly tried: number;
    readonly failed: number;
    /** By login name in upper case. */
    readonly byUser: Readonly<Record<string, { readonly tried: number; readonly failed: number } | undefined>>;
  };
  readonly sessions: {
    readonly opened: number;
    readonly closed: number;
    readonly expired: number;
    readonly killed: number;
    readonly renewals: number;
    readonly open: number;
    /** Open ones that nobody has used yet: a client whose login answer was cut off never will. */
    readonly unclaimed: number;
  };
  readonly warehouseStarts: number;
  readonly statements: { readonly remembered: number; readonly running: number };
  readonly results: { readonly kept: number; readonly memoryBytes: number; readonly fileBytes: number };
  readonly pushes: { readonly sent: number; readonly pending: number };
  readonly lockedUsers: readonly string[];
  /** How often each kind of fault fired. */
  readonly faults: Readonly<Record<string, number | undefined>>;
  readonly memory: { readonly rssBytes: number; readonly heapBytes: number };
}

export interface SandboxStatement extends QueryRecord {
  readonly requestId: string | null;
}

export interface SandboxSession extends SessionRecord {
  readonly account: string;
  readonly isClaimed: boolean;
  readonly lastUsedMs: number;
  readonly running: number;
  readonly current: {
    readonly role: string;
    readonly secondaryRoles: 'ALL' | 'NONE';
    readonly warehouse: string | null;
    readonly database: string | null;
    readonly schema: string | null;
  };
}

export interface StatementFilter {
  readonly sessionId?: string;
  readonly requestId?: string;
  /** Part of the QUERY_TAG. */
  readonly tag?: string;
  readonly state?: QueryRecord['state'];
  /** The newest so many. */
  readonly last?: number;
}

export interface SessionChoice {
  readonly sessionId?: string;
  readonly user?: string;
}

export interface ControlSettings {
  readonly answerWithinMs?: number;
  readonly latencyMs?: number;
  readonly loginLatencyMs?: number;
  readonly sessionSeconds?: number;
  readonly masterSeconds?: number;
  readonly allowIdToken?: boolean;
  readonly allowClientMfaCaching?: boolean;
}

/** Asks a sandbox for faults and for what happened. Every method rejects with the endpoint's own message where it refuses. */
export class SandboxControl {
  constructor(
    private readonly url: string,
    readonly token: string,
  ) {}

  stats(): Promise<SandboxStats> {
    return this.#send('GET', 'stats');
  }

  /** Statements that are remembered, oldest first. */
  statements(filter: StatementFilter = {}): Promise<readonly SandboxStatement[]> {
    const query = new URLSearchParams(
      Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]),
    );
    return this.#send('GET', `statements?${query}`);
  }

  /** Sessions that are open. */
  sessions(): Promise<readonly SandboxSession[]> {
    return this.#send('GET', 'sessions');
  }

  loginFailures(): Promise<readonly (LoginFailureRecord & { readonly id: string; readonly code: string })[]> {
    return this.#send('GET', 'login-failures');
  }

  /** Lays a fault; resolves with its id. */
  async fault(fault: FaultInput): Promise<number> {
    const { id } = await this.#send<{ readonly id: number }>('POST', 'faults', fault);
    return id;
  }

  faults(): Promise<readonly { readonly id: number; readonly met: number; readonly fired: number }[]> {
    return this.#send('GET', 'faults');
  }

  /** Takes one fault away, or all. */
  async clearFaults(id?: number): Promise<void> {
    await this.#send('DELETE', id === undefined ? 'faults' : `faults/${id}`);
  }

  /** Turns the sandbox's clock forward. */
  async turnClock(ms: number): Promise<void> {
    await this.#send('POST', 'clock', { turnMs: ms });
  }

  /** Makes the tokens issued so far count as expired; of all sessions unless chosen. */
  async expireTokens(
    choice: SessionChoice & { readonly tokens?: readonly ('session' | 'master')[] } = {},
  ): Promise<number> {
    const { sessions } = await this.#send<{ readonly sessions: number }>('POST', 'tokens/expire', choice);
    return sessions;
  }

  /** Ends one session as an administrator does. Resolves with whether it was there. */
  async killSession(sessionId: string): Promise<boolean> {
    return (await this.killSessions({ sessionId })) === 1;
  }

  /** Ends the chosen sessions, all unless chosen; resolves with how many. */
  async killSessions(choice: SessionChoice = {}): Promise<number> {
    const { sessions } = await this.#send<{ readonly sessions: number }>('POST', 'sessions/kill', choice);
    return sessions;
  }

  /** Adds a user, or replaces it whole. */
  async setUser(user: UserInput): Promise<void> {
    await this.#send('POST', 'users', user);
  }

  async lockUser(user: string, forMs?: number): Promise<void> {
    await this.#send('POST', 'users/lock', { user, ...(forMs === undefined ? {} : { forMs }) });
  }

  async unlockUser(user: string): Promise<void> {
    await this.#send('POST', 'users/unlock', { user });
  }

  /** MFA pushes that wait for a verdict. */
  pushes(): Promise<readonly { readonly user: string; readonly sentMs: number }[]> {
    return this.#send('GET', 'pushes');
  }

  /** Approves the waiting pushes, of one user or of all; resolves with how many there were. */
  approvePush(user?: string): Promise<number> {
    return this.#settle('approve', user);
  }

  denyPush(user?: string): Promise<number> {
    return this.#settle('deny', user);
  }

  async settings(settings: ControlSettings): Promise<void> {
    await this.#send('POST', 'settings', settings);
  }

  /** Asks `stats` again and again until `isReached`; rejects after ten seconds with the last answer. */
  async until(isReached: (stats: SandboxStats) => boolean): Promise<SandboxStats> {
    const untilMs = performance.now() + 10_000;
    for (;;) {
      const stats = await this.stats();
      if (isReached(stats)) return stats;
      if (performance.now() > untilMs) throw new Error(`the sandbox never got there: ${JSON.stringify(stats)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async #settle(verdict: 'approve' | 'deny', user: string | undefined): Promise<number> {
    const body = { verdict, ...(user === undefined ? {} : { user }) };
    const { settled } = await this.#send<{ readonly settled: number }>('POST', 'pushes', body);
    return settled;
  }

  async #send<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/sandbox/control/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`control request ${method} ${path}: HTTP ${response.status}: ${answer}`);
    return JSON.parse(answer) as T;
  }
}
