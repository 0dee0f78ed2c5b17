import { holdFacts } from './facts.ts';

const CARS = `SELECT PARSE_JSON('{"dealer": "Main St", "Date": "2024-05-06", "vehicle": [{"make": "Honda", "price": 20275.5, "extras": ["air", "radio"]}, {"make": "Ford", "price": 18000, "extras": []}], "sold": null, "key with space": 1}') AS src`;

holdFacts(
  'semi-structured data',
  [
    `CREATE TABLE car_sales AS ${CARS}`,
    'CREATE TABLE people (id INT, v VARIANT)',
    `INSERT INTO people SELECT column1, PARSE_JSON(column2) FROM VALUES (1, '{"tags": ["a", "b"], "n": 10}'), (2, '{"tags": [], "n": 9}'), (3, '{"n": "x"}')`,
  ],
  [
    [
      'SELECT src:dealer, src:dealer::STRING, src:DEALER FROM car_sales',
      [['"Main St"', 'Main St', null]],
      'Querying semi-structured data',
    ],
    [
      "SELECT src:vehicle[0].make::STRING, src:vehicle[1]['make'], src['vehicle'][0]:price FROM car_sales",
      [['Honda', '"Ford"', '20275.5']],
      'Querying semi-structured data',
    ],
    [
      'SELECT src:"key with space"::INT, src:Date::DATE::VARCHAR, src:vehicle[7].make FROM car_sales',
      [['1', '2024-05-06', null]],
      'Querying semi-structured data',
    ],
    [
      'SELECT src:sold, src:sold IS NULL, src:sold::STRING, IS_NULL_VALUE(src:sold), src:none IS NULL FROM car_sales',
      [['null', '0', null, '1', '1']],
      'Semi-structured data types, NULL values',
    ],
    [
      'SELECT f.value:make::STRING, f.index FROM car_sales, LATERAL FLATTEN(INPUT => src:vehicle) f',
      [
        ['Honda', '0'],
        ['Ford', '1'],
      ],
      'FLATTEN',
    ],
    [
      'SELECT f.value:make::STRING, e.value::STRING FROM car_sales, LATERAL FLATTEN(src:vehicle) f, LATERAL FLATTEN(f.value:extras) e',
      [
        ['Honda', 'air'],
        ['Honda', 'radio'],
      ],
      'Querying semi-structured data',
    ],
    [
      'SELECT key, path, index, value FROM TABLE(FLATTEN(INPUT => PARSE_JSON(\'{"b": [7, 8], "a": 1}\')))',
      [
        ['a', 'a', null, '1'],
        ['b', 'b', null, '[\n  7,\n  8\n]'],
      ],
      'FLATTEN',
    ],
    [
      'SELECT key, path, index FROM TABLE(FLATTEN(INPUT => PARSE_JSON(\'{"a": 1, "b": [7, 8]}\'), RECURSIVE => TRUE))',
      [
        ['a', 'a', null],
        ['b', 'b', null],
        [null, 'b[0]', '0'],
        [null, 'b[1]', '1'],
      ],
      'FLATTEN',
    ],
    [
      'SELECT value, path FROM TABLE(FLATTEN(INPUT => PARSE_JSON(\'{"a": 1, "b": [7, 8]}\'), PATH => \'b\'))',
      [
        ['7', 'b[0]'],
        ['8', 'b[1]'],
      ],
      'FLATTEN',
    ],
    ["SELECT COUNT(*) FROM TABLE(FLATTEN(INPUT => PARSE_JSON('[]')))", ['0'], 'FLATTEN'],
    [
      "SELECT key, value, index FROM TABLE(FLATTEN(INPUT => PARSE_JSON('[]'), OUTER => TRUE))",
      [[null, null, null]],
      'FLATTEN',
    ],
    [
      'SELECT path FROM TABLE(FLATTEN(INPUT => PARSE_JSON(\'{"a": {"c": 1}, "b": [5]}\'), RECURSIVE => TRUE, MODE => \'OBJECT\')) ORDER BY path',
      ['a', 'a.c', 'b'],
      'FLATTEN',
    ],
    [
      'SELECT id, f.value::STRING FROM people, LATERAL FLATTEN(INPUT => v:tags, OUTER => TRUE) f ORDER BY id, 2',
      [
        ['1', 'a'],
        ['1', 'b'],
        ['2', null],
        ['3', null],
      ],
      'FLATTEN',
    ],
    ['SELECT f.seq, COUNT(*) FROM people, LATERAL FLATTEN(v:tags) f GROUP BY f.seq', [['1', '2']], 'FLATTEN'],
    ['SELECT id FROM people ORDER BY v:n', ['2', '1', '3'], 'Semi-structured data types'],
    [
      "SELECT PARSE_JSON('{\"b\": 1.50, \"a\": [true, null]}'), TRY_PARSE_JSON('{oops'), PARSE_JSON('')",
      [['{\n  "a": [\n    true,\n    null\n  ],\n  "b": 1.5\n}', null, null]],
      'PARSE_JSON',
    ],
    [
      'SELECT PARSE_JSON(\'{"a": }\')',
      { code: '100069', sqlState: '22P02', message: 'Error parsing JSON' },
      'PARSE_JSON',
    ],
    [
      "SELECT PARSE_JSON('12345678901234567890123456789012345678'), PARSE_JSON('0.12345678901234567890')",
      [['12345678901234567890123456789012345678', '0.1234567890123456789']],
      'PARSE_JSON',
    ],
    ['SELECT TO_JSON(PARSE_JSON(\'{"b": 1, "a": "x"}\')), TO_JSON(NULL)', [['{"a":"x","b":1}', null]], 'TO_JSON'],
    ['SELECT CHECK_JSON(\'{"a": 1}\'), CHECK_JSON(\'{"a" 1}\') IS NULL', [[null, '0']], 'CHECK_JSON'],
    ["SELECT TO_JSON(PARSE_JSON('{''b c'': ''x'', \"a\": 1}'))", ['{"a":1,"b c":"x"}'], 'PARSE_JSON'],
    [
      "SELECT TYPEOF(PARSE_JSON('1')), TYPEOF(PARSE_JSON('1.5')), TYPEOF(PARSE_JSON('\"s\"')), TYPEOF(PARSE_JSON('[]')), TYPEOF(PARSE_JSON('{}')), TYPEOF(PARSE_JSON('null')), TYPEOF(PARSE_JSON('true')), TYPEOF(1.5::FLOAT::VARIANT), TYPEOF(CURRENT_DATE::VARIANT)",
      [['INTEGER', 'DECIMAL', 'VARCHAR', 'ARRAY', 'OBJECT', 'NULL_VALUE', 'BOOLEAN', 'DOUBLE', 'DATE']],
      'TYPEOF',
    ],
    [
      "SELECT TO_VARIANT(1.5::FLOAT), TO_VARIANT('x'), TO_VARIANT(DATE '2024-05-06'), TO_VARIANT(NULL)",
      [['1.500000000000000e+00', '"x"', '"2024-05-06"', null]],
      'TO_VARIANT',
    ],
    [
      "SELECT OBJECT_CONSTRUCT('b', 1, 'a', 'x', 'n', NULL), OBJECT_CONSTRUCT_KEEP_NULL('n', NULL), OBJECT_CONSTRUCT()",
      [['{\n  "a": "x",\n  "b": 1\n}', '{\n  "n": null\n}', '{}']],
      'OBJECT_CONSTRUCT',
    ],
    ["SELECT OBJECT_CONSTRUCT(*) FROM VALUES (1, 'x') AS t(a, b)", ['{\n  "A": 1,\n  "B": "x"\n}'], 'OBJECT_CONSTRUCT'],
    [
      "SELECT OBJECT_CONSTRUCT(* ILIKE 'a%'), OBJECT_CONSTRUCT(* EXCLUDE a) FROM VALUES (1, 'x') AS t(a, b)",
      [['{\n  "A": 1\n}', '{\n  "B": "x"\n}']],
      'OBJECT_CONSTRUCT',
    ],
    [
      "SELECT {*}, {t.*}, {* ILIKE '%b'}, {* EXCLUDE (a)} FROM VALUES (1, 'x') AS t(a, b)",
      [['{\n  "A": 1,\n  "B": "x"\n}', '{\n  "A": 1,\n  "B": "x"\n}', '{\n  "B": "x"\n}', '{\n  "B": "x"\n}']],
      'Semi-structured data types',
    ],
    ["SELECT PARSE_JSON(*)::STRING FROM VALUES ('[1]'), ('true')", [['[1]'], ['true']], 'PARSE_JSON'],
    [
      "SELECT OBJECT_INSERT(OBJECT_CONSTRUCT('a', 1), 'b', 2), OBJECT_INSERT(OBJECT_CONSTRUCT('a', 1), 'a', 9, TRUE)",
      [['{\n  "a": 1,\n  "b": 2\n}', '{\n  "a": 9\n}']],
      'OBJECT_INSERT',
    ],
    ["SELECT OBJECT_INSERT(OBJECT_CONSTRUCT('a', 1), 'a', 9)", { code: '100103' }, 'OBJECT_INSERT'],
    [
      "SELECT OBJECT_DELETE(o, 'a', 'b'), OBJECT_PICK(o, 'a', 'z'), OBJECT_KEYS(o) FROM (SELECT OBJECT_CONSTRUCT('c', 3, 'a', 1, 'b', 2) AS o)",
      [['{\n  "c": 3\n}', '{\n  "a": 1\n}', '[\n  "a",\n  "b",\n  "c"\n]']],
      'OBJECT_DELETE',
    ],
    [
      "SELECT ARRAY_CONSTRUCT(10, NULL, 'x'), ARRAY_CONSTRUCT_COMPACT(1, NULL, 2), [1, 'a'][1]",
      [['[\n  10,\n  undefined,\n  "x"\n]', '[\n  1,\n  2\n]', '"a"']],
      'ARRAY_CONSTRUCT',
    ],
    [
      "SELECT ARRAY_SIZE([1, 2, 3]), ARRAY_SIZE(PARSE_JSON('{}')), ARRAY_CONTAINS('b'::VARIANT, ['a', 'b']), ARRAY_POSITION('b'::VARIANT, ['a', 'b'])",
      [['3', null, '1', '1']],
      'ARRAY_SIZE',
    ],
    [
      'SELECT ARRAY_APPEND([1], 2), ARRAY_PREPEND([1], 0), ARRAY_CAT([1], [2, 3]), ARRAY_INSERT([0, 1], 1, 9)',
      [['[\n  1,\n  2\n]', '[\n  0,\n  1\n]', '[\n  1,\n  2,\n  3\n]', '[\n  0,\n  9,\n  1\n]']],
      'ARRAY_APPEND',
    ],
    [
      "SELECT ARRAY_TO_STRING(['a', 1, NULL, TRUE], '-'), ARRAY_TO_STRING(ARRAY_SLICE([0, 1, 2, 3], 1, 3), ','), ARRAY_TO_STRING(ARRAY_SLICE([0, 1, 2, 3], 0, -1), ',')",
      [['a-1--true', '1,2', '0,1,2']],
      'ARRAY_TO_STRING',
    ],
    [
      "SELECT ARRAY_TO_STRING(ARRAY_DISTINCT(['b', 'a', 'b']), ','), ARRAY_TO_STRING(ARRAY_EXCEPT([1, 1, 2], [1]), ','), ARRAY_TO_STRING(ARRAY_INTERSECTION(['a', 'b'], ['b', 'c']), ','), ARRAYS_OVERLAP([1], [2])",
      [['b,a', '1,2', 'b', '0']],
      'ARRAY_DISTINCT',
    ],
    [
      "SELECT ARRAY_TO_STRING(ARRAY_SORT([20, 0, 10]), ','), ARRAY_TO_STRING(ARRAY_SORT([20, 0, 10], FALSE), ','), ARRAY_MAX([20, 0, 10]), ARRAY_MIN([20, 0, 10])",
      [['0,10,20', '20,10,0', '20', '0']],
      'ARRAY_SORT',
    ],
    [
      "SELECT ARRAY_TO_STRING(ARRAY_GENERATE_RANGE(2, 5), ','), ARRAY_TO_STRING(ARRAY_GENERATE_RANGE(10, 0, -5), ','), ARRAY_COMPACT([1, NULL]), ARRAY_TO_STRING(ARRAY_FLATTEN([[1, 2], [3]]), ',')",
      [['2,3,4', '10,5', '[\n  1\n]', '1,2,3']],
      'ARRAY_GENERATE_RANGE',
    ],
    [
      "SELECT ARRAYS_TO_OBJECT(['k1', 'k2'], [1, 2]), ARRAY_REMOVE([1, 2, 1], 1), ARRAY_REMOVE_AT([5, 6, 7], -1)",
      [['{\n  "k1": 1,\n  "k2": 2\n}', '[\n  2\n]', '[\n  5,\n  6\n]']],
      'ARRAYS_TO_OBJECT',
    ],
    [
      'SELECT TRANSFORM([1, 2], x INT -> x * 10), FILTER([1, 5, 9], x INT -> x > 4), REDUCE([1, 2, 3], 0, (acc, x) -> acc + x)',
      [['[\n  10,\n  20\n]', '[\n  5,\n  9\n]', '6']],
      'TRANSFORM',
    ],
    [
      "SELECT GET(PARSE_JSON('[5, 6]'), 1), GET(PARSE_JSON('{\"a\": 1}'), 'a'), GET_PATH(PARSE_JSON('{\"a\": [{\"b\": 4}]}'), 'a[0].b'), GET_IGNORE_CASE(PARSE_JSON('{\"aB\": 1}'), 'AB')",
      [['6', '1', '4', '1']],
      'GET',
    ],
    [
      "SELECT AS_INTEGER(PARSE_JSON('7')), AS_VARCHAR(PARSE_JSON('7')), IS_ARRAY(PARSE_JSON('[]')), IS_INTEGER(PARSE_JSON('1.5'))",
      [['7', null, '1', '0']],
      'AS_<object_type>',
    ],
    [
      'SELECT PARSE_JSON(\'"abc"\')::NUMBER',
      { code: '100071', message: 'Failed to cast variant value "abc" to FIXED' },
      'Data type conversion',
    ],
    [
      "SELECT TRY_CAST('5' AS INT), PARSE_JSON('\"12\"')::INT, PARSE_JSON('[1,2]')::STRING, PARSE_JSON('2.5')::NUMBER(5,1) + 1",
      [['5', '12', '[1,2]', '3.5']],
      'Data type conversion',
    ],
    ["SELECT {'a': 1, 'b': [1, 2]}:b[1], {}", [['2', '{}']], 'Semi-structured data types'],
    [
      'SELECT ARRAY_AGG(id) WITHIN GROUP (ORDER BY id DESC), OBJECT_AGG(id::STRING, v:n) FROM people WHERE id < 3',
      [['[\n  2,\n  1\n]', '{\n  "1": 10,\n  "2": 9\n}']],
      'ARRAY_AGG',
    ],
  ],
);
