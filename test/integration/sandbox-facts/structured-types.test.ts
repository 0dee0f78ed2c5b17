import { holdFacts } from './facts.ts';

const PAGE = 'Structured data types';
const CITY = "{'city': 'San Mateo', 'state': 'CA'}::OBJECT(city VARCHAR, state VARCHAR)";
const TEXT = 'VARCHAR(16777216)';

/** JSON over several lines, as cells have it. */
const cell = (json: string) => json.replaceAll('~', '\n');

holdFacts(
  'casts to structured types and back',
  [],
  [
    [
      'SELECT SYSTEM$TYPEOF([1, 2]::ARRAY(NUMBER)), SYSTEM$TYPEOF([1, 2])',
      [['ARRAY(NUMBER(38,0))[LOB]', 'ARRAY[LOB]']],
      PAGE,
    ],
    [
      "SELECT SYSTEM$TYPEOF({'str': 'a', 'num': 1}::OBJECT(str VARCHAR NOT NULL, num NUMBER))",
      [`OBJECT(str ${TEXT} NOT NULL, num NUMBER(38,0))[LOB]`],
      PAGE,
    ],
    ["SELECT SYSTEM$TYPEOF({'k': 'v'}::MAP(VARCHAR, VARCHAR))", [`MAP(${TEXT}, ${TEXT})[LOB]`], PAGE],
    ['SELECT SYSTEM$TYPEOF({}::OBJECT()), {}::OBJECT()', [['OBJECT()[LOB]', '{}']], PAGE],
    ['SELECT [1, 2]::VARIANT::ARRAY(NUMBER)', [cell('[~  1,~  2~]')], PAGE],
    ['SELECT CAST([1, 2] AS ARRAY(VARCHAR))', [cell('[~  "1",~  "2"~]')], PAGE],
    ['SELECT CAST([1, 2]::ARRAY(NUMBER) AS ARRAY(VARCHAR))', [cell('[~  "1",~  "2"~]')], PAGE],
    ["SELECT ['a', 'b']::ARRAY(NUMBER)", { code: '100071' }, PAGE],
    ['SELECT [1, NULL]::ARRAY(NUMBER NOT NULL)', { code: '100072' }, PAGE],
    ['SELECT [1, NULL, 3]::ARRAY(INTEGER)::VARIANT', [cell('[~  1,~  undefined,~  3~]')], PAGE],
    [
      "SELECT PARSE_JSON('[1, null]')::ARRAY(NUMBER)[1] IS NULL, PARSE_JSON('[1, null]')::ARRAY(VARIANT)[1]",
      [['1', 'null']],
      PAGE,
    ],
    ["SELECT {'city': 'San Mateo'}::OBJECT(city VARCHAR, state VARCHAR)", { code: '100071' }, PAGE],
    ["SELECT {'city': 'San Mateo', 'more': 1}::OBJECT(city VARCHAR)", { code: '100071' }, PAGE],
    [
      `SELECT CAST(${CITY} AS OBJECT(state VARCHAR, city VARCHAR))`,
      [cell('{~  "state": "CA",~  "city": "San Mateo"~}')],
      PAGE,
    ],
    [
      `SELECT CAST(${CITY} AS OBJECT(name VARCHAR, land VARCHAR) RENAME FIELDS)`,
      [cell('{~  "name": "San Mateo",~  "land": "CA"~}')],
      PAGE,
    ],
    [
      `SELECT CAST(${CITY} AS OBJECT(city VARCHAR, state VARCHAR, zip NUMBER) ADD FIELDS)`,
      [cell('{~  "city": "San Mateo",~  "state": "CA",~  "zip": null~}')],
      PAGE,
    ],
    [`SELECT CAST(${CITY} AS OBJECT(city VARCHAR, zip NUMBER))`, { code: '001007' }, PAGE],
    [`SELECT (${CITY})::MAP(VARCHAR, VARCHAR)['state']`, ['CA'], PAGE],
    [
      "SELECT {'a': 1, 'b': 2}::MAP(VARCHAR, NUMBER)::OBJECT(b NUMBER, a VARCHAR)",
      [cell('{~  "b": 2,~  "a": "1"~}')],
      PAGE,
    ],
    ["SELECT {'-10': 'CA', '-20': 'OR'}::MAP(NUMBER, VARCHAR)[-10]", ['CA'], PAGE],
    ["SELECT {'k': 'CA'}::MAP(NUMBER, VARCHAR)", { code: '100038' }, PAGE],
    ["SELECT {'1': 'a', '01': 'b'}::MAP(NUMBER, VARCHAR)", { code: '100103' }, PAGE],
    ["SELECT {'k': 1}::MAP(DOUBLE, VARCHAR)", { code: '002040' }, PAGE],
    ["SELECT {'b': [1], 'a': NULL::INT}::OBJECT", [cell('{~  "b": [~    1~  ]~}')], PAGE],
    [
      "SELECT OBJECT_CONSTRUCT_KEEP_NULL('b', [1, NULL], 'a', NULL)::OBJECT(b ARRAY(INT), a INT)::OBJECT",
      [cell('{~  "a": null,~  "b": [~    1,~    undefined~  ]~}')],
      PAGE,
    ],
    ['SELECT [TRUE]::ARRAY(BOOLEAN)::ARRAY(DATE)', { code: '001007' }, PAGE],
    ["SELECT 'x'::ARRAY(NUMBER)", { code: '001007' }, PAGE],
    ["SELECT {'a': 1}::ARRAY(NUMBER)", { code: '001007' }, PAGE],
    ['SELECT 5::VARIANT::ARRAY(NUMBER)', { code: '100071' }, PAGE],
    ["SELECT TRY_CAST('[1]' AS ARRAY(NUMBER))", { code: '001065' }, PAGE],
    ['SELECT [1]::ARRAY(NUMBER)::VARCHAR', { code: '000002', message: 'ARRAY(NUMBER(38,0)) as VARCHAR' }, 'CAST'],
    ['SELECT NULL::ARRAY(INT), NULL::OBJECT(a INT), NULL::MAP(VARCHAR, INT)', [[null, null, null]], PAGE],
    ['SELECT [[1]::ARRAY(NUMBER)]', { code: '001044' }, PAGE],
    ["SELECT OBJECT_CONSTRUCT('a', [1]::ARRAY(NUMBER))", { code: '001044' }, PAGE],
    ['SELECT TO_JSON([1.5, 2]::ARRAY(NUMBER(3,1))::VARIANT)', ['[1.5,2]'], 'TO_JSON'],
    ["SELECT SYSTEM$TYPEOF(PARSE_JSON('[1]'))", ['VARIANT[LOB]'], PAGE],
  ],
);

