import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import snowflake from 'snowflake-sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { totp } from '../../../sandbox/sessions/passcode.ts';
import { connect, type DriverError, destroy, execute, failedConnect } from '../../support/driver.ts';
import { RawSession } from '../../support/raw-session.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (key: KeyObject) =>
  key.export({ format: 'pem', type: key.type === 'public' ? 'spki' : 'pkcs8' }).toString();

const stored = new Map<string, string>();
const SECRET = 'JBSWY3DPEHPK3PXP';

let sandbox: Sandbox;

beforeAll(async () => {
  snowflake.configure({
    customCredentialManager: {
      read: async (key: string) => stored.get(key) ?? null,
      write: async (key: string, token: string) => void stored.set(key, token),
      remove: async (key: string) => void stored.delete(key),
    },
  });
  sandbox = await startSandbox({
    accounts: {
      accounts: ['myorg-acc'],
      users: [
        { name: 'plain', password: 'pw', roles: ['SYSADMIN'], default_warehouse: null },
        { name: 'push', password: 'pw', mfa: { push: 'wait' } },
        { name: 'codes', password: 'pw', mfa: { passcodes: ['123456'], totp_secret: SECRET } },
        { name: 'duo', password: 'pw', mfa: { passcodes: ['123456'] } },
        { name: 'keys', rsa_public_key: pem(own.publicKey) },
        { name: 'oauth', oauth_tokens: [{ token: 'oauth-1' }, { token: 'oauth-short', expires_in_seconds: 60 }] },
        { name: 'pat', access_tokens: [{ token: 'pat-1' }, { token: 'pat-role', role: 'SYSADMIN' }] },
        { name: 'sso', roles: ['PUBLIC'] },
        { name: 'gone', password: 'pw', disabled: true },
        { name: 'old', password: 'pw', password_expired: true },
        { name: 'unenrolled', password: 'pw', mfa_required: true },
        { name: 'elsewhere', password: 'pw', allowed_ips: ['10.0.0.0/8'] },
      ],
    },
  });
});

afterAll(async () => {
  await sandbox.stop();
});

beforeEach(() => stored.clear());

const as = (username: string, extra: object = {}) =>
  sandbox.connectionOptions({ account: 'myorg-acc', username, password: 'pw', ...extra });

async function whoAmI(options: ReturnType<typeof as>): Promise<unknown> {
  const connection = await connect(options);
  const { rows } = await execute(
    connection,
    'SELECT CURRENT_USER() AS U, CURRENT_ROLE() AS R, CURRENT_WAREHOUSE() AS W',
  );
  await destroy(connection);
  return rows[0];
}

test('a password signs in with the roles and defaults of the accounts file', async () => {
  expect(await whoAmI(as('Plain'))).toEqual({ U: 'PLAIN', R: 'SYSADMIN', W: null });
});

test('a role that only the accounts file names is one of the account, and holds nothing', async () => {
  await sandbox.control.setUser({ name: 'analyst', password: 'pw', roles: ['night_watch'] });
  const connection = await connect(as('analyst'));
  expect(await execute(connection, 'SELECT CURRENT_ROLE() AS R')).toMatchObject({ rows: [{ R: 'NIGHT_WATCH' }] });
  expect((await execute(connection, "SHOW ROLES LIKE 'night_watch'")).rows).toHaveLength(1);
  await expect(execute(connection, 'CREATE DATABASE MINE')).rejects.toMatchObject({ code: '003001' });
  await destroy(connection);
});

test('an account that the file does not name answers HTTP 403', async () => {
  expect(await failedConnect(as('plain', { account: 'other' }))).toMatchObject({ code: 401002 });
});

test('names that come with the login fold as Snowflake folds them', async () => {
  const options = { role: 'sysadmin', warehouse: 'compute_wh', database: 'sandbox', schema: '"PUBLIC"' };
  const connection = await connect(as('plain', options));
  const { rows } = await execute(connection, 'SELECT CURRENT_ROLE() R, CURRENT_WAREHOUSE() W, CURRENT_SCHEMAS() S');
  expect(rows).toEqual([{ R: 'SYSADMIN', W: 'COMPUTE_WH', S: '["SANDBOX.PUBLIC"]' }]);
  await destroy(connection);
});

test('a role that was not granted to the user is refused at the login', async () => {
  expect(await failedConnect(as('plain', { role: 'ACCOUNTADMIN' }))).toMatchObject({ code: '390189' });
});

