import type { EngineResult, EngineStatement } from '../engine.ts';
import { bindsOfRow, hasArrays, rowCount } from './bound-arrays.ts';
import type { Relation } from './contract.ts';
import { unsupported } from './errors.ts';
import { KIND, plainResult, textColumn } from './results.ts';
import { opensBlock } from './scripting/block.ts';
import type { RunNested } from './scripting/block-data.ts';
import type { Session } from './session.ts';
import { show } from './show/show.ts';
import { withStagedBinds } from './stages/bind-stage.ts';
import { copyInto } from './stages/copy-into.ts';
import { list, remove } from './stages/list.ts';
import { get, put } from './stages/transfer.ts';
import { type Handler, Statement } from './statement.ts';
import { alter, comment } from './statements/ddl/alter.ts';
import { create } from './statements/ddl/create.ts';
import { drop, undrop } from './statements/ddl/drop.ts';
import { grantOrRevoke } from './statements/ddl/grant.ts';
import { deleteRows, truncate } from './statements/delete.ts';
import { describe } from './statements/describe.ts';
import { explain } from './statements/explain.ts';
import { flow, isFlow } from './statements/flow.ts';
import { insert } from './statements/insert.ts';
import { merge } from './statements/merge.ts';
import { query } from './statements/query.ts';
import { anonymousBlock, call, executeImmediate } from './statements/routines.ts';
import { begin, commit, rollback } from './statements/transactions.ts';
import { update } from './statements/update.ts';
import { use } from './statements/use.ts';
import { setVariables, unsetVariables } from './statements/variables.ts';
import { toSqlError } from './types/index.ts';

/**
 * What a statement means for an open transaction: `data` is part of it (and opens one where AUTOCOMMIT is off, unless it
 * only reads), `ddl` commits it first, `none` leaves it alone.
 */
type Effect = 'data' | 'ddl' | 'none';

const KINDS: Readonly<Record<string, readonly [Handler, Effect]>> = {
  SELECT: [query, 'data'],
  WITH: [query, 'data'],
  VALUES: [query, 'data'],
  '(': [query, 'data'],
  INSERT: [insert, 'data'],
  UPDATE: [update, 'data'],
  DELETE: [deleteRows, 'data'],
  MERGE: [merge, 'data'],
  TRUNCATE: [truncate, 'data'],
  BEGIN: [begin, 'none'],
  START: [begin, 'none'],
  COMMIT: [commit, 'none'],
  ROLLBACK: [rollback, 'none'],
  USE: [use, 'none'],
  SET: [setVariables, 'none'],
  UNSET: [unsetVariables, 'none'],
  SHOW: [show, 'none'],
  DESCRIBE: [describe, 'none'],
  DESC: [describe, 'none'],
  EXPLAIN: [explain, 'none'],
  CREATE: [create, 'ddl'],
  DROP: [drop, 'ddl'],
  UNDROP: [undrop, 'ddl'],
  ALTER: [alter, 'ddl'],
  COMMENT: [comment, 'ddl'],
  GRANT: [grantOrRevoke, 'ddl'],
  REVOKE: [grantOrRevoke, 'ddl'],
  COPY: [copyInto, 'data'],
  PUT: [put, 'none'],
  GET: [get, 'none'],
  LIST: [list, 'none'],
  LS: [list, 'none'],
  REMOVE: [remove, 'none'],
  RM: [remove, 'none'],
};

/** What can be described without being run; anything else answers with one line of status. */
const DESCRIBABLE: readonly Handler[] = [
  ...[query, insert, update, deleteRows, merge, truncate, show, describe, explain],
  ...[copyInto, put, get, list, remove],
];

/** Runs one statement: what its first words say decides who does it. */
export async function runStatement(session: Session, asked: EngineStatement): Promise<EngineResult> {
  const request = await withStagedBinds(session, asked);
  const statement = new Statement(session, request);
  try {
    const result = await dispatch(statement);
    if (!request.describeOnly) session.account.catalog.commits.ended(request.queryId);
    return statement.finishing(result);
  } catch (error) {
    statement.end();
    request.signal.throwIfAborted();
    throw toSqlError(error);
  }
}

async function dispatch(statement: Statement): Promise<EngineResult> {
  const { reader, session, request } = statement;
  const first = reader.peek();
  if (isFlow(reader) && !opensBlock(reader)) return describedOrRun(statement, (outer) => flow(outer, runLink));
  if (opensBlock(reader)) return describedOrRun(statement, anonymousBlock);
  if (reader.at('CALL')) return describedOrRun(statement, call);
  if (reader.at('EXECUTE')) return describedOrRun(statement, executeImmediate);
  const found = first.kind === 'word' || first.kind === 'symbol' ? KINDS[first.value] : undefined;
  if (!found) {
    throw reader.unexpected();
  }
  const [handler, effect] = found;
  if (request.describeOnly && !DESCRIBABLE.includes(handler)) return plainResult(KIND.ddl, [textColumn('status')], []);
  if (!request.describeOnly) {
    if (effect === 'ddl' && !reader.at('ALTER', 'SESSION')) await session.commit(statement.committer);
    const changes = effect === 'data' && handler !== query;
    if (changes && statement.parameter('AUTOCOMMIT') === false) session.begin('');
  }
  if (hasArrays(statement) && !(first.value === 'INSERT')) return once(statement, handler);
  return handler(statement);
}

/** What runs other statements is not run to be described: nobody can know its columns beforehand. */
async function describedOrRun(
  statement: Statement,
  run: (statement: Statement, nested: RunNested) => Promise<EngineResult>,
): Promise<EngineResult> {
  if (statement.request.describeOnly) return plainResult(KIND.select, [textColumn('anonymous block')], []);
  return run(statement, runNested);
}

const DEEPEST = 16;

/** A statement inside another one: same session, same query id. */
function runNested(outer: Statement, sql: string, binds = outer.request.binds): Promise<EngineResult> {
  return runLink(outer, sql, new Map(), binds);
}

async function runLink(
  outer: Statement,
  sql: string,
  relations: ReadonlyMap<string, Relation>,
  binds = outer.request.binds,
): Promise<EngineResult> {
  if (outer.depth >= DEEPEST) throw unsupported(`more than ${DEEPEST} statements inside one another`);
  const inner = new Statement(outer.session, { ...outer.request, sql, binds }, outer.depth + 1, relations);
  outer.onEnd(() => inner.end());
  return dispatch(inner);
}

/** Runs a statement once for each row of bound arrays; the counts are added up. */
async function once(statement: Statement, handler: Handler): Promise<EngineResult> {
  const { binds } = statement.request;
  const sums: number[] = [];
  let last: EngineResult | undefined;
  for (let row = 0; row < rowCount(binds); row += 1) {
    const single = new Statement(statement.session, { ...statement.request, binds: bindsOfRow(binds, row) });
    statement.onEnd(() => single.end());
    last = await handler(single);
    for await (const [cells] of last.rows) {
      cells?.forEach((cell, index) => {
        sums[index] = (sums[index] ?? 0) + Number(cell ?? 0);
      });
    }
  }
  if (!last?.dml) throw unsupported('bound arrays in this statement');
  const counts = plainResult(last.statementTypeId, last.columns, [sums]);
  const words = last.columns.map(({ name }) => /(inserted|updated|deleted)$/.exec(name)?.[1]);
  const dml = Object.fromEntries(words.flatMap((word, index) => (word ? [[word, sums[index] ?? 0]] : [])));
  return { ...counts, dml };
}
