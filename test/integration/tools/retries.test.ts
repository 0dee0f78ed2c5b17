/** What runs once more, where and how often (DESIGN §7, "Retry"). */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { errorCode, run, textOf } from './stage.ts';
import { writtenTables } from './written-tables.ts';

const here = writtenTables('RETRIES');
const { inDatabase, tableFor } = here;

describe('a write that the account refused before running it', () => {
  it('is sent again on another session, once', async () => {
    const { insert, count } = await tableFor('REFUSED');
    await here.stage.sandbox.control.fault({
      action: { kind: 'kill-session' },
      sqlContains: 'INSERT',
      endpoints: ['query'],
      count: 1,
    });
    expect((await insert()).isError).toBeUndefined();
    expect(await count()).toBe('1');
  });

  it('is given up when the next session refuses it, too', async () => {
    const { insert, count } = await tableFor('REFUSED_TWICE');
    await here.stage.sandbox.control.fault({
      action: { kind: 'kill-session' },
      sqlContains: 'INSERT',
      endpoints: ['query'],
    });
    expect(errorCode(await insert())).toBe('session_lost');
    await here.stage.sandbox.control.clearFaults();
    expect(await count()).toBe('0');
  });
});

describe('a read whose answer was lost', () => {
  it('runs once more and is answered', async () => {
    const client = await here.stage.attach('reader', inDatabase);
    await here.stage.sandbox.control.fault({
      action: { kind: 'status', status: 404, handled: true },
      sqlContains: '31415',
      endpoints: ['query'],
      count: 1,
    });
    expect(await client.rows('SELECT 31415')).toEqual([['31415']]);
    const sent = (await here.stage.sandbox.control.statements()).filter(({ sql }) => sql === 'SELECT 31415');
    expect(sent).toHaveLength(2);
  });
});

describe('a read whose session is ended under it', () => {
  it('is run once more, and given up with the truth where that session is ended, too', async () => {
    const client = await here.stage.attach('ended', inDatabase);
    const answer = client.tool('execute_query', { query: 'SELECT SYSTEM$WAIT(61) AS ENDED_UNDER_IT' });
    const seen = new Set<string>();
    for (let round = 0; round < 2; round += 1) {
      const { sessionId, queryId } = await here.stage.statementWhere(
        (one) => one.sql.includes('ENDED_UNDER_IT') && one.state === 'RUNNING' && !seen.has(one.queryId),
      );
      seen.add(queryId);
      await here.stage.sandbox.control.killSession(sessionId);
    }
    const result = await answer;
    expect(errorCode(result)).toBe('session_lost');
    expect(textOf(result)).toContain(
      'The statement was tried on two sessions, and the last one was ended while it ran',
    );
  });
});

describe('a read that is run once more', () => {
  it('is still found, and cancelled, by the query id under which it ran first', async () => {
    await here.stage.sandbox.control.settings({ answerWithinMs: 100 });
    const client = await here.stage.attach('moved', inDatabase);
    const query = 'SELECT SYSTEM$WAIT(63) AS MOVED_ON';
    const isRun = ({ sql, state }: { sql: string; state: string }) => sql === query && state === 'RUNNING';
    const first = await client.tool('execute_query', { query, wait_seconds: 2 });
    const { query_id } = first.structuredContent ?? {};
    const { queryId, sessionId } = await here.stage.statementWhere(isRun);
    expect(query_id).toBe(queryId);
    await here.stage.sandbox.control.killSession(sessionId);
    const second = await here.stage.statementWhere((one) => isRun(one) && one.queryId !== queryId);
    const cancelled = await client.tool('cancel_query', { query_id });
    expect(cancelled.structuredContent).toMatchObject({ state: 'cancelled' });
    await here.stage.statementWhere((one) => one.queryId === second.queryId && one.state !== 'RUNNING');
    expect(errorCode(await client.tool('get_query_result', { query_id }))).toBe('cancelled');
    await here.stage.sandbox.control.settings({ answerWithinMs: 45_000 });
  });
});

describe('a choice that is made once more, as its session died before it could say what was chosen', () => {
  it('can be cancelled meanwhile', async () => {
    const client = await here.stage.attach('chooser', inDatabase);
    const query = 'SET LATE = (SELECT SYSTEM$WAIT(64))';
    const isRun = ({ sql, state }: { sql: string; state: string }) => sql === query && state === 'RUNNING';
    const { structuredContent } = await client.tool('execute_query', { query, wait_seconds: 0 });
    const { queryId } = await here.stage.statementWhere(isRun);
    const readBack = { sqlContains: 'SELECT $LATE', endpoints: ['query' as const], count: 1 };
    await here.stage.sandbox.control.fault({ action: { kind: 'kill-session' }, ...readBack });
    await here.stage.sandbox.control.turnClock(65_000);
    const second = await here.stage.statementWhere((one) => isRun(one) && one.queryId !== queryId);
    const cancelled = await client.tool('cancel_query', { query_id: structuredContent?.query_id });
    expect(cancelled.structuredContent).toMatchObject({ state: 'cancelled' });
    await here.stage.statementWhere((one) => one.queryId === second.queryId && one.state !== 'RUNNING');
  });
});

