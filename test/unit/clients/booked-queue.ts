import { Admission } from '../../../daemon/clients/admission.ts';
import type { Ticket } from '../../../daemon/clients/ticket.ts';
import type { Call } from '../../../daemon/clients/turns.ts';
import { TurnedClock } from '../../support/turned-clock.ts';
import { log, openPool, settle as settlePool } from './account.ts';

interface Waiting {
  readonly client: string;
  readonly control: AbortController;
  ticket: Ticket | undefined;
  error: unknown;
  place: number;
  isOver: boolean;
  /** Turns that each other client was given while this one was its client's first in line and could have run. */
  readonly overtakenBy: Map<string, number>;
}

/** The queue over a real pool, with a book of who was served when. */
export async function startQueue(maxSize: number, bound: number) {
  const clock = new TurnedClock(0);
  const { pool, close } = openPool(clock, { minSize: 0, maxSize, growAfterMs: 10, connectionTimeoutMs: 30_000 });
  const admission = new Admission({ pool, clock, log, maxSize: () => maxSize });
  const calls: Waiting[] = [];
  const running = (client?: string) =>
    calls.filter((call) => call.ticket && !call.isOver && (client === undefined || call.client === client)).length;
  const enter = (client: string, changes: Partial<Call> = {}) => {
    const control = new AbortController();
    const call: Waiting = {
      client,
      control,
      ticket: undefined,
      error: undefined,
      place: -1,
      isOver: false,
      overtakenBy: new Map(),
    };
    calls.push(call);
    admission
      .enter({
        clientKey: client,
        holder: client,
        maxRunning: () => bound,
        score: () => 1,
        prompt: { openUrl() {} },
        signal: control.signal,
        deadline: clock.monotonic() + 3_600_000,
        giveUpAt: clock.monotonic() + 3_600_000,
        onPlace: (place) => {
          call.place = place;
        },
        ...changes,
      })
      .then(
        (ticket) => {
          for (const other of calls) {
            if (other === call || other.ticket || other.isOver || other.client === client) continue;
            const isFirst = calls.find((one) => one.client === other.client && !one.ticket && !one.isOver) === other;
            const couldRun = running(other.client) < bound;
            if (isFirst && couldRun) other.overtakenBy.set(client, (other.overtakenBy.get(client) ?? 0) + 1);
          }
          call.ticket = ticket;
        },
        (error: unknown) => {
          call.error = error;
          call.isOver = true;
        },
      );
    return call;
  };
  const settle = () => settlePool(pool);
  const turn = (ms: number) => clock.turn(ms, settle);
  const finish = (call: Waiting, how: 'release' | 'evict' = 'release') => {
    call.isOver = true;
    if (how === 'release') call.ticket?.release();
    else void call.ticket?.evict('broken');
  };
  return { clock, pool, admission, calls, enter, finish, running, settle, turn, close };
}
