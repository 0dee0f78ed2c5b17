import { setTimeout as sleep } from 'node:timers/promises';
import type { DaemonStatus__Output } from '../../proto/generated/snowpool/v1/DaemonStatus.ts';
import type { StopResponse__Output } from '../../proto/generated/snowpool/v1/StopResponse.ts';
import { CommandFailure } from '../cli/failure.ts';
import type { DaemonPlace } from './autostart.ts';
import { askOnce, NoDaemon } from './once.ts';
import { isAlive, startTime } from './process-identity.ts';

const answerWithinMs = 10_000;
/** A drain lasts up to 30 s (DESIGN §11). */
const goneWithinMs = 40_000;

/**
 * Asks a running daemon to end and waits until it is gone.
 * @returns pid and how it had been started.
 * Rejects with NoDaemon, or CommandFailure where it does not end.
 */
export async function endDaemon(
  place: Pick<DaemonPlace, 'socket'>,
  options: { readonly now: boolean },
): Promise<{ readonly pid: number; readonly startedBy: string }> {
  const { pid, startedBy } = await status(place);
  const started = startTime(pid);
  await askOnce<StopResponse__Output>(place, answerWithinMs, ({ admin }, done) => admin.stop(options, done)).catch(
    (error: unknown) => {
      // It may be gone before its answer is out.
      if (!(error instanceof NoDaemon)) throw error;
    },
  );
  const end = Date.now() + goneWithinMs;
  while (isAlive(pid, started)) {
    if (Date.now() > end) {
      throw new CommandFailure(
        `the daemon (pid ${pid}) is still there after ${goneWithinMs / 1000} s.`,
        'Try: snowpool stop --now',
      );
    }
    await sleep(50);
  }
  return { pid, startedBy };
}

/** Ends a daemon if one runs; one that the service keeps is left alone where asked. @returns the pid that was ended. */
export async function endRunningDaemon(
  place: Pick<DaemonPlace, 'socket'>,
  options: { readonly unlessService: boolean },
): Promise<number | undefined> {
  try {
    if (options.unlessService && (await status(place)).startedBy === 'service') return undefined;
    return (await endDaemon(place, { now: false })).pid;
  } catch (error) {
    if (error instanceof NoDaemon) return undefined;
    throw error;
  }
}

function status(place: Pick<DaemonPlace, 'socket'>): Promise<DaemonStatus__Output> {
  return askOnce<DaemonStatus__Output>(place, answerWithinMs, ({ status }, done) => status.get({}, done));
}
