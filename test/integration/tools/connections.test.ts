import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrontEnd } from '../../support/front-end.ts';
import { errorCode, run, type Stage, startStage, textOf } from './stage.ts';

let stage: Stage;
let client: FrontEnd;
beforeAll(async () => {
  stage = await startStage();
  const folder = join(stage.daemon.home, '.snowflake');
  await mkdir(folder, { recursive: true });
  const { host, port } = stage.sandbox;
  const entry = (name: string, user: string) =>
    [
      `[${name}]`,
      'account = "test"',
      `user = "${user}"`,
      'password = "x"',
      `host = "${host}"`,
      `port = ${port}`,
      'protocol = "http"',
    ].join('\n');
  await writeFile(join(folder, 'connections.toml'), `${entry('sales', 'SELLER')}\n\n${entry('stock', 'KEEPER')}\n`, {
    mode: 0o600,
  });
  client = await stage.daemon.attach({ name: 'two', environment: {}, connections: ['sales', 'stock'] });
});
afterAll(() => stage.close());

const whoAmI = { query: 'SELECT CURRENT_USER()' };

describe('a client with several connections', () => {
  it('chooses one with an argument that every tool declares; the first is the default', async () => {
    expect(client.problem).toBe('');
    for (const tool of await client.tools()) {
      expect(tool.inputSchema).toMatchObject({ properties: { connection: { enum: ['sales', 'stock'] } } });
    }
    expect(await client.rows(whoAmI.query)).toEqual([['SELLER']]);
    expect(await client.rows(whoAmI.query, { connection: 'stock' })).toEqual([['KEEPER']]);
  });

  it('is told the names there are where it asks for another, or for none', async () => {
    const unknown = await client.tool('execute_query', { ...whoAmI, connection: 'finance' });
    expect(errorCode(unknown)).toBe('unknown_profile');
    expect(textOf(unknown)).toMatch(/sales.*stock/);
    expect(errorCode(await client.tool('execute_query', { ...whoAmI, connection: 7 }))).toBe('invalid_argument');
  });

  it('goes on with a result on the connection that the answer names', async () => {
    const first = await run(client, 'SELECT SEQ4() FROM TABLE(GENERATOR(ROWCOUNT => 5))', {
      connection: 'stock',
      limit: 2,
    });
    expect(textOf(first)).toMatch(/get_query_result with query_id "[^"]+", connection "stock" and offset 2/);
    const query_id = first.structuredContent?.query_id;
    const next = await client.tool('get_query_result', { query_id, offset: 2, connection: 'stock' });
    expect(next.structuredContent).toMatchObject({ rows: [['2'], ['3'], ['4']] });
    expect(errorCode(await client.tool('get_query_result', { query_id, offset: 2 }))).toBe('invalid_argument');
  });
});

describe('a client with one connection', () => {
  it('has no such argument', async () => {
    const single = await stage.attach('one');
    for (const tool of await single.tools()) expect(JSON.stringify(tool.inputSchema)).not.toContain('"connection"');
    expect(errorCode(await single.tool('execute_query', { ...whoAmI, connection: 'sales' }))).toBe('invalid_argument');
  });
});
