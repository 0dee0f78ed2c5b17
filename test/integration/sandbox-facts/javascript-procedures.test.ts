import { holdFacts } from './facts.ts';

const STORED = 'JavaScript stored procedures API';
const procedure = (head: string, body: string, rights = '') =>
  `CREATE PROCEDURE ${head} LANGUAGE JAVASCRIPT ${rights} AS $$\n${body}\n$$`;

holdFacts(
  'a JavaScript procedure runs statements and reads what they give',
  [
    'CREATE TABLE t (id INT, name STRING, at TIMESTAMP_NTZ(3), v VARIANT, n NUMBER(10,4), d DATE, b BINARY, ok BOOLEAN)',
    `INSERT INTO t SELECT 1, 'one', '2024-05-06 07:08:09.123', PARSE_JSON('{"a":[1,2]}'), 1.5, '2024-05-06', TO_BINARY('01FF', 'HEX'), TRUE
     UNION ALL SELECT 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL`,
    procedure(
      'both (in1 float, in2 variant) RETURNS STRING',
      `let res = snowflake.execute({sqlText: 'select ? c1, ? c2', binds: [IN1, JSON.stringify(IN2)]});
       res.next();
       return res.getColumnValueAsString(1) + ' ' + res.getColumnValueAsString(2) + ' ' + IN2;`,
    ),
    procedure(
      'reads () RETURNS ARRAY',
      `const rs = snowflake.createStatement({sqlText: 'SELECT * FROM t ORDER BY id;'}).execute();
       const rows = [];
       while (rs.next()) {
         const v = rs.getColumnValue('V');
         rows.push([rs.ID, rs.getColumnValue(2), rs.getColumnValue(3) && rs.getColumnValue(3).getNanoSeconds(), v && v.a[1],
           rs.N, rs.D && rs.D.getDate(), rs.B && rs.B[1], rs.OK, rs.getColumnValueAsString(3), rs.getColumnValueAsString('V')]);
       }
       return rows;`,
    ),
    procedure(
      'describes () RETURNS STRING',
      `const s = snowflake.createStatement({sqlText: 'SELECT n, name, at, v FROM t'});
       let before = '';
       try { s.getColumnCount(); } catch (e) { before = e.message; }
       s.execute();
       return [before, s.getColumnCount(), s.getColumnName(1), s.getColumnScale(1), s.getColumnType(1), s.isColumnNumber(1),
         s.isColumnText(2), s.isColumnTimestamp(3), s.isColumnVariant(4), s.isColumnNullable(1), s.getRowCount(), s.getSqlText()].join('|');`,
    ),
    procedure(
      'counts () RETURNS STRING',
      `const run = (sqlText) => { const s = snowflake.createStatement({sqlText}); s.execute(); return s; };
       const i = run('INSERT INTO t (id) VALUES (8), (9)');
       const u = run('UPDATE t SET name = \\'x\\' WHERE id > 7');
       const d = run('DELETE FROM t WHERE id > 7');
       return [i.getNumRowsInserted(), u.getNumRowsUpdated(), d.getNumRowsDeleted(), d.getNumRowsAffected(), d.getNumRowsInserted()].join();`,
    ),
    procedure(
      'broken () RETURNS VARCHAR NOT NULL',
      `      var result = "";
      try {
          snowflake.execute( {sqlText: "Invalid Command!;"} );
          }
      catch (err)  {
          result = [err.code, err.state, err.message, err.stackTraceTxt, err instanceof Error, String(err) === err.message].join('|');
          }
      return result;`,
    ),
    procedure(
      'fails () RETURNS VARCHAR',
      `  var s = snowflake.createStatement({sqlText: "SELECT * FROM nope"});\n  s.execute();`,
    ),
    procedure('throws () RETURNS VARCHAR', '  throw "Age cannot be negative!";'),
    procedure('many (n FLOAT) RETURNS FLOAT', "snowflake.execute({sqlText: 'SELECT 1; SELECT 2'}); return 1;"),
    procedure(
      'binds (v VARIANT) RETURNS VARCHAR',
      "snowflake.execute({sqlText: 'SELECT ?', binds: [V]}); return 'bound';",
    ),
    procedure('later () RETURNS VARCHAR', "return snowflake.createStatement({sqlText: 'SELECT 1'}).executeAsync();"),
    procedure(
      'pages () RETURNS FLOAT',
      `let sum = 0;
       const rs = snowflake.execute({sqlText: 'SELECT SEQ4() AS n FROM TABLE(GENERATOR(ROWCOUNT => 2500))'});
       while (rs.next()) sum += rs.N;
       return sum + rs.getRowCount();`,
    ),
    procedure(
      'calls (n FLOAT) RETURNS FLOAT',
      `if (N <= 0) return 0;
       const rs = snowflake.execute({sqlText: 'CALL calls(?)', binds: [N - 1]});
       rs.next();
       return N + rs.getColumnValue(1);`,
    ),
    procedure(
      'kinds (d DATE, n TIMESTAMP_NTZ, x BINARY, a ARRAY) RETURNS VARIANT',
      'return {d: D.getHours(), n: N.getHours(), x: X[0], a: A.length, date: new Date(0)};',
    ),
    procedure('made (what STRING) RETURNS TIMESTAMP_NTZ', 'return new Date(2024, 0, 1, 10);'),
    procedure('nothing () RETURNS FLOAT', ''),
    procedure('strict (n FLOAT) RETURNS STRING', "return 'called';", 'STRICT'),
    procedure(
      'logs () RETURNS STRING',
      "snowflake.log('info', 'hello'); snowflake.setSpanAttribute('a', 1); snowflake.addEvent('e'); return 'logged';",
    ),
    "CREATE FUNCTION twice (n FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return 2 * N;'",
    procedure(
      'uses () RETURNS FLOAT',
      "const rs = snowflake.execute({sqlText: 'SELECT SUM(twice(id)) FROM t'}); rs.next(); return rs.getColumnValue(1);",
    ),
  ],
  [
    ["CALL both(1, TO_VARIANT('[2,3]'))", ['1 "[2,3]" [2,3]'], STORED],
    [
      'CALL reads()',
      [
        JSON.stringify(
          [
            [1, 'one', 123000000, 2, 1.5, 6, 255, true, '2024-05-06 07:08:09.123', '{"a":[1,2]}'],
            [2, null, null, null, null, null, null, null, null, null],
          ],
          null,
          2,
        ),
      ],
      STORED,
    ],
    [
      'CALL describes()',
      ['Statement is not executed yet.|4|N|4|number|true|true|true|true|true|2|SELECT n, name, at, v FROM t'],
      STORED,
    ],
    ['CALL counts()', ['2,2,2,2,0'], STORED],
    [
      'CALL broken()',
      [
        "1003|42000|SQL compilation error:\nsyntax error line 1 at position 0 unexpected 'Invalid'.|Snowflake.execute, line 4 position 20|true|true",
      ],
      'Working with stored procedures',
    ],
    [
      'CALL fails()',
      {
        code: '100183',
        sqlState: 'P0000',
        message:
          "Execution error in store procedure FAILS:\nSQL compilation error:\nObject 'NOPE' does not exist or not authorized.\nAt Statement.execute, line 3 position 4",
      },
      'Working with stored procedures',
    ],
    [
      'CALL throws()',
      {
        code: '100132',
        message:
          'JavaScript execution error: Uncaught Age cannot be negative! in THROWS at \'  throw "Age cannot be negative!";\' position 2\nstackstrace: \nTHROWS line: 2',
      },
      'Working with stored procedures',
    ],
    [
      'CALL many(1)',
      { code: '100183', message: 'Multiple SQL statements in a single API call are not supported' },
      STORED,
    ],
    ['CALL binds(TRUE)', { code: '100132', message: 'Unsupported type for binding argument 1true' }, STORED],
    ["CALL binds(PARSE_JSON('null'))", ['bound'], STORED],
    ['CALL later()', { code: '100132', message: 'the sandbox does not support Statement.executeAsync' }, STORED],
    ['CALL pages()', ['3126250'], STORED],
    ['CALL calls(3)', ['6'], STORED],
    [
      "CALL kinds('2024-07-01', '2024-07-01 10:00:00', TO_BINARY('07', 'HEX'), ARRAY_CONSTRUCT(1, 2))",
      ['{\n  "a": 2,\n  "d": 0,\n  "date": "1969-12-31 16:00:00.000 -0800",\n  "n": 10,\n  "x": 7\n}'],
      'SQL and JavaScript data type mappings',
    ],
    ["CALL made('x')", ['1704103200.000000000'], 'SQL and JavaScript data type mappings'],
    ['CALL nothing()', [null], STORED],
    ['CALL strict(NULL)', [null], 'CREATE PROCEDURE'],
    ['CALL strict(1)', ['called'], 'CREATE PROCEDURE'],
    ['CALL logs()', ['logged'], STORED],
    ['CALL uses()', ['6'], STORED],
    ['DECLARE x FLOAT; BEGIN CALL pages() INTO :x; RETURN x + 1; END', ['3126251'], 'CALL'],
  ],
);

