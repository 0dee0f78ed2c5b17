import { describe, expect, test } from 'vitest';
import { splitStatements } from '../../../../sandbox/sql/split.ts';

describe('splitting a text into statements', () => {
  test.each<[string, string, string[]]>([
    ['semicolons end statements, empty ones are left out', ';SELECT 1;; SELECT 2 ;', ['SELECT 1', 'SELECT 2']],
    [
      'strings, names and bodies may hold semicolons',
      `SELECT ';', ";", $$;$$; SELECT 'it''s;'`,
      [`SELECT ';', ";", $$;$$`, `SELECT 'it''s;'`],
    ],
    ['comments may hold semicolons', 'SELECT 1 -- a;b\n; // c;d\nSELECT /* e; */ 2', ['SELECT 1', 'SELECT /* e; */ 2']],
    ['a backslash keeps a quote inside its string', "SELECT 'a\\';'; SELECT 2", ["SELECT 'a\\';'", 'SELECT 2']],
    [
      'BEGIN of a transaction is a statement',
      'BEGIN; INSERT INTO t VALUES (1); COMMIT',
      ['BEGIN', 'INSERT INTO t VALUES (1)', 'COMMIT'],
    ],
    ['BEGIN TRANSACTION, too', 'BEGIN TRANSACTION; SELECT 1', ['BEGIN TRANSACTION', 'SELECT 1']],
    [
      'a block is one statement',
      'BEGIN SELECT 1; SELECT 2; END; SELECT 3',
      ['BEGIN SELECT 1; SELECT 2; END', 'SELECT 3'],
    ],
    [
      'blocks, branches, loops and cases nest',
      'DECLARE x INT; BEGIN IF (x > 1) THEN x := CASE WHEN x = 1 THEN 2 END; END IF; FOR i IN 1 TO 2 DO BEGIN NULL; END; END FOR; END; SELECT 1',
      [
        'DECLARE x INT; BEGIN IF (x > 1) THEN x := CASE WHEN x = 1 THEN 2 END; END IF; FOR i IN 1 TO 2 DO BEGIN NULL; END; END FOR; END',
        'SELECT 1',
      ],
    ],
    [
      'a procedure whose body is not quoted is one statement',
      'CREATE PROCEDURE p() RETURNS INT LANGUAGE SQL AS BEGIN LET a := 1; RETURN a; END; CALL p()',
      ['CREATE PROCEDURE p() RETURNS INT LANGUAGE SQL AS BEGIN LET a := 1; RETURN a; END', 'CALL p()'],
    ],
    [
      'CASE in a query does not open a block',
      "SELECT CASE WHEN a THEN ';' END; SELECT 2",
      ["SELECT CASE WHEN a THEN ';' END", 'SELECT 2'],
    ],
  ])('%s', (_, text, statements) => {
    expect(splitStatements(text)).toEqual(statements);
  });

  test('a string that never ends is a syntax error with its place', () => {
    expect(() => splitStatements("SELECT 1;\nSELECT 'oops")).toThrowError(
      expect.objectContaining({ code: '001003', at: { line: 2, pos: 7 } }),
    );
  });
});
