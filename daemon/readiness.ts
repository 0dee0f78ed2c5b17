import { execFile } from 'node:child_process';
import type { Logger } from './log/logger.ts';

/**
 * Tells systemd that the daemon listens (Type=notify, NotifyAccess=all). Node cannot write to a datagram socket, so
 * systemd's own tool does; elsewhere nothing happens.
 */
export function notifyReady(log: Logger): void {
  if (!process.env.NOTIFY_SOCKET) return;
  execFile('systemd-notify', ['--ready', `--pid=${process.pid}`], (error) => {
    if (error) log.warn({ err: error }, 'systemd could not be told that the daemon is ready');
  });
}
