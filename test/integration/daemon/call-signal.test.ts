import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';
import { afterAll, expect, test } from 'vitest';
import { callSignal } from '../../../daemon/api/call-signal.ts';
import { loadContract } from '../../../proto/contract.ts';
import type { CallToolEvent } from '../../../proto/generated/snowpool/v1/CallToolEvent.ts';
import type { CallToolRequest__Output } from '../../../proto/generated/snowpool/v1/CallToolRequest.ts';

type Stream = ServerWritableStream<CallToolRequest__Output, CallToolEvent>;

const folder = mkdtempSync(join(tmpdir(), 'snowpool-'));
const address = `unix:${join(folder, 's.sock')}`;
const contract = loadContract();
const server = new Server();
/** What the next call is done with. */
let handle: (stream: Stream) => void = () => {};
server.addService(contract.Tools.service, { Call: (stream: Stream) => handle(stream) });
await new Promise<void>((resolve, reject) =>
  server.bindAsync(address, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve())),
);
const tools = new contract.Tools(address, credentials.createInsecure());
afterAll(() => {
  tools.close();
  server.forceShutdown();
  rmSync(folder, { recursive: true, force: true });
});

/** Resolves when grpc-js has told the handler's side that the call is over. */
const over = (stream: Stream) => new Promise<void>((resolve) => stream.once('cancelled', () => resolve()));

test('a call that was answered is none that was cancelled', async () => {
  const ended = new Promise<AbortSignal>((resolve) => {
    handle = (stream) => {
      const signal = callSignal(stream, 'given up');
      void over(stream).then(() => resolve(signal));
      stream.write({ resultJson: '{}' });
      stream.end();
    };
  });
  tools.call({}).resume();
  expect((await ended).aborted).toBe(false);
});

test('a call that its client cancels aborts the signal, with a reason of ours', async () => {
  const ended = new Promise<AbortSignal>((resolve) => {
    handle = (stream) => {
      const signal = callSignal(stream, 'given up');
      void over(stream).then(() => resolve(signal));
      stream.write({ progress: { message: 'begun' } });
    };
  });
  const call = tools.call({});
  call.on('error', () => {}).once('data', () => call.cancel());
  expect((await ended).reason).toMatchObject({ code: 'cancelled', message: 'given up' });
});
