import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../test/support/root.ts';
import { type BenchRow, median } from './row.ts';
import { residentBytes, withDaemon } from './stand.ts';

const starts = 15;
const settledAfterMs = 5_000;

/** A Node script that answers by hand: the least that an MCP server can cost. */
const bareScript = `
  let text = '';
  process.stdin.on('data', (chunk) => {
    const lines = (text + chunk).split('\\n');
    text = lines.pop();
    for (const line of lines) {
      const { id, params } = JSON.parse(line);
      const result = { protocolVersion: params?.protocolVersion, capabilities: {}, serverInfo: { name: 'bare', version: '0' } };
      if (id !== undefined) process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
    }
  });`;

const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '0' } };

/** From spawning the front-end to its answer to `initialize`, and its memory 5 s after its first tool call. */
export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'snowpool-bench-'));
  try {
    const bare = join(folder, 'bare.cjs');
    await writeFile(bare, bareScript);
    return await withDaemon({}, async (daemon, environment) => {
      const env = { PATH: process.env.PATH, HOME: daemon.home, SNOWPOOL_SOCKET: daemon.socket, ...environment };
      const programs = { bare: [bare], frontEnd: [join(root, 'dist', 'snowpool.cjs'), 'mcp'] };
      const times: { bare: number[]; frontEnd: number[] } = { bare: [], frontEnd: [] };
      // In turn, so that whatever else the machine does meets both.
      for (let i = 0; i < starts; i++) {
        times.bare.push(await startTime(programs.bare, env));
        times.frontEnd.push(await startTime(programs.frontEnd, env));
      }
      const [bareBytes, frontEndBytes] = await Promise.all([
        memory(programs.bare, env),
        memory(programs.frontEnd, env),
      ]);
      return [
        {
          what: 'front-end, spawn to initialize answered',
          measured: median(times.frontEnd),
          baseline: median(times.bare),
          unit: 'ms',
          budget: { op: '<=', value: 1.8 },
          note: `median of ${starts} starts`,
        },
        {
          what: 'front-end, resident memory 5 s after its first tool call',
          measured: frontEndBytes / 1e6,
          baseline: bareBytes / 1e6,
          unit: 'MB',
          budget: { op: '<=', value: 1.55 },
        },
      ];
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Running {
  readonly child: ChildProcess;
  ask(method: string, params: unknown): Promise<void>;
  end(): Promise<void>;
}

function start(program: readonly string[], env: NodeJS.ProcessEnv): Running {
  const child = spawn(process.execPath, [...program], { stdio: ['pipe', 'pipe', 'ignore'], env });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let id = 0;
  return {
    child,
    async ask(method, params) {
      id += 1;
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      for (;;) {
        const { value, done } = await answers.next();
        if (done) throw new Error(`${program.join(' ')} ended before it answered ${method}`);
        if (JSON.parse(value).id === id) return;
      }
    },
    async end() {
      const gone = once(child, 'exit');
      child.stdin.end();
      await gone;
    },
  };
}

async function startTime(program: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const begun = performance.now();
  const running = start(program, env);
  await running.ask('initialize', hello);
  const ms = performance.now() - begun;
  await running.end();
  return ms;
}

async function memory(program: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const running = start(program, env);
  try {
    await running.ask('initialize', hello);
    await running.ask('tools/list', {});
    await running.ask('tools/call', { name: 'execute_query', arguments: { query: 'SELECT 1' } });
    await sleep(settledAfterMs);
    return residentBytes(running.child.pid ?? -1);
  } finally {
    await running.end();
  }
}
