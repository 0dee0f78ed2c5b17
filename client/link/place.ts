import { homedir } from 'node:os';
import { socketPath, stateDir } from '../../proto/paths.ts';
import type { DaemonPlace } from './autostart.ts';

/** Where this user's daemon is, by the environment (DESIGN §9). @param folder of the bundle. */
export function daemonPlace(env: Readonly<Record<string, string | undefined>>, folder: string): DaemonPlace {
  const home = env.HOME || homedir();
  return { socket: socketPath(env, home), stateDir: stateDir(env, home), folder, env };
}
