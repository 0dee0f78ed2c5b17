import { SnowpoolError } from '../errors.ts';
import { DriverError } from '../pool/driver.ts';
import type { ExecutionPlan } from './execution-plan.ts';

/** The daemon ended the statement, as the account had not done so at its time limit. */
export function overdue(plan: ExecutionPlan): SnowpoolError {
  return new SnowpoolError(
    'deadline_exceeded',
    'The statement was ended at its time limit.',
    'Make the statement smaller, or raise the statement timeout of the profile.',
    { requestId: plan.requestId },
  );
}

/** The same, of a write of which the account does not say that it has ended. */
export function notEnded(): DriverError {
  return new DriverError('connection_lost', 'The account did not confirm the end of the statement at its time limit.');
}

/** The session is gone that held what cannot be had on another one. */
export function pinLost(error: DriverError): SnowpoolError {
  return new SnowpoolError(
    'session_lost',
    `The session that held this client's open transaction or temporary objects is gone: ${error.message.trim()}`,
    'Begin the transaction, or create the temporary objects, again.',
    {},
    { cause: error },
  );
}

/** A read whose session was ended under it in its second try, too. */
export function diedAgain(error: DriverError): SnowpoolError {
  const { code, sqlState, queryId } = error.details;
  return new SnowpoolError(
    'session_lost',
    `The statement was tried on two sessions, and the last one was ended while it ran: ${error.message.trim()}`,
    "Somebody, or a policy of the account, ends this user's sessions; try again when that is over.",
    {
      ...(code === undefined ? {} : { snowflakeCode: code }),
      ...(sqlState === undefined ? {} : { sqlState }),
      ...(queryId === undefined ? {} : { queryId }),
    },
    { cause: error },
  );
}

/** Not foreseen: what the log has more of. */
export function unsettled(error: unknown): SnowpoolError {
  return new SnowpoolError('internal', 'The session could not be given back in order.', '', {}, { cause: error });
}
