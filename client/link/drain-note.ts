import { readFileSync } from 'node:fs';
import { drainNotePath } from '../../proto/paths.ts';

/** The pid of a daemon that listened on this socket and is still finishing what runs; undefined where there is none. */
export function drainingPid(socket: string): number | undefined {
  try {
    const pid = Number(readFileSync(drainNotePath(socket), 'utf8'));
    if (!Number.isInteger(pid) || pid <= 0) return undefined;
    process.kill(pid, 0);
    return pid;
  } catch {
    // No note, or that of a daemon which was killed.
    return undefined;
  }
}
