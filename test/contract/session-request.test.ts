/**
 * A session's requests go past the driver's own HTTP client (daemon/pool/snowflake/session-request.ts). The account must not
 * notice: it is a plain HTTP server here, which sees and answers what the sandbox never would.
 */
import { readFileSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../daemon/clock.ts';
import { attemptOf } from '../../daemon/pool/snowflake/faults.ts';
import { loadSdk, type SdkConnection } from '../../daemon/pool/snowflake/sdk.ts';
import { sessionRequest } from '../../daemon/pool/snowflake/session-request.ts';
import { SignInTokens } from '../../daemon/pool/snowflake/sign-in-tokens.ts';
import { Wait } from '../../daemon/pool/snowflake/wire.ts';
import { log } from '../support/pools.ts';
import { root } from '../support/root.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Reply = (response: ServerResponse, seen: Seen) => void;

const sdk = await loadSdk({ log, tokens: new SignInTokens(systemClock) });
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** An account that answers by `reply`, and a connection that is signed in to it. */
async function account(reply: Reply): Promise<{ readonly seen: Seen[]; readonly made: SdkConnection }> {
  const seen: Seen[] = [];
  const port = await listen(
    createServer(async (request, response) => {
      const url = new URL(request.url ?? '', 'http://account');
      const one = { method: request.method, url, headers: request.headers, body: await text(request) };
      seen.push(one);
      reply(response, one);
    }),
  );
  return { seen, made: connection({ accessUrl: `http://127.0.0.1:${port}` }) };
}

function connection(options: Readonly<Record<string, unknown>>): SdkConnection {
  const tokens = { sessionToken: 'session token', masterToken: 'master token' };
  return sdk.createConnection({ account: 'a', username: 'u', application: 'snowpool', ...tokens, ...options });
}

interface Answer {
  readonly error: { readonly name?: string; readonly cause?: { readonly code?: string }; readonly response?: unknown };
  readonly body: { readonly data?: unknown } | undefined;
}

function ask(made: SdkConnection, params: object = new Wait()): Promise<Answer> {
  return new Promise((resolve) => {
    made.service.request({
      method: 'POST',
      url: '/queries/v1/query-request?requestId=1',
      headers: { Accept: 'application/snowflake' },
      json: { sqlText: "SELECT 'ä'", parameters: { MULTI_STATEMENT_COUNT: 1 } },
      params,
      callback: (error, body) => resolve({ error: error as Answer['error'], body: body as Answer['body'] }),
    });
  });
}

const whole = JSON.stringify({ success: true, code: null, data: { rowset: [['ü']] } });
const answer: Reply = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(whole);

test('the account sees what it sees of the driver’s own client, but for the compressions on offer', async () => {
  const { seen, made } = await account(answer);
  made.wire.tokens = { sessionToken: 'session token', masterToken: 'master token' };
  expect((await ask(made)).body?.data).toEqual({ rowset: [['ü']] });
  expect((await ask(made, {})).body?.data).toEqual({ rowset: [['ü']] });
  const [own, theirs] = seen.map(({ method, url, headers, body }) => {
    const { 'accept-encoding': encodings, ...rest } = headers;
    const guid = url.searchParams.get('request_guid');
    url.searchParams.set('request_guid', '');
    return { same: { method, url: url.href, rest, body, guidLength: guid?.length }, encodings };
  });
  expect(own?.same).toEqual(theirs?.same);
  expect(own?.same.guidLength).toBe(36);
  expect([own?.encodings, theirs?.encodings]).toEqual(['gzip', 'gzip, compress, deflate, br']);
});

test('an answer may come compressed', async () => {
  const { made } = await account((response) =>
    response
      .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-encoding': 'gzip' })
      .end(gzipSync(whole)),
  );
  expect((await ask(made)).body?.data).toEqual({ rowset: [['ü']] });
});

test('one connection serves one request after the other', async () => {
  const ports = new Set<number | undefined>();
  const { made } = await account((response, seen) => {
    ports.add(response.socket?.remotePort);
    answer(response, seen);
  });
  for (let time = 0; time < 3; time++) await ask(made);
  expect(ports.size).toBe(1);
});

test('a redirected request arrives where it was sent to, with its text', async () => {
  const { seen, made } = await account((response, one) =>
    one.url.pathname === '/moved' ? answer(response, one) : response.writeHead(307, { location: '/moved' }).end(),
  );
  expect((await ask(made)).body?.data).toEqual({ rowset: [['ü']] });
  expect(seen.at(-1)).toMatchObject({ method: 'POST', body: seen[0]?.body });
  expect(seen.at(-1)?.url.pathname).toBe('/moved');
});

test('the wait for a redirected request can be ended', async () => {
  const wait = new Wait();
  const { made } = await account((response, one) => {
    if (one.url.pathname === '/moved') wait.end();
    else response.writeHead(307, { location: '/moved' }).end();
  });
  expect((await ask(made, wait)).error.cause?.code).toBe('ERR_CANCELED');
});

test('a redirected request is answered once, whatever becomes of the redirection’s own text', async () => {
  const calls: unknown[] = [];
  let breakOff = () => {};
  const { made } = await account((response, one) => {
    if (one.url.pathname !== '/moved') {
      const { socket } = response;
      socket?.write('HTTP/1.1 307 Moved\r\nLocation: /moved\r\nTransfer-Encoding: chunked\r\n\r\n');
      breakOff = () => void socket?.write('no length\r\n');
      return;
    }
    breakOff();
    answer(response, one);
  });
  await new Promise<void>((resolve) => {
    made.wire.request({
      method: 'POST',
      url: `${made.config.accessUrl}/first`,
      json: {},
      params: new Wait(),
      callback: (error, _, body) => {
        calls.push(error ?? body);
        if (!error) resolve();
      },
    });
  });
  expect(calls).toEqual([JSON.parse(whole)]);
});

test('an answer that no string can hold is an error, and no exception', async () => {
  const { made } = await account((response) =>
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      .end(gzipSync(Buffer.alloc(1_000_000, ' '))),
  );
  const errors: unknown[] = [];
  await new Promise<void>((resolve) => {
    sessionRequest(
      new URL(made.config.accessUrl),
      {
        method: 'GET',
        url: made.config.accessUrl,
        callback: (error) => {
          errors.push(error);
          resolve();
        },
      },
      {
        agent: new Agent(),
        userAgent: 'test',
        timeoutMs: 10_000,
        follow: () => ({ abort: () => {} }),
        mostBytes: 999_999,
      },
    );
  });
  expect(errors).toMatchObject([{ code: 'ERR_STRING_TOO_LONG' }]);
});

test('an answer whose compressed text lacks its checksum, but nothing else, is whole', async () => {
  const { made } = await account((response) =>
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'x-gzip' })
      .end(gzipSync(whole).subarray(0, -8)),
  );
  expect((await ask(made)).body?.data).toEqual({ rowset: [['ü']] });
  expect((await ask(made, {})).body?.data).toEqual({ rowset: [['ü']] });
});

