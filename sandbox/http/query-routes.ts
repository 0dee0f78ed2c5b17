/** Queries, their results, status, abort and chunks over HTTP. */

import { SqlError } from '../engine.ts';
import { failedStatement, succeeded } from '../results/envelope.ts';
import { resultAnswer, runningAnswer } from '../results/query-answer.ts';
import type { KeptResult, ResultStore } from '../results/result-store.ts';
import type { SandboxClock } from '../sessions/clock.ts';
import { badRequest, Refusal } from '../sessions/refusal.ts';
import type { Session } from '../sessions/session.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import { monitoringRecord, monitoringRecords } from '../statements/monitoring.ts';
import { QUERY_ID } from '../statements/query-id.ts';
import { readQueryRequest } from '../statements/query-request.ts';
import type { StageGrants } from '../statements/stage-grants.ts';
import type { Statement } from '../statements/statement.ts';
import type { StatementRegistry } from '../statements/statement-registry.ts';
import { tokenOf } from './authorization.ts';
import { type Answer, type Exchange, json, readJson } from './exchange.ts';
import type { Route } from './router.ts';

/** Settings that a control request may change while the sandbox runs. */
export interface AnswerTiming {
  /** A statement that has not ended by then is answered "still running". Snowflake's is about 45 s (PROTOCOL §0). */
  answerWithinMs: number;
}

export interface QueryRouteParts {
  readonly clock: SandboxClock;
  readonly sessions: SessionRegistry;
  readonly statements: StatementRegistry;
  readonly results: ResultStore;
  readonly stageGrants: StageGrants;
  readonly timing: AnswerTiming;
}

/** `/queries/v1/...`, `/queries/{id}/...`, `/monitoring/queries`, `/monitoring/queries/{id}`, `/results/{id}/{n}`. */
export function queryRoutes(parts: QueryRouteParts): readonly Route[] {
  const own = (handle: (parts: QueryRouteParts, exchange: Exchange, session: Session) => Promise<Answer> | Answer) => {
    return async (exchange: Exchange) => {
      const session = parts.sessions.bySessionToken(tokenOf(exchange));
      const done = parts.sessions.use(session);
      try {
        return await handle(parts, exchange, session);
      } finally {
        done();
      }
    };
  };
  return [
    { endpoint: 'query', method: 'POST', path: /^\/queries\/v1\/query-request$/, handle: own(query) },
    { endpoint: 'abort', method: 'POST', path: /^\/queries\/v1\/abort-request$/, handle: own(abortByRequestId) },
    {
      endpoint: 'abort',
      method: 'POST',
      path: /^\/queries\/([\w-]{1,100})\/abort-request$/,
      handle: own(abortByQueryId),
    },
    { endpoint: 'result', method: 'GET', path: /^\/queries\/([\w-]{1,100})\/result$/, handle: own(result) },
    {
      endpoint: 'monitoring',
      method: 'GET',
      path: /^\/monitoring\/queries\/([\w-]{1,100})$/,
      handle: namingRefusals(own(monitoring)),
    },
    { endpoint: 'monitoring', method: 'GET', path: /^\/monitoring\/queries$/, handle: namingRefusals(own(list)) },
    {
      endpoint: 'chunk',
      method: 'GET',
      path: /^\/results\/([\w-]{36})\/(\d{1,6})$/,
      handle: (exchange) => chunk(parts, exchange),
    },
  ];
}

type Handle = (exchange: Exchange) => Promise<Answer>;

/**
 * Names the code of a refusal in the answer's `data`, too: Python's driver looks for `queries` in it whatever the code
 * (connection.py, get_query_status), and takes a session that is gone for a statement that failed.
 */
function namingRefusals(handle: Handle): Handle {
  return async (exchange) => {
    try {
      return await handle(exchange);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 200) throw error;
      throw new Refusal(error.code, error.message, { ...error.data, errorCode: error.code });
    }
  };
}

async function query(parts: QueryRouteParts, exchange: Exchange, session: Session): Promise<Answer> {
  const request = readQueryRequest(readJson(exchange.body), exchange.url.searchParams);
  const statement = parts.statements.submit(session, request);
  if (statement.request.isAsync) return json(runningAnswer(statement.queryId, true));
  return waitFor(parts, exchange, session, statement);
}

async function result(parts: QueryRouteParts, exchange: Exchange, session: Session): Promise<Answer> {
  const [queryId = ''] = exchange.captures;
  const statement = parts.statements.history.byQueryId(queryId);
  if (statement && statement.user === session.user) return waitFor(parts, exchange, session, statement);
  return json(failedStatement(new SqlError('000709', '02000', `Statement ${queryId} not found`), queryId));
}

