import { holdFacts } from './facts.ts';

holdFacts(
  'blocks and their handlers',
  ['CREATE TABLE log (what STRING)'],
  [
    [
      'BEGIN LET n := 1; SELECT 1 / 0; n := n + 10; SELECT * FROM nowhere; n := n + 100; RETURN n; EXCEPTION WHEN OTHER CONTINUE THEN INSERT INTO log VALUES (:SQLCODE); END',
      ['111'],
      'EXCEPTION (Snowflake Scripting)',
    ],
    ['SELECT what FROM log ORDER BY 1', ['100051', '2003'], 'EXCEPTION (Snowflake Scripting)'],
    [
      'BEGIN LET n := 0; FOR i IN 1 TO 3 DO IF (i = 2) THEN SELECT 1 / 0; END IF; n := n + i; END FOR; RETURN n; EXCEPTION WHEN STATEMENT_ERROR CONTINUE THEN NULL; END',
      ['6'],
      'EXCEPTION (Snowflake Scripting)',
    ],
    [
      "DECLARE bad EXCEPTION (-20001, 'bad'); BEGIN BEGIN RAISE bad; END; RETURN 'behind'; EXCEPTION WHEN bad CONTINUE THEN NULL; WHEN OTHER THEN RETURN 'other'; END",
      ['behind'],
      'EXCEPTION (Snowflake Scripting)',
    ],
    [
      "BEGIN SELECT 1 / 0; RETURN 'behind'; EXCEPTION WHEN OTHER CONTINUE THEN RETURN 'handled'; END",
      ['handled'],
      'EXCEPTION (Snowflake Scripting)',
    ],
    [
      "BEGIN BEGIN SELECT 1 / 0; EXCEPTION WHEN OTHER CONTINUE THEN SELECT * FROM nowhere; END; RETURN 'no'; EXCEPTION WHEN OTHER EXIT THEN RETURN SQLERRM; END",
      ["SQL compilation error:\nObject 'NOWHERE' does not exist or not authorized."],
      'EXCEPTION (Snowflake Scripting)',
    ],
    [
      "DECLARE n INT DEFAULT 1 / 0; BEGIN RETURN n; EXCEPTION WHEN OTHER THEN RETURN 'handled'; END",
      { code: '100051' },
      'EXCEPTION (Snowflake Scripting)',
    ],
    [
      'DECLARE inner_one PROCEDURE () RETURNS INT AS BEGIN RETURN 1; END; BEGIN CALL inner_one(); RETURN 2; END',
      { code: '000002', message: 'procedures within a block' },
      'Nested stored procedures',
    ],
    [
      'BEGIN LET x := 10; DECLARE x INT DEFAULT 20; BEGIN x := x + 1; END; BEGIN LET x := 30; END; RETURN x; END',
      ['10'],
      'Working with variables',
    ],
    [
      "DECLARE e EXCEPTION (-20001, 'outer'); BEGIN DECLARE e EXCEPTION (-20002, 'inner'); BEGIN NULL; END; RAISE e; EXCEPTION WHEN OTHER THEN RETURN SQLERRM; END",
      ['outer'],
      'Working with variables',
    ],
    ['DECLARE i INT DEFAULT -999; BEGIN FOR i IN 1 TO 3 DO NULL; END FOR; RETURN i; END', ['-999'], 'FOR'],
    [
      'DECLARE profit DEFAULT 0.0; BEGIN LET cost := 100.0; LET revenue DEFAULT 110.0; profit := revenue - cost; RETURN profit; END',
      ['10'],
      'Working with variables',
    ],
    ['BEGIN LET n := 1; n := n + 0.7; RETURN n; END', ['2'], 'Working with variables'],
  ],
);