holdFacts(
  'values inside structured values',
  [],
  [
    [
      "SELECT SYSTEM$TYPEOF(ARRAY_CONSTRUCT('a')[0]), SYSTEM$TYPEOF(ARRAY_CONSTRUCT('a')::ARRAY(VARCHAR)[0])",
      [['VARIANT[LOB]', `${TEXT}[LOB]`]],
      PAGE,
    ],
    [
      `SELECT o:city, o['state'], GET(o, 'city'), GET_IGNORE_CASE(o, 'CITY') FROM (SELECT ${CITY} o)`,
      [['San Mateo', 'CA', 'San Mateo', 'San Mateo']],
      PAGE,
    ],
    [`SELECT (${CITY}):zip`, { code: '093201' }, PAGE],
    ["SELECT {'k': 1}::MAP(VARCHAR, INT):none", [null], PAGE],
    [
      "SELECT {'k': 1}::MAP(VARCHAR, INT):k + 1, SYSTEM$TYPEOF({'k': 1}::MAP(VARCHAR, INT)['k'])",
      [['2', 'NUMBER(38,0)[SB16]']],
      PAGE,
    ],
    [
      "SELECT x:o.a[1], x:o.a[2] IS NULL, x:m.y, x:v.q[0], GET_PATH(x, 'o.a[0]') FROM (SELECT {'o': {'a': [1, 2, NULL]}, 'm': {'y': TRUE}, 'v': {'q': [7]}}::OBJECT(o OBJECT(a ARRAY(NUMBER)), m MAP(VARCHAR, BOOLEAN), v VARIANT) x)",
      [['2', '1', '1', '7', '1']],
      PAGE,
    ],
    ['SELECT ARRAY_SIZE([1, 2, 3]::ARRAY(NUMBER))', ['3'], PAGE],
    [
      'SELECT ARRAY_CONTAINS(10, [1, 10]::ARRAY(NUMBER)), ARRAY_POSITION(10, [1, 10]::ARRAY(NUMBER))',
      [['1', '1']],
      PAGE,
    ],
    ["SELECT ARRAY_CONTAINS('a'::VARIANT, ['a']::ARRAY(VARCHAR))", { code: '001065' }, PAGE],
    ['SELECT ARRAY_APPEND([1]::ARRAY(NUMBER), 3.0)', [cell('[~  1,~  3~]')], PAGE],
    ["SELECT ARRAY_APPEND([1]::ARRAY(NUMBER), '3')", [cell('[~  1,~  3~]')], PAGE],
    ["SELECT ARRAY_APPEND([1]::ARRAY(NUMBER), '2022-02-02'::DATE)", { code: '001065' }, PAGE],
    ["SELECT ARRAY_CAT([1]::ARRAY(NUMBER), ['3'])", { code: '001044' }, PAGE],
    [
      'SELECT ARRAY_CAT([1, 2]::ARRAY(NUMBER NOT NULL), [5.5, NULL]::ARRAY(NUMBER(2, 1))) c, SYSTEM$TYPEOF(c)',
      [[cell('[~  1,~  2,~  5.5,~  undefined~]'), 'ARRAY(NUMBER(38,1))[LOB]']],
      PAGE,
    ],
    ['SELECT ARRAY_EXCEPT([1, 2]::ARRAY(NUMBER), [2, 3]::ARRAY(DOUBLE))', [cell('[~  1~]')], PAGE],
    ["SELECT ARRAY_EXCEPT([1]::ARRAY(NUMBER), ['2']::ARRAY(VARCHAR))", { code: '001065' }, PAGE],
    ['SELECT ARRAYS_OVERLAP([1, 2]::ARRAY(NUMBER), [2]::ARRAY(NUMBER))', ['1'], PAGE],
    [
      'SELECT ARRAY_REVERSE([1]::ARRAY(NUMBER))',
      { code: '000002', message: 'ARRAY_REVERSE of ARRAY(NUMBER(38,0))' },
      PAGE,
    ],
    ['SELECT TYPEOF([1]::ARRAY(NUMBER))', { code: '001044' }, PAGE],
    ['SELECT IS_ARRAY([1]::ARRAY(NUMBER))', { code: '001044' }, PAGE],
    [
      `SELECT OBJECT_DELETE(${CITY}, 'city') o, SYSTEM$TYPEOF(o)`,
      [[cell('{~  "state": "CA"~}'), `OBJECT(state ${TEXT})[LOB]`]],
      PAGE,
    ],
    [
      `SELECT OBJECT_DELETE(${CITY}, 'zip_code')`,
      { code: '093201', sqlState: '23001', message: 'to contain field zip_code' },
      PAGE,
    ],
    [`SELECT OBJECT_INSERT(${CITY}, 'city', 'x', FALSE)`, { code: '093202', sqlState: '23001' }, PAGE],
    [
      `SELECT SYSTEM$TYPEOF(OBJECT_INSERT(${CITY}, 'zip', 94402::VARCHAR, FALSE))`,
      [`OBJECT(city ${TEXT}, state ${TEXT}, zip ${TEXT} NOT NULL)[LOB]`],
      PAGE,
    ],
    [`SELECT OBJECT_INSERT(${CITY}, 'city', 'x', TRUE):city`, ['x'], PAGE],
    [`SELECT OBJECT_INSERT(${CITY}, 'zip', 1, TRUE)`, { code: '093201' }, PAGE],
    [`SELECT OBJECT_PICK(${CITY}, 'state', 'city')`, [cell('{~  "state": "CA",~  "city": "San Mateo"~}')], PAGE],
    [
      `SELECT OBJECT_KEYS(${CITY}) k, SYSTEM$TYPEOF(k)`,
      [[cell('[~  "city",~  "state"~]'), `ARRAY(${TEXT})[LOB]`]],
      PAGE,
    ],
    ["SELECT OBJECT_INSERT({'a': 1}, 'b', 2, TRUE)", [cell('{~  "a": 1,~  "b": 2~}')], 'OBJECT_INSERT'],
    ["SELECT OBJECT_INSERT({'a': 1}, NULL, 2)", [cell('{~  "a": 1~}')], 'OBJECT_INSERT'],
  ],
);

