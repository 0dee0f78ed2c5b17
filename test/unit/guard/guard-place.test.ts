import { describe, expect, it } from 'vitest';
import { createGuard } from '../../../daemon/query/guard/judge.ts';
import { readOnly, readWrite } from './policies.ts';

const guard = await createGuard();
const effects = (text: string) => guard.judge(text, readWrite).effects;

describe('where a statement stands', () => {
  it.each([
    ...[
      'SHOW DATABASES',
      "SHOW WAREHOUSES LIKE 'x'",
      'SHOW TERSE ROLES LIMIT 5',
      'SHOW VARIABLES',
      'SHOW TABLES IN ACCOUNT',
    ],
    ...[
      'SHOW TABLES HISTORY IN DATABASE d',
      "SHOW TERSE VIEWS LIKE 'x' IN SCHEMA d.s STARTS WITH 'A' LIMIT 5 FROM 'X'",
    ],
    ...['SHOW SCHEMAS IN d', 'SHOW COLUMNS IN TABLE a.b.c', 'SHOW DATABASE ROLES IN DATABASE d'],
    ...[
      'DESCRIBE TABLE a.b."c"',
      'DESC VIEW a.b.c',
      'DESC TABLE a.b.c TYPE = STAGE',
      'DESC SCHEMA a.b',
      'DESC DATABASE a',
    ],
    ...['USE ROLE r', 'USE WAREHOUSE w', 'USE SECONDARY ROLES NONE', 'SET x = 1', "SET (a, b) = ('x', -2)", 'UNSET x'],
    ...["ALTER SESSION SET TIMEZONE = 'UTC'", 'COMMIT', 'ROLLBACK', 'SHOW DATABASES ->> SHOW ROLES'],
  ])('makes no difference to %s', (text) => {
    expect(effects(text).dependsOnSchema).toBe(false);
  });

  it.each([
    ...[
      'SHOW TABLES',
      'SHOW SCHEMAS',
      'SHOW TABLES IN DATABASE',
      'SHOW TABLES IN s',
      "SHOW TABLES IN DATABASE LIKE 'x'",
    ],
    ...[
      'SHOW TABLES IN SCHEMA s',
      'SHOW TABLES IN SCHEMA',
      'SHOW COLUMNS IN TABLE b.c',
      'SHOW COLUMNS IN a.b.c',
      'SHOW PARAMETERS',
    ],
    ...[
      "SHOW TABLES IN IDENTIFIER('d')",
      'SHOW TABLES IN DATABASE IDENTIFIER($d)',
      'SHOW GRANTS ON TABLE t',
      'SHOW DATABASE ROLES',
    ],
    ...[
      'SHOW TABLES IN DATABASE a.b',
      'SHOW ROLES IN SERVICE s',
      'SHOW GRANTS',
      'SHOW ROW ACCESS POLICIES IN SCHEMA',
      'LIST @s',
    ],
    ...[
      'DESC TABLE t',
      'DESC TABLE b.c',
      'DESC TABLE a.b.c.d',
      "DESC TABLE IDENTIFIER('a.b.c')",
      'DESC SCHEMA s',
      'DESC FUNCTION f()',
    ],
    ...[
      'USE SCHEMA s',
      "USE DATABASE IDENTIFIER('d')",
      'USE SCHEMA d.s.t',
      'USE DATABASE $d',
      'USE ROLE IDENTIFIER($r)',
      'BEGIN',
      'SET x = CURRENT_DATABASE()',
      'SET x = f(1)',
    ],
    ...['SET x = (SELECT 1)', 'SET x = $y', 'INSERT INTO a.b.c VALUES (1)', 'CALL a.b.p()'],
    ...[
      'CREATE TEMP TABLE a.b.c (x INT)',
      'ALTER SESSION SET AUTOCOMMIT = FALSE',
      'SHOW DATABASES ->> SELECT * FROM t',
    ],
  ])('may make one to %s', (text) => {
    expect(effects(text).dependsOnSchema).toBe(true);
  });
});

