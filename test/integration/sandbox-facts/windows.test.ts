import { holdFacts } from './facts.ts';

const SALES = `CREATE TABLE sales AS SELECT column1::VARCHAR(10) AS region, column2::INT AS amount, column3::NUMBER(8,2) AS price, column4::DATE AS sold
  FROM VALUES ('north', 10, 1.50, '2024-01-05'), ('north', 20, 2.50, '2024-01-20'), ('south', 30, 3.00, '2024-02-01'), ('south', NULL, 4.25, '2024-02-02'), ('west', 5, NULL, '2024-02-03')`;

holdFacts(
  'window functions',
  [SALES],
  [
    [
      'SELECT region, amount, ROW_NUMBER() OVER (PARTITION BY region ORDER BY sold) FROM sales ORDER BY region, sold',
      [
        ['north', '10', '1'],
        ['north', '20', '2'],
        ['south', '30', '1'],
        ['south', null, '2'],
        ['west', '5', '1'],
      ],
      'ROW_NUMBER',
    ],
    [
      'SELECT n, RANK() OVER (ORDER BY n), DENSE_RANK() OVER (ORDER BY n) FROM VALUES (1), (1), (2) AS t(n) ORDER BY n',
      [
        ['1', '1', '1'],
        ['1', '1', '1'],
        ['2', '3', '2'],
      ],
      'RANK',
    ],
    [
      'SELECT n, PERCENT_RANK() OVER (ORDER BY n), CUME_DIST() OVER (ORDER BY n) FROM VALUES (1), (2), (3), (4), (5) AS t(n) QUALIFY n IN (1, 3)',
      [
        ['1', '0', '0.2'],
        ['3', '0.5', '0.6'],
      ],
      'PERCENT_RANK',
    ],
    [
      'SELECT n, NTILE(2) OVER (ORDER BY n) FROM VALUES (1), (2), (3) AS t(n) ORDER BY n',
      [
        ['1', '1'],
        ['2', '1'],
        ['3', '2'],
      ],
      'NTILE',
    ],
    [
      'SELECT sold, amount, SUM(amount) OVER (ORDER BY sold) FROM sales ORDER BY sold',
      [
        ['19727', '10', '10'],
        ['19742', '20', '30'],
        ['19754', '30', '60'],
        ['19755', null, '60'],
        ['19756', '5', '65'],
      ],
      'SUM',
    ],
    [
      'SELECT n, SUM(n) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM VALUES (1), (2), (3) AS t(n) ORDER BY n',
      [
        ['1', '3'],
        ['2', '6'],
        ['3', '5'],
      ],
      'Window function syntax and usage',
    ],
    [
      'SELECT n, LAG(n) OVER (ORDER BY n), LEAD(n, 1, 0) OVER (ORDER BY n) FROM VALUES (1), (2) AS t(n) ORDER BY n',
      [
        ['1', null, '2'],
        ['2', '1', '0'],
      ],
      'LAG',
    ],
    [
      'SELECT n, FIRST_VALUE(n) OVER (ORDER BY n), LAST_VALUE(n) OVER (ORDER BY n), NTH_VALUE(n, 2) OVER (ORDER BY n) FROM VALUES (1), (2), (3) AS t(n) ORDER BY n',
      [
        ['1', '1', '3', '2'],
        ['2', '1', '3', '2'],
        ['3', '1', '3', '2'],
      ],
      'LAST_VALUE',
    ],
    [
      'SELECT LAST_VALUE(n) IGNORE NULLS OVER (ORDER BY o) FROM VALUES (1, 7), (2, NULL) AS t(o, n)',
      ['7', '7'],
      'LAST_VALUE',
    ],
    [
      'SELECT n, RATIO_TO_REPORT(n) OVER () FROM VALUES (1), (3) AS t(n) ORDER BY n',
      [
        ['1', '0.250000'],
        ['3', '0.750000'],
      ],
      'RATIO_TO_REPORT',
    ],
    [
      'SELECT o, CONDITIONAL_TRUE_EVENT(n > 1) OVER (ORDER BY o) FROM VALUES (1, 1), (2, 5), (3, 5) AS t(o, n) ORDER BY o',
      [
        ['1', '0'],
        ['2', '1'],
        ['3', '2'],
      ],
      'CONDITIONAL_TRUE_EVENT',
    ],
    [
      'SELECT region, COUNT(*) OVER (PARTITION BY region), AVG(amount) OVER () FROM sales QUALIFY ROW_NUMBER() OVER (PARTITION BY region ORDER BY sold) = 1 ORDER BY region',
      [
        ['north', '2', '16.250'],
        ['south', '2', '16.250'],
        ['west', '1', '16.250'],
      ],
      'QUALIFY',
    ],
    [
      'SELECT v, AVG(v) OVER (), AVG(v) OVER (PARTITION BY v), SYSTEM$TYPEOF(AVG(v) OVER ()) FROM VALUES (1), (2), (2) t(v) ORDER BY v',
      [
        ['1', '1.666', '1.000', 'NUMBER(38,3)[SB16]'],
        ['2', '1.666', '2.000', 'NUMBER(38,3)[SB16]'],
        ['2', '1.666', '2.000', 'NUMBER(38,3)[SB16]'],
      ],
      'AVG',
    ],
    [
      'SELECT region, SUM(amount) AS s, RANK() OVER (ORDER BY s DESC) AS r FROM sales GROUP BY region ORDER BY r, region',
      [
        ['north', '30', '1'],
        ['south', '30', '1'],
        ['west', '5', '3'],
      ],
      'Window function syntax and usage',
    ],
    [
      "SELECT LISTAGG(n, ',') WITHIN GROUP (ORDER BY n) OVER (PARTITION BY p) FROM VALUES ('a', 2), ('a', 1) AS t(p, n)",
      ['1,2', '1,2'],
      'LISTAGG',
    ],
    ['SELECT ROW_NUMBER() FROM sales', { code: '002303' }, 'ROW_NUMBER'],
  ],
);
