import { holdFacts } from './facts.ts';

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
