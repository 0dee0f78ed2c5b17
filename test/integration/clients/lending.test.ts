/** Which session a call gets, and what becomes of it (DESIGN §6). */
import { describe, expect, it } from 'vitest';
import { cell, effectsOf, run, startLayer } from './fixture.ts';
import { homeStage } from './home-stage.ts';

const wait = (ms: number) => `SELECT SYSTEM$WAIT(${ms}, 'MILLISECONDS')`;

describe('lending', () => {
  const world = homeStage();
  const { home, statusOf } = world;

  it('cancels the running statements of a client that goes, and lets its session serve the next one', async () => {
    const profile = home({ maxSize: 1 });
    const { attachment: a, client } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    await run(a, 'SELECT 1');
    let isRunning = () => {};
    const started = new Promise<void>((resolve) => {
      isRunning = resolve;
    });
    const running = run(a, wait(60_000), { onRunning: isRunning });
    const outcome = running.catch((error: unknown) => error);
    const queued = run(a, 'SELECT 2').catch((error: unknown) => error);
    await started;
    await world.stage.sandbox.control.until(({ statements }) => statements.running === 1);
    await client.detach();
    expect(await outcome).toMatchObject({ fault: 'aborted' });
    expect(await queued).toMatchObject({ code: 'cancelled' });
    expect(await cell(b, 'SELECT 1')).toBe('1');
    expect(statusOf(profile.fingerprint)).toMatchObject({ size: 1, logins: { succeeded: 1 } });
  });

  it('leaves no trace of a call that is cancelled while it waits', async () => {
    const profile = home({ maxSize: 1 });
    const { attachment: a } = world.stage.attach('a', profile);
    const control = new AbortController();
    const first = run(a, wait(200));
    const places: number[] = [];
    const second = run(a, 'SELECT 2', { signal: control.signal, onPlace: (place) => places.push(place) });
    const third = cell(a, 'SELECT 3');
    const refusal = expect(second).rejects.toMatchObject({ code: 'cancelled' });
    control.abort();
    await refusal;
    await first;
    expect(await third).toBe('3');
    expect(world.stage.clients.status()[0]?.connections[0]).toMatchObject({ running: 0, waiting: 0 });
  });

  it('refuses the call above the bound on waiting ones at once', async () => {
    const { attachment: a } = world.stage.attach('a', home({ maxSize: 1 }, { maxWaiting: 2 }));
    await run(a, 'SELECT 1');
    let running: Promise<unknown> = Promise.resolve();
    await new Promise<void>((resolve) => {
      running = run(a, wait(100), { onRunning: resolve });
    });
    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => run(a, `SELECT ${n}`)));
    await running;
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ reason: { code: 'pool_exhausted' } });
  });

  it('lets many calls of one client wait without a warning on stderr', async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => void warnings.push(warning);
    process.on('warning', warned);
    const { attachment } = world.stage.attach('a', home());
    await Promise.all(Array.from({ length: 30 }, () => run(attachment, 'SELECT 1')));
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });

  it('leaves one session to a newcomer, and all of them to a client that is alone', async () => {
    const profile = home({ minSize: 3, maxSize: 3 });
    const { attachment: a } = world.stage.attach('a', profile);
    await Promise.all([1, 2, 3].map(() => run(a, wait(50))));
    let running = 0;
    let most = 0;
    const busy = async () => {
      await run(a, wait(100), {
        onRunning: () => {
          most = Math.max(most, ++running);
        },
      });
      running--;
    };
    await Promise.all([1, 2, 3, 4, 5, 6].map(busy));
    expect(most).toBe(3);
    const { attachment: b } = world.stage.attach('b', profile);
    most = 0;
    const all = Promise.all([1, 2, 3, 4, 5, 6].map(busy));
    await run(b, 'SELECT 1');
    await all;
    expect(most).toBe(2);
  });

  it('gives a statement that asks for the last query its own session, or refuses it', async () => {
    const profile = home({ maxSize: 1 });
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    const { result } = await run(a, 'SELECT 42 AS X');
    const scan = 'SELECT LAST_QUERY_ID()';
    expect(await cell(a, scan, { needsLastSession: true })).toBe(result.queryId);
    await run(b, 'SELECT 1');
    await expect(run(a, scan, { needsLastSession: true })).rejects.toMatchObject({ code: 'statement_refused' });
    expect(await cell(a, 'SELECT 1')).toBe('1');
  });

  it('refuses a statement that asks for the last query where only a session that ran an earlier one is left as it was', async () => {
    const profile = home({ maxSize: 3, growAfterMs: 0 });
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    const long = run(a, wait(400));
    const short = await run(a, 'SELECT 1');
    const last = await long;
    expect(last.sessionId).not.toBe(short.sessionId);
    const asked = await run(a, 'SELECT LAST_QUERY_ID()', { needsLastSession: true });
    expect([asked.sessionId, asked.rows]).toEqual([last.sessionId, [[last.result.queryId]]]);
    expect((await run(b, 'SELECT 1')).sessionId).toBe(last.sessionId);
    await expect(run(a, 'SELECT LAST_QUERY_ID()', { needsLastSession: true })).rejects.toMatchObject({
      code: 'statement_refused',
    });
  });

  it('reads back what a block left, and keeps that session from the others', async () => {
    const profile = home({ maxSize: 1, growAfterMs: 10 });
    const { attachment: a } = world.stage.attach('a', profile);
    const { attachment: b } = world.stage.attach('b', profile);
    await run(a, 'SET X = 1');
    await run(a, "ALTER SESSION SET TIMEZONE = 'Asia/Tokyo'");
    for (const sql of [
      'SET X = 7',
      'SET Y = 8',
      'USE SCHEMA ONE',
      'USE SECONDARY ROLES ALL',
      'ALTER SESSION SET WEEK_START = 3',
      'ALTER SESSION UNSET TIMEZONE',
    ])
      await run(a, `EXECUTE IMMEDIATE $$ DECLARE t STRING DEFAULT '${sql}'; BEGIN EXECUTE IMMEDIATE :t; END $$`);
    const { sessionId } = await run(a, 'SELECT 1');
    const other = await run(b, 'SELECT CURRENT_SCHEMA(), CURRENT_SECONDARY_ROLES()');
    expect(other.rows).toEqual([['PUBLIC', '{"roles":"","value":""}']]);
    expect(other.sessionId).not.toBe(sessionId);
    expect(statusOf(profile.fingerprint).evictions.context).toBe(1);
    const { rows, notices } = await run(a, 'SELECT $X, $Y, CURRENT_SCHEMA()');
    expect(rows).toEqual([['7', '8', 'ONE']]);
    expect(notices.join()).toContain('was closed');
    expect(await cell(a, 'SELECT CURRENT_SECONDARY_ROLES()')).toContain('ALL');
    const parameters = await run(a, 'SHOW PARAMETERS IN SESSION');
    // What is left are those that the driver itself sets with a login.
    const set = parameters.rows
      .filter((row) => row[3] === 'SESSION' && !row[0]?.startsWith('CLIENT_'))
      .map((row) => row.slice(0, 2));
    expect(set).toEqual([['WEEK_START', '3']]);
  });

  it('says nothing of the session of a block that is still there, though the next statement runs beside it', async () => {
    const { attachment: a } = world.stage.attach('a', home({ growAfterMs: 0 }));
    const block = await run(
      a,
      "EXECUTE IMMEDIATE $$ DECLARE t STRING DEFAULT 'SET X = 7'; BEGIN EXECUTE IMMEDIATE :t; END $$",
    );
    const [one, two] = await Promise.all([run(a, wait(200)), run(a, wait(200))]);
    expect([one, two].filter(({ sessionId }) => sessionId === block.sessionId)).toHaveLength(1);
    expect([one.notices, two.notices]).toEqual([[], []]);
  });

  it('asks beside a client without waiting for its statements, or being refused for its losses', async () => {
    const { attachment: a } = world.stage.attach('a', home());
    await run(a, 'BEGIN');
    const { sessionId } = await run(a, 'SELECT 1');
    const long = run(a, wait(500));
    const aside = await a.lend({
      requestId: 'aside',
      effects: effectsOf('SELECT 1'),
      isAside: true,
      signal: new AbortController().signal,
      deadline: performance.now() + 10_000,
      onPlace() {},
    });
    expect(aside.session.sessionId).not.toBe(sessionId);
    await aside.settle({ state: 'abandoned', isEndConfirmed: true });
    await long;
    expect(a.describeContext().pinned).toBe('an open transaction');
  });

  it('refuses all that comes after a drain began, and lets what runs end', async () => {
    const layer = startLayer(world.stage.sandbox);
    const { attachment: a } = layer.attach('a', home());
    await run(a, 'SELECT 1');
    let drained: Promise<void> | undefined;
    const running = run(a, wait(200), {
      onRunning: () => {
        drained = layer.clients.drain(performance.now() + 10_000);
      },
    });
    await running;
    await drained;
    await expect(run(a, 'SELECT 1')).rejects.toMatchObject({ code: 'draining' });
    await layer.close();
  });

  it('ends a drain also where the account answers nothing any more', async () => {
    const { control } = world.stage.sandbox;
    const layer = startLayer(world.stage.sandbox);
    const { attachment } = layer.attach('a', home({ maxSize: 1 }));
    await run(attachment, 'SELECT 1');
    await control.fault({ action: { kind: 'hang', handled: false } });
    const running = run(attachment, 'SELECT 2').catch((error: unknown) => error);
    await expect.poll(async () => (await control.faults())[0]?.fired).toBeGreaterThanOrEqual(1);
    await layer.clients.drain(performance.now());
    await layer.pools.drain(performance.now());
    await control.clearFaults();
    // Now both the statement and its end reach the account: whichever comes first, it is over.
    await running;
    await layer.close();
  }, 30_000);

  it('follows a profile that was read again: limits at once, another default from the beginning', async () => {
    const profile = home();
    const { attachment: a, client } = world.stage.attach('a', profile);
    await run(a, 'USE SCHEMA ONE');
    const limits = { ...profile.limits, maxWaiting: 0 };
    expect(world.stage.clients.reprofile(client, new Map([['default', { ...profile, limits }]]))).toEqual([
      expect.stringContaining('limits'),
    ]);
    await expect(run(a, 'SELECT 1')).rejects.toMatchObject({ code: 'pool_exhausted' });
    expect(world.stage.clients.reprofile(client, new Map([['default', profile]]))).toHaveLength(1);
    await run(a, 'BEGIN');
    const other = { ...home(), fingerprint: 'other', schema: 'ONE' };
    expect(world.stage.clients.reprofile(client, new Map([['default', other]]))).toEqual([
      expect.stringContaining('begins anew'),
    ]);
    await expect(run(a, 'SELECT 1')).rejects.toMatchObject({
      code: 'session_lost',
      next: expect.stringContaining('as after a sign-in'),
    });
    const { rows, notices } = await run(a, 'SELECT CURRENT_SCHEMA()');
    expect([rows, notices.join(' ')]).toEqual([[['ONE']], expect.stringContaining('settings of the connection')]);
    expect(a.poolStatus().profile.fingerprint).toBe('other');
    expect(world.stage.clients.reprofile(client, new Map())).toEqual([expect.stringContaining('is gone')]);
    expect(() => client.attachment('default')).toThrow(expect.objectContaining({ code: 'unknown_profile' }));
  });

  it('knows after a change of daemons what each session carries', async () => {
    const layer = startLayer(world.stage.sandbox);
    const next = startLayer(world.stage.sandbox);
    try {
      const profile = home({ maxSize: 1 });
      const { attachment: a, client, saved } = layer.attach('a', profile);
      await run(a, "SET SECRET = 'mine'");
      await run(a, 'USE SCHEMA ONE');
      const parcel = JSON.parse(JSON.stringify(await layer.clients.handOver()));
      await next.pools.adopt(JSON.parse(JSON.stringify(await layer.pools.handOver())));
      next.clients.adopt(parcel);
      await client.detach();
      const { attachment: b } = next.attach('b', profile);
      await expect(run(b, 'SELECT $SECRET')).rejects.toMatchObject({ fault: 'statement' });
      expect(await cell(b, 'SELECT CURRENT_SCHEMA()')).toBe('PUBLIC');
      const { attachment: again } = next.attach('a', profile, new Map(saved));
      expect((await run(again, 'SELECT $SECRET, CURRENT_SCHEMA()')).rows).toEqual([['mine', 'ONE']]);
      expect(next.pools.status()[0]?.logins.succeeded).toBe(0);
    } finally {
      await next.close();
    }
  });
});
