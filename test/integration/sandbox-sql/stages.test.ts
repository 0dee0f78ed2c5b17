import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connect, destroy, execute, failedExecute } from '../../support/driver.ts';
import { RawSession } from '../../support/raw-session.ts';
import { startSandbox } from '../../support/sandbox.ts';
import { depotAround } from './depot.ts';

/** Where a PUT's answer sends the driver. */
function locationOf(data: Readonly<Record<string, unknown>> | null): string {
  const { location } = (data?.stageInfo ?? {}) as { readonly location?: string };
  return location ?? '';
}

describe('files in stages', () => {
  const depot = depotAround();
  const { ask, cells, file, stage } = depot;

  test('PUT packs a file into a named stage, LIST shows it, GET brings it back (PUT, LIST, GET)', async () => {
    await ask('CREATE OR REPLACE STAGE goods');
    const path = await file('goods.csv', '1,one\n2,two\n');
    const [put] = await ask(`PUT file://${path} @goods/in`);
    expect(put).toMatchObject({ source: 'goods.csv', target: 'goods.csv.gz', status: 'UPLOADED' });
    const listed = await ask('LIST @goods');
    expect(listed).toHaveLength(1);
    expect(listed[0]).toMatchObject({ name: 'goods/in/goods.csv.gz', md5: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(Object.keys(listed[0] ?? {})).toEqual(['name', 'size', 'md5', 'last_modified']);
    const [got] = await ask(`GET @goods/in/ file://${depot.folder}/`);
    expect(got).toMatchObject({ status: 'DOWNLOADED' });
    const packed = await readFile(join(depot.folder, 'goods.csv.gz'));
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
    expect((await failedExecute(depot.session, 'SELECT * FROM @asked')).message).toContain('SELECT with no columns');
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
      const error = await failedExecute(depot.session, `COPY INTO shapes FROM @shapes FILE_FORMAT = (${options})`);
      expect(error.message).toContain('the escape sequence');
      return;
    }
    await ask(`COPY INTO shapes FROM @shapes FILE_FORMAT = (TYPE = CSV ${options})`);
    expect(await cells('SELECT * FROM shapes')).toEqual(expected);
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
    expect((await failedExecute(depot.session, 'CREATE STAGE seen')).code).toBe('002002');
    await ask('DROP STAGE seen');
    expect((await failedExecute(depot.session, 'LIST @seen')).code).toBe('002003');
    await ask('CREATE STAGE seen');
    expect(await cells('LIST @seen')).toEqual([]);
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

  test('a temporary stage is seen by its session alone (CREATE STAGE)', async () => {
    const other = await connect(depot.sandbox.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC' }));
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
    const raw = await RawSession.open(depot.sandbox.url, 'paths', { SESSION_PARAMETERS: {} });
    await raw.query({ sqlText: 'USE SCHEMA SANDBOX.PUBLIC' });
    const answer = await raw.query({ sqlText });
    expect(answer).toMatchObject({ success: false, code: expect.stringMatching(/^(000002|001003)$/) });
  });

  test('a link in a stage is neither listed nor read', async () => {
    await stage('linked', { 'plain.csv': '1' });
    const raw = await RawSession.open(depot.sandbox.url, 'admin');
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
    const raw = await RawSession.open(depot.sandbox.url, 'binder');
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
    const raw = await RawSession.open(depot.sandbox.url, 'binder');
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

  test('PUT and GET take comments behind their first word, as write_pandas signs its uploads (PUT, GET)', async () => {
    await ask('CREATE OR REPLACE STAGE signed');
    const path = await file('signed.txt', 'x');
    const put = `PUT /* Python:write_pandas() */ 'file://${path}' @signed -- here\n AUTO_COMPRESS=FALSE /* done */`;
    expect(await ask(put)).toMatchObject([{ target: 'signed.txt', status: 'UPLOADED' }]);
    expect(await ask(`GET /* back */ @signed/signed.txt // into\n 'file://${depot.folder}'`)).toMatchObject([
      { file: 'signed.txt', status: 'DOWNLOADED' },
    ]);
  });

  test('a PUT that its driver took for a statement with rows is refused (PUT)', async () => {
    const path = await file('late.txt', 'x');
    const refused = await failedExecute(depot.session, { sqlText: `-- note\nPUT file://${path} @goods` });
    expect(refused).toMatchObject({
      code: '000002',
      sqlState: '0A000',
      message: expect.stringContaining("Unsupported feature 'unsupported_requested_format:snowflake'"),
    });
  });

  test('the driver binds more values than its threshold', async () => {
    const own = await connect(
      depot.sandbox.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC', arrayBindingThreshold: 10 }),
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
    const error = await failedExecute(depot.session, sqlText);
    expect(error.code).toBe('000002');
    expect(error.message).toContain(`the sandbox does not support ${what}`);
  });
});
