/** One request as routes see it, and what they answer. */
import { gunzipSync } from 'node:zlib';
import { badRequest } from '../sessions/refusal.ts';
import { holdsTooMuch } from './json-size.ts';

/** What drivers ask for, by the names that faults are laid on. */
export const DRIVER_ENDPOINTS = [
  'login',
  'authenticator',
  'renew',
  'heartbeat',
  'close',
  'query',
  'result',
  'monitoring',
  'abort',
  'telemetry',
  'chunk',
  'stage',
  'console',
] as const;

/** What a request asks for; the names by which statistics speak of requests. */
export type Endpoint = (typeof DRIVER_ENDPOINTS)[number] | 'control' | 'owner' | 'other';

export interface Exchange {
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly url: URL;
  /** What the route's pattern captured from the path. */
  readonly captures: readonly string[];
  header(name: string): string | undefined;
  /** As it was sent, at most MOST_BODY_BYTES. */
  readonly body: Buffer;
  readonly peer: string;
  /** `http://host:port` as the client reached the sandbox; https behind a front that says so. */
  readonly origin: string;
  /** Aborted when the client went away or the sandbox stops. */
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body is compressed already. */
  readonly isGzip?: boolean;
  /** The body goes out as it is, whatever the client would take. */
  readonly isPlain?: boolean;
}

export const MOST_BODY_BYTES = 64 * 1024 * 1024;

export function json(body: string, status = 200): Answer {
  return { status, type: 'application/json', body };
}

export function html(body: string, status = 200): Answer {
  return { status, type: 'text/html; charset=utf-8', body, headers: { 'cache-control': 'no-store' } };
}

/** The body as JSON, decompressed where it is gzip (by header or by its first bytes: PROTOCOL §0). Throws a Refusal with HTTP 400 or 413. */
export function readJson(body: Buffer): unknown {
  let plain = body;
  if (body.length > 2 && body[0] === 0x1f && body[1] === 0x8b) {
    try {
      plain = gunzipSync(body, { maxOutputLength: MOST_BODY_BYTES });
    } catch (error) {
      const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
      throw isTooLarge ? tooLarge(MOST_BODY_BYTES) : badRequest('The body claims to be gzip and is not.');
    }
  }
  if (plain.length === 0) return undefined;
  if (holdsTooMuch(plain)) throw badRequest('The body holds more objects and arrays than any driver sends.', 413);
  try {
    return JSON.parse(plain.toString('utf8'));
  } catch {
    throw badRequest('The body is not JSON.');
  }
}

export function tooLarge(limit: number) {
  return badRequest(`The body is larger than ${limit} bytes.`, 413);
}
