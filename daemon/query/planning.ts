/** From a request to what will be sent: the guard's judgement, the client's own query ids, the deadline. Nothing runs here. */
import type { Attachment } from '../clients/contract.ts';
import { isChoice } from '../clients/effects.ts';
import type { Clock } from '../clock.ts';
import { SnowpoolError } from '../errors.ts';
import type { RunRequest } from './contract.ts';
import type { ExecutionPlan } from './execution-plan.ts';
import type { Guard, Judgement } from './guard/judge.ts';
import { pointInto } from './statement-error.ts';
import { withOwnQueryIds } from './statement-text.ts';

export type Planned =
  | { readonly state: 'confirm'; readonly kind: string }
  | {
      readonly state: 'ready';
      readonly plan: ExecutionPlan;
      readonly notices: readonly string[];
      /** True for a metadata read whose answer others may share. */
      readonly isShareable: boolean;
    };

/** Throws SnowpoolError statement_refused with the kind, the place and the setting; invalid_argument for an empty text. */
export function planStatement(
  attachment: Attachment,
  request: Omit<RunRequest, 'page' | 'waitMs'>,
  options: { readonly guard: Guard; readonly clock: Clock; readonly isOwnQueryId: (queryId: string) => boolean },
): Planned {
  const { profile } = attachment;
  const context = attachment.describeContext();
  const database = request.override?.database ?? context.database;
  const judgement = options.guard.judge(request.sql, profile.policy, database);
  if (judgement.verdict === 'refused') throw refused(judgement, request.sql);
  const { pinned } = context;
  if (request.transaction !== undefined) checkTransaction(judgement, pinned);
  checkResultScans(judgement, options.isOwnQueryId);
  // Last, so that nobody is asked about what could not run anyway.
  if (judgement.verdict === 'confirm' && !request.isConfirmed) return { state: 'confirm', kind: judgement.kind };
  // A yes is to the text as it was read then: nothing that the client chooses while it waits may give it another meaning.
  const confirmedAt = judgement.verdict === 'confirm' ? attachment.choiceCount() : undefined;
  const own = withOwnQueryIds(request.sql, judgement.lastQueryIds, attachment.queryIds);
  const session = sessionBound(judgement.sessionBound, pinned !== '');
  const deadline = request.deadline ?? options.clock.monotonic() + profile.limits.statementTimeoutSeconds * 1000;
  return {
    state: 'ready',
    plan: {
      sql: own.sql,
      kind: judgement.kind,
      isRepeatable: judgement.isRead || isChoice(judgement.effects) || judgement.effects.transaction === 'begin',
      effects: judgement.effects,
      requestId: request.requestId,
      tool: request.tool,
      isInternal: request.isInternal ?? false,
      ...(request.override === undefined ? {} : { override: request.override }),
      needsLastSession: session.needsLastSession,
      isOwnTransaction: request.transaction === 'commit',
      deadline,
      judgeIn(current) {
        if (confirmedAt !== undefined && confirmedAt !== attachment.choiceCount()) throw changedSince(judgement.kind);
        if (request.override?.database !== undefined) return;
        if (request.override?.schema !== undefined && current === undefined) throw schemaOfNothing();
        if (current === database) return;
        const anew = options.guard.judge(request.sql, profile.policy, current);
        if (anew.verdict === 'refused') throw refused(anew, request.sql);
        if (anew.verdict === 'confirm' && !request.isConfirmed) throw movedAway(anew.kind);
      },
    },
    notices: [...own.notices, ...session.notices],
    isShareable:
      judgement.isMetadata &&
      judgement.isRead &&
      pinned === '' &&
      request.transaction === undefined &&
      session.notices.length === 0,
  };
}

/** A setting of this form says that none would help, and what else to do. */
const noSetting = /^none: (.*)$/s;

