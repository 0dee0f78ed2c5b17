import { describe, expect, it } from 'vitest';
import { createGuard, type Policy } from '../../../daemon/query/guard/judge.ts';
import { confirm, readOnly, readWrite } from './policies.ts';

const guard = await createGuard();
const verdict = (text: string, policy: Policy, database?: string): string =>
  guard.judge(text, policy, database).verdict;

describe('one statement a call', () => {
  it.each(['', ' ', '\n\t', '-- nothing', '/* nothing */', ';', ' ; -- x', '\ufeff'])(
    'refuses %j as empty in every mode',
    (text) => {
      for (const policy of [readOnly, confirm, readWrite]) {
        expect(guard.judge(text, policy)).toMatchObject({ verdict: 'refused', kind: 'EMPTY' });
      }
    },
  );

  it.each([
    'SELECT 1; SELECT 2',
    'INSERT INTO t VALUES (1); DROP TABLE t;',
    'BEGIN; COMMIT',
    'BEGIN SELECT 1; END; DROP TABLE t',
    'CREATE TASK t AS BEGIN SELECT 1; END; DROP TABLE t',
  ])('refuses %j as several in every mode', (text) => {
    for (const policy of [readOnly, confirm, readWrite]) {
      const judgement = guard.judge(text, policy);
      expect(judgement).toMatchObject({ verdict: 'refused', kind: 'MULTIPLE' });
      expect(judgement.refusal?.reason).toBe('The text has more than one statement; each call runs one.');
    }
  });

  it('points at the second statement', () => {
    expect(guard.judge('SELECT 1;\n  DROP TABLE t', readOnly).refusal).toMatchObject({ line: 2, column: 3 });
  });

  it('passes a closing semicolon with comments and white space behind it', () => {
    expect(verdict('SELECT 1 ; -- done\n /* really */ ', readOnly)).toBe('allowed');
  });

  it.each([
    'BEGIN DELETE FROM t; INSERT INTO t SELECT 1; END;',
    'DECLARE x INT; BEGIN x := 1; IF (x = 1) THEN DELETE FROM t; END IF; RETURN CASE WHEN x = 1 THEN 2 END; END;',
    'BEGIN FOR i IN 1 TO 3 DO INSERT INTO t VALUES (:i); END FOR; CASE (x) WHEN 1 THEN RETURN 1; END CASE; BEGIN TRANSACTION; COMMIT; END',
    'CREATE PROCEDURE p() RETURNS INT LANGUAGE SQL AS BEGIN DELETE FROM t; RETURN 1; END;',
    'CREATE TASK t AS DECLARE x INT; BEGIN x := 1; BEGIN DELETE FROM t; END; END;',
  ])('counts a block as one: %s', (text) => {
    expect(verdict(text, readWrite)).toBe('allowed');
    expect(guard.judge(text, readOnly).kind).not.toBe('MULTIPLE');
  });
});

describe('a refusal', () => {
  it('names the kind, the place and the setting', () => {
    expect(guard.judge('SELECT a,\n  SYSTEM$ABORT_SESSION(1)', readOnly).refusal).toEqual({
      reason: 'SELECT uses SYSTEM$ABORT_SESSION, which is not one of the system functions that only report.',
      line: 2,
      column: 3,
      setting: 'policy.mode = "confirm" or "read-write", or policy.allow = ["SYSTEM$ABORT_SESSION"]',
    });
    expect(guard.judge('INSERT INTO t VALUES (1)', readOnly).refusal).toEqual({
      reason: 'INSERT is not a read.',
      line: 1,
      column: 1,
      setting: 'policy.mode = "confirm" or "read-write", or policy.allow = ["INSERT"]',
    });
  });

  it.each(['\n', '\r\n', '\r'])('counts lines that end with %j', (end) => {
    expect(guard.judge(`SELECT a,${end}${end} q.NEXTVAL`, readOnly).refusal).toMatchObject({ line: 3, column: 4 });
  });

  it('says where a query could not be read', () => {
    expect(guard.judge('SELECT a\nFROM t\nWHERE a = = 1', readOnly).refusal).toMatchObject({
      line: 3,
      reason: 'SELECT could not be read as one query.',
    });
  });

  it('never rests on the parser alone: what the tokens find is said first', () => {
    expect(guard.judge('SELECT ) DELETE FROM', readOnly).refusal?.reason).toContain('brackets');
  });
});

