import type { Agent } from 'node:http';
import type { CurrentObjects } from '../driver.ts';
import type { Farewell } from './faults.ts';
import type { ConnectionConfig, DriverHttpClient, HttpClient, HttpRequest, RunningRequest } from './sdk.ts';
import { sessionRequest } from './session-request.ts';

const loginPath = '/session/v1/login-request';
const renewalPath = '/session/token-request';
const heartbeatPath = '/session/heartbeat';

/** Session token expired: the driver renews and repeats. */
const sessionTokenExpired = '390112';
/** The driver answers "ID token invalid" by opening a browser by itself; as "expired" it leaves that to us. */
const idTokenInvalid = '390195';
const idTokenExpired = '390110';

/** A renewal is a small question; three that go unanswered must leave a caller time for another session. */
const renewalTimeoutMs = 5_000;
const heartbeatTimeoutMs = 10_000;
const renewalDelaysMs = [300, 1_000];
/** Session or master token unknown, expired, invalid; session gone. */
const farewells = new Set(['390104', '390111', '390113', '390114', '390115']);
/** Renewals that are granted and still leave the session token expired: more would be a loop. */
const mostRenewalsInARow = 3;

/** What a login's answer holds beside the driver's own use of it. */
export interface LoginAnswer {
  readonly sessionId: string;
  readonly current: CurrentObjects;
  /** True where the account gave a token for silent further sign-ins. */
  readonly hasSignInToken: boolean;
}

export interface WireTokens {
  readonly sessionToken: string;
  readonly masterToken: string;
}

/** Lets a caller end the driver's wait for an answer, which the driver itself cannot (DRIVER.md §2). */
export class Wait {
  #running: RunningRequest | undefined;
  #isEnded = false;

  get isEnded(): boolean {
    return this.#isEnded;
  }

