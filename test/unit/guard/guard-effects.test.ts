import { describe, expect, it } from 'vitest';
import { createGuard } from '../../../daemon/query/guard/judge.ts';
import { confirm, readOnly, readWrite } from './policies.ts';

const guard = await createGuard();
const effects = (text: string) => guard.judge(text, readWrite).effects;

describe('what a statement leaves behind', () => {
  it.each([
    'USE ROLE r',
    'USE sales.public',
    'SET x = 1',
    'UNSET x',
    "ALTER SESSION SET TIMEZONE = 'UTC'",
    'CREATE DATABASE d',
    'CREATE OR REPLACE SCHEMA d.s',
    'DROP DATABASE d',
    'DROP SCHEMA s',
    'ALTER DATABASE d RENAME TO e',
    'CREATE WAREHOUSE w',
    'DROP WAREHOUSE w',
    'DROP ROLE r',
  ])('%s changes the context', (text) => {
    expect(effects(text)).toMatchObject({ context: true, unknown: false, transaction: 'none' });
  });

  it.each([
    ['BEGIN', 'begin'],
    ['begin work', 'begin'],
    ['START TRANSACTION', 'begin'],
    ['COMMIT', 'commit'],
    ['ROLLBACK WORK', 'rollback'],
    ['SELECT 1', 'none'],
    ['INSERT INTO t VALUES (1)', 'none'],
  ])('%s: transaction %s', (text, transaction) => {
    expect(effects(text)).toMatchObject({ transaction, context: false, unknown: false });
  });

  it.each([
    'CREATE TEMP TABLE t (a INT)',
    'CREATE OR REPLACE LOCAL TEMPORARY TABLE t AS SELECT 1',
    'CREATE VOLATILE TABLE t (a INT)',
    'CREATE TEMPORARY STAGE s',
    'CREATE OR REPLACE SCOPED TEMP STAGE s',
    'CREATE TEMP FUNCTION f() RETURNS INT AS $$ 1 $$',
    'CREATE TEMPORARY FILE FORMAT f TYPE = CSV',
  ])('%s creates a temporary object', (text) => {
    expect(effects(text)).toMatchObject({ temporary: true, write: true });
  });

  it.each([
    'CREATE TABLE temporary (a INT)',
    'CREATE TRANSIENT TABLE t (a INT)',
    'CREATE TABLE t AS SELECT temp FROM u',
  ])('%s does not', (text) => {
    expect(effects(text)).toMatchObject({ temporary: false, write: true });
  });

  it.each([
    'CALL p()',
    'EXECUTE IMMEDIATE $q',
    'BEGIN SELECT 1; END',
    'DECLARE x INT; BEGIN RETURN 1; END',
    'FROBNICATE t',
    "SELECT 'x",
    'WITH p AS PROCEDURE() RETURNS INT LANGUAGE SQL AS $$ BEGIN RETURN 1; END $$ CALL p()',
  ])('%s may have done anything', (text) => {
    expect(effects(text)).toMatchObject({ unknown: true });
  });

  it.each([
    'INSERT INTO t VALUES (1)',
    'GRANT ROLE r TO USER u',
    'SELECT q.NEXTVAL',
    'SELECT SYSTEM$ABORT_SESSION(1)',
    'PUT file:///x @s',
  ])('%s writes', (text) => {
    expect(effects(text)).toMatchObject({ write: true });
  });

  it.each(['EXECUTE TASK t', 'EXECUTE ALERT a', 'EXECUTE NOTEBOOK n()', "EXECUTE DBT PROJECT p ARGS = 'run'"])(
    '%s runs elsewhere and leaves the session alone',
    (text) => {
      expect(effects(text)).toMatchObject({ write: true, unknown: false, context: false });
    },
  );

  it('names variables, parameters and secondary roles', () => {
    expect(effects('SET (a, "b") = (1, \'x\')').variables).toEqual([
      { name: 'A', op: 'set' },
      { name: 'b', op: 'set' },
    ]);
    expect(effects('UNSET x').variables).toEqual([{ name: 'X', op: 'unset' }]);
    expect(effects("ALTER SESSION SET timezone = 'UTC', Week_Start = 1").sessionParameters).toEqual([
      'TIMEZONE',
      'WEEK_START',
    ]);
    expect(effects('ALTER SESSION SET AUTOCOMMIT = FALSE').sessionParameters).toEqual(['AUTOCOMMIT']);
    expect(effects('ALTER SESSION UNSET TIMEZONE').sessionParameters).toEqual(['TIMEZONE']);
    expect(effects('USE SECONDARY ROLES all').secondaryRoles).toBe('ALL');
    expect(effects('USE SECONDARY ROLES NONE').secondaryRoles).toBe('NONE');
    expect(effects('USE SECONDARY ROLES a, "b c"').secondaryRoles).toEqual(['A', 'b c']);
    expect(effects('USE ROLE r').secondaryRoles).toBeUndefined();
  });

  it('adds up over the links of a chain', () => {
    expect(effects('INSERT INTO t VALUES (1) ->> USE ROLE r ->> CALL p()')).toMatchObject({
      write: true,
      context: true,
      unknown: true,
    });
    expect(guard.judge('SHOW TABLES ->> SELECT * FROM $1', readOnly)).toMatchObject({
      kind: 'SELECT',
      isRead: true,
      effects: { write: false },
    });
    expect(guard.judge('SHOW TABLES ->> DROP TABLE t', readWrite).kind).toBe('DROP TABLE');
  });
});

