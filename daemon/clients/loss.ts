import { SnowpoolError } from '../errors.ts';

/** What a pinned session held and no other session can be given. */
export interface Held {
  readonly isTransaction: boolean;
  readonly isTemporary: boolean;
  /** Its current schema or database was dropped: no statement brings another session there. */
  readonly isNowhere?: boolean | undefined;
}

export const nothingHeld: Held = { isTransaction: false, isTemporary: false };

export interface Loss extends Held {
  /** Why, as a clause: `it was idle for 10 minutes`. */
  readonly reason: string;
  /** True where the client begins with a fresh context, too. */
  readonly isAnew?: boolean;
}

/** True where a session must be kept for its client. */
export function isKept(held: Held): boolean {
  return held.isTransaction || held.isTemporary || held.isNowhere === true;
}

/** Why a session is kept, for people. */
export function keptText(held: Held): string {
  return heldText(held) || (held.isNowhere ? 'a current schema that exists no more' : '');
}

/** What is lost with the session, for people; empty where that is nothing but a state that can be told when it is met. */
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
    heldText(loss) === '' ? 'the schema that was current exists no more' : '',
  ].filter((part) => part !== '');
  return new SnowpoolError(
    'session_lost',
    `The session that held ${keptText(loss)} for you ended (${loss.reason.replace(/\.$/, '')}): ${what.join(' and ')}.${wasRun ? '' : ' This statement was not run.'}`,
    `${adviceOn(loss)} ${keptOf(loss)}`,
    { lost: heldText(loss) },
  );
}

function adviceOn({ isTransaction, isTemporary }: Loss): string {
  if (isTransaction) return 'Begin the transaction again from its first statement.';
  return isTemporary ? 'Create the temporary objects again.' : 'Choose a schema with USE.';
}

function keptOf(loss: Loss): string {
  if (loss.isAnew) return 'Role, warehouse, schema, parameters and variables are as after a sign-in.';
  const schema = heldText(loss) === '' ? '' : ' schema,';
  return `Role, warehouse,${schema} parameters and variables were kept.`;
}
