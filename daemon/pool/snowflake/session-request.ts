import { constants as bufferLimits } from 'node:buffer';
import { type Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createGunzip, constants as zlibModes } from 'node:zlib';
import type { HttpAnswer, HttpRequest, RunningRequest } from './sdk.ts';

export interface SessionRequestOptions {
  /** The driver's, which knows proxies, certificates and their revocation. */
  readonly agent: Agent;
  readonly userAgent: string;
  /** How long the account may be silent. */
  readonly timeoutMs: number;
  /** Has the driver's own client send the request instead; called where the account answered by a redirection. */
  readonly follow: () => RunningRequest;
  /** An answer that is longer, uncompressed, fails; by default what one string holds. */
  readonly mostBytes?: number;
}

/**
 * One request of a session's, sent as the driver's own HTTP client sends it, by Node's. The driver's takes more processor
 * time for it: it compresses each body only to send it uncompressed, and describes each request several times for a log
 * that nobody reads (snowflake-sdk/dist/lib/http/base.js; `npm run bench -- throughput` tells what a statement costs). Text only.
 * @param address the request's `url`, parsed; its `params` are added to it.
 */
export function sessionRequest(address: URL, options: HttpRequest, how: SessionRequestOptions): RunningRequest {
  const { callback } = options;
  let running: ClientRequest | undefined;
  let followed: RunningRequest | undefined;
  let isOver = false;
  let patience: NodeJS.Timeout | undefined;
  const fail = (error: unknown) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(patience);
    running?.destroy();
    process.nextTick(callback, error, null, null);
  };
  const answered = (response: IncomingMessage, text: string) => {
    if (isOver) return;
    isOver = true;
    const { statusCode = 0 } = response;
    let body: unknown;
    try {
      body = statusCode === 200 && isJson(response) ? JSON.parse(text) : text;
    } catch (error) {
      return void callback(error, null, null);
    }
    void tell(options, { statusCode, body });
  };
  try {
    running = send(address, options, how);
    running.on('error', fail);
    // A socket has a timeout of its own, but through a proxy there is none before that has answered.
    patience = setTimeout(() => fail(notConnected(how.timeoutMs)), how.timeoutMs);
    running.on('socket', () => clearTimeout(patience));
    running.on('timeout', () => fail(failure('ETIMEDOUT', `the account was silent for ${how.timeoutMs} ms`)));
    running.on('response', (response) => {
      if (isOver) return;
      if (!isRedirection(response)) {
        const mostBytes = how.mostBytes ?? bufferLimits.MAX_STRING_LENGTH;
        return read(response, mostBytes, fail, (text) => answered(response, text));
      }
      // From now on the driver's client calls back, and nothing that still happens to this answer.
      isOver = true;
      running?.destroy();
      followed = how.follow();
    });
  } catch (error) {
    // Node refuses what cannot stand in a header or an address.
    fail(error);
  }
  return {
    abort: () => (followed ? followed.abort() : fail(failure('ERR_CANCELED', 'canceled'))),
  };
}

/** What the driver makes of an answer may throw; like its own client, this one then calls back with that. */
async function tell({ callback }: HttpRequest, answer: HttpAnswer): Promise<void> {
  try {
    await callback(null, answer, answer.body);
  } catch (error) {
    callback(error, null, null);
  }
}

function send(address: URL, { method, headers, params, json }: HttpRequest, how: SessionRequestOptions): ClientRequest {
  for (const [name, value] of Object.entries(params ?? {})) address.searchParams.append(name, String(value));
  const body = json === undefined ? undefined : Buffer.from(JSON.stringify(json));
  const request = address.protocol === 'https:' ? httpsRequest : httpRequest;
  const running = request(address, {
    method,
    agent: how.agent,
    timeout: how.timeoutMs,
    headers: {
      ...headers,
      'User-Agent': how.userAgent,
      'Accept-Encoding': 'gzip',
      ...(body === undefined ? {} : { 'Content-Length': body.length }),
    },
  });
  running.end(body);
  return running;
}

function isRedirection({ statusCode = 0, headers }: IncomingMessage): boolean {
  return statusCode >= 300 && statusCode < 400 && headers.location !== undefined;
}

function isJson({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.toLowerCase().includes('application/json') ?? false;
}

/** Reads an answer to its end. An answer that breaks off, or is longer than `mostBytes`, fails. */
function read(
  response: IncomingMessage,
  mostBytes: number,
  fail: (error: unknown) => void,
  done: (text: string) => void,
): void {
  const isCompressed = /^(x-)?gzip$/i.test(response.headers['content-encoding'] ?? '');
  // Like the driver's client: an answer without a body may say that it is compressed.
  const finishFlush = zlibModes.Z_SYNC_FLUSH;
  const stream = isCompressed ? response.pipe(createGunzip({ finishFlush })) : response;
  const pieces: Buffer[] = [];
  let bytes = 0;
  response.on('error', fail);
  stream.on('error', fail);
  stream.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes <= mostBytes) return void pieces.push(piece);
    stream.destroy();
    fail(failure('ERR_STRING_TOO_LONG', `the account's answer is longer than ${mostBytes} bytes`));
  });
  stream.on('end', () => done(Buffer.concat(pieces).toString('utf8')));
}

/** As of a connect that failed: nothing was sent. */
function notConnected(ms: number): Error {
  const error = failure('ETIMEDOUT', `no connection to the account was made within ${ms} ms`);
  return Object.assign(error, { syscall: 'connect' });
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
