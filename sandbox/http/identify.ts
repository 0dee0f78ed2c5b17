/** Reads who a request comes from and what it runs, for faults that are laid on users, sessions or texts. */
import type { Identify } from '../faults/fault-gate.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import { tokenOf } from './authorization.ts';
import { type Exchange, readJson } from './exchange.ts';

function field(body: unknown, ...path: readonly string[]): string | null {
  let value = body;
  for (const name of path) {
    value =
      typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
  }
  return typeof value === 'string' ? value : null;
}

function bodyOf(exchange: Exchange): unknown {
  try {
    return readJson(exchange.body);
  } catch {
    return undefined;
  }
}

/** Looks only, decides nothing: a token that is expired or wrong is the route's matter. */
export function identifier(sessions: SessionRegistry): Identify {
  return (exchange) => {
    const { endpoint } = exchange;
    if (endpoint === 'login') {
      const user = field(bodyOf(exchange), 'data', 'LOGIN_NAME')?.trim().toUpperCase() ?? null;
      return { endpoint, user, sessionId: null, sql: null, session: null };
    }
    let session = null;
    try {
      session = sessions.ofToken(tokenOf(exchange)) ?? null;
    } catch {
      // No token: a request of nobody.
    }
    const sql = endpoint === 'query' ? field(bodyOf(exchange), 'sqlText') : null;
    return { endpoint, user: session?.user ?? null, sessionId: session?.id ?? null, sql, session };
  };
}
