import { join } from 'node:path';
import type { Host } from '../host.ts';
import type { Run } from './commands.ts';

/** Turns this process into the daemon. */
export const runDaemon: Run = (args, host) => become('daemon.mjs', args.positionals, host);

/** Turns this process into the sandbox. */
export const runSandbox: Run = (args, host) => become('sandbox.mjs', args.positionals, host);

/** Imports a program that lies beside the bundle; it finds its own flags where a program looks for them. */
async function become(file: string, argv: readonly string[], host: Host): Promise<undefined> {
  const path = join(host.folder, file);
  process.argv = [process.argv[0] ?? process.execPath, path, ...argv];
  await host.load(path);
  return undefined;
}
