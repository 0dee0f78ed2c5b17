import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RawSession } from '../../support/raw-session.ts';
import { startSandbox } from '../../support/sandbox.ts';
import { holdFacts } from './facts.ts';

const lost = { code: '000707', sqlState: '02000', message: 'Time travel data is not available for table T.' };
const refused = (message: string) => ({ code: '000002', message });

holdFacts(
  'time travel',
  [
    'CREATE TABLE t (id INT, name VARCHAR)',
    'SET made = LAST_QUERY_ID()',
    "INSERT INTO t VALUES (1, 'a'), (2, 'b')",
    'SET first = LAST_QUERY_ID()',
    'SET after_first = CURRENT_TIMESTAMP()',
    "INSERT INTO t VALUES (3, 'c')",
    "UPDATE t SET name = 'x' WHERE id = 1",
    'SET changed = LAST_QUERY_ID()',
    'DELETE FROM t WHERE id = 3',
    'SET removed = LAST_QUERY_ID()',
    "INSERT INTO t VALUES (4, 'd')",
    'SET after_all = CURRENT_TIMESTAMP()',
    'CREATE VIEW v AS SELECT COUNT(*) AS n FROM t',
    'CREATE TABLE other (id INT)',
  ],
  [
    ['SELECT id, name FROM t AT (STATEMENT => $made) ORDER BY id', [], 'AT | BEFORE'],
    ['SELECT id, name FROM t BEFORE (STATEMENT => $first) ORDER BY id', [], 'AT | BEFORE'],
    [
      'SELECT id, name FROM t AT (STATEMENT => $first) ORDER BY id',
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
      'AT | BEFORE',
    ],
    ['SELECT COUNT(*) FROM t AT (TIMESTAMP => $after_first)', ['2'], 'AT | BEFORE'],
    ['SELECT COUNT(*) FROM t BEFORE (TIMESTAMP => $after_first::TIMESTAMP_LTZ)', ['2'], 'AT | BEFORE'],
    [
      "SELECT LISTAGG(id || name, ',') WITHIN GROUP (ORDER BY id) FROM t BEFORE (STATEMENT => $changed)",
      ['1a,2b,3c'],
      'AT | BEFORE',
    ],
    [
      "SELECT LISTAGG(id || name, ',') WITHIN GROUP (ORDER BY id) FROM t BEFORE (STATEMENT => $removed) AS before_it",
      ['1x,2b,3c'],
      'AT | BEFORE',
    ],
    [
      "SELECT LISTAGG(id || name, ',') WITHIN GROUP (ORDER BY id) FROM IDENTIFIER('t') AT (STATEMENT => $removed)",
      ['1x,2b'],
      'AT | BEFORE',
    ],
    ['SELECT COUNT(*) FROM t AT (OFFSET => -0.0)', ['3'], 'AT | BEFORE'],
    ['SELECT COUNT(*) FROM t AT (TIMESTAMP => $after_all)', ['3'], 'AT | BEFORE'],
    [
      'SELECT now.id FROM t now LEFT JOIN t AT (STATEMENT => $removed) AS was USING (id) WHERE was.id IS NULL',
      ['4'],
      'Understanding & using Time Travel',
    ],
    ['WITH was AS (SELECT * FROM t AT (STATEMENT => $first)) SELECT COUNT(*) FROM was', ['2'], 'AT | BEFORE'],
    ['WITH was AS (SELECT * FROM t) SELECT * FROM was AT (STATEMENT => $first)', refused('WITH query'), 'AT | BEFORE'],
    ['SELECT n FROM v AT (STATEMENT => $first)', ['2'], 'AT | BEFORE'],
    ['SELECT COUNT(*) FROM t AT (OFFSET => -60*60)', lost, 'AT | BEFORE'],
    ["SELECT COUNT(*) FROM t AT (TIMESTAMP => '2018-07-27 12:00:00'::TIMESTAMP)", lost, 'AT | BEFORE'],
    [
      "SELECT COUNT(*) FROM t AT (STATEMENT => '01a00000-0000-0000-0000-000000000000')",
      { code: '000709', message: 'Statement 01a00000-0000-0000-0000-000000000000 not found' },
      'AT | BEFORE',
    ],
    [
      "SELECT COUNT(*) FROM t AT (TIMESTAMP => DATEADD('day', 1, CURRENT_TIMESTAMP()))",
      refused('still to come'),
      'AT | BEFORE',
    ],
    ["SELECT COUNT(*) FROM t AT (STREAM => 's')", refused('stream'), 'AT | BEFORE'],
    ['SELECT COUNT(*) FROM t, other AT (OFFSET => t.id)', { code: '000904' }, 'AT | BEFORE'],
    ['SELECT COUNT(*) FROM t CHANGES (INFORMATION => DEFAULT) AT (OFFSET => -60)', refused('CHANGES'), 'CHANGES'],
    [
      'CREATE TABLE restored CLONE t BEFORE (STATEMENT => $changed)',
      ['Table RESTORED successfully created.'],
      'CREATE <object> … CLONE',
    ],
    [
      'SELECT id, name FROM restored WHERE id <> 2 ORDER BY id',
      [
        ['1', 'a'],
        ['3', 'c'],
      ],
      'CREATE <object> … CLONE',
    ],
    ['CREATE TABLE early CLONE t AT (OFFSET => -3600)', lost, 'CREATE <object> … CLONE'],
    [
      'CREATE SCHEMA s2 CLONE public BEFORE (STATEMENT => $removed)',
      ['Schema S2 successfully created.'],
      'CREATE <object> … CLONE',
    ],
    [
      "SELECT COUNT(*), (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'S2') FROM facts.s2.t",
      [['3', '1']],
      'CREATE <object> … CLONE',
    ],
    [
      'CREATE DATABASE d2 CLONE facts AT (TIMESTAMP => $after_first::TIMESTAMP_LTZ)',
      ['Database D2 successfully created.'],
      'CREATE <object> … CLONE',
    ],
    ['SELECT COUNT(*) FROM d2.public.t', ['2'], 'CREATE <object> … CLONE'],
    ['CREATE DATABASE d3 CLONE facts AT (OFFSET => -864000)', { code: '000707' }, 'CREATE <object> … CLONE'],
    ['ALTER TABLE facts.public.t ADD COLUMN extra INT DEFAULT 7', ['Statement executed successfully.'], 'AT | BEFORE'],
    [
      'SELECT id, extra FROM facts.public.t AT (STATEMENT => $first) ORDER BY id',
      [
        ['1', '7'],
        ['2', '7'],
      ],
      'AT | BEFORE',
    ],
    [
      'CREATE TABLE gone CLONE facts.public.t AT (STATEMENT => $first)',
      refused('columns were changed'),
      'CREATE <object> … CLONE',
    ],
    ['TRUNCATE TABLE facts.public.t', ['Statement executed successfully.'], 'AT | BEFORE'],
    ['SELECT COUNT(*) FROM facts.public.t BEFORE (STATEMENT => LAST_QUERY_ID())', ['3'], 'AT | BEFORE'],
    ['DROP TABLE facts.public.t', ['T successfully dropped.'], 'UNDROP TABLE'],
    ['UNDROP TABLE facts.public.t', ['Table T successfully restored.'], 'UNDROP TABLE'],
    ['SELECT COUNT(*) FROM facts.public.t AT (STATEMENT => $first)', ['2'], 'UNDROP TABLE'],
    [
      'CREATE TABLE brief (id INT) DATA_RETENTION_TIME_IN_DAYS = 0',
      ['Table BRIEF successfully created.'],
      'DATA_RETENTION_TIME_IN_DAYS',
    ],
    ['INSERT INTO brief VALUES (1)', ['1'], 'DATA_RETENTION_TIME_IN_DAYS'],
    [
      'SELECT COUNT(*) FROM brief BEFORE (STATEMENT => LAST_QUERY_ID())',
      { code: '000707' },
      'DATA_RETENTION_TIME_IN_DAYS',
    ],
    ['DROP TABLE brief', ['BRIEF successfully dropped.'], 'DATA_RETENTION_TIME_IN_DAYS'],
    ['UNDROP TABLE brief', { code: '002003', message: 'did not exist or was purged' }, 'UNDROP TABLE'],
  ],
);

