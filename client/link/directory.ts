import { chmodSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { folderFault, pathFault } from '../../proto/socket-folder.ts';
import { type StrangersPlace, strangerOnTheWay, strangersWords } from '../../proto/strangers.ts';
import { CommandFailure } from '../cli/failure.ts';

/**
 * Makes the socket's folder, 0700 and the user's own, and checks that the socket's path fits (DESIGN §11).
 * @throws CommandFailure where the path is too long, the folder cannot be made, belongs to somebody else, or is open to others.
 */
export function prepareSocketFolder(socket: string): void {
  checkSocketPath(socket);
  const folder = dirname(socket);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CommandFailure(`cannot make the socket's folder ${folder}: ${reason(error)}.`, chooseAnother, 1, {
      cause: error,
    });
  }
  checkSocketFolder(folder);
}

/**
 * Whoever listens is told secrets, so nobody but this user may have put the socket there: it is the user's own, and in a folder
 * in which others cannot put another one in its place.
 * @throws CommandFailure (exit code 3) where that is not certain. A socket that is not there yet is none of this function's.
 */
export function checkOwner(socket: string): void {
  const uid = process.getuid?.();
  const found = placeOf(socket);
  if (uid === undefined || found === undefined) return;
  // A folder of the system's (/run/user, /tmp) is as good as one's own where others cannot replace what is in it.
  const stranger = found.owners.find((owner, at) => owner !== uid && (at === 0 || owner !== 0));
  if (stranger === undefined && !found.isOpen) {
    const place = strangerOnTheWay(socket);
    if (place === undefined) return;
    throw new CommandFailure(wayThrough(`the socket ${socket}`, place), chooseAnother, 3);
  }
  const whose =
    stranger === undefined
      ? 'lies in a folder that other users may write'
      : `belongs to another user (uid ${stranger})`;
  throw new CommandFailure(`the socket ${socket} ${whose}, so that it may not be your daemon's.`, chooseAnother, 3);
}

/** Who owns the socket, the folder and, where that is one, the link to the folder; undefined where there is no socket. */
function placeOf(socket: string): { readonly owners: readonly number[]; readonly isOpen: boolean } | undefined {
  try {
    const folder = statSync(dirname(socket));
    const owners = [lstatSync(socket).uid, folder.uid, lstatSync(dirname(socket)).uid];
    return { owners, isOpen: (folder.mode & 0o022) !== 0 && (folder.mode & 0o1000) === 0 };
  } catch {
    // Absent, or not to be entered: whoever connects is told which.
    return undefined;
  }
}

/** @throws CommandFailure where the folder is no folder, belongs to somebody else, or is open to others. */
export function checkSocketFolder(folder: string): void {
  const fault = folderFault(folder);
  switch (fault?.kind) {
    case 'no_folder':
      throw new CommandFailure(`${folder} is not a folder, so the socket cannot lie in it.`, chooseAnother);
    case 'not_own':
      throw new CommandFailure(
        `the socket's folder ${folder} belongs to another user (uid ${fault.uid}).`,
        chooseAnother,
      );
    case 'open':
      throw new CommandFailure(
        `the socket's folder ${folder} is open to other users (mode ${fault.mode}, it must be 700).`,
        fault.isForAll ? chooseAnother : `Run: chmod 700 ${folder}, or name a folder of its own in SNOWPOOL_SOCKET.`,
      );
    case 'replaceable':
      throw new CommandFailure(wayThrough(`the socket's folder ${folder}`, fault.place), chooseAnother);
  }
}

function wayThrough(what: string, place: StrangersPlace): string {
  return `the way to ${what} leads through ${place.path}, which ${strangersWords(place)}, so that somebody else's could take its place.`;
}

/** @throws CommandFailure where the path is longer than the system's limit. */
export function checkSocketPath(socket: string): void {
  const fault = pathFault(socket);
  if (!fault) return;
  throw new CommandFailure(
    `the socket's path is ${fault.bytes} bytes long, ${fault.limit} are possible: ${socket}`,
    chooseAnother,
  );
}

/**
 * Makes a folder that only the user can enter, for state. An existing one is tightened.
 * @throws CommandFailure for a folder, or a link to it, of another user: what is written there could go to any file.
 */
export function prepareStateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const uid = process.getuid?.();
  if (uid === undefined) return;
  const owners = [statSync(folder).uid, ...[lstatSync(folder).uid].filter((owner) => owner !== 0)];
  const stranger = owners.find((owner) => owner !== uid);
  if (stranger !== undefined) {
    throw new CommandFailure(
      `the state folder ${folder} belongs to another user (uid ${stranger}).`,
      'Name another one in SNOWPOOL_STATE_DIR.',
    );
  }
  chmodSync(folder, 0o700);
}

const chooseAnother = 'Name a path in a folder of your own in SNOWPOOL_SOCKET.';

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
