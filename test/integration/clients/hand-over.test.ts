/** What comes at an awkward moment: the next daemon, while a call waits, a pin is on its way, or nobody is there. */
import { beforeAll, describe, expect, it } from 'vitest';
import { SnowpoolError } from '../../../daemon/errors.ts';
import { TurnedClock } from '../../support/turned-clock.ts';
import { cell, run, type Stage } from './fixture.ts';
import { homeStage } from './home-stage.ts';

const wait = (ms: number) => `SELECT SYSTEM$WAIT(${ms}, 'MILLISECONDS')`;
const anHour = { deadlineMs: 3_600_000 };

/** Gives one daemon's clients and sessions to the next, as over the socket. */
async function handOver(from: Pick<Stage, 'pools' | 'clients'>) {
  let given: unknown;
  const clients = await from.clients.handOver(async () => {
    given = await from.pools.handOver();
  });
  return JSON.parse(JSON.stringify({ clients, pools: given }));
}

describe('at an awkward moment', () => {
  const world = homeStage();
  const { home, layer, statusOf } = world;
  beforeAll(() => run(world.setup.attachment, 'CREATE TABLE HOME.PUBLIC.T (X INT)'));

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
    const { control } = world.stage.sandbox;
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
    await world.stage.sandbox.control.fault({
      action: { kind: 'latency', ms: 400 },
      sqlContains: 'USE SCHEMA',
      count: 1,
    });
    const late = run(a.attachment, 'SELECT CURRENT_SCHEMA()', { override: { schema: 'ONE' } }).catch(
      (error: unknown) => error,
    );
    await world.stage.sandbox.control.until(({ statements }) => statements.running >= 0);
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
});
