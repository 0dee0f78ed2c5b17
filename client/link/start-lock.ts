import { linkSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { isAlive, startTime } from './process-identity.ts';

/** A starter that has not finished after this time is stuck; the next one may try. */
const heldAtMostMs = 60_000;

/**
 * Takes the lock under which one front-end starts the daemon; undefined: another process holds it. It only saves needless
 * starts: that no two daemons serve is held by the daemon itself, which binds under a lock of its own.
 * The file holds pid and start time of its holder and appears whole (link), so that a lock left by a killed process is seen.
 * @returns what gives the lock back.
 */
export function takeStartLock(path: string, now: () => number = Date.now): (() => void) | undefined {
  const own = `${path}.${process.pid}`;
  const token = `${process.pid} ${startTime(process.pid)} ${now()}`;
  writeFileSync(own, token, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (linked(own, path)) return () => release(path, token);
      if (!removeIfStale(path, now)) return undefined;
    }
    return undefined;
  } finally {
    unlinkSync(own);
  }
}

function linked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** True where the lock is free now: it was gone, or its holder is. */
function removeIfStale(path: string, now: () => number): boolean {
  const token = read(path);
  if (token === undefined) return true;
  const [pid, started = ''] = token.split(' ');
  const isHeld = isAlive(Number(pid), started) && now() - modified(path, now) < heldAtMostMs;
  if (isHeld) return false;
  // Two may find the same stale lock: rename lets one of them have it, and shows whether it was still that one.
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return true;
  }
  try {
    if (read(aside) !== token) {
      // A new holder's lock was taken by mistake: put back, unless a third has come meanwhile.
      linked(aside, path);
      return false;
    }
    return true;
  } finally {
    unlinkSync(aside);
  }
}

function release(path: string, token: string): void {
  if (read(path) !== token) return;
  try {
    unlinkSync(path);
  } catch {
    // Taken as stale meanwhile: no longer ours to remove.
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function modified(path: string, now: () => number): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return now();
  }
}
