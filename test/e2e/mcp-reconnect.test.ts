import { afterEach, beforeEach, expect, it } from 'vitest';
import { gone, isThere, type Machine, startMachine } from '../support/machine.ts';
import { type Connected, connect, generations, textOf } from '../support/mcp.ts';
import { type Sandbox, startSandbox } from '../support/sandbox.ts';

let sandbox: Sandbox;
let machine: Machine;
let client: Connected;

beforeEach(async () => {
  sandbox = await startSandbox();
  machine = startMachine({ env: sandbox.environment() });
});
afterEach(async () => {
  await client.close();
  await machine.dispose();
  await sandbox.stop();
});

async function killDaemon(): Promise<number> {
  const { pid = -1 } = await machine.status();
  process.kill(pid, 'SIGKILL');
  await gone(pid);
  return pid;
}

it.each(generations)(
  'a client (%s) whose daemon was killed notices nothing but time, its context included',
  async (generation) => {
    client = await connect(machine, generation, { args: [] });
    await client.rows("SET who = 'me'");
    await client.rows("ALTER SESSION SET TIMEZONE = 'Asia/Tokyo'");
    const killed = await killDaemon();
    expect(await client.rows('SELECT $who')).toEqual([['me']]);
    expect(JSON.stringify(await client.rows("SHOW PARAMETERS LIKE 'TIMEZONE'"))).toContain('Asia/Tokyo');
    const { pid, clients } = await machine.status();
    expect(pid).not.toBe(killed);
    expect(clients.map(({ pid }) => pid)).toEqual([client.pid]);
  },
);

it('a read that runs while its daemon is killed is asked of the next one and answers', async () => {
  client = await connect(machine, 'v1', { args: [] });
  await client.rows('SELECT 1');
  const answer = client.rows('SELECT SYSTEM$WAIT(3) AS w');
  await machine.statusWhere(({ clients }) => clients.some(({ connections }) => connections[0]?.running === 1));
  await killDaemon();
  expect(await answer).toEqual([['waited 3 seconds']]);
});

it('a write that runs while its daemon is killed runs once, and its answer says what became of it', async () => {
  client = await connect(machine, 'v1', { args: [], env: { SNOWPOOL_POLICY: 'read-write' } });
  await client.rows('CREATE DATABASE ONCE');
  await client.rows('CREATE TABLE ONCE.PUBLIC.T (s VARCHAR)');
  const answer = client.call('execute_query', { query: 'INSERT INTO ONCE.PUBLIC.T SELECT SYSTEM$WAIT(3)' });
  await machine.statusWhere(({ clients }) => clients.some(({ connections }) => connections[0]?.running === 1));
  await killDaemon();
  const { isError = false } = await answer;
  const [[rows] = []] = await client.rows('SELECT COUNT(*) FROM ONCE.PUBLIC.T');
  // What the account did cannot be foreseen; that it did it once, and that the answer is not wrong about it, can.
  expect(['0', '1']).toContain(rows);
  if (!isError) expect(rows).toBe('1');
});

it('a write in an open transaction that runs while its daemon is killed is told as rolled back, and so is the transaction', async () => {
  client = await connect(machine, 'v1', { args: [], env: { SNOWPOOL_POLICY: 'read-write' } });
  await client.rows('CREATE DATABASE OPEN_ONE');
  await client.rows('CREATE TABLE OPEN_ONE.PUBLIC.T (s VARCHAR)');
  await client.rows('BEGIN');
  await client.rows("INSERT INTO OPEN_ONE.PUBLIC.T VALUES ('first')");
  const answer = client.call('execute_query', { query: 'INSERT INTO OPEN_ONE.PUBLIC.T SELECT SYSTEM$WAIT(1)' });
  await machine.statusWhere(({ clients }) => clients.some(({ connections }) => connections[0]?.running === 1));
  await killDaemon();
  expect(textOf(await answer)).toContain('nothing of it was kept.\nBegin the transaction again');
  await expect(client.rows('COMMIT')).rejects.toThrow(/session_lost/);
  expect(await client.rows('SELECT COUNT(*) FROM OPEN_ONE.PUBLIC.T')).toEqual([['0']]);
});

it('a daemon that was stopped stays stopped until a client needs it', async () => {
  client = await connect(machine, 'v2 2026-07-28', { args: [] });
  await client.rows('SELECT 1');
  const { pid = -1 } = await machine.status();
  expect((await machine.run(['stop'])).code).toBe(0);
  expect(isThere(pid)).toBe(false);
  expect((await machine.run(['status'])).code).toBe(3);
  expect(await client.rows('SELECT 2')).toEqual([['2']]);
});

it('a stop lets running statements finish and takes later calls to the next daemon', async () => {
  client = await connect(machine, 'v1', { args: [] });
  await client.rows('SELECT 1');
  const before = await machine.status();
  const running = client.rows('SELECT SYSTEM$WAIT(2) AS w');
  await machine.statusWhere(({ clients }) => clients.some(({ connections }) => connections[0]?.running === 1));
  const stopped = machine.run(['stop']);
  await machine.statusWhere(({ state }) => state === 'not_running');
  const later = client.rows('SELECT 3');
  expect(await running).toEqual([['waited 2 seconds']]);
  expect(await later).toEqual([['3']]);
  expect((await stopped).code).toBe(0);
  expect((await machine.status()).pid).not.toBe(before.pid);
});

it('a daemon that cannot start is an answer that says why, and the front-end goes on', async () => {
  client = await connect(machine, 'v1', { args: [], env: { SNOWPOOL_SOCKET: '/etc/hostname/run/d.sock' } });
  const result = await client.call('execute_query', { query: 'SELECT 1' });
  expect(result.isError).toBe(true);
  expect(textOf(result)).toMatch(/\/etc\/hostname/);
  expect(isThere(client.pid)).toBe(true);
});
