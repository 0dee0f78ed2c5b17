import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrontEnd } from '../../support/front-end.ts';
import { dataOf, run, type Stage, startStage, textOf } from './stage.ts';

let stage: Stage;
let client: FrontEnd;
beforeAll(async () => {
  stage = await startStage();
  client = await stage.attach('exact');
});
afterAll(() => stage.close());

interface Part {
  readonly text: string;
  readonly characters: number;
  readonly next_offset: number | null;
}

interface Rows {
  readonly rows: readonly string[][];
  readonly next_offset: number | null;
}

const nines = '9'.repeat(38);

/** Expression, type as the answer names it, and the value's text. */
const limits: readonly (readonly [expression: string, type: string, text: string | null])[] = [
  [`${nines}::NUMBER(38,0)`, 'NUMBER(38,0)', nines],
  [`-${nines}::NUMBER(38,0)`, 'NUMBER(38,0)', `-${nines}`],
  ['9007199254740993::NUMBER(38,0)', 'NUMBER(38,0)', '9007199254740993'],
  [
    "'0.1234567890123456789012345678901234567'::NUMBER(38,37)",
    'NUMBER(38,37)',
    '0.1234567890123456789012345678901234567',
  ],
  ['1.10::NUMBER(10,2)', 'NUMBER(10,2)', '1.10'],
  ['1.7976931348623157e308::FLOAT', 'FLOAT', '1.7976931348623157e+308'],
  ["'NaN'::FLOAT", 'FLOAT', 'NaN'],
  ["'inf'::FLOAT", 'FLOAT', 'inf'],
  ["'-inf'::FLOAT", 'FLOAT', '-inf'],
  ["DATE '0001-01-01'", 'DATE', '0001-01-01'],
  ["DATE '9999-12-31'", 'DATE', '9999-12-31'],
  ["TIME '23:59:59.999999999'", 'TIME(9)', '23:59:59.999999999'],
  ["'0001-01-01 00:00:00.000000001'::TIMESTAMP_NTZ(9)", 'TIMESTAMP_NTZ(9)', '0001-01-01 00:00:00.000000001'],
  ["'9999-12-31 23:59:59.999999999'::TIMESTAMP_NTZ(9)", 'TIMESTAMP_NTZ(9)', '9999-12-31 23:59:59.999999999'],
  ["'1969-12-31 23:59:59.5'::TIMESTAMP_NTZ(3)", 'TIMESTAMP_NTZ(3)', '1969-12-31 23:59:59.500'],
  ["'2024-07-02 03:04:05.123456789'::TIMESTAMP_LTZ(9)", 'TIMESTAMP_LTZ(9)', '2024-07-02 03:04:05.123456789 -0700'],
  ["'2024-01-02 03:04:05.123456789 +0545'::TIMESTAMP_TZ(9)", 'TIMESTAMP_TZ(9)', '2024-01-02 03:04:05.123456789 +0545'],
  ["'1960-01-02 03:04:05.000000001 -1200'::TIMESTAMP_TZ(9)", 'TIMESTAMP_TZ(9)', '1960-01-02 03:04:05.000000001 -1200'],
  ['TRUE', 'BOOLEAN', 'true'],
  ['FALSE', 'BOOLEAN', 'false'],
  ["TO_BINARY('00FFDEADBEEF', 'HEX')", 'BINARY', '00FFDEADBEEF'],
  ['NULL::NUMBER(38,0)', 'NUMBER(38,0)', null],
  ["''", 'VARCHAR', ''],
  ["'NULL'", 'VARCHAR', 'NULL'],
];

describe('a value comes back digit for digit', () => {
  it.each(limits)('%s', async (expression, type, text) => {
    const sql = `SELECT ${expression} AS V`;
    const markdown = await run(client, sql);
    expect(markdown.structuredContent?.rows).toEqual([[text]]);
    const [column] = dataOf<{ columns: { type: string }[] }>(markdown).columns;
    expect(column?.type.replace(/^(VARCHAR|BINARY)\(\d+\)$/, '$1')).toBe(type);
    const csv = await run(client, sql, { format: 'csv' });
    expect(csv.content[0]?.text).toBe(text === null ? 'V\r\n\r\n' : text === '' ? 'V\r\n""\r\n' : `V\r\n${text}\r\n`);
    const json = await run(client, sql, { format: 'json' });
    const [row] = JSON.parse(json.content[0]?.text ?? '') as { V: unknown }[];
    expect(row?.V === null ? null : String(row?.V)).toBe(type.startsWith('NUMBER(10') ? '1.1' : text);
    if (text !== null) expect(json.content[0]?.text).toContain(text);
  });

  it('a local timestamp on the clock that its client has chosen, and no other client', async () => {
    const berlin = await stage.attach('berlin');
    await run(berlin, "ALTER SESSION SET TIMEZONE = 'Europe/Berlin'");
    const sql = "SELECT '2024-07-02 03:04:05.5 +0000'::TIMESTAMP_TZ::TIMESTAMP_LTZ AS V";
    expect(textOf(await run(berlin, sql))).toContain('2024-07-02 05:04:05.500000000 +0200');
    expect(textOf(await run(client, sql))).toContain('2024-07-01 20:04:05.500000000 -0700');
  });

  it('JSON as Snowflake sent it, also where it is none that a reader could parse', async () => {
    const result = await run(client, "SELECT ARRAY_CONSTRUCT(1, NULL, 'x') AS V", { format: 'json' });
    const [row] = JSON.parse(result.content[0]?.text ?? '') as { V: unknown }[];
    expect(row?.V).toBeTypeOf('string');
    expect(String(row?.V)).toContain('undefined');
    const big = await run(client, `SELECT PARSE_JSON('{"n": ${nines}}') AS V`, { format: 'csv' });
    expect(big.content[0]?.text).toContain(nines);
  });

  it('and is never run as code', async () => {
    const hostile = [
      `SELECT TO_VARIANT('process.exit(9)') AS V`,
      `SELECT PARSE_JSON('{"a": "$' || '{process.exit(9)}"}') AS V`,
      `SELECT '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>' AS V`,
      `SELECT '__proto__' AS "__proto__", 'constructor' AS "constructor", 'x' AS "toString"`,
    ];
    for (const sql of hostile) {
      for (const format of ['markdown', 'csv', 'json'])
        expect((await run(client, sql, { format })).isError).toBeUndefined();
    }
    const named = await run(client, hostile[3] ?? '', { format: 'json' });
    expect(named.content[0]?.text).toContain('"__proto__": "__proto__"');
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
  });
});

