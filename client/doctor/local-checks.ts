import { existsSync, lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandFailure } from '../cli/failure.ts';
import type { DaemonPlace } from '../link/autostart.ts';
import { checkSocketFolder, checkSocketPath } from '../link/directory.ts';
import { managerFor } from '../service/command.ts';
import { unitState } from '../service/unit.ts';

/** One thing that was looked at, and what to do where it is not as it should be. */
export interface Finding {
  readonly outcome: 'ok' | 'warning' | 'failed';
  readonly text: string;
  readonly advice: string;
}

const oldestNode = 20;

/** What can be seen without a daemon: Node, the socket's folder and path, leftovers, the service. */
export function localChecks(place: DaemonPlace): Finding[] {
  return [node(), socket(place), state(place), service(place)].flat();
}

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  return major >= oldestNode
    ? ok(`Node ${process.versions.node} at ${process.execPath}`)
    : failed(`Node ${process.versions.node} is too old`, `Install Node ${oldestNode} or newer.`);
}

function socket({ socket: path }: DaemonPlace): Finding {
  try {
    checkSocketPath(path);
    const folder = dirname(path);
    if (!existsSync(folder)) return ok(`The socket will be ${path}`);
    checkSocketFolder(folder);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found && !found.isSocket())
      return failed(`${path} is in the way: it is no socket`, 'Remove it, or name another path in SNOWPOOL_SOCKET.');
    if (found && (found.mode & 0o077) !== 0)
      return failed(`The socket ${path} is open to other users`, `Run: chmod 600 ${path}`);
    return ok(`The socket is ${path}, for you alone`);
  } catch (error) {
    if (error instanceof CommandFailure) return failed(error.message, error.next);
    throw error;
  }
}

function state({ stateDir }: DaemonPlace): Finding {
  return ok(`Log and state lie in ${stateDir}`);
}

function service(place: DaemonPlace): Finding {
  const state = unitState(managerFor(place).files);
  if (state === 'absent') return ok('No service is installed: front-ends start the daemon when they need it');
  if (state === 'current') return ok('The service is installed');
  return {
    outcome: 'warning',
    text: 'The installed service is of another version of snowpool',
    advice: 'Run: snowpool service install',
  };
}

function ok(text: string): Finding {
  return { outcome: 'ok', text, advice: '' };
}

function failed(text: string, advice: string): Finding {
  return { outcome: 'failed', text, advice };
}
