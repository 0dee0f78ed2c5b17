/** What the SQL side may ask of the protocol side: the one implementation of EngineHost. */
import type { EngineHost } from './engine.ts';
import type { ResultStore } from './results/result-store.ts';
import type { SandboxClock } from './sessions/clock.ts';
import type { Directory } from './sessions/directory.ts';
import type { LoginFailures } from './sessions/login-failures.ts';
import type { SessionRegistry } from './sessions/session-registry.ts';
import type { StatementRegistry } from './statements/statement-registry.ts';

/** Ties the protocol side's objects together under the names of the seam. */
export function createEngineHost(parts: {
  readonly clock: SandboxClock;
  readonly directory: Directory;
  readonly sessions: SessionRegistry;
  readonly statements: StatementRegistry;
  readonly results: ResultStore;
  readonly failures: LoginFailures;
}): EngineHost {
  const { clock, directory, sessions, statements, results, failures } = parts;
  return {
    now: () => clock.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    users: () => directory.all(),
    createUser: (name, changes) => directory.create(name, changes),
    changeUser: (name, changes) => directory.change(name, changes),
    dropUser: (name) => directory.drop(name),
    sessions: () => sessions.all().map((session) => session.record()),
    queryHistory: () =>
      statements.history
        .all()
        .filter((statement) => !statement.request.describeOnly)
        .map((statement) => statement.record()),
    storedResult: (queryId, user) => {
      const stored = results.stored(queryId);
      return stored?.user === user ? stored : undefined;
    },
    statementIds: (sessionId) =>
      statements.history
        .ofSession(sessionId)
        .filter((statement) => statement.state.kind !== 'running' && !statement.request.describeOnly)
        .map((statement) => statement.queryId),
    cancelQuery: (queryId) => statements.cancel(queryId),
    cancelAllQueries: (sessionId, askedBy) => statements.cancelAll(sessionId, askedBy),
    loginFailure: (id) => failures.byId(id),
    abortSession: (sessionId) => {
      if (!sessions.get(sessionId)) return false;
      // The statement that asks may run on that very session: its end must not wait for itself.
      void sessions.end(sessionId, 'killed');
      return true;
    },
  };
}