describe('allow', () => {
  it('lets a kind pass, and by its first words all kinds of that sort', () => {
    const policy: Policy = { ...readOnly, allow: ['insert', 'Create  Table', 'ALTER'] };
    expect(verdict('INSERT INTO t VALUES (1)', policy)).toBe('allowed');
    expect(verdict('CREATE OR REPLACE TEMPORARY TABLE t (a INT)', policy)).toBe('allowed');
    expect(verdict('CREATE VIEW v AS SELECT 1', policy)).toBe('refused');
    expect(verdict('ALTER TABLE t ADD COLUMN a INT', policy)).toBe('allowed');
    expect(verdict('DELETE FROM t', policy)).toBe('refused');
  });

  it('does not let something else pass inside the allowed kind', () => {
    const policy: Policy = { ...readOnly, allow: ['INSERT'] };
    expect(verdict('INSERT INTO t SELECT SYSTEM$ABORT_SESSION(1)', policy)).toBe('refused');
    expect(verdict('INSERT INTO t VALUES (1) ->> DROP TABLE t', policy)).toBe('refused');
    expect(verdict('WITH a AS (SELECT 1) DELETE FROM t', policy)).toBe('refused');
    expect(verdict('INSERT INTO t SELECT (1', policy)).toBe('refused');
    expect(verdict('INSERT INTO t SELECT IDENTIFIER($f)(1)', policy)).toBe('refused');
    expect(verdict('INSERT INTO t SELECT $f(1)', policy)).toBe('refused');
    expect(verdict("INSERT INTO t SELECT SNOWFLAKE.CORTEX.FINETUNE('x')", policy)).toBe('refused');
    expect(verdict('INSERT INTO t SELECT b!SET_SPENDING_LIMIT(1)', policy)).toBe('refused');
    expect(verdict("INSERT INTO t SELECT * FROM TABLE(TO_QUERY('SELECT 1'))", policy)).toBe('refused');
    expect(verdict('INSERT INTO t SELECT * FROM (DELETE FROM u)', policy)).toBe('refused');
    expect(verdict('INSERT INTO t WITH p AS PROCEDURE() AS $$x$$ CALL p()', policy)).toBe('refused');
    expect(verdict('INSERT INTO t SELECT 1 DROP TABLE x', policy)).toBe('refused');
    expect(verdict('CREATE VIEW v AS DROP TABLE x', { ...readOnly, allow: ['CREATE VIEW'] })).toBe('refused');
    expect(verdict('INSERT INTO t SELECT q.NEXTVAL', policy)).toBe('allowed');
    expect(verdict('CREATE VIEW v AS BEGIN; DROP TABLE t', { ...readOnly, allow: ['CREATE VIEW'] })).toBe('refused');
    expect(
      verdict('CREATE TASK t AS BEGIN SELECT begin FROM x; END; DROP TABLE y; END', {
        ...readOnly,
        allow: ['CREATE TASK'],
      }),
    ).toBe('refused');
    expect(verdict('CREATE TASK t AS BEGIN SELECT 1; END; DROP TABLE y', { ...readOnly, allow: ['CREATE TASK'] })).toBe(
      'refused',
    );
    expect(
      verdict('CREATE TASK t AS BEGIN SELECT CASE WHEN a THEN begin END FROM x; END', {
        ...readOnly,
        allow: ['CREATE TASK'],
      }),
    ).toBe('allowed');
  });

  it('lets an acting function or a sequence pass by its name', () => {
    expect(verdict('SELECT q.NEXTVAL', { ...readOnly, allow: ['NEXTVAL'] })).toBe('allowed');
    expect(verdict("SELECT SYSTEM$CANCEL_QUERY('x')", { ...readOnly, allow: ['SYSTEM$CANCEL_QUERY'] })).toBe('allowed');
    expect(
      verdict("SELECT SYSTEM$CANCEL_QUERY('x'), SYSTEM$LOG('x')", { ...readOnly, allow: ['SYSTEM$CANCEL_QUERY'] }),
    ).toBe('refused');
  });

  it('lets the parameters on which guard and audit stand pass only by their full name', () => {
    const text = "ALTER SESSION SET QUERY_TAG = 'x'";
    expect(verdict(text, { ...readOnly, allow: ['ALTER SESSION'] })).toBe('refused');
    expect(verdict(text, { ...readOnly, allow: ['ALTER SESSION SET QUERY_TAG'] })).toBe('allowed');
    expect(verdict('ALTER SESSION SET LOCK_TIMEOUT = 1', { ...readOnly, allow: ['ALTER SESSION'] })).toBe('allowed');
  });

  it('spares the question in confirm', () => {
    expect(verdict('INSERT INTO t VALUES (1)', { ...confirm, allow: ['INSERT'] })).toBe('allowed');
    expect(verdict('DELETE FROM t', { ...confirm, allow: ['INSERT'] })).toBe('confirm');
  });

  it('does not let an unclear text pass', () => {
    expect(verdict('SELECT a b c d', { ...readOnly, allow: ['SELECT'] })).toBe('refused');
    expect(verdict("INSERT INTO t VALUES ('x", { ...readOnly, allow: ['INSERT'] })).toBe('refused');
  });
});

