import { holdStories } from './stories.ts';

holdStories('the context of a session', [
  {
    page: 'SQL variables',
    rule: 'a FLOAT keeps what has no digits, and all of its digits',
    steps: [
      "SET (n, i, m, f) = (SELECT 'NaN'::FLOAT, 'inf'::FLOAT, '-inf'::FLOAT, 1.7976931348623157e308::FLOAT)",
      [
        "SELECT $n = 'NaN'::FLOAT, $i > 1e308, $m < -1e308, $f = 1.7976931348623157e308::FLOAT, SYSTEM$TYPEOF($n) LIKE 'FLOAT%'",
        [[true, true, true, true, true]],
      ],
    ],
  },
  {
    page: 'USE DATABASE',
    rule: 'USE DATABASE makes PUBLIC the current schema',
    steps: [
      'CREATE DATABASE a1',
      'USE DATABASE sandbox',
      ['SELECT CURRENT_DATABASE(), CURRENT_SCHEMA()', [['SANDBOX', 'PUBLIC']]],
      [
        'USE DATABASE nothing',
        { code: '002043', sqlState: '02000', says: 'Object does not exist, or operation cannot be performed.' },
      ],
    ],
  },
  {
    page: 'USE SCHEMA',
    rule: 'USE SCHEMA takes a database along',
    steps: [
      'CREATE DATABASE b1',
      'CREATE SCHEMA b1.deep',
      'USE DATABASE sandbox',
      ['USE SCHEMA b1.deep', 'Statement executed successfully.'],
      ['SELECT CURRENT_DATABASE(), CURRENT_SCHEMA()', [['B1', 'DEEP']]],
    ],
  },
  {
    page: 'USE ROLE',
    rule: 'a role that does not exist or was not granted cannot be used',
    steps: [
      ['USE ROLE nobody', { code: '002043', sqlState: '02000' }],
      'CREATE ROLE foreign_role',
      [
        'USE ROLE foreign_role',
        {
          code: '003013',
          sqlState: '42501',
          says: "Requested role 'FOREIGN_ROLE' is not assigned to the executing user",
        },
      ],
      'USE ROLE sysadmin',
      ['SELECT CURRENT_ROLE()', 'SYSADMIN'],
    ],
  },
  {
    page: 'Overview of access control',
    rule: 'a role without grants sees nothing, with grants what was granted',
    steps: [
      'CREATE TABLE t AS SELECT 1 AS a',
      'CREATE ROLE reader1',
      'GRANT ROLE reader1 TO USER tester',
      'GRANT USAGE ON WAREHOUSE compute_wh TO ROLE reader1',
      'SET db = CURRENT_DATABASE()',
      'USE ROLE reader1',
      ['SELECT * FROM t', { code: '002003', says: 'does not exist or not authorized' }],
      ['SHOW DATABASES', []],
      'USE ROLE accountadmin',
      'GRANT USAGE ON DATABASE IDENTIFIER($db) TO ROLE reader1',
      'GRANT USAGE ON SCHEMA public TO ROLE reader1',
      'GRANT SELECT ON TABLE t TO ROLE reader1',
      'USE ROLE reader1',
      ['SELECT a FROM t', [[1]]],
      [
        'INSERT INTO t VALUES (2)',
        { code: '003001', sqlState: '42501', says: "Insufficient privileges to operate on table 'T'" },
      ],
      ['CREATE TABLE u (a INT)', { code: '003001', says: "Insufficient privileges to operate on schema 'PUBLIC'" }],
    ],
  },
  {
    page: 'GRANT <privileges>',
    rule: 'future grants reach tables made later',
    steps: [
      'CREATE ROLE reader2',
      'GRANT ROLE reader2 TO USER tester',
      'GRANT USAGE ON WAREHOUSE compute_wh TO ROLE reader2',
      'CREATE SCHEMA s',
      'SET db = CURRENT_DATABASE()',
      'GRANT USAGE ON DATABASE IDENTIFIER($db) TO ROLE reader2',
      'GRANT USAGE ON SCHEMA s TO ROLE reader2',
      'GRANT SELECT ON FUTURE TABLES IN SCHEMA s TO ROLE reader2',
      'CREATE TABLE t AS SELECT 3 AS a',
      'USE ROLE reader2',
      ['SELECT a FROM t', [[3]]],
    ],
  },
  {
    page: 'USE SECONDARY ROLES',
    rule: 'secondary roles lend their privileges, and CURRENT_SECONDARY_ROLES tells',
    steps: [
      ['SELECT CURRENT_SECONDARY_ROLES()', '{"roles":"","value":""}'],
      'CREATE ROLE plain_role',
      'GRANT ROLE plain_role TO USER tester',
      'CREATE TABLE t AS SELECT 1 AS a',
      'USE ROLE plain_role',
      ['SELECT a FROM t', { code: '002003' }],
      'USE SECONDARY ROLES ALL',
      ['SELECT a FROM t', [[1]]],
      'USE SECONDARY ROLES NONE',
      ['SELECT a FROM t', { code: '002003' }],
    ],
  },
  {
    page: 'USE WAREHOUSE',
    rule: 'a query of a table needs a warehouse, a constant does not',
    steps: [
      'CREATE TABLE t AS SELECT 1 AS a',
      'CREATE WAREHOUSE short_lived',
      ['SELECT CURRENT_WAREHOUSE()', 'SHORT_LIVED'],
      'DROP WAREHOUSE short_lived',
      ['SELECT 1', [[1]]],
      [
        'SELECT * FROM t',
        { code: '000606', sqlState: '57P03', says: 'No active warehouse selected in the current session' },
      ],
      'USE WAREHOUSE compute_wh',
      ['SELECT * FROM t', [[1]]],
      ['USE WAREHOUSE nothing', { code: '002043' }],
    ],
  },
  {
    page: 'SQL variables',
    rule: 'variables hold values with their types, several at once',
    steps: [
      'SET n = 5',
      "SET (a, b) = ($n + 1, 'text')",
      ['SELECT $n * 2, $a, $b', [[10, 6, 'text']]],
      'SET top = (SELECT MAX(column1) FROM VALUES (3), (9))',
      ['SELECT $top', [[9]]],
    ],
  },
  {
    page: 'SQL variables',
    rule: 'UNSET forgets a variable; an unknown one is an error',
    steps: ['SET v = 1', 'UNSET v', ['SELECT $v', { code: '002211', sqlState: '02000', says: '$V' }]],
  },
  {
    page: 'SQL variables',
    rule: 'a variable holds at most 256 characters',
    steps: [["SET v = REPEAT('x', 300)", { code: '001991', sqlState: '22000', says: 'exceeds size limit' }]],
  },
  {
    page: 'IDENTIFIER()',
    rule: 'a variable can name an object',
    steps: [
      'CREATE TABLE t AS SELECT 4 AS a',
      "SET name = 't'",
      ['SELECT a FROM IDENTIFIER($name)', [[4]]],
      "SET made = 'u'",
      'CREATE TABLE IDENTIFIER($made) AS SELECT 1 AS a',
      ['SELECT a FROM u', [[1]]],
    ],
  },
  {
    page: 'ALTER SESSION',
    rule: 'a parameter is set for the session and put back by UNSET',
    steps: [
      "ALTER SESSION SET DATE_OUTPUT_FORMAT = 'DD.MM.YYYY', WEEK_START = 1",
      ["SELECT TO_VARCHAR('2024-02-01'::DATE)", '01.02.2024'],
      [
        "SHOW PARAMETERS LIKE 'WEEK_START' IN SESSION",
        [['WEEK_START', '1', '0', 'SESSION', 'First day of the week, 0 for ISO', 'NUMBER']],
      ],
      'ALTER SESSION UNSET DATE_OUTPUT_FORMAT',
      ["SELECT TO_VARCHAR('2024-02-01'::DATE)", '2024-02-01'],
    ],
  },
  {
    page: 'Parameters',
    rule: 'an unknown parameter or a value out of range is refused',
    steps: [
      [
        'ALTER SESSION SET no_such_thing = 1',
        { code: '001006', sqlState: '22023', says: "invalid parameter 'NO_SUCH_THING'" },
      ],
      ['ALTER SESSION SET WEEK_START = 9', { code: '001008', says: "invalid value [9] for parameter 'WEEK_START'" }],
      ["ALTER SESSION SET TIMEZONE = 'Mars/Olympus'", { code: '001008' }],
    ],
  },
  {
    page: 'Context functions',
    rule: 'context functions tell who and where',
    steps: [['SELECT CURRENT_USER(), CURRENT_ROLE(), CURRENT_WAREHOUSE()', [['TESTER', 'ACCOUNTADMIN', 'COMPUTE_WH']]]],
  },
  {
    page: 'LAST_QUERY_ID',
    rule: 'RESULT_SCAN reads the last result again, SHOW included',
    steps: [
      'CREATE TABLE seen (a INT)',
      "SHOW TABLES LIKE 'SEEN'",
      ['SELECT "name", "kind", "rows" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))', [['SEEN', 'TABLE', 0]]],
      [
        "SELECT * FROM TABLE(RESULT_SCAN('01234567-0000-0000-0000-000000000000'))",
        { code: '000709', sqlState: '02000', says: 'not found' },
      ],
    ],
  },
  {
    page: 'EXECUTE IMMEDIATE',
    rule: 'a text is run as a statement, with values for its place holders',
    steps: [
      ["EXECUTE IMMEDIATE 'SELECT 1 + 1'", [[2]]],
      ["EXECUTE IMMEDIATE 'SELECT ? || ?' USING ('a', 'b')", [['ab']]],
      ["EXECUTE IMMEDIATE 'CREATE SCHEMA via_text'", 'Schema VIA_TEXT successfully created.'],
      ['SELECT CURRENT_SCHEMA()', 'VIA_TEXT'],
    ],
  },
  {
    page: 'Snowflake Scripting blocks',
    rule: 'an anonymous block declares, loops, branches and returns',
    steps: [
      [
        `DECLARE total INT DEFAULT 0;
         BEGIN
           FOR i IN 1 TO 4 DO
             IF (i <> 3) THEN total := total + i; END IF;
           END FOR;
           RETURN total;
         END`,
        [[7]],
      ],
      ['BEGIN LET x := 1; END', [[null]]],
    ],
  },
  {
    page: 'Handling exceptions',
    rule: 'an exception that a block handles is over',
    steps: [["BEGIN SELECT * FROM nothing_here; EXCEPTION WHEN OTHER THEN RETURN 'caught'; END", 'caught']],
  },
  {
    page: 'Understanding caller’s rights and owner’s rights stored procedures',
    rule: 'a procedure with caller’s rights changes the session, one with owner’s rights must not',
    steps: [
      'CREATE SCHEMA target',
      'USE SCHEMA public',
      "CREATE PROCEDURE move() RETURNS VARCHAR LANGUAGE SQL EXECUTE AS CALLER AS $$ BEGIN USE SCHEMA target; SET seen = 1; RETURN 'moved'; END $$",
      ['CALL move()', 'moved'],
      ['SELECT CURRENT_SCHEMA(), $seen', [['TARGET', 1]]],
      "CREATE PROCEDURE stay() RETURNS VARCHAR LANGUAGE SQL AS $$ BEGIN USE SCHEMA public; RETURN ''; END $$",
      ['CALL stay()', { code: '090236', says: "Unsupported statement type 'USE'" }],
    ],
  },
]);
