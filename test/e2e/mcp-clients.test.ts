import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Machine, startMachine } from '../support/machine.ts';
import { type Connected, connect, generations, textOf } from '../support/mcp.ts';

let machine: Machine;

beforeAll(() => {
  machine = startMachine();
});
afterAll(() => machine.dispose());

describe.each(generations)('an MCP client (%s)', (generation) => {
  let client: Connected;

  beforeAll(async () => {
    client = await connect(machine, generation, { name: `client ${generation}` });
  });
  afterAll(() => client.close());

  it('lists the tools that the daemon has', async () => {
    const names = (await client.tools()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['list_databases', 'execute_query', 'pool_status']));
  });

  it('calls a tool and gets its rows', async () => {
    expect(await client.rows("SELECT 1 AS n, 'x' AS s")).toEqual([['1', 'x']]);
  });

  it('is told of a wrong statement in a result that a model can mend', async () => {
    const result = await client.call('execute_query', {
      query: 'SELECT nope FROM SNOWFLAKE_SAMPLE_DATA.TPCH_SF1.ORDERS',
    });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/NOPE/);
  });

  it('is refused a tool that there is not', async () => {
    await expect(client.call('no_such_tool')).rejects.toThrow(/no_such_tool/);
  });

  it('is known by the name that it says of itself', async () => {
    await client.tools();
    const { clients } = await machine.status();
    expect(clients.find(({ pid }) => pid === client.pid)?.name).toBe(`client ${generation}`);
  });
});

it('several clients share one daemon and one pool', async () => {
  const clients = await Promise.all(generations.map((generation) => connect(machine, generation)));
  try {
    await Promise.all(clients.map((client) => client.rows('SELECT 1')));
    const status = await machine.status();
    expect(status.clients.map(({ pid }) => pid)).toEqual(expect.arrayContaining(clients.map(({ pid }) => pid)));
    expect(status.pools).toHaveLength(1);
    expect(status.pools[0]?.logins_succeeded).toBe(2);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
});

it('a USE of one client is invisible to another', async () => {
  const [one, other] = await Promise.all([connect(machine, 'v1'), connect(machine, 'v2 2026-07-28')]);
  try {
    await one.rows('USE SCHEMA SNOWFLAKE_SAMPLE_DATA.TPCH_SF1');
    expect(await one.rows('SELECT CURRENT_SCHEMA()')).toEqual([['TPCH_SF1']]);
    expect(await other.rows('SELECT CURRENT_SCHEMA()')).not.toEqual([['TPCH_SF1']]);
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
});

it("a front-end's log says that the pool has the sizes of another client, and what is wrong with its settings", async () => {
  const first = await connect(machine, 'v2 legacy', { name: 'first' });
  await first.rows('SELECT 1');
  const [greedy, hasty] = await Promise.all([
    connect(machine, 'v2 legacy', { name: 'greedy', env: { SNOWFLAKE_POOL_MAX_SIZE: '40' } }),
    connect(machine, 'v2 legacy', { name: 'hasty', env: { SNOWPOOL_WAIT_SECONDS: 'soon' } }),
  ]);
  await greedy.rows('SELECT 1');
  await expect
    .poll(() => greedy.stderr())
    .toContain(
      'snowpool warning: Connection sandbox asks for 2 to 40 sessions; its pool has the sizes that the first client brought: 2 to 10.\n',
    );
  await expect
    .poll(() => hasty.stderr())
    .toContain("snowpool warning: SNOWPOOL_WAIT_SECONDS is 'soon': allowed is a number");
  expect(first.stderr()).toBe('');
  await Promise.all([first, greedy, hasty].map((client) => client.close()));
});
