/** What is told of tables, views, their columns and their keys. */
import { holdStories } from './stories.ts';

const names = (...list: string[]) => list.map((name) => [name]);
const NAMES = 'SELECT "name" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID())) ORDER BY 1';

holdStories('SHOW, DESCRIBE and the information schema', [
  {
    page: 'SHOW TABLES',
    rule: 'LIKE matches without regard to case, STARTS WITH with regard to it',
    steps: [
      'CREATE TABLE alpha (a INT)',
      'CREATE TABLE alps (a INT)',
      'CREATE TABLE beta (a INT)',
      "SHOW TABLES LIKE 'al%'",
      [NAMES, names('ALPHA', 'ALPS')],
      "SHOW TABLES STARTS WITH 'AL'",
      [NAMES, names('ALPHA', 'ALPS')],
      ["SHOW TABLES STARTS WITH 'al'", []],
    ],
  },
  {
    page: 'SHOW TABLES',
    rule: 'LIMIT gives so many, FROM goes on behind a name',
    steps: [
      'CREATE TABLE a1 (a INT)',
      'CREATE TABLE a2 (a INT)',
      'CREATE TABLE a3 (a INT)',
      'SHOW TABLES LIMIT 2',
      [NAMES, names('A1', 'A2')],
      "SHOW TABLES LIMIT 5 FROM 'A1'",
      [NAMES, names('A2', 'A3')],
    ],
  },
  {
    page: 'SHOW TABLES',
    rule: 'TERSE gives five columns; kind tells transient and temporary tables',
    steps: [
      'CREATE TRANSIENT TABLE brief (a INT)',
      'SHOW TERSE TABLES',
      ['SELECT "name", "kind", "schema_name" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))', [['BRIEF', 'TABLE', 'PUBLIC']]],
      'CREATE TEMPORARY TABLE own (a INT)',
      'SHOW TABLES',
      [
        'SELECT "name", "kind" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID())) ORDER BY 1',
        [
          ['BRIEF', 'TRANSIENT'],
          ['OWN', 'TEMPORARY'],
        ],
      ],
    ],
  },
  {
    page: 'SHOW TABLES',
    rule: 'IN names a schema, a database or the account; rows are counted',
    steps: [
      'CREATE TABLE here AS SELECT 1 AS a',
      'CREATE SCHEMA other',
      'CREATE TABLE there AS SELECT 1 AS a UNION ALL SELECT 2',
      'SHOW TABLES IN SCHEMA public',
      [NAMES, names('HERE')],
      'SHOW TABLES IN DATABASE',
      [
        'SELECT "name", "rows" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID())) ORDER BY 1',
        [
          ['HERE', 1],
          ['THERE', 2],
        ],
      ],
      [
        'SHOW TABLES IN SCHEMA nowhere',
        { code: '002043', sqlState: '02000', says: 'Object does not exist, or operation cannot be performed.' },
      ],
      "SHOW TABLES LIKE 'THERE' IN ACCOUNT",
      [NAMES, names('THERE')],
    ],
  },
  {
    page: 'SHOW TABLES',
    rule: 'HISTORY lists dropped tables, too',
    steps: [
      'CREATE TABLE gone (a INT)',
      'DROP TABLE gone',
      ['SHOW TABLES', []],
      'SHOW TABLES HISTORY',
      ['SELECT "name", "dropped_on" IS NOT NULL FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))', [['GONE', true]]],
    ],
  },
  {
    page: 'SHOW VIEWS',
    rule: 'a view is listed with the text that made it',
    steps: [
      "CREATE VIEW v COMMENT = 'odd' AS SELECT 1 AS a",
      'SHOW VIEWS',
      [
        'SELECT "name", "text", "is_secure", "comment" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))',
        [['V', "CREATE VIEW v COMMENT = 'odd' AS SELECT 1 AS a", 'false', 'odd']],
      ],
    ],
  },
  {
    page: 'SHOW COLUMNS',
    rule: 'types are described as JSON',
    steps: [
      "CREATE TABLE t (n NUMBER(10,2) NOT NULL, s VARCHAR(5) DEFAULT 'x', ts TIMESTAMP_NTZ(3), f FLOAT)",
      'SHOW COLUMNS IN TABLE t',
      [
        'SELECT "column_name", "data_type", "null?", "default" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))',
        [
          ['N', '{"type":"FIXED","precision":10,"scale":2,"nullable":false}', 'NOT_NULL', ''],
          ['S', '{"type":"TEXT","length":5,"byteLength":20,"nullable":true,"fixed":false}', 'true', "'x'"],
          ['TS', '{"type":"TIMESTAMP_NTZ","precision":0,"scale":3,"nullable":true}', 'true', ''],
          ['F', '{"type":"REAL","nullable":true}', 'true', ''],
        ],
      ],
    ],
  },
  {
    page: 'SHOW OBJECTS',
    rule: 'a transient table is a TABLE among objects and TRANSIENT among tables',
    steps: [
      'CREATE TRANSIENT TABLE fleeting (a INT)',
      "SHOW OBJECTS LIKE 'fleeting'",
      ['SELECT "kind" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))', 'TABLE'],
      "SHOW TABLES LIKE 'fleeting'",
      ['SELECT "kind" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))', 'TRANSIENT'],
    ],
  },
  {
    page: 'SHOW PRIMARY KEYS',
    rule: 'the columns of a key are numbered as in the key and listed as in the table',
    steps: [
      'CREATE TABLE t (a INT, b INT, CONSTRAINT both PRIMARY KEY (b, a))',
      'SHOW PRIMARY KEYS IN TABLE t',
      [
        'SELECT "column_name", "key_sequence", "constraint_name" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))',
        [
          ['A', 2, 'BOTH'],
          ['B', 1, 'BOTH'],
        ],
      ],
    ],
  },
  {
    page: 'SHOW PRIMARY KEYS',
    rule: 'a key without a name gets one that is no name in upper case alone',
    steps: [
      'CREATE TABLE t (a INT PRIMARY KEY)',
      'SHOW PRIMARY KEYS IN TABLE t',
      [
        `SELECT "constraint_name" REGEXP 'SYS_CONSTRAINT_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))`,
        [[true]],
      ],
    ],
  },
  {
    page: 'DESCRIBE TABLE',
    rule: 'names, types, nullability, defaults and keys',
    steps: [
      "CREATE TABLE t (id INT AUTOINCREMENT, s VARCHAR DEFAULT 'x', ts TIMESTAMP, v VARIANT, PRIMARY KEY (id))",
      'DESCRIBE TABLE t',
      [
        'SELECT "name", "type", "null?", "default", "primary key" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))',
        [
          ['ID', 'NUMBER(38,0)', 'N', 'IDENTITY START 1 INCREMENT 1 NOORDER', 'Y'],
          ['S', 'VARCHAR(16777216)', 'Y', "'x'", 'N'],
          ['TS', 'TIMESTAMP_NTZ(9)', 'Y', null, 'N'],
          ['V', 'VARIANT', 'Y', null, 'N'],
        ],
      ],
    ],
  },
  {
    page: 'DESCRIBE VIEW',
    rule: 'a view has the columns of its query',
    steps: [
      "CREATE VIEW v AS SELECT 1.5 AS n, 'a' || 'b' AS s",
      'DESC VIEW v',
      [
        'SELECT "name", "type" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))',
        [
          ['N', 'NUMBER(2,1)'],
          ['S', 'VARCHAR(2)'],
        ],
      ],
      ['DESCRIBE VIEW nothing', { code: '002003', says: 'does not exist or not authorized' }],
    ],
  },
  {
    page: 'TABLES view',
    rule: 'tables and views of the database with their kinds and row counts',
    steps: [
      'CREATE TABLE t AS SELECT column1 AS a FROM VALUES (1), (2), (3)',
      'CREATE VIEW v AS SELECT a FROM t',
      [
        "SELECT table_name, table_type, row_count FROM information_schema.tables WHERE table_schema = 'PUBLIC' ORDER BY 1",
        [
          ['T', 'BASE TABLE', 3],
          ['V', 'VIEW', null],
        ],
      ],
      ['SELECT * FROM information_schema.no_such_view', { code: '002003', says: 'NO_SUCH_VIEW' }],
    ],
  },
  {
    page: 'Snowflake information schema',
    rule: 'the information schema of another database is read by its full name',
    steps: [
      'CREATE DATABASE other_one',
      'CREATE TABLE far (a INT)',
      'USE DATABASE sandbox',
      [
        "SELECT table_catalog, table_name FROM other_one.information_schema.tables WHERE table_schema = 'PUBLIC'",
        [['OTHER_ONE', 'FAR']],
      ],
      ["SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'FAR'", 0],
    ],
  },
]);
