import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type DaemonProcess, startDaemon } from '../../test/support/daemon.ts';
import { type Sandbox, type SandboxSettings, startSandbox } from '../../test/support/sandbox.ts';

/** A sandbox and a daemon for one benchmark, ended afterwards whatever happens. */
export async function withDaemon<T>(
  settings: { readonly sandbox?: SandboxSettings; readonly pool?: Readonly<Record<string, string>> },
  run: (daemon: DaemonProcess, environment: Readonly<Record<string, string>>, sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const sandbox = await startSandbox(settings.sandbox);
  try {
    const daemon = await startDaemon({ environment: { SNOWPOOL_LOG_LEVEL: 'info' } });
    try {
      return await run(daemon, { ...sandbox.environment(), ...settings.pool }, sandbox);
    } finally {
      await daemon.dispose();
    }
  } finally {
    await sandbox.stop();
  }
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim()) * 1024;
}

/** Processor time that a process has used, in milliseconds. Linux: from /proc, in ticks of 10 ms; elsewhere from ps. */
export function processorMs(pid: number): number {
  if (process.platform === 'linux') {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }
  const [minutes = '0', seconds = '0'] = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' })
    .trim()
    .split(':')
    .slice(-2);
  return (Number(minutes) * 60 + Number(seconds)) * 1000;
}