describe('metadata reads', () => {
  it.each([
    'SHOW TABLES',
    'DESCRIBE TABLE t',
    'SELECT * FROM information_schema.tables',
    "SELECT table_name FROM sales.INFORMATION_SCHEMA.COLUMNS c JOIN sales.information_schema.tables t USING (table_name) WHERE c.comment ILIKE '%x%'",
    'WITH a AS (SELECT * FROM information_schema.views) SELECT COUNT(*) FROM a',
  ])('%s may share one flight', (text) => {
    expect(guard.judge(text, readOnly)).toMatchObject({ verdict: 'allowed', isMetadata: true });
  });

  it.each([
    'SELECT 1',
    'SELECT * FROM t',
    'SELECT * FROM information_schema.tables, t',
    'SELECT * FROM tables',
    'SELECT f(table_name) FROM information_schema.tables',
    'SELECT * FROM information_schema.tables WHERE table_name = $x',
    'SELECT CURRENT_SESSION() FROM information_schema.tables',
    'SELECT LAST_QUERY_ID() FROM information_schema.tables',
    'SELECT * FROM TABLE(information_schema.query_history())',
    'SELECT * FROM information_schema.tables WHERE table_name IN (SELECT a FROM t)',
    'SHOW TRANSACTIONS',
    'SHOW VARIABLES',
    'DESC RESULT LAST_QUERY_ID()',
    'LIST @s',
    'SHOW TABLES ->> SELECT * FROM $1',
    'SHOW TABLES IN IDENTIFIER($s)',
    'EXPLAIN SELECT * FROM information_schema.tables',
    'USE ROLE r',
    'INSERT INTO t SELECT * FROM information_schema.tables',
  ])('%s may not', (text) => {
    expect(guard.judge(text, readWrite).isMetadata).toBe(false);
  });
});

