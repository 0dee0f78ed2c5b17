import { holdFacts } from './facts.ts';

holdFacts(
  'functions and values beside the daily ones',
  [
    "SET known = 'a value'",
    "SET moment = '2024-05-10 01:00:00 +0530'::TIMESTAMP_TZ",
    'CREATE TABLE loose (b BINARY, o OBJECT, a ARRAY, v VARIANT)',
  ],
  [
    [
      'SELECT VARIANCE(n), VAR_SAMP(n), VAR_POP(n), VARIANCE(price) FROM VALUES (1, 1.50), (3, 2.25), (10, 1.00), (1, 1.00), (3, 1.00) AS t(n, price)',
      [['13.800000', '13.800000', '11.040000', '0.3000000000']],
      'VARIANCE , VARIANCE_SAMP',
    ],
    ['SELECT KURTOSIS(n) FROM VALUES (1), (3), (10), (1), (3) AS t(n)', ['3.613736609956'], 'KURTOSIS'],
    [
      "SELECT MONTHS_BETWEEN('2020-05-01 13:11:20'::TIMESTAMP_NTZ, '2020-08-21 01:30:05'::TIMESTAMP_NTZ), MONTHS_BETWEEN('2019-03-31'::DATE, '2019-02-28'::DATE)",
      [['-3.629452', '1.000000']],
      'MONTHS_BETWEEN',
    ],
    [
      "SELECT DATEADD(day, 1, '2024-05-10'), DATEADD(day, 1, '2024-05-10'::DATE)",
      [['1715385600.000000000', '19854']],
      'DATEADD',
    ],
    [
      "SELECT DATE_TRUNC('month', '2024-05-10'), DATE_TRUNC('month', '2024-05-10'::DATE)",
      [['1714521600.000000000', '19844']],
      'DATE_TRUNC',
    ],
    [
      "SELECT STRIP_NULL_VALUE(PARSE_JSON('{\"a\":null}'):a), STRIP_NULL_VALUE(PARSE_JSON('[1]'))",
      [[null, '[\n  1\n]']],
      'STRIP_NULL_VALUE',
    ],
    [
      'SELECT PARSE_JSON(\'{"a":1,"a":2}\', \'d\'), TRY_PARSE_JSON(\'{"a":1,"a":2}\')',
      [['{\n  "a": 2\n}', null]],
      'PARSE_JSON',
    ],
    [
      'SELECT PARSE_JSON(\'{"a":1,"a":2}\', \'s\')',
      { code: '100069', sqlState: '22P02', message: 'Error parsing JSON: duplicate object attribute "a", pos 10' },
      'PARSE_JSON',
    ],
    [
      "SELECT AS_TIME('01:02:03'::TIME::VARIANT), AS_TIME(TO_VARIANT('01:02:03'))",
      [['3723.000000000', null]],
      'AS_TIME',
    ],
    ["SELECT AS_BINARY(X'41'::VARIANT), AS_BINARY(TO_VARIANT(1))", [['41', null]], 'AS_BINARY'],
    [
      "SELECT AS_TIMESTAMP_NTZ('2024-05-10'::TIMESTAMP_NTZ::VARIANT), AS_TIMESTAMP_TZ('2024-05-10 01:00 +0200'::TIMESTAMP_TZ::VARIANT), AS_TIMESTAMP_LTZ(TO_VARIANT(1))",
      [['1715299200.000000000', '1715295600.000000000 1560', null]],
      'AS_TIMESTAMP_*',
    ],
    [
      'SELECT ARRAY_UNION_AGG(a) FROM (SELECT [1, 1, 2] AS a UNION ALL SELECT [1, 2, 3])',
      ['[\n  1,\n  1,\n  2,\n  3\n]'],
      'ARRAY_UNION_AGG',
    ],
    [
      'SELECT BITMAP_BIT_POSITION(1), BITMAP_BIT_POSITION(32768), BITMAP_BIT_POSITION(32769)',
      [['0', '32767', '0']],
      'BITMAP_BIT_POSITION',
    ],
    [
      'SELECT BITMAP_BUCKET_NUMBER(1), BITMAP_BUCKET_NUMBER(32768), BITMAP_BUCKET_NUMBER(32769)',
      [['1', '1', '2']],
      'BITMAP_BUCKET_NUMBER',
    ],
    [
      'SELECT BITMAP_BUCKET_NUMBER(n) AS bucket, BITMAP_COUNT(BITMAP_CONSTRUCT_AGG(BITMAP_BIT_POSITION(n))) FROM VALUES (1), (5), (5), (40000) AS t(n) GROUP BY bucket ORDER BY bucket',
      [
        ['1', '2'],
        ['2', '1'],
      ],
      'BITMAP_CONSTRUCT_AGG',
    ],
    [
      'SELECT BITMAP_COUNT(BITMAP_OR_AGG(b)) FROM (SELECT BITMAP_CONSTRUCT_AGG(BITMAP_BIT_POSITION(n)) AS b FROM VALUES (1), (2) AS t(n) UNION ALL SELECT BITMAP_CONSTRUCT_AGG(BITMAP_BIT_POSITION(n)) FROM VALUES (2), (3) AS t(n))',
      ['3'],
      'BITMAP_OR_AGG',
    ],
    ['SELECT GETBIT(11, 3), GETBIT(11, 2), GETBIT(11, 0)', [['1', '0', '1']], 'GETBIT'],
    [
      "SELECT MD5_NUMBER_LOWER64('Snowflake'), MD5_NUMBER_UPPER64('Snowflake')",
      [['9203306159527282910', '17145559544104499780']],
      'MD5_NUMBER_LOWER64',
    ],
    ["SELECT SOUNDEX('Pfister'), SOUNDEX_P123('Pfister')", [['P236', 'P123']], 'SOUNDEX_P123'],
    [
      'SELECT x, CONDITIONAL_CHANGE_EVENT(x) OVER (ORDER BY i) FROM VALUES (1, 1), (2, 3), (3, 3), (4, NULL), (5, 3), (6, 1) AS t(i, x) ORDER BY i',
      [
        ['1', '0'],
        ['3', '1'],
        ['3', '1'],
        [null, '1'],
        ['3', '1'],
        ['1', '2'],
      ],
      'CONDITIONAL_CHANGE_EVENT',
    ],
    ['SELECT HASH_AGG(*) FROM VALUES (1) AS t(n) WHERE n > 1', ['0'], 'HASH_AGG'],
    [
      "SELECT (SELECT HASH_AGG(*) FROM VALUES (1, 'a'), (2, 'b') AS t(n, s)) = (SELECT HASH_AGG(n, s) FROM VALUES (2, 'b'), (1, 'a') AS t(n, s))",
      ['1'],
      'HASH_AGG',
    ],
    ["SELECT GETVARIABLE('KNOWN'), GETVARIABLE('UNKNOWN')", [['a value', null]], 'GETVARIABLE'],
    ['SELECT $moment, SYSTEM$TYPEOF($moment)', [['1715283000.000000000 1770', 'TIMESTAMP_TZ(9)[SB16]']], 'SET'],
    [
      "SELECT IS_ROLE_IN_SESSION('PUBLIC'), IS_ROLE_IN_SESSION('SYSADMIN'), IS_ROLE_IN_SESSION('NOBODY')",
      [['1', '1', '0']],
      'IS_ROLE_IN_SESSION',
    ],
    [
      'SELECT 1 UNION ALL SELECT 1, 2',
      {
        code: '001789',
        sqlState: '42601',
        message: 'invalid number of result columns for set operator input branches, expected 1, got 2 in branch {2}',
      },
      'Set operators',
    ],
    ['INSERT INTO loose VALUES (NULL, NULL, NULL, NULL)', ['1'], 'INSERT'],
    ['UPDATE loose SET o = NULL, a = NULL, b = NULL', [['1', '0']], 'UPDATE'],
    [
      'MERGE INTO loose USING (SELECT 1 AS x) AS s ON FALSE WHEN NOT MATCHED THEN INSERT (o, b) VALUES (NULL, NULL)',
      ['1'],
      'MERGE',
    ],
  ],
);
