import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { errorCode, mayWrite, run, type Stage, startStage, textOf } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  const client = await stage.attach('setup', mayWrite);
  await run(client, 'CREATE DATABASE RETRIES');
});
afterEach(() => stage.sandbox.control.clearFaults());
afterAll(() => stage.close());

const inDatabase = {
  environment: { ...mayWrite.environment, SNOWFLAKE_DATABASE: 'RETRIES', SNOWFLAKE_SCHEMA: 'PUBLIC' },
};

async function tableFor(name: string) {
  const client = await stage.attach(name, inDatabase);
  await run(client, `CREATE TABLE ${name} (A NUMBER(38,0))`);
  const count = async () => (await client.rows(`SELECT COUNT(*) FROM ${name}`))[0]?.[0];
  const timesSent = async () => {
    const statements = await stage.sandbox.control.statements();
    return statements.filter(({ sql }) => sql.startsWith(`INSERT INTO ${name}`)).length;
  };
  return {
    client,
    count,
    timesSent,
    insert: () => client.tool('execute_query', { query: `INSERT INTO ${name} VALUES (1)` }),
  };
}

describe('a write whose answer was lost', () => {
  it('is not sent again; the daemon looks its outcome up and says that it succeeded', async () => {
    const { insert, count, timesSent } = await tableFor('LOST_DONE');
    await stage.sandbox.control.fault({
      action: { kind: 'status', status: 404, handled: true },
      sqlContains: 'INSERT',
      endpoints: ['query'],
    });
    const result = await insert();
    expect(errorCode(result)).toBe('outcome_unknown');
    expect(textOf(result)).toMatch(/records say that it succeeded \(query id [0-9a-f-]{36}\)\.\nDo not run it again\./);
    expect(await timesSent()).toBe(1);
    expect(await count()).toBe('1');
  });

  it('is not sent again where it never arrived either, and the daemon says that no trace of it was found', async () => {
    const { insert, count } = await tableFor('LOST_ON_THE_WAY');
    await stage.sandbox.control.fault({
      action: { kind: 'status', status: 404 },
      sqlContains: 'INSERT',
      endpoints: ['query'],
    });
    const result = await insert();
    expect(errorCode(result)).toBe('outcome_unknown');
    expect(textOf(result)).toContain('history does not show it');
    expect(await count()).toBe('0');
  });
});

describe('a write whose answer is long in being lost', () => {
  it('is not mistaken for the question what keeps it waiting', async () => {
    const { insert, count } = await tableFor('LOST_LATE');
    // Long enough for the daemon to ask for the state of the warehouse meanwhile.
    const late = { sqlContains: 'INSERT', endpoints: ['query' as const], count: 1 };
    await stage.sandbox.control.fault({ action: { kind: 'latency', ms: 3_000 }, ...late });
    await stage.sandbox.control.fault({ action: { kind: 'status', status: 404 }, ...late });
    const result = await insert();
    expect((await stage.sandbox.control.statements()).some(({ sql }) => sql.startsWith('SHOW WAREHOUSES'))).toBe(true);
    expect(textOf(result)).toContain('history does not show it');
    expect(await count()).toBe('0');
  });
});

