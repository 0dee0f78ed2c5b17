import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, destroy, execute } from '../../support/driver.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

const ROWS = 300_000;
/** What a load that looks at each row a bounded number of times needs less than, by far, and any other more. */
const WITHIN_MS = 30_000;

describe('files of many rows', () => {
  let sandbox: Sandbox;
  let session: Connection;
  let folder: string;
  beforeAll(async () => {
    sandbox = await startSandbox();
    session = await connect(sandbox.connectionOptions({ database: 'SANDBOX', schema: 'PUBLIC' }));
    folder = await mkdtemp(join(tmpdir(), 'large-files-test-'));
  });
  afterAll(async () => {
    await destroy(session);
    await sandbox.stop();
    await rm(folder, { recursive: true });
  });

  test(
    'COPY INTO takes time in proportion to the rows, and tells the place of the one at fault',
    async () => {
      const lines = Array.from({ length: ROWS }, (_, row) => `${row},name ${row},${row / 100}`);
      // A field over two lines puts all that follows a line further down than its number says.
      lines[5] = '5,"na\nme",0.05';
      lines[250_000] = 'none,name,0';
      const path = join(folder, 'many.csv');
      await writeFile(path, `id,name,amount\n${lines.join('\n')}\n`);
      await execute(session, 'CREATE STAGE many');
      await execute(session, `PUT 'file://${path}' @many`);
      await execute(session, 'CREATE TABLE loaded (id INT, name VARCHAR, amount NUMBER(20, 2))');
      const copy = await execute(
        session,
        `COPY INTO loaded FROM @many ON_ERROR = CONTINUE FILE_FORMAT = (TYPE = CSV SKIP_HEADER = 1 FIELD_OPTIONALLY_ENCLOSED_BY = '"')`,
      );
      expect(copy.rows[0]).toMatchObject({
        rows_parsed: ROWS,
        rows_loaded: ROWS - 1,
        errors_seen: 1,
        first_error: expect.stringContaining("Numeric value 'none' is not recognized"),
        first_error_line: 250_003,
      });
      const sums = await execute(session, {
        sqlText: 'SELECT SUM(id) - SUM(amount) * 100, COUNT(DISTINCT name), MAX(id) FROM loaded',
        rowMode: 'array',
      });
      expect(sums.rows).toEqual([[0, ROWS - 1, ROWS - 1]]);
    },
    WITHIN_MS,
  );
});