function refused(judgement: Judgement, sql: string): SnowpoolError {
  const { refusal, kind } = judgement;
  if (!refusal)
    return new SnowpoolError(
      'statement_refused',
      `A ${kind} statement may not run under this connection's policy.`,
      '',
      { kind },
    );
  const { reason, setting, line, column } = refusal;
  const pointer = pointInto(sql, line, column);
  const otherwise = noSetting.exec(setting)?.[1];
  const next =
    otherwise === undefined
      ? `Settings that would let it run: ${setting}.`
      : `${otherwise.charAt(0).toUpperCase()}${otherwise.slice(1)}.`;
  return new SnowpoolError('statement_refused', reason, next, {
    kind,
    line,
    column,
    ...(pointer === undefined ? {} : { pointer }),
  });
}

/** Snowflake has no current schema without a database, so that the argument would do nothing. */
function schemaOfNothing(): SnowpoolError {
  return new SnowpoolError(
    'invalid_argument',
    'A schema is given without a database, and this client has no current one.',
    'Pass database, too, or choose one with USE DATABASE.',
  );
}

function changedSince(kind: string): SnowpoolError {
  return new SnowpoolError(
    'statement_refused',
    `Another call of yours changed role, database, schema or a variable while this ${kind} statement waited, after the person was asked. It was not run.`,
    'Send it again, so that the person is asked again.',
    { kind },
  );
}

function movedAway(kind: string): SnowpoolError {
  return new SnowpoolError(
    'statement_refused',
    `Another call of yours chose a database while this ${kind} statement waited, and there a person is to be asked first. It was not run.`,
    'Send it again.',
    { kind },
  );
}

function checkTransaction(judgement: Judgement, pinned: string): void {
  if (judgement.effects.transaction !== 'none') {
    throw new SnowpoolError(
      'invalid_argument',
      `use_transaction puts a transaction around the statement, and the statement is itself ${judgement.kind}.`,
      'Leave use_transaction out.',
    );
  }
  if (/transaction/i.test(pinned)) {
    throw new SnowpoolError(
      'invalid_argument',
      'A transaction of this client is open already, and Snowflake does not nest them.',
      'Run COMMIT or ROLLBACK first, or leave use_transaction out to run the statement in the open one.',
    );
  }
}

/** A stored result may be read by the client alone that was given its id, also from within a statement (DESIGN §6). */
function checkResultScans(judgement: Judgement, isOwnQueryId: (queryId: string) => boolean): void {
  for (const scan of judgement.resultScans) {
    if (judgement.lastQueryIds.some((call) => call.start >= scan.start && call.end <= scan.end)) continue;
    if (scan.queryId === undefined) {
      throw new SnowpoolError(
        'statement_refused',
        'The query id of a stored result must be written out, so that it can be told whose it is.',
        "Write it as a literal, as in RESULT_SCAN('01b2...'), or use LAST_QUERY_ID().",
        { kind: judgement.kind },
      );
    }
    if (!isOwnQueryId(scan.queryId)) {
      throw new SnowpoolError(
        'statement_refused',
        `This client was not given the query id ${scan.queryId.slice(0, 60)}: it may read the results of its own statements only.`,
        'Run the statement first and use the query id of its answer.',
        { kind: judgement.kind },
      );
    }
  }
  if (judgement.sessionBound.includes('LAST_QUERY_ID')) {
    throw new SnowpoolError(
      'statement_refused',
      'LAST_QUERY_ID with an argument that is computed cannot be answered: sessions are shared, and what it means for this client is put in its place beforehand.',
      'Write the argument as a number, as in LAST_QUERY_ID(-2).',
      { kind: judgement.kind },
    );
  }
}

/** Functions whose answer only the session that ran the client's last statement could give. */
const needLastSession = new Set(['LAST_TRANSACTION', 'VALIDATE']);

function sessionBound(
  functions: readonly string[],
  isPinned: boolean,
): { needsLastSession: boolean; notices: string[] } {
  const names = [...new Set(functions.map((name) => name.toUpperCase().replace(/\(.*$/, '')))];
  if (names.length === 0 || isPinned) return { needsLastSession: false, notices: [] };
  return {
    needsLastSession: names.some((name) => needLastSession.has(name)),
    notices: [
      `${names.join(', ')} ${names.length === 1 ? 'speaks' : 'speak'} of the pooled session that ran this statement; this client's next statement may run on another one.`,
    ],
  };
}
