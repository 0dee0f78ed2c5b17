import { holdFacts } from './facts.ts';

const refused = (message: string) => ({ code: '000002', sqlState: '0A000', message });

holdFacts(
  'what the sandbox lacks is refused by its name, not called a mistake',
  [
    'CREATE TABLE t (a INT)',
    'CREATE VIEW v (x) AS SELECT a FROM t',
    'CREATE SEQUENCE s',
    "CREATE PROCEDURE rows_of (n INT) RETURNS TABLE (x INT) LANGUAGE SQL AS 'BEGIN RETURN TABLE(SELECT 1); END'",
  ],
  [
    ['ALTER SEQUENCE s SET INCREMENT = 2', refused('INCREMENT of ALTER SEQUENCE'), 'ALTER SEQUENCE'],
    ['ALTER TABLE t ADD SEARCH OPTIMIZATION', refused('SEARCH OPTIMIZATION'), 'ALTER TABLE'],
    ['SELECT n.NEXTVAL FROM t, TABLE(GETNEXTVAL(s)) n', refused('GETNEXTVAL'), 'Using sequences'],
    ['SELECT * FROM TABLE(rows_of(1))', refused('procedures in TABLE()'), 'Selecting from a stored procedure'],
    [
      "CREATE PROCEDURE p (x OUT INT) RETURNS INT LANGUAGE SQL AS 'BEGIN RETURN 1; END'",
      refused('OUT arguments'),
      'CREATE PROCEDURE',
    ],
    [
      'WITH p AS PROCEDURE (x INT) RETURNS INT LANGUAGE SQL AS $$ BEGIN RETURN x; END $$ CALL p(4)',
      refused('procedures in WITH'),
      'CALL (with anonymous procedure)',
    ],
    ['CREATE OR ALTER TABLE t (a INT, b INT)', refused('CREATE OR ALTER'), 'CREATE OR ALTER <object>'],
    ["ALTER VIEW v ALTER COLUMN x COMMENT 'seen'", ['Statement executed successfully.'], 'ALTER VIEW'],
    ["SELECT comment FROM information_schema.columns WHERE table_name = 'V'", ['seen'], 'COLUMNS view'],
  ],
);
