/**
 * What the daemon stands on in snowflake-sdk beside its documentation (DRIVER.md §2, §3; daemon/pool/snowflake/sdk.ts): a new
 * version must not change any of this unnoticed. Against the real sandbox.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../daemon/clock.ts';
import { connectOptions } from '../../daemon/pool/snowflake/connect-options.ts';
import { loadSdk, type Sdk, type SdkConnection } from '../../daemon/pool/snowflake/sdk.ts';
import { SignInTokens } from '../../daemon/pool/snowflake/sign-in-tokens.ts';
import { Wait } from '../../daemon/pool/snowflake/wire.ts';
import { log, type ProfileChoice, profileFor } from '../support/pools.ts';
import { type Sandbox, startSandbox } from '../support/sandbox.ts';

const require = createRequire(import.meta.url);
const tokens = new SignInTokens(systemClock);
let sandbox: Sandbox;
let sdk: Sdk;

beforeAll(async () => {
  sandbox = await startSandbox({ answerWithinMs: 200 });
  sdk = await loadSdk({ log, tokens });
});
afterAll(() => sandbox.stop());

function connection(choice: ProfileChoice = {}): SdkConnection {
  const endpoint = { protocol: 'http', host: sandbox.host, port: sandbox.port } as const;
  return sdk.createConnection(connectOptions(profileFor(sandbox, choice), endpoint, undefined));
}

/** How the login failed; undefined where it did not. */
function connected(made: SdkConnection): Promise<unknown> {
  return new Promise((resolve) => made.connect((error) => resolve(error ?? undefined)));
}

interface Answer {
  readonly error:
    | { readonly code?: unknown; readonly name?: string; readonly data?: unknown; readonly cause?: unknown }
    | undefined;
  readonly body: { readonly success?: boolean; readonly code?: string | null; readonly data?: unknown } | undefined;
}

function ask(made: SdkConnection, sql: string, params: object = {}): Promise<Answer> {
  return new Promise((resolve) => {
    made.service.request({
      method: 'POST',
      url: `/queries/v1/query-request?requestId=${crypto.randomUUID()}`,
      headers: { Accept: 'application/snowflake' },
      json: { sqlText: sql },
      params,
      callback: (error, body) => resolve({ error: error as Answer['error'], body: body as Answer['body'] }),
    });
  });
}

const requests = async () => (await sandbox.control.stats()).requests;

test('the version is pinned exactly', () => {
  const root = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(root.dependencies['snowflake-sdk']).toBe(require('snowflake-sdk/package.json').version);
});

test('the core takes our HTTP client, connection class and logger, and a login’s answer passes through them', async () => {
  const made = connection({ user: 'CONTRACT', sessionParameters: {} });
  made.wire.sessionParameters = { TIMEZONE: 'Asia/Tokyo' };
  expect(await connected(made)).toBeUndefined();
  expect(made.service.isConnected()).toBe(true);
  expect(made.wire.login).toMatchObject({
    sessionId: expect.stringMatching(/^\d+$/),
    current: { role: 'ACCOUNTADMIN' },
  });
  expect(made.wire.tokens).toEqual({ sessionToken: expect.any(String), masterToken: expect.any(String) });
  const { body } = await ask(made, "SELECT TO_VARCHAR(CURRENT_TIMESTAMP, 'TZH')");
  expect(body?.data).toMatchObject({ rowset: [['+09']] });
});

test('what the account tells one login of parameters is not kept for every other session of the process', async () => {
  const parameters = require('snowflake-sdk/dist/lib/parameters');
  const made = connection({ user: 'PARAMETERS' });
  made.wire.sessionParameters = { JS_TREAT_INTEGER_AS_BIGINT: true };
  expect(await connected(made)).toBeUndefined();
  expect((await ask(made, 'SELECT 1')).body?.data).toMatchObject({
    parameters: expect.arrayContaining([{ name: 'JS_TREAT_INTEGER_AS_BIGINT', value: true }]),
  });
  expect(parameters.getValue('JS_TREAT_INTEGER_AS_BIGINT')).toBe(false);
  parameters.update([{ name: 'JS_TREAT_INTEGER_AS_BIGINT', value: true }]);
  expect(parameters.getValue('JS_TREAT_INTEGER_AS_BIGINT')).toBe(true);
});

test('a refused login is one request, and its callback gets code and message', async () => {
  await sandbox.control.setUser({ name: 'REFUSED', password: 'right' });
  const before = (await requests()).login ?? 0;
  const error = await connected(connection({ user: 'REFUSED', password: 'wrong' }));
  expect(error).toMatchObject({
    name: 'OperationFailedError',
    code: '390100',
    message: expect.stringContaining('Incorrect'),
  });
  expect(((await requests()).login ?? 0) - before).toBe(1);
});

