/** What clients do, at random: scripts of statements, among them every kind that leaves something behind. */
import fc from 'fast-check';

/** One step of a client: a statement, or several that it sends at the same moment. */
export type Step = readonly string[];

/** Schemas that are there, without the run's prefix. */
export const schema = fc.constantFrom('A.ONE', 'A.TWO', 'B.ONE', 'B.PUBLIC');
const number = fc.nat(99);
const reads = [
  'SELECT CURRENT_DATABASE(), CURRENT_SCHEMA(), CURRENT_ROLE(), CURRENT_WAREHOUSE()',
  'SELECT $X',
  'SELECT $X, $Y',
  'SELECT COUNT(*) FROM MINE',
  'SELECT X FROM TEMP_MINE ORDER BY X',
  "SHOW PARAMETERS LIKE 'TIMEZONE' IN SESSION",
  'SELECT X FROM SHARED',
];

/** `@` stands for the client's own prefix, `%` for the run's. */
const changes: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: schema.map((name) => `USE SCHEMA %${name}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('USE DATABASE %A', 'USE DATABASE %B', 'USE ROLE SYSADMIN', 'USE ROLE ACCOUNTADMIN'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('USE SECONDARY ROLES NONE', 'USE SECONDARY ROLES ALL', 'USE WAREHOUSE COMPUTE_WH'),
  },
  { weight: 3, arbitrary: number.map((value) => `SET X = ${value}`) },
  { weight: 1, arbitrary: number.map((value) => `SET (X, Y) = (SELECT ${value} * 2, 'it''s ${value}')`) },
  { weight: 1, arbitrary: fc.constant('SET Y = (SELECT COUNT(*) FROM MINE)') },
  { weight: 1, arbitrary: fc.constantFrom('UNSET X', 'UNSET (X, Y)') },
  {
    weight: 1,
    arbitrary: fc.constantFrom("ALTER SESSION SET TIMEZONE = 'Asia/Tokyo'", 'ALTER SESSION UNSET TIMEZONE'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('ALTER SESSION SET AUTOCOMMIT = FALSE', 'ALTER SESSION SET AUTOCOMMIT = TRUE'),
  },
  { weight: 1, arbitrary: fc.constant('CREATE TEMPORARY TABLE IF NOT EXISTS TEMP_MINE AS SELECT 1 AS X') },
  { weight: 1, arbitrary: number.map((value) => `INSERT INTO TEMP_MINE VALUES (${value})`) },
  { weight: 4, arbitrary: number.map((value) => `INSERT INTO MINE VALUES (${value})`) },
  { weight: 2, arbitrary: fc.constant('BEGIN') },
  { weight: 2, arbitrary: fc.constantFrom('COMMIT', 'ROLLBACK') },
  { weight: 1, arbitrary: number.map((value) => `CREATE TABLE IF NOT EXISTS MORE_${value} (X INT)`) },
  { weight: 1, arbitrary: fc.constantFrom('CREATE SCHEMA IF NOT EXISTS @S', 'DROP SCHEMA IF EXISTS @S') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'USE SCHEMA NOWHERE',
      'SELECT * FROM NOTHING',
      'SET X = (SELECT 1 / 0)',
      "INSERT INTO MINE VALUES ('a')",
    ),
  },
);

/** What a client may do whose effects the guard foresees. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: changes.map((sql) => [sql]) },
  { weight: 5, arbitrary: fc.constantFrom(...reads).map((sql) => [sql]) },
  // Reads beside one change: those before it do not see it, those after it do.
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...reads), schema, fc.constantFrom(...reads))
      .map(([before, name, after]) => [before, `USE SCHEMA %${name}`, after]),
  },
);

/** Statements whose effects nobody can tell from outside: the only ones after which a session may be thrown away. */
export const unforeseen: fc.Arbitrary<string> = fc
  .constantFrom('SET X = 1000', 'USE SCHEMA %B.ONE', 'INSERT INTO MINE VALUES (1)', 'UNSET X', 'USE SCHEMA NOWHERE')
  .chain((sql) => fc.constantFrom(`EXECUTE IMMEDIATE '${sql}'`, `EXECUTE IMMEDIATE $$ BEGIN ${sql}; END $$`));
