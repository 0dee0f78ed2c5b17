import { holdFacts } from './facts.ts';

const PAGE = 'Tabular JavaScript UDFs (UDTFs)';

holdFacts(
  'table functions in JavaScript make rows of rows, partition by partition',
  [
    'CREATE TABLE parts (p FLOAT, s STRING)',
    "INSERT INTO parts VALUES (1, 'michael'), (1, 'kelly'), (1, 'brian'), (2, 'clara'), (2, 'maggie'), (2, 'reagan')",
    'CREATE TABLE empty (p FLOAT, s STRING)',
    `CREATE FUNCTION char_sum (ins STRING) RETURNS TABLE (num FLOAT) LANGUAGE JAVASCRIPT AS '{
       processRow: function (row, rowWriter, context) {
         this.ccount = this.ccount + 1; this.csum = this.csum + row.INS.length; rowWriter.writeRow({NUM: row.INS.length}); },
       finalize: function (rowWriter, context) { rowWriter.writeRow({NUM: this.csum}); },
       initialize: function (argumentInfo, context) { this.ccount = 0; this.csum = 0; }}'`,
    `CREATE FUNCTION hello (first_name VARCHAR, last_name VARCHAR) RETURNS TABLE (v VARCHAR) LANGUAGE JAVASCRIPT AS $$
     { processRow: function get_params(row, rowWriter, context) {
         rowWriter.writeRow({V: "Hello"}); rowWriter.writeRow({V: row.FIRST_NAME}); rowWriter.writeRow({V: row.LAST_NAME}); } }
     $$`,
    `CREATE FUNCTION swapped (x FLOAT, y FLOAT) RETURNS TABLE (y NUMBER(10,1), x FLOAT, z VARIANT, d DATE, t TIME) LANGUAGE JAVASCRIPT AS
     $$ { processRow(row, w) { w.writeRow({Y: row.X / 4, X: row.Y, Z: {a: [row.X]}, D: new Date(2024, 0, 2), T: '10:11:12'}); } } $$`,
    `CREATE FUNCTION info (a FLOAT, b STRING) RETURNS TABLE (i STRING) LANGUAGE JAVASCRIPT AS
     $$ { initialize(info) { this.text = [info.A.isConst, info.A.constValue, info.A.type, info.B.isConst, info.B.constValue].join(); },
          processRow(row, w) { w.writeRow({I: this.text}); } } $$`,
    `CREATE FUNCTION none (a FLOAT) RETURNS TABLE (i STRING) LANGUAGE JAVASCRIPT AS '{ run: function () {} }'`,
    `CREATE FUNCTION fails (a FLOAT) RETURNS TABLE (i STRING) LANGUAGE JAVASCRIPT AS
$$ {
  processRow: function (row, w) { if (row.A > 1) throw new Error('row ' + row.A); w.writeRow({I: 'ok'}); }
} $$`,
    `CREATE FUNCTION strict_rows (a STRING) RETURNS TABLE (i STRING) LANGUAGE JAVASCRIPT STRICT AS
     '{ processRow: function (row, w) { w.writeRow({I: row.A}); } }'`,
    `CREATE FUNCTION numbers (n FLOAT) RETURNS TABLE (i FLOAT) LANGUAGE JAVASCRIPT AS
     '{ processRow: function (row, w) { for (let i = 0; i < row.N; i += 1) w.writeRow({I: i}); } }'`,
    `CREATE FUNCTION in_order (s STRING) RETURNS TABLE (seen STRING) LANGUAGE JAVASCRIPT AS
     '{ initialize() { this.seen = []; }, processRow(row) { this.seen.push(row.S); }, finalize(w) { w.writeRow({SEEN: this.seen.join()}); } }'`,
    'CREATE VIEW summed AS SELECT p, num FROM parts, TABLE(char_sum(s) OVER (PARTITION BY p))',
  ],
  [
    ["SELECT v AS greeting FROM TABLE(hello('James', 'Kirk'))", ['Hello', 'James', 'Kirk'], PAGE],
    [
      'SELECT * FROM TABLE(swapped(10.0::FLOAT, 20.0::FLOAT))',
      [['2.5', '20', '{\n  "a": [\n    10\n  ]\n}', '19724', '36672.000000000']],
      PAGE,
    ],
    [
      'SELECT * FROM parts, TABLE(char_sum(s)) ORDER BY p, s',
      [
        ['1', 'brian', '5'],
        ['1', 'kelly', '5'],
        ['1', 'michael', '7'],
        ['2', 'clara', '5'],
        ['2', 'maggie', '6'],
        ['2', 'reagan', '6'],
        [null, null, '34'],
      ],
      PAGE,
    ],
    [
      'SELECT * FROM parts, TABLE(char_sum(s) OVER (PARTITION BY p)) ORDER BY p, s',
      [
        ['1', 'brian', '5'],
        ['1', 'kelly', '5'],
        ['1', 'michael', '7'],
        ['1', null, '17'],
        ['2', 'clara', '5'],
        ['2', 'maggie', '6'],
        ['2', 'reagan', '6'],
        ['2', null, '17'],
      ],
      PAGE,
    ],
    ['SELECT * FROM parts, TABLE(char_sum(s) OVER ()) WHERE s IS NULL', [[null, null, '34']], PAGE],
    [
      'SELECT p, num FROM summed WHERE num > 10 ORDER BY p',
      [
        ['1', '17'],
        ['2', '17'],
      ],
      PAGE,
    ],
    ['SELECT COUNT(*) FROM empty, TABLE(char_sum(s))', ['0'], PAGE],
    [
      'SELECT p, seen FROM parts, TABLE(in_order(s) OVER (PARTITION BY p ORDER BY s DESC)) ORDER BY p',
      [
        ['1', 'michael,kelly,brian'],
        ['2', 'reagan,maggie,clara'],
      ],
      PAGE,
    ],
    ["SELECT i FROM TABLE(info(1, 'x'))", ['true,1,FLOAT,true,x'], PAGE],
    ['SELECT DISTINCT i FROM parts, TABLE(info(p, s))', ['false,,FLOAT,false,'], PAGE],
    [
      'SELECT t.s, n.i FROM parts t JOIN TABLE(numbers(t.p)) n ON n.i = 1',
      [
        ['clara', '1'],
        ['maggie', '1'],
        ['reagan', '1'],
      ],
      PAGE,
    ],
    ['SELECT SUM(a.i * b.i) FROM TABLE(numbers(3)) a, TABLE(numbers(a.i + 1)) b', ['7'], PAGE],
    [
      "SELECT i FROM TABLE(strict_rows(NULL)) UNION ALL SELECT i FROM TABLE(strict_rows('a'))",
      ['a'],
      'CREATE FUNCTION',
    ],
    ['SELECT COUNT(*), MAX(i) FROM TABLE(numbers(50000))', [['50000', '49999']], PAGE],
    ['SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 25000)), TABLE(numbers(2))', ['50000'], PAGE],
    [
      'SELECT * FROM TABLE(none(1))',
      { code: '100132', message: 'NONE defines no object with a function processRow' },
      PAGE,
    ],
    [
      'SELECT i FROM parts, TABLE(fails(p))',
      {
        code: '100132',
        message: "JavaScript execution error: Uncaught Error: row 2 in FAILS at '  processRow: function (row, w) {",
      },
      PAGE,
    ],
    [
      'SELECT * FROM parts LEFT JOIN TABLE(numbers(p)) n ON n.i = 1',
      { code: '000002', message: 'an outer join of a table function in JAVASCRIPT' },
      PAGE,
    ],
    ['CREATE TABLE made AS SELECT s, num FROM parts, TABLE(char_sum(s))', ['Table MADE successfully created.'], PAGE],
    ['SELECT COUNT(*), SUM(num) FROM made', [['7', '68']], PAGE],
  ],
);
