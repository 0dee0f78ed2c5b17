import { type Fact, holdFacts } from './facts.ts';

const unexpected = (word: string) => ({
  code: '001003',
  sqlState: '42000',
  message: `unexpected '${word}'`,
});
const PAGE = 'Reserved & limited keywords';

const refused: readonly (readonly [sql: string, word: string])[] = [
  ['CREATE TABLE order (a INT)', 'order'],
  ['CREATE TABLE public.values (a INT)', 'values'],
  ['CREATE TABLE t (a INT, rows INT)', 'rows'],
  ['CREATE TABLE t (START DATE, stop DATE)', 'START'],
  ['CREATE TABLE t (current_date DATE)', 'current_date'],
  ['CREATE SCHEMA all', 'all'],
  ['CREATE VIEW v (any) AS SELECT 1', 'any'],
  ['ALTER TABLE lines ADD COLUMN table INT', 'table'],
  ['ALTER TABLE lines RENAME COLUMN n TO set', 'set'],
  ['SELECT COUNT(*) AS rows FROM lines', 'rows'],
  ['SELECT 1 AS start', 'start'],
  ['SELECT * FROM lines AS group', 'group'],
  ['SELECT * FROM lines l (from)', 'from'],
  ['WITH x (row) AS (SELECT 1) SELECT * FROM x', 'row'],
];

holdFacts(
  'reserved words',
  [
    'CREATE TABLE lines (n INT)',
    'INSERT INTO lines VALUES (1), (2)',
    'CREATE TABLE words (limit INT, offset INT, left INT, using INT)',
    'INSERT INTO words VALUES (1, 2, 3, 4)',
  ],
  [
    ...refused.map(([sql, word]): Fact => [sql, unexpected(word), PAGE]),
    ['CREATE TABLE "order" ("rows" INT, account INT, "select" INT)', ['Table order successfully created.'], PAGE],
    ['SELECT "rows", account, "select" FROM "order"', [], PAGE],
    ['SELECT COUNT(*) AS "rows", 1 AS limit, 2 AS left, 3 AS account FROM lines', [['2', '1', '2', '3']], PAGE],
    [
      'SELECT limit, offset, left, using, LEFT(limit, 1) FROM words LEFT JOIN lines ON limit = n WHERE offset = 2 ORDER BY limit LIMIT 1',
      [['1', '2', '3', '4', '1']],
      PAGE,
    ],
    ['SELECT limit FROM lines', { code: '000904', message: "invalid identifier 'LIMIT'" }, PAGE],
    ['SELECT n FROM lines ORDER BY n LIMIT 1 OFFSET 1', ['2'], PAGE],
    ['SELECT PARSE_JSON(\'{"order": {"rows": 3}}\'):order.rows', ['3'], 'Querying semi-structured data'],
  ],
);