/** Runs `work` with sessions on a sandbox of its own; `run` gives a statement's id and its rows as text. */
async function withSessions<T>(
  work: (open: () => Promise<Runner>, turnHours: (hours: number) => Promise<void>) => Promise<T>,
) {
  const sandbox = await startSandbox();
  const open = async (): Promise<Runner> => {
    const session = await RawSession.open(sandbox.url, 'traveller');
    await session.query({ sqlText: 'USE SCHEMA sandbox.public' });
    return async (sqlText) => {
      const { success, message, data } = await session.query({ sqlText });
      if (!success) throw new Error(`${sqlText}: ${message}`);
      return { id: String(data?.queryId), rows: JSON.stringify(data?.rowset) };
    };
  };
  try {
    return await work(open, (hours) => sandbox.control.turnClock(hours * 3_600_000));
  } finally {
    await sandbox.stop();
  }
}

type Runner = (sqlText: string) => Promise<{ readonly id: string; readonly rows: string }>;

const ROWS = "SELECT LISTAGG(id || ':' || n, ',') WITHIN GROUP (ORDER BY id, n)";

const STEPS = [
  'INSERT INTO t SELECT COUNT(*) + 1, 0 FROM t',
  'INSERT INTO t SELECT 10 + SEQ4(), 1 FROM TABLE(GENERATOR(ROWCOUNT => 3))',
  'UPDATE t SET n = n + 1 WHERE MOD(id, 2) = 0',
  'DELETE FROM t WHERE id = (SELECT MAX(id) FROM t)',
  'DELETE FROM t WHERE id = (SELECT MIN(id) FROM t)',
  'MERGE INTO t USING (SELECT 2 AS id UNION ALL SELECT 77) s ON t.id = s.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.id, 5)',
  'INSERT OVERWRITE INTO t SELECT id, n FROM t WHERE id < 12',
  'TRUNCATE TABLE t',
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
];

