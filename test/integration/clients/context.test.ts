import { describe, expect, it } from 'vitest';
import { cell, effectsOf, run, startLayer } from './fixture.ts';
import { homeStage } from './home-stage.ts';

describe('a context follows its client', () => {
  const world = homeStage();
  const { home, statusOf } = world;
  const requests = async () => (await world.stage.sandbox.control.stats()).requests.query ?? 0;

  it('on one session, and without a trace for the other clients', async () => {
    const profile = home({ maxSize: 1 });
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    await run(a, 'USE SCHEMA AWAY.ONE');
    await run(b, 'USE SCHEMA TWO');
    const names = "SELECT CURRENT_DATABASE() || '.' || CURRENT_SCHEMA()";
    expect(await cell(a, names)).toBe('AWAY.ONE');
    expect(await cell(b, names)).toBe('HOME.TWO');
    expect(await cell(a, names)).toBe('AWAY.ONE');
    const { attachment: c } = world.stage.attach('c', profile);
    expect(await cell(c, names)).toBe('HOME.PUBLIC');
    expect(statusOf(profile.fingerprint)).toMatchObject({
      size: 1,
      logins: { succeeded: 1 },
      evictions: { context: 0 },
    });
  });

  it('under the role that the sign-in had, where another one was chosen in a schema of one statement', async () => {
    const profile = home({ maxSize: 1 });
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    await run(a, 'USE ROLE SYSADMIN', { override: { schema: 'TWO' } });
    await run(b, 'USE SCHEMA AWAY.ONE');
    const names = "SELECT CURRENT_ROLE() || ' ' || CURRENT_DATABASE() || '.' || CURRENT_SCHEMA()";
    expect(await cell(a, names)).toBe('SYSADMIN HOME.PUBLIC');
  });

  it('with variables whose values the account computed', async () => {
    const profile = home({ maxSize: 1 });
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    await run(a, "SET (X, Y) = (SELECT 6 * 7, 'it''s ' || 'C:\\\\dir')");
    await run(b, 'SET X = 1');
    expect((await run(a, 'SELECT $X, $Y')).rows).toEqual([['42', "it's C:\\dir"]]);
    expect(await cell(b, 'SELECT $X')).toBe('1');
    await expect(run(b, 'SELECT $Y')).rejects.toMatchObject({ fault: 'statement' });
    await run(a, 'UNSET X');
    await run(b, 'SELECT 1');
    await expect(run(a, 'SELECT $X')).rejects.toMatchObject({ fault: 'statement' });
    expect(await cell(a, 'SELECT $Y')).toBe("it's C:\\dir");
  });

  it('but for a variable whose name only quotes can hold, which is refused unexecuted and costs a transaction nothing', async () => {
    const { attachment } = world.stage.attach('quoter');
    await run(attachment, 'BEGIN');
    const { sessionId } = await run(attachment, 'SELECT 1');
    const effects = { ...effectsOf('SET x = 1'), variables: [{ name: 'x', op: 'set' as const }] };
    await expect(run(attachment, 'SET "x" = 1', { effects })).rejects.toMatchObject({ code: 'statement_refused' });
    expect((await run(attachment, 'ROLLBACK')).sessionId).toBe(sessionId);
  });

  it('through databases and schemas that it creates and drops', async () => {
    const profile = home({ maxSize: 1 });
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    await run(a, 'CREATE DATABASE MINE');
    expect(await cell(b, 'SELECT CURRENT_DATABASE()')).toBe('HOME');
    expect(await cell(a, 'SELECT CURRENT_DATABASE()')).toBe('MINE');
    await run(a, 'CREATE SCHEMA INNER_ONE');
    await run(b, 'SELECT 1');
    expect(await cell(a, 'SELECT CURRENT_SCHEMA()')).toBe('INNER_ONE');
    await run(a, 'USE DATABASE HOME');
    await run(a, 'DROP DATABASE MINE');
    expect(await cell(a, 'SELECT CURRENT_DATABASE()')).toBe('HOME');
  });

  it('for one request where another session has to be aligned, and for none with its own', async () => {
    const profile = home({ maxSize: 1 });
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    await run(a, 'USE SCHEMA AWAY.ONE');
    await run(a, 'SET X = 1');
    await run(b, 'SELECT 1');
    const before = await requests();
    await run(a, 'SELECT $X');
    const aligned = await requests();
    await run(a, 'SELECT $X');
    expect([aligned - before, (await requests()) - aligned]).toEqual([2, 1]);
  });

  it('to the idle session that carries it already, whichever was used last', async () => {
    const profile = home({ minSize: 2, maxSize: 2 });
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    const wait = "SELECT SYSTEM$WAIT(300, 'MILLISECONDS')";
    await Promise.all([run(a, wait), run(b, wait)]);
    await run(a, 'USE SCHEMA AWAY.ONE');
    await run(b, 'USE SCHEMA AWAY.TWO');
    const [own, other] = [(await run(a, 'SELECT 1')).sessionId, (await run(b, 'SELECT 1')).sessionId];
    expect(own).not.toBe(other);
    const before = await requests();
    for (let turn = 0; turn < 5; turn++) {
      expect((await run(a, 'SELECT 1')).sessionId).toBe(own);
      expect((await run(b, 'SELECT 1')).sessionId).toBe(other);
    }
    expect((await requests()) - before).toBe(10);
  });

  it('into calls that arrive in the same moment as the statement that changes it', async () => {
    const { attachment: a } = world.stage.attach('a', home({ minSize: 3 }));
    const answers = await Promise.all([
      cell(a, 'SELECT CURRENT_SCHEMA()'),
      run(a, 'USE SCHEMA ONE').then(() => null),
      cell(a, 'SELECT CURRENT_SCHEMA()'),
      cell(a, 'SELECT CURRENT_SCHEMA()'),
      run(a, 'USE SCHEMA TWO').then(() => null),
      cell(a, 'SELECT CURRENT_SCHEMA()'),
    ]);
    expect(answers).toEqual(['PUBLIC', null, 'ONE', 'ONE', null, 'TWO']);
  });

  it('without what was named for one statement alone', async () => {
    const profile = home({ maxSize: 1 });
    const { attachment: a } = world.stage.attach('a', profile);
    const names = "SELECT CURRENT_DATABASE() || '.' || CURRENT_SCHEMA()";
    await run(a, 'USE SCHEMA ONE');
    expect(await cell(a, names, { override: { database: 'AWAY' } })).toBe('AWAY.PUBLIC');
    expect(await cell(a, names, { override: { database: 'AWAY', schema: 'TWO' } })).toBe('AWAY.TWO');
    expect(await cell(a, names, { override: { schema: 'TWO' } })).toBe('HOME.TWO');
    expect(await cell(a, names)).toBe('HOME.ONE');
    const nowhere = { override: { database: 'NOWHERE' } };
    await expect(run(a, 'SELECT 1', nowhere)).rejects.toMatchObject({
      code: 'statement_failed',
      details: { snowflakeCode: '002043' },
    });
    expect(await cell(a, names)).toBe('HOME.ONE');
    expect(statusOf(profile.fingerprint).evictions.context).toBe(0);
  });

  it('unchanged past a statement that fails', async () => {
    const profile = home({ maxSize: 1 });
    const { attachment: a } = world.stage.attach('a', profile);
    await run(a, 'USE SCHEMA ONE');
    await run(a, 'SET X = 1');
    for (const sql of ['USE SCHEMA NOWHERE', 'SET X = (SELECT 1 / 0)', 'CREATE SCHEMA ONE', 'SELECT * FROM NOTHING']) {
      await expect(run(a, sql)).rejects.toMatchObject({ fault: 'statement' });
    }
    expect((await run(a, 'SELECT CURRENT_SCHEMA(), $X')).rows).toEqual([['ONE', '1']]);
    expect(statusOf(profile.fingerprint)).toMatchObject({ logins: { succeeded: 1 }, evictions: { context: 0 } });
  });

  it('with the time zone and formats it set, and back to those of the profile', async () => {
    const profile = { ...home({ maxSize: 1 }), sessionParameters: { TIMEZONE: 'Europe/Berlin' } };
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    const zone = async (attachment: typeof a) =>
      (await run(attachment, "SHOW PARAMETERS LIKE 'TIMEZONE' IN SESSION")).rows[0]?.slice(0, 2);
    await run(a, "ALTER SESSION SET TIMEZONE = 'Asia/Tokyo'");
    expect(await zone(b)).toEqual(['TIMEZONE', 'Europe/Berlin']);
    expect(await zone(a)).toEqual(['TIMEZONE', 'Asia/Tokyo']);
    await run(b, 'ALTER SESSION UNSET TIMEZONE');
    expect(await zone(a)).toEqual(['TIMEZONE', 'Asia/Tokyo']);
    expect(await zone(b)).toEqual(['TIMEZONE', 'America/Los_Angeles']);
  });

  it('though the client cut its own results to one row', async () => {
    const profile = home({ maxSize: 1 });
    const { attachment: a } = world.stage.attach('a', profile);
    await run(a, 'SET (X, Y, Z) = (1, 2, 3)');
    await run(a, 'ALTER SESSION SET ROWS_PER_RESULTSET = 1');
    await expect(run(a, 'USE SCHEMA NOWHERE')).rejects.toMatchObject({ fault: 'statement' });
    await run(a, 'SET X = 4');
    const { attachment: b } = world.stage.attach('b', profile);
    await run(b, 'SELECT 1');
    expect((await run(a, 'SELECT $X, $Y, $Z')).rows).toEqual([['4', '2', '3']]);
  });

  it('to the front-end and back with it into another daemon', async () => {
    const profile = home();
    const { attachment: a, saved } = world.stage.attach('a', profile);
    await run(a, 'USE SCHEMA AWAY.ONE');
    await run(a, "SET X = 'kept'");
    const next = startLayer(world.stage.sandbox);
    try {
      const { attachment } = next.attach('a', profile, new Map(saved));
      expect((await run(attachment, 'SELECT CURRENT_DATABASE(), CURRENT_SCHEMA(), $X')).rows).toEqual([
        ['AWAY', 'ONE', 'kept'],
      ]);
      expect(attachment.describeContext()).toMatchObject({ database: 'AWAY', schema: 'ONE', pinned: '' });
    } finally {
      await next.close();
    }
  });

  it('with its last query ids, but for what may be missing after a daemon that died amid its statements', async () => {
    const profile = home();
    const { attachment: a, client, saved } = world.stage.attach('a', profile);
    const first = (await run(a, 'SELECT 1')).result.queryId;
    const amid = new Map(saved);
    const second = (await run(a, 'SELECT 2')).result.queryId;
    await client.detach();
    const next = startLayer(world.stage.sandbox);
    try {
      const { attachment: told } = next.attach('told', profile, new Map(saved));
      expect([told.queryIds.last(1), told.queryIds.last(2)]).toEqual([second, first]);
      const { attachment: untold } = next.attach('untold', profile, amid);
      expect([untold.queryIds.last(1), untold.queryIds.has(first)]).toEqual([undefined, true]);
      const third = (await run(untold, 'SELECT 3')).result.queryId;
      expect([untold.queryIds.last(1), untold.queryIds.last(2)]).toEqual([third, undefined]);
    } finally {
      await next.close();
    }
  });

  it('as far as it still exists, and is told what does not', async () => {
    const profile = home({ maxSize: 1 });
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    await run(b, 'CREATE DATABASE SHORT');
    await run(b, 'CREATE SCHEMA LIVED');
    await run(a, 'USE SCHEMA SHORT.LIVED');
    await run(a, 'SET X = 1');
    await run(b, 'USE DATABASE HOME');
    await run(b, 'DROP DATABASE SHORT');
    const refusal = await run(a, 'SELECT CURRENT_SCHEMA()').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'session_lost', message: expect.stringContaining('HOME.PUBLIC') });
    expect((await run(a, 'SELECT CURRENT_DATABASE(), $X')).rows).toEqual([['HOME', '1']]);
  });

  it('and is refused once, whatever it sends, where the account has dropped what it chose: nothing runs elsewhere', async () => {
    const profile = home({ maxSize: 1 });
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    await run(b, 'CREATE DATABASE PASSING');
    await run(a, 'USE DATABASE PASSING');
    await run(b, 'USE SCHEMA HOME.PUBLIC');
    await run(b, 'DROP DATABASE PASSING');
    await expect(run(a, 'DROP SCHEMA IF EXISTS TWO')).rejects.toMatchObject({
      code: 'session_lost',
      message: expect.stringContaining('This statement was not run'),
    });
    await run(b, 'USE SCHEMA HOME.TWO');
  });

  it('to a fresh session where the defaults of its connection are gone as well, and goes on from there', async () => {
    const { attachment: founder } = world.stage.attach('founder', home());
    await run(founder, 'CREATE DATABASE FLEETING');
    const profile = world.stage.profile({ database: 'FLEETING', schema: 'PUBLIC', pool: { minSize: 2, maxSize: 3 } });
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    await Promise.all([run(a, 'SET X = 1'), run(b, 'SELECT 1')]);
    await run(b, 'USE SCHEMA HOME.ONE');
    await run(founder, 'DROP DATABASE FLEETING');
    // A context of its own, so that no session has it already.
    await run(a, 'SET X = 2').catch(() => {});
    const refusals = [];
    for (let isThrough = false; !isThrough; ) {
      isThrough = await run(a, 'USE SCHEMA HOME.TWO').then(
        () => true,
        (error: unknown) => {
          refusals.push(error);
          return refusals.length > 1;
        },
      );
    }
    expect(refusals.length).toBeLessThanOrEqual(1);
    expect((await run(a, 'SELECT CURRENT_SCHEMA(), $X')).rows[0]?.[0]).toBe('TWO');
    expect(await cell(b, 'SELECT CURRENT_SCHEMA()')).toBe('ONE');
  });

  it('in equal keys for what may share one answer, and different ones for what may not', async () => {
    const profile = home();
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    await run(a, 'SELECT 1');
    await run(b, 'SELECT 1');
    expect(a.flightKey()).toBe(b.flightKey());
    await run(a, 'USE SCHEMA ONE');
    expect(a.flightKey()).not.toBe(b.flightKey());
    await run(b, 'USE SCHEMA ONE');
    expect(a.flightKey()).toBe(b.flightKey());
  });
});
