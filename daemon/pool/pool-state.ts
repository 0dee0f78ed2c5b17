import type { SnowpoolError } from '../errors.ts';
import type { PoolState } from './contract.ts';
import type { LoginRefused } from './login-gate.ts';

/** What a pool's state is read from. */
export interface PoolFacts {
  readonly isDraining: boolean;
  /** How many clients hold the pool. */
  readonly users: number;
  readonly size: number;
  readonly floor: number;
  readonly opening: number;
  /** The last sign-in's failure; undefined once one has worked. */
  readonly failure: { readonly kind: LoginRefused['kind']; readonly error: SnowpoolError } | undefined;
  /** Sessions that did not answer the last check. */
  readonly unanswered: number;
  /** True where the next sign-in asks nobody. */
  readonly isSilent: boolean;
}

export interface DescribedState {
  readonly state: PoolState;
  readonly reason: string;
  readonly advice: string;
}

/** The pool's state with one sentence on why and one on what to do (DESIGN §5). */
export function describeState(facts: PoolFacts): DescribedState {
  const { failure, size, opening, floor, isSilent } = facts;
  if (facts.isDraining) return { state: 'draining', reason: 'Its sessions are being closed.', advice: '' };
  if (size === 0) return describeEmpty(facts);
  const open = `${size} ${size === 1 ? 'session is' : 'sessions are'} open`;
  if (failure) {
    return {
      state: 'degraded',
      reason: `${open} and can be used, but the last sign-in failed: ${failure.error.message}`,
      advice: failure.error.next,
    };
  }
  if (facts.unanswered > 0) {
    return {
      state: 'degraded',
      reason: `${open}, but ${facts.unanswered} did not answer the last health check.`,
      advice: 'Check the network; what does not answer again is replaced.',
    };
  }
  const rest = size < floor && opening > 0 && isSilent ? `, ${opening} more on the way` : '';
  return { state: 'healthy', reason: `${open}${rest}.`, advice: '' };
}

function describeEmpty({ failure, opening, floor, isSilent }: PoolFacts): DescribedState {
  if (failure && (opening === 0 || failure.kind === 'passing')) {
    const state =
      failure.kind === 'passing' ? 'unavailable' : failure.kind === 'final' ? 'credentials_rejected' : 'starting';
    return { state, reason: failure.error.message, advice: failure.error.next };
  }
  if (opening > 0) {
    return isSilent
      ? { state: 'starting', reason: 'Signing in.', advice: '' }
      : {
          state: 'starting',
          reason: 'A person is being asked to sign in.',
          advice: 'Answer the sign-in page or the push.',
        };
  }
  if (!isSilent) {
    return {
      state: 'starting',
      reason: 'Nobody has signed in yet; the next call asks for it.',
      advice: 'Call a tool, then answer the sign-in page or the push.',
    };
  }
  if (floor === 0) return { state: 'healthy', reason: 'No session is open; the next call signs in.', advice: '' };
  return { state: 'starting', reason: 'No session is open yet.', advice: '' };
}
