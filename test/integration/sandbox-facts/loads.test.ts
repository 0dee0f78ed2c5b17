import { holdFacts } from './facts.ts';

holdFacts(
  'loads that match columns by name',
  [
    'CREATE STAGE docs',
    `CREATE TABLE one (v VARIANT) AS SELECT OBJECT_CONSTRUCT('Id', 7, 'name', 'ann', 'born', '2001-02-03', 'tags', [1, 2], 'more', TRUE)`,
    `INSERT INTO one SELECT PARSE_JSON('{"Id": 8, "name": null}')`,
    'COPY INTO @docs/one.json FROM one FILE_FORMAT = (TYPE = JSON COMPRESSION = NONE) SINGLE = TRUE',
    'CREATE TABLE people (born DATE, id INT, name STRING, tags ARRAY, missing INT)',
    'CREATE TABLE exact ("Id" INT, id INT)',
    'CREATE TABLE needy (id INT, missing INT NOT NULL)',
  ],
  [
    [
      'COPY INTO people FROM @docs FILE_FORMAT = (TYPE = JSON) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE',
      [['docs/one.json', 'LOADED', '2', '2', '1', '0', null, null, null, null]],
      'COPY INTO <table>',
    ],
    [
      'SELECT born::STRING, id, name, ARRAY_SIZE(tags), missing FROM people ORDER BY id',
      [
        ['2001-02-03', '7', 'ann', '2', null],
        [null, '8', null, null, null],
      ],
      'COPY INTO <table>',
    ],
    [
      "COPY INTO exact FROM @docs FILE_FORMAT = (TYPE = JSON) MATCH_BY_COLUMN_NAME = 'case_sensitive'",
      [['docs/one.json', 'LOADED', '2', '2', '1', '0', null, null, null, null]],
      'COPY INTO <table>',
    ],
    [
      'SELECT * FROM exact ORDER BY 1',
      [
        ['7', null],
        ['8', null],
      ],
      'COPY INTO <table>',
    ],
    [
      'COPY INTO needy FROM @docs FILE_FORMAT = (TYPE = JSON) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE',
      { code: '100072' },
      'COPY INTO <table>',
    ],
    [
      'COPY INTO people FROM @docs FILE_FORMAT = (TYPE = JSON) MATCH_BY_COLUMN_NAME = SOMEHOW',
      { code: '001008' },
      'COPY INTO <table>',
    ],
    [
      'COPY INTO people FROM @docs FILE_FORMAT = (TYPE = CSV PARSE_HEADER = TRUE) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE',
      { code: '000002' },
      'COPY INTO <table>',
    ],
  ],
);