test.each([
  ['a disabled user', 'gone', '390101', /disabled/],
  ['an expired password', 'old', '390106', /password has expired/i],
  ['a user who must enrol a second factor first', 'unenrolled', '390197', /Multi-factor authentication is required/],
  ['an address outside the network policy', 'elsewhere', '390422', /IP\/Token 127\.0\.0\.1 is not allowed/],
])('%s is refused with its own code', async (_what, user, code, message) => {
  const error = await failedConnect(as(user));
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
});

test('an expired password can be changed in the answer to its refusal, as Python does', async () => {
  const change = { PASSWORD: 'pw', CHOSEN_NEW_PASSWORD: 'fresh', ACCOUNT_NAME: 'MYORG-ACC' };
  await sandbox.control.setUser({ name: 'expired', password: 'pw', password_expired: true });
  const refused = await RawSession.open(sandbox.url, 'expired', { PASSWORD: 'pw', ACCOUNT_NAME: 'MYORG-ACC' });
  expect(refused.login).toMatchObject({ success: false, data: { nextAction: 'PWD_CHANGE' } });
  expect((await RawSession.open(sandbox.url, 'expired', change)).login.success).toBe(true);
  await destroy(await connect(as('expired', { password: 'fresh' })));
});

test.each([
  ['plain', {}, 'NONE'],
  ['plain', { SECONDARY_ROLES: 'ALL' }, 'ALL'],
  ['every-role', {}, 'ALL'],
  ['every-role', { SECONDARY_ROLES: 'NONE' }, 'NONE'],
])('the secondary roles of %s with %j in its login are %s', async (user, asked, inUse) => {
  await sandbox.control.setUser({ name: 'every-role', password: 'pw', default_secondary_roles: 'ALL' });
  const session = await RawSession.open(sandbox.url, user, { PASSWORD: 'pw', ACCOUNT_NAME: 'MYORG-ACC', ...asked });
  const open = (await sandbox.control.sessions()).find(
    (one) => one.sessionId === String(session.login.data?.sessionId),
  );
  expect(open?.current.secondaryRoles).toBe(inUse);
});

test('a push holds the login until it is approved', async () => {
  const signingIn = connect(as('push', { authenticator: 'USERNAME_PASSWORD_MFA' }));
  await sandbox.control.until((stats) => stats.pushes.pending === 1);
  expect(await sandbox.control.approvePush('push')).toBe(1);
  await destroy(await signingIn);
});

test('a push that is denied fails the login', async () => {
  const failing = failedConnect(as('push'));
  await sandbox.control.until((stats) => stats.pushes.pending === 1);
  await sandbox.control.denyPush();
  expect(await failing).toMatchObject({ code: '390120' });
});

test('a push that nobody answers times out after a minute of the clock', async () => {
  const failing = failedConnect(as('push'));
  await sandbox.control.until((stats) => stats.pushes.pending === 1);
  await sandbox.control.turnClock(61_000);
  expect(await failing).toMatchObject({ code: '390126' });
});

test('passcodes are checked: fixed ones, time-based ones, and those at the end of the password', async () => {
  await destroy(await connect(as('codes', { passcode: '123456' })));
  await destroy(await connect(as('codes', { passcode: totp(SECRET, Date.now()) })));
  await destroy(await connect(as('codes', { password: 'pw123456', passcodeInPassword: true })));
  expect(await failedConnect(as('codes', { passcode: '654321' }))).toMatchObject({ code: '394507' });
  expect(await failedConnect(as('codes'))).toMatchObject({ code: '394508' });
  expect(await failedConnect(as('duo', { passcode: '654321' }))).toMatchObject({ code: '390127' });
  expect(await failedConnect(as('duo'))).toMatchObject({ code: '390132' });
});

test('an MFA token lets further logins pass without a second factor, where the account gives one', async () => {
  const options = as('push', {
    authenticator: 'USERNAME_PASSWORD_MFA',
    clientRequestMFAToken: true,
    clientStoreTemporaryCredential: true,
  });
  const first = connect(options);
  await sandbox.control.until((stats) => stats.pushes.pending === 1);
  await sandbox.control.approvePush();
  await destroy(await first);
  expect([...stored.values()]).toEqual([expect.stringMatching(/^mfa-/)]);
  await destroy(await connect(options));
  await sandbox.control.settings({ allowClientMfaCaching: false });
  const again = failedConnect(options);
  await sandbox.control.until((stats) => stats.pushes.pending === 1);
  await sandbox.control.denyPush();
  expect(await again).toMatchObject({ code: '390120' });
});

