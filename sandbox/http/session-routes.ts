/** Login, renewal, heartbeat, close: the life of a session over HTTP. */

import type { Engine, EngineSession } from '../engine.ts';
import type { Counters } from '../faults/counters.ts';
import { loginParameters } from '../results/driver-parameters.ts';
import { succeeded } from '../results/envelope.ts';
import type { SandboxClock } from '../sessions/clock.ts';
import { loginRefusals } from '../sessions/login-refusals.ts';
import { type LoginRequest, readLoginRequest } from '../sessions/login-request.ts';
import { Refusal } from '../sessions/refusal.ts';
import { Session } from '../sessions/session.ts';
import type { IssuedTokens, SessionRegistry } from '../sessions/session-registry.ts';
import type { SignedIn, SignIn } from '../sessions/sign-in.ts';
import { tokenOf } from './authorization.ts';
import { type Answer, type Exchange, json, readJson } from './exchange.ts';
import type { Route } from './router.ts';

const SERVER_VERSION = '9.30.0';

export interface SessionRouteParts {
  readonly clock: SandboxClock;
  readonly engine: Engine;
  readonly sessions: SessionRegistry;
  readonly signIn: SignIn;
  readonly counters: Counters;
}

/** `/session/v1/login-request`, `/session/token-request`, `/session/heartbeat`, `/session`. */
export function sessionRoutes(parts: SessionRouteParts): readonly Route[] {
  return [
    {
      endpoint: 'login',
      method: 'POST',
      path: /^\/session\/v1\/login-request$/,
      handle: (exchange) => login(parts, exchange),
    },
    {
      endpoint: 'renew',
      method: 'POST',
      path: /^\/session\/token-request$/,
      handle: (exchange) => renew(parts, exchange),
    },
    {
      endpoint: 'heartbeat',
      method: 'POST',
      path: /^\/session\/heartbeat$/,
      handle: (exchange) => heartbeat(parts, exchange),
    },
    { endpoint: 'close', method: 'POST', path: /^\/session\/?$/, handle: (exchange) => close(parts, exchange) },
  ];
}

async function login(parts: SessionRouteParts, exchange: Exchange): Promise<Answer> {
  const request = readLoginRequest(readJson(exchange.body), exchange.url.searchParams);
  parts.counters.loginTried(request.loginName);
  try {
    const signedIn = await parts.signIn.verify(request, exchange.peer, exchange.signal);
    return json(succeeded(await open(parts, request, signedIn)));
  } catch (error) {
    parts.counters.loginFailed(request.loginName);
    throw error;
  }
}

async function open({ clock, engine, sessions }: SessionRouteParts, request: LoginRequest, signedIn: SignedIn) {
  const { user } = signedIn;
  const [defaultDatabase = null, defaultSchema = null] = user.defaultNamespace?.split('.') ?? [];
  const database = request.database ?? defaultDatabase;
  const role = request.role ?? signedIn.onlyRole;
  if (signedIn.onlyRole !== null && role?.toUpperCase() !== signedIn.onlyRole)
    throw loginRefusals.roleUnknown(role ?? user.defaultRole);
  const sessionId = sessions.nextId();
  const engineSession = await engine.openSession({
    sessionId,
    user: user.name,
    role,
    warehouse: request.warehouse ?? user.defaultWarehouse,
    database,
    schema: request.schema ?? (request.database === null ? defaultSchema : null),
    parameters: request.parameters,
  });
  try {
    const secondaryRoles = request.secondaryRoles ?? user.defaultSecondaryRoles;
    if (secondaryRoles !== engineSession.current.secondaryRoles) await useSecondaryRoles(engineSession, secondaryRoles);
    if (String(request.parameters.get('CLIENT_VALIDATE_DEFAULT_PARAMETERS')).toLowerCase() === 'true') {
      refuseMissing(request, engineSession.current);
    }
  } catch (error) {
    await engineSession.close();
    throw error;
  }
  const session = new Session(
    {
      id: sessionId,
      user: user.name,
      account: request.account,
      clientApplication: `${request.clientType} ${request.clientVersion ?? ''}`.trim(),
      hasDriverCore: request.hasDriverCore,
      startedMs: clock.now(),
    },
    engineSession,
  );
  const tokens = sessions.add(session);
  const { current } = engineSession;
  return {
    ...tokenFields(tokens),
    masterValidityInSeconds: tokens.masterSeconds,
    validityInSeconds: tokens.sessionSeconds,
    displayUserName: user.name,
    serverVersion: SERVER_VERSION,
    firstLogin: false,
    remMeToken: null,
    remMeValidityInSeconds: 0,
    healthCheckInterval: 45,
    newClientForUpgrade: null,
    // Go decodes it as int64.
    sessionId: Number(sessionId),
    parameters: loginParameters(engineSession.parameters()),
    sessionInfo: {
      databaseName: current.database,
      schemaName: current.schema,
      warehouseName: current.warehouse,
      roleName: current.role,
    },
    idToken: signedIn.idToken,
    idTokenValidityInSeconds: signedIn.idToken ? 14_400 : 0,
    mfaToken: signedIn.mfaToken,
    mfaTokenValidityInSeconds: signedIn.mfaToken ? 14_400 : 0,
    responseData: null,
  };
}

