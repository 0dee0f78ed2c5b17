/** What comes at an awkward moment: a reload or an end while a call waits, is being prepared, or runs. */
import { beforeAll, describe, expect, it } from 'vitest';
import { TurnedClock } from '../../support/turned-clock.ts';
import { cell, run } from './fixture.ts';
import { homeStage } from './home-stage.ts';

const wait = (ms: number) => `SELECT SYSTEM$WAIT(${ms}, 'MILLISECONDS')`;
const anHour = { deadlineMs: 3_600_000 };

describe('at an awkward moment', () => {
  const world = homeStage();
  const { bare, home, layer, statusOf } = world;
  beforeAll(() => run(world.setup.attachment, 'CREATE TABLE HOME.PUBLIC.T (X INT)'));

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
    const first = world.stage.attach('a', profile);
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
      const again = world.stage.attach('a', profile, new Map([['default', bytes]]));
      const other = world.stage.attach('other', profile);
      expect(await cell(again.attachment, 'SELECT 1')).toBe('1');
      for (let turn = 0; turn < 3; turn++) expect(await cell(other.attachment, 'SELECT 2')).toBe('2');
      expect(again.noticed.join(' ')).toContain('not used');
      await Promise.all([again.client.detach(), other.client.detach()]);
    }
  });

  it('a reload to another account takes nothing along that waited for the old one', async () => {
    const before = home({ minSize: 1, maxSize: 1 });
    const after = home({ minSize: 1, maxSize: 2 });
    const a = world.stage.attach('a', before);
    const b = world.stage.attach('b', before);
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
    world.stage.clients.reprofile(a.client, new Map([['default', after]]));
    expect(await waiting).toMatchObject({ code: 'session_lost', message: expect.stringContaining('not run') });
    await busy;
    expect(await cell(b.attachment, 'SELECT COUNT(*) FROM T')).toBe('0');
    expect(await cell(a.attachment, 'SELECT 1')).toBe('1');
    expect(statusOf(after.fingerprint).sessions.reduce((sum, { statements }) => sum + statements, 0)).toBe(1);
  });

  it('a statement that ends after a reload to another account leaves no choice behind in the new one', async () => {
    const before = home({ minSize: 1, maxSize: 2 });
    const after = home({ minSize: 1, maxSize: 2 });
    const a = world.stage.attach('a', before);
    await run(a.attachment, 'SELECT 1');
    await world.stage.sandbox.control.fault({
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
    world.stage.clients.reprofile(a.client, new Map([['default', after]]));
    await late;
    expect(await cell(a.attachment, 'SELECT CURRENT_SCHEMA()')).toBe('PUBLIC');
  });

  it('a call that waits gets its session as soon as a reload allows more of them', async () => {
    const profile = home({ minSize: 1, maxSize: 1, growAfterMs: 20 });
    const a = world.stage.attach('a', profile);
    const b = world.stage.attach('b', profile);
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
    world.stage.clients.reprofile(
      b.client,
      new Map([['default', { ...profile, pool: { ...profile.pool, maxSize: 2 } }]]),
    );
    expect(await waiting).toBe('1');
    await a.client.detach();
    expect(await busy).toBe('ended with its client');
  });

  it('sessions beyond a maximum that a reload lowered are closed as they come back', async () => {
    const profile = home({ minSize: 0, maxSize: 3, growAfterMs: 0 });
    const a = world.stage.attach('a', profile);
    const waits = [1, 2, 3].map(() => run(a.attachment, wait(300_000)));
    await world.stage.sandbox.control.until(({ statements }) => statements.running >= 3);
    world.stage.clients.reprofile(
      a.client,
      new Map([['default', { ...profile, pool: { ...profile.pool, maxSize: 1 } }]]),
    );
    await world.stage.sandbox.control.turnClock(300_000);
    await Promise.all(waits);
    expect(statusOf(profile.fingerprint)).toMatchObject({ size: 1, evictions: { profile: 2 } });
  });

  it('a connection that is left and taken again by reloads does not begin where an older daemon left it', async () => {
    const profile = home();
    const before = world.stage.attach('returning', profile);
    await run(before.attachment, 'USE SCHEMA ONE');
    await before.client.detach();
    const { client, attachment, saved } = world.stage.attach('returning', profile, before.saved);
    expect(await cell(attachment, 'SELECT CURRENT_SCHEMA()')).toBe('ONE');
    await run(attachment, 'USE SCHEMA PUBLIC');
    expect(saved.size).toBe(1);
    world.stage.clients.reprofile(client, new Map([['other', home()]]));
    world.stage.clients.reprofile(client, new Map([['default', { ...profile, schema: undefined }]]));
    expect(await cell(client.attachment(), 'SELECT CURRENT_SCHEMA()')).toBe('PUBLIC');
  });
});
