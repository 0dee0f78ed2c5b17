import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ServiceError } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorMetadataKey } from '../../../proto/contract.ts';
import { type DaemonProcess, startDaemon } from '../../support/daemon.ts';
import { root } from '../../support/root.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

let sandbox: Sandbox;
let daemon: DaemonProcess;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());
beforeEach(async () => {
  daemon = await startDaemon();
});
afterEach(() => daemon.dispose());

const runningStatements = async () => (await sandbox.control.statements({ state: 'RUNNING' })).length;

describe('a daemon that is told to stop', () => {
  it('lets go at once of a client that runs nothing, and of one that does when that is answered', async () => {
    const idle = await daemon.attach({ name: 'idle', environment: sandbox.environment() });
    const busy = await daemon.attach({ name: 'busy', environment: sandbox.environment() });
    await idle.rows('SELECT 1');
    const running = busy.rows('SELECT SYSTEM$WAIT(300)');
    await expect.poll(runningStatements).toBe(1);
    const stopped = daemon.stop();
    await idle.ended;
    expect(await runningStatements()).toBe(1);
    // What comes too late is refused in the words that make a front-end attach again.
    const late: ServiceError = await idle.rows('SELECT 2').then(Promise.reject, (error) => error);
    expect(JSON.parse(String(late.metadata.get(errorMetadataKey)[0]))).toMatchObject({
      details: { reason: 'not_attached' },
    });
    await expect(busy.rows('SELECT 3')).rejects.toThrow('The daemon is about to end.');
    await sandbox.control.turnClock(300_000);
    expect(await running).toHaveLength(1);
    await busy.ended;
    expect(await stopped).toBe(0);
    expect((await sandbox.control.stats()).sessions.open).toBe(0);
  });

  it('is told of by pool-status, which cannot reach it any more, until it has ended', async () => {
    const busy = await daemon.attach({ name: 'busy', environment: sandbox.environment() });
    const running = busy.rows('SELECT SYSTEM$WAIT(300)');
    await expect.poll(runningStatements).toBe(1);
    const stopped = daemon.stop();
    const note = `${daemon.socket}.draining`;
    await expect.poll(() => existsSync(note)).toBe(true);
    const status = spawn(process.execPath, [join(root, 'dist', 'snowpool.cjs'), 'status'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH, HOME: daemon.home, SNOWPOOL_SOCKET: daemon.socket },
    });
    expect(await text(status.stderr)).toContain(`the last one, pid ${daemon.pid}, is draining`);
    await sandbox.control.turnClock(300_000);
    await running;
    await stopped;
    expect(existsSync(note)).toBe(false);
  });
});
