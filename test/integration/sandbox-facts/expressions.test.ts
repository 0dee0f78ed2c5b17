import { holdFacts } from './facts.ts';

holdFacts(
  'expressions, frames and sets beside the daily ones',
  [],
  [
    [
      "SELECT REGEXP_LIKE('abc', '(?=a)abc')",
      {
        code: '100048',
        sqlState: '2201B',
        message: "Invalid regular expression: '(?=a)abc', no argument for repetition operator: ?",
      },
      'REGEXP_LIKE',
    ],
    [
      "SELECT REGEXP_SUBSTR('aa', '(a)\\\\1')",
      {
        code: '100048',
        sqlState: '2201B',
        message: "Invalid regular expression: '(a)\\1', invalid escape sequence: \\1",
      },
      'REGEXP_SUBSTR',
    ],
    // Python's suite, test_bindings.py: a bound tuple stands in the list without brackets of its own.
    ['SELECT (1, 2) IN (1, 2), (1, 2) IN (2, 1), (1, 2) IN ((2, 1), (1, 2))', [['1', '0', '1']], 'IN'],
    ['SELECT (1, 2) IN (1, 2, 3)', { code: '002020', sqlState: '42601' }, 'IN'],
    [
      "SELECT REGEXP_SUBSTR('<a><b>', '<.*?>'), REGEXP_SUBSTR('ab?c', 'b\\\\?c'), REGEXP_SUBSTR('a?', '[?]'), REGEXP_COUNT('a]b', '[]]'), REGEXP_SUBSTR('x-y', '[^[:alnum:]]')",
      [['<a><b>', 'b?c', '?', '1', '-']],
      'String functions (regular expressions)',
    ],
    [
      "SELECT SUM(x) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1 day' PRECEDING AND CURRENT ROW) FROM VALUES (1, '2024-05-10'::DATE), (2, '2024-05-11'::DATE), (3, '2024-05-13'::DATE) AS t(x, d) ORDER BY d",
      ['1', '3', '3'],
      'Window function syntax and usage',
    ],
    [
      "SELECT COUNT(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1 hour, 30 minutes' PRECEDING AND CURRENT ROW) FROM VALUES ('2024-05-10 10:00'::TIMESTAMP_NTZ), ('2024-05-10 11:29'::TIMESTAMP_NTZ), ('2024-05-10 13:30'::TIMESTAMP_NTZ) AS t(d) ORDER BY d",
      ['1', '2', '1'],
      'Window function syntax and usage',
    ],
    [
      'SELECT * FROM (SELECT 1 AS a, 2 AS b) UNION ALL BY NAME SELECT 3 AS b, 4 AS a',
      [
        ['1', '2'],
        ['4', '3'],
      ],
      'Set operators',
    ],
    [
      "SELECT 1 AS a, 'x' AS b UNION BY NAME SELECT 'y' AS c, 1 AS a ORDER BY b NULLS LAST",
      [
        ['1', 'x', null],
        ['1', null, 'y'],
      ],
      'Set operators',
    ],
    ["SELECT 'y'::CHARACTER VARYING(3)", ['y'], 'String & binary data types'],
    [
      "SELECT ABS(t), -t, ROUND(t), ROUND(t, 1), FLOOR(t), ZEROIFNULL(t) FROM VALUES ('-1.55') AS texts(t)",
      [['1.55000', '1.55000', '-2', '-1.6', '-2', '-1.55000']],
      'Data type conversion',
    ],
  ],
);
