import { holdFacts } from './facts.ts';

const thrown = (message: string) => ({ code: '100132', sqlState: 'P0000', message });
const failure = (what: string) => `JavaScript execution error: Uncaught ${what}`;

holdFacts(
  'functions in JavaScript take and give values as the type mapping says',
  [
    "CREATE FUNCTION add5 (n DOUBLE) RETURNS DOUBLE LANGUAGE JAVASCRIPT AS 'return N + 5;'",
    `CREATE FUNCTION quoted ("n" DOUBLE) RETURNS DOUBLE LANGUAGE JAVASCRIPT AS 'return n + 5;'`,
    "CREATE FUNCTION lower_case (n DOUBLE) RETURNS DOUBLE LANGUAGE JAVASCRIPT AS 'return n + 5;'",
    'CREATE FUNCTION fact (n FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT STRICT AS $$return N <= 1 ? 1 : N * FACT(N - 1);$$',
    `CREATE FUNCTION kinds (f FLOAT, s STRING, b BOOLEAN, x BINARY, v VARIANT) RETURNS ARRAY LANGUAGE JAVASCRIPT AS
      $$return [typeof F, typeof S, typeof B, X instanceof Uint8Array && X[1], V && V.k]$$`,
    `CREATE FUNCTION null_of (v VARIANT) RETURNS STRING LANGUAGE JAVASCRIPT AS
      $$return V === undefined ? 'SQL null' : V === null ? 'variant null' : V$$`,
    `CREATE FUNCTION given (what STRING) RETURNS VARIANT LANGUAGE JAVASCRIPT AS
      $$return WHAT == 'u' ? undefined : WHAT == 'n' ? null : {a: undefined, c: null, b: [1, 2.5, 'x', -0, 1e21]}$$`,
    `CREATE FUNCTION moments (d DATE, n TIMESTAMP_NTZ, z TIMESTAMP_TZ) RETURNS STRING LANGUAGE JAVASCRIPT AS
      $$return [D.toISOString(), D.getHours(), N.toISOString(), N.getHours(), Z.toISOString()].join(' ')$$`,
    "CREATE FUNCTION day_of (n FLOAT) RETURNS DATE LANGUAGE JAVASCRIPT AS 'return new Date(2024, 6, 4, 23, 30);'",
    "CREATE FUNCTION at_ntz () RETURNS TIMESTAMP_NTZ LANGUAGE JAVASCRIPT AS 'return new Date(2024, 0, 1, 10, 0, 0, 5);'",
    "CREATE FUNCTION bytes (n FLOAT) RETURNS BINARY LANGUAGE JAVASCRIPT AS 'return new Uint8Array([N, 255]);'",
    "CREATE FUNCTION as_text (n FLOAT) RETURNS STRING LANGUAGE JAVASCRIPT AS 'return N;'",
    "CREATE FUNCTION as_flag (s STRING) RETURNS BOOLEAN LANGUAGE JAVASCRIPT AS 'return S;'",
    "CREATE FUNCTION short (n FLOAT) RETURNS VARCHAR(3) LANGUAGE JAVASCRIPT AS $$return 'x'.repeat(N)$$",
    "CREATE FUNCTION pick (a FLOAT) RETURNS STRING LANGUAGE JAVASCRIPT AS $$return 'one'$$",
    "CREATE FUNCTION pick (a FLOAT, b FLOAT) RETURNS STRING LANGUAGE JAVASCRIPT AS $$return 'two ' + B$$",
    "CREATE FUNCTION text_of () RETURNS STRING LANGUAGE JAVASCRIPT AS 'return \"it''s\";'",
    'CREATE TABLE t AS SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT NULL',
    'CREATE VIEW v AS SELECT add5(a) AS b FROM t',
  ],
  [
    ['SELECT add5(0.0), add5(2), quoted(1)', [['5', '7', '6']], 'Introduction to JavaScript UDFs'],
    [
      'SELECT lower_case(1)',
      thrown(
        `${failure('ReferenceError: n is not defined')} in LOWER_CASE at 'return n + 5;' position 7\nstackstrace: \nLOWER_CASE line: 1`,
      ),
      'Introduction to JavaScript UDFs',
    ],
    ['SELECT fact(5), fact(NULL)', [['120', null]], 'CREATE FUNCTION'],
    ['SELECT add5(NULL)', ['NaN'], 'CREATE FUNCTION'],
    [
      "SELECT ARRAY_TO_STRING(kinds(1, 'a', TRUE, TO_BINARY('01FF', 'HEX'), OBJECT_CONSTRUCT('k', 3)), ' ')",
      ['number string boolean 255 3'],
      'SQL and JavaScript data type mappings',
    ],
    [
      "SELECT null_of(CAST(NULL AS VARIANT)), null_of(PARSE_JSON('null')), null_of(TO_VARIANT('x'))",
      [['SQL null', 'variant null', 'x']],
      'Introduction to JavaScript UDFs',
    ],
    ["SELECT given('u'), given('n')", [[null, 'null']], 'Introduction to JavaScript UDFs'],
    [
      "SELECT TO_JSON(given('o'))",
      ['{"b":[1,2.5,"x",0,1.000000000000000e+21],"c":null}'],
      'Introduction to JavaScript UDFs',
    ],
    ["SELECT TYPEOF(given('o'):b[1])", ['DECIMAL'], 'Introduction to JavaScript UDFs'],
    [
      "SELECT moments('2024-07-01', '2024-07-01 10:11:12.5', '2024-07-01 10:00:00 +0200')",
      ['2024-07-01T07:00:00.000Z 0 2024-07-01T17:11:12.500Z 10 2024-07-01T08:00:00.000Z'],
      'Introduction to JavaScript UDFs',
    ],
    ['SELECT day_of(1)', ['19908'], 'Introduction to JavaScript UDFs'],
    ['SELECT at_ntz()', ['1704103200.005000000'], 'Introduction to JavaScript UDFs'],
    ['SELECT bytes(1)', ['01FF'], 'Introduction to JavaScript UDFs'],
    ['SELECT as_text(1), as_text(0.5), as_text(1e100)', [['1', '0.5', '1e+100']], 'Introduction to JavaScript UDFs'],
    ["SELECT as_flag('x'), as_flag(''), as_flag(NULL)", [['1', '0', null]], 'Introduction to JavaScript UDFs'],
    ['SELECT short(3)', ['xxx'], 'CREATE FUNCTION'],
    ['SELECT short(4)', { code: '100078' }, 'CREATE FUNCTION'],
    [
      'SELECT pick(1), pick(1, 2), pick(b => 3, a => 1)',
      [['one', 'two 2', 'two 3']],
      'Overloading procedures and functions',
    ],
    ['SELECT text_of()', ["it's"], 'CREATE FUNCTION'],
    ['SELECT a FROM t WHERE add5(a) = 7', ['2'], 'Executing a UDF'],
    ['SELECT b FROM v WHERE b < 7', ['6'], 'CREATE VIEW'],
    [
      'SELECT SUM(add5(a)) FROM t WHERE a IS NOT NULL GROUP BY add5(0) HAVING add5(COUNT(*)) = 7',
      ['13'],
      'Executing a UDF',
    ],
    ['SELECT add5(add5(a)) FROM t WHERE a = 1', ['11'], 'Executing a UDF'],
    [
      'SELECT (SELECT MAX(add5(a)) FROM t u WHERE u.a <= t.a) FROM t WHERE a IS NOT NULL ORDER BY a',
      ['6', '7'],
      'Executing a UDF',
    ],
  ],
);

