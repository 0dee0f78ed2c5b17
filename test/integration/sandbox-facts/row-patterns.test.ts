import { holdFacts } from './facts.ts';

const PAGE = 'MATCH_RECOGNIZE';
const GUIDE = 'Identifying sequences of rows that match a pattern';

/** Every row of `series` by its machine, in order of its hour. */
const over = (clauses: string) => `FROM series MATCH_RECOGNIZE (PARTITION BY machine ORDER BY hour ${clauses})`;
const MOVES = 'DEFINE up AS heat > LAG(heat), down AS heat < LAG(heat)';

holdFacts(
  'row patterns',
  [
    'CREATE TABLE series (machine VARCHAR, hour INT, heat INT)',
    `INSERT INTO series VALUES
      ('a', 1, 50), ('b', 1, 89), ('a', 2, 36), ('b', 2, 24), ('a', 3, 39), ('b', 3, 37), ('a', 4, 42), ('b', 4, 63),
      ('a', 5, 30), ('b', 5, 65), ('a', 6, 47), ('b', 6, 56), ('a', 7, 71), ('b', 7, 50), ('a', 8, 80), ('b', 8, 54),
      ('a', 9, 75), ('b', 9, 30), ('a', 10, 63), ('b', 10, 32)`,
    `CREATE VIEW dips AS SELECT * ${over('MEASURES FIRST(hour) AS since AFTER MATCH SKIP TO NEXT ROW PATTERN (down up) DEFINE down AS heat < LAG(heat), up AS heat > LAG(heat)')}`,
    'CREATE TABLE events (id INT, kind VARCHAR, note VARCHAR)',
    "INSERT INTO events VALUES (1, 'x', NULL), (2, 'x', 'two'), (3, 'y', NULL), (4, 'x', 'four'), (5, 'z', NULL)",
  ],
  [
    // One row per match
    [
      `SELECT * ${over(`MEASURES MATCH_NUMBER() AS n, FIRST(hour) AS since, LAST(hour) AS until, COUNT(*) AS len, COUNT(down.*) AS downs, COUNT(up.heat) AS ups
        ONE ROW PER MATCH AFTER MATCH SKIP TO LAST up PATTERN (before down+ up+) ${MOVES}`)} ORDER BY machine, n`,
      [
        ['a', '1', '1', '4', '4', '1', '2'],
        ['a', '2', '4', '8', '5', '1', '3'],
        ['b', '1', '1', '5', '5', '1', '3'],
        ['b', '2', '5', '8', '4', '2', '1'],
        ['b', '3', '8', '10', '3', '1', '1'],
      ],
      GUIDE,
    ],
    [
      `SELECT * ${over(`MEASURES MATCH_SEQUENCE_NUMBER() AS at, SUM(heat) AS total, MAX(up.heat) AS top, AVG(heat) AS mean, hour AS ended, low.heat AS lowest, up.heat - low.heat AS climb
        PATTERN (low up up) DEFINE low AS heat < 45, up AS heat > LAG(heat)`)} WHERE machine = 'a' ORDER BY ended`,
      [
        ['a', '3', '117', '42', '39.000', '4', '36', '6'],
        ['a', '3', '148', '71', '49.333', '7', '30', '41'],
      ],
      PAGE,
    ],
    // All rows per match: measures run up to the row
    [
      `SELECT hour, n, at, kind, seen, final_seen ${over(`MEASURES MATCH_NUMBER() AS n, MATCH_SEQUENCE_NUMBER() AS at, CLASSIFIER() AS kind, COUNT(*) AS seen, FINAL COUNT(*) AS final_seen
        ALL ROWS PER MATCH PATTERN (any_row up+) DEFINE any_row AS TRUE, up AS heat > LAG(heat)`)} WHERE machine = 'a' ORDER BY n, at`,
      [
        ['2', '1', '1', 'ANY_ROW', '1', '3'],
        ['3', '1', '2', 'UP', '2', '3'],
        ['4', '1', '3', 'UP', '3', '3'],
        ['5', '2', '1', 'ANY_ROW', '1', '4'],
        ['6', '2', '2', 'UP', '2', '4'],
        ['7', '2', '3', 'UP', '3', '4'],
        ['8', '2', '4', 'UP', '4', '4'],
      ],
      GUIDE,
    ],
    [
      `SELECT hour, f, l ${over('MEASURES FINAL FIRST(cool.heat) AS f, FINAL LAST(cool.heat) AS l ALL ROWS PER MATCH PATTERN (cool cool) DEFINE cool AS heat < 45')} WHERE machine = 'a' ORDER BY hour`,
      [
        ['2', '36', '39'],
        ['3', '36', '39'],
        ['4', '42', '30'],
        ['5', '42', '30'],
      ],
      PAGE,
    ],
    [
      `SELECT hour, f, b, c, l, n, kind ${over(`MEASURES FIRST(hour) AS f, LAG(hour) AS b, LEAD(hour) AS c, LAST(hour) AS l, MATCH_NUMBER() AS n, CLASSIFIER AS kind
        ALL ROWS PER MATCH AFTER MATCH SKIP TO NEXT ROW PATTERN (r1 r2 r3) DEFINE r1 AS TRUE`)} ORDER BY machine, n, hour LIMIT 6`,
      [
        ['1', '1', null, '2', '1', '1', 'R1'],
        ['2', '1', '1', '3', '2', '1', 'R2'],
        ['3', '1', '2', null, '3', '1', 'R3'],
        ['2', '2', null, '3', '2', '2', 'R1'],
        ['3', '2', '2', '4', '3', '2', 'R2'],
        ['4', '2', '3', null, '4', '2', 'R3'],
      ],
      GUIDE,
    ],
    [
      `SELECT * ${over('MEASURES MATCH_NUMBER() AS n ALL ROWS PER MATCH PATTERN (^ hot) DEFINE hot AS heat > 60')}`,
      [['b', '1', '89', '1']],
      GUIDE,
    ],
    [
      `SELECT * ${over('MEASURES MATCH_NUMBER() AS n ALL ROWS PER MATCH PATTERN (warm $) DEFINE warm AS heat > 50')}`,
      [['a', '10', '63', '1']],
      GUIDE,
    ],
    // A match of no row takes a number
    [
      `SELECT machine, hour, n ${over(`MEASURES MATCH_NUMBER() AS n ALL ROWS PER MATCH OMIT EMPTY MATCHES PATTERN (high*)
        DEFINE high AS heat > AVG(heat) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)`)} ORDER BY machine, hour`,
      [
        ['a', '7', '7'],
        ['a', '8', '7'],
        ['a', '9', '7'],
        ['a', '10', '7'],
        ['b', '1', '1'],
        ['b', '4', '4'],
        ['b', '5', '4'],
        ['b', '6', '4'],
        ['b', '8', '6'],
      ],
      PAGE,
    ],
    [
      `SELECT hour, n, kind ${over(`MEASURES MATCH_NUMBER() AS n, CLASSIFIER() AS kind ALL ROWS PER MATCH WITH UNMATCHED ROWS PATTERN (high+)
        DEFINE high AS heat > AVG(heat) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)`)} WHERE machine = 'b' ORDER BY hour LIMIT 5`,
      [
        ['1', '1', 'HIGH'],
        ['2', null, null],
        ['3', null, null],
        ['4', '2', 'HIGH'],
        ['5', '2', 'HIGH'],
      ],
      PAGE,
    ],
    // Patterns
    [
      `SELECT machine, n, s, e, ups, len, spike ${over(`MEASURES MATCH_NUMBER() AS n, FIRST(hour) AS s, LAST(hour) AS e, COUNT(up.heat) AS ups, COUNT(*) AS len, LAST(CLASSIFIER()) = 'DOWN' AS spike
        AFTER MATCH SKIP TO NEXT ROW PATTERN (any_row PERMUTE(up{2}, down+)) ${MOVES}`)} ORDER BY machine, n`,
      [
        ['a', '1', '1', '4', '2', '4', '0'],
        ['a', '2', '2', '5', '2', '4', '1'],
        ['a', '3', '4', '7', '2', '4', '0'],
        ['a', '4', '6', '10', '2', '5', '1'],
        ['b', '1', '1', '4', '2', '4', '0'],
        ['b', '2', '3', '7', '2', '5', '1'],
      ],
      GUIDE,
    ],
    [
      `SELECT hour, kind, len ${over(`MEASURES CLASSIFIER() AS kind, COUNT(*) AS len ALL ROWS PER MATCH PATTERN (any_row {- down+ -} up+ {- down+ -} up+) ${MOVES}`)} WHERE machine = 'a' ORDER BY hour`,
      [
        ['1', 'ANY_ROW', '1'],
        ['3', 'UP', '3'],
        ['4', 'UP', '4'],
        ['6', 'UP', '6'],
        ['7', 'UP', '7'],
        ['8', 'UP', '8'],
      ],
      GUIDE,
    ],
    [
      `SELECT len ${over(`MEASURES COUNT(*) AS len PATTERN (up{2,}?) ${MOVES}`)} WHERE machine = 'a' ORDER BY len`,
      ['2', '2'],
      GUIDE,
    ],
    [
      `SELECT len ${over(`MEASURES MATCH_NUMBER() AS n, COUNT(*) AS len PATTERN (up{,3} down) ${MOVES}`)} WHERE machine = 'a' ORDER BY n`,
      ['1', '3', '4', '1'],
      GUIDE,
    ],
    [
      `SELECT len ${over(`MEASURES MATCH_NUMBER() AS n, COUNT(*) AS len PATTERN ((up | down down) up?) ${MOVES}`)} WHERE machine = 'b' ORDER BY n`,
      ['2', '1', '3', '1'],
      GUIDE,
    ],
    // NULL that a row holds is its value; definitions see the partition, not the match
    [
      `SELECT f, l, c FROM events MATCH_RECOGNIZE (ORDER BY id MEASURES FIRST(x.note) AS f, LAST(note) AS l, COUNT(x.note) AS c PATTERN (x+ y) DEFINE x AS kind = 'x', y AS kind = 'y')`,
      [[null, null, '1']],
      PAGE,
    ],
    [
      `SELECT id FROM events MATCH_RECOGNIZE (ORDER BY id ALL ROWS PER MATCH PATTERN (a) DEFINE a AS PREV(kind) = 'x' AND NEXT(a.kind) = 'x')`,
      ['3'],
      PAGE,
    ],
    [
      'SELECT machine, since FROM dips ORDER BY 1, 2 LIMIT 3',
      [
        ['a', '2'],
        ['a', '5'],
        ['b', '2'],
      ],
      PAGE,
    ],
    [
      `SELECT t.m, s.hour FROM series AS s JOIN (SELECT * FROM series) AS q MATCH_RECOGNIZE (PARTITION BY machine ORDER BY hour MEASURES MAX(heat) AS m PATTERN (^ h) DEFINE h AS TRUE) AS t ON s.heat = t.m`,
      [
        ['50', '1'],
        ['89', '1'],
        ['50', '7'],
      ],
      PAGE,
    ],
    // What is not supported, and what cannot be
    [
      `SELECT 1 ${over('PATTERN (high*) DEFINE high AS heat > 60')}`,
      { code: '000002', message: 'a row pattern that may match no row' },
      PAGE,
    ],
    [
      `SELECT 1 ${over('MEASURES 1 AS one PATTERN (a b) DEFINE b AS heat > FIRST(heat)')}`,
      { code: '000002', message: 'FIRST in DEFINE' },
      PAGE,
    ],
    [
      `SELECT 1 ${over('MEASURES 1 AS one PATTERN (a b) DEFINE b AS b.heat > a.heat')}`,
      { code: '000002', message: 'columns of other symbols in DEFINE' },
      PAGE,
    ],
    // A pattern that backtracks at every row takes as long as there are rows
    [
      `SELECT COUNT(*) FROM (SELECT SEQ4() AS i FROM TABLE(GENERATOR(ROWCOUNT => 50000)))
        MATCH_RECOGNIZE (ORDER BY i MEASURES 1 AS one PATTERN ((a+)+ b) DEFINE b AS FALSE)`,
      ['0'],
      PAGE,
    ],
    [
      `SELECT 1 ${over('MEASURES 1 AS one PATTERN (a b) DEFINE b AS heat > SUM(heat)')}`,
      { code: '000002', message: 'aggregates without OVER in DEFINE' },
      PAGE,
    ],
    [
      `SELECT 1 ${over('MEASURES LISTAGG(heat) AS one PATTERN (a) DEFINE a AS TRUE')}`,
      { code: '000002', message: 'the function LISTAGG in MEASURES' },
      PAGE,
    ],
    [
      `SELECT 1 ${over('MEASURES 1 AS one AFTER MATCH SKIP TO FIRST a PATTERN (a b) DEFINE a AS TRUE')}`,
      { code: '100332', message: 'with which the same match begins' },
      PAGE,
    ],
    [
      'SELECT 1 FROM series MATCH_RECOGNIZE (MEASURES 1 AS one PATTERN (a) DEFINE a AS TRUE)',
      { code: '000002', message: 'MATCH_RECOGNIZE without ORDER BY' },
      PAGE,
    ],
    [
      `SELECT 1 ${over('MEASURES 1 AS one PATTERN (a{1,99999}) DEFINE a AS TRUE')}`,
      { code: '000002', message: 'a row pattern of this length' },
      PAGE,
    ],
    ['SELECT FINAL COUNT(*) FROM series', { code: '000002', message: 'outside of MEASURES' }, PAGE],
  ],
);
