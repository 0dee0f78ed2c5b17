/**
 * Folder service/: the daemon under systemd or launchd. It may import cli/ and link/; cli/commands.ts loads this file when it
 * is called, doctor/ asks it what is installed.
 */
import { homedir } from 'node:os';
import { list } from '../cli/arguments.ts';
import type { Run } from '../cli/commands.ts';
import { CommandFailure, misuse } from '../cli/failure.ts';
import type { DaemonPlace } from '../link/autostart.ts';
import { endRunningDaemon } from '../link/end.ts';
import { daemonPlace } from '../link/place.ts';
import { launchd } from './launchd.ts';
import type { ServiceManager } from './manager.ts';
import { systemd } from './systemd.ts';
import { removeUnits, unitState, writeUnits } from './unit.ts';

const actions: Readonly<Record<string, (manager: ServiceManager, place: DaemonPlace) => Promise<number>>> = {
  install,
  uninstall,
  status,
};

/** `snowpool service install|uninstall|status`. */
export const runService: Run = async (args, host) => {
  const [word = '', ...more] = args.positionals;
  const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
  if (word === '') throw misuse(`snowpool service needs one of ${list(Object.keys(actions))}.`);
  if (!action || more.length > 0) {
    throw misuse(
      `snowpool service ${args.positionals.join(' ')} is not known: allowed are ${list(Object.keys(actions))}.`,
    );
  }
  const place = daemonPlace(process.env, host.folder);
  return action(managerFor(place), place);
};

/** The service manager of this system. */
export function managerFor(place: DaemonPlace): ServiceManager {
  const home = place.env.HOME || homedir();
  return process.platform === 'darwin'
    ? launchd(place, process.execPath, home, process.getuid?.() ?? 0)
    : systemd(place, process.execPath, home);
}

async function install(manager: ServiceManager, place: DaemonPlace): Promise<number> {
  const isCurrent = unitState(manager.files) === 'current';
  writeUnits(manager.files);
  try {
    await manager.readFiles();
    // A daemon that a front-end started would keep the socket.
    const ended = await endRunningDaemon(place, { unlessService: isCurrent });
    if (ended) say(`The daemon that was running (pid ${ended}) has ended; the service takes its place.`);
    await manager.start();
  } catch (error) {
    removeUnits(manager.files);
    throw error;
  }
  say(`The daemon is kept by ${manager.name} now, at each login.`);
  for (const { path } of manager.files) say(`  ${path}`);
  return 0;
}

async function uninstall(manager: ServiceManager): Promise<number> {
  if (unitState(manager.files) === 'absent') {
    say('No service is installed.');
    return 0;
  }
  await manager.stop();
  removeUnits(manager.files);
  await manager.readFiles();
  say('The service is gone; front-ends start the daemon when they need one.');
  return 0;
}

async function status(manager: ServiceManager): Promise<number> {
  const state = unitState(manager.files);
  if (state === 'absent')
    throw new CommandFailure('no service is installed.', 'To have one: snowpool service install', 3);
  const { isActive, text } = await manager.describe();
  say(text);
  if (state === 'different') say('Its files are of another version: `snowpool service install` writes them anew.');
  return isActive ? 0 : 3;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
