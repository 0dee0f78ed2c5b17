import { holdStories } from '../sandbox-sql/stories.ts';

const notGrouped = (pos: number) => ({
  code: '001104',
  sqlState: '42601',
  says: 'neither an aggregate nor in the group by clause',
  at: [1, pos] as const,
});
const out = { code: '100046', sqlState: '22003', says: 'out of range' };

holdStories('clauses and functions in odd places', [
  {
    page: 'SEQ1 / SEQ2 / SEQ4 / SEQ8',
    rule: 'a sequence beside an aggregate is neither grouped nor aggregated',
    steps: [
      ['SELECT seq1(), COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 5))', notGrouped(7)],
      ['SELECT COUNT(*), 1 + seq8() FROM TABLE(GENERATOR(ROWCOUNT => 5))', notGrouped(21)],
      [
        'SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 5)) ORDER BY seq4()',
        { code: '000979', sqlState: '42601', says: '[SEQ4()] is not a valid order by expression', at: [1, 62] },
      ],
      ['SELECT SUM(seq4()) FROM TABLE(GENERATOR(ROWCOUNT => 5))', 10],
      [
        'SELECT seq4(), COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 2)) GROUP BY 1 ORDER BY 1',
        [
          [0, 1],
          [1, 1],
        ],
      ],
    ],
  },
  {
    page: 'QUALIFY',
    rule: 'QUALIFY needs a window function in itself or in the list',
    steps: [
      'CREATE TABLE t (a INT, b VARCHAR)',
      'INSERT INTO t VALUES (1, $$x$$), (2, $$y$$)',
      ['SELECT a FROM t QUALIFY a > 1', { code: '002303', sqlState: '42601', says: 'QUALIFY', at: [1, 24] }],
      ['SELECT a, ROW_NUMBER() OVER (ORDER BY a) AS r FROM t QUALIFY r > 1', [[2, 2]]],
      ['SELECT a FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY a DESC) = 1', 2],
    ],
  },
  {
    page: 'Window functions',
    rule: 'a window function stands in no definition of another, in no VALUES and in no condition of rows',
    steps: [
      'CREATE TABLE t (a INT, b VARCHAR)',
      [
        'SELECT ROW_NUMBER() OVER (ORDER BY ROW_NUMBER() OVER (ORDER BY a)) FROM t',
        { code: '002303', sqlState: '42601', says: 'may not be nested inside another window function' },
      ],
      [
        'DELETE FROM t WHERE ROW_NUMBER() OVER (ORDER BY a) = 1',
        { code: '002303', sqlState: '42601', says: 'appears outside of SELECT' },
      ],
      [
        'SELECT * FROM VALUES (ROW_NUMBER() OVER (ORDER BY 1))',
        { code: '002303', sqlState: '42601', says: 'appears outside of SELECT' },
      ],
      [
        'SELECT SUM(a) OVER (ORDER BY a ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM t',
        { code: '002303', sqlState: '42601', says: 'Invalid window frame' },
      ],
      ["INSERT INTO t VALUES (COUNT(*), 'x')", { code: '002014', sqlState: '22000', says: 'VALUES clause' }],
    ],
  },
  {
    page: 'ORDER BY',
    rule: 'a text orders nothing, as any constant',
    steps: [
      "SELECT 1 AS a ORDER BY 'x'",
      "SELECT 1 AS a UNION ALL SELECT 2 ORDER BY 'x'",
      'CREATE TABLE t (a INT)',
      ['SELECT a FROM t UNION SELECT 1 ORDER BY COUNT(*)', { code: '000002', says: 'an aggregate in this place' }],
    ],
  },
  {
    page: 'Subqueries',
    rule: 'what cannot be evaluated is refused',
    steps: [
      'CREATE TABLE t (a INT)',
      'CREATE TABLE u (a INT)',
      [
        'SELECT * FROM t LEFT JOIN u ON t.a = (SELECT MAX(x.a) FROM u x WHERE x.a = t.a)',
        { code: '002031', sqlState: '42601', says: 'Unsupported subquery type' },
      ],
      ['SELECT (SELECT SUM(t.a) FROM u GROUP BY t.a) FROM t', { code: '000002', says: 'an aggregate in this place' }],
    ],
  },
  {
    page: 'DATEADD, ADD_MONTHS, TIMESTAMP_FROM_PARTS',
    rule: 'a moment beyond all dates is out of range',
    steps: [
      ["SELECT DATEADD(year, 99999999, '2024-01-01'::DATE)", out],
      ["SELECT ADD_MONTHS('2024-01-01'::DATE, 99999999)", out],
      ["SELECT '2024-01-01'::DATE + INTERVAL '99999999999 years'", out],
      ['SELECT TIMESTAMP_FROM_PARTS(999999999, 1, 1, 1, 1, 1)', out],
      [
        "SELECT TIMESTAMP_TZ_FROM_PARTS(2024, 1, 1, 1, 1, 1, 1, '8')",
        { code: '100093', says: "Unknown timezone: '8'" },
      ],
    ],
  },
]);
