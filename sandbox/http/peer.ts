/** Whose process is at the other end of a connection within this machine. */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/**
 * Whether another user of this machine, and not root, has connected. Linux tells (/proc/net/tcp, proc_pid_net(5): each end of
 * a connection with the uid of its process); where nobody tells, false.
 */
export function isOtherUsers({ remotePort, localPort }: Socket): boolean {
  const own = process.getuid?.();
  if (own === undefined || remotePort === undefined || localPort === undefined) return false;
  const uid = uidOf(remotePort, localPort);
  return uid !== undefined && uid !== own && uid !== 0;
}

function uidOf(fromPort: number, toPort: number): number | undefined {
  let table: string;
  try {
    table = readFileSync('/proc/net/tcp', 'latin1');
  } catch {
    return undefined;
  }
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
  // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid
  const end = new RegExp(`^ *\\d+: [0-9A-F]{8}:${hex(fromPort)} [0-9A-F]{8}:${hex(toPort)} (?:\\S+ +){4}(\\d+) `, 'm');
  const uid = end.exec(table)?.[1];
  return uid === undefined ? undefined : Number(uid);
}
