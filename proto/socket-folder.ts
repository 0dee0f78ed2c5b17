/**
 * What keeps other users away from the socket (DESIGN §11): the one rule by which the daemon and whoever connects to it
 * refuse a place. Each says it in words of its own.
 */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { socketPathLimit } from './paths.ts';
import { type StrangersPlace, strangerOnTheWay } from './strangers.ts';

/** Bytes of a path that is too long for a socket, and how many are possible: it would be cut silently (DRIVER.md §4). */
export interface PathFault {
  readonly bytes: number;
  readonly limit: number;
}

/**
 * Why a folder does not do: it is none, it is somebody else's (`uid`), others may enter it (`mode`, octal), as all may /tmp,
 * or another user may put a folder of theirs in its place.
 */
export type FolderFault =
  | { readonly kind: 'no_folder' }
  | { readonly kind: 'not_own'; readonly uid: number }
  | { readonly kind: 'open'; readonly mode: string; readonly isForAll: boolean }
  | { readonly kind: 'replaceable'; readonly place: StrangersPlace };

export function pathFault(socket: string): PathFault | undefined {
  const limit = socketPathLimit(process.platform);
  const bytes = Buffer.byteLength(socket);
  return bytes > limit ? { bytes, limit } : undefined;
}

/** Throws as lstat does where there is nothing. */
export function folderFault(folder: string): FolderFault | undefined {
  // lstat: a link in a shared folder could point anywhere.
  const found = lstatSync(folder);
  if (!found.isDirectory()) return { kind: 'no_folder' };
  if (process.getuid && found.uid !== process.getuid()) return { kind: 'not_own', uid: found.uid };
  if ((found.mode & 0o077) !== 0) {
    // The sticky bit marks a folder that is meant for everybody: to close it would lock the others out of it.
    return { kind: 'open', mode: (found.mode & 0o777).toString(8), isForAll: (found.mode & 0o1000) !== 0 };
  }
  const place = strangerOnTheWay(join(folder, 'socket'));
  return place === undefined ? undefined : { kind: 'replaceable', place };
}
