/**
 * Folder support/: the programs as users run them, for tests and for scripts/ (benchmarks, soak). This file: a person's computer
 * in a temporary folder, with a home, a socket, a state folder, and the commands as that person would run them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { askOnce, NoDaemon } from '../../client/link/once.ts';
import { noDaemonJson, statusJson } from '../../client/status/json.ts';
import type { DaemonStatus__Output } from '../../proto/generated/snowpool/v1/DaemonStatus.ts';
import { root } from './root.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface Machine {
  readonly home: string;
  readonly socket: string;
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where the programs lie. */
  readonly dist: string;
  /** Runs `snowpool ...` to its end. */
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Starts `snowpool ...` and leaves it running. */
  start(args: readonly string[], options?: RunOptions): ChildProcess;
  /** What `pool-status --json` would print, without a process of its own. */
  status(): Promise<Status>;
  /** Looks again and again until the status is as wanted; rejects after fifteen seconds. */
  statusWhere(isWanted: (status: Status) => boolean): Promise<Status>;
  /** Ends the daemon, if there is one, and removes the folder. */
  dispose(): Promise<void>;
}

/** The parts of `pool-status --json` that tests read. */
export interface Status {
  readonly state: string;
  readonly pid?: number;
  readonly version?: string;
  readonly started_by?: string;
  readonly pools: readonly {
    readonly logins_succeeded: number;
    readonly logins_failed: number;
    readonly size: number;
    readonly state: string;
  }[];
  readonly clients: readonly {
    readonly name: string;
    readonly version: string;
    readonly pid: number;
    readonly connections: readonly {
      readonly connection: string;
      readonly context: string;
      readonly running: number;
    }[];
  }[];
}

/** @param options.dist other programs than those of this work tree; @param options.env goes over the machine's own. */
export function startMachine(
  options: { readonly dist?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Machine {
  const home = mkdtempSync(join(tmpdir(), 'snowpool-'));
  const socket = join(home, 'run', 'd.sock');
  const stateDir = join(home, 'state');
  mkdirSync(join(home, 'run'), { mode: 0o700 });
  const dist = options.dist ?? join(root, 'dist');
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    SNOWPOOL_SOCKET: socket,
    SNOWPOOL_STATE_DIR: stateDir,
    ...options.env,
  };
  const running = new Set<ChildProcess>();

  const start: Machine['start'] = (args, { input, env: extra, cwd } = {}) => {
    const child = spawn(process.execPath, [join(dist, 'snowpool.cjs'), ...args], {
      env: { ...env, ...extra },
      cwd: cwd ?? home,
      stdio: 'pipe',
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    // A child that ends before it has read all: its exit code says more than EPIPE.
    child.stdin.on('error', () => {});
    if (input !== undefined) child.stdin.end(input);
    return child;
  };

  const run: Machine['run'] = async (args, options) => {
    const child = start(args, { input: '', ...options });
    if (!child.stdout || !child.stderr) throw new Error('no pipes');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code: child.exitCode, stdout, stderr };
  };

  const status: Machine['status'] = async () => {
    try {
      const found = await askOnce<DaemonStatus__Output>({ socket }, 10_000, (channel, done) =>
        channel.status.get({}, done),
      );
      return statusJson(found) as unknown as Status;
    } catch (error) {
      if (!(error instanceof NoDaemon)) throw error;
      return noDaemonJson(socket) as unknown as Status;
    }
  };

  return {
    home,
    socket,
    stateDir,
    env,
    dist,
    run,
    start,
    status,
    async statusWhere(isWanted) {
      const until = performance.now() + 15_000;
      for (;;) {
        const found = await status();
        if (isWanted(found)) return found;
        if (performance.now() > until) throw new Error(`the status stays ${JSON.stringify(found)}`);
        await sleep(20);
      }
    },
    async dispose() {
      for (const child of running) child.kill('SIGKILL');
      const { pid } = await status().catch(() => ({ pid: undefined }));
      if (pid !== undefined) {
        // Tests of a daemon's own end ask for it; here it only has to be gone.
        process.kill(pid, 'SIGKILL');
        await gone(pid);
      }
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Resolves when there is no such process any more; ends it by force after ten seconds, and rejects. */
export async function gone(pid: number): Promise<void> {
  const until = performance.now() + 10_000;
  while (isThere(pid)) {
    if (performance.now() > until) {
      process.kill(pid, 'SIGKILL');
      throw new Error(`process ${pid} had to be killed`);
    }
    await sleep(10);
  }
}

/** True where the process runs; a zombie, which nobody has waited for yet, does not. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  if (!existsSync('/proc/self/stat')) return true;
  try {
    return readFileSync(stat, 'latin1').split(') ').at(-1)?.[0] !== 'Z';
  } catch {
    return false;
  }
}
