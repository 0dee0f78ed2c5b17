import { holdFacts } from './facts.ts';

holdFacts(
  'names in both cases, and arguments of the wrong type',
  [
    'CREATE TABLE twins ("a" INT, A INT)',
    'INSERT INTO twins VALUES (1, 2)',
    'CREATE VIEW both_cases AS SELECT 1 AS x, 2 AS "x"',
  ],
  [
    ['SELECT "a", A, a FROM twins', [['1', '2', '2']], 'Identifier requirements'],
    ['SELECT "x", x FROM both_cases', [['2', '1']], 'Identifier requirements'],
    ['UPDATE twins SET "a" = 9 WHERE A = 2', [['1', '0']], 'Identifier requirements'],
    [
      'MERGE INTO twins USING (SELECT 9 AS "a", 7 AS A) AS s ON twins."a" = s."a" WHEN MATCHED THEN UPDATE SET A = s.A',
      ['1'],
      'Identifier requirements',
    ],
    ['SELECT "a", A FROM twins', [['9', '7']], 'Identifier requirements'],
    // Snowflake's SQLAlchemy dialect meets tables and columns whose quoted name has no character (its test_core.py).
    ['CREATE TABLE "" (id INT, "" STRING)', ['Table  successfully created.'], 'Snowflake SQLAlchemy'],
    [`INSERT INTO "" VALUES (1, 'x')`, ['1'], 'Snowflake SQLAlchemy'],
    ['SELECT t."", t.* FROM "" AS t', [['x', '1', 'x']], 'Snowflake SQLAlchemy'],
    [
      'SELECT * FROM (SELECT 1 a, 2 b) UNPIVOT(v FOR "" IN (a, b))',
      [
        ['A', '1'],
        ['B', '2'],
      ],
      'Snowflake SQLAlchemy',
    ],
    ['DROP TABLE ""', [' successfully dropped.'], 'Snowflake SQLAlchemy'],
    [
      'INSERT INTO twins ("b") VALUES (1)',
      { code: '000904', sqlState: '42000', message: 'position 19\ninvalid identifier \'"b"\'' },
      'Snowflake SQLAlchemy',
    ],
    [
      'ALTER TABLE twins DROP COLUMN "b c"',
      { code: '000904', sqlState: '42000', message: 'invalid identifier \'"b c"\'' },
      'Identifier requirements',
    ],
    // The dialect reads no sequences where SHOW SEQUENCES fails with 2003.
    [
      'SHOW SEQUENCES IN SCHEMA nosuch',
      { code: '002003', sqlState: '02000', message: "Schema 'FACTS.NOSUCH' does not exist or not authorized." },
      'Snowflake SQLAlchemy',
    ],
    [
      "SELECT ABS('2024-01-01'::DATE)",
      { code: '001044', sqlState: '42P13', message: "Invalid argument types for function 'ABS': (DATE)" },
      'ABS',
    ],
    [
      'SELECT SUM(CURRENT_DATE())',
      { code: '001044', sqlState: '42P13', message: "Invalid argument types for function 'SUM': (DATE)" },
      'SUM',
    ],
    [
      "SELECT TO_NUMBER('2024-01-01'::DATE)",
      { code: '001007', sqlState: '22023', message: "invalid type [DATE] for parameter 'TO_NUMBER'" },
      'TO_DECIMAL , TO_NUMBER , TO_NUMERIC',
    ],
  ],
);
