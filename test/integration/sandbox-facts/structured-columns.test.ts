import { holdFacts } from './facts.ts';

const PAGE = 'Structured data types';
const TEXT = 'VARCHAR(16777216)';

/** JSON over several lines, as cells have it. */
const cell = (json: string) => json.replaceAll('~', '\n');
const NONE = [null, null, null, null, null];

holdFacts(
  'columns of structured types',
  [
    'CREATE TABLE lists (a ARRAY(NUMBER))',
    'INSERT INTO lists SELECT [10, 20]::ARRAY(NUMBER)',
    'INSERT INTO lists SELECT [1.5]::ARRAY(DOUBLE)',
    'INSERT INTO lists VALUES (NULL)',
    'CREATE TABLE customer (id INT, address OBJECT(city VARCHAR, zip NUMBER) NOT NULL, "m" MAP(VARCHAR, DATE))',
    "INSERT INTO customer (id, address) SELECT 1, {'city': 'San Mateo', 'zip': 94402}::OBJECT(city VARCHAR, zip NUMBER)",
    'ALTER TABLE customer ADD COLUMN phone ARRAY(VARCHAR)',
    "UPDATE customer SET phone = ['1', '2']::ARRAY(VARCHAR), \"m\" = {'k': '2024-01-02'}::MAP(VARCHAR, DATE)",
    'CREATE VIEW cities AS SELECT address:city AS city, "m"[\'k\'] AS day, phone FROM customer',
    'CREATE TABLE copied AS SELECT phone, MAP_KEYS("m") AS k FROM customer',
    'CREATE TABLE numbered AS SELECT [SEQ4()]::ARRAY(INT) AS a FROM TABLE(GENERATOR(ROWCOUNT => 3000))',
    "CREATE PROCEDURE last_of(a ARRAY(INT)) RETURNS ARRAY(INT) LANGUAGE SQL AS 'BEGIN RETURN ARRAY_SLICE(a, -1, 9); END'",
    "CREATE FUNCTION doubled(a ARRAY(INT)) RETURNS TABLE(b ARRAY(VARCHAR)) AS 'SELECT ARRAY_CAT(a, a)::ARRAY(VARCHAR)'",
    "CREATE FUNCTION longer(a ARRAY(INT)) RETURNS ARRAY(INT) AS 'ARRAY_APPEND(a, 5)'",
  ],
  [
    ['SELECT a FROM lists ORDER BY a', [cell('[~  2~]'), cell('[~  10,~  20~]'), null], PAGE],
    ['INSERT INTO lists SELECT [1]', { code: '002023', message: 'expecting ARRAY(NUMBER(38,0)) but got ARRAY' }, PAGE],
    ["INSERT INTO lists SELECT PARSE_JSON('[1]')", { code: '002023' }, PAGE],
    ["INSERT INTO lists SELECT ['1']::ARRAY(VARCHAR)", { code: '002023' }, PAGE],
    ['INSERT INTO lists VALUES ([1]::ARRAY(NUMBER))', { code: '002014' }, PAGE],
    [
      "INSERT INTO customer SELECT 2, {'zip': 1, 'city': 'a'}::OBJECT(zip NUMBER, city VARCHAR), NULL, NULL",
      { code: '002023' },
      PAGE,
    ],
    ["SELECT city, day, phone[1] FROM cities WHERE city = 'San Mateo'", [['San Mateo', '19724', '2']], PAGE],
    ['SELECT phone[0], SYSTEM$TYPEOF(k) FROM copied', [['1', `ARRAY(${TEXT})[LOB]`]], PAGE],
    ['SELECT SUM(a[0]), COUNT_IF(a = [77]::ARRAY(INT)) FROM numbered', [['4498500', '1']], PAGE],
    ['SELECT COUNT(*) FROM customer c JOIN customer d ON c.address = d.address AND c."m" = d."m"', ['1'], PAGE],
    ['SELECT longer([1]::ARRAY(INT)), longer(NULL)', [[cell('[~  1,~  5~]'), null]], PAGE],
    ['SELECT longer([1])', { code: '001044' }, PAGE],
    ['CALL last_of([1, 2]::ARRAY(INT))', [cell('[~  2~]')], PAGE],
    ['CALL last_of([1, 2])', { code: '001044' }, PAGE],
    ['SELECT b[1], SYSTEM$TYPEOF(b) FROM TABLE(doubled([7]::ARRAY(INT)))', [['7', `ARRAY(${TEXT})[LOB]`]], PAGE],
    [
      'DESCRIBE FUNCTION longer(ARRAY(NUMBER(10, 0)))',
      [
        ['signature', '(A ARRAY(NUMBER(38,0)))'],
        ['returns', 'ARRAY(NUMBER(38,0))'],
        ['language', 'SQL'],
        ['body', 'ARRAY_APPEND(a, 5)'],
      ],
      PAGE,
    ],
    [
      "CREATE FUNCTION j(a ARRAY(INT)) RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return A[0]'",
      { code: '000002', message: 'ARRAY(NUMBER(38,0)) in JavaScript' },
      PAGE,
    ],
    [
      'DESCRIBE TABLE customer',
      [
        ['ID', 'NUMBER(38,0)', 'COLUMN', 'Y', null, 'N', 'N', ...NONE],
        ['ADDRESS', `OBJECT(city ${TEXT}, zip NUMBER(38,0))`, 'COLUMN', 'N', null, 'N', 'N', ...NONE],
        ['m', `MAP(${TEXT}, DATE)`, 'COLUMN', 'Y', null, 'N', 'N', ...NONE],
        ['PHONE', `ARRAY(${TEXT})`, 'COLUMN', 'Y', null, 'N', 'N', ...NONE],
      ],
      PAGE,
    ],
    [
      "SELECT column_name, data_type FROM INFORMATION_SCHEMA.COLUMNS WHERE table_name = 'CUSTOMER' AND data_type <> 'NUMBER' ORDER BY ordinal_position",
      [
        ['ADDRESS', 'OBJECT'],
        ['m', 'MAP'],
        ['PHONE', 'ARRAY'],
      ],
      PAGE,
    ],
    [
      "SELECT GET_DDL('TABLE', 'customer')",
      [
        `create or replace TABLE CUSTOMER (\n\tID NUMBER(38,0),\n\tADDRESS OBJECT(city ${TEXT}, zip NUMBER(38,0)) NOT NULL,\n\t"m" MAP(${TEXT}, DATE),\n\tPHONE ARRAY(${TEXT})\n);`,
      ],
      'GET_DDL',
    ],
    [
      "SHOW COLUMNS LIKE 'A' IN TABLE numbered",
      [
        [
          'NUMBERED',
          'PUBLIC',
          'A',
          '{"type":"ARRAY","elementType":{"type":"FIXED","precision":38,"scale":0,"nullable":true},"nullable":true}',
          ...['true', '', 'COLUMN', '', '', 'FACTS', '', null],
        ],
      ],
      PAGE,
    ],
    [
      'ALTER TABLE customer ALTER COLUMN phone SET DATA TYPE ARRAY(NUMBER)',
      { code: '000002' },
      'ALTER TABLE ... ALTER COLUMN',
    ],
    ['BEGIN LET a ARRAY(INT) := [1, 2]::ARRAY(INT); RETURN a[1]; END', ['2'], 'Snowflake Scripting'],
  ],
);

