import { type ServiceError, status } from '@grpc/grpc-js';
import { CommandFailure } from '../cli/failure.ts';
import type { Attachment } from './attachment.ts';
import { DaemonFailure } from './daemon-failure.ts';
import { readFailure } from './failure.ts';
import type { Link } from './link.ts';
import { DaemonSilent, whileAlive } from './sign-of-life.ts';

/** A call during which the link breaks this often takes daemons with it; it is not sent once more. */
const maxBreaks = 3;
/** A daemon that says "not now" this often is not going to change its mind. */
const maxRefusals = 10;

/**
 * Makes one call to the daemon and outlives the daemon: where the link breaks, the call is sent again to the next one.
 * `isResent` is true from the first break on: the earlier sending may have run, and only the daemon can tell whether running
 * it again is safe (it reads what the statement does, the front-end knows no SQL). A call that a daemon refused without running
 * it, because it drains or no longer knows this client, is sent again as if it were the first time.
 * @param send must heed the signal that it gets.
 * Rejects with DaemonFailure (the daemon's own answer, or that it gives no sign of life), CommandFailure (no daemon to be had,
 * or the link broke again and again), or the signal's reason.
 */
export async function callRepeatedly<T>(
  link: Link,
  signal: AbortSignal,
  send: (attachment: Attachment, isResent: boolean, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let breaks = 0;
  for (let refusals = 0; ; ) {
    const attachment = await link.attachment(signal);
    try {
      const isResent = breaks > 0;
      return await whileAlive(attachment, link.patience, signal, (either) => send(attachment, isResent, either));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DaemonSilent) throw silentFailure(error, breaks > 0);
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

/** As with a lost link: what was sent may have run, and only the account knows. */
function silentFailure(error: DaemonSilent, wasSentBefore: boolean): DaemonFailure {
  const { pid } = error;
  const who = `The daemon (pid ${pid}) gives no sign of life`;
  const mend = `A person can let it go on with \`kill -CONT ${pid}\`, or end it with \`kill -KILL ${pid}\`: the next call starts another one.`;
  return error.wasSent || wasSentBefore
    ? new DaemonFailure(
        'outcome_unknown',
        `${who}, so what became of this call is not known.`,
        `If it was to change something, look whether it did before it is called again. ${mend}`,
        {},
        { cause: error },
      )
    : new DaemonFailure('account_unreachable', `${who}, so this call was not sent to it.`, mend, {}, { cause: error });
}

/** True for an error of gRPC's own or of the daemon's, false for what went wrong in this process. */
export function isServiceError(error: unknown): error is ServiceError {
  return (
    error instanceof Error &&
    typeof (error as Partial<ServiceError>).code === 'number' &&
    'metadata' in error &&
    (error as ServiceError).code in status
  );
}