describe('deny', () => {
  it('beats every mode and allow', () => {
    for (const mode of ['read-only', 'confirm', 'read-write'] as const) {
      const policy: Policy = { mode, allow: ['DROP TABLE'], deny: ['drop'], functions: 'all' };
      expect(guard.judge('DROP TABLE t', policy)).toMatchObject({ verdict: 'refused', kind: 'DROP TABLE' });
      expect(guard.judge('DROP TABLE t', policy).refusal?.setting).toBe("remove 'DROP' from policy.deny");
    }
  });

  it('can forbid reads, too', () => {
    expect(verdict('SHOW USERS', { ...readOnly, deny: ['SHOW USERS'] })).toBe('refused');
    expect(verdict('SHOW TABLES', { ...readOnly, deny: ['SHOW USERS'] })).toBe('allowed');
    expect(verdict('USE ROLE r', { ...readOnly, deny: ['USE ROLE'] })).toBe('refused');
    expect(verdict('DESC TABLE t', { ...readOnly, deny: ['DESC'] })).toBe('refused');
    expect(verdict('LS @s', { ...readOnly, deny: ['LIST'] })).toBe('refused');
  });

  it.each([
    'MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE',
    'BEGIN DELETE FROM t; END',
    'BEGIN IF (TRUE) THEN DELETE FROM t; END IF; END',
    "EXECUTE IMMEDIATE 'DELETE FROM t'",
    'EXECUTE IMMEDIATE $$ BEGIN DELETE FROM t; END $$',
    "BEGIN EXECUTE IMMEDIATE 'DELETE FROM t'; END",
    'CREATE TASK x AS DELETE FROM t',
    'CREATE PROCEDURE p() RETURNS INT LANGUAGE SQL AS $$ BEGIN DELETE FROM t; END $$',
    'EXPLAIN DELETE FROM t',
    'SHOW TABLES ->> DELETE FROM t',
    'EXECUTE IMMEDIATE $q',
    "EXECUTE IMMEDIATE 'DEL' || 'ETE FROM t'",
    'BEGIN lbl: DELETE FROM t; END',
    'EXECUTE IMMEDIATE FROM @s/x.sql',
  ])('of DELETE refuses %s in read-write', (text) => {
    expect(verdict(text, readWrite)).toBe('allowed');
    expect(verdict(text, { ...readWrite, deny: ['DELETE'] })).toBe('refused');
  });

  it('of a function refuses one whose name is only known at run time', () => {
    const policy: Policy = { ...readWrite, deny: ['SYSTEM$CANCEL_QUERY'] };
    for (const text of [
      "SELECT SYSTEM$CANCEL_QUERY('x')",
      'SELECT IDENTIFIER($f)(1)',
      'INSERT INTO t SELECT $f(1)',
      "SELECT * FROM TABLE(TO_QUERY('SELECT 1'))",
    ]) {
      expect(verdict(text, readWrite)).toBe('allowed');
      expect(verdict(text, policy)).toBe('refused');
    }
  });

  it.each([
    'INSERT INTO t SELECT q.NEXTVAL',
    'CREATE TABLE t (a INT DEFAULT q.NEXTVAL)',
    'BEGIN LET x := (SELECT q.NEXTVAL); END',
    "EXECUTE IMMEDIATE 'SELECT q.NEXTVAL'",
    "CREATE FUNCTION f() RETURNS INT AS 'SELECT q.NEXTVAL'",
    'INSERT INTO t SELECT * FROM u, TABLE(GETNEXTVAL(q))',
    "EXECUTE IMMEDIATE 'SELECT SYSTEM$CANCEL_QUERY(1)'",
    'BEGIN SELECT SYSTEM$CANCEL_QUERY(1); END',
  ])('of what is called holds inside other statements: %s', (text) => {
    const policy: Policy = { ...readWrite, deny: ['NEXTVAL', 'SYSTEM$CANCEL_QUERY'] };
    expect(verdict(text, readWrite)).toBe('allowed');
    expect(guard.judge(text, policy).refusal?.setting).toContain('policy.deny');
  });

  it('looks into texts in texts, and refuses what lies deeper than it looks', () => {
    let text = 'DELETE FROM t';
    for (let depth = 1; depth <= 8; depth += 1) {
      text = `EXECUTE IMMEDIATE '${text.replaceAll("'", "''")}'`;
      expect([depth, verdict(text, { ...readWrite, deny: ['DELETE'] })]).toEqual([depth, 'refused']);
    }
  });

  it('of a kind refuses a text that cannot be cut into tokens', () => {
    expect(verdict("SELECT 'x", readWrite)).toBe('allowed');
    expect(verdict("SELECT 'x", { ...readWrite, deny: ['DELETE'] })).toBe('refused');
  });
});
