/** The control endpoint: faults, the clock, sessions, users, and what happened. On only with `--control TOKEN`. */
import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Engine, QueryRecord } from '../engine.ts';
import { type Answer, type Exchange, json, readJson } from '../http/exchange.ts';
import type { AnswerTiming } from '../http/query-routes.ts';
import type { Route } from '../http/router.ts';
import type { ResultStore } from '../results/result-store.ts';
import { firstIssue, userSchema } from '../sessions/accounts-file.ts';
import type { SandboxClock } from '../sessions/clock.ts';
import type { Directory } from '../sessions/directory.ts';
import type { Lockout } from '../sessions/lockout.ts';
import type { LoginFailures } from '../sessions/login-failures.ts';
import type { Pushes } from '../sessions/push.ts';
import { badRequest } from '../sessions/refusal.ts';
import type { Session } from '../sessions/session.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import type { SilentTokens } from '../sessions/silent-tokens.ts';
import type { StatementRegistry } from '../statements/statement-registry.ts';
import type { Counters } from './counters.ts';
import { faultSchema } from './fault.ts';
import type { StandingLatency } from './fault-gate.ts';
import type { FaultPlan } from './fault-plan.ts';

export interface ControlParts {
  readonly token: string;
  readonly clock: SandboxClock;
  readonly engine: Engine;
  readonly directory: Directory;
  readonly lockout: Lockout;
  readonly pushes: Pushes;
  readonly silentTokens: SilentTokens;
  readonly failures: LoginFailures;
  readonly sessions: SessionRegistry;
  readonly statements: StatementRegistry;
  readonly results: ResultStore;
  readonly plan: FaultPlan;
  readonly latency: StandingLatency;
  readonly timing: AnswerTiming;
  readonly counters: Counters;
}

const chosenSessions = z.strictObject({ sessionId: z.string().min(1).optional(), user: z.string().min(1).optional() });
const ms = z.number().min(0).max(1e12);
const statementStates = [
  'RESUMING_WAREHOUSE',
  'QUEUED',
  'RUNNING',
  'SUCCESS',
  'FAILED_WITH_ERROR',
  'ABORTED',
] as const satisfies readonly QueryRecord['state'][];

const schemas = {
  clock: z.strictObject({ turnMs: ms }),
  expire: chosenSessions.extend({
    tokens: z
      .array(z.enum(['session', 'master']))
      .min(1)
      .default(['session']),
  }),
  kill: chosenSessions,
  lock: z.strictObject({ user: z.string().min(1), forMs: ms.optional() }),
  unlock: z.strictObject({ user: z.string().min(1) }),
  push: z.strictObject({ user: z.string().min(1).optional(), verdict: z.enum(['approve', 'deny']) }),
  statements: z.strictObject({
    sessionId: z.string().optional(),
    requestId: z.string().optional(),
    state: z.enum(statementStates).optional(),
    tag: z.string().default(''),
    last: z.coerce.number().int().positive().default(1_000),
  }),
  settings: z.strictObject({
    answerWithinMs: ms.optional(),
    latencyMs: ms.optional(),
    loginLatencyMs: ms.optional(),
    sessionSeconds: z.number().positive().max(1e8).optional(),
    masterSeconds: z.number().positive().max(1e8).optional(),
    allowIdToken: z.boolean().optional(),
    allowClientMfaCaching: z.boolean().optional(),
  }),
} as const;

/** All routes below `/sandbox/control/`. Each wants `Authorization: Bearer TOKEN`: 401 without it. */
export function controlRoutes(parts: ControlParts): readonly Route[] {
  const post = (name: string, handle: (body: unknown) => unknown): Route =>
    route('POST', name, (exchange) => handle(readJson(exchange.body) ?? {}));
  const route = (method: Route['method'], name: string, handle: (exchange: Exchange) => unknown): Route => ({
    endpoint: 'control',
    method,
    path: new RegExp(`^/sandbox/control/${name}$`),
    handle: async (exchange): Promise<Answer> => {
      authorize(exchange, parts.token);
      const result = await handle(exchange);
      return json(`${JSON.stringify(result ?? {})}\n`);
    },
  });
  const { clock, directory, engine, lockout, pushes, sessions, plan } = parts;
  return [
    route('GET', 'stats', () => stats(parts)),
    route('GET', 'statements', (exchange) => statements(parts, exchange.url.searchParams)),
    route('GET', 'sessions', () => sessions.all().map((session) => describe(parts, session))),
    route('GET', 'login-failures', () => parts.failures.all()),
    route('GET', 'faults', () => plan.all()),
    post('faults', (body) => plan.lay(parse(faultSchema, body))),
    route('DELETE', 'faults', () => plan.clear()),
    route('DELETE', 'faults/(\\d{1,9})', (exchange) => {
      if (!plan.remove(Number(exchange.captures[0])))
        throw badRequest(`There is no fault ${exchange.captures[0]}.`, 404);
    }),
    post('clock', (body) => {
      clock.turn(parse(schemas.clock, body).turnMs);
      return { nowMs: clock.now() };
    }),
    post('tokens/expire', (body) => {
      const { tokens, ...choice } = parse(schemas.expire, body);
      return { sessions: sessions.expireTokens(tokens, choose(sessions, choice)) };
    }),
    post('sessions/kill', async (body) => {
      const chosen = choose(sessions, parse(schemas.kill, body));
      await Promise.all(chosen.map((session) => sessions.end(session.id, 'killed')));
      return { sessions: chosen.length };
    }),
    post('users', (body) => {
      const { name, roles } = directory.set(parse(userSchema, body));
      engine.defineRoles(roles);
      return { user: name };
    }),
    post('users/lock', (body) => {
      const { user, forMs } = parse(schemas.lock, body);
      lockout.lock(user.toUpperCase(), forMs);
    }),
    post('users/unlock', (body) => lockout.unlock(parse(schemas.unlock, body).user.toUpperCase())),
    route('GET', 'pushes', () => pushes.pending()),
    post('pushes', (body) => {
      const { user, verdict } = parse(schemas.push, body);
      return { settled: pushes.settle(user?.toUpperCase() ?? null, verdict === 'approve' ? 'approved' : 'denied') };
    }),
    post('settings', (body) => set(parts, parse(schemas.settings, body))),
  ];
}

