/** Clients and sessions without a current database: no statement takes one away (DESIGN §6). */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cell, effectsOf, run } from './fixture.ts';
import { homeStage } from './home-stage.ts';

const wait = (ms: number) => `SELECT SYSTEM$WAIT(${ms}, 'MILLISECONDS')`;

describe('a client without a database', () => {
  const world = homeStage();
  const { bare, statusOf } = world;

  it('keeps a session without a database for those who chose none, rather than closing others', async () => {
    // Patient enough for a machine that is busy otherwise.
    const profile = bare({ minSize: 2, maxSize: 4, growAfterMs: 1_000 });
    const chooser = world.stage.attach('chooser', profile).attachment;
    const others = [1, 2, 3].map((n) => world.stage.attach(`other-${n}`, profile).attachment);
    await Promise.all([run(chooser, wait(100)), ...others.map((other) => run(other, wait(100)))]);
    for (let turn = 0; turn < 3; turn++) {
      await run(chooser, 'USE SCHEMA HOME.ONE');
      const answers = await Promise.all([
        cell(chooser, 'SELECT CURRENT_SCHEMA()'),
        cell(chooser, 'SELECT CURRENT_DATABASE()'),
        ...others.map((other) => cell(other, 'SELECT CURRENT_DATABASE()')),
      ]);
      expect(answers).toEqual(['ONE', 'HOME', null, null, null]);
    }
    expect(statusOf(profile.fingerprint).evictions.context).toBe(0);
  });

  it('closes a session for a client that chose no database only where the pool is full of chosen ones', async () => {
    const profile = bare({ minSize: 1, maxSize: 1, growAfterMs: 20 });
    const chooser = world.stage.attach('chooser', profile).attachment;
    const other = world.stage.attach('other', profile).attachment;
    await run(chooser, 'USE SCHEMA HOME.ONE');
    expect(await cell(other, 'SELECT CURRENT_DATABASE()')).toBe(null);
    expect(await cell(chooser, 'SELECT CURRENT_SCHEMA()')).toBe('ONE');
    expect(statusOf(profile.fingerprint).evictions.context).toBe(1);
  });

  it('serves a client that chose no database in time, however slowly the pool is to grow', async () => {
    const profile = bare({ minSize: 1, maxSize: 1, growAfterMs: 2_500, connectionTimeoutMs: 3_000 });
    const chooser = world.stage.attach('chooser', profile).attachment;
    const other = world.stage.attach('other', profile).attachment;
    await run(chooser, 'USE SCHEMA HOME.ONE');
    expect(await cell(other, 'SELECT CURRENT_DATABASE()')).toBe(null);
  });

  it('closes no session for a client that chooses its first database, and a choice that fails leaves it in none', async () => {
    const profile = bare({ minSize: 1, maxSize: 1, growAfterMs: 20 });
    const [first, second, third] = ['first', 'second', 'third'].map(
      (name) => world.stage.attach(name, profile).attachment,
    );
    if (!first || !second || !third) throw new Error('not attached');
    await run(first, 'USE SCHEMA HOME.ONE');
    await run(second, 'USE DATABASE HOME');
    expect(await cell(second, 'SELECT CURRENT_SCHEMA()')).toBe('PUBLIC');
    await expect(run(third, 'USE SCHEMA HOME.NOWHERE')).rejects.toMatchObject({ fault: 'statement' });
    expect(await cell(first, 'SELECT CURRENT_SCHEMA()')).toBe('ONE');
    expect(statusOf(profile.fingerprint).evictions.context).toBe(0);
    expect(await cell(third, 'SELECT CURRENT_DATABASE()')).toBe(null);
  });

  it('lets a client that chooses wait a moment for a chosen session rather than take the last one without a database', async () => {
    const profile = bare({ minSize: 2, maxSize: 2, growAfterMs: 2_000 });
    const [first, second, third] = ['first', 'second', 'third'].map(
      (name) => world.stage.attach(name, profile).attachment,
    );
    if (!first || !second || !third) throw new Error('not attached');
    await run(third, 'SELECT 1');
    await expect.poll(() => statusOf(profile.fingerprint).size).toBe(2);
    await run(first, 'USE SCHEMA HOME.ONE');
    let begun = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const long = run(first, wait(200), { onRunning: begun });
    await running;
    await run(second, 'USE SCHEMA HOME.PUBLIC');
    await long;
    expect(await cell(third, 'SELECT CURRENT_DATABASE()')).toBe(null);
    expect(statusOf(profile.fingerprint).evictions.context).toBe(0);
  });

  it('keeps no session without a database for a client that has gone', async () => {
    const profile = bare({ minSize: 2, maxSize: 2, growAfterMs: 60_000 });
    const third = world.stage.attach('third', profile);
    const [first, second] = ['first', 'second'].map((name) => world.stage.attach(name, profile).attachment);
    if (!first || !second) throw new Error('not attached');
    await run(third.attachment, 'SELECT 1');
    await expect.poll(() => statusOf(profile.fingerprint).size).toBe(2);
    await run(first, 'USE SCHEMA HOME.ONE');
    await third.client.detach();
    let begun = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    let isOver = false;
    // Shorter than a call would wait for something better than the last session without a database.
    const long = run(first, wait(4_000), { onRunning: begun }).finally(() => {
      isOver = true;
    });
    await running;
    await run(second, 'USE SCHEMA HOME.PUBLIC');
    expect(isOver).toBe(false);
    await long;
  });

  it('puts no client where another one was, as somebody drops what was current there', async () => {
    const profile = bare({ minSize: 1, maxSize: 1, growAfterMs: 20 });
    const [first, second] = ['first', 'second'].map((name) => world.stage.attach(name, profile).attachment);
    if (!first || !second) throw new Error('not attached');
    await run(first, 'USE SCHEMA HOME.ONE');
    const loan = await second.lend({
      requestId: 'placeless',
      effects: effectsOf('SELECT 1'),
      signal: new AbortController().signal,
      deadline: performance.now() + 10_000,
      onPlace() {},
    });
    const result = await loan.session.execute({ sql: 'SELECT 1', requestId: randomUUID(), parameters: {} }).result;
    expect(result.current).toMatchObject({ database: 'HOME', schema: 'ONE' });
    // As an account answers that names no schema once it is dropped.
    await loan.settle({ state: 'succeeded', result: { ...result, current: { ...result.current, schema: undefined } } });
    expect(second.describeContext().database).toBeUndefined();
    expect(await cell(second, 'SELECT CURRENT_DATABASE()')).toBe(null);
    expect(await cell(first, 'SELECT CURRENT_SCHEMA()')).toBe('ONE');
  });

  it('asks nobody to sign in again, where each sign-in asks a person, because clients chose different databases', async () => {
    const { control } = world.stage.sandbox;
    await control.setUser({ name: 'PERSON', password: 'right', roles: ['ACCOUNTADMIN'], mfa: { push: 'wait' } });
    await control.settings({ allowClientMfaCaching: false });
    const profile = world.stage.profile({
      user: 'PERSON',
      credentials: { kind: 'mfa', password: 'right' },
      account: 'mfa',
    });
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    const first = run(a, 'USE SCHEMA HOME.ONE');
    await control.until(({ pushes }) => pushes.pending === 1);
    await control.approvePush('PERSON');
    await first;
    await run(a, 'EXECUTE IMMEDIATE $$ BEGIN SET X = 1; END $$');
    await expect(run(b, 'SELECT * FROM T')).rejects.toMatchObject({
      code: 'statement_refused',
      message: expect.stringContaining('HOME'),
    });
    // The one session is there already: that is a choice all the same.
    await run(b, 'USE SCHEMA HOME.ONE');
    expect(await cell(b, 'SELECT CURRENT_SCHEMA()')).toBe('ONE');
    await run(b, 'USE SCHEMA HOME.PUBLIC');
    const answers = await Promise.all([cell(b, 'SELECT CURRENT_SCHEMA()'), cell(a, 'SELECT CURRENT_SCHEMA()')]);
    expect(answers).toEqual(['PUBLIC', 'ONE']);
    expect(await cell(a, 'SELECT $X')).toBe('1');
    await run(b, 'CREATE DATABASE SHORT');
    await run(b, 'USE SCHEMA HOME.PUBLIC');
    await run(a, 'USE DATABASE SHORT');
    await run(b, 'DROP DATABASE SHORT');
    await expect(run(a, 'SELECT 1 FROM T')).rejects.toMatchObject({ code: 'session_lost' });
    await run(a, 'USE SCHEMA HOME.ONE');
    expect(await cell(a, 'SELECT $X')).toBe('1');
    expect((await control.stats()).pushes.sent).toBe(1);
    expect(statusOf(profile.fingerprint)).toMatchObject({ size: 1, evictions: { context: 0 } });
  });

  it('chooses and computes for nobody in a database of another client, where one session is all there is', async () => {
    const { control } = world.stage.sandbox;
    await control.setUser({ name: 'ALONE', password: 'right', roles: ['ACCOUNTADMIN'], mfa: { push: 'approve' } });
    await control.settings({ allowClientMfaCaching: false });
    const profile = world.stage.profile({
      user: 'ALONE',
      credentials: { kind: 'mfa', password: 'right' },
      account: 'alone',
    });
    const [chooser, other] = ['chooser', 'other'].map((name) => world.stage.attach(name, profile).attachment);
    if (!chooser || !other) throw new Error('not attached');
    await run(chooser, 'USE SCHEMA HOME.ONE');
    await run(chooser, 'CREATE TABLE SEEN (A NUMBER)');
    const refused = { code: 'statement_refused', message: expect.stringContaining('HOME') };
    await expect(run(other, 'SET N = (SELECT COUNT(*) FROM SEEN)')).rejects.toMatchObject(refused);
    await expect(run(other, 'USE SCHEMA PUBLIC')).rejects.toMatchObject(refused);
    expect(other.describeContext().database).toBeUndefined();
    await run(other, 'USE DATABASE HOME');
    expect(await cell(other, 'SELECT CURRENT_SCHEMA()')).toBe('PUBLIC');
  });

  it('keeps no session in a database of another client for what a sign-in without autocommit leaves open', async () => {
    const profile = {
      ...bare({ minSize: 1, maxSize: 2, growAfterMs: 20 }),
      sessionParameters: { AUTOCOMMIT: false },
      fingerprint: 'autocommit-off',
    };
    const [chooser, other] = ['chooser', 'other'].map((name) => world.stage.attach(name, profile).attachment);
    if (!chooser || !other) throw new Error('not attached');
    await run(chooser, 'USE SCHEMA HOME.ONE');
    await run(other, 'SELECT * FROM HOME.INFORMATION_SCHEMA.SCHEMATA');
    expect(await cell(other, 'SELECT CURRENT_DATABASE()')).toBe(null);
  });
});
