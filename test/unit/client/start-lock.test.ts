import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTime } from '../../../client/link/process-identity.ts';
import { takeStartLock } from '../../../client/link/start-lock.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snowpool-lock-'));
  path = join(folder, 'd.sock.starting');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('one holds the lock until it gives it back', () => {
  const release = takeStartLock(path);
  expect(release).toBeDefined();
  expect(takeStartLock(path)).toBeUndefined();
  release?.();
  expect(takeStartLock(path)).toBeDefined();
});

it('leaves nothing behind but the lock itself', () => {
  const release = takeStartLock(path);
  takeStartLock(path);
  expect(readdirSync(folder)).toEqual(['d.sock.starting']);
  release?.();
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  ['of a process that is gone', `${2 ** 22 - 1} 1 1`],
  ['of an earlier process under a pid that is used again', `${process.pid} 1 1`],
  ['of nobody', ''],
  ['with something else in it', 'not a pid'],
])('a lock %s is taken over', (_whose, token) => {
  writeFileSync(path, token);
  expect(takeStartLock(path)).toBeDefined();
});

it('a lock that somebody has held for longer than any start takes is taken over', () => {
  const held = `${process.pid} ${startTime(process.pid)} 1`;
  writeFileSync(path, held);
  expect(takeStartLock(path)).toBeUndefined();
  utimesSync(path, new Date(), new Date(Date.now() - 120_000));
  expect(takeStartLock(path)).toBeDefined();
});

it('a holder that was taken for dead does not give back what another has taken', () => {
  const release = takeStartLock(path);
  writeFileSync(path, '1 1 1');
  release?.();
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('1 1 1');
});
