import type { ServiceError } from '@grpc/grpc-js';
import type { AttachEvent__Output } from '../../proto/generated/snowpool/v1/AttachEvent.ts';
import type { Attached__Output } from '../../proto/generated/snowpool/v1/Attached.ts';
import type { Hello } from '../../proto/generated/snowpool/v1/Hello.ts';
import type { Notice__Output } from '../../proto/generated/snowpool/v1/Notice.ts';
import type { OpenUrl__Output } from '../../proto/generated/snowpool/v1/OpenUrl.ts';
import type { SavedContext__Output } from '../../proto/generated/snowpool/v1/SavedContext.ts';
import { type Channel, openChannel } from './channel.ts';
import { readFailure } from './failure.ts';
import { stuckDaemonAdvice } from './sign-of-life.ts';

/** What a daemon says to an attached front-end beside its answers. */
export interface AttachmentEvents {
  context(saved: SavedContext__Output): void;
  openUrl(page: OpenUrl__Output): void;
  notice(notice: Notice__Output): void;
}

/** One life of the stream that makes this process a client of one daemon. */
export interface Attachment {
  readonly channel: Channel;
  readonly welcome: Attached__Output;
  /** Aborts when the stream has ended, from whichever side; the reason says why. */
  readonly ended: AbortSignal;
  /** True once the daemon has announced its end: nothing new is sent to it. */
  readonly isDraining: boolean;
  /** True once the daemon gave no sign of life: nothing is sent to it before it has given one. */
  isSilent: boolean;
  /** Takes note that the daemon refused a call because it is about to end. */
  markDraining(): void;
  identify(name: string, version: string): void;
  /** Ends the stream and closes the connection. Idempotent. */
  close(): void;
}

/** A daemon answers at once; one that does not is stopped (SIGSTOP) or stuck. Less than clients wait for a call. */
const welcomeWithinMs = 40_000;

/** The daemon ended the stream before it said `attached`; it may be gone, draining, or refuse this client for good. */
export class AttachRefused extends Error {
  override readonly name = 'AttachRefused';
  /** @param isFinal asking again brings the same: the daemon gave a reason of its own, or is stuck. */
  constructor(
    message: string,
    readonly isFinal: boolean,
    options?: ErrorOptions,
    readonly next: string = '',
  ) {
    super(message, options);
  }
}

/**
 * Attaches to the daemon that listens on a socket.
 * @param withinMs how long it may take to say `attached`.
 * Rejects with AttachRefused, or with the signal's reason.
 */
export function attach(
  socket: string,
  hello: Hello,
  events: AttachmentEvents,
  signal: AbortSignal,
  withinMs = welcomeWithinMs,
): Promise<Attachment> {
  const channel = openChannel(socket);
  const stream = channel.clients.attach();
  const ended = new AbortController();
  let isDraining = false;

  return new Promise((resolve, reject) => {
    let isSettled = false;
    const timer = setTimeout(() => {
      stream.cancel();
      finish(new AttachRefused(`it did not answer within ${withinMs / 1000} s.`, true, {}, stuckDaemonAdvice));
    }, withinMs);
    const finish = (error: Error) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      ended.abort(error);
      channel.close();
      if (isSettled) return;
      isSettled = true;
      reject(error);
    };
    const giveUp = () => {
      stream.cancel();
      finish(signal.reason instanceof Error ? signal.reason : new Error('given up'));
    };
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });

    stream.on('error', (error: ServiceError) => {
      const failure = readFailure(error);
      const answer = failure.kind === 'answered' ? failure.failure : undefined;
      finish(new AttachRefused(answer?.message ?? error.message, answer !== undefined, { cause: error }, answer?.next));
    });
    stream.on('end', () => finish(new AttachRefused('the daemon ended the stream', false)));
    stream.on('data', (event: AttachEvent__Output) => {
      if (event.attached && !isSettled) {
        isSettled = true;
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        resolve({
          channel,
          welcome: event.attached,
          ended: ended.signal,
          get isDraining() {
            return isDraining;
          },
          isSilent: false,
          markDraining: () => {
            isDraining = true;
          },
          identify: (name, version) => {
            if (!ended.signal.aborted) stream.write({ identity: { name, version } });
          },
          close: () => {
            stream.cancel();
            finish(new AttachRefused('this side ended the stream', false));
          },
        });
      } else if (event.context) events.context(event.context);
      else if (event.openUrl) events.openUrl(event.openUrl);
      else if (event.notice) events.notice(event.notice);
      else if (event.draining) isDraining = true;
    });
    stream.write({ hello });
  });
}