test('after any writes and transactions, every statement leads back to what was committed when it ended', async () => {
  await withSessions(async (open) => {
    const [run, look] = [await open(), await open()];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...STEPS), { minLength: 4, maxLength: 14 }), async (steps) => {
        await run('CREATE OR REPLACE TABLE t (id INT, n INT)');
        const seen: { id: string; before: string; after: string }[] = [];
        for (const step of steps) {
          const before = (await look(`${ROWS} FROM t`)).rows;
          const { id } = await run(step);
          seen.push({ id, before, after: (await look(`${ROWS} FROM t`)).rows });
        }
        await run('ROLLBACK');
        for (const { id, before, after } of seen) {
          expect((await look(`${ROWS} FROM t BEFORE (STATEMENT => '${id}')`)).rows).toBe(before);
          expect((await look(`${ROWS} FROM t AT (STATEMENT => '${id}')`)).rows).toBe(after);
        }
      }),
      { numRuns: 12, seed: 7 },
    );
  });
});

test('each of several writers at once finds the table with its own row, and without it right before', async () => {
  await withSessions(async (open) => {
    const first = await open();
    await first('CREATE TABLE t (id INT, n INT)');
    const writers = await Promise.all([1, 2, 3, 4].map(open));
    const ids = await Promise.all(
      writers.map(async (run, writer) => {
        const inserted: { id: string; row: number }[] = [];
        for (let count = 0; count < 8; count += 1) {
          const row = writer * 100 + count;
          inserted.push({ id: (await run(`INSERT INTO t VALUES (${row}, 0)`)).id, row });
          if (count % 3 === writer % 3) await run('UPDATE t SET n = n + 1');
        }
        return inserted;
      }),
    );
    for (const { id, row } of ids.flat()) {
      const count = async (word: string) =>
        (await first(`SELECT COUNT_IF(id = ${row}) FROM t ${word} (STATEMENT => '${id}')`)).rows;
      expect([await count('BEFORE'), await count('AT')]).toEqual(['[["0"]]', '[["1"]]']);
    }
    expect((await first('SELECT COUNT(*) FROM t')).rows).toBe('[["32"]]');
  });
});

test('what is older than the retention is not known any more, neither are tables that were dropped before it', async () => {
  await withSessions(async (open, turnHours) => {
    let run = await open();
    const turn = async (hours: number) => {
      await turnHours(hours);
      run = await open();
    };
    await run('CREATE TABLE t (id INT)');
    await run('CREATE TABLE longer (id INT) DATA_RETENTION_TIME_IN_DAYS = 3');
    await run('CREATE TABLE dropped (id INT)');
    const { id } = await run('INSERT INTO t VALUES (1)');
    await run('INSERT INTO longer VALUES (1)');
    await turn(1);
    await run('DELETE FROM t');
    await run('DELETE FROM longer');
    await run('DROP TABLE dropped');
    expect((await run('SELECT COUNT(*) FROM t AT (OFFSET => -1800)')).rows).toBe('[["1"]]');
    await turn(22);
    expect((await run(`SELECT COUNT(*) FROM t AT (STATEMENT => '${id}')`)).rows).toBe('[["1"]]');
    await turn(3);
    await expect(run(`SELECT COUNT(*) FROM t AT (STATEMENT => '${id}')`)).rejects.toThrow(/Time travel data is not/);
    await expect(run('UNDROP TABLE dropped')).rejects.toThrow('did not exist or was purged');
    expect((await run('SELECT COUNT(*) FROM longer AT (OFFSET => -25.5*60*60)')).rows).toBe('[["1"]]');
    expect((await run('SELECT COUNT(*) FROM longer AT (OFFSET => -24*60*60)')).rows).toBe('[["0"]]');
  });
});
