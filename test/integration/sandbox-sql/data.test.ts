import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, execute } from '../../support/driver.ts';
import { root } from '../../support/root.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

const VEGA = join(root, 'node_modules/vega-datasets/data');

describe('the data that an account begins with', () => {
  let folder: string;
  let sandbox: Sandbox;
  let session: Connection;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'snowpool-load-'));
    writeFileSync(
      join(folder, 'small-table.csv'),
      'id,Full Name,since,score\n1,Ann,2024-01-02,1.5\n2,"Bob, B.",2023-05-06,\n',
    );
    writeFileSync(
      join(folder, 'events.ndjson'),
      '{"id": 1, "tags": ["a", "b"], "at": {"x": 1}}\n{"id": 2, "tags": [], "at": null}\n',
    );
    writeFileSync(join(folder, '.hidden'), 'left out');
    sandbox = await startSandbox({ sampleData: true, load: folder });
    session = await connect(sandbox.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC' }));
  });
  afterAll(async () => {
    await new Promise((resolve) => session.destroy(resolve));
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  });

  const rows = async (sqlText: string) => (await execute(session, { sqlText, rowMode: 'array' })).rows;
  const one = async (sqlText: string) => (await rows(sqlText))[0];

  test('each file of a folder is a table under its name', async () => {
    expect(
      await rows(
        "SELECT table_name, row_count FROM information_schema.tables WHERE table_schema = 'PUBLIC' ORDER BY 1",
      ),
    ).toEqual([
      ['EVENTS', 2],
      ['SMALL_TABLE', 2],
    ]);
    expect(await rows('SELECT id, full_name, TO_VARCHAR(since), score FROM small_table ORDER BY id')).toEqual([
      [1, 'Ann', '2024-01-02', 1.5],
      [2, 'Bob, B.', '2023-05-06', null],
    ]);
  });

  test('nested values of JSON are VARIANT', async () => {
    expect(await rows('SELECT id, tags[1]::VARCHAR, at:x::INT, ARRAY_SIZE(tags) FROM events ORDER BY id')).toEqual([
      [1, 'b', 1, 2],
      [2, null, null, 0],
    ]);
  });

  test('loaded tables can be changed', async () => {
    await execute(session, "INSERT INTO small_table (id, full_name) VALUES (3, 'Eve')");
    expect(await one('SELECT COUNT(*) FROM small_table')).toEqual([3]);
  });

  test('the sample has the eight tables of TPC-H in the proportions of a hundredth', async () => {
    const counts = await rows(
      "SELECT table_name, row_count FROM snowflake_sample_data.information_schema.tables WHERE table_schema = 'TPCH_SF1' ORDER BY 1",
    );
    const lines = Number((counts as unknown as [string, number][]).find(([name]) => name === 'LINEITEM')?.[1]);
    expect(lines).toBeGreaterThan(58_000);
    expect(lines).toBeLessThan(62_000);
    expect(counts).toEqual([
      ['CUSTOMER', 1500],
      ['LINEITEM', lines],
      ['NATION', 25],
      ['ORDERS', 15_000],
      ['PART', 2000],
      ['PARTSUPP', 8000],
      ['REGION', 5],
      ['SUPPLIER', 100],
    ]);
  });

  test('keys of the sample join', async () => {
    await execute(session, 'USE SCHEMA snowflake_sample_data.tpch_sf1');
    expect(
      await one(`SELECT
        (SELECT COUNT(*) FROM lineitem LEFT JOIN orders ON l_orderkey = o_orderkey WHERE o_orderkey IS NULL),
        (SELECT COUNT(*) FROM lineitem LEFT JOIN partsupp ON l_partkey = ps_partkey AND l_suppkey = ps_suppkey WHERE ps_partkey IS NULL),
        (SELECT COUNT(*) FROM orders LEFT JOIN customer ON o_custkey = c_custkey WHERE c_custkey IS NULL),
        (SELECT COUNT(*) FROM partsupp LEFT JOIN supplier ON ps_suppkey = s_suppkey WHERE s_suppkey IS NULL),
        (SELECT COUNT(*) FROM customer LEFT JOIN nation ON c_nationkey = n_nationkey WHERE n_nationkey IS NULL),
        (SELECT COUNT(*) FROM nation LEFT JOIN region ON n_regionkey = r_regionkey WHERE r_regionkey IS NULL),
        (SELECT COUNT(*) - COUNT(DISTINCT o_orderkey) FROM orders)`),
    ).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  test('values of the sample keep the rules of the specification', async () => {
    expect(
      await one(`SELECT COUNT_IF(o_orderdate < '1992-01-01' OR o_orderdate > '1998-08-02'), COUNT_IF(MOD(o_custkey, 3) = 0),
        COUNT(DISTINCT o_orderstatus), COUNT(DISTINCT o_orderpriority) FROM snowflake_sample_data.tpch_sf1.orders`),
    ).toEqual([0, 0, 3, 5]);
    expect(
      await one(`SELECT COUNT_IF(l_quantity NOT BETWEEN 1 AND 50), COUNT_IF(l_discount NOT BETWEEN 0 AND 0.10), COUNT_IF(l_tax NOT BETWEEN 0 AND 0.08),
        COUNT_IF(l_receiptdate <= l_shipdate), COUNT_IF((l_shipdate > '1995-06-17') <> (l_linestatus = 'O')),
        COUNT_IF((l_receiptdate > '1995-06-17') <> (l_returnflag = 'N')) FROM snowflake_sample_data.tpch_sf1.lineitem`),
    ).toEqual([0, 0, 0, 0, 0, 0]);
    expect(
      await one(`SELECT COUNT(*) FROM snowflake_sample_data.tpch_sf1.orders o JOIN (
          SELECT l_orderkey, SUM(l_extendedprice * (1 + l_tax) * (1 - l_discount)) AS total FROM snowflake_sample_data.tpch_sf1.lineitem GROUP BY 1
        ) l ON o_orderkey = l_orderkey WHERE ABS(o_totalprice - total) > 0.01`),
    ).toEqual([0]);
  });

  test('a file that is no table is refused with what, where and what is allowed', () => {
    const bad = mkdtempSync(join(tmpdir(), 'snowpool-bad-'));
    writeFileSync(join(bad, 'notes.txt'), 'hello');
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'dist/sandbox.mjs'), '--load', bad], {
      encoding: 'utf8',
    });
    rmSync(bad, { recursive: true });
    expect(status).not.toBe(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(`cannot load ${join(bad, 'notes.txt')}: it is no table; allowed are .csv`);
  });

  test('three million flights load and answer', async () => {
    const flights = mkdtempSync(join(tmpdir(), 'snowpool-flights-'));
    symlinkSync(join(VEGA, 'flights-3m.parquet'), join(flights, 'flights-3m.parquet'));
    const large = await startSandbox({ load: flights });
    const own = await connect(large.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC' }));
    const { rows: found } = await execute(
      own,
      'SELECT COUNT(*) AS n, COUNT(DISTINCT origin) AS origins FROM flights_3m',
    );
    await new Promise((resolve) => own.destroy(resolve));
    await large.stop();
    rmSync(flights, { recursive: true });
    expect(found).toEqual([{ N: 3_000_000, ORIGINS: found[0]?.ORIGINS }]);
  });
});
