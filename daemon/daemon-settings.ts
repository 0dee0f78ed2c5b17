import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { socketPath, stateDir } from '../proto/paths.ts';
import type { Layer } from './config/layers.ts';
import { readPoolDefaults } from './config/resolve.ts';
import { SnowpoolError } from './errors.ts';

const starters = ['front-end', 'service', 'foreground'] as const;

/** What the daemon itself is told at its start; everything about accounts comes from the front-ends. */
export interface DaemonSettings {
  readonly socket: string;
  readonly stateDir: string;
  readonly logFile: string;
  readonly logLevel: string;
  readonly home: string;
  readonly startedBy: (typeof starters)[number];
  /** True: ask the daemon on the socket for its sessions and take its place. */
  readonly isReplacing: boolean;
  /** 3 where systemd or launchd passed the listening socket. */
  readonly inheritedFd: number | undefined;
  /** Pool sizes and times of the environment, for clients that bring none. */
  readonly poolDefaults: Layer;
}

/** Reads arguments and environment. Throws SnowpoolError invalid_argument, one line that says what is allowed. */
export function readDaemonSettings(argv: readonly string[], env: NodeJS.ProcessEnv): DaemonSettings {
  let values: { 'started-by'?: string; replace?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: { 'started-by': { type: 'string' }, replace: { type: 'boolean' } },
      allowPositionals: false,
    }));
  } catch (error) {
    const [problem] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new SnowpoolError(
      'invalid_argument',
      `${problem}. Allowed are --started-by ${starters.join('|')} and --replace.`,
      '',
      {},
      { cause: error },
    );
  }
  const wanted = values['started-by'] ?? (env.LISTEN_FDS ? 'service' : 'foreground');
  const startedBy = starters.find((starter) => starter === wanted);
  if (!startedBy) {
    throw new SnowpoolError(
      'invalid_argument',
      `--started-by is '${wanted}': allowed is one of ${starters.join(', ')}.`,
    );
  }
  const home = env.HOME || homedir();
  const state = stateDir(env, home);
  return {
    socket: socketPath(env, home),
    stateDir: state,
    logFile: join(state, 'daemon.log'),
    logLevel: env.SNOWPOOL_LOG_LEVEL || 'info',
    home,
    startedBy,
    isReplacing: values.replace === true,
    inheritedFd: Number(env.LISTEN_FDS) >= 1 && Number(env.LISTEN_PID) === process.pid ? 3 : undefined,
    poolDefaults: readPoolDefaults(env),
  };
}
