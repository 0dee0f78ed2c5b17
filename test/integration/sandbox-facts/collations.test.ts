import { expect, test } from 'vitest';
import { FactAccount, holdFacts } from './facts.ts';

const PAGE = 'Collation support';

holdFacts(
  'collations of ORDER BY and of comparisons',
  [
    'CREATE TABLE words (id INT, s VARCHAR)',
    "INSERT INTO words VALUES (1, 'b'), (2, 'A'), (3, 'a'), (4, 'B'), (5, 'ä'), (6, NULL)",
  ],
  [
    ['SELECT id FROM words ORDER BY s', ['2', '4', '3', '1', '5', '6'], PAGE],
    ["SELECT id FROM words ORDER BY s COLLATE 'en', id", ['3', '2', '5', '1', '4', '6'], PAGE],
    ["SELECT id FROM words ORDER BY COLLATE(s, 'en-ci') DESC, id DESC", ['6', '4', '1', '5', '3', '2'], PAGE],
    ["SELECT s AS x FROM words WHERE id < 4 ORDER BY x COLLATE 'en'", ['a', 'A', 'b'], PAGE],
    ["SELECT s FROM words WHERE id = 1 UNION SELECT 'A' ORDER BY s COLLATE 'en-ci'", ['A', 'b'], PAGE],
    [
      "SELECT LISTAGG(s) WITHIN GROUP (ORDER BY s COLLATE 'en'), MIN(id) FROM words WHERE id < 5",
      [['aAbB', '1']],
      PAGE,
    ],
    [
      "SELECT 'Abc' COLLATE 'en-ci' = 'aBC', 'Abc' = 'abc' COLLATE 'en-cs', ' a ' COLLATE 'trim' = 'a', COLLATE('ä', 'de-ai') = 'a'",
      [['1', '0', '1', '1']],
      PAGE,
    ],
    ["SELECT 'a' < 'B', 'a' COLLATE 'en' < 'B' COLLATE 'en', 'a' COLLATE 'utf8' < 'B'", [['0', '1', '0']], PAGE],
    ["SELECT id FROM words WHERE s COLLATE 'en-ci' = 'A' AND id > 2 OR NULL COLLATE 'en' = s", ['3'], PAGE],
    [
      "SELECT 'a' COLLATE 'en' = 'b' COLLATE 'de'",
      { code: '000002', message: "does not support comparing the collations 'en' and 'de'" },
      PAGE,
    ],
    ["SELECT s COLLATE 'xx-yy' = 'a' FROM words", { code: '000002', message: "the collation 'xx-yy'" }, PAGE],
    // Where the collation would go on with the value, nothing here would know of it.
    ["SELECT s COLLATE 'en-ci' FROM words", { code: '000002', message: 'the function COLLATE' }, PAGE],
  ],
);

const refused = (message: string) => ({ code: '000002', message });

