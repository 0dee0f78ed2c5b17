import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailure } from '../cli/failure.ts';
import { prepareSocketFolder, prepareStateFolder } from './directory.ts';
import { daemonEnvironment } from './environment.ts';
import { probe } from './probe.ts';
import { takeStartLock } from './start-lock.ts';

/** Where a daemon is looked for and what is started where there is none. */
export interface DaemonPlace {
  readonly socket: string;
  readonly stateDir: string;
  /** Folder with daemon.mjs. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How long a start may take before it counts as failed. A daemon listens before it has loaded the driver. */
const startWithinMs = 30_000;

/**
 * Resolves once a daemon listens on the socket; starts one, detached, where there is none. Of twenty callers at the same
 * time one starts it and the others wait for it (DESIGN §11). A socket that nobody listens on is left to the new daemon, which
 * replaces it under the lock it binds under.
 * @throws CommandFailure where the folder is unfit or the daemon ended before it listened; with the daemon's own last words.
 */
export async function ensureDaemon(place: DaemonPlace, signal: AbortSignal): Promise<void> {
  if ((await probe(place.socket)) === 'live') return;
  prepareSocketFolder(place.socket);
  const end = Date.now() + startWithinMs;
  for (let waitMs = 10; ; waitMs = Math.min(waitMs * 1.5, 100)) {
    signal.throwIfAborted();
    const release = takeStartLock(`${place.socket}.starting`);
    if (release) {
      try {
        if ((await probe(place.socket)) !== 'live')
          await startAndWait(place, ['--started-by', 'front-end'], end, signal);
        return;
      } finally {
        release();
      }
    }
    await sleep(waitMs, undefined, { signal });
    if ((await probe(place.socket)) === 'live') return;
    if (Date.now() > end) throw tooSlow(place);
  }
}

async function startAndWait(
  place: DaemonPlace,
  flags: readonly string[],
  end: number,
  signal: AbortSignal,
): Promise<void> {
  const child = startDaemon(place, flags);
  for (let waitMs = 10; ; waitMs = Math.min(waitMs * 1.2, 100)) {
    await Promise.race([sleep(waitMs, undefined, { signal }), child.exited]);
    if ((await probe(place.socket)) === 'live') return;
    if (child.process.exitCode !== null || child.process.signalCode !== null) throw failedStart(place, child);
    if (Date.now() > end) throw tooSlow(place);
  }
}

/** A daemon that was started, for as long as its start is watched. */
export interface StartedDaemon {
  readonly process: ChildProcess;
  /** Resolves when it has ended, for whatever reason. */
  readonly exited: Promise<unknown>;
}

/** Starts a daemon that outlives this process, its output in `start.log`, its environment without any profile. */
export function startDaemon(place: DaemonPlace, flags: readonly string[]): StartedDaemon {
  prepareStateFolder(place.stateDir);
  const log = openSync(startLog(place), 'w', 0o600);
  try {
    const child = spawn(process.execPath, [join(place.folder, 'daemon.mjs'), ...flags], {
      detached: true,
      stdio: ['ignore', log, log],
      // Its folder must not keep a disk from being unmounted.
      cwd: '/',
      env: { ...daemonEnvironment(place.env), SNOWPOOL_SOCKET: place.socket, SNOWPOOL_STATE_DIR: place.stateDir },
    });
    const exited = once(child, 'exit').catch(() => undefined);
    child.unref();
    return { process: child, exited };
  } finally {
    closeSync(log);
  }
}

/** What a daemon said before it ended at its start. */
export function failedStart(place: DaemonPlace, child: StartedDaemon): CommandFailure {
  const how = child.process.signalCode ? `by ${child.process.signalCode}` : `with exit code ${child.process.exitCode}`;
  const words = lastWords(startLog(place));
  return new CommandFailure(
    `the daemon ended ${how} while it started${words === '' ? '.' : `: ${words}`}`,
    `See ${startLog(place)}, or run \`snowpool daemon\` to watch it start.`,
  );
}

function tooSlow(place: DaemonPlace): CommandFailure {
  return new CommandFailure(
    `no daemon listened on ${place.socket} within ${startWithinMs / 1000} s.`,
    `See ${startLog(place)}, or run \`snowpool daemon\` to watch it start.`,
  );
}

function startLog(place: DaemonPlace): string {
  return join(place.stateDir, 'start.log');
}

/** The line that says why: the daemon's own sentence, else Node's error, else the last there is. */
function lastWords(path: string): string {
  try {
    const lines = readFileSync(path, 'utf8').trim().split('\n').reverse();
    const why =
      lines.find((line) => line.startsWith('snowpool daemon: ')) ??
      lines.find((line) => /^\w*Error\b/.test(line)) ??
      lines[0] ??
      '';
    return why.replace(/^snowpool daemon: /, '').slice(0, 500);
  } catch {
    return '';
  }
}
