import { describe, expect, it } from 'vitest';
import { createGuard, type Policy } from '../../../daemon/query/guard/judge.ts';
import { readOnly, readWrite } from './policies.ts';

const guard = await createGuard();
const verdict = (text: string, policy: Policy, database?: string): string =>
  guard.judge(text, policy, database).verdict;

describe('a denied database', () => {
  const policy: Policy = { ...readWrite, deny: ['database:secret'] };

  it.each([
    'SELECT * FROM secret.public.t',
    'SELECT * FROM SECRET..t',
    'SELECT * FROM "SECRET"."PUBLIC".t',
    'SELECT * FROM "secret".public.t',
    'SELECT a FROM other.public.t WHERE EXISTS (SELECT 1 FROM secret.public.u)',
    "SELECT * FROM IDENTIFIER('secret.public.t')",
    "SELECT * FROM TABLE('secret.public.t')",
    'SELECT * FROM IDENTIFIER($t)',
    'SELECT * FROM TABLE($t)',
    "SELECT GET_DDL('TABLE', 'secret.public.t')",
    "SELECT GET_DDL('DATABASE', 'SECRET')",
    "SELECT GET_DDL('TABLE', 'sec' || 'ret.public.t')",
    "SELECT GET_DDL('TABLE', $t)",
    "SELECT SYSTEM$CLUSTERING_INFORMATION(LOWER('SECRET.PUBLIC.T'))",
    "SELECT GET_DDL('TABLE', 'sec\\162et.public.t')",
    'SELECT SYSTEM$CLUSTERING_INFORMATION(\'"SECRET".public.t\')',
    'SELECT * FROM TABLE(secret.information_schema.query_history())',
    'SELECT secret.public.f(1)',
    'SELECT $1 FROM @secret.public.stage',
    "SELECT $1 FROM '@secret.public.stage'",
    'USE DATABASE secret',
    'USE secret.public',
    'USE secret',
    'USE SCHEMA IDENTIFIER($s)',
    'SHOW TABLES IN DATABASE secret',
    'DESCRIBE TABLE secret.public.t',
    'LIST @secret.public.s',
    'INSERT INTO secret.public.t VALUES (1)',
    'DROP DATABASE secret',
    'CREATE TABLE other.public.t CLONE secret.public.t',
    'CALL p()',
    "EXECUTE IMMEDIATE 'SELECT 1'",
    'BEGIN SELECT 1; END',
    'SELECT * FROM t',
    'INSERT INTO t VALUES (1)',
    'SELECT * FROM @s',
    "SELECT * FROM TABLE('sec' || 'ret.public.t')",
    'SET x = (SELECT MAX(a) FROM t)',
    'EXPLAIN SELECT * FROM t',
    'SELECT * FROM SEMANTIC_VIEW(v METRICS a.b)',
    "SELECT TO_FILE('@sec' || 'ret.s.st', 'f')",
    'SELECT AI_PARSE_DOCUMENT(TO_FILE($stage, a)) FROM other.public.t',
    "SELECT TO_FILE('https://x.example/api/files/SECRET/S/ST/f.pdf')",
    "SELECT GET_PRESIGNED_URL('@sec' || 'ret.s.st', 'f')",
    "SELECT SNOWFLAKE.CORTEX.PARSE_DOCUMENT(CONCAT('@sec', 'ret.s.st'), 'f')",
    "SELECT SNOWFLAKE.CORTEX.SEARCH_PREVIEW('sec' || 'ret.s.service', '{}')",
    "SELECT * FROM TABLE(CORTEX_SEARCH_DATA_SCAN(SERVICE_NAME => 'sec' || 'ret.s.service'))",
    "SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => '@sec' || 'ret.s.st', FILE_FORMAT => 'other.s.f'))",
    "SELECT * FROM other.public.t AT(STREAM => 'sec' || 'ret.s.st')",
    "SELECT * FROM TABLE(SNOWFLAKE.CORE.GET_LINEAGE('sec' || 'ret.s.t', 'TABLE', 'UPSTREAM'))",
    "SELECT FL_GET_SIZE('@sec' || 'ret.s.st', 'f')",
    'SELECT * FROM $t',
    'SELECT * FROM $d.s.t',
    'USE DATABASE $d',
    'USE SCHEMA $d.s',
    'USE $d',
  ])('is not reached by %s', (text) => {
    expect(verdict(text, policy)).toBe('refused');
    expect(verdict(text, { ...policy, mode: 'read-only' })).toBe('refused');
  });

  it.each([
    'SELECT 1',
    'SELECT * FROM other.public.t',
    'WITH a AS (SELECT * FROM other.public.t) SELECT * FROM a',
    'SHOW DATABASES',
    'USE DATABASE other',
    'SELECT t.secret FROM other.public.t',
    "SELECT TO_FILE('@other.s.st', relative_path), GET_PRESIGNED_URL(@other.s.st, relative_path) FROM DIRECTORY(@other.s.st)",
    'SELECT FL_GET_SIZE(file), $1, t.$2 FROM @other.s.st t WHERE a = $v',
    "SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => '@other.s.st', FILE_FORMAT => 'other.s.f'))",
    "SELECT * FROM TABLE(other.INFORMATION_SCHEMA.QUERY_HISTORY(END_TIME_RANGE_START => DATEADD('hour', -1, CURRENT_TIMESTAMP())))",
    "SELECT 'https://x.example/secret', 'a secret' FROM other.public.t",
    'SELECT SYSTEM$TYPEOF(a) FROM other.public.t',
  ])('leaves %s alone', (text) => {
    expect(guard.judge(text, policy).refusal?.reason).toBeUndefined();
  });

  it.each([
    'SELECT * FROM t, (WITH t AS (SELECT 1) SELECT * FROM t) u',
    'WITH t AS (SELECT * FROM t) SELECT * FROM t',
    'WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a',
    'WITH "t" AS (SELECT 1) SELECT * FROM t',
    'WITH t AS (SELECT 1) SELECT * FROM "t"',
    'WITH t AS (SELECT 1) SELECT * FROM public.t',
    'WITH \u00e4 AS (SELECT 1) SELECT * FROM \u00f6',
    'SELECT (WITH t AS (SELECT 1) SELECT MAX(a) FROM t) FROM t',
    'WITH a AS (WITH t AS (SELECT 1) SELECT * FROM t) SELECT * FROM a JOIN t',
  ])('takes no table for a common table expression that only has its name: %s', (text) => {
    expect(verdict(text, policy, 'SECRET')).toBe('refused');
  });

  it.each([
    'WITH a AS (SELECT * FROM other.public.t), b AS (SELECT * FROM a) SELECT * FROM b, A, "A"',
    'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r',
    'WITH a AS (SELECT 1) SELECT * FROM (WITH b AS (SELECT * FROM a) SELECT * FROM a, b) UNION SELECT * FROM a',
    'WITH merge AS (SELECT 1) SELECT * FROM merge',
  ])('sees that %s names only its own expressions', (text) => {
    expect(guard.judge(text, policy, 'SECRET').refusal?.reason).toBeUndefined();
  });

  it.each([
    "SELECT * FROM IDENTIFIER('s.t')",
    "SELECT * FROM TABLE('t')",
    "SELECT $1 FROM '@st'",
    "SELECT $1 FROM '@s.st/path'",
    'SELECT f(1)',
    'SELECT s.f(1)',
    'SELECT "abs"(1)',
    'SELECT * FROM TABLE(s.f())',
    'SELECT * FROM other.s.t, TABLE(s.f(a))',
    'SELECT s.m!PREDICT(1)',
    'WITH m AS MODEL s.m SELECT m!PREDICT(1)',
    "SELECT GET_DDL('TABLE', 's.t')",
    "SELECT GET_DDL('SCHEMA', 's')",
    "EXPLAIN SELECT GET_DDL('TABLE', 't')",
    "SET x = (SELECT GET_DDL('TABLE', 't'))",
    "SELECT SYSTEM$CLUSTERING_INFORMATION('t')",
    "SELECT SYSTEM$EXPLAIN_PLAN_JSON('SELECT a.b.c FROM t')",
    "SELECT TO_FILE('@st', 'f')",
    "SELECT BUILD_SCOPED_FILE_URL('@s.st', 'f')",
    "SELECT SNOWFLAKE.CORTEX.SEARCH_PREVIEW('s.service', '{}')",
    "SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => '@st', FILE_FORMAT => 'other.s.f'))",
    "SELECT * FROM TABLE(GET_OBJECT_REFERENCES(SCHEMA_NAME => 's', OBJECT_NAME => 'v'))",
    "SELECT * FROM TABLE(INFORMATION_SCHEMA.TAG_REFERENCES('s.t', 'table'))",
    "SELECT * FROM TABLE(VALIDATE(t, JOB_ID => '01b2'))",
    "SELECT * FROM other.s.t AT(STREAM => 's.st')",
    "SELECT EXTRACT_SEMANTIC_CATEGORIES('t')",
    'DESCRIBE TABLE t',
    'DESCRIBE VIEW s.v',
    'LIST @st',
    "LIST '@s.st'",
  ])('is not reached through the current one by %s', (text) => {
    expect(verdict(text, policy)).toBe('refused');
    expect(verdict(text, policy, 'SECRET')).toBe('refused');
    expect(verdict(text, policy, 'OTHER')).toBe('allowed');
  });

  it.each([
    "SELECT * FROM TABLE(other.INFORMATION_SCHEMA.TAG_REFERENCES('sec' || 'ret.s.t', 'table'))",
    "SELECT * FROM TABLE(INFORMATION_SCHEMA.COPY_HISTORY(CONCAT('sec', 'ret.s.t'), CURRENT_DATE()))",
  ])('is not reached by a name that a table function is given computed: %s', (text) => {
    expect(verdict(text, policy, 'OTHER')).toBe('refused');
  });

  it.each([
    'SELECT CURRENT_DATABASE(), ABS(1), AI_COMPLETE(a, b) FROM other.s.t',
    'SELECT other.s.f(1), other..f(2), other.s.m!PREDICT(1)',
    "SELECT * FROM IDENTIFIER('other.s.t'), TABLE('other.s.u'), TABLE(FLATTEN(PARSE_JSON('[]')))",
    "SELECT GET_DDL('table', 'other.s.t'), GET_DDL('SCHEMA', 'other.s'), GET_DDL('DATABASE', 'other')",
    "SELECT SYSTEM$CLUSTERING_INFORMATION('other.s.t', '(a)'), SYSTEM$TYPEOF('x'), SYSTEM$WAIT(1), SYSTEM$ALLOWLIST()",
    "SELECT * FROM TABLE(other.INFORMATION_SCHEMA.LOGIN_HISTORY(DATEADD('hours', -1, CURRENT_TIMESTAMP())))",
    "SELECT * FROM TABLE(other.INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => 'other.s.t', START_TIME => CURRENT_DATE()))",
    "SELECT CAST(a AS DECIMAL(10, 2)), a::VARCHAR(5) FROM other.s.t AS x (a) WHERE b LIKE '%@example.com'",
    'DESCRIBE TABLE other.s.t',
    'DESCRIBE WAREHOUSE w',
    'LIST @other.s.st',
    'LIST @~',
  ])('leaves %s alone, whichever database is the current one', (text) => {
    expect(guard.judge(text, policy).refusal?.reason).toBeUndefined();
  });

  it('is the current one or not, where the caller knows it', () => {
    expect(verdict('SELECT * FROM t', policy, 'OTHER')).toBe('allowed');
    expect(verdict('SELECT * FROM t', policy, 'SECRET')).toBe('refused');
    expect(verdict('SHOW TABLES', policy, 'SECRET')).toBe('refused');
    expect(verdict('INSERT INTO t VALUES (1)', policy, 'OTHER')).toBe('allowed');
  });
});

