import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDaemon } from '../../support/daemon.ts';
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

  it('starts as any other where there is nobody to replace', async () => {
    const daemon = await startDaemon({ args: ['--replace'] });
    const client = await daemon.attach({ name: 'first', environment: sandbox.environment() });
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
    await daemon.dispose();
  });
});
