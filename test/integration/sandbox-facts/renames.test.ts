import { holdFacts } from './facts.ts';

const DONE = ['Statement executed successfully.'];

holdFacts(
  'functions, procedures and stages under other names',
  [
    "CREATE FUNCTION one (n NUMBER) RETURNS NUMBER AS 'n + 1'",
    "CREATE FUNCTION taken (n NUMBER) RETURNS NUMBER AS 'n'",
    "CREATE PROCEDURE say (t VARCHAR) RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN RETURN t; END'",
    'CREATE TABLE rows_of AS SELECT 1 AS n',
    'CREATE STAGE files',
    'COPY INTO @files/a.csv FROM rows_of FILE_FORMAT = (TYPE = CSV COMPRESSION = NONE) SINGLE = TRUE',
  ],
  [
    ['ALTER FUNCTION one(NUMBER) RENAME TO two', DONE, 'ALTER FUNCTION'],
    ['SELECT two(3)', ['4'], 'ALTER FUNCTION'],
    ['SELECT one(3)', { code: '002140' }, 'ALTER FUNCTION'],
    ['ALTER FUNCTION two(NUMBER) RENAME TO taken', { code: '002002' }, 'ALTER FUNCTION'],
    ['ALTER FUNCTION two(VARCHAR) RENAME TO three', { code: '002003' }, 'ALTER FUNCTION'],
    ['ALTER FUNCTION IF EXISTS gone(NUMBER) RENAME TO three', DONE, 'ALTER FUNCTION'],
    ["ALTER FUNCTION two(NUMBER) SET COMMENT = 'adds'", DONE, 'ALTER FUNCTION'],
    ['ALTER FUNCTION two(NUMBER) SET SECURE', { code: '000002' }, 'ALTER FUNCTION'],
    ['ALTER PROCEDURE say(VARCHAR) RENAME TO tell', DONE, 'ALTER PROCEDURE'],
    ["CALL tell('hi')", ['hi'], 'ALTER PROCEDURE'],
    ['ALTER STAGE files RENAME TO kept', DONE, 'ALTER STAGE'],
    ['SELECT $1 FROM @kept/a.csv', ['1'], 'ALTER STAGE'],
    ['LIST @files', { code: '002003' }, 'ALTER STAGE'],
  ],
);