holdFacts(
  'structured values taken apart',
  [],
  [
    [
      'SELECT value, SYSTEM$TYPEOF(value), index, path FROM TABLE(FLATTEN(INPUT => [1.08, NULL]::ARRAY(DOUBLE)))',
      [
        ['1.08', 'FLOAT[DOUBLE]', '0', '[0]'],
        [null, 'FLOAT[DOUBLE]', '1', '[1]'],
      ],
      PAGE,
    ],
    [
      "SELECT key, SYSTEM$TYPEOF(key), value, SYSTEM$TYPEOF(value) FROM TABLE(FLATTEN({'k': 'v'}::MAP(VARCHAR, VARCHAR)))",
      [['k', `${TEXT}[LOB]`, 'v', `${TEXT}[LOB]`]],
      PAGE,
    ],
    ["SELECT key + 1 FROM TABLE(FLATTEN({'10': 'v'}::MAP(NUMBER, VARCHAR)))", ['11'], PAGE],
    [
      "SELECT key, SYSTEM$TYPEOF(key), value, SYSTEM$TYPEOF(value) FROM TABLE(FLATTEN({'a': 1}::OBJECT(a INT)))",
      [['"a"', 'VARIANT[LOB]', '1', 'VARIANT[LOB]']],
      PAGE,
    ],
    [
      "SELECT path, SYSTEM$TYPEOF(value) FROM TABLE(FLATTEN({'a': [1]}::OBJECT(a ARRAY(INT)), RECURSIVE => TRUE))",
      [
        ['a', 'VARIANT[LOB]'],
        ['a[0]', 'VARIANT[LOB]'],
      ],
      PAGE,
    ],
    [
      "SELECT value + 1, path FROM TABLE(FLATTEN(INPUT => {'a': [1]}::OBJECT(a ARRAY(INT)), PATH => 'a'))",
      [['2', 'a[0]']],
      PAGE,
    ],
    [
      'SELECT id, value FROM (SELECT 1 id, [7]::ARRAY(INT) a UNION ALL SELECT 2, []::ARRAY(INT)), LATERAL FLATTEN(a, OUTER => TRUE) ORDER BY id',
      [
        ['1', '7'],
        ['2', null],
      ],
      PAGE,
    ],
    [
      'SELECT FILTER([1, 2, 3]::ARRAY(INT), x -> x > 2) f, SYSTEM$TYPEOF(f)',
      [[cell('[~  3~]'), 'ARRAY(NUMBER(38,0))[LOB]']],
      'FILTER',
    ],
    ['SELECT REDUCE([1, 2, 3]::ARRAY(INT), 0, (acc, x) -> acc + x)', ['6'], 'REDUCE'],
    ["SELECT REDUCE([{'a': 1}, {'a': 4}]::ARRAY(OBJECT(a INT)), 10, (acc, o) -> acc + o:a)", ['15'], 'REDUCE'],
    ["SELECT TRANSFORM([{'a': 1}]::ARRAY(OBJECT(a INT)), o -> o:a + 1)", [cell('[~  2~]')], 'TRANSFORM'],
  ],
);
