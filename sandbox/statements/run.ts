/** Runs statements on the SQL side: one, or the several of a multi-statement request, with their time limits. */
import { type EngineResult, type ResultColumn, SqlError, type StatementPhase, type WireRow } from '../engine.ts';
import type { ParameterValue } from '../results/driver-parameters.ts';
import { asSqlError } from '../results/envelope.ts';
import { MULTI_STATEMENT_TYPE } from '../results/query-answer.ts';
import type { KeptResult, ResultStore } from '../results/result-store.ts';
import { collectRows } from '../results/row-text.ts';
import type { SandboxClock } from '../sessions/clock.ts';
import type { Session } from '../sessions/session.ts';
import { bindsFrom } from './binds.ts';
import type { Statement, StatementRequest } from './statement.ts';

/**
 * The sandbox's own bound. Snowflake advises against texts above 1 MB and runs them all the same (docs, "Limits on Query
 * Text Size"). How many tokens a text may have is the lexer's bound.
 */
const MOST_SQL_BYTES = 32 * 1024 * 1024;

/** Spares the splitter most statements: what begins otherwise may be nothing but comments. */
const BEGINS_WITH_A_WORD = /^\s*[a-z(]/i;

/** Python's driver takes the results of several statements from 2.9.0 on; Snowflake refuses its older releases. */
const TOO_OLD_FOR_SEVERAL = /^PythonConnector (?:[01]\.|2\.[0-8]\.)/;

const SELECT_TYPE = 4096;
const SHOW_TYPE = 17_408;

export type SubmitPart = (request: StatementRequest) => Statement;

const textColumn = (name: string): ResultColumn => ({
  name,
  type: 'text',
  nullable: true,
  precision: null,
  scale: null,
  length: 16_777_216,
  byteLength: 16_777_216,
  database: '',
  schema: '',
  table: '',
});

async function* oneRow(row: WireRow): AsyncGenerator<readonly WireRow[]> {
  yield [row];
}

/** How long an aborted statement may take to say how it ended: it may have been through before it heard of that. */
const LAST_WORD_MS = 5_000;

/** The promise's own outcome; the signal's reason where that came first and the promise does not end with success soon. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const giveUp = () => reject(signal.reason);
    const onAbort = () => {
      timer = setTimeout(giveUp, LAST_WORD_MS);
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise
      .then(resolve, (error: unknown) => (signal.aborted ? giveUp() : reject(error)))
      .finally(() => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      });
  });
}

/** Moves statements from running to their end. Never rejects: what goes wrong is the statement's error. */
export class Runner {
  constructor(
    private readonly clock: SandboxClock,
    private readonly results: ResultStore,
  ) {}

  /** Resolves when the SQL side has let go of the statement, which may be later than its end. */
  async run(statement: Statement, session: Session, submitPart: SubmitPart): Promise<void> {
    const cancelTimeout = this.#limitTime(statement, session);
    const work = this.#texts(statement, session, submitPart);
    try {
      const result = await untilAborted(work, statement.signal);
      statement.succeed(result, session.engine.current, this.clock.now());
    } catch (error) {
      statement.fail(asSqlError(error), this.clock.now());
    } finally {
      cancelTimeout();
    }
    // An aborted statement has ended for its client already; the SQL side may take a moment longer.
    await work.catch(() => undefined);
  }

  async #texts(statement: Statement, session: Session, submitPart: SubmitPart): Promise<KeptResult> {
    const { request } = statement;
    const bytes = Buffer.byteLength(request.sql);
    if (bytes > MOST_SQL_BYTES) {
      throw new SqlError(
        // Snowflake's limit is documented, its number for it is not.
        '001796',
        '54000',
        `SQL compilation error:\nThe statement is too long: ${bytes} bytes, at most ${MOST_SQL_BYTES} (32 MB) are allowed.`,
      );
    }
    if (request.requestId === null) return this.#one(statement, session);
    const wanted = Number(this.#parameter(statement, session, 'MULTI_STATEMENT_COUNT') ?? 1);
    const isPlainlyOne = wanted === 1 && BEGINS_WITH_A_WORD.test(request.sql) && !request.sql.includes(';');
    const texts = isPlainlyOne ? [request.sql] : session.engine.split(request.sql);
    if (texts.length === 0) throw new SqlError('000900', '42601', 'SQL compilation error:\nEmpty SQL statement.');
    if (wanted !== 0 && texts.length !== wanted) {
      throw new SqlError(
        '000008',
        '0A000',
        `Actual statement count ${texts.length} did not match the desired statement count ${wanted}.`,
      );
    }
    if (texts.length === 1) return this.#one(statement, session);
    if (TOO_OLD_FOR_SEVERAL.test(session.identity.clientApplication)) {
      throw new SqlError(
        '000006',
        '0A000',
        'Multiple SQL statements in a single API call are not supported; use one API call per statement instead.',
      );
    }
    return this.#several(statement, session, texts, submitPart);
  }

  async #one(statement: Statement, session: Session): Promise<KeptResult> {
    const { request, queryId, signal } = statement;
    const { sql, binds, bindStage, parameters, describeOnly } = request;
    const report = (phase: StatementPhase) => statement.enter(phase);
    const staged = bindStage === undefined ? {} : { bindStage };
    const result = await session.engine.execute({
      ...{ sql, queryId, binds, parameters, describeOnly, signal, report },
      ...staged,
    });
    return this.#keep(statement, session, result);
  }

  /** Runs the texts in turn, each as a statement of its own; the first that fails ends the whole with its error. */
  async #several(
    parent: Statement,
    session: Session,
    texts: readonly string[],
    submitPart: SubmitPart,
  ): Promise<KeptResult> {
    const { signal } = parent;
    const children: KeptResult[] = [];
    let usedBinds = 0;
    for (const sql of texts) {
      signal.throwIfAborted();
      const { parameters, binds } = parent.request;
      const part = submitPart({
        requestId: null,
        sql,
        binds: bindsFrom(binds, usedBinds),
        parameters,
        describeOnly: parent.request.describeOnly,
        isAsync: false,
      });
      const onAbort = () => part.abort(asSqlError(signal.reason));
      signal.addEventListener('abort', onAbort, { once: true });
      await part.finished;
      signal.removeEventListener('abort', onAbort);
      if (part.state.kind === 'failed') throw part.state.error;
      if (part.state.kind !== 'succeeded') throw new Error(`statement ${part.queryId} did not end`);
      usedBinds += part.state.result.numberOfBinds;
      children.push(part.state.result);
    }
    return this.#keep(
      parent,
      session,
      {
        statementTypeId: MULTI_STATEMENT_TYPE,
        columns: [textColumn('multiple statement execution')],
        rows: oneRow(['Multiple statements executed successfully.']),
        numberOfBinds: usedBinds,
      },
      children,
    );
  }

  async #keep(
    statement: Statement,
    session: Session,
    result: EngineResult,
    children: readonly KeptResult[] = [],
  ): Promise<KeptResult> {
    const { queryId, request, signal } = statement;
    const limit = Number(this.#parameter(statement, session, 'ROWS_PER_RESULTSET') ?? 0);
    const isRead = result.statementTypeId === SELECT_TYPE || result.statementTypeId === SHOW_TYPE;
    const isLimited = limit > 0 && isRead;
    const chunkMegabytes = Number(this.#parameter(statement, session, 'CLIENT_RESULT_CHUNK_SIZE') ?? 160);
    const text = await collectRows(
      result.rows,
      this.results.parts,
      {
        maxRows: request.describeOnly ? 0 : isLimited ? limit : null,
        // Chunks grow to 8 MB; the parameter can only make them smaller.
        maxChunkBytes: Math.min(Math.max(chunkMegabytes, 1), 8) * 1024 * 1024,
      },
      // What a write has done is done: only reads have still to be carried out.
      isRead ? signal : new AbortController().signal,
    );
    return this.results.keep({
      queryId,
      user: session.user,
      columns: result.columns,
      statementTypeId: result.statementTypeId,
      numberOfBinds: result.numberOfBinds,
      dml: result.dml,
      fileTransfer: result.fileTransfer,
      children: children.map((child) => ({ queryId: child.queryId, statementTypeId: child.statementTypeId })),
      text,
    });
  }

  /**
   * STATEMENT_TIMEOUT_IN_SECONDS, of the statement over that of the session, or the warehouse's where that is lower.
   * 0 sets no limit but Snowflake's longest, seven days. Source: docs, "Parameters".
   */
  #limitTime(statement: Statement, session: Session): () => void {
    const asked = Number(this.#parameter(statement, session, 'STATEMENT_TIMEOUT_IN_SECONDS') ?? 0);
    const limits = [asked, session.engine.warehouseTimeoutSeconds()].filter((limit) => limit > 0);
    const seconds = Math.min(...limits, 604_800);
    return this.clock.at(statement.startMs + seconds * 1000, () => {
      const message = `Statement reached its statement or warehouse timeout of ${seconds} second(s) and was canceled.`;
      statement.abort(new SqlError('000630', '57014', message));
    });
  }

  #parameter(statement: Statement, session: Session, name: string): ParameterValue | undefined {
    return statement.request.parameters.get(name) ?? session.engine.parameters().get(name);
  }
}
