import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type DriverError, destroy, execute, failedExecute } from '../../support/driver.ts';
import { RawSession } from '../../support/raw-session.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

/** Where a PUT's answer sends the driver. */
function locationOf(data: Readonly<Record<string, unknown>> | null): string {
  const { location } = (data?.stageInfo ?? {}) as { readonly location?: string };
  return location ?? '';
}

describe('files in stages', () => {
  let sandbox: Sandbox;
  let session: Connection;
  let folder: string;
  beforeAll(async () => {
    sandbox = await startSandbox();
    session = await connect(sandbox.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC' }));
    folder = await mkdtemp(join(tmpdir(), 'stage-test-'));
  });
  afterAll(async () => {
    await destroy(session);
    await sandbox.stop();
    await rm(folder, { recursive: true });
  });

  const ask = async (sqlText: string, connection = session) => (await execute(connection, sqlText)).rows;
  const cells = async (sqlText: string, connection = session) =>
    (await ask(sqlText, connection)).map((row) => Object.values(row));
  const file = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
  const stage = async (name: string, files: Record<string, string>, options = '') => {
    await ask(`CREATE OR REPLACE STAGE ${name} ${options}`);
    for (const [at, text] of Object.entries(files)) {
      const path = await file(at, text);
      await ask(`PUT file://${path} @${name} AUTO_COMPRESS=FALSE`);
    }
  };

  test('PUT packs a file into a named stage, LIST shows it, GET brings it back (PUT, LIST, GET)', async () => {
    await ask('CREATE OR REPLACE STAGE goods');
    const path = await file('goods.csv', '1,one\n2,two\n');
    const [put] = await ask(`PUT file://${path} @goods/in`);
    expect(put).toMatchObject({ source: 'goods.csv', target: 'goods.csv.gz', status: 'UPLOADED' });
    const listed = await ask('LIST @goods');
    expect(listed).toHaveLength(1);
    expect(listed[0]).toMatchObject({ name: 'goods/in/goods.csv.gz', md5: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(Object.keys(listed[0] ?? {})).toEqual(['name', 'size', 'md5', 'last_modified']);
    const [got] = await ask(`GET @goods/in/ file://${folder}/`);
    expect(got).toMatchObject({ status: 'DOWNLOADED' });
    const packed = await readFile(join(folder, 'goods.csv.gz'));
    expect([packed[0], packed[1]]).toEqual([0x1f, 0x8b]);
  });

  test('the user stage and a table stage hold files of their own; LIST takes a pattern and the beginning of a path (LIST, REMOVE)', async () => {
    await ask('CREATE OR REPLACE TABLE kept (a INT)');
    const path = await file('notes.txt', 'x');
    await ask(`PUT file://${path} @~/staged AUTO_COMPRESS=FALSE`);
    await ask(`PUT 'file://${path}' @%kept AUTO_COMPRESS=FALSE`);
    await ask(`PUT file://${path} @sandbox.public.%kept/more AUTO_COMPRESS=FALSE`);
    expect((await cells('LIST @~'))[0]?.[0]).toBe('staged/notes.txt');
    expect((await cells('LS @%kept')).map(([name]) => name)).toEqual(['more/notes.txt', 'notes.txt']);
    expect((await cells('LIST @%kept/mo')).map(([name]) => name)).toEqual(['more/notes.txt']);
    expect((await cells("LIST @%kept PATTERN = '[a-z]+[.]txt'")).map(([name]) => name)).toEqual(['notes.txt']);
    expect(await cells('REMOVE @%kept/more')).toEqual([['more/notes.txt', 'removed']]);
    expect(await cells('LS @%kept/more')).toEqual([]);
  });

  test('COPY INTO loads CSV files once and reports each (COPY INTO <table>)', async () => {
    await stage('loads', { 'a.csv': 'id,name\n1,"one, two"\n2,\n', 'b.csv': 'id,name\n3,""\n' });
    await ask('CREATE OR REPLACE TABLE loaded (id INT, name STRING)');
    const copy = `COPY INTO loaded FROM @loads FILE_FORMAT = (TYPE = CSV SKIP_HEADER = 1 FIELD_OPTIONALLY_ENCLOSED_BY = '"')`;
    expect(await ask(copy)).toEqual([
      expect.objectContaining({
        file: 'loads/a.csv',
        status: 'LOADED',
        rows_parsed: 2,
        rows_loaded: 2,
        errors_seen: 0,
      }),
      expect.objectContaining({ file: 'loads/b.csv', status: 'LOADED', rows_parsed: 1, rows_loaded: 1 }),
    ]);
    expect(await cells('SELECT * FROM loaded ORDER BY id')).toEqual([
      [1, 'one, two'],
      [2, null],
      [3, ''],
    ]);
    expect(await ask(copy)).toEqual([{ status: 'Copy executed with 0 files processed.' }]);
    expect(await ask(`${copy} FORCE = TRUE FILES = ('b.csv')`)).toHaveLength(1);
    await ask('TRUNCATE TABLE loaded');
    expect(await ask(`${copy} PATTERN = '.*a.csv'`)).toHaveLength(1);
  });

  test('a row at fault ends COPY with its place; nothing is loaded (COPY INTO <table>)', async () => {
    await stage('faulty', { 'a.csv': '1,x\n', 'b.csv': '2,x\nthree,x\n4,x\n' });
    await ask('CREATE OR REPLACE TABLE strict (id INT, name STRING)');
    const error: DriverError = await failedExecute(session, 'COPY INTO strict FROM @faulty');
    expect(error.code).toBe('100038');
    expect(error.message).toContain("Numeric value 'three' is not recognized");
    expect(error.message).toContain("File 'b.csv', line 2");
    expect(await cells('SELECT count(*) FROM strict')).toEqual([[0]]);
  });

  test('ON_ERROR = CONTINUE loads the other rows, SKIP_FILE the other files (COPY INTO <table>)', async () => {
    await stage('partly', { 'a.csv': '1\n', 'b.csv': '2\nthree\n4\nfive\n', 'c.csv': '6,7\n' });
    await ask('CREATE OR REPLACE TABLE partly (id INT)');
    expect(await ask('COPY INTO partly FROM @partly ON_ERROR = CONTINUE')).toMatchObject([
      { status: 'LOADED', rows_loaded: 1 },
      { status: 'PARTIALLY_LOADED', rows_parsed: 4, rows_loaded: 2, errors_seen: 2, first_error_line: 2 },
      { status: 'LOAD_FAILED', rows_parsed: 1, rows_loaded: 0, errors_seen: 1 },
    ]);
    expect(await cells('SELECT * FROM partly ORDER BY 1')).toEqual([[1], [2], [4]]);
    await ask('CREATE OR REPLACE TABLE partly (id INT)');
    expect(await ask('COPY INTO partly FROM @partly ON_ERROR = SKIP_FILE')).toMatchObject([
      { status: 'LOADED' },
      { status: 'LOAD_FAILED', rows_loaded: 0, errors_seen: 2 },
      { status: 'LOAD_FAILED' },
    ]);
    expect(await cells('SELECT * FROM partly')).toEqual([[1]]);
    const error = await failedExecute(session, "COPY INTO partly FROM @partly FILES = ('c.csv')");
    expect(error.code).toBe('100080');
    expect(error.message).toContain('Number of columns in file (2) does not match that of the corresponding table (1)');
    await ask("COPY INTO partly FROM @partly FILES = ('c.csv') FILE_FORMAT = (ERROR_ON_COLUMN_COUNT_MISMATCH = FALSE)");
    expect(await cells('SELECT * FROM partly ORDER BY 1')).toEqual([[1], [6]]);
  });

  test('what a rolled-back COPY loaded can be loaded again (COPY INTO <table>)', async () => {
    await stage('undone', { 'a.csv': '1\n' });
    await ask('CREATE OR REPLACE TABLE undone (id INT)');
    await ask('BEGIN');
    expect(await ask('COPY INTO undone FROM @undone')).toHaveLength(1);
    expect(await cells('SELECT * FROM undone')).toEqual([[1]]);
    await ask('ROLLBACK');
    expect(await cells('SELECT count(*) FROM undone')).toEqual([[0]]);
    expect(await ask('COPY INTO undone FROM @undone')).toMatchObject([{ status: 'LOADED' }]);
    expect(await cells('SELECT * FROM undone')).toEqual([[1]]);
  });

  test('JSON documents keep all digits and load into a VARIANT, or by a query (COPY INTO <table>)', async () => {
    const documents = '[{"id": 12345678901234567890123456789012345678, "tags": ["a"]},\n {"id": 2, "tags": []}]';
    await stage(
      'docs',
      { 'd.json': documents, 'lines.json': '{"id": 3}\n{"id": 4}' },
      'FILE_FORMAT = (TYPE = JSON STRIP_OUTER_ARRAY = TRUE)',
    );
    await ask('CREATE OR REPLACE TABLE docs (v VARIANT)');
    await ask('COPY INTO docs FROM @docs');
    expect(
      await cells('SELECT v:id::STRING, v:tags[0]::STRING FROM docs ORDER BY length(v:id::STRING) DESC, 1'),
    ).toEqual([
      ['12345678901234567890123456789012345678', 'a'],
      ['2', null],
      ['3', null],
      ['4', null],
    ]);
    await ask('CREATE OR REPLACE TABLE ids (id NUMBER, file STRING)');
    await ask('COPY INTO ids (id, file) FROM (SELECT $1:id, METADATA$FILENAME FROM @docs/lines t)');
    expect(await cells('SELECT * FROM ids ORDER BY 1')).toEqual([
      [3, 'lines.json'],
      [4, 'lines.json'],
    ]);
    const error = await failedExecute(session, 'COPY INTO ids FROM @docs FORCE = TRUE');
    expect(error.message).toContain('JSON file format can produce one and only one column');
  });

  test('JSON files may be written as loosely as PARSE_JSON takes JSON (PARSE_JSON, CREATE FILE FORMAT)', async () => {
    await stage(
      'loose',
      { 'a.json': '{name: \'a}b\', n: [1,,.5]}\n{"name": "it\'s", n: NaN}' },
      'FILE_FORMAT = (TYPE = JSON)',
    );
    await ask('CREATE OR REPLACE TABLE loose (v VARIANT)');
    await ask('COPY INTO loose FROM @loose');
    expect(await cells('SELECT v:name::STRING, v:n::STRING FROM loose ORDER BY 1')).toEqual([
      ['a}b', '[1,undefined,0.5]'],
      ["it's", 'NaN'],
    ]);
    await stage('bad', { 'a.json': '{name: nobody}' }, 'FILE_FORMAT = (TYPE = JSON)');
    const error = await failedExecute(session, 'COPY INTO loose FROM @bad');
    expect(error).toMatchObject({ code: '100069' });
    expect(error.message).toContain('Error parsing JSON: unknown keyword "nobody", pos 13');
  });

  test('a query reads staged files by places, with their names and row numbers (Querying data in staged files)', async () => {
    await stage('asked', { 'one.csv': 'a|1\nb|2\n', 'two.csv': 'c|3\n' });
    await ask("CREATE OR REPLACE FILE FORMAT piped TYPE = CSV FIELD_DELIMITER = '|'");
    const query =
      "SELECT t.$1, t.$2::INT + 1, t.$4, METADATA$FILENAME, METADATA$FILE_ROW_NUMBER FROM @asked (FILE_FORMAT => 'piped') t ORDER BY 1";
    expect(await cells(query)).toEqual([
      ['a', 2, null, 'one.csv', 1],
      ['b', 3, null, 'one.csv', 2],
      ['c', 4, null, 'two.csv', 1],
    ]);
    expect(await cells("SELECT count(*) FROM @asked (FILE_FORMAT => piped, PATTERN => '.*two.*')")).toEqual([[1]]);
    expect(await cells("SELECT max($1) FROM '@asked/one.csv'")).toEqual([['b|2']]);
    expect((await failedExecute(session, 'SELECT * FROM @asked')).message).toContain('SELECT with no columns');
  });

  test.each([
    ["NULL_IF = ('', 'nil')", 'nil,x,\\N\n', [[null, 'x', 'N']]],
    ['ESCAPE_UNENCLOSED_FIELD = NONE EMPTY_FIELD_AS_NULL = FALSE', 'a\\b,,\\N\n', [['a\\b', '', null]]],
    ["FIELD_DELIMITER = '\\t' TRIM_SPACE = TRUE", ' a \tb\t\n', [['a', 'b', null]]],
    [`FIELD_OPTIONALLY_ENCLOSED_BY = '"'`, '"a\nb","say ""x""",c\r\n', [['a\nb', 'say "x"', 'c']]],
    [
      'SKIP_BLANK_LINES = TRUE',
      '\na,b,c\n\nd,e,f',
      [
        ['a', 'b', 'c'],
        ['d', 'e', 'f'],
      ],
    ],
    [
      "RECORD_DELIMITER = ';' FIELD_DELIMITER = '::'",
      'a::b::c;d::e::f',
      [
        ['a', 'b', 'c'],
        ['d', 'e', 'f'],
      ],
    ],
    ['', 'a\\,b,c,\\\\\n', [['a,b', 'c', '\\']]],
  ])('CSV options %s (CREATE FILE FORMAT)', async (options, text, expected) => {
    await stage('shapes', { 'shape.csv': text });
    await ask('CREATE OR REPLACE TABLE shapes (a STRING, b STRING, c STRING)');
    if (options.startsWith('NULL_IF')) {
      const error = await failedExecute(session, `COPY INTO shapes FROM @shapes FILE_FORMAT = (${options})`);
      expect(error.message).toContain('the escape sequence');
      return;
    }
    await ask(`COPY INTO shapes FROM @shapes FILE_FORMAT = (TYPE = CSV ${options})`);
    expect(await cells('SELECT * FROM shapes')).toEqual(expected);
  });

  test('DATE_FORMAT of a file format says how dates are read (CREATE FILE FORMAT)', async () => {
    await stage('dated', { 'd.csv': '31.12.2023\n' }, "FILE_FORMAT = (TYPE = CSV DATE_FORMAT = 'DD.MM.YYYY')");
    await ask('CREATE OR REPLACE TABLE dated (d DATE)');
    await ask('COPY INTO dated FROM @dated PURGE = TRUE');
    expect(await cells('SELECT to_char(d) FROM dated')).toEqual([['2023-12-31']]);
    expect(await cells('LIST @dated')).toEqual([]);
  });

  test('stages are made, shown, described and dropped with their files (CREATE STAGE, SHOW STAGES, DESCRIBE STAGE)', async () => {
    await stage('seen', { 'x.csv': '1' }, "FILE_FORMAT = (TYPE = CSV FIELD_DELIMITER = '|') COMMENT = 'mine'");
    expect(await ask("SHOW STAGES LIKE 'seen'")).toMatchObject([{ name: 'SEEN', type: 'INTERNAL', comment: 'mine' }]);
    const described = await ask('DESC STAGE seen');
    expect(described.find((row) => row.property === 'FIELD_DELIMITER')).toEqual({
      parent_property: 'STAGE_FILE_FORMAT',
      property: 'FIELD_DELIMITER',
      property_type: 'String',
      property_value: '|',
      property_default: ',',
    });
    expect((await failedExecute(session, 'CREATE STAGE seen')).code).toBe('002002');
    await ask('DROP STAGE seen');
    expect((await failedExecute(session, 'LIST @seen')).code).toBe('002003');
    await ask('CREATE STAGE seen');
    expect(await cells('LIST @seen')).toEqual([]);
  });

  test('a file format shows and describes all of its options (SHOW FILE FORMATS, DESCRIBE FILE FORMAT)', async () => {
    await ask(
      "CREATE OR REPLACE FILE FORMAT tabbed TYPE = CSV FIELD_DELIMITER = '\\t' SKIP_HEADER = 2 NULL_IF = ('', 'x')",
    );
    const [shown] = await ask("SHOW FILE FORMATS LIKE 'tabbed'");
    expect(JSON.parse(String(shown?.format_options))).toMatchObject({
      ...{ TYPE: 'CSV', RECORD_DELIMITER: '\n', FIELD_DELIMITER: '\t', SKIP_HEADER: 2, FILE_EXTENSION: null },
      ...{ NULL_IF: ['', 'x'], TRIM_SPACE: false, ESCAPE: 'NONE', ESCAPE_UNENCLOSED_FIELD: '\\' },
    });
    const described = await ask('DESCRIBE FILE FORMAT tabbed');
    expect(described.find((row) => row.property === 'SKIP_HEADER')).toMatchObject({
      property_value: '2',
      property_default: '0',
    });
    const error = await failedExecute(session, 'CREATE FILE FORMAT odd TYPE = CSV ENCODING = LATIN1');
    expect(error.code).toBe('000002');
  });

  test('a record at fault is left out under CONTINUE, the next one loaded; JSON cannot go on (COPY INTO <table>)', async () => {
    await stage('torn', { 'a.csv': '1,"x"y\n2,"z"\n3,"open\n' });
    await ask('CREATE OR REPLACE TABLE torn (a INT, b STRING)');
    const enclosed = `FILE_FORMAT = (TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '"')`;
    const error = await failedExecute(session, `COPY INTO torn FROM @torn ${enclosed}`);
    expect(error.message).toContain("Found character 'y' instead of field delimiter ','");
    expect(await ask(`COPY INTO torn FROM @torn ${enclosed} ON_ERROR = CONTINUE`)).toMatchObject([
      { status: 'PARTIALLY_LOADED', rows_parsed: 3, rows_loaded: 1, errors_seen: 2, first_error_line: 1 },
    ]);
    expect(await cells('SELECT * FROM torn')).toEqual([[2, 'z']]);
    await stage('torn_json', { 'a.json': '{"a":1}\n{"a":,}' }, 'FILE_FORMAT = (TYPE = JSON)');
    await ask('CREATE OR REPLACE TABLE torn_json (v VARIANT)');
    expect((await failedExecute(session, 'COPY INTO torn_json FROM @torn_json')).code).toBe('100069');
    expect((await failedExecute(session, 'COPY INTO torn_json FROM @torn_json ON_ERROR = CONTINUE')).code).toBe(
      '000002',
    );
    expect(await ask('COPY INTO torn_json FROM @torn_json ON_ERROR = SKIP_FILE')).toMatchObject([
      { status: 'LOAD_FAILED' },
    ]);
  });

  test('COPY INTO without FROM loads the own stage of a table; a view reads staged files (COPY INTO <table>)', async () => {
    await ask('CREATE OR REPLACE TABLE own (a INT)');
    const path = await file('own.csv', '1\n2\n');
    await ask(`PUT file://${path} @%own`);
    expect(await ask('COPY INTO own')).toMatchObject([{ file: 'own.csv.gz', rows_loaded: 2 }]);
    await stage('viewed', { 'v.csv': 'x\n' });
    await ask('CREATE OR REPLACE VIEW viewed AS SELECT $1 AS v FROM @viewed');
    expect(await cells('SELECT v FROM viewed')).toEqual([['x']]);
  });

  test('a file put again has another MD5 and is loaded again; one that is only there already is not (PUT, LIST)', async () => {
    await ask('CREATE OR REPLACE STAGE renewed');
    await ask('CREATE OR REPLACE TABLE renewed (a INT)');
    const path = await file('renewed.csv', '1\n');
    const md5 = async () => (await ask('LIST @renewed'))[0]?.md5;
    await ask(`PUT file://${path} @renewed`);
    const first = await md5();
    expect(await md5()).toBe(first);
    await ask('COPY INTO renewed FROM @renewed');
    await ask(`PUT file://${path} @renewed OVERWRITE = TRUE`);
    expect(await md5()).not.toBe(first);
    expect(await ask('COPY INTO renewed FROM @renewed')).toMatchObject([{ status: 'LOADED', rows_loaded: 1 }]);
    expect(await ask('COPY INTO renewed FROM @renewed')).toEqual([{ status: 'Copy executed with 0 files processed.' }]);
  });

  test('a table keeps the file format of its own stage, and hands it to its copies (CREATE TABLE)', async () => {
    await ask(`CREATE OR REPLACE TABLE piped (a INT, b STRING)
      STAGE_FILE_FORMAT = (FIELD_DELIMITER = '|' SKIP_HEADER = 1) STAGE_COPY_OPTIONS = (PURGE = FALSE)`);
    const path = await file('piped.csv', 'a|b\n1|one\n');
    await ask(`PUT file://${path} @%piped`);
    await ask('COPY INTO piped');
    expect(await cells('SELECT * FROM piped')).toEqual([[1, 'one']]);
    await ask('CREATE OR REPLACE TABLE piped_too LIKE piped');
    await ask(`PUT file://${path} @%piped_too`);
    expect(await ask('COPY INTO piped_too')).toMatchObject([{ status: 'LOADED', rows_loaded: 1 }]);
    const refused = await failedExecute(session, 'CREATE TABLE odd (a INT) STAGE_COPY_OPTIONS = (ON_ERROR = CONTINUE)');
    expect(refused.message).toContain('the sandbox does not support the copy option ON_ERROR of a stage');
  });

  test('what COPY loaded stands in the load history, also after TRUNCATE (LOAD_HISTORY View)', async () => {
    await stage('remembered', { 'good.csv': '1\n2\n', 'mixed.csv': '3\nx\n' });
    await ask('CREATE OR REPLACE TABLE remembered (a INT)');
    await ask('COPY INTO remembered FROM @remembered ON_ERROR = CONTINUE');
    await ask('TRUNCATE TABLE remembered');
    const history = `SELECT file_name, status, row_count, row_parsed, error_count FROM information_schema.load_history
      WHERE table_name = 'REMEMBERED' AND last_load_time > dateadd(hour, -1, current_timestamp()) ORDER BY 1`;
    const loads = [
      ['remembered/good.csv', 'LOADED', 2, 2, 0],
      ['remembered/mixed.csv', 'PARTIALLY_LOADED', 1, 2, 1],
    ];
    expect(await cells(history)).toEqual(loads);
    await ask('BEGIN');
    await ask('COPY INTO remembered FROM @remembered ON_ERROR = CONTINUE');
    await ask('ROLLBACK');
    expect(await cells(history)).toEqual(loads);
  });

  test('the file format of a stage can be changed (ALTER STAGE)', async () => {
    await stage('changed', { 'c.csv': '1;one\n' });
    await ask("ALTER STAGE changed SET FILE_FORMAT = (FIELD_DELIMITER = ';') COMMENT = 'by semicolons'");
    expect(await cells('SELECT $1, $2 FROM @changed')).toEqual([['1', 'one']]);
    expect(await ask("SHOW STAGES LIKE 'changed'")).toMatchObject([{ comment: 'by semicolons' }]);
    expect(await ask('ALTER STAGE IF EXISTS unheard_of SET COMMENT = $$x$$')).toMatchObject([
      { status: 'Statement executed successfully.' },
    ]);
    expect((await failedExecute(session, "ALTER STAGE unheard_of SET COMMENT = 'x'")).code).toBe('002003');
  });

  test.each(['plain.gz', 'plain.bz2', 'plain.br', 'plain.deflate', 'plain.raw_deflate', 'plain.zst'])(
    'a file that only bears the name of a packed one is read as it is: %s (CREATE FILE FORMAT, COMPRESSION = AUTO)',
    async (name) => {
      await ask('CREATE OR REPLACE TABLE misnamed (a STRING, b STRING)');
      await ask(`PUT file://${await file(name, 'FIRST,SECOND\n')} @%misnamed`);
      await ask('COPY INTO misnamed');
      expect(await cells('SELECT * FROM misnamed')).toEqual([['FIRST', 'SECOND']]);
    },
  );

  test('a deflated file is unpacked by COMPRESSION = AUTO (CREATE FILE FORMAT)', async () => {
    await ask('CREATE OR REPLACE TABLE inflated (a STRING)');
    const path = join(folder, 'packed.deflate');
    await writeFile(path, deflateSync('squeezed\n'));
    await ask(`PUT file://${path} @%inflated`);
    await ask('COPY INTO inflated');
    expect(await cells('SELECT * FROM inflated')).toEqual([['squeezed']]);
  });

  test('a table is unloaded to a stage and loads again as it was (COPY INTO <location>)', async () => {
    await ask('CREATE OR REPLACE STAGE unloaded');
    await ask('CREATE OR REPLACE TABLE tricky (i INT, t STRING, f BOOLEAN, d DATE, ts TIMESTAMP_NTZ, v VARIANT)');
    await ask(`INSERT INTO tricky SELECT 1, 'a,b\\\\n', TRUE, '2024-02-29', '2024-02-29 01:02:03.5', PARSE_JSON('{"k":"x,y"}')
      UNION ALL SELECT 2, 'say "hi"\\nthen go', NULL, NULL, NULL, NULL UNION ALL SELECT 3, NULL, FALSE, '1999-12-31', NULL, NULL`);
    for (const compression of ['GZIP', 'NONE', 'DEFLATE', 'RAW_DEFLATE', 'BROTLI']) {
      for (const enclosed of ['', `FIELD_OPTIONALLY_ENCLOSED_BY = '"'`]) {
        const format = `FILE_FORMAT = (TYPE = CSV COMPRESSION = ${compression} ${enclosed})`;
        const out = await ask(`COPY INTO @unloaded/run/part_ FROM tricky ${format} OVERWRITE = TRUE`);
        expect(out).toEqual([{ rows_unloaded: 3, input_bytes: expect.any(Number), output_bytes: expect.any(Number) }]);
        await ask('CREATE OR REPLACE TABLE back LIKE tricky');
        await ask(`COPY INTO back FROM (SELECT $1, $2, $3, $4, $5, PARSE_JSON($6) FROM @unloaded/run/part_) ${format}`);
        expect(await cells('SELECT count(*) FROM (SELECT * FROM tricky EXCEPT SELECT * FROM back)')).toEqual([[0]]);
        await ask('REMOVE @unloaded');
      }
    }
  });

  test('an unload names its files, heads them, and leaves old ones alone (COPY INTO <location>)', async () => {
    await ask('CREATE OR REPLACE STAGE named');
    const csv = 'FILE_FORMAT = (TYPE = CSV COMPRESSION = NONE)';
    await ask(`COPY INTO @named FROM (SELECT 7 AS "seven", 'x' AS letter) ${csv} HEADER = TRUE`);
    await ask(`COPY INTO @named/a/b.csv FROM (SELECT 1 UNION ALL SELECT 2) ${csv} SINGLE = TRUE`);
    await ask(`COPY INTO @named/many FROM (SELECT column1 FROM VALUES (10), (20), (30)) ${csv} MAX_FILE_SIZE = 6`);
    const names = (await ask('LIST @named')).map((row) => row.name);
    expect(names).toEqual(['named/a/b.csv', 'named/data_0_0_0.csv', 'named/many_0_0_0.csv', 'named/many_1_0_0.csv']);
    await ask(`GET @named/data_0_0_0.csv file://${folder}/`);
    expect(await readFile(join(folder, 'data_0_0_0.csv'), 'utf8')).toBe('seven,LETTER\n7,x\n');
    const again = await failedExecute(session, `COPY INTO @named/many FROM (SELECT 1) ${csv}`);
    expect(again.message).toContain('Files already existing at the unload destination');
    await ask(`COPY INTO @named/docs FROM (SELECT OBJECT_CONSTRUCT('a', 1)) FILE_FORMAT = (TYPE = JSON)`);
    await ask('CREATE OR REPLACE FILE FORMAT json_docs TYPE = JSON');
    expect(await cells("SELECT $1:a FROM @named/docs (FILE_FORMAT => 'json_docs')")).toEqual([[1]]);
    expect(await ask('LIST @named/docs')).toMatchObject([{ name: 'named/docs_0_0_0.json.gz' }]);
    expect(await ask(`COPY INTO @named/none FROM (SELECT 1 LIMIT 0) ${csv}`)).toMatchObject([{ rows_unloaded: 0 }]);
  });

  test('a temporary stage is seen by its session alone (CREATE STAGE)', async () => {
    const other = await connect(sandbox.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC' }));
    await ask('CREATE TEMPORARY STAGE mine_alone');
    await ask('CREATE TEMPORARY STAGE mine_alone', other);
    const path = await file('mine.csv', '1');
    await ask(`PUT file://${path} @mine_alone`);
    expect(await cells('LIST @mine_alone')).toHaveLength(1);
    expect(await cells('LIST @mine_alone', other)).toEqual([]);
    await destroy(other);
    expect(await cells('LIST @mine_alone')).toHaveLength(1);
  });

  test.each([
    'LIST @goods/../x',
    'LIST @goods/./x',
    'LIST @goods//etc',
    "LIST '@goods/../../etc/passwd'",
    "PUT file:///tmp/x '@~/../x'",
    'GET @~/../../etc file:///tmp',
    "SELECT $1 FROM '@~/../x'",
    "COPY INTO kept FROM '@~/..'",
  ])('a path that leads out of its stage is refused: %s', async (sqlText) => {
    const raw = await RawSession.open(sandbox.url, 'paths', { SESSION_PARAMETERS: {} });
    await raw.query({ sqlText: 'USE SCHEMA SANDBOX.PUBLIC' });
    const answer = await raw.query({ sqlText });
    expect(answer).toMatchObject({ success: false, code: expect.stringMatching(/^(000002|001003)$/) });
  });

  test('a link in a stage is neither listed nor read', async () => {
    await stage('linked', { 'plain.csv': '1' });
    const raw = await RawSession.open(sandbox.url, 'admin');
    await raw.query({ sqlText: 'USE SCHEMA SANDBOX.PUBLIC' });
    const { data } = await raw.query({ sqlText: 'PUT file:///nowhere @linked' });
    const location = locationOf(data);
    await symlink('/etc/passwd', join(location, 'secret.csv'));
    await symlink('/etc', join(location, 'etc'));
    expect((await cells('LIST @linked')).map(([name]) => name)).toEqual(['linked/plain.csv']);
    expect(await cells('SELECT $1 FROM @linked')).toEqual([['1']]);
  });

  test('stages lie in a folder of the owner alone, which ends with the sandbox', async () => {
    const own = await startSandbox();
    const raw = await RawSession.open(own.url, 'admin');
    const { data } = await raw.query({ sqlText: 'PUT file:///nowhere @~' });
    expect(data).toMatchObject({ command: 'UPLOAD', src_locations: ['/nowhere'], autoCompress: true });
    const location = locationOf(data);
    expect(data).toMatchObject({ stageInfo: { locationType: 'LOCAL_FS' } });
    expect((await stat(dirname(location))).mode & 0o777).toBe(0o700);
    await own.stop();
    expect(existsSync(dirname(location))).toBe(false);
  });

  test('binds that a driver has uploaded to a stage are taken from there (Batch inserts)', async () => {
    const raw = await RawSession.open(sandbox.url, 'binder');
    await raw.query({ sqlText: 'USE SCHEMA SANDBOX.PUBLIC' });
    await raw.query({ sqlText: 'CREATE OR REPLACE TABLE staged_binds (a INT, b STRING, c DATE)' });
    await raw.query({
      sqlText: `CREATE OR REPLACE TEMPORARY STAGE SYSTEM$BIND file_format=(type=csv field_optionally_enclosed_by='"')`,
    });
    const id = randomUUID();
    const { data } = await raw.query({
      sqlText: `PUT file://1'@SYSTEM$BIND/${id}' overwrite=true auto_compress=false source_compression=gzip`,
    });
    const location = locationOf(data);
    const rows = Array.from({ length: 5000 }, (_, i) => `${i},"say ""${i}""\\n",2024-01-31`);
    await writeFile(join(location, '1'), `${rows.join('\n')}\n,"",\n`);
    const inserted = await raw.query({
      sqlText: 'INSERT INTO staged_binds VALUES (?, ?, ?)',
      bindStage: `@SYSTEM$BIND/${id}`,
    });
    expect(inserted.data?.rowset).toEqual([['5001']]);
    const read = await raw.query({ sqlText: 'SELECT sum(a), min(b), max(c)::STRING, count(a) FROM staged_binds' });
    expect(read.data?.rowset).toEqual([['12497500', '', '2024-01-31', '5000']]);
  });

  test('PUT takes the stage from a bound text, as Python names the one of its uploads (PUT)', async () => {
    const raw = await RawSession.open(sandbox.url, 'binder');
    await raw.query({ sqlText: 'USE SCHEMA SANDBOX.PUBLIC' });
    await raw.query({ sqlText: 'CREATE OR REPLACE TEMPORARY STAGE bound' });
    const put = async (place: string, value: string) =>
      raw.query({
        sqlText: `PUT file://7.csv ${place} source_compression=auto_detect`,
        bindings: { 1: { type: 'TEXT', value } },
      });
    expect(locationOf((await put('?', '@bound/a')).data)).toMatch(/\/a$/);
    expect(locationOf((await put(':1', 'bound/b')).data)).toMatch(/\/b$/);
    expect((await put('?', '@nowhere/a')).code).toBe('002003');
  });

  test('the driver binds more values than its threshold', async () => {
    const own = await connect(
      sandbox.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC', arrayBindingThreshold: 10 }),
    );
    await ask('CREATE OR REPLACE TABLE many_binds (a INT, b STRING)', own);
    const binds = Array.from({ length: 100 }, (_, i) => [i, `row ${i}`]);
    const { updatedRows } = await execute(own, { sqlText: 'INSERT INTO many_binds VALUES (?, ?)', binds });
    expect(updatedRows).toBe(100);
    expect(await cells('SELECT count(*), sum(a) FROM many_binds', own)).toEqual([[100, 4950]]);
    await destroy(own);
  });

  test.each([
    ['COPY INTO @goods FROM kept PARTITION BY (1)', 'the COPY option PARTITION'],
    ['COPY INTO @goods FROM kept FILE_FORMAT = (TYPE = PARQUET)', 'an unload to Parquet'],
    ['COPY INTO @goods FROM kept DETAILED_OUTPUT = TRUE', 'the COPY option DETAILED_OUTPUT'],
    ['COPY INTO kept FROM @goods FILE_FORMAT = (TYPE = AVRO)', 'files of type AVRO'],
    ['COPY INTO kept FROM @goods VALIDATION_MODE = RETURN_ERRORS', 'the COPY option VALIDATION_MODE'],
    ['COPY INTO kept FROM @goods MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE', 'MATCH_BY_COLUMN_NAME'],
    ["CREATE STAGE odd FILE_FORMAT = (TYPE = CSV ENCODING = 'LATIN1')", 'the file format option ENCODING = LATIN1'],
  ])('what is not supported is refused by name: %s', async (sqlText, what) => {
    const error = await failedExecute(session, sqlText);
    expect(error.code).toBe('000002');
    expect(error.message).toContain(`the sandbox does not support ${what}`);
  });
});