describe('where a query stands', () => {
  it.each([
    'SELECT 1',
    'SELECT * FROM a.b.c',
    'SELECT x.a, COUNT(*) n FROM a.b.c x JOIN a.b.d USING (id) WHERE x.d::DATE > CURRENT_DATE() GROUP BY ALL',
    'WITH t AS (SELECT * FROM a.b.c) SELECT * FROM t',
    'SELECT CURRENT_USER(), CURRENT_ROLE(), CURRENT_WAREHOUSE()',
    'SELECT * FROM a.information_schema.tables',
    'SELECT f.value FROM a.b.c t, LATERAL FLATTEN(t.v) f',
    'SELECT * FROM TABLE(GENERATOR(ROWCOUNT => 5))',
    'EXPLAIN SELECT * FROM a.b.c',
    'SHOW DATABASES',
    "SHOW WAREHOUSES LIKE 'x'",
    'SHOW TERSE ROLES LIMIT 5',
    'SHOW TABLES IN ACCOUNT',
    'SHOW TABLES IN DATABASE d',
    "SHOW TERSE VIEWS LIKE 'x' IN SCHEMA d.s STARTS WITH 'A' LIMIT 5 FROM 'X'",
    'SHOW SCHEMAS IN d',
    'SHOW COLUMNS IN TABLE a.b.c',
    'DESCRIBE TABLE a.b.c',
    'DESC VIEW a.b.c',
    'DESC SCHEMA a.b',
    'DESC DATABASE a',
    'USE ROLE r',
    'USE WAREHOUSE w',
    'USE SECONDARY ROLES NONE',
    'SET x = 1',
    "SET (a, b) = ('x', -2)",
    'UNSET x',
    "ALTER SESSION SET TIMEZONE = 'UTC'",
    'COMMIT',
    'ROLLBACK',
    'SELECT CAST(a AS NUMBER(10,2)), a::VARCHAR(5), TRY_CAST(b AS DATE) FROM a.b.c',
    'SELECT * FROM (VALUES (1, 2)) AS v (a, b)',
    'WITH v (a, b) AS (SELECT 1, 2) SELECT a FROM v',
    'SELECT TRANSFORM([1], x -> x + 1)',
    'SELECT SUM(x) OVER (PARTITION BY y ORDER BY z) FROM a.b.c QUALIFY ROW_NUMBER() OVER (ORDER BY x) = 1',
    'SELECT * FROM d..t',
    'SELECT $v, $w + 1 FROM a.b.c WHERE x = $v',
    'USE DATABASE d',
    'USE d',
    'USE d.s',
    'USE SCHEMA d."s"',
  ])('makes no difference to %s', (text) => {
    expect(effects(text).dependsOnSchema).toBe(false);
  });

  it.each([
    'SELECT * FROM t',
    'SELECT * FROM b.c',
    'SELECT CURRENT_DATABASE()',
    'SELECT CURRENT_SCHEMA',
    'SELECT current_schemas()',
    'SELECT f(1)',
    'SELECT a.b.f(1)',
    'SELECT * FROM information_schema.tables',
    "SELECT * FROM IDENTIFIER('a.b.c')",
    "SELECT IDENTIFIER('f')(1)",
    'SELECT * FROM @s',
    'SELECT $1 FROM @a.b.s',
    "SELECT * FROM TABLE('a.b.c')",
    'SELECT * FROM TABLE(f())',
    'SELECT * FROM TABLE(information_schema.query_history())',
    "SELECT * FROM a.b.c AT(STREAM => 's')",
    'SELECT x::mytype FROM a.b.c',
    'SELECT CAST(x AS my.type) FROM a.b.c',
    'SELECT x::ARRAY(mytype)',
    'SELECT m!PREDICT(1)',
    'SELECT * FROM SEMANTIC_VIEW(a.b.v METRICS x.y)',
    "SELECT GET_DDL('TABLE','t')",
    "SELECT SYSTEM$CLUSTERING_INFORMATION('t')",
    'SELECT SYSTEM$TYPEOF(1)',
    "SELECT AI_COMPLETE('a','b')",
    'WITH t AS (SELECT * FROM t) SELECT * FROM t',
    'SELECT q.NEXTVAL',
    'SELECT * FROM $v',
    'SELECT * FROM a.b.c JOIN $v',
    'SELECT * FROM IDENTIFIER($v)',
    'SELECT * FROM TABLE($v)',
    'SELECT a.$v FROM a.b.c',
    'SELECT * FROM a.b.c, TABLE($v)',
    'SELECT * FROM a.b.c WHERE x IN (SELECT y FROM IDENTIFIER($v))',
    'SELECT * FROM "IDENTIFIER"($v)',
    'SELECT IDENTIFIER($q).NEXTVAL',
    'SELECT 1 ->> SELECT * FROM IDENTIFIER($v)',
    "SELECT * FROM '@s/x.csv'",
    "SELECT * FROM '\\x40s/x.csv'",
    "SELECT EXTRACT_SEMANTIC_CATEGORIES('t')",
    "SELECT * FROM TABLE(ESTIMATE_REMAINING_DP_AGGREGATES('t'))",
    'BEGIN',
    'SHOW TABLES',
    'SHOW SCHEMAS',
    'SHOW TABLES IN DATABASE',
    'SHOW TABLES IN s',
    "SHOW TABLES IN DATABASE LIKE 'x'",
    'SHOW COLUMNS IN TABLE t',
    'SHOW COLUMNS IN a.b',
    'SHOW GRANTS ON TABLE t',
    'SHOW PARAMETERS',
    'SHOW DATABASE ROLES',
    'SHOW TABLES IN SCHEMA s',
    "SHOW TABLES IN IDENTIFIER('d')",
    'DESC TABLE t',
    'DESC TABLE b.c',
    'DESC RESULT LAST_QUERY_ID()',
    'SET x = CURRENT_DATABASE()',
    'SET x = f(1)',
    'SET x = (SELECT 1)',
    'USE ROLE IDENTIFIER($r)',
    'LIST @s',
    'LIST @a.b.s',
    'INSERT INTO a.b.c VALUES (1)',
    'CREATE TEMP TABLE a.b.c (x INT)',
    'CALL a.b.p()',
    'SHOW DATABASES ->> SELECT * FROM $1',
    'SHOW DATABASES ->> SELECT * FROM t',
    'EXPLAIN SELECT * FROM t',
    'SELECT TRANSFORM([1], x mytype -> x)',
    'SELECT TRANSFORM([1], (x mytype) -> x)',
    'SELECT * FROM a.b.c JOIN d ON TRUE',
    'SELECT (SELECT MAX(x) FROM t) FROM a.b.c',
    'SELECT * FROM a.b.c WHERE x IN (SELECT y FROM b.c)',
    'SELECT SNOWFLAKE.CORE.NULL_COUNT(SELECT x FROM a.b.c)',
    'SELECT TO_DATE(SELECT MAX(d) FROM t)',
    'SELECT * FROM a.b.c, TABLE(g(c.x))',
    'WITH m AS MODEL mm SELECT m!PREDICT(1)',
    "SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => '@s', FILE_FORMAT => 'f'))",
  ])('may make one to %s', (text) => {
    expect(effects(text).dependsOnSchema).toBe(true);
  });
});