test('a key pair signs in, and every flaw of its token is the same error to the client', async () => {
  const withKey = (user: string, key: KeyObject, account = 'myorg-acc') =>
    sandbox.connectionOptions({ account, username: user, authenticator: 'SNOWFLAKE_JWT', privateKey: pem(key) });
  expect(await whoAmI(withKey('keys', own.privateKey))).toMatchObject({ U: 'KEYS' });
  const errors: DriverError[] = [];
  errors.push(await failedConnect(withKey('keys', foreign.privateKey)));
  errors.push(await failedConnect(withKey('plain', own.privateKey)));
  for (const error of errors) expect(error.message).toMatch(/^JWT token is invalid\. \[[0-9a-f-]{36}\]$/);
  expect(errors.map((error) => error.code)).toEqual(['390144', '390144']);
  const reasons = (await sandbox.control.loginFailures()).slice(-2).map((failure) => failure.errorCode);
  expect(reasons).toEqual([
    'JWT_TOKEN_INVALID_PUBLIC_KEY_FINGERPRINT_MISMATCH',
    'JWT_TOKEN_INVALID_PUBLIC_KEY_FINGERPRINT_MISMATCH',
  ]);
});

test('OAuth tokens are checked for user, life and being known', async () => {
  const withToken = (token: string, username = 'oauth') => as(username, { authenticator: 'OAUTH', token });
  expect(await whoAmI(withToken('oauth-1'))).toMatchObject({ U: 'OAUTH' });
  expect(await failedConnect(withToken('nonsense'))).toMatchObject({ code: '390303' });
  expect(await failedConnect(withToken('oauth-1', 'plain'))).toMatchObject({ code: '390309' });
  await sandbox.control.turnClock(61_000);
  expect(await failedConnect(withToken('oauth-short'))).toMatchObject({ code: '390318' });
});

test('a programmatic access token signs in by itself and in place of a password', async () => {
  expect(await whoAmI(as('pat', { authenticator: 'PROGRAMMATIC_ACCESS_TOKEN', token: 'pat-1' }))).toMatchObject({
    U: 'PAT',
  });
  expect(await whoAmI(as('pat', { password: 'pat-1' }))).toMatchObject({ U: 'PAT' });
  expect(await whoAmI(as('pat', { password: 'pat-role' }))).toMatchObject({ R: 'SYSADMIN' });
  expect(await failedConnect(as('pat', { authenticator: 'PROGRAMMATIC_ACCESS_TOKEN', token: 'pat-2' }))).toMatchObject({
    code: '394400',
  });
});

/** A person who signs in on the page that the driver opened. */
function person(user: string) {
  return async (url: string) => {
    // The driver fixes https and port 443 in the address (docs/sandbox-control.md).
    const page = new URL(url);
    const response = await fetch(`${sandbox.url}/console/login${page.search}`);
    expect(await response.text()).toContain('Sign in to the sandbox');
    const form = new URLSearchParams(page.search);
    form.set('login_name', user);
    await fetch(`${sandbox.url}/console/login`, { method: 'POST', body: form });
  };
}

test('the console page completes a browser sign-in, and an ID token makes the next ones silent', async () => {
  let opened = 0;
  const options = as('sso', {
    authenticator: 'EXTERNALBROWSER',
    disableConsoleLogin: false,
    clientStoreTemporaryCredential: true,
    openExternalBrowserCallback: (url: string) => {
      opened += 1;
      return person('sso')(url);
    },
  });
  expect(await whoAmI(options)).toMatchObject({ U: 'SSO', R: 'PUBLIC' });
  expect(await whoAmI(options)).toMatchObject({ U: 'SSO' });
  expect(opened).toBe(1);
});

test('somebody else at the page is refused as a mismatch', async () => {
  const options = as('plain', {
    authenticator: 'EXTERNALBROWSER',
    disableConsoleLogin: false,
    openExternalBrowserCallback: person('sso'),
  });
  expect(await failedConnect(options)).toMatchObject({ code: '390191' });
});

test('a kind of sign-in that the sandbox lacks is refused by name', async () => {
  const error = await failedConnect(as('plain', { authenticator: 'SOMETHING_ELSE' }));
  expect(error.code).toBe('390410');
  expect(error.message).toBe("The sandbox does not support signing in with authenticator 'SOMETHING_ELSE'.");
});