  sent(running: RunningRequest): void {
    this.#running = running;
    if (this.#isEnded) running.abort();
  }

  end(): void {
    this.#isEnded = true;
    this.#running?.abort();
  }
}

/** One connection's HTTP client: the driver's own, watched. */
export interface Wire extends HttpClient {
  /** Sent along with the login, so that they hold from the first statement on. */
  sessionParameters: Readonly<Record<string, string | number | boolean>>;
  /** How long the login may go unanswered. */
  loginTimeoutMs: number;
  /** What the last successful login answered. */
  readonly login: LoginAnswer | undefined;
  /** Why the account would not know the session any more. */
  readonly farewell: Farewell | undefined;
  /** The session's tokens, also after the driver has let go of them. */
  tokens: WireTokens | undefined;
  /** True while a login waits for the account's answer. */
  readonly isLoginOnItsWay: boolean;
  /** Ends the wait for a login's answer and sends none any more. */
  endLogin(): void;
}

interface Envelope {
  readonly success?: boolean;
  code?: string | null;
  readonly message?: string | null;
  data?: Readonly<Record<string, unknown>> | null;
}

/**
 * The driver's HTTP client with what it lacks: session parameters at login, a bound on token renewals (it loops for ever
 * when they fail on the network, DRIVER.md §2), and waits that can be ended. A request whose `params` are a `Wait` can be,
 * and is sent the short way.
 */
export function wireClass(
  base: new (config: ConnectionConfig) => DriverHttpClient,
  userAgent: string,
): new (
  config: ConnectionConfig,
) => Wire {
  return class extends base implements Wire {
    sessionParameters: Readonly<Record<string, string | number | boolean>> = {};
    loginTimeoutMs = 90_000;
    login: LoginAnswer | undefined;
    farewell: Farewell | undefined;
    tokens: WireTokens | undefined;
    renewalsInARow = 0;
    /** The account's hint to its load balancer, to be sent along with each request. */
    serviceName: string | undefined;
    loginRequest: RunningRequest | undefined;
    isLoginEnded = false;
    agent: Agent | undefined;

    constructor(readonly config: ConnectionConfig) {
      super(config);
    }

    get isLoginOnItsWay(): boolean {
      return this.loginRequest !== undefined;
    }

    endLogin(): void {
      this.isLoginEnded = true;
      this.loginRequest?.abort();
    }

    override request(options: HttpRequest): RunningRequest {
      const url = new URL(options.url);
      const path = url.pathname;
      if (path === loginPath) {
        if (this.isLoginEnded) return unsent(options);
        this.loginRequest = super.request(this.withLogin(options));
        return this.loginRequest;
      }
      if (path === renewalPath) return this.renew(options, 0);
      const wait = options.params instanceof Wait ? options.params : undefined;
      if (wait?.isEnded) return unsent(options);
      const watched: HttpRequest = {
        ...options,
        ...(path === heartbeatPath ? { timeout: heartbeatTimeoutMs } : {}),
        ...(this.serviceName && options.headers?.Authorization
          ? { headers: { ...options.headers, 'X-Snowflake-Service': this.serviceName } }
          : {}),
        callback: (error, answer, body) => {
          if (!error && (body as Envelope | null)?.code !== sessionTokenExpired) this.renewalsInARow = 0;
          this.listen(body);
          return options.callback(error, answer, body);
        },
      };
      if (!wait) return super.request(watched);
      const { config } = this;
      // All of a session's requests go to one address.
      this.agent ??= this.getAgent(url, config.getProxy());
      const running = sessionRequest(url, watched, {
        agent: this.agent,
        userAgent,
        timeoutMs: watched.timeout ?? config.getTimeout(),
        follow: () => super.request(watched),
      });
      wait.sent(running);
      return running;
    }

    private withLogin(options: HttpRequest): HttpRequest {
      const data = options.json?.data as Record<string, unknown> | undefined;
      const json = {
        ...options.json,
        data: { ...data, SESSION_PARAMETERS: { ...this.sessionParameters, ...(data?.SESSION_PARAMETERS as object) } },
      };
      return {
        ...options,
        json,
        timeout: this.loginTimeoutMs,
        callback: (error, answer, body) => {
          this.loginRequest = undefined;
          const envelope = body as Envelope | null;
          if (envelope?.code === idTokenInvalid) envelope.code = idTokenExpired;
          if (!error && envelope?.success && envelope.data) {
            this.login = readLogin(envelope.data);
            this.serviceName = serviceNameIn(envelope.data);
            this.keepTokens(envelope.data.token, envelope.data.masterToken);
            // The driver would keep them for the whole process, and so for other accounts' sessions.
            envelope.data = { ...envelope.data, parameters: [] };
          }
          return options.callback(error, answer, body);
        },
      };
    }

    /** Tries a renewal that got no answer twice more, then reports a failure that the driver does not answer by another renewal. */
    private renew(options: HttpRequest, attempt: number): RunningRequest {
      if (attempt === 0) this.renewalsInARow += 1;
      const giveUp = () => {
        this.farewell ??= { code: sessionTokenExpired, message: 'Its token has expired and could not be renewed.' };
        return options.callback(null, { statusCode: 503 }, undefined);
      };
      if (this.renewalsInARow > mostRenewalsInARow) {
        process.nextTick(giveUp);
        return { abort: () => {} };
      }
      let isAnswered = false;
      return super.request({
        ...options,
        timeout: renewalTimeoutMs,
        callback: (error, answer, body) => {
          if (isAnswered) return undefined;
          isAnswered = true;
          this.listen(body);
          if (!error && answer?.statusCode === 200 && isRenewalAnswer(body)) {
            this.keepTokens(body.data?.sessionToken, body.data?.masterToken);
            return options.callback(error, answer, body);
          }
          const delayMs = renewalDelaysMs[attempt];
          if (delayMs === undefined) return giveUp();
          setTimeout(() => this.renew(options, attempt + 1), delayMs);
          return undefined;
        },
      });
    }

    private listen(body: unknown): void {
      const { code, message } = (body ?? {}) as Envelope;
      if (code && farewells.has(code)) this.farewell = { code, message: message ?? 'It is gone.' };
    }

    private keepTokens(sessionToken: unknown, masterToken: unknown): void {
      if (typeof sessionToken === 'string' && typeof masterToken === 'string')
        this.tokens = { sessionToken, masterToken };
    }
  };
}

/** A refusal, or both tokens: on anything else the driver would throw, and whoever waits for the renewal would wait for ever. */
function isRenewalAnswer(body: unknown): body is Envelope {
  const { success, code, data } = (body ?? {}) as Envelope;
  return success === false
    ? Boolean(code)
    : typeof data?.sessionToken === 'string' && typeof data.masterToken === 'string';
}

/** Answers as a request does whose wait was ended. */
function unsent({ callback }: HttpRequest): RunningRequest {
  process.nextTick(() => callback(Object.assign(new Error('canceled'), { code: 'ERR_CANCELED' }), null, null));
  return { abort: () => {} };
}

function readLogin(data: Readonly<Record<string, unknown>>): LoginAnswer {
  const info = (data.sessionInfo ?? {}) as Readonly<Record<string, unknown>>;
  return {
    sessionId: String(data.sessionId ?? ''),
    current: {
      role: name(info.roleName),
      warehouse: name(info.warehouseName),
      database: name(info.databaseName),
      schema: name(info.schemaName),
    },
    hasSignInToken: Boolean(data.mfaToken ?? data.idToken),
  };
}

function serviceNameIn(data: Readonly<Record<string, unknown>>): string | undefined {
  const parameters = (data.parameters ?? []) as readonly { readonly name?: string; readonly value?: unknown }[];
  return name(parameters.find((parameter) => parameter.name === 'SERVICE_NAME')?.value);
}

/** An object's name as the account answered it; empty and null mean none. */
export function name(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