describe('a write in a transaction of its own', () => {
  const lose = (sqlContains: string, handled: boolean) =>
    stage.sandbox.control.fault({
      action: { kind: 'status', status: 404, handled },
      sqlContains,
      endpoints: ['query'],
      count: 1,
    });
  const inOwn = async (name: string) => {
    const table = await tableFor(name);
    const insert = () =>
      table.client.tool('execute_query', { query: `INSERT INTO ${name} VALUES (1)`, use_transaction: true });
    return { ...table, insert };
  };

  it.each([
    ['its own answer', 'INSERT INTO LOST_OWN', true],
    ['its COMMIT on the way', 'COMMIT', false],
  ])('that lost %s was not kept, and the daemon says so', async (what, sql, handled) => {
    const { insert, count } = await inOwn(what === 'its own answer' ? 'LOST_OWN' : 'LOST_END');
    await lose(sql, handled);
    const result = await insert();
    expect(errorCode(result)).toBe('outcome_unknown');
    expect(textOf(result)).toContain('nothing of it was kept.\nRun it again.');
    expect(await count()).toBe('0');
  });

  it("that lost its COMMIT's answer was kept, and the daemon says so", async () => {
    const { insert, count } = await inOwn('KEPT');
    await lose('COMMIT', true);
    const result = await insert();
    expect(textOf(result)).toMatch(/records say that it succeeded .*\nDo not run it again\./);
    expect(await count()).toBe('1');
  });

  it('begins again on another session where its BEGIN was lost', async () => {
    const { insert, count } = await inOwn('BEGUN_AGAIN');
    await lose('BEGIN', true);
    expect((await insert()).isError).toBeUndefined();
    expect(await count()).toBe('1');
  });
});

describe("a write whose answer was lost in the client's transaction", () => {
  it('was not kept, and the daemon says so', async () => {
    const { client, insert, count } = await tableFor('IN_OPEN');
    await run(client, 'BEGIN');
    await insert();
    await stage.sandbox.control.fault({
      action: { kind: 'status', status: 404, handled: true },
      sqlContains: 'INSERT',
      endpoints: ['query'],
      count: 1,
    });
    const result = await insert();
    expect(textOf(result)).toContain('nothing of it was kept.\nBegin the transaction again from its first statement.');
    expect(errorCode(await client.tool('execute_query', { query: 'COMMIT' }))).toBe('session_lost');
    expect(await count()).toBe('0');
  });
});

describe('a statement whose answer was lost and that left what only its session had', () => {
  const lose = (sqlContains: string) =>
    stage.sandbox.control.fault({
      action: { kind: 'status', status: 404, handled: true },
      sqlContains,
      endpoints: ['query'],
      count: 1,
    });

  it('was not kept where nothing commits by itself, and the daemon says so', async () => {
    const { client, insert, count } = await tableFor('UNCOMMITTED');
    await run(client, 'ALTER SESSION SET AUTOCOMMIT = FALSE');
    await lose('INSERT INTO UNCOMMITTED');
    expect(textOf(await insert())).toContain('nothing of it was kept.\nBegin the transaction again');
    expect(await count()).toBe('0');
  });

  it('is looked up without leaving a transaction open where nothing commits by itself', async () => {
    const { client } = await tableFor('LOOKED_UP');
    await run(client, 'ALTER SESSION SET AUTOCOMMIT = FALSE');
    await lose('CREATE TABLE LOOKED_UP_TOO');
    const result = await client.tool('execute_query', { query: 'CREATE TABLE LOOKED_UP_TOO (A INT)' });
    expect(textOf(result)).toContain('records say that it succeeded');
    const statements = await stage.sandbox.control.statements();
    const asked = statements.findLast(({ sql }) => sql.includes('QUERY_HISTORY_BY_USER'));
    const after = statements.filter(({ sessionId }) => sessionId === asked?.sessionId);
    expect(after.at(-1)?.sql).toBe('ROLLBACK');
  });

  it('is a BEGIN: it begins again on another session, so that nothing commits by itself', async () => {
    const { client, insert, count } = await tableFor('BEGUN_ONCE_MORE');
    await lose('BEGIN');
    await run(client, 'BEGIN');
    expect((await insert()).isError).toBeUndefined();
    await run(client, 'ROLLBACK');
    expect(await count()).toBe('0');
  });

  it('created something temporary: the daemon does not say that it is there', async () => {
    const { client } = await tableFor('BESIDE_TEMPORARY');
    await lose('CREATE TEMPORARY');
    const result = await client.tool('execute_query', { query: 'CREATE TEMPORARY TABLE SHORT_LIVED (A INT)' });
    expect(errorCode(result)).toBe('outcome_unknown');
    expect(textOf(result)).toContain('was temporary and ended with its session.\nRun it again.');
  });

  it("ran a text in the client's transaction: the daemon says that not all of it was kept", async () => {
    const { client, count } = await tableFor('IN_A_TEXT');
    await run(client, 'BEGIN');
    await lose('EXECUTE IMMEDIATE');
    const query = "EXECUTE IMMEDIATE 'INSERT INTO IN_A_TEXT VALUES (1)'";
    const result = await client.tool('execute_query', { query });
    expect(textOf(result)).toContain('only that was kept which it committed itself.\nLook at the data');
    expect(errorCode(await client.tool('execute_query', { query: 'COMMIT' }))).toBe('session_lost');
    expect(await count()).toBe('0');
  });

  it('is a read: its answer tells of the lost transaction, once', async () => {
    const { client, insert } = await tableFor('READ_WITHIN');
    await run(client, 'BEGIN');
    await insert();
    await lose('SELECT 2718');
    const result = await client.tool('execute_query', { query: 'SELECT 2718' });
    expect(errorCode(result)).toBe('session_lost');
    expect(textOf(result)).toContain('its open transaction was rolled back.\nBegin the transaction again');
    expect(await client.rows('SELECT COUNT(*) FROM READ_WITHIN')).toEqual([['0']]);
  });
});

