/**
 * Folder status/: `pool-status`, for people (report.ts) and for programs (json.ts). It may import cli/ and link/;
 * cli/commands.ts loads this file when it is called.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DaemonStatus__Output } from '../../proto/generated/snowpool/v1/DaemonStatus.ts';
import type { Run } from '../cli/commands.ts';
import { asSentence, CommandFailure } from '../cli/failure.ts';
import { type Paint, paintFor } from '../cli/paint.ts';
import { askOnce, NoDaemon } from '../link/once.ts';
import { daemonPlace } from '../link/place.ts';
import { noDaemonJson, statusJson } from './json.ts';
import { statusReport } from './report.ts';

const answerWithinMs = 10_000;
const watchEveryMs = 1_000;

/** `pool-status`: exit code 0 healthy, 1 anything else, 3 no daemon. With --watch the code of the last look. */
export const runStatus: Run = async (args, host) => {
  const { socket } = daemonPlace(process.env, host.folder);
  const paint = paintFor(process.stdout, process.env);
  const isJson = args.has('json');
  if (!args.has('watch')) {
    const look = await lookAt(socket);
    if (!isJson && !look.status) throw look.missing;
    write(isJson ? `${JSON.stringify(look.json, null, 2)}\n` : reportOf(look, paint));
    return look.exitCode;
  }
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  let exitCode = 3;
  while (!stop.signal.aborted) {
    const look = await lookAt(socket).catch((error: unknown) => {
      // Stuck for now: what is watched may go on.
      if (isJson || !(error instanceof CommandFailure)) throw error;
      return { status: undefined, missing: error, json: {}, exitCode: error.exitCode };
    });
    exitCode = look.exitCode;
    if (isJson) write(`${JSON.stringify(look.json)}\n`);
    else
      write(`${process.stdout.isTTY ? '\x1b[H\x1b[J' : ''}${reportOf(look, paint)}${process.stdout.isTTY ? '' : '\n'}`);
    await sleep(watchEveryMs, undefined, { signal: stop.signal }).catch(() => undefined);
  }
  return exitCode;
};

interface Look {
  readonly status: DaemonStatus__Output | undefined;
  readonly missing: CommandFailure | undefined;
  readonly json: Record<string, unknown>;
  readonly exitCode: number;
}

async function lookAt(socket: string): Promise<Look> {
  try {
    const status = await askOnce<DaemonStatus__Output>({ socket }, answerWithinMs, ({ status }, done) =>
      status.get({}, done),
    );
    return { status, missing: undefined, json: statusJson(status), exitCode: status.state === 'healthy' ? 0 : 1 };
  } catch (error) {
    if (!(error instanceof NoDaemon)) throw error;
    return { status: undefined, missing: error, json: noDaemonJson(socket), exitCode: error.exitCode };
  }
}

function reportOf(look: Look, paint: Paint): string {
  return look.status ? statusReport(look.status, paint) : `${asSentence(look.missing?.message ?? '')}\n`;
}

function write(text: string): void {
  process.stdout.write(text);
}
