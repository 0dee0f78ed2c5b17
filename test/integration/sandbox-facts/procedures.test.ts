import { holdFacts } from './facts.ts';

holdFacts(
  'arguments of procedures take the types of their parameters',
  [
    "CREATE PROCEDURE later (d DATE, t TIMESTAMP_NTZ) RETURNS STRING LANGUAGE SQL AS 'BEGIN RETURN (d + 1) || '' '' || t; END'",
    `CREATE PROCEDURE shown (n NUMBER DEFAULT 2 * 3, s STRING DEFAULT 'it''s', d DATE DEFAULT '2024-02-03')
      RETURNS STRING LANGUAGE SQL AS 'BEGIN RETURN n || s || d; END'`,
    "CREATE PROCEDURE short () RETURNS NUMBER(5,1) LANGUAGE SQL AS 'BEGIN RETURN 1.26; END'",
    "CREATE PROCEDURE day () RETURNS DATE LANGUAGE SQL AS 'BEGIN RETURN ''2024-01-01''; END'",
    "CREATE PROCEDURE nothing () RETURNS DATE LANGUAGE SQL AS 'BEGIN NULL; END'",
    "CREATE PROCEDURE odd () RETURNS NUMBER LANGUAGE SQL AS 'BEGIN RETURN ''x''; END'",
  ],
  [
    ['CALL short()', ['1.3'], 'RETURN (Snowflake Scripting)'],
    ['CALL day()', ['19723'], 'RETURN (Snowflake Scripting)'],
    ['CALL nothing()', [null], 'RETURN (Snowflake Scripting)'],
    ['CALL odd()', { code: '100038' }, 'RETURN (Snowflake Scripting)'],
    ["CALL later('2024-01-01', '2024-05-06 07:08:09')", ['2024-01-02 2024-05-06 07:08:09.000'], 'CALL'],
    ["CALL later('2024-01-01'::DATE, '2024-05-06'::DATE)", ['2024-01-02 2024-05-06 00:00:00.000'], 'CALL'],
    ["CALL later(t => '2024-05-06', d => NULL)", [null], 'CALL'],
    ['CALL shown()', ["6it's2024-02-03"], 'CREATE PROCEDURE'],
    ["CALL shown('4', 5)", ['452024-02-03'], 'CALL'],
    ["CALL shown(d => '2024-12-31', s => '-')", ['6-2024-12-31'], 'CALL'],
    ["CALL shown('four')", { code: '100038', message: "Numeric value 'four' is not recognized" }, 'CALL'],
    ["CALL later('soon', NULL)", { code: '100040' }, 'CALL'],
  ],
);
