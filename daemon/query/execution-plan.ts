import type { StatementEffects } from '../clients/contract.ts';
import { noEffects } from './guard/effects.ts';

/** What is to be run, decided before anything is asked of the account. */
export interface ExecutionPlan {
  /** As it will be sent. */
  readonly sql: string;
  readonly kind: string;
  /** A read, a choice of the client's own context, or BEGIN: run again after its session died, it does what it was to do once. */
  readonly isRepeatable: boolean;
  readonly effects: StatementEffects;
  readonly requestId: string;
  readonly tool: string;
  /** True for a statement of the daemon's own making: it is not what the client's LAST_QUERY_ID() means. */
  readonly isInternal: boolean;
  /** Stored names, for this one statement. */
  readonly override?: { readonly database?: string; readonly schema?: string };
  readonly needsLastSession: boolean;
  /** True: BEGIN before and COMMIT after, on the same session. */
  readonly isOwnTransaction: boolean;
  /** Ms on the monotonic clock: a clock that is set, or a machine that sleeps, takes nothing of a call's time. */
  readonly deadline: number;
  /**
   * Judges again by the database that is current once the statement's turn has come: one that the client sent along may
   * have chosen another. Throws SnowpoolError statement_refused.
   */
  readonly judgeIn: (database: string | undefined) => void;
}

/** Kinds that a transaction holds back until its COMMIT. */
const changesRows: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);
/** Kinds that commit by themselves in a part, or write where no transaction reaches. */
const changesAnything = /^(?:COPY INTO|CALL|EXECUTE IMMEDIATE|ANONYMOUS BLOCK|UNKNOWN)$/;

/** What becomes of a statement of that kind in a transaction that ends with its session: all, a part or nothing of it is undone. */
export function undoneWith(kind: string): 'all' | 'part' | 'none' {
  if (changesRows.has(kind)) return 'all';
  return changesAnything.test(kind) ? 'part' : 'none';
}

/** BEGIN or ROLLBACK around a statement that the client wants in a transaction of its own. */
export function transactionStep(
  sql: 'BEGIN' | 'ROLLBACK',
  tool: string,
  requestId: string,
  deadline: number,
): ExecutionPlan {
  return {
    sql,
    kind: sql,
    isRepeatable: true,
    effects: { ...noEffects, transaction: sql === 'BEGIN' ? 'begin' : 'rollback' },
    requestId,
    tool,
    isInternal: true,
    needsLastSession: false,
    isOwnTransaction: false,
    deadline,
    judgeIn: () => undefined,
  };
}
