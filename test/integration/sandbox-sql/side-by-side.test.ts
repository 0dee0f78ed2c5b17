import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type DriverError, execute } from '../../support/driver.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

/** Would run for minutes, and uses every thread that it is given. */
const ENDLESS = `SELECT COUNT(*) FROM snowflake_sample_data.tpch_sf1.lineitem a, snowflake_sample_data.tpch_sf1.lineitem b
  WHERE a.l_partkey + b.l_partkey = 1`;

describe('statements side by side', () => {
  let sandbox: Sandbox;
  let session: Connection;
  beforeAll(async () => {
    sandbox = await startSandbox({ sampleData: true });
    session = await connect(sandbox.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC' }));
  });
  afterAll(async () => {
    await new Promise((resolve) => session.destroy(resolve));
    await sandbox.stop();
  });

  test('several long ones hold up neither others nor their own end', async () => {
    const long = Array.from({ length: 6 }, () =>
      execute(session, ENDLESS).then(
        () => null,
        (error: DriverError) => error.code,
      ),
    );
    await sandbox.control.until(({ statements }) => statements.running === 6);
    expect((await execute(session, 'SELECT 1 AS a')).rows).toEqual([{ A: 1 }]);
    await execute(session, 'CREATE TABLE made AS SELECT 2 AS a');
    expect((await execute(session, 'SELECT a FROM made')).rows).toEqual([{ A: 2 }]);
    const [own] = (await execute(session, 'SELECT CURRENT_SESSION() AS id')).rows;
    await execute(session, `SELECT SYSTEM$CANCEL_ALL_QUERIES(${String(own?.ID)})`);
    expect(await Promise.all(long)).toEqual(Array.from({ length: 6 }, () => '000604'));
  });

  test('many short ones run on one session at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        execute(session, `SELECT ${i} AS n, COUNT(*) AS c FROM snowflake_sample_data.tpch_sf1.nation`),
      ),
    );
    expect(answers.map(({ rows }) => rows[0])).toEqual(Array.from({ length: 50 }, (_, i) => ({ N: i, C: 25 })));
  });
});
