/** Making and changing what is no table (ddl-tables.test.ts): names, containers, views, routines, and the text of all of them. */
import { holdStories } from './stories.ts';

holdStories('making and changing objects', [
  {
    page: 'Identifier requirements',
    rule: 'unquoted names fold to upper case, quoted ones do not',
    steps: [
      'CREATE TABLE "Mixed Case" ("first" INT, Second INT)',
      'INSERT INTO "Mixed Case" VALUES (1, 2)',
      ['SELECT "first", SECOND FROM "Mixed Case"', [[1, 2]]],
      ['SELECT first FROM "Mixed Case"', { code: '000904', says: "invalid identifier 'FIRST'" }],
      ['SELECT 1 FROM mixed_case', { code: '002003', sqlState: '42S02' }],
    ],
  },
  {
    page: 'Object name resolution',
    rule: 'a name of three parts works from anywhere; two dots mean the schema PUBLIC',
    steps: [
      'CREATE DATABASE elsewhere',
      'CREATE SCHEMA elsewhere.s',
      'CREATE TABLE elsewhere.s.t AS SELECT 7 AS n',
      'CREATE TABLE elsewhere.public.u AS SELECT 8 AS n',
      'USE DATABASE sandbox',
      ['SELECT n FROM elsewhere.s.t', [[7]]],
      ['SELECT n FROM elsewhere..u', [[8]]],
    ],
  },
  {
    page: 'CREATE SCHEMA',
    rule: 'other objects take no properties but their own, either',
    steps: [
      ['CREATE SCHEMA props NONSENSE = 1', { code: '001003', says: "position 20 unexpected 'NONSENSE'" }],
      ['CREATE DATABASE props NONSENSE = 1', { code: '001003', says: "unexpected 'NONSENSE'" }],
      ['CREATE VIEW props NONSENSE = 1 AS SELECT 1 AS a', { code: '001003', says: "unexpected 'NONSENSE'" }],
      ['CREATE SEQUENCE props NONSENSE = 1', { code: '001003', says: "unexpected 'NONSENSE'" }],
      ['CREATE ROLE props NONSENSE = 1', { code: '001003', says: "unexpected 'NONSENSE'" }],
      ['CREATE WAREHOUSE props NONSENSE = 1', { code: '001003', says: "unexpected 'NONSENSE'" }],
      ['CREATE DATABASE props QUOTED_IDENTIFIERS_IGNORE_CASE = TRUE', { code: '000002' }],
      "CREATE DATABASE props DATA_RETENTION_TIME_IN_DAYS = 2 LOG_LEVEL = 'INFO' COMMENT = 'c'",
      ['ALTER DATABASE props SET NONSENSE = 1', { code: '001003', says: "unexpected 'NONSENSE'" }],
      'ALTER DATABASE props SET DATA_RETENTION_TIME_IN_DAYS = 3',
      ["SELECT retention_time FROM information_schema.databases WHERE database_name = 'PROPS'", 3],
      'DROP DATABASE props',
    ],
  },
  {
    page: 'CREATE <object> ... CLONE',
    rule: 'cloning a schema clones its tables',
    steps: [
      'CREATE SCHEMA one',
      'CREATE TABLE t AS SELECT 5 AS a',
      'CREATE SCHEMA two CLONE one',
      'UPDATE one.t SET a = 6',
      ['SELECT a FROM two.t', [[5]]],
    ],
  },
  {
    page: "Python's test_direct_file_operation_utils.py; write_pandas",
    rule: 'a scoped temporary object is one of the session, outside of procedures',
    steps: [
      'CREATE OR REPLACE SCOPED TEMPORARY TABLE t AS SELECT 1 AS a',
      'CREATE SCOPED TEMP STAGE s',
      'CREATE SCOPED TEMP FILE FORMAT f TYPE = PARQUET',
      ['SELECT a FROM t', [[1]]],
      ['SELECT a FROM t', { code: '002003', sqlState: '42S02', says: 'does not exist' }, 'second session'],
      [
        "EXECUTE IMMEDIATE 'CREATE SCOPED TEMP TABLE u (a INT)'",
        { code: '000002', sqlState: '0A000', says: 'CREATE SCOPED' },
      ],
    ],
  },
  {
    page: 'DROP VIEW',
    rule: 'DROP VIEW does not drop a table',
    steps: [
      'CREATE TABLE t (a INT)',
      [
        'DROP VIEW t',
        { code: '002203', sqlState: '02000', says: "Object found is of type 'TABLE', not specified type 'VIEW'" },
      ],
    ],
  },
  {
    page: 'CREATE VIEW',
    rule: 'a view shows what its query gives now, under its own column names',
    steps: [
      'CREATE TABLE t AS SELECT 1 AS a',
      ['CREATE VIEW v (x) AS SELECT a + 1 FROM t', 'View V successfully created.'],
      'INSERT INTO t VALUES (5)',
      ['SELECT x FROM v ORDER BY x', [[2], [6]]],
    ],
  },
  {
    page: 'CREATE VIEW',
    rule: 'names in a view are those of its own schema',
    steps: [
      'CREATE SCHEMA inside',
      'CREATE TABLE t AS SELECT 1 AS a',
      'CREATE VIEW v AS SELECT a FROM t',
      'CREATE SCHEMA outside',
      'CREATE TABLE t AS SELECT 2 AS a',
      ['SELECT a FROM inside.v', [[1]]],
    ],
  },
  {
    page: 'Overview of views',
    rule: 'a view whose table is gone fails when it is read',
    steps: [
      'CREATE TABLE t AS SELECT 1 AS a',
      'CREATE VIEW v AS SELECT a FROM t',
      'DROP TABLE t',
      ['SELECT * FROM v', { code: '002037', says: "Failure during expansion of view 'V'" }],
    ],
  },
  {
    page: 'CREATE DATABASE',
    rule: 'a new database has the schemas PUBLIC and INFORMATION_SCHEMA and becomes the current one',
    steps: [
      ['CREATE DATABASE fresh', 'Database FRESH successfully created.'],
      ['SELECT CURRENT_DATABASE(), CURRENT_SCHEMA()', [['FRESH', 'PUBLIC']]],
      ['SELECT schema_name FROM information_schema.schemata ORDER BY 1', [['INFORMATION_SCHEMA'], ['PUBLIC']]],
    ],
  },
  {
    page: 'CREATE SCHEMA',
    rule: 'a new schema becomes the current one',
    steps: [
      ['CREATE SCHEMA s', 'Schema S successfully created.'],
      ['SELECT CURRENT_SCHEMA()', 'S'],
      'DROP SCHEMA s',
      ['SELECT CURRENT_SCHEMA()', [[null]]],
    ],
  },
  {
    page: 'COMMENT',
    rule: 'comments are kept on tables and columns',
    steps: [
      "CREATE TABLE t (a INT COMMENT 'first')",
      "COMMENT ON TABLE t IS 'the table'",
      "COMMENT ON COLUMN t.a IS 'second'",
      ["SELECT comment FROM information_schema.tables WHERE table_name = 'T'", 'the table'],
      ["SELECT comment FROM information_schema.columns WHERE table_name = 'T'", 'second'],
    ],
  },
  {
    page: 'GET_DDL',
    rule: 'GET_DDL prints the statement that makes a table again',
    steps: [
      "CREATE TABLE t (id INT NOT NULL, name VARCHAR(10) DEFAULT 'x' COMMENT 'who', PRIMARY KEY (id)) COMMENT = 'all'",
      [
        "SELECT GET_DDL('TABLE', 'T')",
        "create or replace TABLE T (\n\tID NUMBER(38,0) NOT NULL,\n\tNAME VARCHAR(10) DEFAULT 'x' COMMENT 'who',\n\tprimary key (ID)\n)COMMENT='all'\n;",
      ],
    ],
  },
  {
    page: 'GET_DDL',
    rule: 'GET_DDL prints sequences, functions, procedures and file formats, alone and in their schema',
    steps: [
      'CREATE SCHEMA ddl_of_all',
      "CREATE SEQUENCE seq START 5 INCREMENT 2 COMMENT = 'odd'",
      "CREATE FUNCTION area(w FLOAT, h FLOAT) RETURNS FLOAT AS 'w * h'",
      "CREATE FUNCTION area(side NUMBER(9,2)) RETURNS NUMBER(38,2) COMMENT = 'a square' AS $$ side * length('x') $$",
      'CREATE PROCEDURE twice(n INT) RETURNS INT LANGUAGE SQL EXECUTE AS CALLER AS $$BEGIN RETURN n * 2; END$$',
      "CREATE FILE FORMAT piped TYPE = CSV FIELD_DELIMITER = '\\t' SKIP_HEADER = 1 NULL_IF = ('', 'x')",
      'CREATE TABLE t (a INT)',
      [
        "SELECT GET_DDL('SEQUENCE', 'seq')",
        "create or replace sequence SEQ start with 5 increment by 2 noorder comment='odd';",
      ],
      [
        "SELECT GET_DDL('FUNCTION', 'area(FLOAT, FLOAT)')",
        `CREATE OR REPLACE FUNCTION "AREA"("W" FLOAT, "H" FLOAT)\nRETURNS FLOAT\nLANGUAGE SQL\nAS 'w * h';`,
      ],
      [
        "SELECT GET_DDL('function', 'area(NUMBER)')",
        `CREATE OR REPLACE FUNCTION "AREA"("SIDE" NUMBER(9,2))\nRETURNS NUMBER(38,2)\nLANGUAGE SQL\nCOMMENT='a square'\nAS ' side * length(''x'') ';`,
      ],
      [
        "SELECT GET_DDL('PROCEDURE', 'twice(INT)')",
        `CREATE OR REPLACE PROCEDURE "TWICE"("N" NUMBER(38,0))\nRETURNS NUMBER(38,0)\nLANGUAGE SQL\nEXECUTE AS CALLER\nAS 'BEGIN RETURN n * 2; END';`,
      ],
      [
        "SELECT GET_DDL('FILE_FORMAT', 'piped')",
        "CREATE OR REPLACE FILE FORMAT PIPED\n\tTYPE = csv\n\tFIELD_DELIMITER = '\\t'\n\tSKIP_HEADER = 1\n\tNULL_IF = ('', 'x')\n;",
      ],
      ["SELECT REGEXP_COUNT(GET_DDL('SCHEMA', 'ddl_of_all'), 'create or replace', 1, 'i')", 7],
      ["SELECT GET_DDL('SCHEMA', 'ddl_of_all', TRUE) LIKE '%DDL_OF_ALL.\"TWICE\"(%'", [[true]]],
      ["SELECT GET_DDL('FUNCTION', 'area(VARCHAR)')", { code: '002003', says: 'AREA(VARCHAR)' }],
      ["SELECT GET_DDL('STAGE', 'x')", { code: '000002', says: 'GET_DDL of STAGE' }],
    ],
  },
  {
    page: 'CREATE FUNCTION',
    rule: 'a SQL function is an expression over its arguments',
    steps: [
      ["CREATE FUNCTION area(w FLOAT, h FLOAT) RETURNS FLOAT AS 'w * h'", 'Function AREA successfully created.'],
      ['SELECT area(2, 3.5)', [[7]]],
      `CREATE FUNCTION quoted("side" INT) RETURNS INT AS 'side + "side"'`,
      ['SELECT quoted(2)', 4],
      `CREATE FUNCTION listed("p" INT) RETURNS TABLE("r" INT) AS 'SELECT p'`,
      ['SELECT * FROM TABLE(listed(3))', 3],
    ],
  },
  {
    page: 'CREATE PROCEDURE',
    rule: 'a SQL procedure returns what RETURN says',
    steps: [
      'CREATE PROCEDURE twice(n INT) RETURNS INT LANGUAGE SQL AS $$ BEGIN RETURN n * 2; END $$',
      ['CALL twice(21)', 42],
    ],
  },
]);
