/**
 * Whether another user of the machine could put something else at a path: the one rule by which the daemon and whoever
 * connects to it trust the way to a socket, and the daemon a file of settings.
 */
import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute, parse, resolve, sep } from 'node:path';

/** The place that another user holds, and why: it belongs to `uid`, or others may write in it (`mode`, octal). */
export type StrangersPlace =
  | { readonly path: string; readonly kind: 'not_own'; readonly uid: number }
  | { readonly path: string; readonly kind: 'open'; readonly mode: string };

/** What owns the files of the system where a user namespace shows no root. */
const unmappedUid = 65_534;
const mostLinks = 40;

/**
 * The first folder, or link to one, on the way to `path` that another user holds: who may rename what is in it can put
 * another socket in the place of this one between a check and its use. `path` itself is not looked at. Nothing where all
 * of them are the user's own or the system's, and where something on the way is not there.
 */
export function strangerOnTheWay(path: string, links = 0): StrangersPlace | undefined {
  const absolute = resolve(path);
  const { root } = parse(absolute);
  const names = dirname(absolute)
    .slice(root.length)
    .split(sep)
    .filter((name) => name !== '');
  let at = root;
  for (const name of ['', ...names]) {
    at = resolve(at, name);
    const found = lstatSync(at, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    const place = strangersPlace(at, found);
    if (place !== undefined) return place;
    if (!found.isSymbolicLink()) continue;
    const target = readlinkSync(at);
    const led = isAbsolute(target) ? target : resolve(dirname(at), target);
    // `led` is on the way as well: it is looked at as the folder of what would be in it.
    const behind = links < mostLinks ? strangerOnTheWay(resolve(led, 'x'), links + 1) : undefined;
    if (behind !== undefined) return behind;
  }
  return undefined;
}

/** Why a folder, link or file is not the user's own or the system's alone; a sticky folder protects what is in it. */
export function strangersPlace(
  path: string,
  found: {
    readonly uid: number;
    readonly mode: number;
    isSymbolicLink(): boolean;
  },
): StrangersPlace | undefined {
  const uid = process.getuid?.();
  if (uid === undefined) return undefined;
  if (![uid, 0, unmappedUid].includes(found.uid)) return { path, kind: 'not_own', uid: found.uid };
  const isOpen = !found.isSymbolicLink() && (found.mode & 0o002) !== 0 && (found.mode & 0o1000) === 0;
  return isOpen ? { path, kind: 'open', mode: (found.mode & 0o777).toString(8) } : undefined;
}

/** The end of a sentence that begins with the place. */
export function strangersWords(place: StrangersPlace): string {
  return place.kind === 'not_own'
    ? `belongs to another user (uid ${place.uid})`
    : `can be changed by other users (mode ${place.mode})`;
}
