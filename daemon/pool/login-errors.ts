/** The sentences that callers read when no login comes about, each with what to do. */
import type { Profile } from '../config/profile.ts';
import { SnowpoolError } from '../errors.ts';
import type { DriverError } from './driver.ts';
import type { Verdict } from './verdicts.ts';

/** Snowflake's code for a role that the user has not. */
const unknownRole = '390189';
const otherRole = 'Choose a role that this user has: SNOWFLAKE_ROLE, or role in connections.toml.';
const askAgain = 'Change the credentials, or run `snowpool reconnect` to try the same ones again.';

export function credentialsRejected(profile: Profile, verdict: Verdict): SnowpoolError {
  return new SnowpoolError(
    'credentials_rejected',
    `Signing in to ${target(profile)} was refused: ${verdict.message}`,
    verdict.code === unknownRole ? otherRole : askAgain,
    { ...(verdict.code === '' ? {} : { snowflakeCode: verdict.code }), sinceMs: verdict.atMs },
  );
}

const lock = 'Snowflake locks a user after five failed ones in a row.';

/** `untilMs`: epoch ms when the next login may be tried. `isCertain`: the account called at least one of them failed. */
export function tooManyRecently(
  profile: Profile,
  failures: number,
  untilMs: number,
  isCertain: boolean,
): SnowpoolError {
  const when = `the next is tried when it is asked for after ${new Date(untilMs).toISOString()}`;
  return isCertain
    ? new SnowpoolError(
        'credentials_rejected',
        `${failures} sign-ins to ${target(profile)} failed, or may have, within 15 minutes; ${lock}`,
        `Check the credentials; ${when}.`,
        { untilMs },
      )
    : new SnowpoolError(
        'account_unreachable',
        `${failures} sign-ins to ${target(profile)} within 15 minutes got no answer and may have counted as failed; ${lock}`,
        `Run \`snowpool reconnect\` to try at once, else ${when}.`,
        { untilMs },
      );
}

/** So many failed without one that worked between them that only a person should say whether another is tried. */
export function tooManyInARow(profile: Profile, failures: number, isCertain: boolean): SnowpoolError {
  return new SnowpoolError(
    isCertain ? 'credentials_rejected' : 'account_unreachable',
    `${failures} sign-ins to ${target(profile)} in a row failed, or may have; ${lock}`,
    'Check the credentials, then run `snowpool reconnect`.',
  );
}

export function accountUnreachable(profile: Profile, error: DriverError): SnowpoolError {
  return new SnowpoolError(
    'account_unreachable',
    `Signing in to ${target(profile)} failed: ${error.message}`,
    'Check the network and the account name; it is tried again by itself.',
    error.details.code === undefined ? {} : { snowflakeCode: error.details.code },
    { cause: error },
  );
}

export function gateIsOpen(profile: Profile, waitMs: number): SnowpoolError {
  const when = waitMs > 0 ? `in ${Math.ceil(waitMs / 1_000)} s` : 'now, by another call';
  return new SnowpoolError(
    'account_unreachable',
    `Several sign-ins to ${target(profile)} in a row failed; the next is tried ${when}.`,
    'Check the network and the account name, then call again.',
    { retryInMs: Math.ceil(waitMs) },
  );
}

/** `untilMs`: epoch ms when the next login may be tried. */
export function endedAtOnce(profile: Profile, sessions: number, untilMs: number): SnowpoolError {
  return new SnowpoolError(
    'account_unreachable',
    `Signing in to ${target(profile)} works, but the account ended ${sessions} sessions in a row before anything ran on them; the next sign-in is made after ${new Date(untilMs).toISOString()}.`,
    'Somebody, or a policy of the account, ends them: ask its administrator, then run `snowpool reconnect` to try at once.',
    { untilMs },
  );
}

/** The same where at least one of the connections broke, whatever stood in its way. `untilMs`: epoch ms. */
export function brokeAtOnce(profile: Profile, sessions: number, untilMs: number): SnowpoolError {
  return new SnowpoolError(
    'account_unreachable',
    `Signing in to ${target(profile)} works, but the connections of ${sessions} sessions in a row broke before anything was answered on them; the next sign-in is made after ${new Date(untilMs).toISOString()}.`,
    'Check the network, and the proxy where there is one, then run `snowpool reconnect` to try at once.',
    { untilMs },
  );
}

export function personNeeded(profile: Profile, error: DriverError): SnowpoolError {
  return new SnowpoolError(
    'credentials_rejected',
    `Signing in to ${target(profile)} needs a person: ${error.message}`,
    'Call again from a client with a screen; its sign-in page is opened then.',
    error.details.code === undefined ? {} : { snowflakeCode: error.details.code },
    { cause: error },
  );
}

/** The account and user as a person names them. */
export function target({ account, user }: Pick<Profile, 'account' | 'user'>): string {
  return `account ${account} as ${user || 'the token’s user'}`;
}
