import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrontEnd } from '../../support/front-end.ts';
import { errorCode, run, type Stage, startStage, textOf } from './stage.ts';

let stage: Stage;
let client: FrontEnd;

/** Writes connections.toml with these users, by name of the connection. */
async function writeConnections(users: Readonly<Record<string, string>>): Promise<void> {
  const folder = join(stage.daemon.home, '.snowflake');
  await mkdir(folder, { recursive: true });
  const { host, port } = stage.sandbox;
  const entries = Object.entries(users).map(([name, user]) =>
    [
      `[${name}]`,
      'account = "test"',
      `user = "${user}"`,
      'password = "x"',
      `host = "${host}"`,
      `port = ${port}`,
      'protocol = "http"',
    ].join('\n'),
  );
  await writeFile(join(folder, 'connections.toml'), `${entries.join('\n\n')}\n`, { mode: 0o600 });
}

beforeAll(async () => {
  stage = await startStage();
  await writeConnections({ sales: 'SELLER', stock: 'KEEPER' });
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

describe('a client with a connection that cannot be used', () => {
  it('works on its others; what names that one is told what is wrong with it, until it is mended', async () => {
    const mixed = await stage.daemon.attach({ name: 'mixed', environment: {}, connections: ['archive', 'sales'] });
    expect(mixed.problem).toMatch(
      /^Connection archive: There is no connection 'archive' in .*: there are sales, stock\./,
    );
    expect((await mixed.tools())[0]?.inputSchema).toMatchObject({
      properties: { connection: { enum: ['archive', 'sales'] } },
    });
    expect(await mixed.rows(whoAmI.query, { connection: 'sales' })).toEqual([['SELLER']]);
    // The first is the default, and no other takes its place.
    const refused = await mixed.tool('execute_query', whoAmI);
    expect(errorCode(refused)).toBe('unknown_profile');
    expect(textOf(refused)).toContain("There is no connection 'archive'");
    const status = await mixed.tool('pool_status');
    expect(textOf(status)).toMatch(/^\| sales +\| \S+ +\| SELLER +\|/m);
    expect(status.structuredContent?.clients).toContainEqual(
      expect.objectContaining({
        name: 'mixed',
        connections: [
          expect.objectContaining({
            connection: 'archive',
            problem: expect.stringContaining('There is no connection'),
          }),
          expect.objectContaining({ connection: 'sales', problem: '' }),
        ],
      }),
    );
    await writeConnections({ sales: 'SELLER', stock: 'KEEPER', archive: 'LIBRARIAN' });
    expect(await mixed.rows(whoAmI.query)).toEqual([['LIBRARIAN']]);
    mixed.close();
  });

  it('keeps a connection that a reload finds broken, and follows the others', async () => {
    await writeConnections({ sales: 'SELLER', stock: 'KEEPER' });
    const own = await stage.daemon.attach({ name: 'own', environment: {}, connections: ['sales', 'stock'] });
    await own.rows("SET KEPT = 'yes'");
    await writeConnections({ stock: 'STOCKTAKER' });
    const changes = await own.reload();
    expect(changes).toContainEqual(
      expect.stringMatching(/^own .*: connection sales goes on as it was: There is no connection 'sales'/),
    );
    expect(changes).toContainEqual(expect.stringMatching(/^own .*: connection stock has another account, user or/));
    expect(await own.rows('SELECT CURRENT_USER(), $KEPT')).toEqual([['SELLER', 'yes']]);
    expect(await own.rows(whoAmI.query, { connection: 'stock' })).toEqual([['STOCKTAKER']]);
    own.close();
  });
});

describe('a client with one connection', () => {
  it('has no such argument', async () => {
    const single = await stage.attach('one');
    for (const tool of await single.tools()) expect(JSON.stringify(tool.inputSchema)).not.toContain('"connection"');
    expect(errorCode(await single.tool('execute_query', { ...whoAmI, connection: 'sales' }))).toBe('invalid_argument');
  });
});
