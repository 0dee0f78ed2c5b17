/**
 * Folder faults/: what is made to go wrong, what happened, and the control endpoint that asks for both.
 * May import sessions/, statements/ and results/. This file: takes one request through the faults that meet it.
 */
import { type Answer, DRIVER_ENDPOINTS, type Exchange } from '../http/exchange.ts';
import { envelope } from '../results/envelope.ts';
import type { Session } from '../sessions/session.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import type { Delivery, FaultAction } from './fault.ts';
import type { FaultPlan, RequestFacts } from './fault-plan.ts';

/**
 * `--latency-ms` and `--login-latency-ms`. An answer takes `everyMs` from the request's arrival: half on its way here,
 * the rest on its way back, less what the account needed in between; or longer, where the account needs longer.
 */
export interface StandingLatency {
  everyMs: number;
  loginMs: number;
}

/** Reads who a request comes from, before anything else looks at it. Never throws. */
export type Identify = (exchange: Exchange) => RequestFacts & { readonly session: Session | null };

export interface FaultedRequest {
  /** Runs the request, or what the faults make of it. `cut`: nothing is answered, the connection goes. */
  around(handle: () => Promise<Answer>): Promise<Answer | 'cut'>;
  readonly delivery: Delivery | null;
}

const FAULTY: ReadonlySet<string> = new Set(DRIVER_ENDPOINTS);

function spoil(answer: Answer, body: 'truncated' | 'html' | 'empty' | 'no-data'): Answer {
  const bytes = Buffer.from(answer.body);
  switch (body) {
    case 'truncated':
      return { ...answer, body: bytes.subarray(0, Math.floor(bytes.length / 2)) };
    case 'html':
      return {
        status: answer.status,
        type: 'text/html',
        body: '<html><body>Service temporarily unavailable</body></html>',
      };
    case 'empty':
      return { ...answer, body: '' };
    case 'no-data':
      return { status: answer.status, type: 'application/json', body: envelope(true, null, null, 'null') };
  }
}

function standIn(action: FaultAction): Answer | undefined {
  if (action.kind === 'status') {
    const headers = action.retryAfterSeconds === undefined ? {} : { 'retry-after': String(action.retryAfterSeconds) };
    return { status: action.status, type: 'text/plain', body: `HTTP ${action.status} on request`, headers };
  }
  if (action.kind === 'error') {
    const data = { errorCode: action.code, sqlState: action.sqlState, queryId: null };
    return {
      status: 200,
      type: 'application/json',
      body: envelope(false, action.code, action.message, JSON.stringify(data)),
    };
  }
  return undefined;
}

/** Resolves after `ms` of real time, or when one of the signals aborts. */
function wait(ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = ms === Number.POSITIVE_INFINITY ? undefined : setTimeout(done, ms);
    for (const signal of signals) signal.addEventListener('abort', done, { once: true });
    if (signals.some((signal) => signal.aborted)) done();
  });
}

/** Lays standing latency and faults on requests. */
export class FaultGate {
  constructor(
    private readonly plan: FaultPlan,
    private readonly latency: StandingLatency,
    private readonly identify: Identify,
    private readonly sessions: SessionRegistry,
    private readonly random: () => number,
  ) {}

  /** @param arrivedAt when the request's first bytes came, as `performance.now()` tells it. */
  admit(exchange: Exchange, arrivedAt: number): FaultedRequest {
    const isFaulty = FAULTY.has(exchange.endpoint);
    const identity = isFaulty && !this.plan.isEmpty ? this.identify(exchange) : null;
    const actions = identity ? this.plan.take(identity) : [];
    const delivery = actions.map(asDelivery).find((one) => one !== null) ?? null;
    const around = (handle: () => Promise<Answer>) =>
      this.#around(exchange, arrivedAt, isFaulty, actions, identity?.session ?? null, handle);
    return { around, delivery };
  }

  async #around(
    { endpoint, signal: gone }: Exchange,
    arrivedAt: number,
    isFaulty: boolean,
    actions: readonly FaultAction[],
    session: Session | null,
    handle: () => Promise<Answer>,
  ): Promise<Answer | 'cut'> {
    const { cleared } = this.plan;
    const loginMs = endpoint === 'login' ? this.latency.loginMs : 0;
    const wayMs = isFaulty ? this.latency.everyMs : 0;
    const dueAt = arrivedAt + loginMs + wayMs;
    if (loginMs + wayMs > 0) await wait(loginMs + wayMs / 2, gone);
    for (const action of actions) {
      if (action.kind === 'latency') await wait(action.ms + this.random() * action.jitterMs, gone, cleared);
      if (action.kind === 'kill-session' && session) await this.sessions.end(session.id, 'killed');
      if (action.kind === 'expire-tokens' && session) this.sessions.expireTokens(action.tokens, [session]);
      if (action.kind === 'hang' && !action.handled) {
        await wait(Number.POSITIVE_INFINITY, gone, cleared);
        return 'cut';
      }
      if (action.kind === 'cut' && action.when === 'unhandled') return 'cut';
      if (action.kind === 'error' || (action.kind === 'status' && !action.handled)) {
        const answer = standIn(action);
        if (answer) return answer;
      }
    }
    let answer = await handle();
    const restMs = dueAt - performance.now();
    // Rounded down, since timers fire up to a millisecond late.
    if (wayMs > 0 && restMs >= 1) await wait(Math.floor(restMs), gone);
    for (const action of actions) {
      if (action.kind === 'hang') {
        await wait(Number.POSITIVE_INFINITY, gone, cleared);
        return 'cut';
      }
      if (action.kind === 'cut' && action.when === 'before') return 'cut';
      if (action.kind === 'status') answer = standIn(action) ?? answer;
      if (action.kind === 'malformed') answer = spoil(answer, action.body);
    }
    return answer;
  }
}

function asDelivery(action: FaultAction): Delivery | null {
  if (action.kind === 'slow') return action;
  if (action.kind === 'cut' && (action.when === 'during' || action.when === 'after')) {
    return { kind: 'cut', when: action.when };
  }
  return null;
}
