/** The sentences that callers read when no login comes about, each with what to do. */
import type { Profile } from '../config/profile.ts';
import { SnowpoolError } from '../errors.ts';
import type { DriverError } from './driver.ts';
import type { Verdict } from './verdicts.ts';

const askAgain = 'Change the credentials, or run `snowpool reconnect` to try the same ones again.';
const thenAgain = 'then run `snowpool reconnect`.';
const administratorFirst = `Ask an administrator of the account to lift it, ${thenAgain}`;
const otherAddress = `Sign in from an address that the network policy allows (through the VPN, say), or ask an administrator to add yours; ${thenAgain}`;

/** What to do where other credentials would not help, by Snowflake's code. */
const adviceByCode: Readonly<Record<string, string>> = {
  '390101': administratorFirst,
  '390102': `Wait until the lock is over or ask an administrator to lift it, ${thenAgain}`,
  '390106': 'Choose a new password in Snowflake and set it here.',
  '390189': 'Choose a role that this user has: SNOWFLAKE_ROLE, or role in connections.toml.',
  '390197': `Enrol a second factor in Snowflake, ${thenAgain} Or sign in without a password: with a key pair, an access token or the browser.`,
  '390201': 'Correct the name in SNOWFLAKE_WAREHOUSE, SNOWFLAKE_DATABASE or SNOWFLAKE_SCHEMA, or in connections.toml.',
  '390403': 'Correct the account: SNOWFLAKE_ACCOUNT, or account in connections.toml.',
  '390420': otherAddress,
  '390422': otherAddress,
};

export function credentialsRejected(profile: Profile, verdict: Verdict): SnowpoolError {
  return new SnowpoolError(
    'credentials_rejected',
    `Signing in to ${target(profile)} was refused: ${verdict.message}`,
    adviceByCode[verdict.code] ?? askAgain,
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

/** `last`: what the last of them failed with; empty where that is not known. */
export function gateIsOpen(profile: Profile, waitMs: number, last: string): SnowpoolError {
  const when = waitMs > 0 ? `in ${Math.ceil(waitMs / 1_000)} s` : 'now, by another call';
  return new SnowpoolError(
    'account_unreachable',
    `Several sign-ins to ${target(profile)} in a row failed${last === '' ? '' : ` (the last: ${last.replace(/\.$/, '')})`}; the next is tried ${when}.`,
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
