import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrontEnd } from '../../support/front-end.ts';
import { errorCode, mayWrite, run, type Stage, startStage, textOf } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  await run(await stage.attach('setup', mayWrite), 'CREATE DATABASE BANK');
});
afterAll(() => stage.close());

const inBank = { environment: { ...mayWrite.environment, SNOWFLAKE_DATABASE: 'BANK', SNOWFLAKE_SCHEMA: 'PUBLIC' } };

async function twoClientsOn(table: string): Promise<{ mine: FrontEnd; others: () => Promise<unknown> }> {
  const mine = await stage.attach(`mine-${table}`, inBank);
  const other = await stage.attach(`other-${table}`, inBank);
  await run(mine, `CREATE TABLE ${table} (A NUMBER(38,0))`);
  return { mine, others: async () => (await other.rows(`SELECT COUNT(*) FROM ${table}`))[0]?.[0] };
}

describe('use_transaction', () => {
  it('commits by default, and says so', async () => {
    const { mine, others } = await twoClientsOn('COMMITTED');
    const result = await run(mine, 'INSERT INTO COMMITTED VALUES (1)', { use_transaction: true });
    expect(textOf(result)).toContain('The transaction was committed.');
    expect(result.structuredContent).toMatchObject({ rows_affected: 1 });
    expect(await others()).toBe('1');
  });

  it('leaves it open for this client alone with auto_commit false, and says so', async () => {
    const { mine, others } = await twoClientsOn('LEFT_OPEN');
    const result = await run(mine, 'INSERT INTO LEFT_OPEN VALUES (1)', { use_transaction: true, auto_commit: false });
    expect(textOf(result)).toContain('open for your next statements');
    expect(await mine.rows('SELECT COUNT(*) FROM LEFT_OPEN')).toEqual([['1']]);
    expect(await others()).toBe('0');
    await run(mine, 'ROLLBACK');
    expect(await mine.rows('SELECT COUNT(*) FROM LEFT_OPEN')).toEqual([['0']]);
  });

  it.each([
    [true, 'will be committed when the statement succeeds, and rolled back where it fails'],
    [false, 'stays open for your next statements, also where this one fails'],
  ])('says what becomes of the transaction of a statement that takes longer (auto_commit %s)', async (auto, remark) => {
    const client = await stage.attach(`patient-${auto}`, inBank);
    const result = await run(client, 'SELECT SYSTEM$WAIT(1)', {
      use_transaction: true,
      auto_commit: auto,
      wait_seconds: 0,
    });
    expect(result.structuredContent).toMatchObject({ state: 'running' });
    expect(textOf(result)).toContain(remark);
    client.close();
  });

  it('says that none is open where Snowflake has committed the statement by itself', async () => {
    const { mine } = await twoClientsOn('BY_ITSELF');
    const args = { use_transaction: true, auto_commit: false };
    const result = await run(mine, 'ALTER TABLE BY_ITSELF ADD COLUMN B NUMBER(38,0)', args);
    expect(textOf(result)).toContain('No transaction is open: Snowflake commits such a statement by itself');
    expect(await mine.rows('SELECT CURRENT_TRANSACTION()')).toEqual([[null]]);
  });

  it('rolls back what fails, and leaves nothing open', async () => {
    const { mine } = await twoClientsOn('FAILED');
    for (const auto_commit of [true, false]) {
      const result = await mine.tool('execute_query', {
        query: "INSERT INTO FAILED SELECT 'no number'",
        use_transaction: true,
        auto_commit,
      });
      expect(errorCode(result)).toBe('statement_failed');
    }
    const { clients } = await stage.daemon
      .attach({ name: 'looker', environment: stage.sandbox.environment() })
      .then((looker) => looker.status());
    expect(clients.find(({ name }) => name === 'mine-FAILED')?.connections[0]?.pinned).toBe('');
  });

  it('does not nest', async () => {
    const { mine } = await twoClientsOn('NESTED');
    await run(mine, 'BEGIN');
    const nested = await mine.tool('execute_query', { query: 'INSERT INTO NESTED VALUES (1)', use_transaction: true });
    expect(errorCode(nested)).toBe('invalid_argument');
    expect(textOf(nested)).toContain('open already');
    await run(mine, 'ROLLBACK');
    const begin = await mine.tool('execute_query', { query: 'BEGIN', use_transaction: true });
    expect(errorCode(begin)).toBe('invalid_argument');
  });

  it('changes nothing about what may run', async () => {
    const reader = await stage.attach('reader');
    const result = await reader.tool('execute_query', {
      query: 'DELETE FROM BANK.PUBLIC.COMMITTED',
      use_transaction: true,
    });
    expect(errorCode(result)).toBe('statement_refused');
    expect(await reader.rows('SELECT 1', { use_transaction: true })).toEqual([['1']]);
  });

  it('is rolled back at the account when the call is cancelled before its commit', async () => {
    const { mine, others } = await twoClientsOn('CANCELLED');
    const abort = new AbortController();
    const query = 'INSERT INTO CANCELLED SELECT LENGTH(SYSTEM$WAIT(60))';
    const call = mine.call('execute_query', { query, use_transaction: true }, { signal: abort.signal });
    await stage.statementWhere(({ state, sql }) => state === 'RUNNING' && sql === query);
    abort.abort();
    await expect(call).rejects.toThrow(/CANCELLED/);
    await stage.statementWhere(({ sql, queryTag }) => sql === 'ROLLBACK' && queryTag.includes('mine-CANCELLED'));
    expect(await others()).toBe('0');
  });
});

describe('LAST_QUERY_ID', () => {
  it("is each client's own, whatever ran in between on the same sessions", async () => {
    const one = await stage.attach('one');
    const two = await stage.attach('two');
    const first = await run(one, "SELECT 'one'");
    await run(two, "SELECT 'two'");
    await one.tool('list_databases');
    const result = await run(one, 'SELECT * FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))');
    expect(result.structuredContent).toMatchObject({ rows: [['one']] });
    expect(textOf(result)).toContain(`LAST_QUERY_ID() was replaced by '${first.structuredContent?.query_id}'`);
  });

  it('of a client that has run nothing is refused', async () => {
    const fresh = await stage.attach('fresh');
    const result = await fresh.tool('execute_query', { query: 'SELECT LAST_QUERY_ID()' });
    expect(errorCode(result)).toBe('statement_refused');
    expect(textOf(result)).toContain('this client has not run that many statements');
  });
});
