import { holdFacts } from './facts.ts';

holdFacts(
  'Snowflake Scripting',
  [
    'CREATE TABLE t (a INT, b VARCHAR)',
    "INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, 'z')",
    "CREATE PROCEDURE p(n INT, m VARCHAR DEFAULT 'd') RETURNS VARCHAR LANGUAGE SQL AS $$ BEGIN RETURN m || n; END; $$",
  ],
  [
    [
      "BEGIN CASE (2) WHEN 1 THEN RETURN 'a'; WHEN 2 THEN RETURN 'b'; ELSE RETURN 'c'; END CASE; END;",
      ['b'],
      'CASE (Snowflake Scripting)',
    ],
    ["BEGIN CASE WHEN 1 = 2 THEN RETURN 'a'; ELSE RETURN 'c'; END; END;", ['c'], 'CASE (Snowflake Scripting)'],
    [
      'DECLARE v INT; c CURSOR FOR SELECT a FROM t ORDER BY a; BEGIN OPEN c; FETCH c INTO v; FETCH c INTO v; CLOSE c; RETURN v; END;',
      ['2'],
      'Working with cursors',
    ],
    [
      'DECLARE v INT; c CURSOR FOR SELECT a FROM t WHERE a > ? ORDER BY a; BEGIN LET m := 2; OPEN c USING (m); FETCH c INTO v; CLOSE c; RETURN v; END;',
      ['3'],
      'Working with cursors',
    ],
    [
      'DECLARE c CURSOR FOR SELECT a FROM t WHERE a < 3 ORDER BY a; BEGIN RETURN TABLE(RESULTSET_FROM_CURSOR(c)); END;',
      ['1', '2'],
      'Working with cursors',
    ],
    [
      "DECLARE n INT; r RESULTSET; BEGIN n := (SELECT COUNT(*) FROM t); r := (SELECT 8 AS e); LET m := 1; m := (WITH q AS (SELECT :n + 1 AS k) SELECT k FROM q); FOR one IN r DO m := m + one.e; END FOR; RETURN n || ' ' || m; END;",
      ['3 12'],
      'Snowflake Scripting, assigning values',
    ],
    [
      'BEGIN LET r RESULTSET := (SELECT COUNT(*) AS n FROM t); LET c CURSOR FOR r; FOR one IN c DO RETURN one.n; END FOR; END;',
      ['3'],
      'Working with RESULTSETs',
    ],
    [
      "DECLARE x INT DEFAULT 2; BEGIN LET q := 'SELECT ? + ?'; LET r RESULTSET := (EXECUTE IMMEDIATE :q USING (x, x)); RETURN TABLE(r); END;",
      ['4'],
      'Working with RESULTSETs',
    ],
    [
      "DECLARE n INT; m INT; BEGIN SELECT MAX(a), MIN(a) INTO :n, :m FROM t WHERE a > 1; RETURN n || '-' || m; END;",
      ['3-2'],
      'Working with variables',
    ],
    [
      "DECLARE x INT DEFAULT 1.7; y NUMBER(10,2) DEFAULT 1; z VARCHAR DEFAULT 5; BEGIN y := y / 3; RETURN x || ' ' || y || ' ' || z; END;",
      ['2 0.33 5'],
      'Working with variables',
    ],
    [
      "DECLARE x TIMESTAMP_TZ DEFAULT '2024-05-10 01:00:00 +0530'; BEGIN RETURN x; END;",
      ['1715283000.000000000 1770'],
      'Working with variables',
    ],
    ["DECLARE x TIME DEFAULT '01:02:03.5'; BEGIN RETURN x; END;", ['3723.500000000'], 'Working with variables'],
    ['BEGIN LET a := 5; RETURN (SELECT SUM(a) FROM t WHERE a < :a); END;', ['6'], 'Working with variables'],
    [
      "DECLARE e EXCEPTION (-20002, 'my words'); BEGIN RAISE e; EXCEPTION WHEN e THEN RETURN SQLCODE || ':' || SQLERRM || ':' || SQLSTATE; END;",
      ['-20002:my words:P0001'],
      'Handling exceptions',
    ],
    [
      'BEGIN SELECT 1 / 0; EXCEPTION WHEN STATEMENT_ERROR THEN RETURN SQLERRM; END;',
      ['Division by zero'],
      'Handling exceptions',
    ],
    [
      'BEGIN LET x := 1 / 0; EXCEPTION WHEN EXPRESSION_ERROR THEN RETURN SQLERRM; END;',
      ['Division by zero'],
      'Handling exceptions',
    ],
    [
      "DECLARE e EXCEPTION (-20002, 'my words'); BEGIN BEGIN RAISE e; EXCEPTION WHEN OTHER THEN RAISE; END; EXCEPTION WHEN e THEN RETURN 'outside'; END;",
      ['outside'],
      'Handling exceptions',
    ],
    [
      "DECLARE e EXCEPTION (-20002, 'my words'); BEGIN RAISE e; END;",
      {
        code: '-20002',
        sqlState: 'P0001',
        message: "Uncaught exception of type 'E' on line 1 at position 48 : my words",
      },
      'Handling exceptions',
    ],
    [
      "BEGIN UPDATE t SET b = 'q' WHERE a = 99; RETURN SQLROWCOUNT || SQLFOUND || SQLNOTFOUND; END;",
      ['0falsetrue'],
      'Determining the number of rows affected by DML commands',
    ],
    ["CALL p(m => 'z', n => 1)", ['z1'], 'CALL'],
    ['CALL p(n => 1)', ['d1'], 'CALL'],
    ['DECLARE r VARCHAR; BEGIN CALL p(7) INTO :r; RETURN r; END;', ['d7'], 'CALL'],
    [
      "BEGIN LET q := 'INSERT INTO t VALUES (9, ''n'')'; EXECUTE IMMEDIATE q; RETURN SQLROWCOUNT; END;",
      ['1'],
      'EXECUTE IMMEDIATE',
    ],
  ],
);