holdFacts(
  'maps',
  [],
  [
    [
      "SELECT MAP_CAT({'a': 1, 'b': 2}::MAP(VARCHAR, INT), {'c': 3, 'b': 9}::MAP(VARCHAR, INT))",
      [cell('{~  "a": 1,~  "b": 9,~  "c": 3~}')],
      'MAP_CAT',
    ],
    [
      "SELECT MAP_CONTAINS_KEY('a', m), MAP_CONTAINS_KEY('z', m), MAP_CONTAINS_KEY(NULL, m) FROM (SELECT {'a': 1}::MAP(VARCHAR, INT) m)",
      [['1', '0', null]],
      'MAP_CONTAINS_KEY',
    ],
    [
      "SELECT MAP_CONTAINS_KEY('k1', {'1': 'a'}::MAP(NUMBER, VARCHAR))",
      { code: '001065', sqlState: '22023', message: `of types VARCHAR(2) and MAP(NUMBER(38,0), ${TEXT})` },
      'MAP_CONTAINS_KEY',
    ],
    [
      "SELECT MAP_DELETE({'a': 1, 'b': 2, 'c': 3}::MAP(VARCHAR, NUMBER), 'a', 'b')",
      [cell('{~  "c": 3~}')],
      'MAP_DELETE',
    ],
    ["SELECT MAP_DELETE({'1': 1, '2': 2}::MAP(NUMBER, NUMBER), 1)", [cell('{~  "2": 2~}')], 'MAP_DELETE'],
    ["SELECT MAP_INSERT({'a': 1}::MAP(VARCHAR, NUMBER), 'c', 3)", [cell('{~  "a": 1,~  "c": 3~}')], 'MAP_INSERT'],
    [
      "SELECT MAP_INSERT(MAP_INSERT(MAP_INSERT({}::MAP(VARCHAR, VARCHAR), 'One', PARSE_JSON('NULL')), 'Two', NULL), 'Three', 'null')",
      [cell('{~  "One": null,~  "Three": "null",~  "Two": null~}')],
      'MAP_INSERT',
    ],
    ["SELECT MAP_INSERT({'k': 100}::MAP(VARCHAR, VARCHAR), 'k', 'x', TRUE)", [cell('{~  "k": "x"~}')], 'MAP_INSERT'],
    ["SELECT MAP_INSERT({'k': 100}::MAP(VARCHAR, VARCHAR), 'k', 'x')", { code: '100103' }, 'MAP_INSERT'],
    ["SELECT MAP_INSERT({'k': 1}::MAP(VARCHAR, INT), 'n', 2, TRUE)", [cell('{~  "k": 1,~  "n": 2~}')], 'MAP_INSERT'],
    ["SELECT MAP_INSERT({'k': 1}::MAP(VARCHAR, INT), NULL, 2)", [cell('{~  "k": 1~}')], 'MAP_INSERT'],
    ["SELECT MAP_KEYS({'a': 1, 'b': 2}::MAP(VARCHAR, NUMBER))", [cell('[~  "a",~  "b"~]')], 'MAP_KEYS'],
    ["SELECT MAP_PICK({'a': 1, 'b': 2, 'c': 3}::MAP(VARCHAR, NUMBER), 'a', 'z')", [cell('{~  "a": 1~}')], 'MAP_PICK'],
    [
      "SELECT MAP_PICK({'a': 1, 'b': 2, 'c': 3}::MAP(VARCHAR, NUMBER), ['a', 'b'])",
      [cell('{~  "a": 1,~  "b": 2~}')],
      'MAP_PICK',
    ],
    ["SELECT MAP_SIZE({'a': 1, 'b': 2}::MAP(VARCHAR, NUMBER))", ['2'], 'MAP_SIZE'],
  ],
);

