import { holdStories } from './stories.ts';

holdStories(
  'errors',
  [
    {
      page: 'Error handling: compilation errors',
      rule: 'a syntax error tells line and position and what stands there',
      steps: [
        [
          'SELEC 1',
          {
            code: '001003',
            sqlState: '42000',
            says: "syntax error line 1 at position 0 unexpected 'SELEC'",
            at: [1, 0],
          },
        ],
        ['SELECT 1\nFROM\n  WHERE', { code: '001003', at: [3, 2] }],
        ['CREATE TABLE t (a INT b INT)', { code: '001003', says: "unexpected 'b'" }],
        ['INSERT INTO', { code: '001003', says: "unexpected '<EOF>'" }],
      ],
    },
    {
      page: 'Error handling: compilation errors',
      rule: 'an unknown table, schema or database is named as it was written',
      steps: [
        [
          'SELECT * FROM nothing',
          { code: '002003', sqlState: '42S02', says: "Object 'NOTHING' does not exist or not authorized." },
        ],
        [
          'SELECT * FROM nowhere.nothing',
          { code: '002003', sqlState: '02000', says: "NOWHERE' does not exist or not authorized." },
        ],
        [
          'SELECT * FROM no_db.public.t',
          { code: '002003', sqlState: '02000', says: "Database 'NO_DB' does not exist or not authorized." },
        ],
        ['INSERT INTO nothing VALUES (1)', { code: '002003', sqlState: '42S02' }],
        ['DELETE FROM nothing', { code: '002003', sqlState: '42S02' }],
      ],
    },
    {
      page: 'Error handling: compilation errors',
      rule: 'an unknown column is named with its place, in DML, too',
      steps: [
        'CREATE TABLE t (a INT)',
        [
          'SELECT a, missing FROM t',
          {
            code: '000904',
            sqlState: '42000',
            says: "error line 1 at position 10\ninvalid identifier 'MISSING'",
            at: [1, 10],
          },
        ],
        ['UPDATE t SET a = missing', { code: '000904', at: [1, 17] }],
        ['UPDATE t SET missing = 1', { code: '000904', at: [1, 13] }],
        ['DELETE FROM t\nWHERE missing = 1', { code: '000904', at: [2, 6] }],
        ['INSERT INTO t (missing) VALUES (1)', { code: '000904', at: [1, 15] }],
        ['INSERT INTO t SELECT missing FROM t', { code: '000904', at: [1, 21] }],
        ['MERGE INTO t USING t s ON t.a = s.missing WHEN MATCHED THEN DELETE', { code: '000904', at: [1, 32] }],
      ],
    },
    {
      page: 'USE DATABASE',
      rule: 'without a current database an unqualified name cannot be found',
      steps: [
        'CREATE DATABASE brief_db',
        'DROP DATABASE brief_db',
        [
          'SELECT * FROM t',
          {
            code: '090105',
            sqlState: '22000',
            says: 'Cannot perform SELECT. This session does not have a current database',
          },
        ],
        ['CREATE TABLE t (a INT)', { code: '090105', says: 'Cannot perform CREATE TABLE.' }],
        ['SELECT 1', [[1]]],
      ],
    },
    {
      page: 'USE SCHEMA',
      rule: 'without a current schema an unqualified name cannot be found',
      steps: [
        'CREATE SCHEMA brief_schema',
        'DROP SCHEMA brief_schema',
        ['SELECT * FROM t', { code: '090106', sqlState: '22000', says: 'This session does not have a current schema' }],
      ],
    },
    {
      page: 'none: the sandbox’s own rule',
      rule: 'what the sandbox leaves out is refused by name',
      steps: [
        [
          "COPY INTO 's3://bucket/x' FROM t",
          { code: '000002', sqlState: '0A000', says: 'the sandbox does not support COPY INTO a location' },
        ],
        'CREATE TABLE t (a INT)',
        ["COPY INTO t FROM 's3://bucket/x'", { code: '000002', says: 'does not support COPY FROM a location' }],
        // Python's test_put_get.py names it so.
        [
          "COPY INTO t FROM s3://bucket/x/\ncredentials = (AWS_KEY_ID = 'k')",
          { code: '000002', says: 'does not support COPY FROM a location' },
        ],
        ['CREATE STREAM s ON TABLE t', { code: '000002', says: 'the sandbox does not support CREATE STREAM' }],
        ['CREATE DYNAMIC TABLE t AS SELECT 1', { code: '000002', says: 'CREATE DYNAMIC TABLE' }],
        [
          "CREATE FUNCTION f() RETURNS INT LANGUAGE SCALA AS 'return 1'",
          { code: '000002', says: 'functions in SCALA' },
        ],
        ['ALTER ACCOUNT SET x = 1', { code: '000002', says: 'ALTER ACCOUNT' }],
      ],
    },
    {
      page: 'CALL',
      rule: 'a procedure that does not exist cannot be called',
      steps: [['CALL nothing(1)', { code: '002141', sqlState: '42601', says: 'NOTHING' }]],
    },
    {
      page: 'CREATE TABLE',
      rule: 'a type that does not exist, and a column named twice, are refused',
      steps: [
        ['CREATE TABLE t (a NOTHING)', { code: '002040', sqlState: '42601', says: "Unsupported data type 'NOTHING'" }],
        ['CREATE TABLE t (a INT, a INT)', { code: '002025', sqlState: '42S21', says: "duplicate column name 'A'" }],
      ],
    },
    {
      page: 'DDL for shared data',
      rule: 'the sample data can be read, not changed',
      steps: [
        ['SELECT COUNT(*) FROM snowflake_sample_data.tpch_sf1.nation', 25],
        [
          'DELETE FROM snowflake_sample_data.tpch_sf1.nation',
          { code: '003001', sqlState: '42501', says: "Insufficient privileges to operate on table 'NATION'" },
        ],
        ['CREATE TABLE snowflake_sample_data.tpch_sf1.mine (a INT)', { code: '003001' }],
        ['DROP DATABASE snowflake_sample_data', { code: '003001' }],
      ],
    },
  ],
  { sampleData: true },
);
