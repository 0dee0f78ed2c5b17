import { holdFacts } from './facts.ts';

const PAGE = 'CONNECT BY';

holdFacts(
  'hierarchies',
  [
    `CREATE TABLE staff (title VARCHAR, id INT, boss INT) AS SELECT * FROM VALUES
      ('President', 1, NULL), ('VP Sales', 2, 1), ('VP Build', 3, 1), ('Seller', 4, 2), ('Builder', 5, 3), ('Helper', 6, 5)`,
    'CREATE TABLE parts (part VARCHAR, inside VARCHAR, amount INT)',
    "INSERT INTO parts VALUES ('car', NULL, 1), ('wheel', 'car', 4), ('tyre', 'wheel', 1), ('bolt', 'wheel', 5)",
    'CREATE TABLE ring (a INT, b INT) AS SELECT * FROM VALUES (1, 2), (2, 1)',
    'CREATE TABLE pay (id INT, amount INT) AS SELECT * FROM VALUES (1, 900), (2, 500), (4, 100)',
    `CREATE RECURSIVE VIEW chain (id, path) COMMENT = 'who reports to whom' AS
      SELECT id, title FROM staff WHERE boss IS NULL
      UNION ALL SELECT s.id, c.path || ' > ' || s.title FROM staff s JOIN chain c ON s.boss = c.id`,
    'CREATE TABLE levels (level INT, up INT) AS SELECT * FROM VALUES (1, NULL)',
  ],
  [
    [
      'SELECT * FROM chain WHERE id IN (1, 6) ORDER BY id',
      [
        ['1', 'President'],
        ['6', 'President > VP Build > Builder > Helper'],
      ],
      'CREATE VIEW',
    ],
    [
      "SELECT id, boss, LEVEL FROM staff START WITH title = 'President' CONNECT BY boss = PRIOR id ORDER BY id",
      [
        ['1', null, '1'],
        ['2', '1', '2'],
        ['3', '1', '2'],
        ['4', '2', '3'],
        ['5', '3', '3'],
        ['6', '5', '4'],
      ],
      PAGE,
    ],
    ['SELECT id FROM staff START WITH id = 6 CONNECT BY PRIOR boss = id ORDER BY LEVEL', ['6', '5', '3', '1'], PAGE],
    [
      "SELECT SYS_CONNECT_BY_PATH(title, ' -> ') FROM staff START WITH boss IS NULL CONNECT BY boss = PRIOR id ORDER BY id DESC LIMIT 2",
      [' -> President -> VP Build -> Builder -> Helper', ' -> President -> VP Build -> Builder'],
      PAGE,
    ],
    [
      'SELECT id, CONNECT_BY_ROOT title AS root_title FROM staff START WITH boss = 1 CONNECT BY boss = PRIOR id ORDER BY id',
      [
        ['2', 'VP Sales'],
        ['3', 'VP Build'],
        ['4', 'VP Sales'],
        ['5', 'VP Build'],
        ['6', 'VP Build'],
      ],
      PAGE,
    ],
    [
      'SELECT id, PRIOR title FROM staff START WITH boss IS NULL CONNECT BY PRIOR id = boss ORDER BY id LIMIT 4',
      [
        ['1', null],
        ['2', 'President'],
        ['3', 'President'],
        ['4', 'VP Sales'],
      ],
      PAGE,
    ],
    // WHERE picks from the hierarchy's rows: those below a row that it leaves out stay.
    [
      'SELECT id FROM staff WHERE id <> 3 START WITH boss IS NULL CONNECT BY boss = PRIOR id ORDER BY id',
      ['1', '2', '4', '5', '6'],
      PAGE,
    ],
    [
      'SELECT id FROM staff CONNECT BY boss = PRIOR id AND id <> 3 START WITH boss IS NULL ORDER BY 1',
      ['1', '2', '4'],
      PAGE,
    ],
    ['SELECT COUNT(*) FROM staff CONNECT BY boss = PRIOR id', ['15'], PAGE],
    ['SELECT LEVEL AS n FROM dual CONNECT BY LEVEL <= 4 ORDER BY n', ['1', '2', '3', '4'], PAGE],
    [
      "SELECT LEVEL, COUNT(*), LISTAGG(title, ',') WITHIN GROUP (ORDER BY title) FROM staff START WITH id = 1 CONNECT BY boss = PRIOR id AND LEVEL < 4 GROUP BY LEVEL ORDER BY LEVEL",
      [
        ['1', '1', 'President'],
        ['2', '2', 'VP Build,VP Sales'],
        ['3', '2', 'Builder,Seller'],
      ],
      PAGE,
    ],
    [
      "SELECT p.part, LEVEL, SYS_CONNECT_BY_PATH(p.part, '/') AS path FROM parts p START WITH p.part = 'car' CONNECT BY p.inside = PRIOR p.part ORDER BY path",
      [
        ['car', '1', '/car'],
        ['wheel', '2', '/car/wheel'],
        ['bolt', '3', '/car/wheel/bolt'],
        ['tyre', '3', '/car/wheel/tyre'],
      ],
      PAGE,
    ],
    [
      "SELECT SYS_CONNECT_BY_PATH(CONNECT_BY_ROOT_ID, '/') FROM (SELECT 1 AS connect_by_root_id) CONNECT BY LEVEL <= 2 ORDER BY 1",
      ['/1', '/1/1'],
      PAGE,
    ],
    [
      "SELECT SYS_CONNECT_BY_PATH(boss, '/') AS path, COUNT(*) FROM staff START WITH boss = 1 CONNECT BY boss = PRIOR id GROUP BY path ORDER BY path",
      [
        ['/1', '2'],
        ['/1/2', '1'],
        ['/1/3', '1'],
        ['/1/3/5', '1'],
      ],
      PAGE,
    ],
    [
      'SELECT s.id, amount FROM staff s LEFT JOIN pay USING (id) WHERE LEVEL < 3 START WITH boss IS NULL CONNECT BY boss = PRIOR id ORDER BY 1',
      [
        ['1', '900'],
        ['2', '500'],
        ['3', null],
      ],
      PAGE,
    ],
    [
      'WITH tree AS (SELECT id, LEVEL AS depth FROM staff START WITH boss IS NULL CONNECT BY boss = PRIOR id) SELECT MAX(depth) FROM tree',
      ['4'],
      PAGE,
    ],
    [
      'SELECT a FROM ring START WITH a = 1 CONNECT BY a = PRIOR b',
      { code: '000002', message: 'which is what a cycle makes' },
      PAGE,
    ],
    [
      'SELECT a FROM ring START WITH a = 1 CONNECT BY NOCYCLE a = PRIOR b',
      { code: '000002', message: 'NOCYCLE' },
      PAGE,
    ],
    // A few thousand rows a level, far from any cycle
    [
      'SELECT COUNT(*), MAX(LEVEL) FROM (SELECT SEQ4() AS n, FLOOR((SEQ4() - 1) / 10) AS up FROM TABLE(GENERATOR(ROWCOUNT => 20000))) START WITH n = 0 CONNECT BY PRIOR n = up AND n > 0',
      [['20000', '6']],
      PAGE,
    ],
    [
      'SELECT COUNT(*) FROM (SELECT SEQ4() % 5 AS a FROM TABLE(GENERATOR(ROWCOUNT => 50))) CONNECT BY a = PRIOR a AND LEVEL <= 4',
      ['55550'],
      PAGE,
    ],
    ['SELECT PRIOR a FROM ring', { code: '000002', message: 'outside of CONNECT BY' }, PAGE],
    ['SELECT 1 FROM levels CONNECT BY up = PRIOR level', { code: '000002', message: 'a column named LEVEL' }, PAGE],
    ['SELECT a FROM ring START WITH a = 1', { code: '001003' }, PAGE],
  ],
);
