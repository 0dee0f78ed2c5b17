import { holdFacts } from './facts.ts';

holdFacts(
  'queries',
  [
    "CREATE TABLE t1 AS SELECT column1::INT AS id, column2::VARCHAR AS name FROM VALUES (1, 'one'), (2, 'two'), (3, NULL)",
    "CREATE TABLE t2 AS SELECT column1::INT AS id, column2::VARCHAR AS note FROM VALUES (2, 'b'), (3, 'c'), (4, 'd')",
    'CREATE TABLE monthly (empid INT, amount INT, month VARCHAR)',
    "INSERT INTO monthly VALUES (1, 10, 'JAN'), (1, 20, 'FEB'), (2, 5, 'JAN'), (2, 7, 'JAN')",
  ],
  [
    // Queries as arguments
    [
      "SELECT COUNT(*), NVL((SELECT MAX(id) FROM t1 WHERE id > 5), 0) FROM t1 WHERE id >= ADD_MONTHS('2024-01-01', (SELECT MIN(id) FROM t2))::DATE - '2024-03-01'::DATE + 2",
      [['2', '0']],
      'Working with subqueries',
    ],
    // Order and limits
    ['SELECT name FROM t1 ORDER BY name', ['one', 'two', null], 'ORDER BY'],
    ['SELECT name FROM t1 ORDER BY name DESC', [null, 'two', 'one'], 'ORDER BY'],
    ['SELECT name FROM t1 ORDER BY name DESC NULLS LAST', ['two', 'one', null], 'ORDER BY'],
    ['SELECT id AS x FROM t1 ORDER BY x DESC LIMIT 1 OFFSET 1', ['2'], 'LIMIT / FETCH'],
    ['SELECT id FROM t1 ORDER BY id FETCH FIRST 2 ROWS ONLY', ['1', '2'], 'LIMIT / FETCH'],
    ['SELECT TOP 2 id FROM t1 ORDER BY id DESC', ['3', '2'], 'TOP <n>'],
    ['SELECT id FROM t1 ORDER BY id LIMIT NULL', ['1', '2', '3'], 'LIMIT / FETCH'],
    // Stars and aliases
    ['SELECT * FROM t1 WHERE id = 2', [['2', 'two']], 'SELECT'],
    ['SELECT * EXCLUDE name FROM t1 WHERE id = 2', ['2'], 'SELECT'],
    ["SELECT * ILIKE '%AM%' FROM t1 WHERE id = 2", ['two'], 'SELECT'],
    ["SELECT * REPLACE (name || '!' AS name) FROM t1 WHERE id = 2", [['2', 'two!']], 'SELECT'],
    ['SELECT $2, $1 FROM t1 WHERE $1 = 1', [['one', '1']], 'SELECT'],
    ['SELECT id * 2 AS dbl, dbl + 1 AS more FROM t1 WHERE more > 6', [['6', '7']], 'SELECT'],
    ['SELECT DISTINCT id % 2 AS odd FROM t1 ORDER BY odd', ['0', '1'], 'SELECT'],
    ['SELECT id, name, FROM t1 WHERE id = 1', [['1', 'one']], 'SELECT'],
    // VALUES
    [
      "SELECT column1, column2 FROM VALUES (1, 'a'), (2, 'b') ORDER BY 1",
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
      'VALUES',
    ],
    ["SELECT v.n FROM (VALUES (1, 'a'), (2, 'b')) AS v(n, s) WHERE v.s = 'b'", ['2'], 'VALUES'],
    // Joins
    [
      'SELECT t1.id, note FROM t1 JOIN t2 ON t1.id = t2.id ORDER BY 1',
      [
        ['2', 'b'],
        ['3', 'c'],
      ],
      'JOIN',
    ],
    [
      'SELECT t1.id, t2.id FROM t1 LEFT OUTER JOIN t2 ON t1.id = t2.id ORDER BY 1',
      [
        ['1', null],
        ['2', '2'],
        ['3', '3'],
      ],
      'JOIN',
    ],
    [
      'SELECT t1.id, t2.id FROM t1 FULL JOIN t2 ON t1.id = t2.id ORDER BY COALESCE(t1.id, t2.id)',
      [
        ['1', null],
        ['2', '2'],
        ['3', '3'],
        [null, '4'],
      ],
      'JOIN',
    ],
    [
      'SELECT id, name, note FROM t1 FULL OUTER JOIN t2 USING (id) ORDER BY id',
      [
        ['1', 'one', null],
        ['2', 'two', 'b'],
        ['3', null, 'c'],
        ['4', null, 'd'],
      ],
      'JOIN',
    ],
    ['SELECT * FROM t1 JOIN t2 USING (id) WHERE id = 2', [['2', 'two', 'b']], 'JOIN'],
    [
      'SELECT * FROM t1 NATURAL JOIN t2 ORDER BY id',
      [
        ['2', 'two', 'b'],
        ['3', null, 'c'],
      ],
      'JOIN',
    ],
    ['SELECT COUNT(*) FROM t1 CROSS JOIN t2', ['9'], 'JOIN'],
    ['SELECT COUNT(*) FROM t1, t2 WHERE t1.id = t2.id', ['2'], 'JOIN'],
    [
      'SELECT t1.id, l.note FROM t1, LATERAL (SELECT note FROM t2 WHERE t2.id = t1.id) AS l ORDER BY 1',
      [
        ['2', 'b'],
        ['3', 'c'],
      ],
      'LATERAL',
    ],
    ['SELECT id FROM t1 JOIN t2 ON t1.id = t2.id', { code: '001052', message: "ambiguous column name 'ID'" }, 'JOIN'],
    // Subqueries
    ['SELECT id FROM t1 WHERE id IN (SELECT id FROM t2) ORDER BY 1', ['2', '3'], 'Working with subqueries'],
    ['SELECT id FROM t1 WHERE EXISTS (SELECT 1 FROM t2 WHERE t2.id = t1.id) ORDER BY 1', ['2', '3'], '[NOT] EXISTS'],
    ['SELECT id FROM t1 WHERE id >= ALL (SELECT id FROM t1)', ['3'], 'ALL / ANY'],
    [
      'SELECT id, (SELECT MAX(note) FROM t2 WHERE t2.id <= t1.id) FROM t1 ORDER BY 1',
      [
        ['1', null],
        ['2', 'b'],
        ['3', 'c'],
      ],
      'Working with subqueries',
    ],
    ['SELECT (SELECT id FROM t1)', { code: '090150' }, 'Working with subqueries'],
    ["SELECT id FROM t1 WHERE (id, name) IN ((1, 'one'), (2, 'zwei'))", ['1'], '[NOT] IN'],
    ['SELECT 1 WHERE NULL NOT IN (1, 2)', [], '[NOT] IN'],
    ['SELECT 5 BETWEEN 1 AND 5, 5 NOT BETWEEN 6 AND 9, NULL IS DISTINCT FROM 1', [['1', '1', '1']], '[NOT] BETWEEN'],
    // Set operations
    ['SELECT id FROM t1 UNION SELECT id FROM t2 ORDER BY id', ['1', '2', '3', '4'], 'Set operators'],
    ['SELECT id FROM t1 INTERSECT SELECT id FROM t2 ORDER BY 1', ['2', '3'], 'Set operators'],
    ['SELECT id FROM t1 MINUS SELECT id FROM t2', ['1'], 'Set operators'],
    ['SELECT 1 UNION ALL SELECT 2.5 ORDER BY 1', ['1.0', '2.5'], 'Set operators'],
    ['SELECT 1, 2 UNION SELECT 3', { code: '001789' }, 'Set operators'],
    // WITH
    ['WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT x, y FROM a, b', [['1', '2']], 'WITH'],
    [
      'WITH RECURSIVE f (n, fact) AS (SELECT 1, 1 UNION ALL SELECT n + 1, fact * (n + 1) FROM f WHERE n < 20) SELECT MAX(fact) FROM f',
      ['2432902008176640000'],
      'WITH',
    ],
    ['WITH a (p, q) AS (SELECT id, name FROM t1) SELECT q FROM a WHERE p = 2', ['two'], 'WITH'],
    // PIVOT and UNPIVOT
    [
      "SELECT * FROM monthly PIVOT (SUM(amount) FOR month IN ('JAN', 'FEB')) AS p ORDER BY empid",
      [
        ['1', '10', '20'],
        ['2', '12', null],
      ],
      'PIVOT',
    ],
    [
      "SELECT empid, jan FROM monthly PIVOT (MAX(amount) FOR month IN ('JAN', 'FEB')) AS p (empid, jan, feb) ORDER BY empid",
      [
        ['1', '10'],
        ['2', '7'],
      ],
      'PIVOT',
    ],
    [
      'SELECT * FROM (SELECT 1 AS id, 100 AS jan, NULL AS feb) UNPIVOT (sales FOR month IN (jan, feb))',
      [['1', 'JAN', '100']],
      'UNPIVOT',
    ],
    [
      'SELECT month, sales FROM (SELECT 1 AS id, 100 AS jan, NULL AS feb) UNPIVOT INCLUDE NULLS (sales FOR month IN (jan, feb)) ORDER BY 1',
      [
        ['FEB', null],
        ['JAN', '100'],
      ],
      'UNPIVOT',
    ],
    // Generated data
    ['SELECT SEQ4() FROM TABLE(GENERATOR(ROWCOUNT => 4))', ['0', '1', '2', '3'], 'GENERATOR'],
    [
      'SELECT COUNT(*), MIN(u) >= 1, MAX(u) <= 10 FROM (SELECT UNIFORM(1, 10, RANDOM()) AS u FROM TABLE(GENERATOR(ROWCOUNT => 1000)))',
      [['1000', '1', '1']],
      'UNIFORM',
    ],
    ['SELECT COUNT(DISTINCT r) FROM (SELECT RANDOM(7) AS r UNION ALL SELECT RANDOM(7))', ['1'], 'RANDOM'],
    ['SELECT COUNT(*) FROM t1 SAMPLE (100)', ['3'], 'SAMPLE / TABLESAMPLE'],
    ['SELECT COUNT(*) FROM t1 TABLESAMPLE (2 ROWS)', ['2'], 'SAMPLE / TABLESAMPLE'],
    // Variables, CASE, names
    ["SELECT CASE id WHEN 1 THEN 'a' WHEN 2 THEN 'b' END FROM t1 ORDER BY id", ['a', 'b', null], 'CASE'],
    ['SELECT "a b", "A" FROM (SELECT 1 AS "a b", 2 AS a)', [['1', '2']], 'Identifier requirements'],
    ['SELECT t1.id FROM facts.public.t1 WHERE facts.public.t1.id = 1', ['1'], 'Object name resolution'],
    ["SELECT COUNT(*) FROM IDENTIFIER('t1')", ['3'], 'Literals and variables as identifiers'],
    ["SELECT COUNT(*) FROM TABLE('facts.public.t1')", ['3'], 'Literals and variables as identifiers'],
    [
      "SELECT SYSTEM$TYPEOF(1.25), SYSTEM$TYPEOF('abc'), SYSTEM$TYPEOF(DATEADD(day, 1, CURRENT_DATE))",
      [['NUMBER(3,2)[SB2]', 'VARCHAR(3)[LOB]', 'DATE[SB4]']],
      'SYSTEM$TYPEOF',
    ],
    // Errors
    [
      'SELECT * FORM t1',
      { code: '001003', sqlState: '42000', message: "syntax error line 1 at position 9 unexpected 'FORM'" },
      'Querying data',
    ],
    ['SELECT a FROM t1 WHERE (', { code: '001003', message: "unexpected '<EOF>'" }, 'Querying data'],
    [
      'SELECT missing FROM t1',
      { code: '000904', sqlState: '42000', message: "error line 1 at position 7\ninvalid identifier 'MISSING'" },
      'Querying data',
    ],
    ['SELECT t1.missing FROM t1', { code: '000904', message: "invalid identifier 'T1.MISSING'" }, 'Querying data'],
    [
      'SELECT * FROM nowhere',
      { code: '002003', sqlState: '42S02', message: "Object 'NOWHERE' does not exist or not authorized" },
      'Querying data',
    ],
    ['SELECT NO_SUCH(1)', { code: '002140', sqlState: '42601', message: 'Unknown function NO_SUCH' }, 'Querying data'],
    [
      "SELECT LEFT('abc')",
      {
        code: '000938',
        sqlState: '22023',
        message: "not enough arguments for function [LEFT('ABC')], expected 2, got 1",
      },
      'Querying data',
    ],
    ["SELECT UPPER('a', 'b')", { code: '000939', sqlState: '22023' }, 'Querying data'],
    ['SELECT $no_such_variable', { code: '002211' }, 'SQL variables'],
  ],
);