describe('a function named like a built-in one, but for the case', () => {
  it('is one of the current schema', () => {
    expect(guard.judge('SELECT "abs"(1)', readOnly).effects.dependsOnSchema).toBe(true);
    expect(guard.judge('SELECT "ABS"(1)', readOnly).effects.dependsOnSchema).toBe(false);
  });
});

describe('a block or EXECUTE IMMEDIATE', () => {
  it.each([
    "EXECUTE IMMEDIATE 'SELECT 1'",
    'EXECUTE IMMEDIATE $$BEGIN DELETE FROM t; END$$',
    "EXECUTE IMMEDIATE 'SELECT ?' USING (x)",
    'BEGIN SELECT 1; END',
    "BEGIN EXECUTE IMMEDIATE 'DROP TABLE t'; END",
    'DECLARE x INT; BEGIN x := 1; RETURN x; END',
  ])('shows all that it leaves: %s', (text) => {
    expect(effects(text)).toMatchObject({ unknown: true, isOpaque: false, temporary: false });
  });

  it.each([
    ...[
      'CALL p()',
      'EXECUTE IMMEDIATE $x',
      "EXECUTE IMMEDIATE 'CREATE TEMP TABLE t (a INT)'",
      "EXECUTE IMMEDIATE 'CALL p()'",
    ],
    ...['BEGIN CALL p(); END', 'BEGIN CREATE LOCAL TEMPORARY TABLE t (a INT); END', 'BEGIN EXECUTE IMMEDIATE :x; END'],
    ...["BEGIN EXECUTE IMMEDIATE 'CREATE ' || 'TEMP TABLE t (a INT)'; END", "EXECUTE IMMEDIATE 'CRE\\x41TE x'"],
    ...[
      'BEGIN SELECT * FROM TABLE(p()); END',
      'EXECUTE IMMEDIATE FROM @s/x.sql',
      "EXECUTE IMMEDIATE 'EXECUTE IMMEDIATE $x'",
    ],
    ...["WITH p AS PROCEDURE () RETURNS INT AS '' CALL p()", 'BEGIN LET r RESULTSET := (EXECUTE IMMEDIATE :q); END'],
    ...[
      "EXECUTE IMMEDIATE 'BEGIN CREATE VOLATILE TABLE t (a INT); END'",
      'EXECUTE IMMEDIATE $$--\rSELECT 1$$',
      'FROBNICATE',
    ],
    ...["EXECUTE IMMEDIATE 'SELECT 1' ->> CALL p()", 'SELECT 1 ->> BEGIN CALL p(); END'],
  ])('may leave more than it shows: %s', (text) => {
    expect(effects(text).isOpaque).toBe(true);
  });
});
