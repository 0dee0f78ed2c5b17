import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connected } from '../../support/mcp.ts';
import { connectMcp, generations } from './mcp-client.ts';
import { errorCode, mayWrite, run, type Stage, startStage, textOf } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  const client = await stage.attach('setup', mayWrite);
  await run(client, 'CREATE DATABASE SHOP');
  await run(
    client,
    "CREATE TABLE SHOP.PUBLIC.ORDERS (ID NUMBER(38,0) PRIMARY KEY, PLACED DATE COMMENT 'day of the order') COMMENT = 'one row an order'",
  );
  await run(client, 'CREATE VIEW SHOP.PUBLIC.RECENT AS SELECT * FROM SHOP.PUBLIC.ORDERS');
  await run(client, "INSERT INTO SHOP.PUBLIC.ORDERS VALUES (1, '2024-01-01'), (2, '2024-01-02')");
});
afterAll(() => stage.close());

const environment = { SNOWFLAKE_DATABASE: 'SHOP', SNOWFLAKE_SCHEMA: 'PUBLIC' };

describe.each(generations)('an MCP client (%s)', (generation) => {
  let client: Connected;
  beforeAll(async () => {
    client = await connectMcp(stage, generation, { environment });
  });
  afterAll(() => client.close());

  it('sees every tool with schemas', async () => {
    const tools = await client.tools();
    expect(tools.map(({ name }) => name)).toEqual([
      'execute_query',
      'list_databases',
      'list_schemas',
      'list_tables',
      'list_views',
      'describe_table',
      'describe_view',
      'query_view',
      'sample_table',
      'search_objects',
      'get_ddl',
      'list_warehouses',
      'use_context',
      'get_query_result',
      'cancel_query',
      'pool_status',
    ]);
    for (const tool of tools) expect(tool.outputSchema).toMatchObject({ type: 'object' });
  });

  it('accepts the answer of every tool: each fits its output schema', async () => {
    const first = await client.call('execute_query', { query: 'SELECT * FROM ORDERS ORDER BY ID', limit: 1 });
    const query_id = first.structuredContent?.query_id;
    const calls: [string, Record<string, unknown>][] = [
      ['list_databases', {}],
      ['list_schemas', { database: 'shop' }],
      ['list_tables', {}],
      ['list_views', { database: 'shop', schema: 'public' }],
      ['describe_table', { table_name: 'orders' }],
      ['describe_view', { database: 'shop', view_name: 'recent' }],
      ['query_view', { database: 'shop', schema: 'public', view_name: 'recent' }],
      ['sample_table', { table_name: 'orders', limit: 1 }],
      ['search_objects', { pattern: 'order' }],
      ['get_ddl', { name: 'orders' }],
      ['list_warehouses', {}],
      ['use_context', { schema: 'public' }],
      ['get_query_result', { query_id, offset: 1 }],
      ['get_query_result', { query_id, row: 0, column: 'placed' }],
      ['cancel_query', { query_id }],
      ['pool_status', {}],
      ['execute_query', { query: 'SELECT SYSTEM$WAIT(1)', wait_seconds: 0 }],
    ];
    for (const [name, args] of calls) {
      const result = await client.call(name, args);
      expect(textOf(result), name).not.toContain('(statement_failed');
      expect(result.isError, `${name}: ${textOf(result)}`).toBeFalsy();
      expect(result.structuredContent, name).toBeTypeOf('object');
    }
  });

  it('gets an error as a result that it can read', async () => {
    const result = await client.call('execute_query', { query: 'SELECT PLACD FROM ORDERS' });
    expect(errorCode(result)).toBe('statement_failed');
    expect(textOf(result)).toContain('SELECT PLACD FROM ORDERS\n       ^');
    expect(textOf(result)).toContain('Did you mean PLACED?');
    expect(textOf(result)).toContain('Snowflake error 000904, SQLSTATE 42000');
  });

  it('gets a protocol error for a tool that there is not', async () => {
    await expect(client.call('drop_everything')).rejects.toThrow(/drop_everything/);
  });

  it('reads tables as resources, with templates and completion', async () => {
    const { resources } = (await client.request('resources/list', {})) as {
      resources: { uri: string; description?: string }[];
    };
    expect(resources).toMatchObject([
      { uri: 'snowflake://SHOP/PUBLIC/ORDERS', description: 'one row an order' },
      { uri: 'snowflake://SHOP/PUBLIC/RECENT' },
    ]);
    const { resourceTemplates } = (await client.request('resources/templates/list', {})) as {
      resourceTemplates: { uriTemplate: string }[];
    };
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'snowflake://{database}/{schema}/{object}',
    ]);
    const { contents } = (await client.request('resources/read', { uri: 'snowflake://SHOP/PUBLIC/ORDERS' })) as {
      contents: { text: string }[];
    };
    expect(contents[0]?.text).toContain('day of the order');
    const { completion } = (await client.request('completion/complete', {
      ref: { type: 'ref/resource', uri: 'snowflake://{database}/{schema}/{object}' },
      argument: { name: 'object', value: 'o' },
      context: { arguments: { database: 'SHOP', schema: 'PUBLIC' } },
    })) as { completion: { values: string[] } };
    expect(completion.values).toEqual(['ORDERS']);
    await expect(client.request('resources/read', { uri: 'file:///etc/passwd' })).rejects.toThrow(
      /no resource of this server/,
    );
    await expect(client.request('resources/read', { uri: 'snowflake://SHOP/PUBLIC/ORDRES' })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringMatching(/no table or view SHOP\.PUBLIC\.ORDRES.* Did you mean SHOP\.PUBLIC\.ORDERS\?/),
    });
  });

  it('finds three prompts', async () => {
    const { prompts } = (await client.request('prompts/list', {})) as { prompts: { name: string }[] };
    expect(prompts.map(({ name }) => name)).toEqual(['explore_database', 'explain_query_cost', 'find_table']);
    const { messages } = (await client.request('prompts/get', {
      name: 'find_table',
      arguments: { topic: 'churn' },
    })) as { messages: unknown };
    expect(JSON.stringify(messages)).toContain('churn');
    await expect(client.request('prompts/get', { name: 'find_table', arguments: {} })).rejects.toThrow(
      /needs the argument topic/,
    );
  });
});