describe('a result of any shape', () => {
  it('keeps all columns of the same name', async () => {
    const result = await run(client, 'SELECT 1 AS A, 2 AS A, 3 AS A', { format: 'json' });
    expect(JSON.parse(result.content[0]?.text ?? '')).toEqual([{ A: 1, A_2: 2, A_3: 3 }]);
    expect(result.structuredContent?.rows).toEqual([['1', '2', '3']]);
  });

  it('works with no rows', async () => {
    const result = await run(client, 'SELECT 1 AS A WHERE FALSE');
    expect(result.structuredContent).toMatchObject({ rows: [], total_rows: 0, next_offset: null });
    expect(textOf(result)).toContain('No rows.');
  });

  it('of 2,000 columns comes in windows that together are all of them', async () => {
    const sql = `SELECT ${Array.from({ length: 2000 }, (_, at) => `${at} AS C${at}`).join(', ')}`;
    const seen: unknown[] = [];
    let result = await run(client, sql);
    const query_id = result.structuredContent?.query_id;
    while (seen.length < 2000) {
      const { rows, column_offset, total_columns } = result.structuredContent as {
        rows: string[][];
        column_offset: number;
        total_columns: number;
      };
      expect(total_columns).toBe(2000);
      expect(column_offset).toBe(seen.length);
      seen.push(...(rows[0] ?? []));
      if (seen.length < 2000) result = await client.tool('get_query_result', { query_id, column_offset: seen.length });
    }
    expect(seen).toEqual(Array.from({ length: 2000 }, (_, at) => String(at)));
  });

  it('with a cell of ten million characters shortens it, and gives it in full, part by part', async () => {
    const first = await run(client, "SELECT 1 AS N, REPEAT('abcdefghij', 1000000) AS BIG");
    expect(textOf(first).length).toBeLessThan(75_000);
    expect(first.structuredContent?.shortened).toEqual([{ row: 0, column: 'BIG', characters: 10_000_000 }]);
    const query_id = first.structuredContent?.query_id;
    const parts: string[] = [];
    let offset: number | null = 9_900_000;
    while (offset !== null) {
      const part = await client.tool('get_query_result', { query_id, row: 0, column: 'big', value_offset: offset });
      const { text, characters, next_offset } = dataOf<{ value: Part }>(part).value;
      expect(characters).toBe(10_000_000);
      parts.push(text);
      offset = next_offset;
    }
    expect(parts.join('')).toBe('abcdefghij'.repeat(10_000));
  });
});

describe('pages', () => {
  it('are read from the stored result, join without a gap, and tell the exact number of rows', async () => {
    const rows = 2_345;
    const first = await run(client, `SELECT SEQ4() AS N FROM TABLE(GENERATOR(ROWCOUNT => ${rows}))`, { limit: 1000 });
    expect(textOf(first)).toContain(`Rows 1 to 1000 of ${rows}.`);
    const query_id = first.structuredContent?.query_id;
    const before = (await stage.sandbox.control.stats()).requests.query;
    const seen = [...dataOf<Rows>(first).rows];
    let next = dataOf<Rows>(first).next_offset;
    while (next !== null) {
      const page = await client.tool('get_query_result', { query_id, offset: next, limit: 1000 });
      expect(page.structuredContent).toMatchObject({ total_rows: rows, row_offset: next });
      seen.push(...dataOf<Rows>(page).rows);
      next = dataOf<Rows>(page).next_offset;
    }
    expect(seen.map(([n]) => Number(n))).toEqual(Array.from({ length: rows }, (_, at) => at));
    expect((await stage.sandbox.control.stats()).requests.query).toBe(before);
  });

  it('behind the end are refused in one sentence', async () => {
    const first = await run(client, 'SELECT 1 AS A');
    const behind = await client.tool('get_query_result', { query_id: first.structuredContent?.query_id, offset: 1 });
    expect(textOf(behind)).toContain('Row offset 1 is behind the end: the result has 1 rows.');
  });

  it('of wide rows hold fewer of them, so that the answer stays under the cut of MCP clients', async () => {
    for (const format of ['markdown', 'csv', 'json']) {
      const sql = "SELECT REPEAT('word | ', 100) AS W FROM TABLE(GENERATOR(ROWCOUNT => 500))";
      const result = await run(client, sql, { limit: 500, format });
      expect(textOf(result).length).toBeLessThan(75_000);
      expect(result.structuredContent?.total_rows).toBe(500);
      expect(result.structuredContent?.next_offset).toBeGreaterThan(20);
    }
  });
});
