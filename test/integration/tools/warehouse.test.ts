import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mayWrite, run, type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ warehouseResumeMs: 3_000 });
});
afterAll(() => stage.close());

describe('a statement that waits for its warehouse', () => {
  it('says so while it waits', async () => {
    const client = await stage.attach('early', mayWrite);
    await run(client, 'CREATE DATABASE HOUSE');
    await run(client, 'CREATE TABLE HOUSE.PUBLIC.T (A NUMBER(38,0))');
    const messages: string[] = [];
    const query = 'SELECT COUNT(*) FROM HOUSE.PUBLIC.T';
    await client.tool('execute_query', { query }, { onProgress: (message) => messages.push(message) });
    expect(
      messages.some((message) => message.includes('the warehouse COMPUTE_WH is resuming')),
      messages.join('\n'),
    ).toBe(true);
  });

  it('does not wait in the tools that read metadata alone', async () => {
    const client = await stage.attach('metadata');
    const starts = (await stage.sandbox.control.stats()).warehouseStarts;
    await client.tool('list_databases');
    await client.tool('describe_table', { database: 'house', table_name: 't' });
    expect((await stage.sandbox.control.stats()).warehouseStarts).toBe(starts);
  });
});
