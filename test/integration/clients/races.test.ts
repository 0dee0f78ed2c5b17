/** What comes at an awkward moment: a reload, a hand-over or an end while a call waits, is being prepared, or runs. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SnowpoolError } from '../../../daemon/errors.ts';
import { TurnedClock } from '../../support/turned-clock.ts';
import { cell, run, type Stage, startLayer, startStage } from './fixture.ts';

const wait = (ms: number) => `SELECT SYSTEM$WAIT(${ms}, 'MILLISECONDS')`;
const anHour = { deadlineMs: 3_600_000 };

describe('at an awkward moment', () => {
  let stage: Stage;
  const layers: ReturnType<typeof startLayer>[] = [];
  beforeAll(async () => {
    stage = await startStage();
    const { attachment, client } = stage.attach('setup');
    await run(attachment, 'CREATE DATABASE HOME');
    await run(attachment, 'CREATE SCHEMA ONE');
    await run(attachment, 'CREATE TABLE HOME.PUBLIC.T (X INT)');
    await client.detach();
  });
  afterAll(() => stage.close());
  afterEach(async () => {
    await stage.sandbox.control.clearFaults();
    for (const layer of layers.splice(0)) await layer.close();
    for (const { identity } of stage.clients.status()) await stage.clients.find(identity.id)?.detach();
  });

  let pools = 0;
  const bare = (pool = {}, limits = {}) => stage.profile({ account: `races-${++pools}`, pool }, limits);
  const home = (pool = {}, limits = {}) =>
    stage.profile({ database: 'HOME', schema: 'PUBLIC', account: `races-${++pools}`, pool }, limits);
  const statusOf = (fingerprint: string, from: Pick<Stage, 'pools'> = stage) => {
    const found = from.pools.status().find(({ profile }) => profile.fingerprint === fingerprint);
    if (!found) throw new Error('no such pool');
    return found;
  };
  const layer = (clock?: TurnedClock) => {
    const made = startLayer(stage.sandbox, clock);
    layers.push(made);
    return made;
  };
  /** Gives one daemon's clients and sessions to the next, as over the socket. */
  const handOver = async (from: Pick<Stage, 'pools' | 'clients'>) => {
    let given: unknown;
    const clients = await from.clients.handOver(async () => {
      given = await from.pools.handOver();
    });
    return JSON.parse(JSON.stringify({ clients, pools: given }));
  };

  it('a long statement on a session that stands in for an unfit one runs to its own deadline', async () => {
    const clock = new TurnedClock();
    const turned = layer(clock);
    const profile = bare({ minSize: 1, maxSize: 1, growAfterMs: 0 });
    const chooser = turned.attach('chooser', profile).attachment;
    const other = turned.attach('other', profile).attachment;
    await run(chooser, 'USE SCHEMA HOME.ONE', anHour);
    let begun = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const long = run(other, wait(500), { ...anHour, onRunning: begun });
    await Promise.race([running, long]);
    expect(statusOf(profile.fingerprint, turned).evictions.context).toBe(1);
    await clock.turn(5 * 60_000);
    await expect(long).resolves.toBeDefined();
    expect(statusOf(profile.fingerprint, turned).evictions.leak).toBe(0);
  });

  it('a saved context that no statement can bring back costs neither its client nor others their sessions', async () => {
    const profile = home({ minSize: 1, maxSize: 1, growAfterMs: 0 });
    const first = stage.attach('a', profile);
    await run(first.attachment, 'SELECT 1');
    await run(first.attachment, "ALTER SESSION SET TIMEZONE = 'Asia/Tokyo'");
    await run(first.attachment, 'SET V = 1');
    await first.client.detach();
    const plain = JSON.parse(new TextDecoder().decode(first.saved.get('default')));
    for (const odd of [
      { parameters: { TIMEZONE: { kind: 'number', value: 'noon' } } },
      { variables: { V: { type: 'geography', value: 'POINT(0 0)' } } },
      { variables: { V: { type: 'fixed', value: 'many' } } },
    ]) {
      const bytes = new TextEncoder().encode(JSON.stringify({ ...plain, context: { ...plain.context, ...odd } }));
      const again = stage.attach('a', profile, new Map([['default', bytes]]));
      const other = stage.attach('other', profile);
      expect(await cell(again.attachment, 'SELECT 1')).toBe('1');
      for (let turn = 0; turn < 3; turn++) expect(await cell(other.attachment, 'SELECT 2')).toBe('2');
      expect(again.noticed.join(' ')).toContain('not used');
      await Promise.all([again.client.detach(), other.client.detach()]);
    }
  });

  it('a reload to another account takes nothing along that waited for the old one', async () => {
    const before = home({ minSize: 1, maxSize: 1 });
    const after = home({ minSize: 1, maxSize: 2 });
    const a = stage.attach('a', before);
    const b = stage.attach('b', before);
    let begun = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const busy = run(b.attachment, wait(600), { onRunning: begun });
    await running;
    let queued = () => {};
    const isQueued = new Promise<void>((resolve) => {
      queued = resolve;
    });
    const waiting = run(a.attachment, 'INSERT INTO T VALUES (1)', { onPlace: () => queued() }).catch(
      (error: unknown) => error,
    );
    await isQueued;
    stage.clients.reprofile(a.client, new Map([['default', after]]));
    expect(await waiting).toMatchObject({ code: 'session_lost', message: expect.stringContaining('not run') });
    await busy;
    expect(await cell(b.attachment, 'SELECT COUNT(*) FROM T')).toBe('0');
    expect(await cell(a.attachment, 'SELECT 1')).toBe('1');
    expect(statusOf(after.fingerprint).sessions.reduce((sum, { statements }) => sum + statements, 0)).toBe(1);
  });

  it('a statement that ends after a reload to another account leaves no choice behind in the new one', async () => {
    const before = home({ minSize: 1, maxSize: 2 });
    const after = home({ minSize: 1, maxSize: 2 });
    const a = stage.attach('a', before);
    await run(a.attachment, 'SELECT 1');
    await stage.sandbox.control.fault({
      action: { kind: 'latency', ms: 400 },
      sqlContains: 'USE SCHEMA HOME.ONE',
      count: 1,
    });
    let begun = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const late = run(a.attachment, 'USE SCHEMA HOME.ONE', { onRunning: begun });
    await running;
    stage.clients.reprofile(a.client, new Map([['default', after]]));
    await late;
    expect(await cell(a.attachment, 'SELECT CURRENT_SCHEMA()')).toBe('PUBLIC');
  });

  it('what a client chose reaches nobody else over two changes of the daemon between which nobody attached', async () => {
    const [first, second, third] = [layer(), layer(), layer()];
    const profile = home({ minSize: 1, maxSize: 1 });
    const a = first.attach('a', profile);
    await run(a.attachment, 'SET SECRET = 42');
    await run(a.attachment, 'USE SCHEMA HOME.ONE');
    await a.client.detach();
    for (const [from, to] of [[first, second] as const, [second, third] as const]) {
      const parcel = await handOver(from);
      to.clients.adopt(parcel.clients);
      await to.pools.adopt(parcel.pools);
    }
    const b = third.attach('b', profile).attachment;
    expect(await cell(b, 'SELECT CURRENT_SCHEMA()')).toBe('PUBLIC');
    expect((await run(b, 'SHOW VARIABLES')).rows).toEqual([]);
  });

  it('a session that is being prepared as its daemon hands over goes on, as what it is then', async () => {
    const [first, second] = [layer(), layer()];
    const profile = home({ minSize: 1, maxSize: 1 });
    const [a, b] = [first.attach('a', profile), first.attach('b', profile)];
    await run(a.attachment, 'USE SCHEMA HOME.ONE');
    const { control } = stage.sandbox;
    const fault = await control.fault({ action: { kind: 'latency', ms: 300 }, sqlContains: 'USE SCHEMA', count: 1 });
    const left = expect(run(b.attachment, 'SELECT X FROM T')).rejects.toMatchObject({ code: 'draining' });
    await expect.poll(async () => (await control.faults()).find(({ id }) => id === fault)?.fired).toBe(1);
    const parcel = await handOver(first);
    await left;
    second.clients.adopt(parcel.clients);
    await second.pools.adopt(parcel.pools);
    const again = second.attach('a', profile, a.saved).attachment;
    expect(await cell(again, 'SELECT CURRENT_SCHEMA()')).toBe('ONE');
    expect(statusOf(profile.fingerprint, second).logins.succeeded).toBe(0);
  });

  it('a pin that has just arrived from an older daemon goes on to the one after it', async () => {
    const [first, second, third] = [layer(), layer(), layer()];
    const profile = home({ minSize: 1, maxSize: 2 });
    const a = first.attach('a', profile);
    await run(a.attachment, 'BEGIN');
    await run(a.attachment, 'INSERT INTO T VALUES (1)');
    const parcel = await handOver(first);
    second.clients.adopt(parcel.clients);
    const adopted = second.pools.adopt(parcel.pools);
    const again = second.attach('a', profile, a.saved);
    await adopted;
    const next = await handOver(second);
    third.clients.adopt(next.clients);
    await third.pools.adopt(next.pools);
    const { attachment } = third.attach('a', profile, again.saved);
    expect(await cell(attachment, 'SELECT COUNT(*) FROM T')).toBe('1');
    await run(attachment, 'ROLLBACK');
  });

  it('sessions of an older daemon whose clients it could not describe are lent to nobody as they are', async () => {
    const [first, second] = [layer(), layer()];
    const profile = home({ minSize: 1, maxSize: 1 });
    const a = first.attach('a', profile);
    await run(a.attachment, 'SET SECRET = 42');
    await a.client.detach();
    const parcel = await handOver(first);
    second.clients.adopt({ version: 7 });
    await second.pools.adopt(parcel.pools);
    const b = second.attach('b', profile).attachment;
    expect((await run(b, 'SHOW VARIABLES')).rows).toEqual([]);
  });

  it('a client that goes before its pin has arrived from the older daemon leaves no place taken', async () => {
    const [first, second] = [layer(), layer()];
    const profile = home({ minSize: 1, maxSize: 2 });
    const a = first.attach('a', profile);
    await run(a.attachment, 'BEGIN');
    await run(a.attachment, 'INSERT INTO T VALUES (1)');
    const parcel = await handOver(first);
    second.clients.adopt(parcel.clients);
    const b = second.attach('b', profile);
    const adopted = second.pools.adopt(parcel.pools);
    const again = second.attach('a', profile, a.saved);
    const gone = again.client.detach();
    await Promise.all([adopted, gone]);
    await run(b.attachment, 'BEGIN');
    expect(await cell(b.attachment, 'SELECT COUNT(*) FROM T')).toBe('0');
  });

  it('a pin that arrives from the older daemon after a reload to another account is not taken into the new one', async () => {
    const [first, second] = [layer(), layer()];
    const profile = home({ minSize: 1, maxSize: 2 });
    const other = home({ minSize: 1, maxSize: 2 });
    const a = first.attach('a', profile);
    await run(a.attachment, 'BEGIN');
    const parcel = await handOver(first);
    second.clients.adopt(parcel.clients);
    const adopted = second.pools.adopt(parcel.pools);
    const again = second.attach('a', profile, a.saved);
    second.clients.reprofile(again.client, new Map([['default', other]]));
    await adopted;
    await expect(run(again.attachment, 'INSERT INTO T VALUES (1)')).rejects.toMatchObject({ code: 'session_lost' });
    expect(again.attachment.describeContext().pinned).toBe('');
    const { sessionId } = await run(again.attachment, 'SELECT 1');
    expect(statusOf(other.fingerprint, second).sessions.map((session) => session.sessionId)).toContain(sessionId);
  });

  it('a pinned session that is being brought to a statement’s own schema is not handed over half-way', async () => {
    const [first, second] = [layer(), layer()];
    const profile = home({ minSize: 1, maxSize: 2 });
    const a = first.attach('a', profile);
    await run(a.attachment, 'BEGIN');
    await stage.sandbox.control.fault({
      action: { kind: 'latency', ms: 400 },
      sqlContains: 'USE SCHEMA',
      count: 1,
    });
    const late = run(a.attachment, 'SELECT CURRENT_SCHEMA()', { override: { schema: 'ONE' } }).catch(
      (error: unknown) => error,
    );
    await stage.sandbox.control.until(({ statements }) => statements.running >= 0);
    const parcel = await handOver(first);
    expect(await late).toMatchObject({ code: 'draining' });
    second.clients.adopt(parcel.clients);
    await second.pools.adopt(parcel.pools);
    const again = second.attach('a', profile, a.saved);
    expect(await cell(again.attachment, 'SELECT CURRENT_SCHEMA()')).toBe('PUBLIC');
    expect(again.attachment.describeContext().pinned).toBe('an open transaction');
  });

  it('a loss that was told after a change of the daemon is not told again after the next one', async () => {
    const clock = new TurnedClock();
    const [first, second, third] = [layer(clock), layer(), layer()];
    const profile = home({ minSize: 1, maxSize: 2, growAfterMs: 0 });
    const a = first.attach('a', profile);
    await run(a.attachment, 'BEGIN', anHour);
    await clock.turn(11 * 60_000);
    const parcel = await handOver(first);
    second.clients.adopt(parcel.clients);
    await second.pools.adopt(parcel.pools);
    const again = second.attach('a', profile, a.saved);
    await expect(run(again.attachment, 'SELECT 1')).rejects.toMatchObject({ code: 'session_lost' });
    const last = third.attach('a', profile, again.saved);
    expect(await cell(last.attachment, 'SELECT 1')).toBe('1');
  });

  it('a call that waits gets its session as soon as a reload allows more of them', async () => {
    const profile = home({ minSize: 1, maxSize: 1, growAfterMs: 20 });
    const a = stage.attach('a', profile);
    const b = stage.attach('b', profile);
    let begun = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const busy = run(a.attachment, wait(5_000), { onRunning: begun }).then(
      () => 'ended by itself',
      () => 'ended with its client',
    );
    await running;
    let queued = () => {};
    const isQueued = new Promise<void>((resolve) => {
      queued = resolve;
    });
    const waiting = cell(b.attachment, 'SELECT 1', { onPlace: () => queued() });
    await isQueued;
    stage.clients.reprofile(b.client, new Map([['default', { ...profile, pool: { ...profile.pool, maxSize: 2 } }]]));
    expect(await waiting).toBe('1');
    await a.client.detach();
    expect(await busy).toBe('ended with its client');
  });

  it('sessions beyond a maximum that a reload lowered are closed as they come back', async () => {
    const profile = home({ minSize: 0, maxSize: 3, growAfterMs: 0 });
    const a = stage.attach('a', profile);
    const waits = [1, 2, 3].map(() => run(a.attachment, wait(300_000)));
    await stage.sandbox.control.until(({ statements }) => statements.running >= 3);
    stage.clients.reprofile(a.client, new Map([['default', { ...profile, pool: { ...profile.pool, maxSize: 1 } }]]));
    await stage.sandbox.control.turnClock(300_000);
    await Promise.all(waits);
    expect(statusOf(profile.fingerprint)).toMatchObject({ size: 1, evictions: { profile: 2 } });
  });

  it('a client with a connection that cannot be used hears of a hand-over as others do, and gets no more connections', async () => {
    const from = layer();
    const broken = new SnowpoolError('unknown_profile', 'There is no such connection.');
    const [sales, stock] = [home(), home()];
    const { client } = from.attach('mixed', sales, new Map(), new Map([['stock', broken]]));
    const attachment = client.attachment();
    await run(attachment, 'SELECT 1');
    let handedOver: Promise<unknown> | undefined;
    const running = run(attachment, wait(200), {
      onRunning: () => {
        handedOver = from.clients.handOver();
      },
    });
    await expect.poll(() => handedOver).toBeDefined();
    const mended = new Map([
      ['default', sales],
      ['stock', stock],
    ]);
    from.clients.complete(client, mended);
    expect([...client.unusable]).toEqual([['stock', broken]]);
    await running;
    await handedOver;
    from.clients.complete(client, mended);
    expect(from.clients.reprofile(client, mended)).toEqual([]);
    await expect(run(attachment, 'SELECT 1')).rejects.toMatchObject({ code: 'draining' });
    expect(from.pools.status().map(({ profile }) => profile.fingerprint)).toEqual([sales.fingerprint]);
  });

  it('a connection that is left and taken again by reloads does not begin where an older daemon left it', async () => {
    const profile = home();
    const before = stage.attach('returning', profile);
    await run(before.attachment, 'USE SCHEMA ONE');
    await before.client.detach();
    const { client, attachment, saved } = stage.attach('returning', profile, before.saved);
    expect(await cell(attachment, 'SELECT CURRENT_SCHEMA()')).toBe('ONE');
    await run(attachment, 'USE SCHEMA PUBLIC');
    expect(saved.size).toBe(1);
    stage.clients.reprofile(client, new Map([['other', home()]]));
    stage.clients.reprofile(client, new Map([['default', { ...profile, schema: undefined }]]));
    expect(await cell(client.attachment(), 'SELECT CURRENT_SCHEMA()')).toBe('PUBLIC');
  });
});
