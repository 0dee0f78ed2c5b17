import type { Connection } from 'snowflake-sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect, execute, failedExecute } from '../../support/driver.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

describe('warehouses', () => {
  let sandbox: Sandbox;
  let session: Connection;
  const start = async (warehouseResumeMs = 0) => {
    sandbox = await startSandbox({ warehouseResumeMs });
    session = await connect(sandbox.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC' }));
  };
  const starts = async () => (await sandbox.control.stats()).warehouseStarts;
  const state = async () => (await execute(session, "SHOW WAREHOUSES LIKE 'COMPUTE_WH'")).rows[0]?.state;

  beforeEach(() => start());
  afterEach(async () => {
    await new Promise((resolve) => session.destroy(resolve));
    await sandbox.stop();
  });

  test('SHOW, USE, DESCRIBE, constants, DDL and heartbeats start none', async () => {
    await execute(session, 'CREATE TABLE t (a INT)');
    for (const sqlText of [
      'SHOW TABLES',
      'USE WAREHOUSE compute_wh',
      'DESCRIBE TABLE t',
      'SELECT 1',
      'SELECT CURRENT_ROLE()',
      'SHOW WAREHOUSES',
      'ALTER SESSION SET WEEK_START = 1',
    ]) {
      await execute(session, sqlText);
    }
    await session.isValidAsync();
    expect(await starts()).toBe(0);
    expect(await state()).toBe('SUSPENDED');
  });

  test('the first query of a table starts it, the next ones find it running', async () => {
    await execute(session, 'CREATE TABLE t (a INT)');
    await execute(session, 'SELECT * FROM t');
    await execute(session, 'INSERT INTO t VALUES (1)');
    expect(await starts()).toBe(1);
    expect(await state()).toBe('STARTED');
  });

  test('it suspends itself when idle for its time, and starts again on use', async () => {
    await execute(session, 'ALTER WAREHOUSE compute_wh SET AUTO_SUSPEND = 60');
    await execute(session, 'CREATE TABLE t AS SELECT 1 AS a');
    expect(await starts()).toBe(1);
    await sandbox.control.turnClock(59_000);
    expect(await state()).toBe('STARTED');
    await sandbox.control.turnClock(2_000);
    expect(await state()).toBe('SUSPENDED');
    await execute(session, 'SELECT * FROM t');
    expect(await starts()).toBe(2);
  });

  test('one that must not resume by itself refuses', async () => {
    await execute(session, 'CREATE TABLE t AS SELECT 1 AS a');
    await execute(session, 'ALTER WAREHOUSE compute_wh SET AUTO_RESUME = FALSE');
    await execute(session, 'ALTER WAREHOUSE compute_wh SUSPEND');
    await expect(execute(session, 'SELECT * FROM t')).rejects.toMatchObject({ code: '000606', sqlState: '57P03' });
    await execute(session, 'ALTER WAREHOUSE compute_wh RESUME');
    expect((await execute(session, 'SELECT * FROM t')).rows).toEqual([{ A: 1 }]);
  });

  test('its STATEMENT_TIMEOUT_IN_SECONDS ends a statement where that of the session is longer (Parameters)', async () => {
    await execute(session, 'ALTER WAREHOUSE compute_wh SET STATEMENT_TIMEOUT_IN_SECONDS = 60');
    const failing = failedExecute(session, 'SELECT SYSTEM$WAIT(600)');
    const isRunning = async () => (await sandbox.control.statements()).some((one) => one.state === 'RUNNING');
    await expect.poll(isRunning, { interval: 10 }).toBe(true);
    await sandbox.control.turnClock(61_000);
    const error = await failing;
    expect(error).toMatchObject({ code: '000630', sqlState: '57014' });
    expect(error.message).toContain('timeout of 60 second(s)');
    await execute(session, 'ALTER WAREHOUSE compute_wh UNSET STATEMENT_TIMEOUT_IN_SECONDS');
    const waiting = execute(session, 'SELECT SYSTEM$WAIT(100) AS W');
    await expect.poll(isRunning, { interval: 10 }).toBe(true);
    await sandbox.control.turnClock(101_000);
    expect((await waiting).rows).toEqual([{ W: 'waited 100 seconds' }]);
  });

  test('SHOW PARAMETERS IN WAREHOUSE has its three parameters, and says which were set (SHOW PARAMETERS)', async () => {
    await execute(session, 'CREATE WAREHOUSE narrow STATEMENT_TIMEOUT_IN_SECONDS = 90 MAX_CONCURRENCY_LEVEL = 2');
    const { rows } = await execute(session, 'SHOW PARAMETERS IN WAREHOUSE narrow');
    expect(rows.map(({ key, value, default: initial, level }) => [key, value, initial, level])).toEqual([
      ['MAX_CONCURRENCY_LEVEL', '2', '8', 'WAREHOUSE'],
      ['STATEMENT_QUEUED_TIMEOUT_IN_SECONDS', '0', '0', ''],
      ['STATEMENT_TIMEOUT_IN_SECONDS', '90', '172800', 'WAREHOUSE'],
    ]);
    const like = await execute(session, "SHOW PARAMETERS LIKE '%concurrency%' FOR WAREHOUSE compute_wh");
    expect(like.rows).toMatchObject([{ value: '8', level: '' }]);
    const bad = await failedExecute(session, 'ALTER WAREHOUSE narrow SET STATEMENT_TIMEOUT_IN_SECONDS = -1');
    expect(bad).toMatchObject({ code: '001008', sqlState: '22023' });
    const missing = await failedExecute(session, 'SHOW PARAMETERS IN WAREHOUSE nowhere');
    expect(missing).toMatchObject({ code: '002003', sqlState: '02000' });
  });

  test('statements that arrive while it starts wait for the same start', async () => {
    await new Promise((resolve) => session.destroy(resolve));
    await sandbox.stop();
    await start(300);
    await execute(session, 'CREATE TABLE t (a INT)');
    await Promise.all(Array.from({ length: 5 }, () => execute(session, 'SELECT * FROM t')));
    expect(await starts()).toBe(1);
  });

  test('what exceeds its concurrency waits for its turn', async () => {
    await execute(session, 'ALTER WAREHOUSE compute_wh SET MAX_CONCURRENCY_LEVEL = 1');
    await execute(session, 'CREATE TABLE t AS SELECT 1 AS a');
    const long = execute(session, 'SELECT SYSTEM$WAIT(2), a FROM t /* long */');
    await sandbox.control.until(({ statements }) => statements.running === 1);
    const short = execute(session, 'SELECT a FROM t /* short */');
    await sandbox.control.until(({ statements }) => statements.running === 2);
    const order: string[] = [];
    await Promise.all([long.then(() => order.push('long')), short.then(() => order.push('short'))]);
    expect(order).toEqual(['long', 'short']);
    const { rows } = await execute(session, "SHOW WAREHOUSES LIKE 'COMPUTE_WH'");
    expect(rows[0]).toMatchObject({ running: 0, queued: 0 });
  });

  test('STATEMENT_QUEUED_TIMEOUT_IN_SECONDS ends a statement that waits for its turn longer, of session and warehouse the shorter (Parameters)', async () => {
    await execute(session, 'ALTER WAREHOUSE compute_wh SET MAX_CONCURRENCY_LEVEL = 1');
    await execute(session, 'CREATE TABLE t AS SELECT 1 AS a');
    const long = execute(session, 'SELECT SYSTEM$WAIT(600), a FROM t');
    await sandbox.control.until(({ statements }) => statements.running === 1);
    await execute(session, 'ALTER WAREHOUSE compute_wh SET STATEMENT_QUEUED_TIMEOUT_IN_SECONDS = 60');
    await execute(session, 'ALTER SESSION SET STATEMENT_QUEUED_TIMEOUT_IN_SECONDS = 90');
    const queued = async () => (await execute(session, "SHOW WAREHOUSES LIKE 'COMPUTE_WH'")).rows[0]?.queued;
    for (const seconds of [60, 30]) {
      const failing = failedExecute(session, 'SELECT a FROM t');
      await expect.poll(queued, { interval: 10 }).toBe(1);
      await sandbox.control.turnClock((seconds + 1) * 1000);
      const error = await failing;
      expect(error).toMatchObject({ code: '000630', sqlState: '57014' });
      expect(error.message).toContain(`queued timeout of ${seconds} second(s)`);
      expect(await queued()).toBe(0);
      await execute(session, 'ALTER SESSION SET STATEMENT_QUEUED_TIMEOUT_IN_SECONDS = 30');
    }
    await execute(session, 'ALTER WAREHOUSE compute_wh UNSET STATEMENT_QUEUED_TIMEOUT_IN_SECONDS');
    await execute(session, 'ALTER SESSION UNSET STATEMENT_QUEUED_TIMEOUT_IN_SECONDS');
    const patient = execute(session, 'SELECT a FROM t');
    await expect.poll(queued, { interval: 10 }).toBe(1);
    await sandbox.control.turnClock(600_000);
    await long;
    expect((await patient).rows).toEqual([{ A: 1 }]);
  });
});
