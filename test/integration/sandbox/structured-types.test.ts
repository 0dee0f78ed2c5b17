import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, destroy, execute } from '../../support/driver.ts';
import { RawSession } from '../../support/raw-session.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

/** Spelled as the official drivers' own suites spell it. */
const ASK = 'ALTER SESSION SET ENABLE_STRUCTURED_TYPES_IN_CLIENT_RESPONSE = TRUE';

const PERSON = `SELECT {'name': 'Ada', 'born': '1815-12-10 01:02:03'::TIMESTAMP_NTZ, 'tags': ['x', 'y'], 'key': TO_BINARY('616263'), 'at': {'zip': 7}}
  ::OBJECT(name VARCHAR, born TIMESTAMP_NTZ, tags ARRAY(VARCHAR NOT NULL), key BINARY, at OBJECT(zip NUMBER(5))) AS P`;

let sandbox: Sandbox;
let plain: Connection;
let asking: Connection;

beforeAll(async () => {
  sandbox = await startSandbox();
  [plain, asking] = await Promise.all([connect(sandbox.connectionOptions()), connect(sandbox.connectionOptions())]);
  await execute(asking, ASK);
});

afterAll(async () => {
  await Promise.all([destroy(plain), destroy(asking)]);
  expect(await sandbox.stop()).toBe(0);
});

test('the driver makes objects, arrays and maps of structured values where the session asks for them', async () => {
  const { rows } = await execute(asking, PERSON);
  expect(rows[0]?.P).toMatchObject({ name: 'Ada', tags: ['x', 'y'], key: [97, 98, 99], at: { zip: 7 } });
  const born = (rows[0]?.P as { born: Date } | undefined)?.born;
  expect(born?.getTime()).toBe(Date.UTC(1815, 11, 10, 1, 2, 3));
  const maps = await execute(
    asking,
    "SELECT {'a': 1, 'b': 2}::MAP(VARCHAR, NUMBER) AS M, [1.5, 2]::ARRAY(DOUBLE) AS A",
  );
  expect(maps.rows[0]).toEqual({
    M: new Map([
      ['a', 1],
      ['b', 2],
    ]),
    A: [1.5, 2],
  });
});

test('clients that ask for nothing get semi-structured values', async () => {
  const { rows } = await execute(plain, "SELECT {'a': 1}::MAP(VARCHAR, NUMBER) AS M, [1]::ARRAY(NUMBER) AS A");
  expect(rows).toEqual([{ M: { a: 1 }, A: [1] }]);
  const { data } = await (await RawSession.open(sandbox.url, 'plain')).query({
    sqlText: 'SELECT NULL::MAP(VARCHAR, NUMBER) AS m, NULL::ARRAY(NUMBER) AS a',
  });
  expect(data?.rowtype).toMatchObject([{ type: 'object' }, { type: 'array' }]);
  expect(JSON.stringify(data?.rowtype)).not.toContain('fields');
});

test('a column tells of the parts of its type, and whether they may be NULL', async () => {
  const session = await RawSession.open(sandbox.url, 'parts');
  await session.query({ sqlText: ASK });
  const { data } = await session.query({
    sqlText:
      "SELECT {'k': [1]}::MAP(VARCHAR, ARRAY(NUMBER(5,0) NOT NULL)) AS m, {'a': 1}::OBJECT(a NUMBER NOT NULL) AS o",
  });
  const number = { type: 'fixed', precision: 5, scale: 0, nullable: false };
  expect(data?.rowtype).toMatchObject([
    {
      name: 'M',
      type: 'map',
      fields: [
        { type: 'text', nullable: false },
        { type: 'array', nullable: true, fields: [number] },
      ],
    },
    { name: 'O', type: 'object', fields: [{ name: 'a', type: 'fixed', nullable: false }] },
  ]);
  expect(data?.rowset).toEqual([['{\n  "k": [\n    1\n  ]\n}', '{\n  "a": 1\n}']]);
});

test('dates and times inside structured values stand in the formats of the session', async () => {
  const session = await RawSession.open(sandbox.url, 'formats');
  await session.query({
    sqlText: "ALTER SESSION SET DATE_OUTPUT_FORMAT = 'DD.MM.YYYY', TIMESTAMP_TZ_OUTPUT_FORMAT = 'HH24:MI TZH:TZM'",
  });
  const { data } = await session.query({
    sqlText:
      "SELECT ['2024-05-06'::DATE]::ARRAY(DATE), {'z': '2024-05-06 07:08:09 +0200'::TIMESTAMP_TZ}::MAP(VARCHAR, TIMESTAMP_TZ)",
  });
  expect(data?.rowset).toEqual([['[\n  "06.05.2024"\n]', '{\n  "z": "07:08 +02:00"\n}']]);
});