holdFacts(
  'collations of columns',
  [
    "CREATE TABLE people (id INT, name VARCHAR(20) COLLATE 'en-ci', town VARCHAR COLLATE 'fr', plain VARCHAR)",
    "INSERT INTO people VALUES (1, 'Ann', 'Évry', 'ANN'), (2, 'ann', 'Eu', 'x'), (3, 'Bob', 'Zuydcoote', 'bob'), (4, NULL, NULL, NULL)",
    "CREATE TABLE marks (who VARCHAR COLLATE 'en-ci', mark INT)",
    "INSERT INTO marks VALUES ('ANN', 5), ('BOB', 7)",
    'CREATE VIEW seen AS SELECT name AS n, id FROM people',
    'CREATE TABLE copied AS SELECT name, id FROM people',
  ],
  [
    ["SELECT id FROM people WHERE name = 'ANN' ORDER BY id", ['1', '2'], PAGE],
    ["SELECT id FROM people WHERE 'bOB' = name OR name > 'ann'", ['3'], PAGE],
    ['SELECT id FROM people WHERE name = plain ORDER BY id', ['1', '3'], PAGE],
    ["SELECT id FROM people WHERE name COLLATE 'en-cs' = 'ann'", ['2'], PAGE],
    ["SELECT id FROM people WHERE name BETWEEN 'B' AND 'C'", ['3'], PAGE],
    ["SELECT id FROM people WHERE town > 'F' ORDER BY town DESC", ['3'], PAGE],
    ['SELECT town FROM people WHERE id < 4 ORDER BY town', ['Eu', 'Évry', 'Zuydcoote'], PAGE],
    ['SELECT id FROM people WHERE name = town', refused("the collations 'en-ci' and 'fr'"), PAGE],
    [
      'SELECT COUNT(*), LOWER(name) FROM people GROUP BY name ORDER BY name',
      [
        ['2', 'ann'],
        ['1', 'bob'],
        ['1', null],
      ],
      PAGE,
    ],
    ['SELECT COUNT(*) FROM people GROUP BY ALL', ['4'], PAGE],
    ['SELECT COUNT(DISTINCT name), MIN(id) FROM people', [['2', '1']], PAGE],
    ['SELECT COUNT(*) FROM (SELECT DISTINCT name FROM people)', ['3'], PAGE],
    ['SELECT UPPER(MAX(name)), LENGTH(MIN(name)) FROM people', [['BOB', '3']], PAGE],
    [
      'SELECT id, ROW_NUMBER() OVER (PARTITION BY name ORDER BY id) FROM people WHERE id < 3 ORDER BY id',
      [
        ['1', '1'],
        ['2', '2'],
      ],
      PAGE,
    ],
    [
      'SELECT p.id, mark FROM people p JOIN marks m ON p.name = m.who ORDER BY id',
      [
        ['1', '5'],
        ['2', '5'],
        ['3', '7'],
      ],
      PAGE,
    ],
    ["SELECT id FROM seen WHERE n = 'ANN' ORDER BY id", ['1', '2'], PAGE],
    [
      "WITH w AS (SELECT name, id FROM people) SELECT id FROM w WHERE name || 'a' = 'ANNA' ORDER BY id",
      ['1', '2'],
      PAGE,
    ],
    ["SELECT id FROM people WHERE SUBSTR(UPPER(name), 1, 1) = 'b'", ['3'], 'SUBSTR'],
    ["SELECT CASE name WHEN 'ANN' THEN 1 ELSE 2 END FROM people WHERE COALESCE(name, '-') = 'bob'", ['2'], PAGE],
    ['SELECT id FROM people WHERE (SELECT MAX(who) FROM marks) = name', ['3'], PAGE],
    ["SELECT id FROM copied WHERE name = 'ANN' ORDER BY id", ['1', '2'], 'CREATE TABLE'],
    ["UPDATE people SET plain = 'seen' WHERE name = 'ANN'", [['2', '0']], PAGE],
    ["DELETE FROM copied WHERE name = 'BOB'", ['1'], PAGE],
    [
      "MERGE INTO marks USING (SELECT 'ann' AS w) s ON marks.who = s.w WHEN MATCHED THEN UPDATE SET mark = 1",
      ['1'],
      PAGE,
    ],
    // Some functions take no collation at Snowflake either; of others, nothing here knows how they compare.
    ["SELECT id FROM people WHERE name IN ('ANN')", refused("the collation 'en-ci' here"), 'IN'],
    ['SELECT id FROM people WHERE name IN (SELECT who FROM marks)', refused('collation'), 'IN'],
    ["SELECT REGEXP_REPLACE(name, 'a', 'b') FROM people", refused("the collation 'en-ci' here"), 'REGEXP_REPLACE'],
    ["SELECT id FROM people WHERE name LIKE 'a%'", refused("the collation 'en-ci' here"), 'LIKE'],
    ['SELECT name FROM people UNION SELECT plain FROM people', refused("the collation 'en-ci' in UNION"), PAGE],
    ["SELECT OBJECT_CONSTRUCT('n', name) FROM people", refused("the collation 'en-ci' here"), PAGE],
    ['SELECT OBJECT_CONSTRUCT(*) FROM people', refused('collation'), PAGE],
    ['SELECT * FROM marks PIVOT (SUM(mark) FOR who IN (1))', refused('collation'), PAGE],
    ['SELECT id FROM people WHERE plain IN (SELECT who FROM marks)', refused('collation'), 'IN'],
    ["SELECT name FROM people ->> SELECT COUNT(*) FROM $1 WHERE name = 'ANN'", ['2'], 'RESULT_SCAN'],
    ['SELECT LISTAGG(DISTINCT name) FROM people', refused("the collation 'en-ci' here"), PAGE],
    ['SELECT mark FROM marks START WITH mark = 5 CONNECT BY PRIOR mark = 7', refused('collation'), PAGE],
    ["CREATE TABLE odd (c VARCHAR COLLATE 'en-xx')", refused("the collation 'en-xx'"), PAGE],
    [
      `DESCRIBE TABLE people ->> SELECT "name", "type" FROM $1 WHERE "name" <> 'ID'`,
      [
        ['NAME', "VARCHAR(20) COLLATE 'en-ci'"],
        ['TOWN', "VARCHAR(16777216) COLLATE 'fr'"],
        ['PLAIN', 'VARCHAR(16777216)'],
      ],
      'DESCRIBE TABLE',
    ],
    [
      "SELECT column_name, collation_name FROM information_schema.columns WHERE table_name = 'MARKS' ORDER BY 1",
      [
        ['MARK', null],
        ['WHO', 'en-ci'],
      ],
      'COLUMNS view',
    ],
    ["SELECT CONTAINS(GET_DDL('TABLE', 'marks'), 'WHO VARCHAR(16777216) COLLATE ''en-ci''')", ['1'], 'GET_DDL'],
    [
      'ALTER TABLE people ALTER COLUMN name TYPE VARCHAR(30)',
      { code: '002108', message: 'because they have incompatible collations' },
      'ALTER TABLE … ALTER COLUMN',
    ],
  ],
);

test('a column tells drivers its collation', async () => {
  const account = await FactAccount.open();
  try {
    await account.ask("CREATE TABLE t (a VARCHAR COLLATE 'en-ci', b VARCHAR)");
    const { types } = await account.ask('SELECT a, b, UPPER(a) FROM t');
    expect(types.map(({ collation }) => collation)).toEqual(['en-ci', null, 'en-ci']);
  } finally {
    await account.close();
  }
});
