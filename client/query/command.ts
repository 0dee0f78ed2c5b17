/**
 * Folder query/: `snowpool query` and its formats. It may import cli/ and link/; cli/commands.ts loads this file when it is
 * called. Values are text from the account to the output; nothing here makes a number of one.
 */
import { randomUUID } from 'node:crypto';
import { text as readAll } from 'node:stream/consumers';
import type { RunQueryEvent__Output } from '../../proto/generated/snowpool/v1/RunQueryEvent.ts';
import type { Arguments } from '../cli/arguments.ts';
import type { Run } from '../cli/commands.ts';
import { CommandFailure, misuse } from '../cli/failure.ts';
import { printable } from '../cli/printable.ts';
import { count, duration } from '../cli/words.ts';
import type { Host } from '../host.ts';
import type { Attachment } from '../link/attachment.ts';
import { openInBrowser } from '../link/browser.ts';
import { DaemonFailure } from '../link/daemon-failure.ts';
import { profileEnvironment } from '../link/environment.ts';
import { readFailure } from '../link/failure.ts';
import { Link } from '../link/link.ts';
import { daemonPlace } from '../link/place.ts';
import { callRepeatedly, isServiceError } from '../link/repeat.ts';
import { version } from '../version.ts';
import { failureText } from './failure-text.ts';
import { type Format, type FormatName, formatOf } from './format.ts';
import { Output } from './output.ts';

/** `snowpool query`: one statement, its rows on stdout as they come, everything else on stderr. */
export const runQuery: Run = async (args, host) => {
  const sql = await statement(args);
  const stop = new AbortController();
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted = true;
      stop.abort(new CommandFailure('cancelled.', '', 130));
    });
  }
  const output = new Output(process.stdout, () => stop.abort());
  const link = linkFor(args, host);
  try {
    const request = { requestId: randomUUID(), sql, connection: '' };
    const format = (args.text('format') ?? 'table') as FormatName;
    await callRepeatedly(link, stop.signal, (attachment, _isResent, signal) =>
      run(attachment, request, format, output, signal),
    );
    return 0;
  } catch (error) {
    clearProgress();
    if (output.isClosed && !interrupted) return 0;
    if (error instanceof DaemonFailure) {
      const { message, next } = failureText(error);
      const isMisuse = error.code === 'invalid_argument' || error.code === 'unknown_profile';
      throw new CommandFailure(message, next, isMisuse ? 2 : 1, { cause: error });
    }
    throw error;
  } finally {
    link.close();
  }
};

async function statement(args: Arguments): Promise<string> {
  const [first, ...more] = args.positionals;
  if (first === undefined)
    throw misuse("snowpool query needs a statement: snowpool query 'SELECT 1', or - to read it from stdin.");
  if (more.length > 0)
    throw misuse(`snowpool query takes one statement, and '${more[0]}' came after it: put the statement into quotes.`);
  const sql = first === '-' ? await readAll(process.stdin) : first;
  if (sql.trim() === '') throw misuse('the statement is empty.');
  return sql;
}

function linkFor(args: Arguments, host: Host): Link {
  const connection = args.text('connection');
  return new Link(
    {
      place: daemonPlace(process.env, host.folder),
      hello: {
        pid: process.pid,
        version,
        environment: profileEnvironment(process.env),
        connections: connection === undefined ? [] : [connection],
        sandbox: args.has('sandbox'),
        policy: args.text('policy') ?? '',
      },
      onOpenUrl: (page) => void showPage(page),
      onNotice: ({ level, text }) => say(level === 'warning' ? `warning: ${text}` : text),
    },
    { name: 'snowpool query', version },
  );
}

async function showPage(page: { readonly url: string; readonly reason: string }): Promise<void> {
  const isOpen = await openInBrowser(page.url, process.env);
  say(isOpen ? `${page.reason} The page is open in your browser.` : `${page.reason} Open this page: ${page.url}`);
}

/** Runs the statement on one attachment and writes what comes. Rejects with gRPC's error where nothing has run. */
async function run(
  { channel, welcome: { clientId } }: Attachment,
  request: { readonly requestId: string; readonly sql: string; readonly connection: string },
  formatName: FormatName,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const begun = performance.now();
  const stream = channel.queries.run({ ...request, clientId });
  const cancel = () => stream.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  let format: Format | undefined;
  let width = 0;
  try {
    for await (const event of stream as AsyncIterable<RunQueryEvent__Output>) {
      if (event.progress) showProgress(event.progress);
      if (event.columns) {
        clearProgress();
        width = event.columns.columns.length;
        format = formatOf(formatName, event.columns.columns);
      }
      if (event.rows && format) await output.write(format.rows(inRows(event.rows.cells, width)));
      if (event.done) {
        clearProgress();
        await output.write(format?.end() ?? '');
        for (const notice of event.done.notices) say(notice);
        if (formatName === 'table') say(summary(event.done, performance.now() - begun));
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!isServiceError(error) || readFailure(error).kind !== 'broken') throw error;
    // Sent again it might run twice, and its rows may be out already.
    throw new CommandFailure(
      'the link to the daemon broke while the statement ran; whether it has finished is not known.',
      `Its request id is ${request.requestId}; the account's QUERY_HISTORY has it in the query tag.`,
      1,
      { cause: error },
    );
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function inRows<T>(cells: readonly T[], width: number): T[][] {
  if (width === 0) return [];
  const rows: T[][] = [];
  for (let start = 0; start < cells.length; start += width) rows.push(cells.slice(start, start + width));
  return rows;
}

function summary(done: { rows: number; rowsAffected: number; queryId: string }, ms: number): string {
  const changed = done.rowsAffected >= 0 ? `, ${count(done.rowsAffected, 'row')} changed` : '';
  return `${count(done.rows, 'row')}${changed} · ${duration(ms)}${done.queryId === '' ? '' : ` · query ${done.queryId}`}`;
}

function say(text: string): void {
  clearProgress();
  process.stderr.write(`${printable(text)}\n`);
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${printable(text)}`);
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}
