/** Tools that list objects: one SHOW, filtered, rendered in the format asked for, paged by cursor. */
import { z } from 'zod';
import { SnowpoolError } from '../errors.ts';
import type { Page } from '../query/contract.ts';
import { type CursorPosition, readCursor, writeCursor } from './cursor.ts';
import { ask, type MetadataRow, metadataRows } from './metadata.ts';
import { type Scope, withScope } from './object-name.ts';
import { progressTeller } from './progress.ts';
import { viewPage } from './render/page-view.ts';
import { renderRows } from './render/rows.ts';
import { plainColumn } from './text-columns.ts';
import type { Format, ToolAnswer, ToolCall } from './tool.ts';

export interface ListColumn {
  /** Name in the answer. */
  readonly name: string;
  readonly type: 'VARCHAR' | 'NUMBER';
  readonly read: (row: MetadataRow) => string | number | null;
}

export interface ListRequest {
  /** The SHOW statement; its scope may be another one where only the case of a name was wrong. */
  readonly sql: (scope: Scope | undefined) => string;
  /** Undefined: wherever the client may look. */
  readonly scope: Scope | undefined;
  /** Says for which arguments a cursor is good. */
  readonly list: string;
  readonly cursor: string | undefined;
  readonly format: Format;
  /** Key of the rows in `structuredContent`, and the word for people. */
  readonly noun: string;
  readonly columns: readonly ListColumn[];
}

const pageRows = 500;
const listBounds = { maxRows: pageRows, maxBytes: 4 * 1024 * 1024 } as const;

/** Output schema of a list: its rows as objects, their exact number, and how to go on. */
export function listShape(noun: string, item: z.ZodObject) {
  return z.strictObject({
    [noun]: z.array(item),
    total: z.int().describe('How many there are in all.'),
    next_cursor: z.string().nullable().describe('Pass it as cursor to get the next ones; null at the end.'),
  });
}

/** Runs the list's statement, or goes on in its stored result. */
export async function list(call: ToolCall, request: ListRequest): Promise<ToolAnswer> {
  const position = request.cursor === undefined ? undefined : readCursor(request.cursor, request.list);
  const page = position ? await nextPage(call, position) : await firstPage(call, request);
  const records = metadataRows(page).map((row) => request.columns.map((column) => column.read(row)));
  const view = viewPage(
    {
      columns: request.columns.map(({ name, type }) => plainColumn(name, type === 'NUMBER' ? 'fixed' : 'text')),
      rows: records.map((record) => record.map((value) => (value === null ? '' : String(value)))),
      offset: page.offset,
      timezone: undefined,
    },
    { format: request.format, asObjects: true },
  );
  const shown = view.rows.length;
  const end = page.offset + shown;
  const next = end < page.totalRows ? writeCursor({ list: request.list, queryId: page.queryId, offset: end }) : null;
  const data = renderRows(view, request.format);
  const remark = describe(request.noun, page, shown, next);
  return {
    texts: request.format === 'markdown' ? [shown === 0 ? remark : `${data}\n\n${remark}`] : [data, remark],
    structured: {
      [request.noun]: records
        .slice(0, shown)
        .map((record) => Object.fromEntries(request.columns.map((column, at) => [column.name, record[at] ?? null]))),
      total: page.totalRows,
      next_cursor: next,
    },
  };
}

function firstPage(call: ToolCall, { sql, scope }: ListRequest): Promise<Page> {
  const show = (found: Scope | undefined) => ask(call, sql(found), listBounds);
  return scope === undefined ? show(undefined) : withScope(call, scope, show);
}

async function nextPage(call: ToolCall, position: CursorPosition): Promise<Page> {
  const outcome = await call.queries.page(call.attachment, position.queryId, position.offset, listBounds, {
    waitMs: 0,
    signal: call.signal,
    onProgress: progressTeller(call.clock, call.progress),
  });
  if (outcome.state !== 'done')
    throw new SnowpoolError('deadline_exceeded', 'The stored list could not be read in time.');
  return outcome.page;
}

function describe(noun: string, page: Page, shown: number, next: string | null): string {
  if (page.totalRows === 0) return `No ${noun}.`;
  if (shown === page.totalRows) return `${shown} ${shown === 1 ? noun.slice(0, -1) : noun}, all shown.`;
  const where = `${noun} ${page.offset + 1} to ${page.offset + shown} of ${page.totalRows}`;
  return next === null ? `${where}.` : `${where}. Next ones: the same call with cursor "${next}".`;
}
