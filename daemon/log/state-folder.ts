import { chmodSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { SnowpoolError } from '../errors.ts';

/**
 * Makes the folder for log and state, or tightens the one that is there, to 0700. In somebody else's a link could lead what
 * is written to any file of this user's.
 * Throws SnowpoolError invalid_argument for a folder, or a link to it, of another user.
 */
export function prepareStateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const uid = process.getuid?.();
  if (uid === undefined) return;
  const owners = [statSync(folder).uid, ...[lstatSync(folder).uid].filter((owner) => owner !== 0)];
  const stranger = owners.find((owner) => owner !== uid);
  if (stranger !== undefined) {
    throw new SnowpoolError(
      'invalid_argument',
      `The state folder ${folder} belongs to another user (uid ${stranger}).`,
      'Name another one in SNOWPOOL_STATE_DIR.',
    );
  }
  chmodSync(folder, 0o700);
}
