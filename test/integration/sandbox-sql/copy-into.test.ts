import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DriverError, failedExecute } from '../../support/driver.ts';
import { depotAround } from './depot.ts';

describe('files that are loaded and unloaded', () => {
  const depot = depotAround();
  const { ask, cells, file, stage } = depot;

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
    const error: DriverError = await failedExecute(depot.session, 'COPY INTO strict FROM @faulty');
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
    const error = await failedExecute(depot.session, "COPY INTO partly FROM @partly FILES = ('c.csv')");
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
    const error = await failedExecute(depot.session, 'COPY INTO ids FROM @docs FORCE = TRUE');
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
    const error = await failedExecute(depot.session, 'COPY INTO loose FROM @bad');
    expect(error).toMatchObject({ code: '100069' });
    expect(error.message).toContain('Error parsing JSON: unknown keyword "nobody", pos 13');
  });

  test('a record at fault is left out under CONTINUE, the next one loaded; JSON cannot go on (COPY INTO <table>)', async () => {
    await stage('torn', { 'a.csv': '1,"x"y\n2,"z"\n3,"open\n' });
    await ask('CREATE OR REPLACE TABLE torn (a INT, b STRING)');
    const enclosed = `FILE_FORMAT = (TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '"')`;
    const error = await failedExecute(depot.session, `COPY INTO torn FROM @torn ${enclosed}`);
    expect(error.message).toContain("Found character 'y' instead of field delimiter ','");
    expect(await ask(`COPY INTO torn FROM @torn ${enclosed} ON_ERROR = CONTINUE`)).toMatchObject([
      { status: 'PARTIALLY_LOADED', rows_parsed: 3, rows_loaded: 1, errors_seen: 2, first_error_line: 1 },
    ]);
    expect(await cells('SELECT * FROM torn')).toEqual([[2, 'z']]);
    await stage('torn_json', { 'a.json': '{"a":1}\n{"a":,}' }, 'FILE_FORMAT = (TYPE = JSON)');
    await ask('CREATE OR REPLACE TABLE torn_json (v VARIANT)');
    expect((await failedExecute(depot.session, 'COPY INTO torn_json FROM @torn_json')).code).toBe('100069');
    expect((await failedExecute(depot.session, 'COPY INTO torn_json FROM @torn_json ON_ERROR = CONTINUE')).code).toBe(
      '000002',
    );
    expect(await ask('COPY INTO torn_json FROM @torn_json ON_ERROR = SKIP_FILE')).toMatchObject([
      { status: 'LOAD_FAILED' },
    ]);
  });

  test('ON_ERROR = SKIP_FILE skips a file that is no text, and PURGE keeps what was skipped', async () => {
    const noise = Buffer.from([0x31, 0x2c, 0xff, 0xfe, 0xc0, 0x0a]);
    await stage('noise', { 'a.csv': '1\n', 'b.csv': noise, 'c.csv.gz': Buffer.from([0x1f, 0x8b, 0xff, 0xff]) });
    await ask('CREATE OR REPLACE TABLE noise (id INT)');
    expect((await failedExecute(depot.session, 'COPY INTO noise FROM @noise')).code).toBe('100144');
    expect((await failedExecute(depot.session, 'COPY INTO noise FROM @noise ON_ERROR = CONTINUE')).message).toContain(
      'the sandbox does not support ON_ERROR = CONTINUE over a file that is not all UTF-8 text',
    );
    expect(await ask('COPY INTO noise FROM @noise ON_ERROR = SKIP_FILE PURGE = TRUE')).toMatchObject([
      { status: 'LOADED', rows_loaded: 1 },
      { status: 'LOAD_FAILED', rows_loaded: 0, errors_seen: 1, first_error: expect.stringContaining('Invalid UTF8') },
      { status: 'LOAD_FAILED', rows_loaded: 0, errors_seen: 1, first_error: expect.stringContaining('decompress') },
    ]);
    const transformed = 'COPY INTO noise FROM (SELECT $1::INT FROM @noise) ON_ERROR = SKIP_FILE PURGE = TRUE';
    expect(await ask(transformed)).toMatchObject([{ status: 'LOAD_FAILED' }, { status: 'LOAD_FAILED' }]);
    expect((await ask('LIST @noise')).map(({ name }) => name)).toEqual(['noise/b.csv', 'noise/c.csv.gz']);
    await stage('noise', { 'a.json': noise }, 'FILE_FORMAT = (TYPE = JSON)');
    await ask('CREATE OR REPLACE TABLE noise (v VARIANT)');
    expect(await ask('COPY INTO noise FROM @noise ON_ERROR = SKIP_FILE')).toMatchObject([{ status: 'LOAD_FAILED' }]);
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
    await ask(`GET @named/data_0_0_0.csv file://${depot.folder}/`);
    expect(await readFile(join(depot.folder, 'data_0_0_0.csv'), 'utf8')).toBe('seven,LETTER\n7,x\n');
    const again = await failedExecute(depot.session, `COPY INTO @named/many FROM (SELECT 1) ${csv}`);
    expect(again.message).toContain('Files already existing at the unload destination');
    await ask(`COPY INTO @named/docs FROM (SELECT OBJECT_CONSTRUCT('a', 1)) FILE_FORMAT = (TYPE = JSON)`);
    await ask('CREATE OR REPLACE FILE FORMAT json_docs TYPE = JSON');
    expect(await cells("SELECT $1:a FROM @named/docs (FILE_FORMAT => 'json_docs')")).toEqual([[1]]);
    expect(await ask('LIST @named/docs')).toMatchObject([{ name: 'named/docs_0_0_0.json.gz' }]);
    expect(await ask(`COPY INTO @named/none FROM (SELECT 1 LIMIT 0) ${csv}`)).toMatchObject([{ rows_unloaded: 0 }]);
  });
});
