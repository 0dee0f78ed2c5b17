/** Failed sign-ins as an administrator sees them, with the reasons that clients are not told. */
import { randomUUID } from 'node:crypto';
import type { LoginFailureRecord } from '../engine.ts';
import type { LoginRequest } from './login-request.ts';
import { Refusal } from './refusal.ts';

export interface LoginFailure extends LoginFailureRecord {
  /** The id in the client's message, where it has one. */
  readonly id: string;
  readonly code: string;
}

const MOST_FAILURES = 1_000;

/** The last thousand. */
export class LoginFailures {
  readonly #failures: LoginFailure[] = [];

  constructor(private readonly now: () => number) {}

  /** Keeps a failure; returns the refusal as the client may see it, without `data.sandboxReason`. */
  add(request: LoginRequest, peer: string, user: string | null, refusal: Refusal): Refusal {
    const reason = refusal.data?.sandboxReason;
    this.#failures.push({
      id: /\[([0-9a-f-]{36})\]$/.exec(refusal.message)?.[1] ?? randomUUID(),
      code: refusal.code,
      clientIp: peer,
      clientType: request.clientType,
      clientVersion: request.clientVersion,
      username: user,
      errorCode: typeof reason === 'string' ? reason : refusal.message,
      timestampMs: this.now(),
    });
    if (this.#failures.length > MOST_FAILURES) this.#failures.shift();
    return typeof reason === 'string' ? new Refusal(refusal.code, refusal.message, {}, refusal.status) : refusal;
  }

  byId(id: string): LoginFailure | undefined {
    return this.#failures.find((failure) => failure.id === id);
  }

  all(): readonly LoginFailure[] {
    return [...this.#failures];
  }
}
