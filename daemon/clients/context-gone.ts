/** A context of which the account knows parts no more, since somebody dropped or renamed them, and how its client hears of it. */
import { SnowpoolError } from '../errors.ts';
import { type Context, describe } from './context.ts';
import type { Ticket } from './ticket.ts';

/** Some of the client's context exists no more; the session carries what is left of it. */
export class ContextGone extends Error {
  override readonly name = 'ContextGone';
  constructor(
    readonly ticket: Ticket,
    readonly context: Context,
    /** What the account said. */
    readonly reasons: readonly string[],
  ) {
    super(reasons.join('; '));
  }
}

/** Neither the client's own choice nor what the login gave this session exists any more. */
export class NothingLeft extends Error {
  override readonly name = 'NothingLeft';
  constructor(readonly ticket: Ticket) {
    super('neither what the client chose nor what the login gave exists any more');
  }
}

/** How the client hears that part of its context is gone. */
export function contextGoneError(gone: ContextGone): SnowpoolError {
  return new SnowpoolError(
    'session_lost',
    `Part of your context exists no more (${gone.reasons.map(withoutStop).join('; ')}). It is now: ${describe(gone.context)}. This statement was not run.`,
    'Choose anew with USE where that is not what you want, then run the statement again.',
  );
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

/** A call that waited for a session of another account, or under another default, than its connection has now. */
export function movedError(connection: string): SnowpoolError {
  return new SnowpoolError(
    'session_lost',
    `The settings of the connection ${connection} were changed while this statement waited for a session: it has another account, user or default now. This statement was not run.`,
    'Run it again where it is meant for the connection as it is now.',
  );
}