describe('a write that the account refused before running it', () => {
  it('is sent again on another session, once', async () => {
    const { insert, count } = await tableFor('REFUSED');
    await stage.sandbox.control.fault({
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
    await stage.sandbox.control.fault({
      action: { kind: 'kill-session' },
      sqlContains: 'INSERT',
      endpoints: ['query'],
    });
    expect(errorCode(await insert())).toBe('session_lost');
    await stage.sandbox.control.clearFaults();
    expect(await count()).toBe('0');
  });
});

describe('a read whose answer was lost', () => {
  it('runs once more and is answered', async () => {
    const client = await stage.attach('reader', inDatabase);
    await stage.sandbox.control.fault({
      action: { kind: 'status', status: 404, handled: true },
      sqlContains: '31415',
      endpoints: ['query'],
      count: 1,
    });
    expect(await client.rows('SELECT 31415')).toEqual([['31415']]);
    const sent = (await stage.sandbox.control.statements()).filter(({ sql }) => sql === 'SELECT 31415');
    expect(sent).toHaveLength(2);
  });
});

describe('a read whose session is ended under it', () => {
  it('is run once more, and given up with the truth where that session is ended, too', async () => {
    const client = await stage.attach('ended', inDatabase);
    const answer = client.tool('execute_query', { query: 'SELECT SYSTEM$WAIT(61) AS ENDED_UNDER_IT' });
    const seen = new Set<string>();
    for (let round = 0; round < 2; round += 1) {
      const { sessionId, queryId } = await stage.statementWhere(
        (one) => one.sql.includes('ENDED_UNDER_IT') && one.state === 'RUNNING' && !seen.has(one.queryId),
      );
      seen.add(queryId);
      await stage.sandbox.control.killSession(sessionId);
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
    await stage.sandbox.control.settings({ answerWithinMs: 100 });
    const client = await stage.attach('moved', inDatabase);
    const query = 'SELECT SYSTEM$WAIT(63) AS MOVED_ON';
    const isRun = ({ sql, state }: { sql: string; state: string }) => sql === query && state === 'RUNNING';
    const first = await client.tool('execute_query', { query, wait_seconds: 2 });
    const { query_id } = first.structuredContent ?? {};
    const { queryId, sessionId } = await stage.statementWhere(isRun);
    expect(query_id).toBe(queryId);
    await stage.sandbox.control.killSession(sessionId);
    const second = await stage.statementWhere((one) => isRun(one) && one.queryId !== queryId);
    const cancelled = await client.tool('cancel_query', { query_id });
    expect(cancelled.structuredContent).toMatchObject({ state: 'cancelled' });
    await stage.statementWhere((one) => one.queryId === second.queryId && one.state !== 'RUNNING');
    expect(errorCode(await client.tool('get_query_result', { query_id }))).toBe('cancelled');
    await stage.sandbox.control.settings({ answerWithinMs: 45_000 });
  });
});

describe('a choice that is made once more, as its session died before it could say what was chosen', () => {
  it('can be cancelled meanwhile', async () => {
    const client = await stage.attach('chooser', inDatabase);
    const query = 'SET LATE = (SELECT SYSTEM$WAIT(64))';
    const isRun = ({ sql, state }: { sql: string; state: string }) => sql === query && state === 'RUNNING';
    const { structuredContent } = await client.tool('execute_query', { query, wait_seconds: 0 });
    const { queryId } = await stage.statementWhere(isRun);
    const readBack = { sqlContains: 'SELECT $LATE', endpoints: ['query' as const], count: 1 };
    await stage.sandbox.control.fault({ action: { kind: 'kill-session' }, ...readBack });
    await stage.sandbox.control.turnClock(65_000);
    const second = await stage.statementWhere((one) => isRun(one) && one.queryId !== queryId);
    const cancelled = await client.tool('cancel_query', { query_id: structuredContent?.query_id });
    expect(cancelled.structuredContent).toMatchObject({ state: 'cancelled' });
    await stage.statementWhere((one) => one.queryId === second.queryId && one.state !== 'RUNNING');
  });
});

describe('a statement before which its session is killed', () => {
  const killsInARow = { action: { kind: 'kill-session' as const }, endpoints: ['query' as const], count: 4 };

  const killed = async () => (await stage.sandbox.control.stats()).faults['kill-session'] ?? 0;

  it('runs on the first session that lives, however many die before, a write only there', async () => {
    const { client, insert, count, timesSent } = await tableFor('KILLED_BEFORE');
    await stage.sandbox.control.fault({ ...killsInARow, sqlContains: '27182' });
    expect(await client.rows('SELECT 27182')).toEqual([['27182']]);
    await stage.sandbox.control.fault({ ...killsInARow, sqlContains: 'INSERT INTO KILLED_BEFORE' });
    expect(errorCode(await insert())).toBe(undefined);
    expect(await count()).toBe('1');
    expect(await timesSent()).toBe(1);
  });

  it('runs there also where they die while they are brought to its context', async () => {
    const [client, other] = [await stage.attach('chooser', inDatabase), await stage.attach('other', inDatabase)];
    await run(client, 'CREATE SCHEMA IF NOT EXISTS ALIGNED');
    await run(client, "SET WHERE_IT_WAS = 'here'");
    await run(other, 'USE SCHEMA PUBLIC');
    await run(other, 'UNSET WHERE_IT_WAS');
    await stage.sandbox.control.fault({ ...killsInARow, sqlContains: "WHERE_IT_WAS = 'here'" });
    // Whatever session has the context already goes first.
    await stage.sandbox.control.killSessions();
    const before = await killed();
    expect(await client.rows('SELECT $WHERE_IT_WAS, CURRENT_SCHEMA()')).toEqual([['here', 'ALIGNED']]);
    expect((await killed()) - before).toBe(4);
  });
});

describe('statements that a client sends together', () => {
  it('keep their order where one of them is tried again, as its session died', async () => {
    const client = await stage.attach('in-order', inDatabase);
    for (const schema of ['BEFORE', 'BEHIND']) {
      await run(client, `CREATE SCHEMA ${schema}`);
      await run(client, 'CREATE TABLE HERE (A INT)');
    }
    await run(client, 'USE SCHEMA BEFORE');
    for (const sqlContains of ['AS READ_FIRST', 'USE SCHEMA BEHIND'])
      await stage.sandbox.control.fault({
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
    const other = await stage.attach('after', inDatabase);
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
    const other = await stage.attach('RESENT', inDatabase);
    const result = await other.tool('execute_query', args, { requestId, resent: true });
    expect(errorCode(result)).toBe('outcome_unknown');
    expect(textOf(result)).toContain('records say that it succeeded');
    expect(await count()).toBe('1');
  });
});
