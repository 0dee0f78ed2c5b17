/** Sessions that one client keeps for itself: transactions and temporary objects (DESIGN §6). */
import { describe, expect, it } from 'vitest';
import { cell, effectsOf, run, startLayer } from './fixture.ts';
import { homeStage } from './home-stage.ts';

const wait = (ms: number) => `SELECT SYSTEM$WAIT(${ms}, 'MILLISECONDS')`;

describe('a pinned session', () => {
  const world = homeStage();
  const { home, statusOf, table, count } = world;

  it('keeps a transaction for its client, out of reach of everybody else, until it is committed', async () => {
    const profile = home();
    const name = await table();
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    await run(a, 'BEGIN');
    expect(a.describeContext().pinned).toBe('an open transaction');
    const { sessionId } = await run(a, `INSERT INTO ${name} VALUES (1)`);
    expect(await count(name)).toBe('0');
    expect(await cell(a, `SELECT COUNT(*) FROM ${name}`)).toBe('1');
    const others = await Promise.all([run(b, wait(50)), run(b, wait(50))]);
    expect(others.map((other) => other.sessionId)).not.toContain(sessionId);
    expect(await count(name)).toBe('0');
    expect(statusOf(profile.fingerprint).pinned).toBe(1);
    await run(a, 'COMMIT');
    expect(await count(name)).toBe('1');
    expect(a.describeContext().pinned).toBe('');
    expect(statusOf(profile.fingerprint)).toMatchObject({ pinned: 0, evictions: { pin: 0 } });
  });

  it('with temporary objects runs statements that bring their own schema in turn with those that do not', async () => {
    const { attachment: a } = world.stage.attach('a', home());
    await run(a, 'CREATE SCHEMA IF NOT EXISTS HOME.BESIDE');
    await run(a, 'USE SCHEMA HOME.PUBLIC');
    await run(a, 'CREATE TEMPORARY TABLE SCRATCH (X INT)');
    const schemaOf = (override?: { database: string; schema: string }) =>
      cell(a, 'SELECT CURRENT_SCHEMA()', override ? { override } : {});
    const beside = { database: 'HOME', schema: 'BESIDE' };
    const rounds = await Promise.all(
      [0, 1, 2, 3].map(() => Promise.all([schemaOf(), schemaOf(beside), schemaOf(), schemaOf()])),
    );
    expect(rounds).toEqual([0, 1, 2, 3].map(() => ['PUBLIC', 'BESIDE', 'PUBLIC', 'PUBLIC']));
  });

  it('that is the only one and kept for its names alone runs a statement that brings its own', async () => {
    const { attachment: a } = world.stage.attach('a', home({ maxSize: 1, connectionTimeoutMs: 5_000 }));
    await run(a, 'CREATE SCHEMA HOME.DROPPED_SOON');
    await run(a, 'DROP SCHEMA HOME.DROPPED_SOON');
    expect(a.describeContext().pinned).toBe('a current schema that exists no more');
    const override = { database: 'HOME', schema: 'PUBLIC' };
    expect(await cell(a, 'SELECT CURRENT_SCHEMA()', { override })).toBe('PUBLIC');
    await expect(run(a, 'SELECT 1 FROM T')).rejects.toMatchObject({ code: 'session_lost' });
    expect(await cell(a, 'SELECT 1')).toBe('1');
  });

  it('is given back after ROLLBACK', async () => {
    const name = await table();
    const { attachment: a } = world.stage.attach('a', home());
    await run(a, 'BEGIN');
    await run(a, `INSERT INTO ${name} VALUES (1)`);
    await run(a, 'ROLLBACK');
    expect([await count(name), a.describeContext().pinned]).toEqual(['0', '']);
  });

  it('is rolled back and closed when its client goes', async () => {
    const profile = home();
    const name = await table();
    const { attachment: a, client } = world.stage.attach('a', profile);
    await run(a, 'BEGIN');
    const { sessionId } = await run(a, `INSERT INTO ${name} VALUES (1)`);
    await client.detach();
    const open = await world.stage.sandbox.control.sessions();
    expect(open.map((session) => session.sessionId)).not.toContain(sessionId);
    expect(await count(name)).toBe('0');
    const status = world.stage.pools.status().find((pool) => pool.profile.fingerprint === profile.fingerprint);
    expect(status?.evictions.pin).toBe(1);
  });

  it('keeps temporary objects until the client goes', async () => {
    const profile = home({ maxSize: 2 });
    const { attachment: a, client } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    await run(a, 'CREATE TEMPORARY TABLE MINE AS SELECT 5 AS X');
    expect(a.describeContext().pinned).toBe('temporary objects');
    await run(b, 'SELECT 1');
    expect(await cell(a, 'SELECT X FROM MINE')).toBe('5');
    await expect(run(b, 'SELECT X FROM MINE')).rejects.toMatchObject({ fault: 'statement' });
    await run(a, 'BEGIN');
    await run(a, 'COMMIT');
    expect(a.describeContext().pinned).toBe('temporary objects');
    expect(await cell(a, 'SELECT X FROM MINE')).toBe('5');
    const { sessionId } = await run(a, 'SELECT 1');
    await client.detach();
    const open = await world.stage.sandbox.control.sessions();
    expect(open.map((session) => session.sessionId)).not.toContain(sessionId);
  });

  it('serves the parallel calls of a client with temporary objects at once', async () => {
    const { attachment: a } = world.stage.attach('a', home());
    await run(a, 'CREATE TEMPORARY TABLE MINE AS SELECT 5 AS X');
    let running = 0;
    let most = 0;
    const one = async () => {
      const answer = run(a, wait(100), {
        onRunning: () => {
          most = Math.max(most, ++running);
        },
      });
      await answer;
      running--;
    };
    await Promise.all([one(), one(), one()]);
    expect(most).toBe(3);
  });

  it('is refused where all others are kept already, with the names of who keeps them', async () => {
    const profile = home({ maxSize: 3 });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => world.stage.attach(name, profile).attachment);
    if (!a || !b || !c) throw new Error('three were attached');
    await run(a, 'BEGIN');
    await run(b, 'CREATE TEMPORARY TABLE MINE AS SELECT 5 AS X');
    const refusal = await run(c, 'BEGIN').catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'pool_exhausted',
      message: expect.stringMatching(/a \(pid \d+\).*b \(pid \d+\)/),
    });
    expect(await cell(c, 'SELECT 1')).toBe('1');
    await run(a, 'COMMIT');
    await run(c, 'BEGIN');
    await run(c, 'ROLLBACK');
  });

  it('is not had by a procedure where there is no place for it: the transaction is rolled back, the session stays', async () => {
    const profile = home({ minSize: 2, maxSize: 2 });
    const name = await table();
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    await run(a, 'BEGIN');
    for (let times = 0; times < 3; times++) {
      await expect(run(b, "EXECUTE IMMEDIATE 'BEGIN'")).rejects.toMatchObject({
        code: 'session_lost',
        message: expect.stringMatching(/could not be kept: .* a \(pid \d+\).* rolled back/),
      });
      await run(b, `INSERT INTO ${name} VALUES (1)`);
    }
    expect(await count(name)).toBe('3');
    const status = world.stage.pools.status().find((pool) => pool.profile.fingerprint === profile.fingerprint);
    expect(status).toMatchObject({ logins: { succeeded: 2 }, evictions: { pin: 0, broken: 0, context: 0 } });
    await run(a, 'ROLLBACK');
  });

  it('is not taken from the others by one client twice', async () => {
    const profile = home({ maxSize: 3 });
    const layer = startLayer(world.stage.sandbox);
    try {
      const client = layer.clients.attach(
        { id: 'one', name: 'one', version: '', pid: 1 },
        new Map([
          ['x', profile],
          ['y', profile],
        ]),
        new Map(),
        { saveContext() {}, prompt: { openUrl() {} }, notice() {} },
      );
      await run(client.attachment('x'), 'BEGIN');
      await expect(run(client.attachment('y'), 'BEGIN')).rejects.toMatchObject({ code: 'pool_exhausted' });
      await run(client.attachment('x'), 'ROLLBACK');
      await run(client.attachment('y'), 'BEGIN');
    } finally {
      await layer.close();
    }
  });

  it('lives on past a statement that fails in its transaction', async () => {
    const name = await table();
    const { attachment: a } = world.stage.attach('a', home());
    await run(a, 'BEGIN');
    await run(a, `INSERT INTO ${name} VALUES (1)`);
    await expect(run(a, 'SELECT * FROM NOTHING')).rejects.toMatchObject({ fault: 'statement' });
    expect(a.describeContext().pinned).toBe('an open transaction');
    await run(a, 'COMMIT');
    expect(await count(name)).toBe('1');
  });

  it('ends where DDL commits the transaction', async () => {
    const name = await table();
    const { attachment: a } = world.stage.attach('a', home());
    await run(a, 'BEGIN');
    await run(a, `INSERT INTO ${name} VALUES (1)`);
    await run(a, `CREATE TABLE ${name}_MORE (X INT)`);
    expect([await count(name), a.describeContext().pinned]).toEqual(['1', '']);
  });

  it('holds what a client does without autocommit, from its first write to its COMMIT', async () => {
    const profile = home({ maxSize: 2 });
    const name = await table();
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    await run(a, 'ALTER SESSION SET AUTOCOMMIT = FALSE');
    expect(a.describeContext().pinned).toBe('');
    await run(a, `INSERT INTO ${name} VALUES (1)`);
    expect(a.describeContext().pinned).toBe('an open transaction');
    await run(b, `INSERT INTO ${name} VALUES (2)`);
    expect(await count(name)).toBe('1');
    await run(a, 'COMMIT');
    expect([await count(name), a.describeContext().pinned]).toEqual(['2', '']);
    await Promise.all([1, 2, 3].map(() => run(b, `INSERT INTO ${name} VALUES (3)`)));
    expect(await count(name)).toBe('5');
    await run(a, `INSERT INTO ${name} VALUES (4)`);
    await run(a, 'ROLLBACK');
    expect(await count(name)).toBe('5');
  });

  it('is handed over to a newer daemon, transaction and all', async () => {
    const layer = startLayer(world.stage.sandbox);
    const next = startLayer(world.stage.sandbox);
    try {
      const profile = home();
      const name = await table();
      const { attachment: a, client, saved } = layer.attach('a', profile);
      await run(a, 'SET X = 7');
      await run(a, 'BEGIN');
      await run(a, `INSERT INTO ${name} VALUES (1)`);
      const clientsParcel = JSON.parse(JSON.stringify(await layer.clients.handOver()));
      const poolsParcel = JSON.parse(JSON.stringify(await layer.pools.handOver()));
      await next.pools.adopt(poolsParcel);
      next.clients.adopt(clientsParcel);
      await client.detach();
      const logins = (await world.stage.sandbox.control.stats()).logins.tried;
      const { attachment } = next.attach('a', profile, new Map(saved));
      expect((await run(attachment, `SELECT $X, COUNT(*) FROM ${name}`)).rows).toEqual([['7', '1']]);
      expect(attachment.describeContext().pinned).toBe('an open transaction');
      await run(attachment, 'COMMIT');
      expect(await count(name)).toBe('1');
      expect((await world.stage.sandbox.control.stats()).logins.tried).toBe(logins);
    } finally {
      await next.close();
    }
  });

  it.each([
    ['alone in a pool of one session', 1],
    ['one of two clients of two sessions', 2],
  ])('leaves its client, %s, a session to read its results with', async (_, maxSize) => {
    const profile = home({ maxSize });
    const { attachment: a } = world.stage.attach('a', profile);
    if (maxSize > 1) world.stage.attach('b', profile);
    const name = await table();
    await run(a, 'BEGIN');
    await run(a, `INSERT INTO ${name} VALUES (1)`);
    const { result } = await run(a, `SELECT X FROM ${name}`);
    const long = run(a, wait(300));
    for (let turn = 0; turn < 2; turn++) {
      const aside = await a.lend({
        requestId: 'aside',
        effects: effectsOf('SELECT 1'),
        isAside: true,
        signal: new AbortController().signal,
        deadline: performance.now() + 10_000,
        onPlace() {},
      });
      const stored = await aside.session.resultOf(result.queryId, AbortSignal.timeout(10_000));
      expect(stored.totalRows).toBe(1);
      await aside.settle({ state: 'abandoned', isEndConfirmed: true });
    }
    await long;
    expect(await cell(a, `SELECT COUNT(*) FROM ${name}`)).toBe('1');
    await run(a, 'ROLLBACK');
    expect(await count(name)).toBe('0');
    expect(statusOf(profile.fingerprint).evictions).toMatchObject({ broken: 0, context: 0, pin: 0 });
  });

  it('whose schema was dropped stays as it is for a statement with its own, and ends where its client chooses anew', async () => {
    const { attachment: a } = world.stage.attach('a', home());
    await run(a, 'CREATE SCHEMA SHORT');
    await run(a, 'DROP SCHEMA SHORT');
    expect(a.describeContext().pinned).toBe('a current schema that exists no more');
    const override = { database: 'HOME', schema: 'PUBLIC' };
    expect(await cell(a, 'SELECT CURRENT_SCHEMA()', { override })).toBe('PUBLIC');
    expect(await cell(a, 'SELECT CURRENT_SCHEMA()')).toBe(null);
    await run(a, 'USE SCHEMA HOME.PUBLIC');
    expect(a.describeContext().pinned).toBe('');
    expect(await cell(a, 'SELECT CURRENT_SCHEMA()')).toBe('PUBLIC');
  });
});
