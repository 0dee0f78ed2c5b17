/** Tools that show rows of one table or view. */
import { z } from 'zod';
import type { RunOutcome } from '../query/contract.ts';
import { likePatternFor, qualified, stringLiteral } from './identifiers.ts';
import { ask, countOf, metadataRows, textOf } from './metadata.ts';
import { type ObjectName, objectName, shownName, sqlName, withObject } from './object-name.ts';
import { resultAnswer, resultShape } from './result-answer.ts';
import { pageBytes, runStatement } from './statement-tools.ts';
import { argument, defineTool, type Format, readsOnly, type ToolAnswer, type ToolCall } from './tool.ts';

const mostRows = 1_000;
const limit = z.int().min(1).max(mostRows).default(10).describe('How many rows (1 to 1000, default 10).');

export const queryView = defineTool({
  name: 'query_view',
  title: 'Show rows of a view',
  description: [
    'Returns the first rows of a view (or table), all columns, in no particular order. Use execute_query to filter, sort or aggregate.',
    'Example: {"database": "ANALYTICS", "schema": "PUBLIC", "view_name": "DAILY_SALES", "limit": 5}',
  ].join('\n'),
  input: z.strictObject({
    database: argument.database,
    schema: argument.schema.optional(),
    view_name: z.string().min(1).max(600).describe('View, written like the database.'),
    limit,
    format: argument.format,
  }),
  output: resultShape,
  annotations: readsOnly,
  async run(call, args) {
    const object = objectName(call, { ...args, name: args.view_name }, 'view_name');
    return withObject(call, object, async (found) => {
      const outcome = await rowsOf(call, `SELECT * FROM ${sqlName(found)} LIMIT ${args.limit}`, args.limit);
      const isAll = outcome.state === 'done' && outcome.page.totalRows < args.limit;
      const more = isAll ? 'it has no more' : `at most ${args.limit} were asked for, it may have more`;
      return answer(call, outcome, args.format, `The first rows of ${shownName(found)}: ${more}.`);
    });
  },
});

export const sampleTable = defineTool({
  name: 'sample_table',
  title: 'Sample rows of a table',
  description: [
    'Returns some rows from all over a table without reading the whole of it: blocks are picked at random, so that even a huge table answers at once.',
    'Use it to see what the values look like. Of a view it returns the first rows.',
    'Example: {"database": "SNOWFLAKE_SAMPLE_DATA", "schema": "TPCH_SF1", "table_name": "LINEITEM", "limit": 20}',
  ].join('\n'),
  input: z.strictObject({
    database: argument.database.optional(),
    schema: argument.schema.optional(),
    table_name: z.string().min(1).max(600).describe('Table, written like the database.'),
    limit,
    format: argument.format,
  }),
  output: resultShape,
  annotations: { ...readsOnly, idempotentHint: false },
  async run(call, args) {
    const object = objectName(call, { ...args, name: args.table_name }, 'table_name');
    return withObject(call, object, (found) => sample(call, found, args.limit, args.format));
  },
});

/** Below this many rows a table is a block or two: reading it is no more work than choosing from it. */
const smallTable = 100_000;
/** Blocks hold very different numbers of rows, so more are asked for than are needed. */
const surplus = 20;

async function sample(call: ToolCall, object: ObjectName, rows: number, format: Format): Promise<ToolAnswer> {
  const name = sqlName(object);
  const total = await rowCount(call, object);
  if (total !== null && total > smallTable) {
    const percent = Math.min(100, (100 * rows * surplus) / total);
    const blocks = `SELECT * FROM ${name} SAMPLE SYSTEM (${decimal(percent)}) LIMIT ${rows}`;
    const outcome = await rowsOf(call, blocks, rows);
    // Blocks come whole or not at all; a small share of few of them may be none.
    if (outcome.state !== 'done' || outcome.page.totalRows > 0) {
      return answer(
        call,
        outcome,
        format,
        `From blocks of ${shownName(object)} picked at random; it has ${total} rows.`,
      );
    }
  } else if (total !== null) {
    const outcome = await rowsOf(call, `SELECT * FROM ${name} SAMPLE (${rows} ROWS)`, rows);
    return answer(call, outcome, format, `Picked at random from the ${total} rows of ${shownName(object)}.`);
  }
  const outcome = await rowsOf(call, `SELECT * FROM ${name} LIMIT ${rows}`, rows);
  const why = total === null ? 'a view cannot be sampled without reading it' : 'the blocks picked at random held none';
  return answer(call, outcome, format, `The first rows of ${shownName(object)}, not random ones: ${why}.`);
}

/** Snowflake takes a plain decimal, never an exponent. */
function decimal(percent: number): string {
  return Math.max(percent, 0.000001).toFixed(6);
}

/** From metadata, exactly; null for a view or where it is not told. */
async function rowCount(call: ToolCall, object: ObjectName): Promise<number | null> {
  const like = stringLiteral(likePatternFor(object.name));
  const page = await ask(call, `SHOW TABLES LIKE ${like} IN SCHEMA ${qualified(object.database, object.schema)}`);
  const row = metadataRows(page).find((one) => textOf(one, 'name') === object.name);
  return row ? countOf(row, 'rows') : null;
}

function rowsOf(call: ToolCall, sql: string, rows: number): Promise<RunOutcome> {
  return runStatement({ ...call, requestId: call.newId() }, sql, { page: { maxRows: rows, maxBytes: pageBytes } });
}

function answer(call: ToolCall, outcome: RunOutcome, format: Format, remark: string): ToolAnswer {
  if (outcome.state === 'confirm') return { confirm: { kind: outcome.kind, sql: remark } };
  const remarks = outcome.state === 'done' ? [remark] : [];
  return resultAnswer(outcome, { format, connection: call.connectionToName, remarks });
}
