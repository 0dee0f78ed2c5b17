import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDaemon } from '../../support/daemon.ts';
import { root } from '../../support/root.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

describe('a daemon that replaces another', () => {
  it('takes its sessions without a sign-in; contexts, open transactions and temporary tables live on', async () => {
    const environment = { ...sandbox.environment(), SNOWFLAKE_USER: 'UPGRADER', SNOWPOOL_POLICY: 'read-write' };
    const older = await startDaemon();
    const writer = await older.attach({ name: 'writer', environment });
    const reader = await older.attach({ name: 'reader', environment });
    await reader.rows('SET answer = 42');
    await writer.rows('CREATE TABLE SANDBOX.PUBLIC.KEPT (n NUMBER)');
    await writer.rows('CREATE TEMPORARY TABLE SANDBOX.PUBLIC.SCRATCH (n NUMBER)');
    await writer.rows('BEGIN');
    await writer.rows('INSERT INTO SANDBOX.PUBLIC.KEPT VALUES (1)');
    const before = (await sandbox.control.stats()).logins.byUser.UPGRADER?.tried;

    const newer = await startDaemon({ home: older.home, args: ['--replace'] });
    expect(await older.stop()).toBe(0);
    const writerAgain = await newer.attach({ name: 'writer', environment, contexts: writer.contexts });
    const readerAgain = await newer.attach({ name: 'reader', environment, contexts: reader.contexts });
    expect(await readerAgain.rows('SELECT $answer')).toEqual([['42']]);
    expect(await readerAgain.rows('SELECT COUNT(*) FROM SANDBOX.PUBLIC.KEPT')).toEqual([['0']]);
    expect(await writerAgain.rows('SELECT COUNT(*) FROM SANDBOX.PUBLIC.KEPT')).toEqual([['1']]);
    expect(await writerAgain.rows('SELECT COUNT(*) FROM SANDBOX.PUBLIC.SCRATCH')).toEqual([['0']]);
    await writerAgain.rows('COMMIT');
    expect(await readerAgain.rows('SELECT COUNT(*) FROM SANDBOX.PUBLIC.KEPT')).toEqual([['1']]);
    expect((await sandbox.control.stats()).logins.byUser.UPGRADER?.tried).toBe(before);
    await newer.dispose();
  });

  it('owns the sandbox that the other one started', async () => {
    const older = await startDaemon();
    const client = await older.attach({ name: 'newcomer', environment: {}, sandbox: true });
    await client.rows('SET answer = 7');
    const newer = await startDaemon({ home: older.home, args: ['--replace'] });
    expect(await older.stop()).toBe(0);
    const again = await newer.attach({ name: 'newcomer', environment: {}, sandbox: true, contexts: client.contexts });
    expect(await again.rows('SELECT $answer')).toEqual([['7']]);
    expect((await again.status()).pools[0]).toMatchObject({ loginsSucceeded: 0 });
    await newer.dispose();
  });

  it.runIf(process.platform === 'linux')(
    'tells nobody else by a command line what the sandbox must be told to change its owner',
    async () => {
      const daemon = await startDaemon();
      const client = await daemon.attach({ name: 'newcomer', environment: {}, sandbox: true });
      await client.rows('SELECT 1');
      const children = readFileSync(`/proc/${daemon.pid}/task/${daemon.pid}/children`, 'latin1').trim().split(' ');
      const commands = children.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0'));
      const started = commands.find((words) => words.includes('--owner-pid'));
      expect(started?.slice(2)).toEqual(['--port', '0', '--owner-pid', String(daemon.pid), '']);
      await daemon.dispose();
    },
  );

  it('closes what it took where another one has taken the socket meanwhile', async () => {
    const environment = { ...sandbox.environment(), SNOWFLAKE_USER: 'OVERTAKEN' };
    const older = await startDaemon();
    const client = await older.attach({ name: 'client', environment });
    await client.rows('SELECT 1');
    const open = async () => (await sandbox.control.sessions()).filter(({ user }) => user === 'OVERTAKEN').length;
    expect(await open()).toBeGreaterThan(0);
    // Whoever is to listen next waits for this lock.
    await writeFile(`${older.socket}.lock`, String(process.pid));
    const newer = startDaemon({ home: older.home, args: ['--replace'] });
    const ended = newer.catch((error: unknown) => error);
    await once(older.process, 'exit');
    expect(await open()).toBeGreaterThan(0);
    const other = createServer().listen(older.socket);
    await once(other, 'listening');
    await rm(`${older.socket}.lock`);
    expect(await ended).toMatchObject({ exitCode: 0 });
    expect(await open()).toBe(0);
    other.close();
    await older.dispose();
  });

  it('closes its sessions where the newer one is gone before it was handed them', async () => {
    const environment = { ...sandbox.environment(), SNOWFLAKE_USER: 'ABANDONED' };
    const older = await startDaemon();
    const client = await older.attach({ name: 'client', environment });
    await client.rows('SELECT 1');
    const long = client.tool('execute_query', { query: 'SELECT SYSTEM$WAIT(77)' }).catch(() => {});
    await sandbox.control.until(({ statements }) => statements.running === 1);
    const newer = spawn(process.execPath, [join(root, 'dist', 'daemon.mjs'), '--replace'], {
      stdio: 'ignore',
      env: { PATH: process.env.PATH, HOME: older.home, SNOWPOOL_SOCKET: older.socket },
    });
    await older.logged(({ msg }) => msg === 'a newer daemon takes over');
    newer.kill('SIGKILL');
    await once(newer, 'exit');
    await sandbox.control.turnClock(80_000);
    if (older.process.exitCode === null) await once(older.process, 'exit');
    await long;
    const left = (await sandbox.control.sessions()).filter(({ user }) => user === 'ABANDONED');
    expect(left).toEqual([]);
    await older.dispose();
  });

  it('starts as any other where there is nobody to replace', async () => {
    const daemon = await startDaemon({ args: ['--replace'] });
    const client = await daemon.attach({ name: 'first', environment: sandbox.environment() });
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
    await daemon.dispose();
  });
});
