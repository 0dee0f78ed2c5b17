import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mayWrite, run, type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  const client = await stage.attach('setup', mayWrite);
  for (const name of ['ONE', 'TWO', 'THREE', 'FOUR', 'FIVE']) await run(client, `CREATE DATABASE ${name}`);
});
afterEach(() => stage.sandbox.control.clearFaults());
afterAll(() => stage.close());

const attachAll = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, at) => stage.attach(`client-${at}`)));

const timesRun = async (sql: string) =>
  (await stage.sandbox.control.statements()).filter((statement) => statement.sql === sql).length;

/** Holds the statement back at the account, so that all calls are there at the same moment; `isHeld` resolves once it is. */
async function slowly(sqlContains: string): Promise<{ isHeld(): Promise<unknown> }> {
  const { control } = stage.sandbox;
  const before = (await control.stats()).faults.latency ?? 0;
  await control.fault({ action: { kind: 'latency', ms: 400 }, sqlContains, endpoints: ['query'] });
  return { isHeld: () => control.until(({ faults }) => (faults.latency ?? 0) > before) };
}

describe('the same metadata read of several clients at the same moment', () => {
  it('runs once and answers them all', async () => {
    const clients = await attachAll(5);
    await slowly('IN DATABASE "ONE"');
    const answers = await Promise.all(clients.map((client) => client.tool('list_schemas', { database: 'one' })));
    for (const answer of answers) expect(answer.structuredContent).toMatchObject({ total: 2 });
    expect(await timesRun('SHOW SCHEMAS IN DATABASE "ONE"')).toBe(1);
    const calls = ((await clients[0]?.status())?.clients ?? [])
      .filter((client) => client.name.startsWith('client-'))
      .flatMap((client) => client.connections.map((connection) => connection.calls));
    expect(calls).toEqual([1, 1, 1, 1, 1]);
  });

  it('goes on when one of them leaves', async () => {
    const [first, ...others] = await attachAll(3);
    const account = await slowly('IN DATABASE "TWO"');
    const leave = new AbortController();
    const leaving = first?.call('list_schemas', { database: 'two' }, { signal: leave.signal });
    const staying = others.map((client) => client.tool('list_schemas', { database: 'two' }));
    await account.isHeld();
    leave.abort();
    await expect(leaving).rejects.toThrow(/CANCELLED/);
    for (const answer of await Promise.all(staying)) expect(answer.structuredContent).toMatchObject({ total: 2 });
  });

  it('answers the others also where the client that started it vanishes', async () => {
    const [first, ...others] = await attachAll(3);
    const account = await slowly('IN DATABASE "THREE"');
    const leaving = first?.tool('list_schemas', { database: 'three' }).catch(() => undefined);
    await account.isHeld();
    const staying = others.map((client) => client.tool('list_schemas', { database: 'three' }));
    await account.isHeld();
    first?.close();
    for (const answer of await Promise.all(staying)) expect(answer.structuredContent).toMatchObject({ total: 2 });
    await leaving;
  });

  it('is not shared by clients of another user', async () => {
    const [one] = await attachAll(1);
    const other = await stage.attach('other', { environment: { SNOWFLAKE_USER: 'SOMEBODY_ELSE' } });
    await slowly('IN DATABASE "FOUR"');
    await Promise.all([
      one?.tool('list_schemas', { database: 'four' }),
      other.tool('list_schemas', { database: 'four' }),
    ]);
    expect(await timesRun('SHOW SCHEMAS IN DATABASE "FOUR"')).toBe(2);
  });

  it('never answers from before a write that its caller has seen end', async () => {
    const writer = await stage.attach('writer', mayWrite);
    const reader = await stage.attach('reader', mayWrite);
    await run(writer, 'USE DATABASE FIVE');
    const account = await slowly('IN DATABASE "FIVE"');
    const before = reader.tool('list_schemas', { database: 'five' });
    await account.isHeld();
    await run(writer, 'CREATE SCHEMA FIVE.FRESH');
    const after = await writer.tool('list_schemas', { database: 'five' });
    expect(after.structuredContent).toMatchObject({ total: 3 });
    await before;
  });
});

describe('the same query of data', () => {
  it('runs for each client that asks: only metadata is shared', async () => {
    const clients = await attachAll(2);
    await slowly('271828');
    await Promise.all(clients.map((client) => client.rows('SELECT 271828')));
    expect(await timesRun('SELECT 271828')).toBe(2);
  });
});