describe('an allowed database', () => {
  const policy: Policy = { ...readOnly, allow: ['database:SCRATCH'] };

  it.each([
    'INSERT INTO scratch.public.t SELECT * FROM prod.public.u',
    'INSERT OVERWRITE INTO SCRATCH..t VALUES (1)',
    'UPDATE scratch.public.t SET a = 1',
    'DELETE FROM "SCRATCH".public.t',
    'MERGE INTO scratch.public.t USING prod.public.u ON TRUE WHEN MATCHED THEN DELETE',
    'CREATE OR REPLACE TABLE scratch.public.t AS SELECT * FROM prod.public.u',
    'CREATE TEMPORARY TABLE IF NOT EXISTS scratch.public.t (a INT)',
    'CREATE SCOPED TEMP TABLE IF NOT EXISTS scratch.public.t (a INT)',
    'CREATE VIEW scratch.public.v AS SELECT 1 AS a',
    'DROP TABLE IF EXISTS scratch.public.t',
    'TRUNCATE TABLE scratch.public.t',
    'SELECT * FROM prod.public.u',
    'UPDATE scratch.public.t AS x SET a = scratch.public.q.NEXTVAL',
    'INSERT INTO scratch.public.t (a) SELECT 1 FROM prod.public.u, TABLE(GETNEXTVAL(scratch.public.q))',
    'DELETE FROM scratch.public.t x USING prod.public.u y WHERE x.a = y.a',
    'MERGE INTO scratch.public.t t USING prod.public.u ON TRUE WHEN MATCHED THEN UPDATE SET a = 1 WHEN NOT MATCHED THEN INSERT (a) VALUES (1)',
    'DROP TABLE scratch.public.t CASCADE',
  ])('takes %s', (text) => {
    expect(guard.judge(text, policy).refusal?.reason).toBeUndefined();
  });

  it.each([
    'INSERT INTO prod.public.t SELECT * FROM scratch.public.u',
    'INSERT INTO t VALUES (1)',
    'INSERT INTO "scratch".public.t VALUES (1)',
    'INSERT INTO IDENTIFIER($t) VALUES (1)',
    "INSERT INTO IDENTIFIER('scratch.public.t') VALUES (1)",
    'INSERT ALL INTO scratch.public.t INTO prod.public.t SELECT 1',
    'ALTER TABLE scratch.public.t SWAP WITH prod.public.t',
    'DROP DATABASE scratch',
    'CALL scratch.public.p()',
    'EXECUTE TASK scratch.public.t',
    'COPY INTO scratch.public.t FROM @s',
    'INSERT INTO scratch.public.t VALUES (1) ->> DROP TABLE prod.public.t',
    'INSERT INTO scratch.public.t SELECT SYSTEM$ABORT_SESSION(1)',
    'INSERT INTO scratch.public.t SELECT IDENTIFIER($f)(1)',
    'SELECT q.NEXTVAL',
    'INSERT INTO scratch.public.t SELECT prod.public.q.NEXTVAL',
    'UPDATE scratch.public.t SET a = (SELECT q . "nextval")',
    'CREATE TABLE scratch.public.t AS SELECT * FROM TABLE(GETNEXTVAL(prod.public.q))',
    "INSERT INTO scratch.public.t SELECT IDENTIFIER('prod.public.q.nextval')",
    'UPDATE scratch.public.t, prod.public.t SET a = 1',
    'DELETE FROM scratch.public.t, prod.public.t',
    'DROP TABLE scratch.public.t, prod.public.t',
    'TRUNCATE TABLE scratch.public.t prod.public.t',
    'INSERT INTO scratch.public.t VALUES (1) INTO prod.public.t VALUES (2)',
    'MERGE INTO scratch.public.t USING (DELETE FROM prod.public.t) ON TRUE WHEN MATCHED THEN DELETE',
  ])('does not take %s', (text) => {
    expect(verdict(text, policy)).toBe('refused');
  });

  it('is narrowed by kinds beside it', () => {
    const narrow: Policy = { ...readOnly, allow: ['INSERT', 'database:SCRATCH'] };
    expect(verdict('INSERT INTO scratch.public.t VALUES (1)', narrow)).toBe('allowed');
    expect(verdict('DELETE FROM scratch.public.t', narrow)).toBe('refused');
    expect(verdict('INSERT INTO prod.public.t VALUES (1)', narrow)).toBe('refused');
  });

  it('is not one that only looks like it', () => {
    for (const name of ['\uff33CRATCH', '\u017fcratch'])
      expect(verdict(`INSERT INTO ${name}.public.t VALUES (1)`, policy)).toBe('refused');
  });

  it('in small letters stays what it is: the session may not begin to fold names in quotes', () => {
    const small: Policy = { ...readOnly, allow: ['database:"scratch"'] };
    expect(verdict('INSERT INTO "scratch".public.t VALUES (1)', small)).toBe('allowed');
    for (const text of [
      'ALTER SESSION SET QUOTED_IDENTIFIERS_IGNORE_CASE = TRUE',
      'ALTER SESSION SET WEEK_START = 1, "QUOTED_IDENTIFIERS_IGNORE_CASE" = TRUE',
      'ALTER SESSION UNSET QUOTED_IDENTIFIERS_IGNORE_CASE',
    ]) {
      expect(verdict(text, small)).toBe('refused');
      expect(verdict(text, { ...small, allow: [...small.allow, 'ALTER SESSION'] })).toBe('refused');
      expect(verdict(text, policy)).toBe('allowed');
    }
  });

  it('can be the current one', () => {
    expect(verdict('INSERT INTO t VALUES (1)', policy, 'SCRATCH')).toBe('allowed');
    expect(verdict('INSERT INTO t VALUES (1)', policy, 'scratch')).toBe('refused');
  });

  it('is not the current one any more behind a link of a chain that chooses another', () => {
    expect(verdict('SELECT 1 ->> INSERT INTO t VALUES (1)', policy, 'SCRATCH')).toBe('allowed');
    for (const link of ['USE DATABASE prod', 'USE prod.public', 'USE SCHEMA IDENTIFIER($s)', 'SET x = 1 ->> USE d']) {
      expect(verdict(`${link} ->> INSERT INTO t VALUES (1)`, policy, 'SCRATCH')).toBe('refused');
    }
  });
});
