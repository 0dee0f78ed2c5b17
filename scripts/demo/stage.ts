/** What the demo runs on: a temporary folder, a sandbox and a daemon in it, and the front-ends of three MCP clients. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

/** One real MCP client with its front-end, as Claude Desktop, Claude Code or Cursor start it. */
export interface McpClient {
  readonly name: string;
  call(tool: string, args?: Readonly<Record<string, unknown>>): Promise<ToolAnswer>;
}

export interface ToolAnswer {
  readonly isError: boolean;
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the account itself counted. */
export interface AccountCounts {
  readonly logins: number;
  readonly failedLogins: number;
  readonly sessionsOpen: number;
}

export interface Stage {
  client(name: string): Promise<McpClient>;
  /** What `pool-status` prints, as a person sees it. */
  poolStatus(): Promise<string>;
  countAtAccount(): Promise<AccountCounts>;
  /** Ends every session at the account, as an administrator would. */
  killSessions(): Promise<number>;
  /** Ends every process and removes the folder. Idempotent. */
  close(): Promise<void>;
}

const dist = dirname(dirname(fileURLToPath(import.meta.url)));

/** Starts sandbox and daemon; rejects with their last words where one does not come up. */
export async function setStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'snowpool-demo-'));
  const children: ChildProcess[] = [];
  const clients: Client[] = [];
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      await Promise.allSettled(clients.map((client) => client.close()));
      for (const child of children.reverse()) await end(child);
      rmSync(folder, { recursive: true, force: true });
    })();
    return closing;
  };

  try {
    const token = randomBytes(16).toString('hex');
    const sandbox = program('sandbox.mjs', ['--load', prepareData(folder), '--control', token], {
      UV_THREADPOOL_SIZE: '64',
    });
    children.push(sandbox);
    const url = (await lineOf(sandbox, sandbox.stdout, /^listening on (http:\S+)$/))[1] ?? '';
    const account = new URL(url);

    const environment = {
      SNOWPOOL_SOCKET: join(folder, 'run', 'daemon.sock'),
      SNOWPOOL_STATE_DIR: join(folder, 'state'),
      HOME: folder,
      SNOWFLAKE_ACCOUNT: 'demo',
      SNOWFLAKE_USER: 'NEWCOMER',
      SNOWFLAKE_PASSWORD: 'any-password-will-do',
      SNOWFLAKE_HOST: account.hostname,
      SNOWFLAKE_PORT: account.port,
      SNOWFLAKE_PROTOCOL: 'http',
    };
    const daemon = program('daemon.mjs', [], environment);
    children.push(daemon);
    await lineOf(daemon, daemon.stderr, /"msg":"listening"/);

    const control = async (path: string, method: 'GET' | 'POST'): Promise<Record<string, unknown>> => {
      const response = await fetch(`${url}/sandbox/control/${path}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
      });
      if (!response.ok) throw new Error(`the sandbox answered ${response.status} to ${path}: ${await response.text()}`);
      return (await response.json()) as Record<string, unknown>;
    };
    return {
      close,
      async client(name) {
        const transport = new StdioClientTransport({
          command: process.execPath,
          args: [join(dist, 'snowpool.cjs'), 'mcp'],
          env: { ...essentials(), ...environment },
          stderr: 'ignore',
        });
        const client = new Client({ name, version: '1.0.0' });
        clients.push(client);
        await client.connect(transport);
        return {
          name,
          async call(tool, args = {}) {
            const result = await client.callTool({ name: tool, arguments: { ...args } });
            const content = result.content as readonly { readonly type: string; readonly text?: string }[];
            return {
              isError: result.isError === true,
              text: content.map((part) => part.text ?? '').join('\n'),
              data: (result.structuredContent ?? {}) as Record<string, unknown>,
            };
          },
        };
      },
      poolStatus: () =>
        new Promise((resolve, reject) => {
          execFile(
            process.execPath,
            [join(dist, 'pool-status.cjs')],
            { env: { ...essentials(), ...environment } },
            (error, stdout) => {
              // Exit code 1 means "not healthy", which is an answer too.
              if (error && error.code !== 1) reject(error);
              else resolve(stdout.trimEnd());
            },
          );
        }),
      async countAtAccount() {
        const stats = await control('stats', 'GET');
        const logins = stats.logins as { tried: number; failed: number };
        const sessions = stats.sessions as { open: number };
        return { logins: logins.tried - logins.failed, failedLogins: logins.failed, sessionsOpen: sessions.open };
      },
      async killSessions() {
        return Number((await control('sessions/kill', 'POST')).sessions);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function program(file: string, args: readonly string[], environment: Readonly<Record<string, string>>) {
  return spawn(process.execPath, [join(dist, file), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...essentials(), ...environment },
  });
}

/** Nothing of the person's own Snowflake settings may take part. */
function essentials(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', TMPDIR: tmpdir() };
}

/** Public data that comes with the development dependency vega-datasets: file name = table name. */
function prepareData(folder: string): string {
  const source = join(dirname(dirname(createRequire(import.meta.url).resolve('vega-datasets'))), 'data');
  const data = join(folder, 'data');
  mkdirSync(data);
  for (const [from, to] of [
    ['flights-3m.parquet', 'flights.parquet'],
    ['airports.csv', 'airports.csv'],
    ['birdstrikes.csv', 'birdstrikes.csv'],
  ] as const) {
    copyFileSync(join(source, from), join(data, to));
  }
  return data;
}

/** Waits for a line of output; everything else is read away. Rejects where the process ends first. */
function lineOf(child: ChildProcess, stream: NodeJS.ReadableStream, pattern: RegExp): Promise<RegExpExecArray> {
  const said: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  return new Promise((resolve, reject) => {
    createInterface({ input: stream }).on('line', (line) => {
      const found = pattern.exec(line);
      if (found) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`${child.spawnfile} ${child.spawnargs[1]} ended with ${code}: ${said.join('').trim()}`)),
    );
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), 5_000);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
