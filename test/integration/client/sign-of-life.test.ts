import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials, type sendUnaryData } from '@grpc/grpc-js';
import { afterAll, expect, test } from 'vitest';
import { openChannel } from '../../../client/link/channel.ts';
import { whileAlive } from '../../../client/link/sign-of-life.ts';
import { loadContract } from '../../../proto/contract.ts';
import type { DaemonStatus } from '../../../proto/generated/snowpool/v1/DaemonStatus.ts';

type Answer = () => void;

const folder = mkdtempSync(join(tmpdir(), 'snowpool-'));
const socket = join(folder, 'd.sock');
const server = new Server();
/** What happens when it is asked whether it is there. */
let onAsked: (answer: Answer) => void = (answer) => answer();
server.addService(loadContract().Status.service, {
  Get: (_: unknown, done: sendUnaryData<DaemonStatus>) => onAsked(() => done(null, {})),
});
await new Promise<void>((resolve, reject) =>
  server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) =>
    error ? reject(error) : resolve(),
  ),
);
const attachment = {
  channel: openChannel(socket),
  welcome: { clientId: '', daemonVersion: '', daemonPid: 1, connections: [], problem: '' },
  isSilent: false,
};
const never = new AbortController().signal;
afterAll(() => {
  attachment.channel.close();
  server.forceShutdown();
  rmSync(folder, { recursive: true, force: true });
});

test('an answer that came while this process stood still is one that came in time', async () => {
  attachment.isSilent = false;
  const tickMs = 300;
  let asked = 0;
  const call = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      onAsked = (answer) => {
        asked += 1;
        answer();
        // As in a laptop that sleeps: the time for the answer is over when this process goes on, and the answer lies in the socket.
        if (asked === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4 * tickMs);
        else resolve('the end of the call');
      };
    });
  const patience = { tickMs, askAfter: 1, answerWithin: 1 };
  expect(await whileAlive(attachment, patience, never, call)).toBe('the end of the call');
});

test('a call that is cancelled while its daemon is asked says nothing of that daemon, which stays silent', async () => {
  attachment.isSilent = true;
  const cancelled = new AbortController();
  onAsked = () => cancelled.abort(new Error('the caller has left'));
  let wasSent = false;
  const call = whileAlive(attachment, { tickMs: 1_000, askAfter: 1, answerWithin: 100 }, cancelled.signal, async () => {
    wasSent = true;
  });
  await expect(call).rejects.toThrow('the caller has left');
  expect({ wasSent, isSilent: attachment.isSilent }).toEqual({ wasSent: false, isSilent: true });
});