describe.each(generations)('a person in front of an MCP client (%s)', (generation) => {
  it('is asked before a write, sees it, and decides', async () => {
    const query = "INSERT INTO ORDERS VALUES (3, '2024-01-03')";
    const asked: string[] = [];
    let decision = false;
    const client = await connectMcp(stage, generation, {
      environment: { ...environment, SNOWPOOL_POLICY: 'confirm' },
      person: ({ message }) => {
        asked.push(message);
        return { action: 'accept', content: { run: decision } };
      },
    });
    const refused = await client.call('execute_query', { query });
    expect(errorCode(refused)).toBe('statement_refused');
    decision = true;
    const done = await client.call('execute_query', { query });
    expect(done.structuredContent).toMatchObject({ rows_affected: 1 });
    expect(asked).toEqual(
      Array(2).fill(
        `May this INSERT statement run in Snowflake?\n(account sandbox, current schema SHOP.PUBLIC)\n\n${query}`,
      ),
    );
    await client.close();
  });

  it('who cannot be asked is told how it could run', async () => {
    const client = await connectMcp(stage, generation, { environment: { ...environment, SNOWPOOL_POLICY: 'confirm' } });
    const result = await client.call('execute_query', { query: 'DELETE FROM ORDERS' });
    expect(errorCode(result)).toBe('statement_refused');
    expect(textOf(result)).toContain('SNOWPOOL_POLICY=read-write');
    await client.close();
  });
});