test('a login that meets a 503 is sent once, with no retries of the driver’s own', async () => {
  await sandbox.control.fault({ action: { kind: 'status', status: 503 }, endpoints: ['login'], user: 'ONCE' });
  const before = (await requests()).login ?? 0;
  expect(await connected(connection({ user: 'ONCE' }))).toMatchObject({
    name: 'RequestFailedError',
    response: { statusCode: 503 },
  });
  expect(((await requests()).login ?? 0) - before).toBe(1);
  await sandbox.control.clearFaults();
});

test('an account that cannot be reached is a network error with the cause’s code', async () => {
  const endpoint = { protocol: 'http', host: '127.0.0.1', port: 1 } as const;
  const made = sdk.createConnection(connectOptions(profileFor(sandbox), endpoint, undefined));
  expect(await connected(made)).toMatchObject({ name: 'NetworkError', cause: { code: 'ECONNREFUSED' } });
});

test('a login and statements send no telemetry', async () => {
  const made = connection();
  await connected(made);
  await ask(made, "SELECT 12345678901234567890, 'x'::VARIANT");
  expect((await requests()).telemetry).toBeUndefined();
});

test('any text goes to the account as it is, and the answer comes back raw', async () => {
  const made = connection();
  await connected(made);
  const { body } = await ask(made, 'SELECT 12345678901234567890123456789012345678 AS n');
  expect(body).toMatchObject({ success: true, data: { rowset: [['12345678901234567890123456789012345678']] } });
  const { error } = await ask(made, 'get_nothing');
  expect(error).toMatchObject({ name: 'OperationFailedError', code: '001003', data: { sqlState: '42000' } });
});

test('the request’s params object reaches the HTTP client, so that a wait can be ended', async () => {
  const made = connection();
  await connected(made);
  const wait = new Wait();
  const answer = ask(made, 'SELECT SYSTEM$WAIT(60)', wait);
  await sandbox.control.until(({ statements }) => statements.running > 0);
  wait.end();
  expect((await answer).error).toMatchObject({ name: 'NetworkError', cause: { code: 'ERR_CANCELED' } });
});

test('an expired session token is renewed and the request repeated unseen', async () => {
  const made = connection({ user: 'RENEWED' });
  await connected(made);
  const before = made.wire.tokens?.sessionToken;
  await sandbox.control.expireTokens({ user: 'RENEWED' });
  expect((await ask(made, 'SELECT 1')).body?.success).toBe(true);
  expect(made.wire.tokens?.sessionToken).not.toBe(before);
});

test('a killed session is client error 407002, whatever the account said', async () => {
  const made = connection({ user: 'KILLED' });
  await connected(made);
  await sandbox.control.killSessions({ user: 'KILLED' });
  expect((await ask(made, 'SELECT 1')).error).toMatchObject({ code: 407002 });
  expect(made.service.isConnected()).toBe(false);
});

test('session and master token make a connection without a login', async () => {
  const first = connection({ user: 'ADOPTED' });
  await connected(first);
  const endpoint = { protocol: 'http', host: sandbox.host, port: sandbox.port } as const;
  const options = connectOptions(profileFor(sandbox), endpoint, undefined);
  const second = sdk.createConnection({ ...options, ...first.wire.tokens });
  expect((await ask(second, 'SELECT CURRENT_USER()')).body?.data).toMatchObject({ rowset: [['ADOPTED']] });
});

test('tokens for silent sign-in go through our credential manager, under keys that we can name', async () => {
  await sandbox.control.setUser({ name: 'CACHED', password: 'right', mfa: { push: 'approve' } });
  const choice = { user: 'CACHED', credentials: { kind: 'mfa', password: 'right' } } as const;
  const made = connection(choice);
  expect(await connected(made)).toBeUndefined();
  expect(made.wire.login?.hasSignInToken).toBe(true);
  expect(tokens.isFresh(sdk.tokenKey('MfaToken', made.config))).toBe(true);
  await sandbox.control.setUser({ name: 'CACHED', password: 'right', mfa: { push: 'deny' } });
  expect(await connected(connection(choice))).toBeUndefined();
});

test('the driver’s own log goes through ours: nothing of it reaches stdout', () => {
  const program = `
    import { loadSdk } from './daemon/pool/snowflake/sdk.ts';
    const silent = { isLevelEnabled: () => false };
    const sdk = await loadSdk({ log: silent, tokens: { read: async () => null, write: async () => {}, remove: async () => {} } });
    const made = sdk.createConnection({ account: 'a', username: 'u', password: 'p', accessUrl: 'http://127.0.0.1:1', sfRetryMaxLoginRetries: 0 });
    made.connect(() => process.exit(0));
  `;
  const built = require('esbuild').buildSync({
    stdin: { contents: program, resolveDir: new URL('../..', import.meta.url).pathname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    write: false,
  });
  const ran = spawnSync(process.execPath, ['--input-type=module', '-e', built.outputFiles[0].text], {
    cwd: new URL('../..', import.meta.url).pathname,
    encoding: 'utf8',
  });
  expect({ status: ran.status, stdout: ran.stdout }).toEqual({ status: 0, stdout: '' });
});
