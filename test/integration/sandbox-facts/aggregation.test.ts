import { holdFacts } from './facts.ts';

const SALES = `CREATE TABLE sales AS SELECT column1::VARCHAR(10) AS region, column2::INT AS amount, column3::NUMBER(8,2) AS price, column4::DATE AS sold
  FROM VALUES ('north', 10, 1.50, '2024-01-05'), ('north', 20, 2.50, '2024-01-20'), ('south', 30, 3.00, '2024-02-01'), ('south', NULL, 4.25, '2024-02-02'), ('west', 5, NULL, '2024-02-03')`;

holdFacts(
  'aggregates',
  [SALES, 'CREATE TABLE nothing (n INT, s VARCHAR)'],
  [
    [
      'SELECT COUNT(*), COUNT(amount), COUNT(DISTINCT region), COUNT(sales.*) FROM sales',
      [['5', '4', '3', '3']],
      'COUNT',
    ],
    // A star among the arguments of a function stands for the columns
    ['SELECT SUM(*), MAX(s.*) FROM (SELECT amount FROM sales) s', [['65', '30']], 'SELECT'],
    ["SELECT COUNT(* EXCLUDE price), COUNT(* ILIKE '%price') FROM sales", [['4', '4']], 'SELECT'],
    ['SELECT COALESCE(a.*, b.*) FROM (SELECT 1 AS n) a JOIN (SELECT 1 AS n) b ON a.n = b.n', ['1'], 'SELECT'],
    ['SELECT HASH(* EXCLUDE region) = HASH(amount, price, sold) FROM sales LIMIT 1', ['1'], 'SELECT'],
    ['SELECT SUM(*) FROM sales', { code: '000939', sqlState: '22023' }, 'SELECT'],
    ['SELECT COALESCE(* RENAME region AS r) FROM sales', { code: '000002', sqlState: '0A000' }, 'SELECT'],
    ['SELECT COUNT(*), SUM(n), MAX(n), LISTAGG(s), ARRAY_AGG(n) FROM nothing', [['0', null, null, '', '[]']], 'COUNT'],
    [
      'SELECT SUM(amount), SUM(price), AVG(amount), AVG(price) FROM sales',
      [['65', '11.25', '16.250000', '2.81250000']],
      'AVG',
    ],
    ['SELECT MIN(amount), MAX(sold), MIN(region), MAX(region) FROM sales', [['5', '19756', 'north', 'west']], 'MIN'],
    [
      'SELECT region, SUM(amount) FROM sales GROUP BY region ORDER BY region',
      [
        ['north', '30'],
        ['south', '30'],
        ['west', '5'],
      ],
      'GROUP BY',
    ],
    [
      'SELECT region, COUNT(*) AS n FROM sales GROUP BY 1 HAVING n > 1 ORDER BY 2 DESC, 1',
      [
        ['north', '2'],
        ['south', '2'],
      ],
      'HAVING',
    ],
    [
      "SELECT DATE_TRUNC('month', sold) AS m, SUM(amount) FROM sales GROUP BY m ORDER BY m",
      [
        ['19723', '30'],
        ['19754', '35'],
      ],
      'GROUP BY',
    ],
    [
      'SELECT region, SUM(amount) FROM sales GROUP BY ALL ORDER BY ALL',
      [
        ['north', '30'],
        ['south', '30'],
        ['west', '5'],
      ],
      'GROUP BY',
    ],
    [
      'SELECT region, SUM(price), GROUPING(region) FROM sales GROUP BY ROLLUP (region) ORDER BY 3, 1',
      [
        ['north', '4.00', '0'],
        ['south', '7.25', '0'],
        ['west', null, '0'],
        [null, '11.25', '1'],
      ],
      'GROUP BY ROLLUP',
    ],
    [
      'SELECT region, MONTH(sold), COUNT(*) FROM sales GROUP BY GROUPING SETS (region, MONTH(sold)) ORDER BY 1, 2',
      [
        ['north', null, '2'],
        ['south', null, '2'],
        ['west', null, '1'],
        [null, '1', '2'],
        [null, '2', '3'],
      ],
      'GROUP BY GROUPING SETS',
    ],
    [
      'SELECT COUNT(*) FROM (SELECT region, MONTH(sold) FROM sales GROUP BY CUBE (region, MONTH(sold)))',
      ['9'],
      'GROUP BY CUBE',
    ],
    [
      "SELECT LISTAGG(region, '|') WITHIN GROUP (ORDER BY region DESC), LISTAGG(DISTINCT region, ', ') WITHIN GROUP (ORDER BY region) FROM sales",
      [['west|south|south|north|north', 'north, south, west']],
      'LISTAGG',
    ],
    [
      'SELECT ARRAY_AGG(amount) WITHIN GROUP (ORDER BY amount) FROM sales',
      ['[\n  5,\n  10,\n  20,\n  30\n]'],
      'ARRAY_AGG',
    ],
    [
      'SELECT ARRAY_AGG(DISTINCT region) WITHIN GROUP (ORDER BY region) FROM sales',
      ['[\n  "north",\n  "south",\n  "west"\n]'],
      'ARRAY_AGG',
    ],
    [
      'SELECT OBJECT_AGG(region, amount) FROM sales WHERE amount IN (5, 10, 30)',
      ['{\n  "north": 10,\n  "south": 30,\n  "west": 5\n}'],
      'OBJECT_AGG',
    ],
    [
      'SELECT COUNT_IF(amount > 5), BOOLAND_AGG(amount > 1), BOOLOR_AGG(amount > 29), BOOLXOR_AGG(amount > 29) FROM sales',
      [['3', '1', '1', '1']],
      'COUNT_IF',
    ],
    ['SELECT MEDIAN(amount), MEDIAN(price) FROM sales', [['15.000', '2.75000']], 'MEDIAN'],
    [
      'SELECT PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY amount), PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY amount) FROM sales',
      [['8.750', '10']],
      'PERCENTILE_CONT',
    ],
    ["SELECT MODE(region) FROM VALUES ('a'), ('b'), ('b') AS t(region)", ['b'], 'MODE'],
    [
      'SELECT VAR_POP(amount), STDDEV_POP(n), VARIANCE(n) FROM (SELECT amount, 2 AS n FROM sales)',
      [['92.187500', '0', '0.000000']],
      'VAR_POP',
    ],
    [
      'SELECT CORR(a, b), COVAR_POP(a, b), REGR_SLOPE(b, a) FROM VALUES (1, 2), (2, 4), (3, 6) AS t(a, b)',
      [['1', '1.3333333333333333', '2']],
      'CORR',
    ],
    [
      'SELECT MIN_BY(region, amount), MAX_BY(region, amount), MAX_BY(region, amount, 2) FROM sales',
      [['west', 'south', '[\n  "south",\n  "north"\n]']],
      'MAX_BY',
    ],
    [
      'SELECT BITAND_AGG(n), BITOR_AGG(n), BITXOR_AGG(n) FROM VALUES (12), (10) AS t(n)',
      [['8', '14', '6']],
      'BITAND_AGG',
    ],
    ['SELECT APPROX_COUNT_DISTINCT(region), HLL(region) FROM sales', [['3', '3']], 'APPROX_COUNT_DISTINCT'],
    ["SELECT ANY_VALUE(region) FROM sales WHERE region = 'west'", ['west'], 'ANY_VALUE'],
    [
      "SELECT HASH(1) = HASH(1.00), HASH('a') = HASH('b'), HASH(NULL) IS NULL, HASH_AGG(n) = (SELECT HASH_AGG(m) FROM VALUES (2), (1) AS u(m)) FROM VALUES (1), (2) AS t(n)",
      [['1', '0', '0', '1']],
      'HASH',
    ],
    [
      'SELECT amount FROM sales GROUP BY region',
      {
        code: '001104',
        sqlState: '42601',
        message:
          "error line 1 at position 7\n'SALES.AMOUNT' in select clause is neither an aggregate nor in the group by clause",
      },
      'GROUP BY',
    ],
    ['SELECT region FROM sales WHERE SUM(amount) > 1', { code: '002035' }, 'WHERE'],
    [
      'SELECT region FROM sales GROUP BY region HAVING amount > 1',
      { code: '000979', sqlState: '42601', message: '[SALES.AMOUNT] is not a valid group by expression' },
      'HAVING',
    ],
    [
      'SELECT region FROM sales GROUP BY region ORDER BY amount',
      { code: '000979', message: '[SALES.AMOUNT] is not a valid order by expression' },
      'ORDER BY',
    ],
    [
      'SELECT DISTINCT region FROM sales ORDER BY amount',
      { code: '000979', message: '[SALES.AMOUNT] is not a valid order by expression' },
      'ORDER BY',
    ],
    ['SELECT region FROM sales GROUP BY 3', { code: '000979', message: '[3] is not a valid group by' }, 'GROUP BY'],
    ['SELECT region FROM sales ORDER BY 2', { code: '000979', message: '[2] is not a valid order by' }, 'ORDER BY'],
    [
      `SELECT SUM(t), AVG(t), VAR_POP(t), MEDIAN(t), SYSTEM$TYPEOF(SUM(t)), SYSTEM$TYPEOF(AVG('7'))
        FROM VALUES ('1.5'), ('2.25'), ('3') AS texts(t)`,
      [['6.75', '2.25', '0.375', '2.25', 'FLOAT[DOUBLE]', 'FLOAT[DOUBLE]']],
      'SUM',
    ],
    [
      "SELECT ROUND(RATIO_TO_REPORT(t) OVER (), 2) FROM VALUES ('1.5'), ('0.5') AS texts(t)",
      ['0.75', '0.25'],
      'RATIO_TO_REPORT',
    ],
    [
      'SELECT SUM(DISTINCT amount) OVER (ORDER BY region) FROM sales',
      { code: '002303', message: 'position 28\ndistinct cannot be used with a window frame or an order.' },
      'SUM',
    ],
    ['SELECT DISTINCT SUM(DISTINCT n) OVER () FROM VALUES (1), (1), (2) AS t(n)', ['3'], 'SUM'],
  ],
);