describe('a statement before which its session is killed', () => {
  const killsInARow = { action: { kind: 'kill-session' as const }, endpoints: ['query' as const], count: 4 };

  const killed = async () => (await here.stage.sandbox.control.stats()).faults['kill-session'] ?? 0;

  it('runs on the first session that lives, however many die before, a write only there', async () => {
    const { client, insert, count, timesSent } = await tableFor('KILLED_BEFORE');
    await here.stage.sandbox.control.fault({ ...killsInARow, sqlContains: '27182' });
    expect(await client.rows('SELECT 27182')).toEqual([['27182']]);
    await here.stage.sandbox.control.fault({ ...killsInARow, sqlContains: 'INSERT INTO KILLED_BEFORE' });
    expect(errorCode(await insert())).toBe(undefined);
    expect(await count()).toBe('1');
    expect(await timesSent()).toBe(1);
  });

  it('runs there also where they die while they are brought to its context', async () => {
    const [client, other] = [
      await here.stage.attach('chooser', inDatabase),
      await here.stage.attach('other', inDatabase),
    ];
    await run(client, 'CREATE SCHEMA IF NOT EXISTS ALIGNED');
    await run(client, "SET WHERE_IT_WAS = 'here'");
    await run(other, 'USE SCHEMA PUBLIC');
    await run(other, 'UNSET WHERE_IT_WAS');
    await here.stage.sandbox.control.fault({ ...killsInARow, sqlContains: "WHERE_IT_WAS = 'here'" });
    // Whatever session has the context already goes first.
    await here.stage.sandbox.control.killSessions();
    const before = await killed();
    expect(await client.rows('SELECT $WHERE_IT_WAS, CURRENT_SCHEMA()')).toEqual([['here', 'ALIGNED']]);
    expect((await killed()) - before).toBe(4);
  });
});

describe('statements that a client sends together', () => {
  it('keep their order where one of them is tried again, as its session died', async () => {
    const client = await here.stage.attach('in-order', inDatabase);
    for (const schema of ['BEFORE', 'BEHIND']) {
      await run(client, `CREATE SCHEMA ${schema}`);
      await run(client, 'CREATE TABLE HERE (A INT)');
    }
    await run(client, 'USE SCHEMA BEFORE');
    for (const sqlContains of ['AS READ_FIRST', 'USE SCHEMA BEHIND'])
      await here.stage.sandbox.control.fault({
        action: { kind: 'kill-session' },
        endpoints: ['query'],
        sqlContains,
        count: 1,
      });
    const [first, , last] = await Promise.all([
      client.rows('SELECT CURRENT_SCHEMA() AS READ_FIRST'),
      run(client, 'USE SCHEMA BEHIND'),
      client.rows('SELECT CURRENT_SCHEMA() AS READ_LAST'),
      run(client, 'INSERT INTO HERE VALUES (1)'),
    ]);
    expect([first, last]).toEqual([[['BEFORE']], [['BEHIND']]]);
    expect(await client.rows('SELECT COUNT(*) FROM RETRIES.BEHIND.HERE')).toEqual([['1']]);
  });
});

describe('a call that is sent again by the front-end', () => {
  it.each([
    [true, 'records say that it succeeded', '1'],
    [false, 'nothing of it was kept', '0'],
  ])('tells what became of a write in a transaction (auto_commit %s): %s', async (auto, said, kept) => {
    const { client } = await tableFor(`RESENT_${auto}`);
    const requestId = randomUUID();
    const args = { query: `INSERT INTO RESENT_${auto} VALUES (1)`, use_transaction: true, auto_commit: auto };
    await client.tool('execute_query', args, { requestId });
    client.close();
    const other = await here.stage.attach('after', inDatabase);
    const result = await other.tool('execute_query', args, { requestId, resent: true });
    expect(errorCode(result)).toBe('outcome_unknown');
    expect(textOf(result)).toContain(said);
    expect((await other.rows(`SELECT COUNT(*) FROM RESENT_${auto}`))[0]?.[0]).toBe(kept);
  });

  it('under the same request id does not run a write', async () => {
    const { client, count } = await tableFor('RESENT');
    const requestId = randomUUID();
    const args = { query: 'INSERT INTO RESENT VALUES (1)' };
    await client.tool('execute_query', args, { requestId });
    const other = await here.stage.attach('RESENT', inDatabase);
    const result = await other.tool('execute_query', args, { requestId, resent: true });
    expect(errorCode(result)).toBe('outcome_unknown');
    expect(textOf(result)).toContain('records say that it succeeded');
    expect(await count()).toBe('1');
  });
});
