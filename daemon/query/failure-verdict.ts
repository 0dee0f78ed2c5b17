import type { Attachment } from '../clients/contract.ts';
import type { SnowpoolError } from '../errors.ts';
import type { DriverError } from '../pool/driver.ts';
import { diedAgain, overdue, pinLost } from './execution-errors.ts';
import type { ExecutionPlan } from './execution-plan.ts';
import type { LostStatement } from './outcome-lookup.ts';
import type { SecondTries } from './second-tries.ts';
import { statementError, withNotices } from './statement-error.ts';

/** A statement that failed, and the loan that was settled after it. */
export interface Failure {
  readonly error: DriverError;
  /** What settling the loan has to say. */
  readonly told: SnowpoolError | undefined;
  readonly isPinned: boolean;
  /** What of an open transaction went with the statement. */
  readonly transaction: LostStatement['transaction'];
  /** True where it ran, or may have, before its session was gone. */
  readonly didRun: boolean;
  /** True where it was to be ended at its time limit. */
  readonly isOverdue: boolean;
  readonly queryId: string | undefined;
  /** For the error's text. */
  readonly notices: readonly string[];
}

/**
 * What follows a failed statement (DESIGN §7, retries): undefined where it is to be tried on another session, else the error that
 * its client is told. Only what changes nothing is sent again once it may have run.
 */
export async function verdictOn(
  failure: Failure,
  options: {
    readonly attachment: Attachment;
    readonly plan: ExecutionPlan;
    readonly lookUp: (attachment: Attachment, lost: LostStatement) => Promise<SnowpoolError>;
  },
  tries: SecondTries,
): Promise<SnowpoolError | undefined> {
  const { error, told, isPinned, transaction, didRun, isOverdue, queryId, notices } = failure;
  const { attachment, plan, lookUp } = options;
  if (error.fault === 'connection_lost' && !plan.isRepeatable) {
    const { requestId, kind, isOwnTransaction } = plan;
    const isTemporary = plan.effects.temporary;
    return lookUp(attachment, { queryId, requestId, kind, isOwnTransaction, transaction, isTemporary, error });
  }
  if (told) return told;
  const isGone = error.fault === 'session_gone' || error.fault === 'connection_lost';
  if (isGone && isPinned) return pinLost(error);
  const wasRefused = error.fault === 'session_gone' && !didRun;
  if (isGone && (wasRefused ? tries.mayBeRefused() : tries.mayRunAgain())) return undefined;
  if (isOverdue && error.fault === 'aborted') return withNotices(overdue(plan), notices);
  return withNotices(didRun ? diedAgain(error) : statementError(error, plan.sql), notices);
}
