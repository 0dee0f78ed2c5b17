/**
 * Folder http/: the HTTP server and its routes; the only place that knows requests and answers.
 * May import everything else of the protocol side. This file: takes a request through faults, route and answer.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { SqlError } from '../engine.ts';
import type { FaultGate } from '../faults/fault-gate.ts';
import { envelope, failedStatement } from '../results/envelope.ts';
import { badRequest, Refusal } from '../sessions/refusal.ts';
import { readBody } from './body.ts';
import { BodyBudget } from './body-budget.ts';
import { type Answer, type Endpoint, type Exchange, json } from './exchange.ts';
import { isFromForeignPage } from './foreign-page.ts';
import { isOtherUsers } from './peer.ts';
import { match, type Route } from './router.ts';
import { sendAnswer } from './send.ts';

const zip = promisify(gzip);

/** Answers below this are sent as they are: on one machine, compressing costs more than it saves. */
const SMALLEST_GZIP_BYTES = 8 * 1024;

/** Bodies of all requests under way. */
const MOST_BODIES_BYTES = 512 * 1024 * 1024;
const SMALL_BODY_BYTES = 64 * 1024;

/** What the server tells of each request that it counted. */
export type OnRequest = (endpoint: Endpoint, status: number) => void;

/** Listens on 127.0.0.1 only. Whatever a request holds, the server answers it and goes on. */
export class SandboxServer {
  readonly #server: Server;
  readonly #strangers = new WeakMap<Socket, boolean>();
  readonly #bodies = new BodyBudget(MOST_BODIES_BYTES, SMALL_BODY_BYTES);

  constructor(
    private readonly routes: readonly Route[],
    private readonly gate: FaultGate,
    private readonly onRequest: OnRequest,
    private readonly report: (error: unknown) => void,
    /** Started by a daemon: nobody else is meant to use it, though everybody of the machine can connect. */
    private readonly isOneUsers: boolean,
  ) {
    this.#server = createServer({ requestTimeout: 300_000, headersTimeout: 60_000 }, (message, response) => {
      let heldBytes = 0;
      const room = (before: number, bytes: number) => {
        heldBytes += bytes;
        return this.#bodies.grow(before, bytes);
      };
      this.#serve(message, response, room)
        .catch((error: unknown) => {
          this.report(error);
          response.destroy();
        })
        .finally(() => this.#bodies.giveBack(heldBytes));
    });
    // Longer than any driver's own, so that no idle connection is closed under a request that is just being sent.
    this.#server.keepAliveTimeout = 15 * 60_000;
    const refuse = (socket: Duplex, status: string) => {
      if (!socket.writable || socket.destroyed) return;
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    };
    this.#server.on('clientError', (_error: Error, socket: Duplex) => refuse(socket, '400 Bad Request'));
    // Whoever takes it for a proxy.
    this.#server.on('connect', (_message: IncomingMessage, socket: Duplex) => {
      socket.on('error', () => socket.destroy());
      refuse(socket, '405 Method Not Allowed');
    });
  }

  /** Resolves with the port. Rejects with the system's error (EADDRINUSE, EACCES). */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        const { port: bound } = this.#server.address() as AddressInfo;
        resolve(bound);
      });
    });
  }

  /** Stops listening and cuts what is open, which aborts the signals of the requests under way. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(
    message: IncomingMessage,
    response: ServerResponse,
    room: (before: number, bytes: number) => boolean,
  ): Promise<void> {
    const arrivedAt = performance.now();
    const gone = new AbortController();
    response.on('close', () => gone.abort(new Error('the client went away')));
    response.on('error', () => response.destroy());
    const { signal } = gone;
    const found = this.#find(message);
    const endpoint = 'route' in found ? found.route.endpoint : 'other';
    let body: Buffer;
    try {
      body = await readBody(message, endpoint, room);
    } catch (error) {
      if (!(error instanceof Refusal)) return;
      this.onRequest(endpoint, error.status);
      response.shouldKeepAlive = false;
      await sendAnswer(response, json(envelope(false, error.code, error.message, 'null'), error.status), null, signal);
      message.destroy();
      return;
    }
    const exchange = this.#exchange(message, found, endpoint, body, signal);
    const faults = this.gate.admit(exchange, arrivedAt);
    const answer = await faults.around(() => this.#answer(exchange, found));
    if (answer === 'cut') {
      this.onRequest(endpoint, 0);
      message.socket.destroy();
      return;
    }
    this.onRequest(endpoint, answer.status);
    if (signal.aborted) return;
    await sendAnswer(response, await this.#compress(answer, message), faults.delivery, signal);
  }

  #find(message: IncomingMessage) {
    let url: URL;
    try {
      url = new URL(message.url ?? '/', 'http://127.0.0.1');
    } catch {
      return { error: badRequest('The URL cannot be read.'), url: new URL('http://127.0.0.1/') };
    }
    if (this.isOneUsers && this.#isStranger(message.socket)) {
      return { error: badRequest("This sandbox is another user's: start one with `snowpool sandbox`.", 403), url };
    }
    if (isFromForeignPage(message.headers))
      return { error: badRequest('Web pages may not use the sandbox.', 403), url };
    // Python's connector 5 doubles a slash (`/monitoring/queries//ID`).
    const found = match(this.routes, message.method ?? 'GET', url.pathname.replace(/\/{2,}/g, '/'));
    return found instanceof Error ? { error: found, url } : { ...found, url };
  }

  /** Looked up once for each connection. */
  #isStranger(socket: Socket): boolean {
    const known = this.#strangers.get(socket);
    if (known !== undefined) return known;
    const isStranger = isOtherUsers(socket);
    this.#strangers.set(socket, isStranger);
    return isStranger;
  }

  #exchange(
    message: IncomingMessage,
    found: { readonly url: URL; readonly captures?: readonly string[] },
    endpoint: Endpoint,
    body: Buffer,
    signal: AbortSignal,
  ): Exchange {
    const host = message.headers.host ?? '';
    const { localPort } = message.socket;
    // A front with TLS before the sandbox says so; addresses that the client is to ask next must lead through it.
    const scheme = message.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
    return {
      endpoint,
      method: message.method ?? 'GET',
      url: found.url,
      captures: found.captures ?? [],
      header: (name) => {
        const value = message.headers[name];
        return Array.isArray(value) ? value[0] : value;
      },
      body,
      peer: message.socket.remoteAddress ?? '',
      origin: `${scheme}://${/^[\w.-]+(:\d{1,5})?$/.test(host) ? host : `127.0.0.1:${localPort}`}`,
      signal,
    };
  }

  async #answer(exchange: Exchange, found: { readonly route: Route } | { readonly error: Error }): Promise<Answer> {
    try {
      if ('error' in found) throw found.error;
      return await found.route.handle(exchange);
    } catch (error) {
      if (error instanceof Refusal) {
        const data = error.data === null ? 'null' : JSON.stringify(error.data);
        return json(envelope(false, error.code, error.message, data), error.status);
      }
      if (error instanceof SqlError) return json(failedStatement(error, ''));
      this.report(error);
      return json(envelope(false, '390500', 'The sandbox failed; its log on stderr says where.', 'null'), 500);
    }
  }

  async #compress(answer: Answer, message: IncomingMessage): Promise<Answer> {
    const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
    const takesGzip = /\bgzip\b/.test(String(message.headers['accept-encoding'] ?? ''));
    if (answer.isGzip || answer.isPlain || !takesGzip || body.length < SMALLEST_GZIP_BYTES) return { ...answer, body };
    return { ...answer, body: await zip(body, { level: 1 }), isGzip: true };
  }
}
