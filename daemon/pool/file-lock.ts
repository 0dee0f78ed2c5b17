import { open, readFile, stat, unlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const retryMs = 10;
/** A holder that was killed, in another container perhaps, where its pid says nothing here. */
const staleMs = 5_000;
/** Rather two writers than a daemon that stands still. */
const patienceMs = 6_000;

/**
 * Runs `work` while this process alone holds the lock file at `path`; daemons on one state folder take turns by it. Where it
 * cannot be had (no such folder, a read-only disk, a holder that does not end) the work is done without. Real time, whatever
 * the clock says: the other process lives in it. Rejects as `work` does.
 */
export async function underLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const isHeld = await take(path);
  try {
    return await work();
  } finally {
    // One that was taken for stale and removed by somebody else is gone already.
    if (isHeld) await unlink(path).catch(() => {});
  }
}

async function take(path: string): Promise<boolean> {
  const untilMs = performance.now() + patienceMs;
  while (performance.now() < untilMs) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
    if (await isStale(path))
      await unlink(path).catch(() => {}); // Somebody else was quicker.
    else await delay(retryMs);
  }
  return false;
}

async function isStale(path: string): Promise<boolean> {
  try {
    const [{ mtimeMs }, text] = await Promise.all([stat(path), readFile(path, 'utf8')]);
    if (Math.abs(Date.now() - mtimeMs) > staleMs) return true;
    const pid = Number(text);
    if (!Number.isInteger(pid) || pid <= 0) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
