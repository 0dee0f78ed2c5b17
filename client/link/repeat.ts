import { type ServiceError, status } from '@grpc/grpc-js';
import { CommandFailure } from '../cli/failure.ts';
import type { Attachment } from './attachment.ts';
import { readFailure } from './failure.ts';
import type { Link } from './link.ts';

/** A call during which the link breaks this often takes daemons with it; it is not sent once more. */
const maxBreaks = 3;
/** A daemon that says "not now" this often is not going to change its mind. */
const maxRefusals = 10;

/**
 * Makes one call to the daemon and outlives the daemon: where the link breaks, the call is sent again to the next one.
 * `isResent` is true from the first break on: the earlier sending may have run, and only the daemon can tell whether running
 * it again is safe (it reads what the statement does, the front-end knows no SQL). A call that a daemon refused without running
 * it, because it drains or no longer knows this client, is sent again as if it were the first time.
 * Rejects with DaemonFailure (the daemon's own answer), CommandFailure (no daemon to be had, or the link broke again and
 * again), or the signal's reason.
 */
export async function callRepeatedly<T>(
  link: Link,
  signal: AbortSignal,
  send: (attachment: Attachment, isResent: boolean) => Promise<T>,
): Promise<T> {
  let breaks = 0;
  for (let refusals = 0; ; ) {
    const attachment = await link.attachment(signal);
    try {
      return await send(attachment, breaks > 0);
    } catch (error) {
      signal.throwIfAborted();
      if (!isServiceError(error)) throw error;
      const failure = readFailure(error);
      if (failure.kind === 'answered') throw failure.failure;
      if (failure.kind === 'draining') attachment.markDraining();
      else attachment.close();
      if (failure.kind !== 'broken') {
        if (++refusals <= maxRefusals) continue;
        throw new CommandFailure('the daemon takes no calls; it keeps saying that it is about to end.');
      }
      if (++breaks >= maxBreaks) {
        throw new CommandFailure(
          `the link to the daemon broke ${breaks} times during this call.`,
          'The daemon may have ended because of it: its log says why (`pool-status` names the file).',
          1,
          { cause: error },
        );
      }
    }
  }
}

export function isServiceError(error: unknown): error is ServiceError {
  return (
    error instanceof Error &&
    typeof (error as Partial<ServiceError>).code === 'number' &&
    'metadata' in error &&
    (error as ServiceError).code in status
  );
}
