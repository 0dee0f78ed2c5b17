import { holdFacts } from './facts.ts';

const OVERLOADING = 'Naming and overloading procedures and UDFs';
const refused = (message: string) => ({ code: '000002', sqlState: '0A000', message });

holdFacts(
  'overloads are told apart by types and names of arguments',
  [
    "CREATE FUNCTION add5 (n NUMBER) RETURNS NUMBER AS 'n + 5'",
    "CREATE FUNCTION add5 (s VARCHAR) RETURNS VARCHAR AS $$ s || '5' $$",
    'CREATE FUNCTION mean (x FLOAT) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS \'return "float " + X\'',
    'CREATE FUNCTION mean (x VARCHAR) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS \'return "text " + X\'',
    "CREATE FUNCTION rows_of (d DATE) RETURNS TABLE (x VARCHAR) AS $$ SELECT 'date' $$",
    "CREATE FUNCTION rows_of (t TIME) RETURNS TABLE (x VARCHAR) AS $$ SELECT 'time' $$",
    "CREATE FUNCTION only_date (d DATE) RETURNS INT AS 'YEAR(d)'",
    "CREATE FUNCTION two (a NUMBER, b NUMBER) RETURNS NUMBER AS 'a * 10 + b'",
    "CREATE PROCEDURE kind (n NUMBER) RETURNS VARCHAR LANGUAGE SQL AS $$ BEGIN RETURN 'number'; END $$",
    "CREATE PROCEDURE kind (s VARCHAR) RETURNS VARCHAR LANGUAGE SQL AS $$ BEGIN RETURN 'text'; END $$",
  ],
  [
    ["SELECT add5(1), add5('1'), add5('hello')", [['6', '15', 'hello5']], OVERLOADING],
    ["SELECT add5(TO_DATE('2014-01-01'))", ['2014-01-015'], OVERLOADING],
    ["SELECT add5(n => 1), add5(s => '1'), add5(s => 1)", [['6', '15', '15']], OVERLOADING],
    [
      "SELECT mean(1.5::FLOAT), mean('a'), mean(s.v) FROM (SELECT 'b' AS v) s",
      [['float 1.5', 'text a', 'text b']],
      OVERLOADING,
    ],
    ["SELECT x FROM TABLE(rows_of('10:11:12'::TIME))", ['time'], OVERLOADING],
    ["SELECT x FROM TABLE(rows_of(d => '2024-01-01'))", ['date'], OVERLOADING],
    ['CALL kind(7)', ['number'], OVERLOADING],
    ["CALL kind('7')", ['text'], OVERLOADING],
    ['CALL kind(s => 7)', ['text'], OVERLOADING],
    ["CALL kind('2024-01-01'::DATE)", ['text'], OVERLOADING],
    ['SELECT SYSTEM$TYPEOF(add5(NULL::NUMBER))', ['NUMBER(38,0)[SB16]'], OVERLOADING],
    ['SELECT x FROM TABLE(rows_of(NULL::TIME))', ['time'], OVERLOADING],
    ['SELECT add5(NULL)', refused('the choice between overloads of ADD5'), OVERLOADING],
    ['SELECT add5(q => 1)', { code: '001044' }, OVERLOADING],
    [
      'SELECT only_date(5)',
      { code: '001044', message: "Invalid argument types for function 'ONLY_DATE': (NUMBER(1,0))" },
      OVERLOADING,
    ],
    ["SELECT ROUND(EXPR => 2.5, SCALE => 0, ROUNDING_MODE => 'HALF_TO_EVEN')", ['2'], 'ROUND'],
    ['SELECT ROUND(SCALE => 1, EXPR => 2.55)', refused('ROUND with these names of arguments'), 'ROUND'],
    ["SELECT REPLACE(pattern => 'b', subject => 'abc')", refused('REPLACE with these names of arguments'), 'REPLACE'],
    [
      "CREATE FUNCTION add5 (n NUMBER, m NUMBER DEFAULT 0) RETURNS NUMBER AS 'n'",
      {
        code: '000949',
        sqlState: '42723',
        message: "Cannot overload FUNCTION 'ADD5' as it would cause ambiguous FUNCTION overloading.",
      },
      'Defining arguments for UDFs and stored procedures',
    ],
    ['SELECT two(b => 2, 1)', { code: '001003' }, 'Executing a UDF'],
  ],
);
