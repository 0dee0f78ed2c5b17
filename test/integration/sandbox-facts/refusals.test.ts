import { holdFacts } from './facts.ts';

const MOST = '9'.repeat(38);

holdFacts(
  'what Snowflake refuses',
  [
    'CREATE TABLE docs (v VARIANT, n NUMBER, a ARRAY)',
    'INSERT INTO docs SELECT NULL, 1, NULL UNION ALL SELECT NULL, 2, NULL',
  ],
  [
    [
      `INSERT INTO docs VALUES (PARSE_JSON('{"a":1}'), 1, NULL)`,
      { code: '002014', sqlState: '22000', message: `Invalid expression [PARSE_JSON('{"a":1}')] in VALUES clause` },
      'INSERT',
    ],
    [
      'INSERT INTO docs (a) VALUES ([1, 2])',
      { code: '002014', message: 'Invalid expression [[1, 2]] in VALUES clause' },
      'INSERT',
    ],
    [
      "INSERT INTO docs (n, v) VALUES (1, NULL), (2, 'x'::VARIANT)",
      { code: '002014', message: "Invalid expression ['x'::VARIANT] in VALUES clause" },
      'INSERT',
    ],
    ['INSERT INTO docs (v, n) VALUES (NULL, 7), (NULL, DEFAULT)', ['2'], 'INSERT'],
    [
      `SELECT SUM(x) FROM (SELECT ${MOST}::NUMBER(38,0) AS x UNION ALL SELECT 1)`,
      { code: '100046', sqlState: '22003', message: 'Number out of representable range: type FIXED[SB16](38,0)' },
      'SUM',
    ],
    [
      `SELECT SUM(x) FROM (SELECT -${MOST}::NUMBER(38,0) AS x UNION ALL SELECT -1)`,
      { code: '100046', message: 'value -1000' },
      'SUM',
    ],
    [`SELECT SUM(x) FROM (SELECT ${MOST}::NUMBER(38,0) AS x UNION ALL SELECT 0)`, [MOST], 'SUM'],
    [
      'SELECT 12345::NUMBER(3,0)',
      { code: '100046', sqlState: '22003', message: 'type FIXED[SB2](3,0){not null}, value 12345' },
      'Data type conversion',
    ],
    [
      "SELECT LISTAGG(n, ',') OVER (ORDER BY n) FROM docs",
      { code: '002303', sqlState: '0A000', message: 'Cumulative window frame unsupported for function LISTAGG' },
      'LISTAGG',
    ],
    [
      "SELECT LISTAGG(n, ',') OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM docs",
      { code: '002303', message: 'Sliding window frame unsupported for function LISTAGG' },
      'LISTAGG',
    ],
    ['SELECT 1 FROM docs AS d, docs AS d', { code: '002012', message: "duplicate alias 'D'" }, 'FROM'],
    [
      'WITH a AS (SELECT 1 AS x), A AS (SELECT 2 AS x) SELECT x FROM a',
      { code: '002012', message: "duplicate alias 'A'" },
      'WITH',
    ],
    ['WITH a AS (SELECT 1 AS x) SELECT (WITH a AS (SELECT 2 AS x) SELECT x FROM a) FROM a', ['2'], 'WITH'],
    ['SELECT 1 FROM docs JOIN docs ON TRUE', { code: '002012', message: "duplicate alias 'DOCS'" }, 'JOIN'],
    ['SELECT COUNT(*) FROM docs JOIN docs AS "docs" ON FALSE', ['0'], 'JOIN'],
    [
      'INSERT INTO missing VALUES (1)',
      { code: '002003', sqlState: '42S02', message: "Table 'MISSING' does not exist or not authorized." },
      'INSERT',
    ],
    [
      'SELECT 1 FROM missing',
      { code: '002003', message: "Object 'MISSING' does not exist or not authorized." },
      'FROM',
    ],
    [
      "SELECT '2024-05-06 07:08:09 +0000'::TIMESTAMP_TZ::VARCHAR, TO_CHAR('2024-05-06 07:08:09 +0200'::TIMESTAMP_TZ, 'HH24 TZHTZM')",
      [['2024-05-06 07:08:09.000 Z', '07 +0200']],
      'Date and time input and output formats',
    ],
  ],
);
