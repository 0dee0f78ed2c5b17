import { holdStories } from './stories.ts';

holdStories('making and changing objects', [
  {
    page: 'CREATE TABLE',
    rule: 'the answer names the table; a second one needs OR REPLACE or IF NOT EXISTS',
    steps: [
      ['CREATE TABLE t (a INT)', 'Table T successfully created.'],
      ['CREATE TABLE t (a INT)', { code: '002002', sqlState: '42710', says: "T' already exists" }],
      ['CREATE TABLE IF NOT EXISTS t (b INT)', 'T already exists, statement succeeded.'],
      ['CREATE OR REPLACE TABLE t (c INT)', 'Table T successfully created.'],
      ['SELECT COUNT(c) FROM t', 0],
    ],
  },
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
    page: 'CREATE TABLE',
    rule: 'a property that no table has is a syntax error at its name; one that the sandbox lacks is refused by name',
    steps: [
      [
        "CREATE TABLE t (a INT) COMMENT = 'x' nonsense = 1",
        { code: '001003', sqlState: '42000', says: "line 1 at position 37 unexpected 'nonsense'" },
      ],
      ['CREATE TABLE t (a INT) CHANGE_TRACKING = TRUE, NAME = -1', { code: '001003', says: "unexpected 'NAME'" }],
      ['CREATE TABLE t (a INT) ENABLE_SCHEMA_EVOLUTION = TRUE', { code: '000002', says: 'ENABLE_SCHEMA_EVOLUTION' }],
      ["CREATE TABLE t (a INT) CATALOG = 'SNOWFLAKE'", { code: '000002', says: 'CATALOG' }],
      ["CREATE TABLE t (a INT) DEFAULT_DDL_COLLATION = 'de-ci'", { code: '000002', says: 'DEFAULT_DDL_COLLATION' }],
      ['CREATE TABLE t (a INT) DATA_RETENTION_TIME_IN_DAYS = 91', { code: '001008', says: '[91]' }],
      ['CREATE TABLE t (a INT) CHANGE_TRACKING = 5', { code: '001008', says: '[5]' }],
      "CREATE TABLE t (a INT) DATA_RETENTION_TIME_IN_DAYS = 0 MAX_DATA_EXTENSION_TIME_IN_DAYS = 5 CHANGE_TRACKING = FALSE DEFAULT_DDL_COLLATION = '' ENABLE_SCHEMA_EVOLUTION = FALSE",
      ['ALTER TABLE t SET colour = 1', { code: '001003', says: "position 18 unexpected 'colour'" }],
      ['ALTER TABLE t SET ENABLE_SCHEMA_EVOLUTION = TRUE', { code: '000002' }],
      'ALTER TABLE t SET DATA_RETENTION_TIME_IN_DAYS = 1',
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
    page: 'CREATE TABLE',
    rule: 'AS SELECT takes names and types from the query',
    steps: [
      "CREATE TABLE t AS SELECT 1 AS one, 'x'::VARCHAR(7) AS txt, 1.50 AS n, CURRENT_DATE() AS d, TRUE AS b, PARSE_JSON('{}') AS v, TO_BINARY('6162') AS x",
      [
        "SELECT column_name, data_type, numeric_precision, numeric_scale, character_maximum_length FROM information_schema.columns WHERE table_name = 'T' ORDER BY ordinal_position",
        [
          ['ONE', 'NUMBER', 1, 0, null],
          ['TXT', 'TEXT', null, null, 7],
          ['N', 'NUMBER', 3, 2, null],
          ['D', 'DATE', null, null, null],
          ['B', 'BOOLEAN', null, null, null],
          ['V', 'VARIANT', null, null, null],
          ['X', 'BINARY', null, null, null],
        ],
      ],
    ],
  },
  {
    page: 'CREATE TABLE',
    rule: 'AS SELECT with a column list gives names and types of its own',
    steps: [
      'CREATE TABLE t (id NUMBER(10,0), label VARCHAR(5)) AS SELECT 1, 2',
      ['SELECT id, label FROM t', [[1, '2']]],
    ],
  },
  {
    page: 'CREATE TABLE ... LIKE',
    rule: 'LIKE copies columns, not rows',
    steps: [
      "CREATE TABLE t (a INT NOT NULL, b VARCHAR DEFAULT 'x')",
      "INSERT INTO t VALUES (1, 'y')",
      'CREATE TABLE u LIKE t',
      ['SELECT COUNT(*) FROM u', 0],
      'INSERT INTO u (a) VALUES (2)',
      ['SELECT a, b FROM u', [[2, 'x']]],
    ],
  },
  {
    page: 'CREATE <object> ... CLONE',
    rule: 'a clone has the rows, and goes its own way from then on',
    steps: [
      'CREATE TABLE t AS SELECT 1 AS a',
      'CREATE TABLE u CLONE t',
      'INSERT INTO t VALUES (2)',
      ['SELECT COUNT(*) FROM t', 2],
      ['SELECT a FROM u', [[1]]],
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
    page: 'Working with temporary and transient tables',
    rule: 'a temporary table shadows a permanent one of its name until it is dropped',
    steps: [
      "CREATE TABLE t AS SELECT 'permanent' AS kind",
      "CREATE TEMPORARY TABLE t AS SELECT 'temporary' AS kind",
      ['SELECT kind FROM t', [['temporary']]],
      ['SELECT kind FROM t', [['permanent']], 'second session'],
      ['DROP TABLE t', 'T successfully dropped.'],
      ['SELECT kind FROM t', [['permanent']]],
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
    page: 'DROP TABLE',
    rule: 'DROP of what is not there is an error, with IF EXISTS a remark',
    steps: [
      ['DROP TABLE nothing', { code: '002003', sqlState: '42S02', says: "NOTHING' does not exist or not authorized" }],
      ['DROP TABLE IF EXISTS nothing', 'Drop statement executed successfully (NOTHING already dropped).'],
    ],
  },
  {
    page: 'UNDROP TABLE',
    rule: 'the last table dropped under a name comes back with its rows',
    steps: [
      'CREATE TABLE t AS SELECT 1 AS a',
      'DROP TABLE t',
      ['SELECT * FROM t', { code: '002003' }],
      ['UNDROP TABLE t', 'Table T successfully restored.'],
      ['SELECT a FROM t', [[1]]],
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
    page: 'ALTER TABLE',
    rule: 'columns are added with their default, renamed and dropped',
    steps: [
      'CREATE TABLE t AS SELECT 1 AS a',
      "ALTER TABLE t ADD COLUMN b VARCHAR DEFAULT 'new'",
      ['SELECT * FROM t', [[1, 'new']]],
      'ALTER TABLE t RENAME COLUMN b TO c',
      ['SELECT b FROM t', { code: '000904', says: "invalid identifier 'B'" }],
      'ALTER TABLE t DROP COLUMN a',
      ['SELECT * FROM t', [['new']]],
    ],
  },
  {
    page: 'ALTER TABLE',
    rule: 'RENAME TO and SWAP WITH move rows to another name',
    steps: [
      "CREATE TABLE a AS SELECT 'was a' AS x",
      "CREATE TABLE b AS SELECT 'was b' AS x",
      'ALTER TABLE a SWAP WITH b',
      ['SELECT x FROM a', [['was b']]],
      'ALTER TABLE a RENAME TO c',
      ['SELECT x FROM c', [['was b']]],
      ['SELECT x FROM a', { code: '002003' }],
    ],
  },
  {
    page: 'ALTER TABLE ... ALTER COLUMN',
    rule: 'a text column may be made longer, not shorter',
    steps: [
      'CREATE TABLE t (c VARCHAR(3))',
      'ALTER TABLE t ALTER COLUMN c SET DATA TYPE VARCHAR(10)',
      "INSERT INTO t VALUES ('abcdef')",
      [
        'ALTER TABLE t MODIFY COLUMN c VARCHAR(2)',
        { code: '002108', says: 'cannot change column C from type VARCHAR(10) to VARCHAR(2)' },
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
