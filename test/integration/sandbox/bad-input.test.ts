import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, destroy, execute } from '../../support/driver.ts';
import { RawSession } from '../../support/raw-session.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

let sandbox: Sandbox;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snowpool-test-'));
  sandbox = await startSandbox({ ownerToken: 'own' });
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  expect(await sandbox.stop()).toBe(0);
});

/** Runs the program to its end. */
function run(...args: string[]): Promise<{ code: number; stderr: string; stdout: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/sandbox.mjs', ...args], { timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stderr, stdout });
    });
  });
}

test.each([
  [['--colour', 'red'], /^snowpool sandbox: Unknown option '--colour'\. Allowed: --port, /],
  [['--load', '/nowhere'], /^snowpool sandbox: .*\/nowhere/],
])('%j ends with one line on stderr and exit code 2', async (args, line) => {
  const { code, stderr, stdout } = await run('--no-sample-data', ...args);
  expect(stderr).toMatch(line);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test('a mistake in the accounts file is named with its place', async () => {
  const file = join(folder, 'accounts.toml');
  writeFileSync(file, '[[users]]\nname = "ann"\nrsa_public_key = "nonsense"\n');
  const { code, stderr } = await run('--accounts', file);
  expect(stderr).toBe(
    `snowpool sandbox: --accounts ${file}: users.0.rsa_public_key: is no RSA public key (PEM, with or without BEGIN and END lines)\n`,
  );
  expect(code).toBe(2);
});

test('a port that is taken ends with exit code 1', async () => {
  const { code, stderr } = await run('--no-sample-data', '--port', String(sandbox.port));
  expect(stderr).toMatch(new RegExp(`^snowpool sandbox: port ${sandbox.port} on 127\\.0\\.0\\.1 is taken`));
  expect(code).toBe(1);
});

const LOGIN = '/session/v1/login-request';
const QUERY = '/queries/v1/query-request?requestId=1';

test.each<[string, string, RequestInit, number]>([
  ['an unknown path', '/nothing', {}, 404],
  ['a wrong method', LOGIN, { method: 'GET' }, 405],
  ['no body', LOGIN, { method: 'POST' }, 400],
  ['a body that is no JSON', LOGIN, { method: 'POST', body: '{{{' }, 400],
  ['binary garbage', LOGIN, { method: 'POST', body: Buffer.from([0, 255, 1, 254, 31]) }, 400],
  ['false gzip', LOGIN, { method: 'POST', body: Buffer.from([0x1f, 0x8b, 1, 2, 3]) }, 400],
  ['JSON of another shape', LOGIN, { method: 'POST', body: '[1,2]' }, 400],
  ['a field of another type', LOGIN, { method: 'POST', body: '{"data":{"LOGIN_NAME":{"a":1}}}' }, 400],
  ['a query without a token', QUERY, { method: 'POST', body: '{"sqlText":"select 1"}' }, 401],
  ['a token of another scheme', QUERY, { method: 'POST', headers: { authorization: 'Bearer x' }, body: '{}' }, 401],
  ['a renewal without a token', '/session/token-request', { method: 'POST', body: '{"requestType":"RENEW"}' }, 401],
  ['a result without a token', '/queries/x/result', {}, 401],
  ['a chunk without its key', '/results/01c89ab9-9bf7-614c-158e-000000000001/0', {}, 403],
  ['a path with strange bytes', '/queries/%00%ff/result', {}, 404],
  ['a sign-in page without its parts', '/console/login', {}, 400],
  [
    'a browser look-up of something else',
    '/session/authenticator-request',
    { method: 'POST', body: '{"data":{}}' },
    400,
  ],
])('%s is answered with 4xx', async (_what, path, init, status) => {
  const response = await fetch(`${sandbox.url}${path}`, init);
  expect(response.status).toBe(status);
});

test.each([
  ['no HTTP', 'this is no HTTP', 400],
  ['a header of 100 KB', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(100_000)}`, 400],
  ['a length and chunks at once', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked', 400],
  ['chunks that are none', `POST ${QUERY} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz`, 400],
  ['meant for a proxy', 'CONNECT example.com:443 HTTP/1.1\r\nhost: x', 405],
])('a request that is %s is answered and closed', async (_what, request, status) => {
  const socket = createConnection(sandbox.port, '127.0.0.1');
  socket.write(`${request}\r\n\r\n`);
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (data) => {
      text += data.toString();
    });
    socket.on('close', () => resolve(text));
  });
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
});

test('bodies beyond 64 MB are refused, packed ones too; those of other requests than queries beyond 1 MB', async () => {
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, 32));
  const large = Buffer.alloc(1024 * 1024 + 1, 32);
  expect((await fetch(`${sandbox.url}${LOGIN}`, { method: 'POST', body: large })).status).toBe(413);
  expect((await fetch(`${sandbox.url}${LOGIN}`, { method: 'POST', body: bomb })).status).toBe(413);
  const socket = createConnection(sandbox.port, '127.0.0.1');
  socket.write(`POST ${QUERY} HTTP/1.1\r\nhost: x\r\ncontent-length: ${70 * 1024 * 1024}\r\n\r\n`);
  const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
  expect(answer).toMatch(/^HTTP\/1\.1 413/);
  socket.destroy();
});

test('a body of more objects and arrays than any driver sends is refused unread, a text that looks like one is not', async () => {
  const session = await RawSession.open(sandbox.url, 'GARBAGE');
  const headers = session.headers();
  const post = (body: string | Buffer) =>
    fetch(`${sandbox.url}${QUERY}?requestId=${randomUUID()}`, { method: 'POST', headers, body });
  expect((await post(gzipSync(`{"sqlText":"SELECT 1","x":[${'{},'.repeat(600_000)}1]}`))).status).toBe(413);
  const text = '[{\\"'.repeat(400_000);
  const answer = await post(`{"sqlText":"SELECT LENGTH(?)","bindings":{"1":{"type":"TEXT","value":"${text}"}}}`);
  expect(await answer.json()).toMatchObject({ success: true, data: { rowset: [['1200000']] } });
});

test('large bodies that come at once are refused beyond a bound, small ones are still answered', async () => {
  const sockets = Array.from({ length: 10 }, () => createConnection(sandbox.port, '127.0.0.1'));
  const answers = sockets.map(
    (socket) =>
      new Promise<string>((resolve) => {
        socket.on('error', () => undefined);
        socket.once('data', (data) => resolve(data.toString()));
        socket.write(`POST ${QUERY} HTTP/1.1\r\nhost: x\r\ncontent-length: ${64 * 1024 * 1024}\r\n\r\n`);
        // One byte is held back, so that none of them ends.
        socket.write(Buffer.alloc(64 * 1024 * 1024 - 1, 32));
      }),
  );
  expect(await Promise.race(answers)).toMatch(/^HTTP\/1\.1 429/);
  const session = await RawSession.open(sandbox.url, 'GARBAGE');
  expect(await session.query({ sqlText: 'SELECT 1' })).toMatchObject({ status: 200, success: true });
  for (const socket of sockets) socket.destroy();
});

test('the message of an error holds no value of any length', async () => {
  const session = await RawSession.open(sandbox.url, 'GARBAGE');
  const { message } = await session.query({ sqlText: "SELECT REPEAT('x', 1000000)::INT" });
  expect(message).toMatch(/^Numeric value 'xxx/);
  expect(String(message).length).toBeLessThan(10_000);
});

test.each<[string, object]>([
  ['no text', {}],
  ['a text that is no text', { sqlText: 5 }],
  ['bindings that are none', { sqlText: 'select 1', bindings: [1] }],
  ['a bind without a type', { sqlText: 'select 1', bindings: { 1: { value: '1' } } }],
  [
    'array binds of unequal length',
    { sqlText: 'select 1', bindings: { 1: { type: 'TEXT', value: ['1'] }, 2: { type: 'TEXT', value: [] } } },
  ],
  ['parameters that are none', { sqlText: 'select 1', parameters: 'x' }],
  ['a parameter that is too long', { sqlText: 'select 1', parameters: { QUERY_TAG: 'x'.repeat(40_000) } }],
])('a query with %s is answered with 400', async (_what, body) => {
  const session = await RawSession.open(sandbox.url, 'GARBAGE');
  expect((await session.query(body)).status).toBe(400);
  expect(await session.query({ sqlText: 'SELECT 1' })).toMatchObject({ status: 200, success: true });
});

test('whatever is sent to whichever endpoint, with a good token or none, the answer is no server error', async () => {
  const session = await RawSession.open(sandbox.url, 'FUZZ');
  const paths = [
    LOGIN,
    QUERY,
    '/session/token-request',
    '/session/heartbeat',
    '/session',
    '/session/authenticator-request',
    '/queries/v1/abort-request',
    '/queries/01c89ab9-9bf7-614c-158e-000000000001/abort-request',
    '/queries/01c89ab9-9bf7-614c-158e-000000000001/result',
    '/monitoring/queries/01c89ab9-9bf7-614c-158e-000000000001',
    '/telemetry/send',
    '/console/login',
    '/sandbox/owner',
  ];
  const known = fc.constantFrom(
    'data',
    'sqlText',
    'bindings',
    'parameters',
    'requestId',
    'requestType',
    'LOGIN_NAME',
    '1',
    'type',
    'value',
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, fc.jsonValue({ maxDepth: 1 }), fc.dictionary(known, tie('value'), { maxKeys: 4 })),
  }));
  const body = fc.oneof(
    value.map((one) => JSON.stringify(one)),
    fc.string({ unit: 'binary' }),
  );
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), method, body, fc.boolean(), async (path, verb, text, isSignedIn) => {
      const response = await fetch(`${sandbox.url}${path}`, {
        method: verb,
        headers: isSignedIn ? session.headers() : {},
        ...(verb === 'GET' ? {} : { body: text }),
      });
      expect(response.status).toBeLessThan(500);
      await response.arrayBuffer();
    }),
    { numRuns: 300 },
  );
});

test('an owner is taken over only with the token, and only by a process that is there', async () => {
  const take = (body: object) =>
    fetch(`${sandbox.url}/sandbox/owner`, { method: 'POST', body: JSON.stringify(body) }).then(
      (answer) => answer.status,
    );
  expect(await take({ pid: process.pid, token: 'wrong' })).toBe(403);
  expect(await take({ pid: 'me', token: 'own' })).toBe(400);
  expect(await take({ pid: process.pid, token: 'own' })).toBe(200);
});

test('after all of that the sandbox still serves, and said nothing on stderr', async () => {
  const connection = await connect(sandbox.connectionOptions());
  expect((await execute(connection, 'SELECT 1 AS X')).rows).toEqual([{ X: 1 }]);
  await destroy(connection);
  expect(sandbox.stderr()).toBe('');
});

test.each([
  ['a page whose name was made to lead here', { host: 'evil.example:8000', origin: 'http://evil.example:8000' }, 403],
  ['a page that hides where it comes from', { host: 'evil.example:8000', origin: 'null' }, 403],
  ['a page of elsewhere', { origin: 'https://evil.example' }, 403],
  ['a page of its own', { origin: 'http://localhost:8000' }, 400],
  ['a page behind a front with TLS', { host: 'front.example', origin: 'https://front.example' }, 400],
  ['a driver behind a front', { host: 'front.example' }, 400],
])('%s is answered as it should be', async (_, headers, status) => {
  const answered = new Promise<number | undefined>((resolve, reject) => {
    const login = request(`${sandbox.url}/session/v1/login-request`, { method: 'POST', headers, agent: false });
    login.once('response', (response) => resolve(response.resume().statusCode));
    login.once('error', reject);
    login.end('no login');
  });
  expect(await answered).toBe(status);
});

test.each([
  ['state=DONE', /state/],
  ['last=none', /last/],
  ['stat=RUNNING', /stat/],
])('the control endpoint refuses to look for statements by %s, and says what is wrong', async (query, words) => {
  const response = await fetch(`${sandbox.url}/sandbox/control/statements?${query}`, {
    headers: { authorization: `Bearer ${sandbox.control.token}` },
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(words);
});
