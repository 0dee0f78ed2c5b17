import { holdFacts } from './facts.ts';

holdFacts(
  'calls and what stands for their arguments',
  [
    "CREATE FUNCTION less (a INT, b INT DEFAULT 7) RETURNS INT AS 'a - b'",
    "CREATE FUNCTION less_rows (a INT, b INT DEFAULT 7) RETURNS TABLE (x INT) AS 'SELECT a - b'",
    'CREATE TABLE sales (state STRING, city STRING)',
    "INSERT INTO sales VALUES ('CA', 'SF'), ('CA', 'LA')",
  ],
  [
    ['SELECT less(10), less(10, 3), less(b => 1, a => 5), less(10, b => 2)', [['3', '7', '4', '8']], 'Calling a UDF'],
    ['SELECT * FROM TABLE(less_rows(b => 1, a => 3))', ['2'], 'Calling a UDF'],
    ['SELECT * FROM TABLE(less_rows(3))', ['-4'], 'Calling a UDF'],
    ['SELECT less(10, q => 2)', { code: '001003' }, 'Calling a UDF'],
    ['SELECT less(1, a => 2)', { code: '001003' }, 'Calling a UDF'],
    ['SELECT less(b => 2)', { code: '000938' }, 'Calling a UDF'],
    [
      'SELECT COALESCE(**[NULL, 3]), GREATEST(1, ** [7, 5]), 3 IN (** [1, 3], 4)',
      [['3', '7', '1']],
      'Expansion operators',
    ],
    [
      'SELECT COALESCE(** ARRAY_CONSTRUCT(1))',
      { code: '000002', message: 'the spread operator on anything but an array constant' },
      'Expansion operators',
    ],
    [
      'SELECT state, city, GROUPING(state), GROUPING_ID(state, city) FROM sales GROUP BY ROLLUP (state, city) ORDER BY 4, 2',
      [
        ['CA', 'LA', '0', '0'],
        ['CA', 'SF', '0', '0'],
        ['CA', null, '0', '1'],
        [null, null, '1', '3'],
      ],
      'GROUPING_ID',
    ],
    [
      "SELECT SNOWFLAKE.CORTEX.SENTIMENT('x')",
      { code: '000002', message: 'the function SNOWFLAKE.CORTEX.SENTIMENT' },
      'SENTIMENT',
    ],
    ["SELECT GET_PRESIGNED_URL(@~, 'x')", { code: '000002', message: 'a stage as an argument' }, 'GET_PRESIGNED_URL'],
    [
      "SELECT '2024-01-01'::DATE + INTERVAL '2' DAY",
      { code: '000002', message: 'INTERVAL with a qualifier' },
      'Interval data types',
    ],
    [
      'BEGIN LET n := 0; FOR i IN 1 TO 3 DO FOR j IN 1 TO 3 DO IF (j = 2) THEN CONTINUE rows_; END IF; n := n + 1; END FOR cells; END FOR rows_; RETURN n; END',
      ['3'],
      'Working with loops',
    ],
    [
      'BEGIN LET n := 0; LOOP WHILE (TRUE) DO n := n + 1; IF (n = 4) THEN BREAK outside; END IF; END WHILE inside; END LOOP outside; RETURN n; END',
      ['4'],
      'Working with loops',
    ],
  ],
);