describe('what depends on the session', () => {
  it('gives the spans of LAST_QUERY_ID to be substituted', () => {
    const text =
      'SELECT \'LAST_QUERY_ID()\' -- LAST_QUERY_ID()\n FROM TABLE(RESULT_SCAN(last_query_id /* x */ ( ))) a, TABLE(RESULT_SCAN("LAST_QUERY_ID"(-2))) b';
    const { lastQueryIds, resultScans, sessionBound } = guard.judge(text, readOnly);
    expect(lastQueryIds.map(({ start, end, argument }) => [text.slice(start, end), argument])).toEqual([
      ['last_query_id /* x */ ( )', undefined],
      ['"LAST_QUERY_ID"(-2)', -2],
    ]);
    expect(resultScans.map(({ queryId }) => queryId)).toEqual([undefined, undefined]);
    expect(sessionBound).toEqual([]);
  });

  it.each(['SELECT LAST_QUERY_ID($n)', 'SELECT LAST_QUERY_ID(1 + 1)', "SELECT IDENTIFIER('LAST_QUERY_ID')()"])(
    'says that %s cannot be substituted',
    (text) => {
      const { lastQueryIds, sessionBound } = guard.judge(text, readOnly);
      expect(lastQueryIds).toEqual([]);
      expect(sessionBound).toEqual(['LAST_QUERY_ID']);
    },
  );

  it('gives them of SET, DESCRIBE RESULT, EXPLAIN and the first link of a chain, too', () => {
    for (const text of [
      'SET x = LAST_QUERY_ID()',
      'DESC RESULT LAST_QUERY_ID()',
      'EXPLAIN SELECT LAST_QUERY_ID()',
      'SELECT LAST_QUERY_ID() ->> SELECT * FROM $1',
      'CREATE TABLE t AS SELECT LAST_QUERY_ID() AS q',
    ]) {
      const [call] = guard.judge(text, readWrite).lastQueryIds;
      expect(text.slice(call?.start, call?.end)).toBe('LAST_QUERY_ID()');
    }
  });

  it.each([
    'SHOW TABLES ->> SELECT LAST_QUERY_ID() FROM $1',
    'CREATE PROCEDURE p() RETURNS STRING LANGUAGE SQL AS BEGIN RETURN LAST_QUERY_ID(); END',
    'BEGIN SELECT 1; RETURN LAST_QUERY_ID(); END',
    'CREATE TASK t AS SELECT LAST_QUERY_ID()',
  ])('leaves %s alone, as it means another query there', (text) => {
    expect(guard.judge(text, readWrite).lastQueryIds).toEqual([]);
    const scanned = text.replaceAll('LAST_QUERY_ID()', '(SELECT 1 FROM TABLE(RESULT_SCAN(LAST_QUERY_ID())))');
    expect(guard.judge(scanned, readWrite)).toMatchObject({ verdict: 'allowed', lastQueryIds: [], resultScans: [] });
  });

  it('names the stored results that are read', () => {
    expect(guard.judge("SELECT * FROM TABLE(RESULT_SCAN('01b2'))", readOnly).resultScans).toMatchObject([
      { queryId: '01b2' },
    ]);
    expect(guard.judge("DESCRIBE RESULT '01b2'", readOnly).resultScans).toMatchObject([{ queryId: '01b2' }]);
    expect(guard.judge('SELECT * FROM TABLE(RESULT_SCAN($q))', readOnly).resultScans).toMatchObject([
      { queryId: undefined },
    ]);
  });

  it('takes a stored result that is described as one whose id is not known, unless it is a literal', () => {
    expect(guard.judge('DESC RESULT $q', readOnly).resultScans).toMatchObject([{ queryId: undefined }]);
    expect(guard.judge('DESC RESULT LAST_QUERY_ID()', readOnly).resultScans).toEqual([]);
  });

  it('loses no stored result in a text that has too much in it to be judged', () => {
    const text = `SELECT ${'q.NEXTVAL,'.repeat(11_000)} 1 FROM TABLE(RESULT_SCAN('01b2'))`;
    expect(guard.judge(text, readWrite)).toMatchObject({ verdict: 'allowed', resultScans: [{ queryId: '01b2' }] });
  });

  it('loses no stored result that only one reading of a text has, nor one in a text that cannot be read', () => {
    const hidden = "SELECT * FROM TABLE(RESULT_SCAN('01b2'))";
    for (const policy of [readOnly, readWrite]) {
      const { verdict, resultScans } = guard.judge(`/* /* */ SELECT 1 -- */ ${hidden}`, policy);
      expect({ verdict, resultScans }).toMatchObject({ verdict: 'allowed', resultScans: [{ queryId: '01b2' }] });
      const last = guard.judge('/* /* */ SELECT 1 -- */ SELECT LAST_QUERY_ID()', policy);
      expect(last).toMatchObject({ verdict: 'allowed', sessionBound: ['LAST_QUERY_ID'] });
    }
    for (const text of [hidden, "DESC RESULT '01b2'", 'SELECT LAST_QUERY_ID()'])
      expect(guard.judge(`${text} -- \u2028`, readWrite).resultScans).toMatchObject([{ queryId: undefined }]);
    expect(guard.judge('DELETE FROM t -- \u2028', readWrite)).toMatchObject({ verdict: 'allowed', resultScans: [] });
  });

  it('are those of no statement in particular where a text can be read in two ways and may write', () => {
    const unclear = guard.judge('/* /* */ DELETE FROM t -- */ USE DATABASE d', readWrite);
    expect(unclear).toMatchObject({ verdict: 'allowed', isRead: false, effects: { unknown: true, write: true } });
    expect(guard.judge('DELETE FROM t -- \r WHERE a = 1', confirm).verdict).toBe('refused');
    expect(guard.judge('DELETE FROM t -- all\n WHERE a = 1', confirm).verdict).toBe('confirm');
  });

  it('names functions of the session', () => {
    expect(
      guard.judge('SELECT current_session(), CURRENT_TRANSACTION(), "LAST_TRANSACTION"()', readOnly).sessionBound,
    ).toEqual(['CURRENT_SESSION', 'CURRENT_TRANSACTION', 'LAST_TRANSACTION']);
    expect(guard.judge("SELECT * FROM TABLE(VALIDATE(t, JOB_ID => '_last'))", readOnly).sessionBound).toEqual([
      'VALIDATE',
    ]);
    expect(guard.judge('SELECT 1', readOnly).sessionBound).toEqual([]);
  });
});
