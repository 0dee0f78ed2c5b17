import { SnowpoolError } from '../errors.ts';

/** What a pinned session held and no other session can be given. */
export interface Held {
  readonly isTransaction: boolean;
  readonly isTemporary: boolean;
}

export const nothingHeld: Held = { isTransaction: false, isTemporary: false };

export interface Loss extends Held {
  /** Why, as the end of a sentence: `the session was idle for 10 minutes`. */
  readonly reason: string;
}

/** For people and status; empty where nothing is held. */
export function heldText({ isTransaction, isTemporary }: Held): string {
  return [isTransaction ? 'an open transaction' : '', isTemporary ? 'temporary objects' : '']
    .filter((part) => part !== '')
    .join(' and ');
}

/** The error that reports a loss, once (DESIGN §6). */
export function lossError(loss: Loss, wasRun: boolean): SnowpoolError {
  const what = [
    loss.isTransaction ? 'its open transaction was rolled back' : '',
    loss.isTemporary ? 'its temporary objects are gone' : '',
  ].filter((part) => part !== '');
  return new SnowpoolError(
    'session_lost',
    `The session that held ${heldText(loss)} for you ended, because ${loss.reason}: ${what.join(' and ')}.${wasRun ? '' : ' This statement was not run.'}`,
    loss.isTransaction
      ? 'Begin the transaction again from its first statement. Role, warehouse, schema, parameters and variables were kept.'
      : 'Create the temporary objects again. Role, warehouse, schema, parameters and variables were kept.',
    { lost: heldText(loss) },
  );
}
