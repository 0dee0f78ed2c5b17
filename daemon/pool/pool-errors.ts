/** The sentences for calls that get no session, each naming what stood in the way. */
import type { Profile } from '../config/profile.ts';
import { SnowpoolError } from '../errors.ts';
import type { AcquireRequest } from './contract.ts';
import type { Entry } from './entry.ts';
import { target } from './login-errors.ts';

export function draining(): SnowpoolError {
  return new SnowpoolError(
    'draining',
    'The daemon is closing its sessions and takes no new calls.',
    'Call again in a moment; the front-end finds the next daemon by itself.',
  );
}

export function cancelled(): SnowpoolError {
  return new SnowpoolError('cancelled', 'The call was cancelled before it had a session.');
}

/** The account did not answer on a session that only a person could replace. */
export function unanswered(profile: Profile): SnowpoolError {
  return new SnowpoolError(
    'account_unreachable',
    `The session of ${target(profile)} did not answer; it is kept, as a new one would ask you to sign in again.`,
    'Check the network, then call again.',
  );
}

/** The waiting time is over: says who holds the sessions, or what the sign-in waits for. */
export function timedOut(facts: {
  readonly profile: Profile;
  readonly request: AcquireRequest;
  readonly nowMs: number;
  readonly waitedMs: number;
  readonly place: number;
  readonly max: number;
  readonly opening: number;
  readonly isSilent: boolean;
  readonly sessions: readonly Entry[];
}): SnowpoolError {
  const { profile, sessions, opening, isSilent } = facts;
  const seconds = Math.round(facts.waitedMs / 100) / 10;
  const isLate = facts.request.deadline <= facts.nowMs;
  if (sessions.length === 0 && opening > 0) {
    return new SnowpoolError(
      isLate ? 'deadline_exceeded' : 'account_unreachable',
      `Signing in to ${target(profile)} has taken more than ${seconds} s; it goes on.`,
      isSilent ? 'Call again.' : 'Answer the sign-in page or the push, then call again.',
    );
  }
  const holders = holdersOf(sessions);
  const held = holders.length === 0 ? '' : ` They are held by ${holders.join(', ')}.`;
  return new SnowpoolError(
    isLate ? 'deadline_exceeded' : 'pool_exhausted',
    `No session of ${target(profile)} became free within ${seconds} s: ${sessions.length} of at most ${facts.max} are open, and this call was number ${facts.place} in line.${held}`,
    'Call again, end what holds the sessions, or raise SNOWFLAKE_POOL_MAX_SIZE.',
    { place: facts.place, poolSize: sessions.length, maxSize: facts.max, holders },
  );
}

function holdersOf(sessions: readonly Entry[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { lease } of sessions) {
    if (!lease) continue;
    const label = lease.isPinned ? `${lease.holder} (pinned)` : lease.holder;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].map(([label, count]) => (count === 1 ? label : `${label} × ${count}`));
}
