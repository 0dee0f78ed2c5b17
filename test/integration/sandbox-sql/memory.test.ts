import { readFileSync, writeFileSync } from 'node:fs';
import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type DriverError, execute } from '../../support/driver.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

const OUT_OF_MEMORY = 300000;
const TOO_DEEP = 1;

const nested = (name: string, args: string, depth: number) =>
  `SELECT ${`${name}(`.repeat(depth)}'abc'${`${args})`.repeat(depth)}`;

/** A text of 16 MB (`big`), JSON of 4 MB (`js`), each 300 times: gigabytes, in one vector of rows. */
const GREEDY: readonly (readonly [string, number])[] = [
  ['CREATE TABLE made AS SELECT UPPER(s) || i AS t FROM big, xs', OUT_OF_MEMORY],
  ['SELECT s FROM big, xs', OUT_OF_MEMORY],
  ['SELECT SUM(LENGTH(LOWER(UPPER(LOWER(s || i)) || i) || i)) FROM big, xs', OUT_OF_MEMORY],
  ['SELECT SUM(LENGTH(REVERSE(s || i))) FROM big, xs', OUT_OF_MEMORY],
  ['SELECT SUM(LENGTH(b.c || i)) FROM (SELECT s AS c FROM big) AS b, xs', OUT_OF_MEMORY],
  ["SELECT SUM(LENGTH(REGEXP_REPLACE(s || i, 'x', 'y'))) FROM big, xs", OUT_OF_MEMORY],
  ["SELECT SUM(ARRAY_SIZE(SPLIT(s, 'x'))) FROM big, xs", OUT_OF_MEMORY],
  ["SELECT LENGTH(LISTAGG(s, ',')) FROM big, xs", OUT_OF_MEMORY],
  ['SELECT ARRAY_SIZE(ARRAY_AGG(s)) FROM big, xs', OUT_OF_MEMORY],
  ["SELECT SUM(LENGTH(TO_JSON(OBJECT_CONSTRUCT('a', s, 'b', i)))) FROM big, xs", OUT_OF_MEMORY],
  ['SELECT MAX(LENGTH(t)) FROM (SELECT LAG(s || i) OVER (ORDER BY i) AS t FROM big, xs)', OUT_OF_MEMORY],
  ["SELECT SUM(LENGTH(PARSE_JSON('\"' || LEFT(s, 15000000) || i || '\"')::TEXT)) FROM big, xs", OUT_OF_MEMORY],
  ['SELECT SUM(f.index) FROM js, xs, LATERAL FLATTEN(input => v) AS f', OUT_OF_MEMORY],
  ['SELECT SUM(v[i].a::INT) FROM js, xs', OUT_OF_MEMORY],
  ['SELECT MAX(UPPER(REPEAT(i, 5000000))) FROM xs', OUT_OF_MEMORY],
  ['UPDATE xs SET t = b.s || xs.i FROM big AS b', OUT_OF_MEMORY],
  [nested('SUBSTR', ', -1, 2', 20), TOO_DEEP],
  [`SELECT ${'ROUND('.repeat(24)}1.5::FLOAT${', 1)'.repeat(24)}`, TOO_DEEP],
];

describe('no statement makes the sandbox grow without bound', () => {
  let sandbox: Sandbox;
  let session: Connection;

  beforeAll(async () => {
    sandbox = await startSandbox();
    session = await connect(sandbox.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC' }));
    await execute(session, "CREATE TABLE big AS SELECT REPEAT('x', 16000000) AS s");
    await execute(
      session,
      'CREATE TABLE xs AS SELECT SEQ4() AS i, NULL::TEXT AS t FROM TABLE(GENERATOR(ROWCOUNT => 300))',
    );
    await execute(session, `CREATE TABLE js AS SELECT PARSE_JSON('[' || REPEAT('{"a":1},', 500000) || '1]') AS v`);
  });
  afterAll(async () => {
    await new Promise((resolve) => session.destroy(resolve));
    await sandbox.stop();
  });

  /** The most that the process took since the last call, in MB; 0 where the system does not say. */
  const peakMb = () => {
    if (process.platform !== 'linux') return 0;
    const found = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${sandbox.pid}/status`, 'utf8'));
    writeFileSync(`/proc/${sandbox.pid}/clear_refs`, '5');
    return Number(found?.[1]) / 1024;
  };

  test.each(GREEDY)('%s ends with an error', async (sqlText, code) => {
    peakMb();
    const error = await execute(session, sqlText).then(
      () => null,
      (cause: DriverError) => cause,
    );
    expect(Number(error?.code), error?.message).toBe(code);
    expect(peakMb()).toBeLessThan(2048);
    expect((await execute(session, 'SELECT COUNT(*) AS n FROM xs')).rows).toEqual([{ N: 300 }]);
  });

  test('long texts are read and changed where they fit', async () => {
    const { rows } = await execute(
      session,
      "SELECT LENGTH(UPPER(s) || i) AS n, v[7].a AS a, LENGTH(REPLACE(LEFT(s, 1000000), 'x', 'yz')) AS r FROM big, js, xs WHERE i < 2 ORDER BY i",
    );
    expect(rows).toEqual([
      { N: 16_000_001, A: 1, R: 2_000_000 },
      { N: 16_000_001, A: 1, R: 2_000_000 },
    ]);
    const long = await execute(session, 'SELECT s, i FROM big, xs WHERE i < 3 ORDER BY i');
    expect(long.rows.map((row) => [String(row.S).length, row.I])).toEqual([0, 1, 2].map((i) => [16_000_000, i]));
  });

  test('calls that are often nested stay cheap', async () => {
    const { rows } = await execute(session, nested('REPLACE', ", 'b', 'bb'", 6));
    expect(Object.values(rows[0] ?? {})).toEqual([`a${'b'.repeat(64)}c`]);
    expect(Object.values((await execute(session, nested('SUBSTR', ', 1, 2', 40))).rows[0] ?? {})).toEqual(['ab']);
  });
});
