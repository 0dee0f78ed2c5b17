import { holdFacts } from './facts.ts';

holdFacts(
  'table functions of our own',
  [
    'CREATE TABLE t (a INT, b VARCHAR)',
    "INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, 'z')",
    'CREATE FUNCTION above(n INT) RETURNS TABLE (y INT, z VARCHAR) AS $$ SELECT a, b FROM t WHERE a > n $$',
    "CREATE FUNCTION words(s VARCHAR) RETURNS TABLE (w VARCHAR) AS $$ SELECT value FROM TABLE(SPLIT_TO_TABLE(s, ' ')) $$",
    'CREATE FUNCTION endless(n INT) RETURNS TABLE (y INT) AS $$ SELECT y FROM TABLE(endless(n)) $$',
  ],
  [
    ['SELECT COUNT(*) >= 10000 FROM TABLE(GENERATOR(TIMELIMIT => 1))', ['1'], 'GENERATOR'],
    [
      'SELECT * FROM TABLE(above(1)) ORDER BY y',
      [
        ['2', 'y'],
        ['3', 'z'],
      ],
      'Tabular SQL UDFs (UDTFs)',
    ],
    [
      'SELECT v.x, f.z FROM VALUES (1), (2) AS v(x), TABLE(above(v.x)) AS f ORDER BY 1, 2',
      [
        ['1', 'y'],
        ['1', 'z'],
        ['2', 'z'],
      ],
      'Tabular SQL UDFs (UDTFs)',
    ],
    ["SELECT w FROM TABLE(words('a b'))", ['a', 'b'], 'Tabular SQL UDFs (UDTFs)'],
    [
      'SELECT * FROM TABLE(above())',
      { code: '002141', sqlState: '42601', message: 'Unknown user-defined table function ABOVE.' },
      'Tabular SQL UDFs (UDTFs)',
    ],
    [
      'SELECT * FROM TABLE(endless(1))',
      { code: '000001', sqlState: '42000', message: 'the statement is nested too deeply.' },
      'Tabular SQL UDFs (UDTFs)',
    ],
  ],
);
