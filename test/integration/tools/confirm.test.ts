import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrontEnd } from '../../support/front-end.ts';
import { errorCode, mayWrite, run, type Stage, startStage, textOf } from './stage.ts';

let stage: Stage;
let writer: FrontEnd;
beforeAll(async () => {
  stage = await startStage();
  writer = await stage.attach('setup', mayWrite);
  await run(writer, 'CREATE DATABASE ASKED');
  await run(writer, 'CREATE TABLE ASKED.PUBLIC.T (A NUMBER(38,0))');
  await run(writer, 'CREATE DATABASE MOVED');
});
afterAll(() => stage.close());

const asks = { environment: { SNOWPOOL_POLICY: 'confirm' }, capabilities: { elicitation: {} } };
const query = 'INSERT INTO ASKED.PUBLIC.T VALUES (1)';
const yes = { confirm: { action: 'accept', content: { run: true } } };
const rows = async () => (await writer.rows('SELECT COUNT(*) FROM ASKED.PUBLIC.T'))[0]?.[0];

async function askedBy(client: FrontEnd) {
  const answer = await client.call('execute_query', { query });
  if (!('inputRequired' in answer)) throw new Error('the person was not asked');
  return answer.inputRequired;
}

describe('under the policy confirm', () => {
  it('a read runs without asking', async () => {
    const client = await stage.attach('reader', asks);
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
  });

  it('a write runs once after the person said yes to the very text', async () => {
    const client = await stage.attach('asker', asks);
    const before = Number(await rows());
    await client.rows('SELECT 1');
    const { inputRequests, requestState } = await askedBy(client);
    expect(JSON.stringify(inputRequests)).toContain(query);
    expect(JSON.stringify(inputRequests)).toContain('INSERT');
    expect(JSON.stringify(inputRequests)).toContain('(account sandbox, role ACCOUNTADMIN, no current database)');
    expect(Number(await rows())).toBe(before);
    const done = await client.tool('execute_query', { query }, { requestState, inputResponses: yes });
    expect(done.structuredContent).toMatchObject({ state: 'done', rows_affected: 1 });
    const again = await client.tool('execute_query', { query }, { requestState, inputResponses: yes });
    expect(errorCode(again)).toBe('invalid_argument');
    expect(Number(await rows())).toBe(before + 1);
  });

  it('nobody is asked about a statement that could not run anyway', async () => {
    const client = await stage.attach('asker', asks);
    await run(client, 'BEGIN');
    const nested = await client.tool('execute_query', { query, use_transaction: true });
    expect(errorCode(nested)).toBe('invalid_argument');
    expect(textOf(nested)).toContain('does not nest them');
    const scan = "INSERT INTO ASKED.PUBLIC.T SELECT 1 FROM TABLE(RESULT_SCAN('01b2c3d4-0000-0000-0000-000000000000'))";
    expect(textOf(await client.tool('execute_query', { query: scan }))).toContain('was not given the query id');
  });

  it('a no, another text or another client runs nothing', async () => {
    const client = await stage.attach('asker', asks);
    const other = await stage.attach('other', asks);
    const before = await rows();
    const first = await askedBy(client);
    const no = await client.tool(
      'execute_query',
      { query },
      { requestState: first.requestState, inputResponses: { confirm: { action: 'decline' } } },
    );
    expect(errorCode(no)).toBe('statement_refused');
    expect(textOf(no)).toContain('The person said no');
    const second = await askedBy(client);
    const tries = [
      client.tool(
        'execute_query',
        { query: 'DELETE FROM ASKED.PUBLIC.T' },
        { requestState: second.requestState, inputResponses: yes },
      ),
      other.tool('execute_query', { query }, { requestState: second.requestState, inputResponses: yes }),
    ];
    for (const result of await Promise.all(tries)) expect(errorCode(result)).toBe('invalid_argument');
    expect(await rows()).toBe(before);
  });

  it('the person is told the schema that the call names, and a yes is no good once the client has chosen another', async () => {
    const client = await stage.attach('mover', asks);
    await client.rows('SELECT 1');
    const args = { query: 'INSERT INTO T VALUES (1)', database: 'asked' };
    const asked = await client.call('execute_query', args);
    if (!('inputRequired' in asked)) throw new Error('the person was not asked');
    const { inputRequests, requestState } = asked.inputRequired;
    expect(JSON.stringify(inputRequests)).toContain('current database ASKED)');
    const before = await rows();
    await client.tool('use_context', { database: 'asked' });
    const late = await client.tool('execute_query', args, { requestState, inputResponses: yes });
    expect(errorCode(late)).toBe('invalid_argument');
    expect(await rows()).toBe(before);
  });

  it('a yes is no good once the client has chosen another database, though it had run nothing when the person was asked', async () => {
    await run(writer, 'CREATE OR REPLACE TABLE MOVED.PUBLIC.T (A NUMBER(38,0))');
    const environment = { ...asks.environment, SNOWFLAKE_DATABASE: 'ASKED', SNOWFLAKE_SCHEMA: 'PUBLIC' };
    const client = await stage.attach('mover', { ...asks, environment });
    const args = { query: 'INSERT INTO T VALUES (1)' };
    const asked = await client.call('execute_query', args);
    if (!('inputRequired' in asked)) throw new Error('the person was not asked');
    await client.tool('use_context', { database: 'moved', schema: 'public' });
    const { requestState } = asked.inputRequired;
    const late = await client.tool('execute_query', args, { requestState, inputResponses: yes });
    expect(errorCode(late)).toBe('invalid_argument');
    expect(await writer.rows('SELECT COUNT(*) FROM MOVED.PUBLIC.T')).toEqual([['0']]);
  });

  it.each([
    ['USE SCHEMA MOVED.PUBLIC', 'INSERT INTO T VALUES (1)'],
    ["SET TARGET = 'MOVED.PUBLIC.T'", 'INSERT INTO IDENTIFIER($TARGET) VALUES (1)'],
  ])('a yes is no good for a statement that waits behind %s', async (choice, text) => {
    await run(writer, 'CREATE OR REPLACE TABLE MOVED.PUBLIC.T (A NUMBER(38,0))');
    const client = await stage.attach('mover', asks);
    await run(client, 'USE SCHEMA ASKED.PUBLIC');
    await run(client, "SET TARGET = 'ASKED.PUBLIC.T'");
    const asked = await client.call('execute_query', { query: text });
    if (!('inputRequired' in asked)) throw new Error('the person was not asked');
    const { requestState } = asked.inputRequired;
    const [, late] = await Promise.all([
      run(client, choice),
      client.tool('execute_query', { query: text }, { requestState, inputResponses: yes }),
    ]);
    expect(['statement_refused', 'invalid_argument']).toContain(errorCode(late));
    expect(await writer.rows('SELECT COUNT(*) FROM MOVED.PUBLIC.T')).toEqual([['0']]);
  });

  it('a client that cannot ask its person is refused in our words', async () => {
    const mute = await stage.attach('mute', { environment: asks.environment });
    const result = await mute.tool('execute_query', { query });
    expect(errorCode(result)).toBe('statement_refused');
    expect(textOf(result)).toContain('this client cannot ask one');
    expect(textOf(result)).toContain('SNOWPOOL_POLICY');
  });
});
