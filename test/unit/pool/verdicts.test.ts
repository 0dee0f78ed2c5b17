import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CredentialKeys } from '../../../daemon/pool/credential-key.ts';
import { VerdictBook } from '../../../daemon/pool/verdicts.ts';
import { profileFor } from '../../support/pools.ts';
import { TurnedClock } from '../../support/turned-clock.ts';

let stateDir: string;
let clock: TurnedClock;
const profile = profileFor({ host: '127.0.0.1', port: 1 }, { user: 'ann', password: 'hunter2' });
const none = new Set<string>();

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'snowpool-state-'));
  clock = new TurnedClock();
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

let nextId = 0;
const open = (folder = stateDir) =>
  new VerdictBook({
    stateDir: folder,
    clock,
    keys: new CredentialKeys(),
    log: pino({ level: 'silent' }),
    newId: () => String(nextId++),
  });

async function fail(book: VerdictBook, chosen = profile): Promise<void> {
  const id = await book.begin(chosen);
  await book.settle(chosen, id, 'failed', { code: '390100', message: 'Incorrect.', atMs: clock.now() });
}

test('a verdict is on these very credentials, for every process that reads the file, until a person lifts it', async () => {
  await fail(open());
  expect(await open().verdictOn(profile)).toMatchObject({ code: '390100', message: 'Incorrect.' });
  expect(
    await open().verdictOn(profileFor({ host: '127.0.0.1', port: 1 }, { user: 'ANN', password: 'hunter2' })),
  ).toBeDefined();
  expect(
    await open().verdictOn(profileFor({ host: '127.0.0.1', port: 1 }, { user: 'ann', password: 'hunter3' })),
  ).toBeUndefined();
  expect(
    await open().verdictOn(profileFor({ host: '127.0.0.1', port: 1 }, { user: 'bob', password: 'hunter2' })),
  ).toBeUndefined();
  await open().lift();
  expect(await open().verdictOn(profile)).toBeUndefined();
});

test('equal passwords of two users cannot be told from the file', async () => {
  await fail(open());
  await fail(open(), profileFor({ host: '127.0.0.1', port: 1 }, { user: 'bob', password: 'hunter2' }));
  const { people } = JSON.parse(readFileSync(join(stateDir, 'login-verdicts.json'), 'utf8'));
  const hashes = Object.values(people as Record<string, { verdicts: { hash: string }[] }>).map(
    ({ verdicts }) => verdicts[0]?.hash,
  );
  expect(new Set(hashes).size).toBe(2);
});

test('failures count for 15 minutes, and in a row until a login works or a person asks', async () => {
  const book = open();
  await fail(book);
  await clock.turn(14 * 60_000);
  await fail(book);
  expect(await book.failuresOf(profile, none)).toMatchObject({
    recentMs: [expect.any(Number), expect.any(Number)],
    inARow: 2,
  });
  await clock.turn(60_000);
  expect(await book.failuresOf(profile, none)).toMatchObject({ recentMs: [expect.any(Number)], inARow: 2 });
  await book.settle(profile, await book.begin(profile), 'succeeded');
  expect(await book.failuresOf(profile, none)).toMatchObject({ recentMs: [expect.any(Number)], inARow: 0 });
});

test('a login whose process died counts as one that may have failed', async () => {
  await open().begin(profile);
  expect(await open().failuresOf(profile, none)).toMatchObject({
    recentMs: [expect.any(Number)],
    inARow: 1,
    isCertain: false,
  });
});

test('of logins whose process died and whose credentials had worked two count, until one works', async () => {
  for (let count = 0; count < 4; count += 1) await open().begin(profile, true);
  expect(await open().failuresOf(profile, none)).toMatchObject({ recentMs: { length: 2 }, inARow: 2 });
  await open().begin(profile);
  expect((await open().failuresOf(profile, none)).recentMs).toHaveLength(3);
  const book = open();
  await book.settle(profile, await book.begin(profile), 'succeeded');
  expect(await open().failuresOf(profile, none)).toMatchObject({ recentMs: { length: 1 }, inARow: 0 });
});

test('a person’s word forgives what got no answer, not what the account called failed', async () => {
  const book = open();
  await fail(book);
  await book.settle(profile, await book.begin(profile), 'unanswered');
  await book.lift();
  expect(await book.failuresOf(profile, none)).toMatchObject({
    recentMs: [expect.any(Number)],
    inARow: 0,
    isCertain: true,
  });
});

test('a file that is not ours is begun anew', async () => {
  writeFileSync(join(stateDir, 'login-verdicts.json'), '{"version": 1, "people": {"X": 3}}');
  expect(await open().verdictOn(profile)).toBeUndefined();
  writeFileSync(join(stateDir, 'login-verdicts.json'), 'not json');
  await fail(open());
  expect(await open().verdictOn(profile)).toBeDefined();
});

test('where the file cannot be written, verdicts hold for this daemon', async () => {
  writeFileSync(join(stateDir, 'file'), '');
  const book = open(join(stateDir, 'file', 'below'));
  await fail(book);
  expect(await book.verdictOn(profile)).toBeDefined();
  expect((await book.failuresOf(profile, none)).recentMs).toHaveLength(1);
});

test('failures from a clock that was ahead count for fifteen minutes after it was set back, and no longer', async () => {
  clock.jump(10 * 365 * 86_400_000);
  for (let count = 0; count < 3; count += 1) await fail(open());
  clock.jump(-10 * 365 * 86_400_000);
  expect((await open().failuresOf(profile, none)).recentMs).toHaveLength(3);
  await clock.turn(16 * 60_000);
  expect(await open().failuresOf(profile, none)).toMatchObject({ recentMs: [], inARow: 3 });
});

test('a login that worked while the clock was ahead covers no failure after it was set back', async () => {
  const book = open();
  clock.jump(86_400_000);
  await fail(book);
  await clock.turn(1_000);
  await book.settle(profile, await book.begin(profile), 'succeeded');
  clock.jump(-86_400_000);
  await clock.turn(1_000);
  for (let count = 0; count < 2; count += 1) await fail(book);
  expect(await book.failuresOf(profile, none)).toMatchObject({ inARow: 2 });
});

test('a failure counts though its beginning was forgotten while it was on its way', async () => {
  const book = open();
  const id = await book.begin(profile);
  await clock.turn(16 * 60_000);
  await book.settle(profile, await book.begin(profile), 'succeeded');
  await book.settle(profile, id, 'failed', { code: '390100', message: 'Incorrect.', atMs: clock.now() });
  expect((await book.failuresOf(profile, none)).recentMs).toHaveLength(1);
});

test('two daemons on one folder lose nothing of what each other wrote', async () => {
  const books = [open(), open()];
  await Promise.all(Array.from({ length: 16 }, (_, index) => books[index % 2]?.begin(profile)));
  expect((await open().failuresOf(profile, none)).recentMs).toHaveLength(16);
});

test('a daemon that was killed while it wrote holds up nobody', async () => {
  writeFileSync(join(stateDir, 'login-verdicts.json.lock'), '999999999');
  await fail(open());
  expect(await open().verdictOn(profile)).toBeDefined();
});