test.each<[string, Reply, Answer['error']]>([
  [
    'a status that is none of success',
    (response) => response.writeHead(503, { 'content-type': 'text/plain' }).end('busy'),
    { name: 'RequestFailedError', response: { statusCode: 503, body: 'busy' } },
  ],
  [
    'the account’s code in a 401',
    (response) => response.writeHead(401, { 'content-type': 'application/json' }).end('{"code":"390144"}'),
    { name: 'RequestFailedError', response: { statusCode: 401, body: '{"code":"390144"}' } },
  ],
  [
    'a status that refuses, with a compressed text of no bytes',
    (response) => response.writeHead(403, { 'content-encoding': 'gzip' }).end(),
    { name: 'RequestFailedError', response: { statusCode: 403 } },
  ],
  ['a page that is no JSON', (response) => response.end('<html></html>'), { name: 'OperationFailedError' }],
  [
    'JSON that is cut short',
    (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(whole.slice(0, -1)),
    { name: 'NetworkError' },
  ],
  [
    'a connection that breaks before the answer',
    (response) => response.destroy(),
    { name: 'NetworkError', cause: { code: 'ECONNRESET' } },
  ],
  [
    'a connection that breaks within the answer',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
      response.write(whole, () => response.destroy());
    },
    { name: 'NetworkError' },
  ],
  [
    'compressed text that is none',
    (response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(whole),
    { name: 'NetworkError', cause: { code: 'Z_DATA_ERROR' } },
  ],
])('%s is the error that the driver’s own client makes of it', async (_, reply, expected) => {
  const { made } = await account(reply);
  expect((await ask(made)).error).toMatchObject(expected);
  expect((await ask(made, {})).error).toMatchObject(expected);
});

test('an account that is silent for longer than the driver waits is an error', async () => {
  const { made } = await account(() => {});
  made.config.getTimeout = () => 50;
  expect((await ask(made)).error).toMatchObject({ name: 'NetworkError', cause: { code: 'ETIMEDOUT' } });
});

test('what cannot stand in a header is an error, and no exception', async () => {
  const { made } = await account(answer);
  const bad = connection({ accessUrl: made.config.accessUrl, sessionToken: 'two\nlines' });
  expect((await ask(bad)).error).toMatchObject({ name: 'NetworkError', cause: { code: 'ERR_INVALID_CHAR' } });
});

test('a request goes by the profile’s proxy', async () => {
  const proxy = createServer();
  const asked = new Promise<string | undefined>((resolve) => {
    proxy.on('connect', (request, socket) => {
      resolve(request.url);
      socket.destroy();
    });
  });
  const port = await listen(proxy);
  const made = connection({ accessUrl: 'https://account.example', proxyHost: '127.0.0.1', proxyPort: port });
  const answered = ask(made);
  expect(await asked).toBe('account.example:443');
  expect((await answered).error).toMatchObject({ name: 'NetworkError' });
});

test('a proxy that never answers is an error like that of a connect, after which nothing can have arrived', async () => {
  const proxy = createServer();
  proxy.on('connect', () => {});
  const port = await listen(proxy);
  const made = connection({ accessUrl: 'https://account.example', proxyHost: '127.0.0.1', proxyPort: port });
  made.config.getTimeout = () => 50;
  const { error } = await ask(made);
  expect(error).toMatchObject({ name: 'NetworkError', cause: { code: 'ETIMEDOUT' } });
  expect(attemptOf(error)).toBe('not_sent');
});

test('nothing is sent to an account whose certificate nobody vouches for', async () => {
  const pair = readFileSync(join(root, 'test/support/untrusted.pem'));
  let requests = 0;
  const port = await listen(createTlsServer({ key: pair, cert: pair }, () => requests++));
  const made = connection({ accessUrl: `https://127.0.0.1:${port}` });
  const expected = { name: 'NetworkError', cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } };
  expect((await ask(made)).error).toMatchObject(expected);
  expect((await ask(made, {})).error).toMatchObject(expected);
  expect(requests).toBe(0);
});
