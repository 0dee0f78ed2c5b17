import { holdFacts } from './facts.ts';

const REFUSED = { code: '000002', sqlState: '0A000' };

holdFacts(
  'joins written in WHERE, and joins that say which side is read first',
  [
    'CREATE TABLE a (id INT, n INT)',
    'CREATE TABLE b (id INT, t STRING)',
    'CREATE TABLE c (id INT, t STRING)',
    'INSERT INTO a VALUES (1, 10), (2, 20), (3, 30)',
    "INSERT INTO b VALUES (1, 'b1'), (2, 'b2')",
    "INSERT INTO c VALUES (1, 'c1'), (4, 'c4')",
  ],
  [
    [
      'SELECT * FROM a, c WHERE a.id = c.id(+) ORDER BY a.id',
      [
        ['1', '10', '1', 'c1'],
        ['2', '20', null, null],
        ['3', '30', null, null],
      ],
      'WHERE, joins in the WHERE clause',
    ],
    [
      'SELECT * FROM a, c WHERE a.id (+) = c.id ORDER BY c.id',
      [
        ['1', '10', '1', 'c1'],
        [null, null, '4', 'c4'],
      ],
      'WHERE, joins in the WHERE clause',
    ],
    [
      'SELECT * FROM c, a WHERE a.id = c.id(+) AND a.n > 10 ORDER BY a.id',
      [
        [null, null, '2', '20'],
        [null, null, '3', '30'],
      ],
      'WHERE, joins in the WHERE clause',
    ],
    [
      'SELECT a.id, b.t, c.t FROM a, b, c WHERE a.id = b.id(+) AND b.id = c.id(+) ORDER BY a.id',
      [
        ['1', 'b1', 'c1'],
        ['2', 'b2', null],
        ['3', null, null],
      ],
      'WHERE, joins in the WHERE clause',
    ],
    [
      "SELECT x.id, y.t FROM a x, b y WHERE x.id = y.id(+) AND UPPER(y.t(+)) LIKE '%2' ORDER BY x.id",
      [
        ['1', null],
        ['2', 'b2'],
        ['3', null],
      ],
      'WHERE, joins in the WHERE clause',
    ],
    [
      'SELECT a.id FROM a, c WHERE a.id = c.id(+) AND c.t IS NULL ORDER BY 1',
      ['2', '3'],
      'WHERE, joins in the WHERE clause',
    ],
    [
      'SELECT a.id, c.id FROM a, b, c WHERE a.id = b.id(+) AND b.id = c.id ORDER BY 1',
      [['1', '1']],
      'WHERE, joins in the WHERE clause',
    ],
    ['SELECT a.id FROM a, b WHERE a.id(+) = b.id(+)', REFUSED, 'WHERE, joins in the WHERE clause'],
    ['SELECT a.id FROM a, b WHERE n = b.id(+)', REFUSED, 'WHERE, joins in the WHERE clause'],
    ['SELECT a.id FROM a JOIN c ON a.id = c.id(+)', REFUSED, 'WHERE, joins in the WHERE clause'],
    ['SELECT a.id FROM a DIRECTED JOIN b ON a.id = b.id ORDER BY 1', ['1', '2'], 'JOIN'],
    [
      'SELECT a.id, c.t FROM a LEFT OUTER DIRECTED JOIN c ON a.id = c.id ORDER BY 1',
      [
        ['1', 'c1'],
        ['2', null],
        ['3', null],
      ],
      'JOIN',
    ],
  ],
);
