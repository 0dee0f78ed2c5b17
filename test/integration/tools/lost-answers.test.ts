/** Statements that may leave something behind and whose answer was lost: what the daemon says became of them (DESIGN §7, "Retry"). */
import { describe, expect, it } from 'vitest';
import { errorCode, run, textOf } from './stage.ts';
import { writtenTables } from './written-tables.ts';

const here = writtenTables('LOST_ANSWERS');
const { tableFor } = here;

describe('a write whose answer was lost', () => {
  it('is not sent again; the daemon looks its outcome up and says that it succeeded', async () => {
    const { insert, count, timesSent } = await tableFor('LOST_DONE');
    await here.stage.sandbox.control.fault({
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
    await here.stage.sandbox.control.fault({
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
    await here.stage.sandbox.control.fault({ action: { kind: 'latency', ms: 3_000 }, ...late });
    await here.stage.sandbox.control.fault({ action: { kind: 'status', status: 404 }, ...late });
    const result = await insert();
    expect((await here.stage.sandbox.control.statements()).some(({ sql }) => sql.startsWith('SHOW WAREHOUSES'))).toBe(
      true,
    );
    expect(textOf(result)).toContain('history does not show it');
    expect(await count()).toBe('0');
  });
});

describe('a write in a transaction of its own', () => {
  const lose = (sqlContains: string, handled: boolean) =>
    here.stage.sandbox.control.fault({
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
    await here.stage.sandbox.control.fault({
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
    here.stage.sandbox.control.fault({
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
    const statements = await here.stage.sandbox.control.statements();
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
