import type { ClientUnaryCall, ServiceError } from '@grpc/grpc-js';
import { CommandFailure } from '../cli/failure.ts';
import type { DaemonPlace } from './autostart.ts';
import { type Channel, openChannel } from './channel.ts';
import { checkSocketPath } from './directory.ts';
import { drainingPid } from './drain-note.ts';
import { readFailure } from './failure.ts';
import { probe } from './probe.ts';
import { stuckDaemonAdvice } from './sign-of-life.ts';
import { unary } from './unary.ts';

/** No daemon listens: what `pool-status` and `stop` answer with (exit code 3, as `systemctl is-active`). */
export class NoDaemon extends CommandFailure {
  constructor(socket: string) {
    const pid = drainingPid(socket);
    super(
      pid === undefined
        ? `no daemon is running (nobody listens on ${socket}).`
        : `no daemon takes calls (nobody listens on ${socket}): the last one, pid ${pid}, is draining and ends once what runs is through.`,
      'A front-end starts one by itself; by hand: snowpool daemon',
      3,
    );
  }
}

/**
 * Asks a running daemon one question; never starts one.
 * Rejects with NoDaemon, or CommandFailure with the daemon's own words.
 */
export async function askOnce<Answer>(
  place: Pick<DaemonPlace, 'socket'>,
  withinMs: number,
  ask: (channel: Channel, done: (error: ServiceError | null, answer?: Answer) => void) => ClientUnaryCall,
): Promise<Answer> {
  checkSocketPath(place.socket);
  if ((await probe(place.socket)) !== 'live') throw new NoDaemon(place.socket);
  const channel = openChannel(place.socket);
  try {
    return await unary<Answer>(AbortSignal.timeout(withinMs), (done) => ask(channel, done));
  } catch (error) {
    throw asCommandFailure(error as ServiceError, withinMs, place.socket);
  } finally {
    channel.close();
  }
}

function asCommandFailure(error: ServiceError, withinMs: number, socket: string): CommandFailure {
  const failure = readFailure(error);
  if (failure.kind === 'answered')
    return new CommandFailure(failure.failure.message, failure.failure.next, 1, { cause: error });
  if (failure.kind === 'draining') return new CommandFailure('the daemon is about to end.', '', 1, { cause: error });
  if (error.details === 'Cancelled on client') {
    return new CommandFailure(
      `the daemon on ${socket} did not answer within ${withinMs / 1000} s.`,
      stuckDaemonAdvice,
      1,
      { cause: error },
    );
  }
  return new NoDaemon(socket);
}
