/** Making and changing tables. */
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
]);