holdFacts(
  'rights and transactions of JavaScript procedures are those of other procedures',
  [
    'CREATE TABLE t (id INT)',
    procedure('as_owner (q STRING) RETURNS STRING', "snowflake.execute({sqlText: Q}); return 'done';"),
    procedure(
      'as_caller (q STRING) RETURNS STRING',
      "snowflake.execute({sqlText: Q}); return 'done';",
      'EXECUTE AS CALLER',
    ),
    procedure(
      'left_open () RETURNS STRING',
      "snowflake.execute({sqlText: 'BEGIN'}); snowflake.execute({sqlText: 'INSERT INTO t VALUES (1)'}); return 'x';",
    ),
    procedure(
      'cleanup (fail BOOLEAN) RETURNS STRING',
      `snowflake.execute({sqlText: 'BEGIN WORK;'});
       try {
         snowflake.execute({sqlText: 'INSERT INTO t VALUES (5)'});
         if (FAIL) snowflake.execute({sqlText: 'DELETE FROM no_such_table'});
         snowflake.execute({sqlText: 'COMMIT WORK;'});
       } catch (e) { snowflake.execute({sqlText: 'ROLLBACK WORK;'}); return 'Failed: ' + e.code; }
       return 'Succeeded';`,
    ),
    procedure('ends () RETURNS STRING', "snowflake.execute({sqlText: 'COMMIT'}); return 'x';"),
    "CREATE FUNCTION f (a FLOAT, b STRING) RETURNS FLOAT LANGUAGE JAVASCRIPT IMMUTABLE STRICT COMMENT = 'made' AS 'return A;'",
  ],
  [
    [
      "CALL as_owner('SET x = 1')",
      { code: '100183', message: "Unsupported statement type 'SET'" },
      "Caller's and owner's rights",
    ],
    ["CALL as_caller('SET x = 1')", ['done'], "Caller's and owner's rights"],
    ['SELECT $x', ['1'], "Caller's and owner's rights"],
    [
      'CALL left_open()',
      { code: '090232', message: 'Scoped transaction started in stored procedure is incomplete' },
      'Transactions',
    ],
    ['SELECT COUNT(*), CURRENT_TRANSACTION() FROM t', [['0', null]], 'Transactions'],
    ['CALL cleanup(TRUE)', ['Failed: 2003'], 'Working with stored procedures'],
    ['SELECT COUNT(*) FROM t', ['0'], 'Working with stored procedures'],
    ['CALL cleanup(FALSE)', ['Succeeded'], 'Working with stored procedures'],
    ['SELECT COUNT(*) FROM t', ['1'], 'Working with stored procedures'],
    ['BEGIN', ['Statement executed successfully.'], 'Transactions'],
    [
      'CALL ends()',
      { code: '100183', message: 'Modifying a transaction that has started at a different scope is not allowed.' },
      'Transactions',
    ],
    [
      'CALL cleanup(FALSE)',
      { code: '100183', message: 'does not support a transaction of a procedure within' },
      'Transactions',
    ],
    ['ROLLBACK', ['Statement executed successfully.'], 'Transactions'],
    [
      'DESCRIBE FUNCTION f(FLOAT, STRING)',
      [
        ['signature', '(A FLOAT, B VARCHAR)'],
        ['returns', 'FLOAT'],
        ['language', 'JAVASCRIPT'],
        ['null handling', 'RETURNS NULL ON NULL INPUT'],
        ['volatility', 'IMMUTABLE'],
        ['body', 'return A;'],
      ],
      'DESCRIBE FUNCTION',
    ],
    [
      "SELECT GET_DDL('FUNCTION', 'f(FLOAT, VARCHAR)')",
      [
        'CREATE OR REPLACE FUNCTION "F"("A" FLOAT, "B" VARCHAR(16777216))\nRETURNS FLOAT\nLANGUAGE JAVASCRIPT\nSTRICT\nIMMUTABLE\nCOMMENT=\'made\'\nAS \'return A;\';',
      ],
      'GET_DDL',
    ],
    [
      "SELECT function_name, function_language FROM information_schema.functions WHERE function_name = 'F'",
      [['F', 'JAVASCRIPT']],
      'FUNCTIONS view',
    ],
    ['SHOW FUNCTIONS LIKE \'F\' ->> SELECT "name", "language" FROM $1', [['F', 'JAVASCRIPT']], 'SHOW FUNCTIONS'],
    [
      'SHOW PROCEDURES LIKE \'ENDS\' ->> SELECT "name", "is_table_function" FROM $1',
      [['ENDS', 'N']],
      'SHOW PROCEDURES',
    ],
    [
      "SELECT procedure_language FROM information_schema.procedures WHERE procedure_name = 'ENDS'",
      ['JAVASCRIPT'],
      'PROCEDURES view',
    ],
  ],
);
