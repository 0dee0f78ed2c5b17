import { holdFacts } from './facts.ts';

holdFacts(
  'texts and binaries',
  [
    'CREATE TABLE words (w VARCHAR)',
    "INSERT INTO words VALUES ('Joe Doe'), ('John Doe'), ('Jane_Doe'), ('100%'), (NULL)",
  ],
  [
    ["SELECT RTRIMMED_LENGTH(' ab  '), RTRIMMED_LENGTH('')", [['3', '0']], 'RTRIMMED_LENGTH'],
    ["SELECT 'a' || 'b' || NULL, 17 || '76'", [[null, '1776']], '|| (concatenation)'],
    ["SELECT CONCAT('a', 'b', 'c'), CONCAT('a', NULL)", [['abc', null]], 'CONCAT , ||'],
    [
      "SELECT CONCAT_WS('-', 'x', 'y', 'z'), CONCAT_WS('-', 'x', NULL), CONCAT_WS('-', 'x')",
      [['x-y-z', null, 'x']],
      'CONCAT_WS',
    ],
    [
      "SELECT UPPER('crème'), LOWER('ÀB'), INITCAP('o''neil mc-donald')",
      [['CRÈME', 'àb', "O'neil Mc-Donald"]],
      'UPPER',
    ],
    ["SELECT INITCAP('this-and that', ' ')", ['This-and That'], 'INITCAP'],
    [
      "SELECT LENGTH('joyeux'), LENGTH('日本'), LENGTH(''), OCTET_LENGTH('日本')",
      [['6', '2', '0', '6']],
      'LENGTH, LEN',
    ],
    [
      "SELECT SUBSTR('testing 1 2 3', 9, 5), SUBSTR('abcdef', -3, 2), SUBSTR('abc', 0, 2), SUBSTR('abc', 9)",
      [['1 2 3', 'de', 'ab', '']],
      'SUBSTR , SUBSTRING',
    ],
    ["SELECT LEFT('ABCDEF', 3), RIGHT('ABCDEF', 2), LEFT('AB', 9)", [['ABC', 'EF', 'AB']], 'LEFT'],
    [
      "SELECT LPAD('5', 3, '0'), RPAD('ab', 5, 'xyz'), LPAD('abcdef', 3), RPAD('a', 3) || '|'",
      [['005', 'abxyz', 'abc', 'a  |']],
      'LPAD',
    ],
    [
      "SELECT TRIM('  a '), LTRIM('0001230', '0'), RTRIM('$125.00', '0.'), TRIM('*-a-*', '*-')",
      [['a', '1230', '$125', 'a']],
      'TRIM',
    ],
    [
      "SELECT REPLACE('abcabc', 'b', 'X'), REPLACE('abcabc', 'b'), REPLACE('abc', '', 'z')",
      [['aXcaXc', 'acac', 'abc']],
      'REPLACE',
    ],
    ["SELECT REPEAT('xy', 3), REVERSE('Hello'), SPACE(2) || '|'", [['xyxyxy', 'olleH', '  |']], 'REPEAT'],
    [
      "SELECT CHARINDEX('an', 'banana'), CHARINDEX('an', 'banana', 3), CHARINDEX('x', 'banana')",
      [['2', '4', '0']],
      'CHARINDEX',
    ],
    ["SELECT POSITION('an' IN 'banana'), POSITION('an', 'banana', 5)", [['2', '0']], 'POSITION'],
    ["SELECT CONTAINS('ice tea', 'te'), STARTSWITH('tea', 'te'), ENDSWITH('tea', 'ea')", [['1', '1', '1']], 'CONTAINS'],
    [
      "SELECT SPLIT_PART('11.22.33', '.', 1), SPLIT_PART('11.22.33', '.', -1), SPLIT_PART('11.22.33', '.', 0), SPLIT_PART('11.22.33', '.', 9)",
      [['11', '33', '11', '']],
      'SPLIT_PART',
    ],
    ["SELECT SPLIT('127.0.0.1', '.')", ['[\n  "127",\n  "0",\n  "0",\n  "1"\n]'], 'SPLIT'],
    [
      "SELECT STRTOK('a.b.c', '.', 2), STRTOK('user@snow.com', '@.', 3), STRTOK('a', '.', 2)",
      [['b', 'com', null]],
      'STRTOK',
    ],
    ["SELECT STRTOK_TO_ARRAY('a.b-c', '.-')", ['[\n  "a",\n  "b",\n  "c"\n]'], 'STRTOK_TO_ARRAY'],
    ["SELECT INSERT('abcdef', 3, 2, 'zzz'), INSERT('abc', 1, 0, 'x')", [['abzzzef', 'xabc']], 'INSERT'],
    ["SELECT TRANSLATE('❄a☁b❄c☁', '☁❄', '*'), TRANSLATE('peach', 'aeh', 'xy')", [['a*bc*', 'pyxc']], 'TRANSLATE'],
    ["SELECT ASCII('!'), ASCII('A'), ASCII(''), CHR(83), UNICODE('❄')", [['33', '65', '0', 'S', '10052']], 'ASCII'],
    [
      "SELECT EDITDISTANCE('future', 'past'), EDITDISTANCE('abc', 'abc'), SOUNDEX('Marks'), SOUNDEX('Marx')",
      [['6', '0', 'M620', 'M620']],
      'EDITDISTANCE',
    ],
    ["SELECT w FROM words WHERE w LIKE 'J%Doe' ORDER BY w", ['Jane_Doe', 'Joe Doe', 'John Doe'], 'LIKE'],
    ["SELECT w FROM words WHERE w LIKE '%^_%' ESCAPE '^'", ['Jane_Doe'], 'LIKE'],
    ["SELECT w FROM words WHERE w ILIKE 'JO_ doe'", ['Joe Doe'], 'ILIKE'],
    [
      "SELECT w FROM words WHERE w LIKE ANY ('John%', '%\\\\%%') ESCAPE '\\\\' ORDER BY w",
      ['100%', 'John Doe'],
      'LIKE ANY',
    ],
    ["SELECT w FROM words WHERE w LIKE ALL ('J%', '%hn%')", ['John Doe'], 'LIKE ALL'],
    ["SELECT w FROM words WHERE w ILIKE ANY ('%JANE%', 'x')", ['Jane_Doe'], 'ILIKE ANY'],
    ["SELECT w FROM words WHERE w RLIKE 'Jo.*'  ORDER BY 1", ['Joe Doe', 'John Doe'], 'RLIKE'],
    ["SELECT 'Sacramento' RLIKE 'Sac', REGEXP_LIKE('SAC', 'sac', 'i')", [['0', '1']], 'REGEXP_LIKE'],
    [
      "SELECT REGEXP_SUBSTR('It was the best of times', 'the\\\\W+(\\\\w+)', 1, 1, 'e', 1), REGEXP_SUBSTR('aaa', 'b')",
      [['best', null]],
      'REGEXP_SUBSTR',
    ],
    [
      "SELECT REGEXP_SUBSTR('a1b22c333', '[0-9]+', 1, 3), REGEXP_SUBSTR('a1b22', '[0-9]+', 3)",
      [['333', '22']],
      'REGEXP_SUBSTR',
    ],
    [
      "SELECT REGEXP_REPLACE('Hello  World', '( ){2,}', ' '), REGEXP_REPLACE('a1b2', '[0-9]'), REGEXP_REPLACE('abab', 'b', 'X', 1, 2)",
      [['Hello World', 'ab', 'abaX']],
      'REGEXP_REPLACE',
    ],
    [
      "SELECT REGEXP_REPLACE('firstname lastname', '(.*) (.*)', '\\\\2, \\\\1')",
      ['lastname, firstname'],
      'REGEXP_REPLACE',
    ],
    [
      "SELECT REGEXP_COUNT('aXbXc', 'x', 1, 'i'), REGEXP_INSTR('nevermore', 'e', 1, 3), REGEXP_INSTR('abcabc', 'bc', 1, 2, 1)",
      [['2', '9', '7']],
      'REGEXP_COUNT',
    ],
    ["SELECT REGEXP_SUBSTR_ALL('a1_a2_x', 'a[0-9]')", ['[\n  "a1",\n  "a2"\n]'], 'REGEXP_SUBSTR_ALL'],
    [
      "SELECT MD5('Snow'), SHA1('Snow')",
      [['b46d3c8ee8032551c011745d587705cc', '9c8238f65551f40b9c1ced41d742c2a127eec378']],
      'MD5 , MD5_HEX',
    ],
    [
      "SELECT BASE64_ENCODE('Snow!'), BASE64_DECODE_STRING('U25vdyE='), TRY_BASE64_DECODE_STRING('?')",
      [['U25vdyE=', 'Snow!', null]],
      'BASE64_ENCODE',
    ],
    [
      "SELECT HEX_ENCODE('Flake'), HEX_DECODE_STRING('466C616B65'), HEX_ENCODE('k', 0)",
      [['466C616B65', 'Flake', '6b']],
      'HEX_ENCODE',
    ],
    [
      "SELECT TO_BINARY('534E4F57', 'HEX'), TO_BINARY('SNOW', 'UTF-8'), X'0f'",
      [['534E4F57', '534E4F57', '0F']],
      'TO_BINARY',
    ],
    ["SELECT LENGTH(X'ABCDEF'), SUBSTR(X'ABCDEF', 2, 1)", [['3', 'CD']], 'Binary data types'],
    ["SELECT 'ab\\ncd', 'it''s', $$it's$$", [['ab\ncd', "it's", "it's"]], 'String & binary data types'],
    [
      "SELECT 'abcdef'::VARCHAR(3)",
      { code: '100078', message: "String 'abcdef' is too long and would be truncated" },
      'Data type conversion',
    ],
    [
      "SELECT TRUE::VARCHAR, 1.50::VARCHAR, DATE '2024-05-06'::VARCHAR",
      [['true', '1.50', '2024-05-06']],
      'Data type conversion',
    ],
    [
      "SELECT 'yes'::BOOLEAN, 'off'::BOOLEAN, 5::BOOLEAN, TRY_TO_BOOLEAN('maybe')",
      [['1', '0', '1', null]],
      'TO_BOOLEAN',
    ],
    [
      "SELECT 'maybe'::BOOLEAN",
      { code: '100037', sqlState: '22018', message: "Boolean value 'maybe' is not recognized" },
      'TO_BOOLEAN',
    ],
    [
      "SELECT PARSE_URL('https://www.snowflake.com/en/?q=1'):host::STRING, PARSE_URL('https://a.b:8080/x?q=1#top'):port::INT",
      [['www.snowflake.com', '8080']],
      'PARSE_URL',
    ],
    [
      "SELECT value, index FROM TABLE(SPLIT_TO_TABLE('a.b', '.')) ORDER BY index",
      [
        ['a', '1'],
        ['b', '2'],
      ],
      'SPLIT_TO_TABLE',
    ],
    ["SELECT value FROM TABLE(STRTOK_SPLIT_TO_TABLE('a-b.c', '-.'))", ['a', 'b', 'c'], 'STRTOK_SPLIT_TO_TABLE'],
    ['SELECT LENGTH(UUID_STRING()), LENGTH(RANDSTR(7, RANDOM()))', [['36', '7']], 'UUID_STRING'],
  ],
);
