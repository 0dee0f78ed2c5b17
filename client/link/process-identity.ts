import { readFileSync } from 'node:fs';

/**
 * Names a process so that a later process with the same pid is told apart: its start time in clock ticks since boot, from
 * /proc (field 22 of `stat`, proc(5)). Where there is no /proc (macOS), empty: then the pid alone counts.
 */
export function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name, field 2, may hold blanks and brackets; what follows the last bracket does not.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** True where a process with this pid, and this start time where one is given, is there. */
export function isAlive(pid: number, started: string): boolean {
  // 0 and negative numbers name groups of processes.
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startTime(pid);
  return started === '' || now === '' || started === now;
}