function authorize(exchange: Exchange, token: string): void {
  const given = Buffer.from(exchange.header('authorization') ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw badRequest(
      'A control request needs the header Authorization: Bearer TOKEN, with the token of --control.',
      401,
    );
  }
}

function parse<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw badRequest(firstIssue(parsed.error));
  return parsed.data;
}

function choose(sessions: SessionRegistry, { sessionId, user }: z.output<typeof chosenSessions>): readonly Session[] {
  return sessions
    .all()
    .filter((session) => sessionId === undefined || session.id === sessionId)
    .filter((session) => user === undefined || session.user === user.toUpperCase());
}

function describe(parts: ControlParts, session: Session) {
  return {
    ...session.record(),
    account: session.identity.account,
    isClaimed: session.isClaimed,
    lastUsedMs: session.lastUsedMs,
    current: session.engine.current,
    running: parts.statements.runningOf(session.id).length,
  };
}

function stats(parts: ControlParts) {
  const { sessions, results } = parts;
  const { memoryBytes, fileBytes } = results.parts.used;
  return {
    nowMs: parts.clock.now(),
    ...parts.counters.snapshot(),
    sessions: {
      ...sessions.counts,
      open: sessions.all().length,
      unclaimed: sessions.all().filter((session) => !session.isClaimed).length,
    },
    warehouseStarts: parts.engine.warehouseStarts,
    statements: {
      remembered: parts.statements.history.all().length,
      running: parts.statements.runningCount,
    },
    results: { kept: results.size, memoryBytes, fileBytes },
    pushes: { sent: parts.pushes.sent, pending: parts.pushes.pending().length },
    lockedUsers: parts.lockout.locked(),
    faults: parts.plan.firedByKind(),
    memory: { rssBytes: process.memoryUsage.rss(), heapBytes: process.memoryUsage().heapUsed },
  };
}

/** Oldest first; `sessionId`, `requestId`, `tag` (part of it), `state` and `last` (so many) narrow it. */
function statements(parts: ControlParts, query: URLSearchParams) {
  const { last, tag, ...chosen } = parse(schemas.statements, Object.fromEntries(query));
  const is = (name: keyof typeof chosen, value: string | null) => chosen[name] === undefined || chosen[name] === value;
  return parts.statements.history
    .all()
    .map((statement) => ({ ...statement.record(), requestId: statement.request.requestId }))
    .filter((one) => is('sessionId', one.sessionId) && is('requestId', one.requestId) && is('state', one.state))
    .filter((one) => one.queryTag.includes(tag))
    .slice(-last);
}

function set(parts: ControlParts, settings: z.output<typeof schemas.settings>): void {
  const { timing, latency, sessions, directory, silentTokens } = parts;
  if (settings.answerWithinMs !== undefined) timing.answerWithinMs = settings.answerWithinMs;
  if (settings.latencyMs !== undefined) latency.everyMs = settings.latencyMs;
  if (settings.loginLatencyMs !== undefined) latency.loginMs = settings.loginLatencyMs;
  if (settings.sessionSeconds !== undefined)
    sessions.setLives({ sessionMs: Math.ceil(settings.sessionSeconds * 1000) });
  if (settings.masterSeconds !== undefined) sessions.setLives({ masterMs: Math.ceil(settings.masterSeconds * 1000) });
  if (settings.allowIdToken !== undefined) {
    directory.switches = { ...directory.switches, allowsIdToken: settings.allowIdToken };
    if (!settings.allowIdToken) silentTokens.revoke('id');
  }
  if (settings.allowClientMfaCaching !== undefined) {
    directory.switches = { ...directory.switches, allowsMfaCaching: settings.allowClientMfaCaching };
    if (!settings.allowClientMfaCaching) silentTokens.revoke('mfa');
  }
}
