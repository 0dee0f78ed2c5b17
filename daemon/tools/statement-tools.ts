/** Tools that run a statement, read its result, or end it. */
import { z } from 'zod';
import { SnowpoolError } from '../errors.ts';
import type { PageBounds, RunOutcome } from '../query/contract.ts';
import { readableName, storedName } from './identifiers.ts';
import { progressTeller } from './progress.ts';
import { resultAnswer, resultShape } from './result-answer.ts';
import { withSuggestions } from './suggestions.ts';
import { argument, defineTool, readsOnly, type ToolAnswer, type ToolCall } from './tool.ts';
import { valueAnswer } from './value-answer.ts';

/** Bytes of one page's raw cells: far more than is shown, little enough to hold. */
export const pageBytes = 2 * 1024 * 1024;
const mostRows = 10_000;
/** Characters; the guard takes no longer text. */
const longestStatement = 1_048_576;
const longestWaitSeconds = 600;

const limit = (rows: number) => z.int().min(1).max(mostRows).default(rows);

const waitSeconds = z
  .number()
  .min(0)
  .max(longestWaitSeconds)
  .optional()
  .describe('How long to wait for the result before the answer is "running" (default 45).');

export const executeQuery = defineTool({
  name: 'execute_query',
  title: 'Run a SQL statement',
  description: [
    'Runs one SQL statement in Snowflake and returns its first rows with their types, the exact number of rows in all, and a query_id.',
    'Use it for any question of the data; SHOW, DESCRIBE and EXPLAIN work, too. By default only statements that read may run.',
    'limit bounds the page that is returned, not the query: get_query_result reads further pages without running it again.',
    'USE, SET and ALTER SESSION hold for your later calls; database and schema for this call alone.',
    'A statement that takes long comes back as "running" with its query_id.',
    'Example: {"query": "SELECT carrier, COUNT(*) AS flights FROM flights GROUP BY carrier ORDER BY flights DESC", "limit": 20}',
  ].join('\n'),
  input: z.strictObject({
    query: z.string().min(1).max(longestStatement).describe('One SQL statement.'),
    database: argument.database.optional(),
    schema: argument.schema.optional(),
    limit: limit(100).describe('Rows of the page that is returned (1 to 10000, default 100).'),
    use_transaction: z
      .boolean()
      .default(false)
      .describe('Runs the statement in a transaction of its own. Changes nothing about what may run.'),
    auto_commit: z
      .boolean()
      .default(true)
      .describe(
        'With use_transaction: true commits it; false leaves it open for your next statements, until COMMIT or ROLLBACK.',
      ),
    wait_seconds: waitSeconds,
    format: argument.format,
  }),
  output: resultShape,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  runsGivenText: true,
  async run(call, args) {
    const transaction = args.use_transaction ? (args.auto_commit ? 'commit' : 'leave-open') : undefined;
    const outcome = await runWithSuggestions(call, args.query, {
      page: { maxRows: args.limit, maxBytes: pageBytes },
      database: args.database,
      schema: args.schema,
      waitSeconds: args.wait_seconds,
      ...(transaction === undefined ? {} : { transaction }),
    });
    if (outcome.state === 'confirm') {
      return { confirm: { kind: outcome.kind, sql: args.query, where: whereItRuns(call, args) } };
    }
    return resultAnswer(outcome, {
      format: args.format,
      connection: call.connectionToName,
      remarks: transaction ? [transactionRemark(call, transaction, outcome)] : [],
    });
  },
});

/** What a person needs to know beside the text: on which account, as whom, and what its unqualified names mean. */
function whereItRuns(
  call: ToolCall,
  args: { readonly database?: string | undefined; readonly schema?: string | undefined },
): string {
  const { profile } = call.attachment;
  const context = call.attachment.describeContext();
  const database = args.database === undefined ? context.database : storedName(args.database, 'database');
  const isOtherDatabase = args.database !== undefined && database !== context.database;
  const schema =
    args.schema === undefined ? (isOtherDatabase ? undefined : context.schema) : storedName(args.schema, 'schema');
  const names = [database, schema].filter((name) => name !== undefined);
  return [
    `account ${profile.account}`,
    ...(call.connectionToName === undefined ? [] : [`connection ${call.connectionToName}`]),
    ...(context.role === undefined ? [] : [`role ${context.role}`]),
    ...(names.length > 0
      ? [`current ${schema === undefined ? 'database' : 'schema'} ${readableName(...names)}`]
      : context.role === undefined
        ? []
        : ['no current database']),
  ].join(', ');
}

function transactionRemark(call: ToolCall, transaction: 'commit' | 'leave-open', outcome: RunOutcome): string {
  const isOpen = /transaction/i.test(call.attachment.describeContext().pinned);
  if (transaction === 'leave-open' && outcome.state === 'done' && !isOpen)
    return 'No transaction is open: Snowflake commits such a statement by itself, and all before it.';
  if (transaction === 'leave-open')
    return outcome.state === 'done'
      ? 'The transaction is open for your next statements: end it with COMMIT or ROLLBACK.'
      : 'The transaction stays open for your next statements, also where this one fails: end it with COMMIT or ROLLBACK.';
  return outcome.state === 'done'
    ? 'The transaction was committed.'
    : 'The transaction will be committed when the statement succeeds, and rolled back where it fails.';
}

export interface StatementOptions {
  readonly page: PageBounds;
  readonly database?: string | undefined;
  readonly schema?: string | undefined;
  readonly waitSeconds?: number | undefined;
  readonly transaction?: 'commit' | 'leave-open';
}

