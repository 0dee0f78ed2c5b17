import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { attachFrontEnd, type FrontEnd, type FrontEndOptions } from './front-end.ts';
import { root } from './root.ts';

/** A daemon process on a temporary socket, as a service would run it. */
export interface DaemonProcess {
  readonly socket: string;
  readonly stateDir: string;
  readonly home: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** What it wrote to stderr, one parsed log line each. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Attaches as a front-end would, over gRPC. */
  attach(options: FrontEndOptions): Promise<FrontEnd>;
  /** Waits for a log line. */
  logged(matches: (line: Readonly<Record<string, unknown>>) => boolean): Promise<Readonly<Record<string, unknown>>>;
  /** SIGTERM, or the signal given; resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Ends it and removes its folders. */
  dispose(): Promise<void>;
}

export interface DaemonOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** A home to start in again; by default a fresh one. */
  readonly home?: string;
}

/** Starts dist/daemon.mjs and resolves once it listens; rejects with its last words where it ends first. */
export async function startDaemon(options: DaemonOptions = {}): Promise<DaemonProcess> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'snowpool-')));
  const socket = options.environment?.SNOWPOOL_SOCKET ?? join(home, 'run', 'd.sock');
  const stateDir = join(home, 'state');
  const child = spawn(process.execPath, [join(root, 'dist', 'daemon.mjs'), ...(options.args ?? [])], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: home,
      SNOWPOOL_SOCKET: socket,
      SNOWPOOL_STATE_DIR: stateDir,
      SNOWPOOL_LOG_LEVEL: 'debug',
      ...options.environment,
    },
  });
  const log: Readonly<Record<string, unknown>>[] = [];
  const waiting = new Set<(line: Readonly<Record<string, unknown>>) => void>();
  const plain: string[] = [];
  createInterface({ input: child.stderr }).on('line', (text) => {
    try {
      const line: unknown = JSON.parse(text);
      if (typeof line === 'object' && line !== null) {
        log.push(line as Record<string, unknown>);
        for (const tell of waiting) tell(line as Record<string, unknown>);
      }
    } catch {
      plain.push(text);
    }
  });
  const logged: DaemonProcess['logged'] = (matches) =>
    new Promise((resolve) => {
      const found = log.find(matches);
      if (found) return resolve(found);
      const tell = (line: Readonly<Record<string, unknown>>) => {
        if (!matches(line)) return;
        waiting.delete(tell);
        resolve(line);
      };
      waiting.add(tell);
    });
  const exited = once(child, 'exit');
  await Promise.race([
    logged((line) => line.msg === 'listening'),
    exited.then(([code]) => {
      throw new DaemonEnded(code, plain.join('\n'));
    }),
  ]);
  const frontEnds: FrontEnd[] = [];
  const daemon: DaemonProcess = {
    socket,
    stateDir,
    home,
    pid: child.pid ?? -1,
    process: child,
    log,
    logged,
    async attach(frontEnd) {
      const attached = await attachFrontEnd(socket, { home, ...frontEnd });
      frontEnds.push(attached);
      return attached;
    },
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await exited;
      return child.exitCode;
    },
    async dispose() {
      for (const frontEnd of frontEnds) frontEnd.close();
      await daemon.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
  return daemon;
}

/** The daemon ended before it listened. */
export class DaemonEnded extends Error {
  constructor(
    readonly exitCode: number | null,
    readonly stderr: string,
  ) {
    super(`the daemon ended with ${exitCode}: ${stderr}`);
  }
}
