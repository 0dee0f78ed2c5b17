import { afterAll, afterEach, beforeAll } from 'vitest';
import type { FrontEnd, ToolResult } from '../../support/front-end.ts';
import { type AttachOptions, mayWrite, run, type Stage, startStage } from './stage.ts';

/** A table (A NUMBER) with a client of its own that writes into it, and what became of its writes. */
export interface WrittenTable {
  readonly client: FrontEnd;
  insert(): Promise<ToolResult>;
  /** Rows, as the client sees them. */
  count(): Promise<unknown>;
  /** Times that an INSERT into it has reached the account. */
  timesSent(): Promise<number>;
}

/** One stage for the tests of a file, with a database of its own for tables that are written to. */
export interface WrittenTables {
  readonly stage: Stage;
  /** Variables of a client that may write, and is in that database. */
  readonly inDatabase: AttachOptions;
  tableFor(name: string): Promise<WrittenTable>;
}

/** Starts before all tests of a file, ends after them; the faults that a test lays are gone after it. */
export function writtenTables(database: string): WrittenTables {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
    const client = await stage.attach('setup', mayWrite);
    await run(client, `CREATE DATABASE ${database}`);
  });
  afterEach(() => stage.sandbox.control.clearFaults());
  afterAll(() => stage.close());
  const inDatabase = {
    environment: { ...mayWrite.environment, SNOWFLAKE_DATABASE: database, SNOWFLAKE_SCHEMA: 'PUBLIC' },
  };
  return {
    get stage() {
      return stage;
    },
    inDatabase,
    async tableFor(name) {
      const client = await stage.attach(name, inDatabase);
      await run(client, `CREATE TABLE ${name} (A NUMBER(38,0))`);
      return {
        client,
        insert: () => client.tool('execute_query', { query: `INSERT INTO ${name} VALUES (1)` }),
        count: async () => (await client.rows(`SELECT COUNT(*) FROM ${name}`))[0]?.[0],
        async timesSent() {
          const statements = await stage.sandbox.control.statements();
          return statements.filter(({ sql }) => sql.startsWith(`INSERT INTO ${name}`)).length;
        },
      };
    },
  };
}
