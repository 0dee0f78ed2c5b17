import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll } from 'vitest';
import { connect, destroy, execute } from '../../support/driver.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

/** A sandbox, a session at it and a folder, for tests of files and stages. */
export interface Depot {
  readonly sandbox: Sandbox;
  readonly session: Connection;
  readonly folder: string;
  /** Rows as objects by column name. */
  ask(sqlText: string, connection?: Connection): Promise<Awaited<ReturnType<typeof execute>>['rows']>;
  /** Rows as lists of values. */
  cells(sqlText: string, connection?: Connection): Promise<unknown[][]>;
  /** Writes a file into the folder; resolves with its path. */
  file(name: string, content: string | Buffer): Promise<string>;
  /** Makes a stage anew with these files in it. */
  stage(name: string, files: Readonly<Record<string, string | Buffer>>, options?: string): Promise<void>;
}

/** Opens before all tests of the block it is called in, closes after them. */
export function depotAround(): Depot {
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
  const ask: Depot['ask'] = async (sqlText, connection = session) => (await execute(connection, sqlText)).rows;
  const file: Depot['file'] = async (name, content) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  return {
    get sandbox() {
      return sandbox;
    },
    get session() {
      return session;
    },
    get folder() {
      return folder;
    },
    ask,
    cells: async (sqlText, connection) => (await ask(sqlText, connection)).map((row) => Object.values(row)),
    file,
    async stage(name, files, options = '') {
      await ask(`CREATE OR REPLACE STAGE ${name} ${options}`);
      for (const [at, content] of Object.entries(files)) {
        const path = await file(at, content);
        await ask(`PUT file://${path} @${name} AUTO_COMPRESS=FALSE`);
      }
    },
  };
}
