/** What a client is told once its kept session is gone, and that nothing meant for it runs elsewhere (DESIGN §6). */
import { describe, expect, it } from 'vitest';
import { TurnedClock } from '../../support/turned-clock.ts';
import { cell, run, startLayer } from './fixture.ts';
import { homeStage } from './home-stage.ts';

describe('a pinned session that is lost', () => {
  const world = homeStage();
  const { home, table, count } = world;

  it('that nobody can say the state of any more is closed, and the next statement is told what it held, unexecuted', async () => {
    const { control } = world.stage.sandbox;
    const name = await table();
    const { attachment: a } = world.stage.attach('a', home());
    await run(a, 'BEGIN');
    await run(a, `INSERT INTO ${name} VALUES (1)`);
    // Nobody has asked for this pool's parameters before.
    const action = {
      kind: 'error',
      code: '000603',
      message: 'Processing aborted by an error',
      sqlState: 'XX000',
    } as const;
    await control.fault({ action, sqlContains: 'SHOW PARAMETERS', count: 1 });
    await expect(run(a, "ALTER SESSION SET TIMEZONE = 'Asia/Tokyo'")).rejects.toMatchObject({ code: 'internal' });
    await expect(run(a, `INSERT INTO ${name} VALUES (2)`)).rejects.toMatchObject({
      code: 'session_lost',
      message: expect.stringContaining('an open transaction'),
    });
    expect(await count(name)).toBe('0');
    await control.clearFaults();
  });

  it('is rolled back and closed when it is idle for too long, and the next statement says so, unexecuted', async () => {
    const clock = new TurnedClock();
    const layer = startLayer(world.stage.sandbox, clock);
    try {
      const name = await table();
      const { attachment: a } = layer.attach('a', home({ growAfterMs: 0 }));
      const inTime = { deadlineMs: 3_600_000 };
      const { sessionId } = await run(a, 'BEGIN', inTime);
      await run(a, `INSERT INTO ${name} VALUES (1)`, inTime);
      await clock.turn(9 * 60_000);
      await run(a, `INSERT INTO ${name} VALUES (2)`, inTime);
      await clock.turn(9 * 60_000);
      expect(a.describeContext().pinned).toBe('an open transaction');
      await clock.turn(60_000);
      expect(a.describeContext().pinned).toBe('');
      const open = async () => (await world.stage.sandbox.control.sessions()).map((session) => session.sessionId);
      await expect.poll(open, { timeout: 10_000 }).not.toContain(sessionId);
      expect(a.poolStatus().evictions).toMatchObject({ pin: 1 });
      const refused = expect(run(a, `INSERT INTO ${name} VALUES (3)`, inTime)).rejects.toMatchObject({
        code: 'session_lost',
        message: expect.stringContaining('idle for 10 minutes'),
      });
      const turning = setInterval(() => void clock.turn(10), 1);
      await refused.finally(() => clearInterval(turning));
      expect(await count(name)).toBe('0');
      await run(a, `INSERT INTO ${name} VALUES (4)`, inTime);
      expect(await count(name)).toBe('1');
    } finally {
      await layer.close();
    }
  });

  it('that died takes with it every call that was meant for it, and none after the client heard of it', async () => {
    const name = await table();
    const { attachment: a } = world.stage.attach('a', home());
    await run(a, 'BEGIN');
    const { sessionId } = await run(a, `INSERT INTO ${name} VALUES (1)`);
    await world.stage.sandbox.control.killSession(sessionId);
    const outcomes = await Promise.allSettled([2, 3, 4].map((x) => run(a, `INSERT INTO ${name} VALUES (${x})`)));
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual(
      Array(3).fill('session_lost'),
    );
    expect(await count(name)).toBe('0');
    await run(a, `INSERT INTO ${name} VALUES (5)`);
    expect(await count(name)).toBe('1');
  });

  it('that a daemon took with it is reported by the next one', async () => {
    const profile = home();
    const name = await table();
    const { attachment: a, saved } = world.stage.attach('a', profile);
    await run(a, 'USE SCHEMA HOME.PUBLIC');
    await run(a, 'BEGIN');
    await run(a, `INSERT INTO ${name} VALUES (1)`);
    const next = startLayer(world.stage.sandbox);
    try {
      const { attachment, saved: savedNext } = next.attach('a', profile, new Map(saved));
      await expect(run(attachment, 'COMMIT')).rejects.toMatchObject({ code: 'session_lost' });
      await run(attachment, `INSERT INTO ${name} VALUES (2)`);
      expect(await count(name)).toBe('1');
      const third = startLayer(world.stage.sandbox);
      const { attachment: again } = third.attach('a', profile, new Map(savedNext));
      expect(await cell(again, 'SELECT 1')).toBe('1');
      await third.close();
    } finally {
      await next.close();
    }
  });

  it('that a daemon took with it takes with it all that the client sends at once, however far apart that arrives', async () => {
    const profile = home();
    const name = await table();
    const { attachment: a, saved } = world.stage.attach('a', profile);
    await run(a, 'BEGIN');
    const next = startLayer(world.stage.sandbox);
    try {
      const { attachment } = next.attach('a', profile, new Map(saved));
      const first = run(attachment, `INSERT INTO ${name} VALUES (1)`);
      await new Promise(setImmediate);
      const outcomes = await Promise.allSettled([first, run(attachment, `INSERT INTO ${name} VALUES (2)`)]);
      expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual(
        Array(2).fill('session_lost'),
      );
      expect(await count(name)).toBe('0');
    } finally {
      await next.close();
    }
  });

  it('is reported as lost where its daemon died while the transaction began', async () => {
    const profile = home();
    const { attachment: a, saved } = world.stage.attach('a', profile);
    const loan = await a.lend({
      requestId: 'x',
      effects: {
        context: false,
        transaction: 'begin',
        temporary: false,
        unknown: false,
        write: false,
        variables: [],
        secondaryRoles: undefined,
        sessionParameters: [],
      },
      signal: new AbortController().signal,
      deadline: performance.now() + 10_000,
      onPlace() {},
    });
    const before = new Map(saved);
    await loan.settle({ state: 'abandoned', isEndConfirmed: false });
    const next = startLayer(world.stage.sandbox);
    const { attachment } = next.attach('a', profile, before);
    await expect(run(attachment, 'SELECT 1')).rejects.toMatchObject({ code: 'session_lost' });
    await next.close();
  });

  it.each([
    ['BEGIN', 'an open transaction'],
    ['ROLLBACK', ''],
  ])('lets %s run after it, which can do no harm, and tells of the loss along with its answer', async (sql, pinned) => {
    const profile = home();
    const name = await table();
    const { attachment: a, saved } = world.stage.attach('a', profile);
    await run(a, 'BEGIN');
    await run(a, `INSERT INTO ${name} VALUES (1)`);
    const next = startLayer(world.stage.sandbox);
    try {
      const { attachment } = next.attach('a', profile, new Map(saved));
      const { notices } = await run(attachment, sql);
      expect(notices.join(' ')).toContain('its open transaction was rolled back');
      expect(attachment.describeContext().pinned).toBe(pinned);
      expect((await run(attachment, `INSERT INTO ${name} VALUES (2)`)).notices).toEqual([]);
      if (pinned !== '') await run(attachment, 'COMMIT');
      expect(await count(name)).toBe('1');
    } finally {
      await next.close();
    }
  });

  it('refuses what follows a BEGIN that could not be run: the client has not heard of the loss', async () => {
    const profile = home();
    const name = await table();
    const { attachment: a, saved } = world.stage.attach('a', profile);
    await run(a, 'BEGIN');
    const next = startLayer(world.stage.sandbox);
    try {
      const { attachment } = next.attach('a', profile, new Map(saved));
      const action = { kind: 'error', code: '000603', message: 'Processing aborted', sqlState: 'XX000' } as const;
      await world.stage.sandbox.control.fault({ action, sqlContains: 'BEGIN', count: 1 });
      await expect(run(attachment, 'BEGIN')).rejects.toMatchObject({ fault: 'statement' });
      await expect(run(attachment, `INSERT INTO ${name} VALUES (1)`)).rejects.toMatchObject({ code: 'session_lost' });
      expect(await count(name)).toBe('0');
    } finally {
      await next.close();
    }
  });

  it('refuses BEGIN as well where temporary objects went with the transaction', async () => {
    const profile = home();
    const { attachment: a, saved } = world.stage.attach('a', profile);
    await run(a, 'CREATE TEMPORARY TABLE MINE (X INT)');
    await run(a, 'BEGIN');
    const next = startLayer(world.stage.sandbox);
    try {
      const { attachment } = next.attach('a', profile, new Map(saved));
      await expect(run(attachment, 'BEGIN')).rejects.toMatchObject({ code: 'session_lost' });
    } finally {
      await next.close();
    }
  });

  it.each(['COMMIT', 'ROLLBACK'])('is told whole, and once, by the %s that finds it dead', async (sql) => {
    const { attachment: a } = world.stage.attach('a', home());
    await run(a, 'CREATE TEMPORARY TABLE MINE AS SELECT 5 AS X');
    const { sessionId } = await run(a, 'BEGIN');
    await world.stage.sandbox.control.killSession(sessionId);
    await expect(run(a, sql)).rejects.toMatchObject({
      code: 'session_lost',
      message: expect.stringContaining('its open transaction was rolled back and its temporary objects are gone'),
    });
    expect(await cell(a, 'SELECT 1')).toBe('1');
  });

  it('that a block may have begun, and nobody could read back, is told of with all that it may have held', async () => {
    const { attachment: a } = world.stage.attach('a', home());
    const action = { kind: 'error', code: '000603', message: 'Processing aborted', sqlState: 'XX000' } as const;
    await world.stage.sandbox.control.fault({ action, sqlContains: 'SHOW VARIABLES', count: 1 });
    await expect(run(a, "EXECUTE IMMEDIATE 'BEGIN'")).rejects.toMatchObject({
      code: 'outcome_unknown',
      message: expect.stringMatching(/^The statement ran\. .* closed, with any transaction or temporary objects/),
    });
    expect(await cell(a, 'SELECT CURRENT_TRANSACTION()')).toBeNull();
  });

  it('with temporary objects that dies is reported', async () => {
    const { attachment: a } = world.stage.attach('a', home());
    const { sessionId } = await run(a, 'CREATE TEMPORARY TABLE MINE AS SELECT 5 AS X');
    await world.stage.sandbox.control.killSession(sessionId);
    await expect(run(a, 'SELECT X FROM MINE')).rejects.toMatchObject({
      code: 'session_lost',
      details: { lost: 'temporary objects' },
    });
    await expect(run(a, 'SELECT X FROM MINE')).rejects.toMatchObject({ fault: 'statement' });
  });
});
