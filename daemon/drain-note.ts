import { rmSync, writeFileSync } from 'node:fs';
import { drainNotePath } from '../proto/paths.ts';

/**
 * Leaves a note where the socket was that this daemon still drains, for `pool-status`, which cannot ask it any more.
 * @returns what takes the note away.
 */
export function leaveDrainNote(socket: string): () => void {
  const path = drainNotePath(socket);
  try {
    writeFileSync(path, String(process.pid), { mode: 0o600 });
  } catch {
    // It is for a person's eyes alone: a folder that is gone or full is no reason not to drain.
  }
  return () => rmSync(path, { force: true });
}