/** Holds the request until the statement has ended, or the time is up. */
async function waitFor(
  parts: QueryRouteParts,
  exchange: Exchange,
  session: Session,
  statement: Statement,
): Promise<Answer> {
  if (statement.state.kind === 'running') {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, parts.timing.answerWithinMs);
      exchange.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([statement.finished, patience]);
    clearTimeout(timer);
  }
  const { state, queryId } = statement;
  if (state.kind === 'running') return json(runningAnswer(queryId, statement.request.isAsync));
  if (state.kind === 'failed') return json(failedStatement(state.error, queryId));
  return answerResult(parts, exchange, session, statement, state.result);
}

async function answerResult(
  { clock, results, stageGrants }: QueryRouteParts,
  exchange: Exchange,
  session: Session,
  statement: Statement,
  kept: KeptResult,
): Promise<Answer> {
  if (!results.get(kept.queryId)) {
    const message = `Result for query ${kept.queryId} has expired`;
    return json(failedStatement(new SqlError('000710', '02000', message), kept.queryId));
  }
  const inline = await results.readChunk(kept.text.inline);
  const { state } = statement;
  // Drivers take the names over as their connection's: another session's must not slip in.
  const current =
    state.kind === 'succeeded' && statement.sessionId === session.id ? state.current : session.engine.current;
  const viewer = {
    current,
    sessionParameters: session.engine.parameters(),
    statementParameters: statement.request.parameters,
    chunkBase: `${exchange.origin}/results`,
  };
  const transfer = kept.fileTransfer;
  if (transfer && asksForRows(exchange)) {
    const message = "Unsupported feature 'unsupported_requested_format:snowflake'.";
    return json(failedStatement(new SqlError('000002', '0A000', message), kept.queryId));
  }
  const isRemote = transfer !== undefined && session.identity.hasDriverCore;
  const fileTransfer = isRemote ? stageGrants.offer(transfer, `${exchange.origin}/stages`) : transfer;
  return json(resultAnswer({ ...kept, fileTransfer }, inline.toString('utf8'), viewer, clock.now()));
}

/** A driver that took a PUT or GET for a statement with rows: one with a comment before it, to most of them. */
function asksForRows(exchange: Exchange): boolean {
  return exchange.header('accept') === 'application/snowflake';
}

async function abortByRequestId(parts: QueryRouteParts, exchange: Exchange, session: Session): Promise<Answer> {
  const body = readJson(exchange.body);
  const target = typeof body === 'object' && body !== null && 'requestId' in body ? body.requestId : undefined;
  if (typeof target !== 'string') throw badRequest('An abort request names the requestId of its target in its body.');
  const statement = parts.statements.cancelByRequestId(session.id, target);
  await statement?.finished;
  return statement ? json(succeeded()) : notExecuting();
}

async function abortByQueryId(parts: QueryRouteParts, exchange: Exchange, session: Session): Promise<Answer> {
  const [queryId = ''] = exchange.captures;
  const statement = parts.statements.history.byQueryId(queryId);
  if (!statement || statement.user !== session.user || !parts.statements.cancel(queryId)) return notExecuting();
  await statement.finished;
  return json(succeeded());
}

function notExecuting(): Answer {
  return json(
    failedStatement(new SqlError('000605', '01000', 'Identified SQL statement is not currently executing.'), ''),
  );
}

function monitoring(parts: QueryRouteParts, exchange: Exchange, session: Session): Answer {
  const [queryId = ''] = exchange.captures;
  if (!QUERY_ID.test(queryId)) throw badRequest(`'${queryId}' is no query id.`);
  const statement = parts.statements.history.byQueryId(queryId);
  const isOwn = statement?.user === session.user;
  return json(succeeded({ queries: isOwn ? [monitoringRecord(statement)] : [] }));
}

/** The user's own statements, which Snowflake's CLI lists for its `!queries`. */
function list({ statements }: QueryRouteParts, exchange: Exchange, session: Session): Answer {
  const queries = monitoringRecords(statements.history.all(), session.user, exchange.url.searchParams);
  return json(succeeded({ queries }));
}

/** A chunk is fetched without a token: the key from the result's chunkHeaders stands for it. */
async function chunk({ results }: QueryRouteParts, exchange: Exchange): Promise<Answer> {
  const [queryId = '', index = ''] = exchange.captures;
  const kept = results.get(queryId);
  const wanted = kept?.text.chunks[Number(index)];
  const key = exchange.header('x-amz-server-side-encryption-customer-key');
  if (!kept || !wanted || key !== kept.chunkKey) {
    // What drivers take as "ask for new addresses" (PROTOCOL §4.2).
    return { status: 403, type: 'application/xml', body: '<Error><Code>AccessDenied</Code></Error>' };
  }
  // Not application/json: Node would parse what has no outer brackets, and fail.
  return { status: 200, type: 'binary/octet-stream', body: await results.readChunk(wanted), isGzip: true };
}
