import { setTimeout as sleep } from 'node:timers/promises';
import type { DaemonStatus__Output } from '../../proto/generated/snowpool/v1/DaemonStatus.ts';
import type { Notice__Output } from '../../proto/generated/snowpool/v1/Notice.ts';
import { compareVersions } from '../version.ts';
import type { Attachment } from './attachment.ts';
import { type DaemonPlace, startDaemon } from './autostart.ts';
import { takeStartLock } from './start-lock.ts';
import { unary } from './unary.ts';

/** How long the older daemon may take to hand over. */
const handOverWithinMs = 30_000;
/** Its status costs it nothing: one that does not tell it is stopped or stuck. */
const statusWithinMs = 10_000;

/**
 * Has an older daemon replaced by the one of this package, which asks it for its sessions (Admin.HandOver), so that the
 * upgrade costs no sign-in (DESIGN §11). A daemon that the system's service manager runs is left alone, as only its unit can
 * bring another version.
 * @param askWithinMs how long the daemon may take to tell its status.
 * @returns true where this front-end has to attach anew; false where it stays with the daemon it has.
 */
export async function replaceOlderDaemon(
  attachment: Attachment,
  place: DaemonPlace,
  ownVersion: string,
  onNotice: (notice: Notice__Output) => void,
  signal: AbortSignal,
  askWithinMs = statusWithinMs,
): Promise<boolean> {
  const { daemonVersion } = attachment.welcome;
  if (compareVersions(daemonVersion, ownVersion) >= 0) return false;
  const status = await currentStatus(attachment, AbortSignal.any([signal, AbortSignal.timeout(askWithinMs)]));
  // Somebody else's newer daemon is there already, or this one is on its way out.
  if (!status || attachment.ended.aborted) return true;
  if (status.startedBy === 'service') {
    onNotice({
      level: 'warning',
      text: `The service runs snowpool ${daemonVersion}, this front-end is ${ownVersion}: run \`snowpool service install\` to have it run this version.`,
    });
    return false;
  }
  const release = takeStartLock(`${place.socket}.starting`);
  if (!release) {
    // Another front-end is at it.
    await Promise.race([ended(attachment), sleep(handOverWithinMs, undefined, { signal })]);
    return attachment.ended.aborted;
  }
  try {
    const child = startDaemon(place, ['--replace', '--started-by', 'front-end']);
    await Promise.race([ended(attachment), child.exited, sleep(handOverWithinMs, undefined, { signal })]);
    if (attachment.ended.aborted) return true;
    onNotice({
      level: 'warning',
      text: `snowpool ${ownVersion} could not take over from the running daemon (${daemonVersion}); this front-end works with that one.`,
    });
    return false;
  } finally {
    release();
  }
}

function currentStatus(attachment: Attachment, signal: AbortSignal): Promise<DaemonStatus__Output | undefined> {
  return unary<DaemonStatus__Output>(signal, (done) => attachment.channel.status.get({}, done)).catch(() => undefined);
}

function ended(attachment: Attachment): Promise<void> {
  if (attachment.ended.aborted) return Promise.resolve();
  return new Promise((resolve) => attachment.ended.addEventListener('abort', () => resolve(), { once: true }));
}
