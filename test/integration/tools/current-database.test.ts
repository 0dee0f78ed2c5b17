import { afterAll, beforeAll, expect, it } from 'vitest';
import { errorCode, mayWrite, run, type Stage, startStage, textOf } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  const setup = await stage.attach('setup', mayWrite);
  for (const database of ['SCRATCH', 'PROD']) {
    await run(setup, `CREATE DATABASE ${database}`);
    await run(setup, 'CREATE TABLE T (A NUMBER)');
  }
});
afterAll(() => stage.close());

const countOf = async (table: string) =>
  (await (await stage.attach('reader')).rows(`SELECT COUNT(*) FROM ${table}`))[0];

it.each([
  ['read-only', 'INSERT'],
  ['confirm', ''],
])(
  'a write that waits behind a USE of the same client is judged in the database that it would run in (%s)',
  async (mode, kind) => {
    const client = await stage.attach(`hasty-${mode}`, {
      environment: {
        SNOWPOOL_POLICY: mode,
        SNOWPOOL_POLICY_ALLOW: [kind, 'database:SCRATCH'].filter(Boolean).join(','),
        SNOWFLAKE_DATABASE: 'SCRATCH',
        SNOWFLAKE_SCHEMA: 'PUBLIC',
      },
    });
    await run(client, 'INSERT INTO T VALUES (1)');
    const [before] = (await countOf('SCRATCH.PUBLIC.T')) ?? [];
    await stage.sandbox.control.fault({
      action: { kind: 'latency', ms: 300 },
      sqlContains: 'USE DATABASE PROD',
      count: 1,
    });
    const moving = run(client, 'USE DATABASE PROD');
    const writing = client.tool('execute_query', { query: 'INSERT INTO T VALUES (2)' });
    await moving;
    const refusal = await writing;
    expect(errorCode(refusal)).toBe('statement_refused');
    expect(textOf(refusal)).toMatch(/INSERT/);
    expect(await countOf('PROD.PUBLIC.T')).toEqual(['0']);
    expect(await countOf('SCRATCH.PUBLIC.T')).toEqual([before]);
    await run(client, 'USE DATABASE SCRATCH');
    await run(client, 'INSERT INTO T VALUES (3)');
  },
);
