import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Attachment } from '../../../daemon/clients/contract.ts';
import { createGuard } from '../../../daemon/query/guard/judge.ts';
import { type Ran, run, type Stage, startStage } from '../clients/fixture.ts';

const guard = await createGuard();
const policy = { mode: 'read-write', allow: [], deny: [], functions: 'all' } as const;

/** Runs a statement with the effects that the guard reads from it. */
function runAs(attachment: Attachment, sql: string): Promise<Ran> {
  return run(attachment, sql, { effects: guard.judge(sql, policy).effects });
}

async function cellAs(attachment: Attachment, sql: string): Promise<string | null> {
  return (await runAs(attachment, sql)).rows[0]?.[0] ?? null;
}

describe('a client without a database, beside one that chose one', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
    const { attachment, client } = stage.attach('setup');
    await runAs(attachment, 'CREATE DATABASE HOME');
    await runAs(attachment, 'CREATE TABLE HOME.PUBLIC.T (A INT)');
    await runAs(attachment, 'CREATE DATABASE OTHER');
    await client.detach();
  });
  afterAll(() => stage.close());
  afterEach(async () => {
    for (const { identity } of stage.clients.status()) await stage.clients.find(identity.id)?.detach();
  });

  let pools = 0;
  const onOneSession = () => {
    const profile = stage.profile({ account: `guard-${++pools}`, pool: { minSize: 1, maxSize: 1 } });
    const evictions = () =>
      stage.pools.status().find(({ profile: { fingerprint } }) => fingerprint === profile.fingerprint)?.evictions
        .context;
    const [a, b] = ['a', 'b'].map((name) => stage.attach(name, profile).attachment) as [Attachment, Attachment];
    return { a, b, evictions };
  };

  it('uses its session for whatever names all it needs, and neither sees nor changes what that one chose', async () => {
    const { a, b, evictions } = onOneSession();
    const { sessionId } = await runAs(a, 'USE DATABASE HOME');
    for (const text of [
      'SELECT 1',
      'SELECT COUNT(*) FROM HOME.PUBLIC.T',
      'SHOW DATABASES',
      'SHOW TABLES IN SCHEMA HOME.PUBLIC',
      'DESCRIBE TABLE HOME.PUBLIC.T',
      'SET x = 1',
      "ALTER SESSION SET TIMEZONE = 'Europe/Berlin'",
      'UNSET x',
      'ROLLBACK',
      'USE WAREHOUSE COMPUTE_WH',
    ]) {
      expect((await runAs(b, text)).sessionId, text).toBe(sessionId);
    }
    expect(evictions()).toBe(0);
    expect(b.describeContext().database).toBeUndefined();
    expect(await cellAs(a, 'SELECT CURRENT_DATABASE()')).toBe('HOME');
    expect(await cellAs(b, 'SELECT CURRENT_DATABASE()')).toBeNull();
    expect(evictions()).toBe(1);
  });

  it('keeps no session in which that one is, where statements do not commit by themselves', async () => {
    const profile = stage.profile({ account: `guard-${++pools}`, pool: { minSize: 2, maxSize: 2 } });
    const choosers = ['a', 'a2'].map((name) => stage.attach(name, profile).attachment);
    const { attachment: b } = stage.attach('b', profile);
    await runAs(b, 'ALTER SESSION SET AUTOCOMMIT = FALSE');
    for (const sql of ['USE DATABASE HOME', "SELECT SYSTEM$WAIT(100, 'MILLISECONDS')"]) {
      await Promise.all(choosers.map((chooser) => runAs(chooser, sql)));
    }
    for (const sql of [
      'SHOW DATABASES',
      'DESCRIBE TABLE HOME.PUBLIC.T',
      'SET x = 1',
      'SELECT COUNT(*) FROM HOME.PUBLIC.T',
    ]) {
      await runAs(b, sql);
    }
    expect(await cellAs(b, 'SELECT CURRENT_DATABASE()')).toBeNull();
  });

  it.each([
    'SELECT CURRENT_SCHEMA()',
    'SHOW TABLES',
    "SELECT COUNT(*) FROM IDENTIFIER('T')",
    'BEGIN',
    'CREATE TEMPORARY TABLE HOME.PUBLIC.X (A INT)',
  ])('gets a session of its own for %s', async (text) => {
    const { a, b } = onOneSession();
    const { sessionId } = await runAs(a, 'USE DATABASE HOME');
    const ran = await runAs(b, text).catch(() => undefined);
    expect(ran?.sessionId).not.toBe(sessionId);
    expect(await cellAs(b, 'SELECT CURRENT_DATABASE()')).toBeNull();
  });

  it('chooses the very database in which the session is already', async () => {
    const { a, b } = onOneSession();
    await runAs(a, 'USE DATABASE HOME');
    await runAs(b, 'USE DATABASE HOME');
    expect(await cellAs(b, 'SELECT CURRENT_DATABASE()')).toBe('HOME');
    await runAs(a, 'USE DATABASE OTHER');
    expect(await cellAs(b, 'SELECT CURRENT_DATABASE()')).toBe('HOME');
  });

  it('gets the session that ran a block which shows all that it does, but not one whose text is not seen', async () => {
    const { a, b, evictions } = onOneSession();
    const { sessionId } = await runAs(a, "EXECUTE IMMEDIATE 'SELECT 1'");
    expect((await runAs(b, 'SELECT 1')).sessionId).toBe(sessionId);
    await runAs(a, "SET q = 'SELECT 1'");
    await runAs(a, 'EXECUTE IMMEDIATE $q');
    expect((await runAs(b, 'SELECT 1')).sessionId).not.toBe(sessionId);
    expect(evictions()).toBe(1);
  });
});