holdFacts(
  'an error of a script is told in the words of accounts',
  [
    "CREATE FUNCTION reads () RETURNS STRING LANGUAGE JAVASCRIPT AS 'return null.x;'",
    'CREATE FUNCTION throws () RETURNS STRING LANGUAGE JAVASCRIPT AS $$\n  // a line\n  throw new Error("boom");\n$$',
    "CREATE FUNCTION bare () RETURNS STRING LANGUAGE JAVASCRIPT AS $$throw 'str';$$",
    'CREATE FUNCTION thing () RETURNS STRING LANGUAGE JAVASCRIPT AS $$throw {a: 1};$$',
    'CREATE FUNCTION nested () RETURNS STRING LANGUAGE JAVASCRIPT AS $$function inner() { return null.q; } return inner();$$',
    'CREATE FUNCTION syntax () RETURNS STRING LANGUAGE JAVASCRIPT AS $$\n  return 1 +;$$',
    'CREATE FUNCTION open_brace () RETURNS STRING LANGUAGE JAVASCRIPT AS $$return 1; } function z() {$$',
    'CREATE FUNCTION deep () RETURNS STRING LANGUAGE JAVASCRIPT AS $$function f() { return f() + 1; } return f();$$',
    "CREATE FUNCTION hoards () RETURNS STRING LANGUAGE JAVASCRIPT AS $$const a = []; for (;;) a.push('x'.repeat(1e6) + a.length);$$",
    "CREATE FUNCTION not_bytes () RETURNS BINARY LANGUAGE JAVASCRIPT AS 'return 1;'",
  ],
  [
    [
      'SELECT reads()',
      thrown(
        `${failure("TypeError: Cannot read properties of null (reading 'x')")} in READS at 'return null.x;' position 12\nstackstrace: \nREADS line: 1`,
      ),
      'JavaScript UDF errors',
    ],
    [
      'SELECT throws()',
      thrown(
        `${failure('Error: boom')} in THROWS at '  throw new Error("boom");' position 2\nstackstrace: \nTHROWS line: 3`,
      ),
      'JavaScript UDF errors',
    ],
    [
      'SELECT bare()',
      thrown(`${failure('str')} in BARE at 'throw 'str';' position 0\nstackstrace: \nBARE line: 1`),
      'JavaScript UDF errors',
    ],
    ['SELECT thing()', thrown(`${failure('#<Object>')} in THING at`), 'JavaScript UDF errors'],
    ['SELECT nested()', thrown('position 31\nstackstrace: \ninner line: 1\nNESTED line: 1'), 'JavaScript UDF errors'],
    [
      'SELECT syntax()',
      { code: '100131', sqlState: 'P0000', message: 'JavaScript compilation error: Uncaught SyntaxError: ' },
      'JavaScript UDF errors',
    ],
    ['SELECT open_brace()', { code: '100131', message: 'SyntaxError' }, 'JavaScript UDF errors'],
    ['SELECT deep()', thrown(failure('RangeError: Maximum call stack size exceeded')), 'JavaScript UDF limitations'],
    [
      'SELECT hoards()',
      { code: '100176', message: 'JavaScript out of memory error: UDF thread memory limit exceeded' },
      'Troubleshooting stored procedures',
    ],
    [
      'SELECT not_bytes()',
      thrown(failure('TypeError: the result is not a Uint8Array')),
      'Introduction to JavaScript UDFs',
    ],
    [
      "CREATE FUNCTION n1 () RETURNS NUMBER LANGUAGE JAVASCRIPT AS 'return 1;'",
      {
        code: '391528',
        message: "Language JAVASCRIPT does not support type 'NUMBER(38,0)' for argument or return type.",
      },
      'SQL and JavaScript data type mappings',
    ],
    [
      "CREATE PROCEDURE n2 (t TIME) RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return 1;'",
      { code: '391528', message: "does not support type 'TIME(9)'" },
      'SQL and JavaScript data type mappings',
    ],
    [
      `CREATE FUNCTION "delete" () RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return 1;'`,
      { code: '391528', message: "Invalid UDF function name: 'delete'" },
      'Introduction to JavaScript UDFs',
    ],
    [
      `CREATE FUNCTION n4 ("my arg" FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return 1;'`,
      { code: '391528', message: "Invalid argument name(s): 'my arg'" },
      'Introduction to JavaScript UDFs',
    ],
    [
      "CREATE FUNCTION n5 () RETURNS INT LANGUAGE PYTHON RUNTIME_VERSION = '3.11' HANDLER = 'f' AS 'def f(): return 1'",
      { code: '000002', message: 'routines with RUNTIME_VERSION' },
      'CREATE FUNCTION',
    ],
    [
      "CREATE FUNCTION n6 () RETURNS INT LANGUAGE JAVA AS 'x'",
      { code: '000002', message: 'functions in JAVA' },
      'CREATE FUNCTION',
    ],
  ],
);

