import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { failedExecute } from '../../support/driver.ts';
import { depotAround } from './depot.ts';

describe('file formats', () => {
  const depot = depotAround();
  const { ask, cells, file, stage } = depot;

  test('DATE_FORMAT of a file format says how dates are read (CREATE FILE FORMAT)', async () => {
    await stage('dated', { 'd.csv': '31.12.2023\n' }, "FILE_FORMAT = (TYPE = CSV DATE_FORMAT = 'DD.MM.YYYY')");
    await ask('CREATE OR REPLACE TABLE dated (d DATE)');
    await ask('COPY INTO dated FROM @dated PURGE = TRUE');
    expect(await cells('SELECT to_char(d) FROM dated')).toEqual([['2023-12-31']]);
    expect(await cells('LIST @dated')).toEqual([]);
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
    const error = await failedExecute(depot.session, 'CREATE FILE FORMAT odd TYPE = CSV ENCODING = LATIN1');
    expect(error.code).toBe('000002');
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
    const refused = await failedExecute(
      depot.session,
      'CREATE TABLE odd (a INT) STAGE_COPY_OPTIONS = (ON_ERROR = CONTINUE)',
    );
    expect(refused.message).toContain('the sandbox does not support the copy option ON_ERROR of a stage');
  });

  test('the file format of a stage can be changed (ALTER STAGE)', async () => {
    await stage('changed', { 'c.csv': '1;one\n' });
    await ask("ALTER STAGE changed SET FILE_FORMAT = (FIELD_DELIMITER = ';') COMMENT = 'by semicolons'");
    expect(await cells('SELECT $1, $2 FROM @changed')).toEqual([['1', 'one']]);
    expect(await ask("SHOW STAGES LIKE 'changed'")).toMatchObject([{ comment: 'by semicolons' }]);
    expect(await ask('ALTER STAGE IF EXISTS unheard_of SET COMMENT = $$x$$')).toMatchObject([
      { status: 'Statement executed successfully.' },
    ]);
    expect((await failedExecute(depot.session, "ALTER STAGE unheard_of SET COMMENT = 'x'")).code).toBe('002003');
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
    const path = join(depot.folder, 'packed.deflate');
    await writeFile(path, deflateSync('squeezed\n'));
    await ask(`PUT file://${path} @%inflated`);
    await ask('COPY INTO inflated');
    expect(await cells('SELECT * FROM inflated')).toEqual([['squeezed']]);
  });
});
