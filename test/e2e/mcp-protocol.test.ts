import { spawn } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gone, type Machine, startMachine } from '../support/machine.ts';
import { connect, generations, hello, type RawFrontEnd, startRaw } from '../support/mcp.ts';

let machine: Machine;

beforeAll(() => {
  machine = startMachine();
});
afterAll(() => machine.dispose());

describe('what no proper client would send', () => {
  let raw: RawFrontEnd;

  beforeEach(async () => {
    raw = startRaw(machine);
    await raw.ask('initialize', hello);
    raw.send({ method: 'notifications/initialized' });
    return () => raw.child.stdin?.end();
  });

  it.each([
    ['a line that is not JSON', 'hello?\n', -32700, /not JSON/],
    ['half a message', '{"jsonrpc":"2.0","id":1,\n', -32700, /not JSON/],
    ['JSON that is no message', '{"greeting":"hello"}\n', -32600, /no JSON-RPC 2.0 message/],
    ['a number', '42\n', -32600, /no JSON-RPC 2.0 message/],
    ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]\n', -32600, /a batch/],
  ])('%s is answered with one clear error, and the next request is served', async (_what, line, code, text) => {
    raw.write(line);
    const { error } = await raw.received((message) => message.error !== undefined);
    expect(error?.code).toBe(code);
    expect(error?.message).toMatch(text);
    expect((await raw.ask('ping')).result).toEqual({});
  });

  it('a message with a wrong shape is answered under its own id', async () => {
    raw.write('{"jsonrpc":"1.0","id":"seven","method":"ping"}\n');
    expect((await raw.received(({ id }) => id === 'seven')).error?.code).toBe(-32600);
  });

  it('params that are null count as absent', async () => {
    expect((await raw.ask('tools/list', { cursor: null })).result?.tools).toBeInstanceOf(Array);
    const status = await raw.ask('tools/call', { name: 'pool_status', arguments: null, _meta: null });
    expect(status.result).toMatchObject({ structuredContent: { state: expect.any(String) } });
    raw.write('{"jsonrpc":"2.0","id":"bare","method":"ping","params":null}\n');
    expect((await raw.received(({ id }) => id === 'bare')).result).toEqual({});
  });

  it.each([
    ['tools/list', { cursor: 5 }, 'cursor must be of the type string, got number'],
    ['tools/call', { name: 5 }, 'name must be of the type string, got number'],
    ['tools/call', {}, 'name is missing'],
    ['tools/call', { name: 'list_databases', arguments: [1] }, 'arguments must be of the type object, got array'],
    ['resources/read', {}, 'uri is missing'],
    [
      'prompts/get',
      { name: 'find_table', arguments: { topic: 5 } },
      'arguments.topic must be of the type string, got number',
    ],
    ['completion/complete', {}, 'ref is missing or of a form that MCP does not know'],
  ])('%s with the params %o is refused in one sentence', async (method, params, what) => {
    expect((await raw.ask(method, params)).error).toEqual({ code: -32602, message: `Invalid params: ${what}.` });
  });

  it('a request that comes in pieces and one that shares its packet are both served', async () => {
    raw.write('{"jsonrpc":"2.0","id":"pieces",');
    raw.write('"method":"ping"}\n{"jsonrpc":"2.0","id":"shared","method":"ping"}\n');
    await raw.received(({ id }) => id === 'pieces');
    await raw.received(({ id }) => id === 'shared');
  });

  it('an unknown method is refused as JSON-RPC says', async () => {
    expect((await raw.ask('no/such/method')).error?.code).toBe(-32601);
  });

  it('an unknown tool is misuse of the protocol, wrong arguments are not', async () => {
    expect((await raw.ask('tools/call', { name: 'no_such_tool', arguments: {} })).error?.code).toBe(-32602);
    const answer = await raw.ask('tools/call', { name: 'execute_query', arguments: { query: 7 } });
    expect(answer.result?.isError).toBe(true);
  });

  it('a statement of 5 MB gets through to the daemon and back', async () => {
    const query = `SELECT 1 /* ${'x'.repeat(5_000_000)} */`;
    const answer = await raw.ask('tools/call', { name: 'execute_query', arguments: { query } });
    expect(answer.result?.content).toBeDefined();
  });
});