holdFacts(
  'comparison of structured values',
  [],
  [
    ['SELECT [1]::ARRAY(NUMBER) = [1]', { code: '001044' }, PAGE],
    ['SELECT [1]::ARRAY(NUMBER) = [1.0]::ARRAY(DOUBLE), [1]::ARRAY(NUMBER) <> [2]::ARRAY(NUMBER)', [['1', '1']], PAGE],
    ["SELECT [1]::ARRAY(NUMBER) = ['1']::ARRAY(VARCHAR)", { code: '001044' }, PAGE],
    [
      "SELECT {'a': 2, 'b': 1}::OBJECT(b INTEGER, a INTEGER) > {'a': 1, 'b': 2}::OBJECT(b INTEGER, a INTEGER)",
      ['1'],
      PAGE,
    ],
    [
      "SELECT {'a': 2, 'b': 1}::OBJECT(b INTEGER, a INTEGER) = {'a': 2, 'b': 1}::OBJECT(a INTEGER, b INTEGER)",
      { code: '001044' },
      PAGE,
    ],
    [
      'SELECT [10]::ARRAY(INT) > [9]::ARRAY(INT), [-10]::ARRAY(INT) < [-9]::ARRAY(INT), [0.05]::ARRAY(DOUBLE) < [0.5]::ARRAY(DOUBLE), [1]::ARRAY(INT) < [1, 0]::ARRAY(INT)',
      [['1', '1', '1', '1']],
      PAGE,
    ],
    [
      "SELECT {'z': '2024-01-01 10:00 +0000'::TIMESTAMP_TZ}::OBJECT(z TIMESTAMP_TZ) = {'z': '2024-01-01 11:00 +0100'::TIMESTAMP_TZ}::OBJECT(z TIMESTAMP_TZ)",
      ['1'],
      PAGE,
    ],
    [
      'SELECT [2]::ARRAY(INT) UNION SELECT [10]::ARRAY(INT) UNION SELECT NULL ORDER BY 1',
      [cell('[~  2~]'), cell('[~  10~]'), null],
      PAGE,
    ],
    [
      "SELECT {'a': 1}::MAP(VARCHAR, INT) UNION SELECT {'d': 4}::MAP(VARCHAR, INT) UNION SELECT {}::MAP(VARCHAR, INT) ORDER BY 1",
      ['{}', cell('{~  "d": 4~}'), cell('{~  "a": 1~}')],
      'order of maps as the suite of the Go driver expects it',
    ],
    ['SELECT SYSTEM$TYPEOF(IFF(TRUE, [1]::ARRAY(INT), [2]::ARRAY(DOUBLE)))', ['ARRAY(FLOAT)[LOB]'], PAGE],
    [
      'SELECT COUNT(DISTINCT column1) FROM (SELECT [1]::ARRAY(INT) column1 UNION ALL SELECT [1]::ARRAY(INT))',
      ['1'],
      PAGE,
    ],
    [
      "SELECT ['inf'::FLOAT, '-inf'::FLOAT]::ARRAY(DOUBLE)[1], 'inf'::FLOAT::VARIANT, 'inf'::FLOAT::VARIANT::FLOAT",
      [['-inf', 'Infinity', 'inf']],
      'Numeric data types, special values',
    ],
    [
      "SELECT ['0001-01-01 00:00:00'::TIMESTAMP_LTZ]::ARRAY(TIMESTAMP_LTZ)",
      [cell('[~  "0001-01-01 00:00:00.000 -0752"~]')],
      'Date & time data types',
    ],
    [
      "SELECT {'a': {'b': [{'c': [[1, 2]]}]}}::OBJECT(a OBJECT(b ARRAY(OBJECT(c ARRAY(ARRAY(INT)))))):a.b[0].c[0][1]",
      ['2'],
      PAGE,
    ],
    ['SELECT 0.5::VARCHAR, (-0.25)::VARCHAR, [0.5][0]', [['0.5', '-0.25', '0.5']], 'Data type conversion'],
  ],
);