/** The same as `runStatement`; an error about a name that does not exist carries the closest ones. */
async function runWithSuggestions(call: ToolCall, sql: string, options: StatementOptions): Promise<RunOutcome> {
  try {
    return await runStatement(call, sql, options);
  } catch (error) {
    throw await withSuggestions(call, sql, ownScope(options), error);
  }
}

/** Runs a text under the client's policy. */
export async function runStatement(call: ToolCall, sql: string, options: StatementOptions): Promise<RunOutcome> {
  const override = ownScope(options);
  return call.queries.run(call.attachment, {
    sql,
    tool: call.tool,
    requestId: call.requestId,
    page: options.page,
    ...(Object.keys(override).length === 0 ? {} : { override }),
    ...(options.transaction === undefined ? {} : { transaction: options.transaction }),
    isConfirmed: call.isConfirmed,
    isResent: call.isResent,
    waitMs: waitMs(options.waitSeconds),
    signal: call.signal,
    onProgress: progressTeller(call.clock, call.progress),
  });
}

/** Database and schema of this one call. Throws SnowpoolError invalid_argument for what no name can be. */
function ownScope({ database, schema }: Pick<StatementOptions, 'database' | 'schema'>): {
  readonly database?: string;
  readonly schema?: string;
} {
  return {
    ...(database === undefined ? {} : { database: storedName(database, 'database') }),
    ...(schema === undefined ? {} : { schema: storedName(schema, 'schema') }),
  };
}

/** 0 means the profile's own in the query layer, so that "at once" becomes one millisecond. */
function waitMs(seconds: number | undefined): number {
  return seconds === undefined ? 0 : Math.max(1, Math.round(seconds * 1000));
}

export const getQueryResult = defineTool({
  name: 'get_query_result',
  title: 'Read the result of an earlier statement',
  description: [
    'Reads rows of a statement that ran before, by its query_id: further pages of a long result, the outcome of one that was still running, or one shortened value in full.',
    "The rows come from Snowflake's stored result (kept for 24 hours): nothing runs again and no warehouse starts.",
    'Example, next page: {"query_id": "01b2...", "offset": 100}. Example, one long value: {"query_id": "01b2...", "row": 3, "column": "BODY"}',
  ].join('\n'),
  input: z.strictObject({
    query_id: z.string().min(1).max(200).describe('As an earlier answer gave it to you.'),
    offset: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0).describe('0-based index of the first row.'),
    limit: limit(100).describe('Rows of the page (1 to 10000, default 100).'),
    column_offset: z
      .int()
      .min(0)
      .max(100_000)
      .default(0)
      .describe('0-based index of the first column, for results with very many.'),
    row: z
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER)
      .optional()
      .describe('With column: reads one value in full. 0-based index in the whole result.'),
    column: z
      .string()
      .min(1)
      .max(2_000)
      .optional()
      .describe('With row: the name of the column, or its 0-based index as #3.'),
    value_offset: z
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER)
      .default(0)
      .describe('With row and column: where in the value to begin, in characters.'),
    wait_seconds: waitSeconds,
    format: argument.format,
  }),
  output: resultShape.extend({
    value: z
      .strictObject({
        text: z.string().nullable(),
        offset: z.int(),
        characters: z.int(),
        next_offset: z.int().nullable(),
      })
      .optional()
      .describe('The one value that was asked for with row and column.'),
  }),
  annotations: readsOnly,
  runsGivenText: true,
  async run(call, args) {
    if ((args.row === undefined) !== (args.column === undefined)) {
      throw new SnowpoolError('invalid_argument', 'row and column belong together: pass both to read one value.');
    }
    const single = args.row !== undefined;
    const outcome = await call.queries.page(
      call.attachment,
      args.query_id,
      args.row ?? args.offset,
      { maxRows: single ? 1 : args.limit, maxBytes: pageBytes },
      {
        waitMs: waitMs(args.wait_seconds),
        signal: call.signal,
        onProgress: progressTeller(call.clock, call.progress),
      },
    );
    if (outcome.state === 'confirm') throw new SnowpoolError('internal', 'A stored result asked for a confirmation.');
    if (outcome.state === 'done' && args.column !== undefined) {
      return valueAnswer(outcome.page, outcome.kind, args.column, args.value_offset);
    }
    if (outcome.state === 'done' && args.column_offset > 0 && args.column_offset >= outcome.page.columns.length) {
      throw new SnowpoolError(
        'invalid_argument',
        `Column offset ${args.column_offset} is behind the end: the result has ${outcome.page.columns.length} columns.`,
      );
    }
    return resultAnswer(outcome, {
      format: args.format,
      connection: call.connectionToName,
      columnOffset: args.column_offset,
    });
  },
});

export const cancelQuery = defineTool({
  name: 'cancel_query',
  title: 'Cancel a running statement',
  description: [
    'Ends one of your running statements at Snowflake, by the query_id of the answer that said "running".',
    'Says whether it was cancelled or had already finished. Example: {"query_id": "01b2..."}',
  ].join('\n'),
  input: z.strictObject({ query_id: z.string().min(1).max(200).describe('As an earlier answer gave it to you.') }),
  output: z.strictObject({ state: z.enum(['cancelled', 'already_finished']), query_id: z.string() }),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  async run(call, args): Promise<ToolAnswer> {
    const { state, queryId } = await call.queries.cancel(call.attachment, args.query_id);
    const id = queryId ?? args.query_id;
    const text =
      state === 'cancelled'
        ? `${queryId === undefined ? 'Cancelled' : 'Cancelled at Snowflake'}. (query id ${id})`
        : `Nothing to cancel: it had already finished. (query id ${id})`;
    return { texts: [text], structured: { state, query_id: id } };
  },
});
