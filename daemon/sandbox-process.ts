import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { SnowpoolError } from './errors.ts';
import type { Logger } from './log/logger.ts';

/** Where the embedded account listens. */
export interface SandboxAddress {
  readonly host: string;
  readonly port: number;
}

/** A sandbox that another daemon started and hands over with its sessions. */
export interface SandboxHandOver {
  readonly address: SandboxAddress;
  readonly ownerToken: string;
}

/**
 * The embedded account (DESIGN §1): a child process that is started when a profile of the account `sandbox` first signs in.
 * It ends with its daemon, also when that was killed; one that was handed over lives on with the new daemon.
 */
export class SandboxProcess {
  private starting: Promise<SandboxAddress> | undefined;
  private child: ChildProcess | undefined;
  private ownerToken: string;

  constructor(
    private readonly options: {
      readonly program: string;
      readonly log: Logger;
      readonly adopted: SandboxHandOver | undefined;
    },
  ) {
    this.ownerToken = options.adopted?.ownerToken ?? randomBytes(24).toString('hex');
    if (options.adopted) this.starting = this.adopt(options.adopted);
  }

  /** Starts it on first use. Throws SnowpoolError account_unreachable. */
  async address(): Promise<SandboxAddress> {
    this.starting ??= this.start().catch((error: unknown) => {
      this.starting = undefined;
      throw error;
    });
    return this.starting;
  }

  /** What a successor needs to own it; undefined where none runs. */
  async handOver(): Promise<SandboxHandOver | undefined> {
    if (!this.starting) return undefined;
    const parcel = { address: await this.starting, ownerToken: this.ownerToken };
    this.child?.unref();
    this.child = undefined;
    return parcel;
  }

  /** Ends it where it still belongs to this daemon. */
  async close(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    });
  }

  private start(): Promise<SandboxAddress> {
    const child = spawn(
      process.execPath,
      [this.options.program, '--port', '0', '--owner-pid', String(process.pid)],
      // Not as an argument: every user of the machine can read those.
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...childEnvironment(), SNOWPOOL_OWNER_TOKEN: this.ownerToken } },
    );
    this.child = child;
    const { log } = this.options;
    const lastWords: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      lastWords.push(line);
      if (lastWords.length > 5) lastWords.shift();
      log.debug({ sandbox: line }, 'sandbox');
    });
    return new Promise((resolve, reject) => {
      const lines = createInterface({ input: child.stdout });
      lines.on('line', (line) => {
        const found = /^listening on http:\/\/([\d.]+):(\d+)$/.exec(line);
        if (found) resolve({ host: found[1] ?? '127.0.0.1', port: Number(found[2]) });
      });
      child.once('error', (error) => reject(failed(error.message)));
      child.once('exit', (code, signal) => {
        reject(failed(lastWords.join(' ') || `it ended with ${signal ?? `code ${code}`}`));
        if (this.child === child) {
          this.child = undefined;
          this.starting = undefined;
          log.warn({ code, signal }, 'the sandbox ended; it is started again when it is needed');
        }
      });
    });
  }

  private async adopt(parcel: SandboxHandOver): Promise<SandboxAddress> {
    const { host, port } = parcel.address;
    const response = await fetch(`http://${host}:${port}/sandbox/owner`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ pid: process.pid, token: parcel.ownerToken }),
    });
    if (!response.ok) throw failed(`it did not accept its new owner (${response.status})`);
    return parcel.address;
  }
}

function failed(why: string): SnowpoolError {
  return new SnowpoolError(
    'account_unreachable',
    `The sandbox could not be started: ${why}.`,
    'Run `snowpool sandbox` by hand to see more.',
  );
}

/** Nothing of the person's Snowflake settings reaches the sandbox. */
function childEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ'];
  const own = Object.fromEntries(
    kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  // Each query of DuckDB's keeps a thread of libuv's until it ends; four, the default, would let four long ones hold up all.
  return { ...own, UV_THREADPOOL_SIZE: '64' };
}