it('stdout carries the protocol alone, also when there is something to say', async () => {
  const raw = startRaw(machine, ['--sandbox', '--connection', 'nowhere']);
  await raw.ask('initialize', hello);
  await raw.ask('tools/list');
  raw.child.stdin?.end();
  await raw.exited;
  // startRaw parses every line: one that is no JSON would have thrown.
  expect(raw.messages.every((message) => 'id' in message || 'method' in message)).toBe(true);
});

it('initialize is answered where no daemon can be had', async () => {
  const stranded = startMachine({ env: { SNOWPOOL_SOCKET: '/etc/hostname/d.sock' } });
  const raw = startRaw(stranded);
  const { result } = await raw.ask('initialize', hello);
  expect(result?.serverInfo).toMatchObject({ name: 'snowpool' });
  raw.child.stdin?.end();
  await raw.exited;
  await stranded.dispose();
});

describe('the end of a front-end', () => {
  it('comes when stdin closes, with exit code 0, and the daemon forgets the client', async () => {
    const raw = startRaw(machine);
    await raw.ask('initialize', hello);
    await raw.ask('tools/list');
    raw.child.stdin?.end();
    expect(await raw.exited).toBe(0);
    await machine.statusWhere(({ clients }) => clients.every(({ pid }) => pid !== raw.child.pid));
  });

  it('comes when its parent dies, although somebody else holds stdin open', async () => {
    // The shell starts the front-end and dies; the other end of its pipe stays open in a process of its own.
    const line = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: hello });
    const script = `mkfifo "$1/pipe"
      { echo '${line}'; exec sleep 600; } > "$1/pipe" & echo $!
      "$2" "$3" mcp --sandbox < "$1/pipe" > /dev/null & echo $!
      read -r _`;
    const program = `${machine.dist}/snowpool.cjs`;
    const shell = spawn('bash', ['-c', script, 'bash', machine.home, process.execPath, program], { env: machine.env });
    let output = '';
    for await (const chunk of shell.stdout) {
      output += chunk;
      if (output.trim().split('\n').length === 2) break;
    }
    const [holder = -1, frontEnd = -1] = output.trim().split('\n').map(Number);
    try {
      await machine.statusWhere(({ clients }) => clients.some(({ pid }) => pid === frontEnd));
      shell.kill('SIGKILL');
      await gone(frontEnd);
    } finally {
      process.kill(holder, 'SIGKILL');
    }
  });

  it('cancels what ran at the account', async () => {
    const client = await connect(machine, 'v1');
    await client.rows('SELECT 1');
    const running = client.call('execute_query', { query: 'SELECT SYSTEM$WAIT(600)' }).catch(() => undefined);
    await machine.statusWhere(({ clients }) =>
      clients.some((one) => one.pid === client.pid && one.connections[0]?.running === 1),
    );
    process.kill(client.pid, 'SIGKILL');
    await running;
    await machine.statusWhere(({ clients }) => clients.every(({ pid }) => pid !== client.pid));
  });
});

describe.each(generations)('a long call (%s)', (generation) => {
  it('tells its progress, which only grows', async () => {
    const client = await connect(machine, generation);
    const seen: number[] = [];
    await client.call(
      'execute_query',
      { query: 'SELECT SYSTEM$WAIT(3)' },
      { onProgress: ({ progress }) => seen.push(progress) },
    );
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    await client.close();
  });

  it('is cancelled at the account when the client cancels it', async () => {
    const client = await connect(machine, generation);
    await client.rows('SELECT 1');
    const abort = new AbortController();
    const running = client.call('execute_query', { query: 'SELECT SYSTEM$WAIT(600)' }, { signal: abort.signal });
    const isRunning = (wanted: number) =>
      machine.statusWhere(({ clients }) =>
        clients.some(({ pid, connections }) => pid === client.pid && connections[0]?.running === wanted),
      );
    await isRunning(1);
    abort.abort();
    await expect(running).rejects.toThrow();
    await isRunning(0);
    expect(await client.rows('SELECT 2')).toEqual([['2']]);
    await client.close();
  });
});
