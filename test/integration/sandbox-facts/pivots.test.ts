import { holdFacts } from './facts.ts';

holdFacts(
  'dynamic pivots',
  [
    "CREATE TABLE hires AS SELECT column1 AS team, column2::INT AS n, column3 AS quarter, column4::INT AS year FROM VALUES ('a', 10, '2023_Q1', 2023), ('a', 20, '2023_Q2', 2024), ('b', 5, '2023_Q1', 2023), ('b', 7, '2023_Q3', 2024), ('b', 1, NULL, NULL)",
  ],
  [
    [
      'SELECT * FROM (SELECT team, n, quarter FROM hires) PIVOT (SUM(n) FOR quarter IN (ANY ORDER BY quarter)) ORDER BY team',
      [
        ['a', '10', '20', null],
        ['b', '5', null, '7'],
      ],
      'PIVOT',
    ],
    [
      `SELECT "'2023_Q3'" FROM (SELECT team, n, quarter FROM hires) PIVOT (SUM(n) FOR quarter IN (ANY)) ORDER BY team`,
      [null, '7'],
      'PIVOT',
    ],
    [
      "SELECT * FROM (SELECT team, n, quarter FROM hires) PIVOT (SUM(n) FOR quarter IN (SELECT DISTINCT quarter FROM hires WHERE quarter <> '2023_Q2' ORDER BY quarter DESC)) ORDER BY team",
      [
        ['a', null, '10'],
        ['b', '7', '5'],
      ],
      'PIVOT',
    ],
    [
      'WITH h AS (SELECT team, n, year FROM hires) SELECT * FROM h PIVOT (SUM(n) FOR year IN (ANY ORDER BY year DESC) DEFAULT ON NULL (0)) ORDER BY team',
      [
        ['a', '20', '10'],
        ['b', '7', '5'],
      ],
      'PIVOT',
    ],
  ],
);
