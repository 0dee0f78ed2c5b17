/** A statement's outcome as a tool's answer: rows, how many there are in all, how to go on. */
import { z } from 'zod';
import type { Page, RunOutcome } from '../query/contract.ts';
import { type PageView, viewPage } from './render/page-view.ts';
import { renderRows } from './render/rows.ts';
import type { Format, ToolAnswer } from './tool.ts';

/** Output schema of every tool that answers with the rows of a statement. */
export const resultShape = z.strictObject({
  state: z
    .enum(['done', 'running'])
    .describe('running: the statement goes on at Snowflake; ask get_query_result with query_id.'),
  query_id: z.string().describe('Pass it to get_query_result and cancel_query.'),
  statement: z.string().describe('Kind of the statement, e.g. SELECT.'),
  columns: z
    .array(
      z.strictObject({
        name: z.string(),
        type: z.string().describe('Snowflake type, e.g. NUMBER(38,0).'),
        precision: z.int().nullable(),
        scale: z.int().nullable(),
        nullable: z.boolean(),
      }),
    )
    .optional(),
  column_offset: z.int().optional().describe('0-based index of the first column shown.'),
  total_columns: z.int().optional(),
  rows: z
    .array(z.array(z.string().nullable()))
    .optional()
    .describe(
      'One array of cells a row, in the order of columns. Each cell is text with every digit that Snowflake sent; null is SQL NULL.',
    ),
  row_offset: z.int().optional().describe('0-based index of the first row shown.'),
  total_rows: z.int().optional().describe('Rows of the whole result.'),
  rows_affected: z.int().nullable().optional().describe('Rows that a write changed.'),
  next_offset: z
    .int()
    .nullable()
    .optional()
    .describe('offset for get_query_result to get the next rows; null at the end.'),
  shortened: z
    .array(z.strictObject({ row: z.int(), column: z.string(), characters: z.int() }))
    .optional()
    .describe('Values of which only the beginning is shown: get_query_result with row and column reads them in full.'),
  elapsed_ms: z.int().optional(),
  notices: z.array(z.string()),
});

export interface AnswerOptions {
  readonly format: Format;
  readonly columnOffset?: number;
  /** Where the client has several: a query id is known on its own connection alone. */
  readonly connection: string | undefined;
  /** Said after the rows, or of the running statement, before how to go on. */
  readonly remarks?: readonly string[];
}

/** The answer for `done` and `running`. */
export function resultAnswer(outcome: Exclude<RunOutcome, { state: 'confirm' }>, options: AnswerOptions): ToolAnswer {
  const handle = outcome.state === 'running' ? outcome.handle : outcome.page.queryId;
  const calling = callArguments(handle, options.connection);
  if (outcome.state === 'running') return runningAnswer(outcome, calling, options.remarks ?? []);
  const { page, kind, notices } = outcome;
  const view = viewPage(page, { columnOffset: options.columnOffset ?? 0, format: options.format });
  const data = renderRows(view, options.format);
  const remarks = [...(options.remarks ?? []), ...notices, ...describePage(page, view, calling)];
  const nextOffset = page.offset + view.rows.length;
  return {
    texts:
      options.format === 'markdown'
        ? [[data, remarks.join('\n')].filter(Boolean).join('\n\n')]
        : [data, remarks.join('\n')],
    structured: {
      state: 'done',
      query_id: page.queryId,
      statement: kind,
      columns: view.columns.map(({ name, type, precision, scale, nullable }) => ({
        name,
        type,
        precision,
        scale,
        nullable,
      })),
      column_offset: view.columnOffset,
      total_columns: view.columnCount,
      rows: view.rows,
      row_offset: page.offset,
      total_rows: page.totalRows,
      rows_affected: page.rowsAffected ?? null,
      next_offset: nextOffset < page.totalRows ? nextOffset : null,
      ...(view.shortened.length === 0 ? {} : { shortened: view.shortened }),
      notices: [...(options.remarks ?? []), ...notices],
    },
  };
}

/** The arguments by which this result is meant, as a sentence has them. */
function callArguments(queryId: string, connection: string | undefined): string {
  return `query_id "${queryId}"${connection === undefined ? '' : `, connection "${connection}"`}`;
}

function runningAnswer(
  outcome: Extract<RunOutcome, { state: 'running' }>,
  calling: string,
  remarks: readonly string[],
): ToolAnswer {
  const { handle, kind, elapsedMs, isSent } = outcome;
  const notices = [...remarks, ...outcome.notices];
  const text = [
    isSent
      ? `The ${kind} statement is still running after ${seconds(elapsedMs)}, and goes on.`
      : `The ${kind} statement has waited ${seconds(elapsedMs)} for a session and has not been sent to Snowflake yet; it goes on by itself.`,
    `Get its result with get_query_result (${calling}), or end it with cancel_query.`,
    ...notices,
  ].join('\n');
  return {
    texts: [text],
    structured: { state: 'running', query_id: handle, statement: kind, elapsed_ms: elapsedMs, notices },
  };
}

function seconds(ms: number): string {
  return `${ms < 10_000 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`;
}

/** Where in the result these rows stand, exactly, and how to get the rest. */
function describePage(page: Page, view: PageView, calling: string): string[] {
  const { queryId, totalRows, offset } = page;
  const shown = view.rows.length;
  const end = offset + shown;
  const lines: string[] = [];
  if (page.rowsAffected !== undefined) lines.push(`Rows changed: ${page.rowsAffected}. (query id ${queryId})`);
  else if (totalRows === 0) lines.push(`No rows. (query id ${queryId})`);
  else if (shown === totalRows)
    lines.push(`${totalRows} ${totalRows === 1 ? 'row' : 'rows'}, all shown. (query id ${queryId})`);
  else lines.push(`Rows ${offset + 1} to ${end} of ${totalRows}. (query id ${queryId})`);
  if (end < totalRows)
    lines.push(
      `Next rows: get_query_result with ${calling} and offset ${end}; it reads the stored result and runs nothing again.`,
    );
  const columnEnd = view.columnOffset + view.columns.length;
  if (view.columns.length < view.columnCount) {
    lines.push(`Columns ${view.columnOffset + 1} to ${columnEnd} of ${view.columnCount}.`);
    if (columnEnd < view.columnCount) {
      lines.push(`Next columns: get_query_result with ${calling}, offset ${offset} and column_offset ${columnEnd}.`);
    }
  }
  const first = view.shortened[0];
  if (first) {
    const many = view.shortened.length;
    lines.push(
      `${many} ${many === 1 ? 'value is' : 'values are'} shortened; in full: get_query_result with ${calling}, row and column, e.g. row ${first.row} and column ${JSON.stringify(first.column)}.`,
    );
  }
  return lines;
}
