import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Link } from '../../../client/link/link.ts';
import { daemonPlace } from '../../../client/link/place.ts';
import { callRepeatedly } from '../../../client/link/repeat.ts';
import { callTool } from '../../../client/mcp/tool-stream.ts';
import { type DaemonProcess, startDaemon } from '../../support/daemon.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

let sandbox: Sandbox;
let daemon: DaemonProcess;
let link: Link;
const never = new AbortController().signal;
/** A busy machine may keep a daemon that lives from answering for a while; one that is stopped need not be waited for so long. */
const living = 200;
const stopped = 10;
const patience = { tickMs: 100, askAfter: 5, answerWithin: living };

beforeEach(async () => {
  patience.answerWithin = living;
  sandbox = await startSandbox();
  daemon = await startDaemon();
  link = new Link(
    {
      place: daemonPlace({ SNOWPOOL_SOCKET: daemon.socket, HOME: daemon.home }, daemon.home),
      hello: {
        pid: process.pid,
        version: '0.1.0',
        environment: { ...sandbox.environment(), HOME: daemon.home },
        connections: [],
        sandbox: false,
        policy: '',
      },
      onOpenUrl: () => {},
      onNotice: () => {},
      patience,
    },
    { name: 'test', version: '1' },
  );
});
afterEach(async () => {
  daemon.process.kill('SIGCONT');
  link.close();
  await daemon.dispose();
  await sandbox.stop();
});

/** Runs a statement as the MCP front-end does, without MCP around it. */
async function run(query: string): Promise<string> {
  const outcome = await callRepeatedly(link, never, ({ channel, welcome: { clientId } }, resent, signal) =>
    callTool(
      channel.tools,
      {
        clientId,
        requestId: randomUUID(),
        name: 'execute_query',
        argumentsJson: JSON.stringify({ query, format: 'csv' }),
        resent,
      },
      signal,
      () => {},
    ),
  );
  return outcome.kind === 'result' ? JSON.parse(outcome.json).content[0].text : outcome.kind;
}

it('a call to a daemon that stops in its middle is answered after a while: what became of it is not known', async () => {
  await run('SELECT 1');
  const answer = run('SELECT SYSTEM$WAIT(60)').catch((error: unknown) => error);
  await sandbox.control.until(({ statements }) => statements.running === 1);
  daemon.process.kill('SIGSTOP');
  patience.answerWithin = stopped;
  const pid = daemon.pid;
  expect(await answer).toMatchObject({
    code: 'outcome_unknown',
    message: `The daemon (pid ${pid}) gives no sign of life, so what became of this call is not known.`,
  });
  // It has not gone on: a later call is not even sent.
  expect(await run('SELECT 2').catch((error: unknown) => error)).toMatchObject({ code: 'account_unreachable' });
});

it('a client whose daemon was stopped and goes on still has its open transaction', async () => {
  await run('BEGIN');
  daemon.process.kill('SIGSTOP');
  patience.answerWithin = stopped;
  expect(await run('SELECT 1').catch((error: unknown) => error)).toMatchObject({ code: 'outcome_unknown' });
  daemon.process.kill('SIGCONT');
  patience.answerWithin = living;
  expect(await run('SELECT CURRENT_TRANSACTION() IS NOT NULL AS is_open')).toBe('IS_OPEN\r\ntrue\r\n');
});

it('a call whose daemon lives goes on however long nothing comes, also while this process stands still', async () => {
  await run('SELECT 1');
  const answer = run('SELECT SYSTEM$WAIT(4) AS w');
  await sleep(700);
  // As in a laptop that sleeps: no timer runs, and the daemon's answers wait in the socket.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);
  expect(await answer).toContain('waited 4 seconds');
});
