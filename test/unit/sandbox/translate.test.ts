import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SqlError } from '../../../sandbox/engine.ts';
import { tokenize } from '../../../sandbox/sql/lexer.ts';
import { ruleOf } from '../../../sandbox/sql/translate/functions/registry.ts';
import { translate } from '../../../sandbox/sql/translate.ts';
import { TranslatorBench } from './translate-scope.ts';

let bench: TranslatorBench;

beforeAll(async () => {
  bench = await TranslatorBench.open();
  await bench.createTable({
    name: 'T',
    columns: { ID: 'INT', NAME: 'VARCHAR(20)', V: 'VARIANT', TS: 'TIMESTAMP_LTZ' },
  });
});
afterAll(() => bench.close());

const columnsOf = async (sql: string) => (await translate(sql, bench.scope, { binds: new Map() })).columns;

async function errorOf(sql: string): Promise<SqlError> {
  try {
    await bench.rows(sql);
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
  throw new Error(`no error: ${sql}`);
}

test('no function of DuckDB can be called unless Snowflake has it and a rule translates it', async () => {
  const reader = await bench.connection.runAndReadAll('SELECT DISTINCT function_name FROM duckdb_functions()');
  const names = reader.getRows().map(([name]) => String(name));
  expect(names.length).toBeGreaterThan(500);
  const foreign = names.filter((name) => /^[a-z_]\w*$/i.test(name) && !ruleOf(name.toUpperCase()));
  expect(foreign).toEqual(expect.arrayContaining(['read_csv', 'duckdb_settings', 'query', 'sf_parse_json']));
  for (const name of foreign) {
    const called = await errorOf(`SELECT "${name.toUpperCase()}"('/etc/passwd')`).catch(() => undefined);
    expect(['002140', '000002'], name).toContain(called?.code);
    const table = await errorOf(`SELECT * FROM TABLE("${name}"('/etc/passwd'))`).catch(() => undefined);
    expect(table?.code, name).toBe('002141');
  }
});

test.each([
  "SELECT * FROM read_csv('/etc/passwd')",
  "SELECT * FROM '/etc/passwd'",
  'SELECT * FROM "/etc/passwd"',
  "COPY t TO '/tmp/x'",
  'PRAGMA database_list',
  "ATTACH '/tmp/x.db'",
  'INSTALL httpfs',
  "SET memory_limit = '1GB'",
  "SELECT getenv('HOME')",
  "SELECT current_setting('memory_limit')",
  'SELECT * FROM duckdb_settings()',
  'SELECT t.rowid FROM t',
  'SELECT $$x$$ FROM t; SELECT 1',
])('%s is refused', async (sql) => {
  expect((await errorOf(sql)).code).toMatch(/^(001003|000002|002140|002003|000904)$/);
});

test('whatever is asked, the answer is a result or an error of Snowflake, never a fault', async () => {
  const words = fc.constantFrom(
    ...'SELECT FROM WHERE GROUP BY ORDER ( ) , . * + - / = < > :: : [ ] { } $1 ? t id name v "x" \'a\' 1 2.5 NULL CASE WHEN THEN ELSE END AS COUNT SUM OVER PARTITION JOIN ON USING LATERAL FLATTEN INPUT => WITH UNION ALL IN NOT LIKE ANY BETWEEN AND OR INT DATE VARIANT PIVOT FOR QUALIFY LIMIT VALUES EXISTS DISTINCT IFF DATEADD day INTERVAL ROLLUP'.split(
      ' ',
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 20, arbitrary: words }, fc.string()), { maxLength: 25 }),
      async (parts) => {
        const sql = `SELECT ${parts.join(' ')}`;
        try {
          await translate(sql, bench.scope, { binds: new Map() });
        } catch (error) {
          expect(error).toBeInstanceOf(SqlError);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('deeply nested text is refused, not followed until the stack ends', async () => {
  const sql = `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`;
  expect((await errorOf(sql)).code).toBe('000001');
});

test('long chains of operators are followed to their end', async () => {
  const chain = (item: string, op: string, count: number) => Array.from({ length: count }, () => item).join(` ${op} `);
  expect(await bench.rows(`SELECT 1 WHERE ${chain('1 = 2', 'OR', 5000)} OR 1 = 1`)).toEqual([['1']]);
  expect(await bench.rows(`SELECT ${chain('1', '+', 300)}`)).toEqual([['300']]);
});

test('a list that repeats a constant asks for it once, but draws anew what may differ each time', async () => {
  const ones = Array.from({ length: 100_000 }, () => '1').join(', ');
  const { sql } = await translate(`SELECT id IN (${ones}, 2), id NOT IN (3, ${ones}) FROM t`, bench.scope);
  expect(sql.length).toBeLessThan(1000);
  const list = `(2, ${ones})`;
  expect(await bench.rows(`SELECT 1 IN ${list}, 3 IN ${list}, 3 NOT IN ${list}, 3 IN (1, NULL, 1)`)).toEqual([
    ['1', '0', '1', null],
  ]);
  const drawn = await translate('SELECT id IN (RANDOM(), RANDOM()) FROM t', bench.scope);
  expect(drawn.sql.match(/random/gi)?.length).toBeGreaterThanOrEqual(2);
}, 30_000);

test('columns without an alias are called by their text in capitals', async () => {
  const names = (
    await columnsOf("SELECT id, count(*), 'x', v:a.b::string, id + 1, t.name AS n FROM t GROUP BY ALL")
  ).map((column) => column.name);
  expect(names).toEqual(['ID', 'COUNT(*)', "'X'", 'V:A.B::STRING', 'ID + 1', 'N']);
});

test('types, precision, scale and length are those that Snowflake reports', async () => {
  const columns = await columnsOf(
    "SELECT 1, 1.50, 'abc', COUNT(*), SUM(id), AVG(id), ROW_NUMBER() OVER (ORDER BY 1), MAX(name), MAX(ts), 1.5::FLOAT FROM t",
  );
  const shown = columns.map(({ type, precision, scale, length }) => [type, precision, scale, length]);
  expect(shown).toEqual([
    ['fixed', 1, 0, null],
    ['fixed', 3, 2, null],
    ['text', null, null, 3],
    ['fixed', 18, 0, null],
    ['fixed', 38, 0, null],
    ['fixed', 38, 6, null],
    ['fixed', 18, 0, null],
    ['text', null, null, 20],
    ['timestamp_ltz', 0, 9, null],
    ['real', null, null, null],
  ]);
});

test('a plain column names the table that it comes from', async () => {
  const [plain, computed] = await columnsOf('SELECT x.id, x.id + 1 FROM t AS x');
  expect(plain).toMatchObject({ database: 'D', schema: 'S', table: 'T' });
  expect(computed).toMatchObject({ database: '', schema: '', table: '' });
});

test('binds are constants of their types, and a missing one is an error', async () => {
  const binds = new Map([
    ['1', { type: 'FIXED', value: '12345678901234567890' }],
    ['2', { type: 'TEXT', value: "it's; DROP TABLE t --" }],
    ['3', { type: 'TIMESTAMP_TZ', value: '1700000000123456789 1500' }],
    ['4', { type: 'DATE', value: '-86400000' }],
    ['5', { type: 'BOOLEAN', value: 'true' }],
    ['6', { type: 'TEXT', value: null }],
  ]);
  expect(
    await bench.rows(
      'SELECT :1, :2, :3, :4, ?::BOOLEAN, :6',
      new Map([...binds, ['1', { type: 'BOOLEAN', value: 'true' }]]),
    ),
  ).toEqual([['1', "it's; DROP TABLE t --", '1700000000.123456789 1500', '-1', '1', null]]);
  expect(await bench.rows('SELECT :1 + 1', binds)).toEqual([['12345678901234567891']]);
  await expect(bench.rows('SELECT :9', binds)).rejects.toMatchObject({ code: '002049' });
  const described = await translate('SELECT ?, :3', bench.scope, {});
  expect(described.numberOfBinds).toBe(3);
});

test('errors stand at the token that is wrong, in the line where it stands', async () => {
  expect(await errorOf('SELECT id\nFROM t\nWHERE nope = 1')).toMatchObject({ code: '000904', at: { line: 3, pos: 6 } });
  expect(await errorOf('SELECT id FROM t WHERE')).toMatchObject({ code: '001003', at: { line: 1, pos: 22 } });
  expect(await errorOf("SELECT 'abc")).toMatchObject({ code: '001003', at: { line: 1, pos: 7 } });
  expect(await errorOf('SELECT /* a\n b */ nope')).toMatchObject({ code: '000904', at: { line: 2, pos: 6 } });
});

test('tokens cover the text: what lies between them is blank or comment', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      let tokens: ReturnType<typeof tokenize>;
      try {
        tokens = tokenize(text);
      } catch (error) {
        expect(error).toBeInstanceOf(SqlError);
        return;
      }
      let last = 0;
      for (const token of tokens) {
        expect(text.slice(last, token.start).trim()).toMatch(/^(?:$|--|\/\/|\/\*|[\u200b\ufeff])/);
        expect(text.slice(token.start, token.end)).toBe(token.text);
        last = token.end;
      }
      expect(tokens.at(-1)?.kind).toBe('end');
    }),
    { numRuns: 2000 },
  );
});

test('a comment that a carriage return ends does not hide what follows', () => {
  expect(tokenize('SELECT 1 -- one\rDROP').map((token) => token.value)).toEqual(['SELECT', '1', 'DROP', '']);
});
