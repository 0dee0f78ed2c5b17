import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Machine, startMachine } from '../support/machine.ts';
import { type Connected, connect, hello, startRaw } from '../support/mcp.ts';
import { root } from '../support/root.ts';
import { type Sandbox, startSandbox } from '../support/sandbox.ts';

let newer: string;
let sandbox: Sandbox;
let machine: Machine;
let clients: Connected[] = [];

/** The same programs under a later version: what an update leaves on the disk. */
beforeAll(async () => {
  newer = mkdtempSync(join(tmpdir(), 'snowpool-newer-'));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  cpSync(join(root, 'dist'), join(newer, 'dist'), { recursive: true, filter: (path) => !path.endsWith('.cache') });
  for (const file of ['client.cjs', 'daemon.mjs']) {
    const path = join(newer, 'dist', file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`"${version}"`, '"99.0.0"'));
  }
  symlinkSync(join(root, 'node_modules'), join(newer, 'node_modules'));
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(newer, { recursive: true, force: true });
});
beforeEach(() => {
  machine = startMachine({ env: sandbox.environment() });
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  clients = [];
  await machine.dispose();
});

async function client(dist: string, name: string, env: Record<string, string> = {}): Promise<Connected> {
  const connected = await connect({ ...machine, dist }, 'v1', { args: [], name, env });
  clients.push(connected);
  return connected;
}

it('a newer front-end replaces an older daemon without a sign-in, and older front-ends go on', async () => {
  const old = await client(machine.dist, 'old');
  await old.rows("SET kept = 'yes'");
  const before = await machine.status();
  const logins = (await sandbox.control.stats()).logins.tried;

  const fresh = await client(join(newer, 'dist'), 'fresh');
  expect(await fresh.rows('SELECT 1')).toEqual([['1']]);
  const after = await machine.status();
  expect(after).toMatchObject({ version: '99.0.0' });
  expect(after.pid).not.toBe(before.pid);

  expect(await old.rows('SELECT $kept')).toEqual([['yes']]);
  expect((await sandbox.control.stats()).logins.tried).toBe(logins);
  expect((await machine.status()).clients.map(({ name }) => name).sort()).toEqual(['fresh', 'old']);
});

it('an older front-end tells its client that there may be other tools now', async () => {
  const old = startRaw(machine, []);
  await old.ask('initialize', hello);
  old.send({ method: 'notifications/initialized' });
  await old.ask('tools/list');
  await (await client(join(newer, 'dist'), 'fresh')).tools();
  await old.received(({ method }) => method === 'notifications/tools/list_changed');
  old.child.stdin?.end();
  await old.exited;
});

it('an open transaction lives on through the replacement', async () => {
  const old = await client(machine.dist, 'old', { SNOWPOOL_POLICY: 'read-write' });
  await old.rows('CREATE DATABASE UPGRADE');
  await old.rows('CREATE TABLE UPGRADE.PUBLIC.T (n INT)');
  await old.rows('BEGIN');
  await old.rows('INSERT INTO UPGRADE.PUBLIC.T VALUES (1)');
  await (await client(join(newer, 'dist'), 'fresh')).rows('SELECT 1');
  await machine.statusWhere(({ version }) => version === '99.0.0');
  await old.rows('COMMIT');
  expect(await old.rows('SELECT COUNT(*) FROM UPGRADE.PUBLIC.T')).toEqual([['1']]);
});

it('a newer front-end leaves an older daemon of the service alone, works with it, and says how to update it', async () => {
  const service = machine.start(['daemon', '--started-by', 'service']);
  await machine.statusWhere(({ state }) => state !== 'not_running');
  const before = await machine.status();
  const fresh = await client(join(newer, 'dist'), 'fresh');
  expect(await fresh.rows('SELECT 1')).toEqual([['1']]);
  expect(await machine.status()).toMatchObject({ pid: before.pid, version: before.version, started_by: 'service' });
  expect(fresh.stderr()).toContain(
    `The service runs snowpool ${before.version}, this front-end is 99.0.0: run \`snowpool service install\``,
  );
  service.kill();
});

it('an older front-end leaves a newer daemon alone', async () => {
  const fresh = await client(join(newer, 'dist'), 'fresh');
  await fresh.rows('SELECT 1');
  const before = await machine.status();
  expect(before).toMatchObject({ version: '99.0.0' });
  expect(await (await client(machine.dist, 'old')).rows('SELECT 2')).toEqual([['2']]);
  expect((await machine.status()).pid).toBe(before.pid);
});
