import { holdStories } from './stories.ts';

const PEOPLE = "CREATE TABLE people (id INT, name VARCHAR(20), city VARCHAR DEFAULT 'Oslo')";

holdStories('changing rows', [
  {
    page: 'INSERT',
    rule: 'a multi-row INSERT tells how many rows it inserted',
    steps: [
      PEOPLE,
      ["INSERT INTO people VALUES (1, 'Ann', 'Rome'), (2, 'Bob', 'Bern')", 2],
      [
        'SELECT * FROM people ORDER BY id',
        [
          [1, 'Ann', 'Rome'],
          [2, 'Bob', 'Bern'],
        ],
      ],
    ],
  },
  {
    page: 'INSERT',
    rule: 'columns left out of the list take their default, or NULL where they have none',
    steps: [PEOPLE, ['INSERT INTO people (id) VALUES (1)', 1], ['SELECT * FROM people', [[1, null, 'Oslo']]]],
  },
  {
    page: 'INSERT',
    rule: 'DEFAULT in VALUES stands for the default of its column',
    steps: [
      PEOPLE,
      ["INSERT INTO people VALUES (DEFAULT, 'Eve', DEFAULT)", 1],
      ['SELECT * FROM people', [[null, 'Eve', 'Oslo']]],
    ],
  },
  {
    page: 'INSERT',
    rule: 'OVERWRITE empties the table first',
    steps: [
      PEOPLE,
      'INSERT INTO people (id) VALUES (1), (2), (3)',
      ['INSERT OVERWRITE INTO people (id) SELECT 9', 1],
      ['SELECT id FROM people', [[9]]],
    ],
  },
  {
    page: 'INSERT',
    rule: 'the columns of the list and of the query must be as many',
    steps: [
      PEOPLE,
      ['INSERT INTO people (id, name) SELECT 1', { code: '002020', sqlState: '21S01', says: 'expecting 2 but got 1' }],
    ],
  },
  {
    page: 'INSERT',
    rule: 'a text that looks like a number goes into a number column, another one does not',
    steps: [
      'CREATE TABLE n (v NUMBER(5,2))',
      ["INSERT INTO n SELECT '12.345'", 1],
      ['SELECT v FROM n', [[12.35]]],
      [
        "INSERT INTO n SELECT 'twelve'",
        { code: '100038', sqlState: '22018', says: "Numeric value 'twelve' is not recognized" },
      ],
    ],
  },
  {
    page: 'String & binary data types',
    rule: 'a text longer than its column is refused, not cut',
    steps: [
      'CREATE TABLE t (c VARCHAR(3))',
      [
        "INSERT INTO t VALUES ('abcd')",
        { code: '100078', sqlState: '22000', says: "String 'abcd' is too long and would be truncated" },
      ],
      ['SELECT COUNT(*) FROM t', 0],
    ],
  },
  {
    page: 'Numeric data types',
    rule: 'a number with more digits than its column is out of range',
    steps: ['CREATE TABLE t (n NUMBER(3,0))', ['INSERT INTO t VALUES (1000)', { code: '100046', sqlState: '22003' }]],
  },
  {
    page: 'Overview of constraints',
    rule: 'NOT NULL is enforced',
    steps: [
      'CREATE TABLE t (a INT NOT NULL, b INT)',
      [
        'INSERT INTO t (b) VALUES (1)',
        { code: '100072', sqlState: '22000', says: 'NULL result in a non-nullable column' },
      ],
    ],
  },
  {
    page: 'Overview of constraints',
    rule: 'primary and unique keys are kept but not enforced',
    steps: [
      'CREATE TABLE t (a INT PRIMARY KEY, b INT UNIQUE)',
      ['INSERT INTO t VALUES (1, 1), (1, 1)', 2],
      ['SELECT COUNT(*) FROM t', 2],
    ],
  },
  {
    page: 'INSERT',
    rule: 'a VARIANT column takes what PARSE_JSON gives in a SELECT',
    steps: [
      'CREATE TABLE t (v VARIANT)',
      ['INSERT INTO t SELECT PARSE_JSON(\'{"a": [1, 2]}\')', 1],
      ['SELECT v:a[1]::INT FROM t', [[2]]],
    ],
  },
  {
    page: 'INSERT (multi-table)',
    rule: 'INSERT ALL puts each row into every branch whose condition holds',
    steps: [
      'CREATE TABLE small (n INT)',
      'CREATE TABLE big (n INT)',
      [
        'INSERT ALL WHEN n < 3 THEN INTO small WHEN n > 1 THEN INTO big SELECT column1 AS n FROM VALUES (1), (2), (3)',
        [[2, 2]],
      ],
      ['SELECT n FROM small ORDER BY n', [[1], [2]]],
      ['SELECT n FROM big ORDER BY n', [[2], [3]]],
    ],
  },
  {
    page: 'INSERT (multi-table)',
    rule: 'INSERT FIRST stops at the first branch, ELSE takes the rest',
    steps: [
      'CREATE TABLE small (n INT)',
      'CREATE TABLE big (n INT, note VARCHAR)',
      [
        "INSERT FIRST WHEN n < 3 THEN INTO small ELSE INTO big (n, note) VALUES (n * 10, 'x') SELECT column1 AS n FROM VALUES (1), (2), (3)",
        [[2, 1]],
      ],
      ['SELECT * FROM big', [[30, 'x']]],
    ],
  },
  {
    page: 'UPDATE',
    rule: 'UPDATE tells how many rows it changed, and how many of them several rows matched',
    steps: [
      'CREATE TABLE t (k INT, v INT)',
      'CREATE TABLE s (k INT, v INT)',
      'INSERT INTO t VALUES (1, 0), (2, 0)',
      'INSERT INTO s VALUES (1, 5), (2, 6), (2, 7)',
      ['UPDATE t SET v = s.v FROM s WHERE t.k = s.k', [[2, 1]]],
      ['SELECT v FROM t WHERE k = 1', [[5]]],
      ['SELECT v IN (6, 7) FROM t WHERE k = 2', [[true]]],
    ],
  },
  {
    page: 'UPDATE',
    rule: 'ERROR_ON_NONDETERMINISTIC_UPDATE makes several matches an error',
    steps: [
      'CREATE TABLE t (k INT, v INT)',
      'INSERT INTO t VALUES (1, 0)',
      'ALTER SESSION SET ERROR_ON_NONDETERMINISTIC_UPDATE = TRUE',
      [
        'UPDATE t SET v = s.c FROM (SELECT 1 AS k, column1 AS c FROM VALUES (1), (2)) s WHERE t.k = s.k',
        { code: '100090', sqlState: '42P18' },
      ],
      ['SELECT v FROM t', [[0]]],
    ],
  },
  {
    page: 'UPDATE',
    rule: 'all values are computed from the row as it was',
    steps: [
      'CREATE TABLE t (a INT, b INT)',
      'INSERT INTO t VALUES (1, 2)',
      'UPDATE t SET a = b, b = a',
      ['SELECT a, b FROM t', [[2, 1]]],
    ],
  },
  {
    page: 'DELETE',
    rule: 'DELETE with USING removes the rows that match, once each',
    steps: [
      'CREATE TABLE t (k INT)',
      'INSERT INTO t VALUES (1), (2), (3)',
      ['DELETE FROM t USING (SELECT column1 AS k FROM VALUES (1), (1), (2)) s WHERE t.k = s.k', 2],
      ['SELECT k FROM t', [[3]]],
    ],
  },
  {
    page: 'TRUNCATE TABLE',
    rule: 'TRUNCATE removes every row and keeps the table',
    steps: [
      'CREATE TABLE t (k INT)',
      'INSERT INTO t VALUES (1), (2)',
      ['TRUNCATE TABLE t', 'Statement executed successfully.'],
      ['SELECT COUNT(*) FROM t', 0],
      ['TRUNCATE TABLE IF EXISTS nothing_there', 'Statement executed successfully.'],
    ],
  },
  {
    page: 'MERGE',
    rule: 'each clause takes its rows, and the answer counts them',
    steps: [
      'CREATE TABLE t (k INT, v VARCHAR)',
      "INSERT INTO t VALUES (1, 'old'), (2, 'old'), (3, 'gone')",
      [
        `MERGE INTO t USING (SELECT column1 AS k, column2 AS v FROM VALUES (1, 'new'), (3, NULL), (4, 'more')) s ON t.k = s.k
         WHEN MATCHED AND s.v IS NULL THEN DELETE
         WHEN MATCHED THEN UPDATE SET v = s.v
         WHEN NOT MATCHED THEN INSERT (k, v) VALUES (s.k, s.v)`,
        [[1, 1, 1]],
      ],
      [
        'SELECT * FROM t ORDER BY k',
        [
          [1, 'new'],
          [2, 'old'],
          [4, 'more'],
        ],
      ],
    ],
  },
  {
    page: 'MERGE',
    rule: 'a target row that several source rows would update is an error, unless the session allows it',
    steps: [
      'CREATE TABLE t (k INT, v INT)',
      'INSERT INTO t VALUES (1, 0)',
      [
        'MERGE INTO t USING (SELECT 1 AS k, column1 AS v FROM VALUES (5), (6)) s ON t.k = s.k WHEN MATCHED THEN UPDATE SET v = s.v',
        { code: '100090', sqlState: '42P18', says: 'Duplicate row detected during DML action' },
      ],
      'ALTER SESSION SET ERROR_ON_NONDETERMINISTIC_MERGE = FALSE',
      [
        'MERGE INTO t USING (SELECT 1 AS k, column1 AS v FROM VALUES (5), (6)) s ON t.k = s.k WHEN MATCHED THEN UPDATE SET v = s.v',
        1,
      ],
    ],
  },
  {
    page: 'CREATE SEQUENCE',
    rule: 'NEXTVAL goes on from row to row and in defaults',
    steps: [
      'CREATE SEQUENCE s START = 10 INCREMENT = 5',
      ['SELECT s.NEXTVAL', [[10]]],
      'CREATE TABLE t (id INT DEFAULT s.NEXTVAL, v VARCHAR)',
      ["INSERT INTO t (v) VALUES ('a'), ('b')", 2],
      ['SELECT id FROM t ORDER BY v', [[15], [20]]],
    ],
  },
  {
    page: 'CREATE TABLE',
    rule: 'a default that calls a system function is what that function answers',
    steps: [
      "CREATE TABLE t (id INT, waited VARCHAR DEFAULT SYSTEM$WAIT(1, 'MILLISECONDS'))",
      'INSERT INTO t (id) VALUES (1), (2)',
      ['SELECT DISTINCT waited FROM t', [['waited 1 milliseconds']]],
    ],
  },
  {
    page: 'CREATE TABLE',
    rule: 'AUTOINCREMENT counts from its start by its step',
    steps: [
      'CREATE TABLE t (id INT AUTOINCREMENT START 100 INCREMENT 10, v VARCHAR)',
      "INSERT INTO t (v) VALUES ('a'), ('b')",
      ['SELECT id FROM t ORDER BY id', [[100], [110]]],
    ],
  },
]);