/** The user's default, or what Python sends along; the SQL side knows them as a statement, which no history shows. */
async function useSecondaryRoles(engineSession: EngineSession, roles: 'ALL' | 'NONE'): Promise<void> {
  const { rows } = await engineSession.execute({
    sql: `USE SECONDARY ROLES ${roles}`,
    queryId: '00000000-0000-0000-0000-000000000000',
    binds: new Map(),
    parameters: new Map(),
    describeOnly: false,
    signal: new AbortController().signal,
  });
  for await (const batch of rows) void batch;
}

/** A login that asks for validation fails on an object that is not there; without it, it succeeds (PROTOCOL §1). */
function refuseMissing(
  request: LoginRequest,
  current: { readonly warehouse: string | null; readonly database: string | null; readonly schema: string | null },
): void {
  const asked = [
    ['database', request.database, current.database],
    ['schema', request.schema, current.schema],
    ['warehouse', request.warehouse, current.warehouse],
  ] as const;
  for (const [kind, wanted, got] of asked) {
    if (wanted !== null && got === null) throw loginRefusals.objectUnknown(kind, wanted);
  }
}

function tokenFields(tokens: IssuedTokens) {
  return { token: tokens.sessionToken, masterToken: tokens.masterToken };
}

function renew({ sessions }: SessionRouteParts, exchange: Exchange): Answer {
  const body = readJson(exchange.body);
  const kind = typeof body === 'object' && body !== null && 'requestType' in body ? body.requestType : undefined;
  if (kind !== 'RENEW')
    throw new Refusal(
      '390400',
      `A token request is of type RENEW, not ${JSON.stringify(kind)?.slice(0, 100)}.`,
      null,
      400,
    );
  const { session, tokens } = sessions.renew(tokenOf(exchange));
  sessions.use(session)();
  return json(
    succeeded({
      sessionToken: tokens.sessionToken,
      validityInSecondsST: tokens.sessionSeconds,
      masterToken: tokens.masterToken,
      validityInSecondsMT: tokens.masterSeconds,
      masterValidityInSeconds: tokens.masterSeconds,
      validityInSeconds: tokens.sessionSeconds,
      sessionId: Number(session.id),
    }),
  );
}

function heartbeat({ sessions }: SessionRouteParts, exchange: Exchange): Answer {
  const session = sessions.bySessionToken(tokenOf(exchange));
  sessions.use(session)();
  return json(succeeded());
}

async function close({ sessions }: SessionRouteParts, exchange: Exchange): Promise<Answer> {
  const session = sessions.bySessionToken(tokenOf(exchange));
  if (exchange.url.searchParams.get('delete') !== 'true') {
    throw new Refusal('390400', 'A session is closed with delete=true.', null, 400);
  }
  await sessions.end(session.id, 'closed');
  return json(succeeded());
}
