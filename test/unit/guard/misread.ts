/** Writes that are seen only where comments, quotes, marks and characters are read as the account reads them. */
export const misreadWrites: readonly string[] = [
  // Behind comments, in every form of a comment and of a line's end.
  '/* SELECT 1 */ DROP TABLE t',
  '-- SELECT 1\nDROP TABLE t',
  '-- SELECT 1\rDROP TABLE t',
  '-- SELECT 1\r\nDROP TABLE t',
  '// SELECT 1\nDROP TABLE t',
  '// SELECT 1\rDELETE FROM t',
  'SELECT 1 -- x\r, SYSTEM$ABORT_SESSION(1)',
  '/**/CREATE/**/TABLE/**/t/**/(a/**/INT)',
  '/* /* */ DROP TABLE t /* */ */',
  '/* /* */ */ DROP TABLE t',
  '/* /* */ SELECT 1 /* */ -- */ DROP TABLE t\n',
  'SELECT 1 /* /* */ , SYSTEM$CANCEL_QUERY(1) /* */ */',
  '/*! DROP TABLE t */ DELETE FROM t',
  '/*/*/ SELECT 1 -- */ SELECT 2 -- */ DELETE FROM t',
  '/* /*/ */ SELECT 1 -- */ */ DROP TABLE t',
  'SELECT 1 --\u001c DROP TABLE t',
  'SELECT 1 -- \u001a\n DROP TABLE t',
  '--\nINSERT INTO t VALUES (1)',
  // More than one statement.
  'SELECT 1; DROP TABLE t',
  'SELECT 1;DROP TABLE t;',
  'SELECT 1; SELECT 2',
  'SELECT 1;/* */;DELETE FROM t',
  "SELECT '\\''; DROP TABLE t",
  "SELECT 'a\\\\'; DROP TABLE t -- '",
  "SELECT ''''; DROP TABLE t",
  'SELECT "a""b"; DROP TABLE t',
  'SELECT "a\\"; DROP TABLE t --"',
  "SELECT $$ ' $$; DROP TABLE t -- '",
  'SELECT 1 -- ;\n; DROP TABLE t',
  'USE ROLE r; DROP TABLE t',
  'SHOW TABLES; DROP TABLE t',
  'BEGIN; DELETE FROM t; COMMIT',
  'COMMIT; DROP TABLE t',
  // Strings whose end is in doubt.
  "SELECT 'x",
  'SELECT $$ x',
  'SELECT "x',
  'SELECT /* x',
  "SELECT r'\\', SYSTEM$ABORT_SESSION(1), '",
  "SELECT a$$ ' $$, SYSTEM$ABORT_SESSION(1) -- '",
  "SELECT 1$$ ' $$, SYSTEM$ABORT_SESSION(1) -- '",
  // Dollar signs in a row: which of them are the quote?
  "SELECT $$$ ' $$, SYSTEM$ABORT_SESSION(1) -- '",
  "SELECT $$ ' $$$, SYSTEM$ABORT_SESSION(1) -- '",
  'SELECT 1 -- \0\n DROP TABLE t',
  "SELECT '\0'; DROP TABLE t",
  // Invisible and foreign characters.
  '\u200bDROP TABLE t',
  '\ufeffDROP TABLE t',
  '\u00a0DROP\u00a0TABLE\u00a0t',
  'DR\u200bOP TABLE t',
  'SELECT 1 -- \u2028 DROP TABLE t',
  'SELECT 1\u2028DROP TABLE t',
  'SELECT 1 \u037e DROP TABLE t',
  'SELECT 1 \uff1b DROP TABLE t',
  '\0DROP TABLE t',
  'ıNSERT INTO t VALUES (1)',
  // A reading that is as likely as another, but for a part of it that only this guard does not understand.
  '--\rSELECT $$\nDROP TABLE t --\u2028$$',
  '--\rSELECT $$\nDROP TABLE t --\u0085$$',
  '/* /* */ SELECT $$ */ DROP TABLE t --\u2028$$',
  "/* /* */ SELECT $$ */ DELETE FROM t WHERE a = r'\\\\' --$$",
  '-- /*\rSELECT $$\n*/ DROP TABLE t --\u2028$$',
  // A comment right behind a stage, which some might read on as its path.
  "SELECT * FROM @s/a,-- y WHERE SYSTEM$ABORT_SESSION(1) = 'x' AND\n t",
  "SELECT $1 FROM @s/x;-- y WHERE SYSTEM$ABORT_SESSION(1) = 'x'",
  "SELECT $1 FROM (SELECT $1 FROM @s/x)/* y) WHERE SYSTEM$ABORT_SESSION(1) = 'x' -- */",
];

/**
 * Texts that hide a choice in one reading of their comments only: no writes, but what is left behind would be nobody's. Each must
 * be refused as it stands; with other words around it one of the readings may become nothing at all.
 */
export const hiddenChoices: readonly string[] = [
  '/* /* */ SELECT 1 -- */ USE DATABASE d',
  '/* /* */ SELECT 1 -- */ SET x = 1',
  "/* /* */ SELECT 1 -- */ ALTER SESSION SET TIMEZONE = 'UTC'",
  '/* /* */ BEGIN -- */ SELECT 1',
  'USE DATABASE d -- \r.e',
];