holdFacts(
  'a script sees nothing but its arguments, and spoils nothing but itself',
  [
    `CREATE FUNCTION around () RETURNS STRING LANGUAGE JAVASCRIPT AS
      $$return ['process', 'require', 'fetch', 'setTimeout', 'WebAssembly', 'console', 'Intl'].map((n) => typeof globalThis[n])
        .concat(this.constructor.constructor('return typeof process')(), typeof snowflake.execute, typeof ask, typeof run).join()$$`,
    `CREATE FUNCTION spoils (a FLOAT) RETURNS VARIANT LANGUAGE JAVASCRIPT AS
      $$Array.prototype.toJSON = () => 'x'; String.prototype.slice = () => 'y'; JSON.stringify = () => 'z';
        JSON.parse = () => { throw 1 }; Date.now = () => 0; Object.keys = () => ['q'];
        return {q: A, d: new Date(0)}$$`,
    `CREATE FUNCTION lies () RETURNS VARIANT LANGUAGE JAVASCRIPT AS
      $$return new Proxy({q: 1}, { ownKeys() { return ['q', 'r'] },
        getOwnPropertyDescriptor() { return {enumerable: true, configurable: true} }, get() { return 4 } })$$`,
    "CREATE FUNCTION trap () RETURNS VARIANT LANGUAGE JAVASCRIPT AS $$return { get a() { throw new Error('gotcha') } }$$",
    'CREATE FUNCTION ring () RETURNS VARIANT LANGUAGE JAVASCRIPT AS $$const a = []; a[0] = a; return a$$',
    "CREATE FUNCTION odd (s STRING) RETURNS STRING LANGUAGE JAVASCRIPT AS $$return S + '\\u0000\\ue000x' + S.length$$",
    "CREATE FUNCTION odd_value (v VARIANT) RETURNS VARIANT LANGUAGE JAVASCRIPT AS 'return [V, V.length];'",
    'CREATE FUNCTION counts () RETURNS FLOAT LANGUAGE JAVASCRIPT AS $$globalThis.n = (globalThis.n || 0) + 1; return n$$',
    'CREATE FUNCTION other () RETURNS STRING LANGUAGE JAVASCRIPT AS $$return typeof n + typeof COUNTS$$',
  ],
  [
    [
      'SELECT around()',
      ['undefined,undefined,undefined,undefined,undefined,undefined,undefined,undefined,undefined,undefined,undefined'],
      'JavaScript UDF security',
    ],
    [
      'SELECT TO_JSON(spoils(seq4())) FROM TABLE(GENERATOR(ROWCOUNT => 2))',
      ['{"d":"1969-12-31 16:00:00.000 -0800","q":0}', '{"d":"1969-12-31 16:00:00.000 -0800","q":1}'],
      'JavaScript UDF security',
    ],
    ['SELECT TO_JSON(lies())', ['{"q":4,"r":4}'], 'JavaScript UDF security'],
    ['SELECT trap()', thrown(failure('Error: gotcha')), 'JavaScript UDF security'],
    ['SELECT ring()', thrown(failure('RangeError: Maximum call stack size exceeded')), 'JavaScript UDF limitations'],
    ["SELECT HEX_ENCODE(odd('é'))", ['C3A900EE80807831'], 'Introduction to JavaScript UDFs'],
    ["SELECT TO_JSON(odd_value(TO_VARIANT('\ue000f1')))", ['["\ue000f1",3]'], 'Introduction to JavaScript UDFs'],
    ['SELECT counts() + counts() >= 2, other()', [['1', 'undefinedundefined']], 'JavaScript UDF limitations'],
    ['SELECT counts()', ['1'], 'JavaScript UDF limitations'],
  ],
);
