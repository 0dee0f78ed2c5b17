/**
 * Folder snowflake/: everything that touches the driver. It may import driver.ts, config, clock and log; snowflake-driver.ts
 * alone imports it. This file: the parts of snowflake-sdk that the daemon stands on, typed by hand since the package's types
 * leave them out, and the one place that loads it. Instead of the package's ready-made instance we build one from its core
 * with an HTTP client, a connection class and a logger of ours: the three places the core leaves open. Held by
 * test/contract/snowflake-sdk.test.ts.
 */
import type { Agent } from 'node:http';
import type { Logger } from '../../log/logger.ts';
import { sdkLogger } from './sdk-logger.ts';
import type { SignInTokens } from './sign-in-tokens.ts';
import { type Wire, wireClass } from './wire.ts';

/** One HTTP request as the driver's services put it to the HTTP client. */
export interface HttpRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly json?: Record<string, unknown> | undefined;
  readonly params?: object | undefined;
  readonly timeout?: number;
  /** Text unless chosen. */
  readonly responseType?: 'stream';
  readonly useSnowflakeRetryMiddleware?: boolean | undefined;
  /** `error` where no answer came; else `answer` with its status and, for JSON, the parsed `body`. */
  readonly callback: (error: unknown, answer: HttpAnswer | null, body: unknown) => unknown;
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly body?: unknown;
}

export interface RunningRequest {
  /** Ends the wait; the callback then gets an error with code ERR_CANCELED. */
  abort(): void;
}

export interface HttpClient {
  request(options: HttpRequest): RunningRequest;
}

/** The driver's own HTTP client. */
export interface DriverHttpClient extends HttpClient {
  /** Kept alive and kept for the connection; knows its proxy, checks certificates and whether they were revoked. */
  getAgent(url: URL, proxy: unknown): Agent;
}

/** A request to the account: the service adds host, session token and guid, renews the token and repeats where needed. */
export interface ServiceRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: Record<string, unknown>;
  /** Passed on to the HTTP client as the same object. */
  readonly params?: object;
  readonly callback: (error: unknown, body: unknown) => unknown;
}

/** The driver's session service: tokens, renewal, state. */
export interface SessionService {
  request(options: ServiceRequest): void;
  isConnected(): boolean;
  getQueryContextDTO(): unknown;
  deserializeQueryContext(context: unknown): void;
}

export interface ConnectionConfig {
  readonly accessUrl: string;
  readonly host: string;
  readonly username: string;
  getProxy(): unknown;
  /** How long an answer may take, in milliseconds. */
  getTimeout(): number;
  destroyAgentCache(): void;
}

export interface SdkConnection {
  connect(callback: (error: unknown) => void): void;
  /** Its own heartbeats, which `destroy` would end. */
  readonly keepalive?: NodeJS.Timeout;
  readonly service: SessionService;
  readonly wire: Wire;
  readonly config: ConnectionConfig;
}

interface ConnectionContext {
  getServices(): { readonly sf: SessionService };
  getHttpClient(): Wire;
  getConnectionConfig(): ConnectionConfig;
}

export interface Sdk {
  /** Makes a connection that is not yet signed in, or, with tokens among its options, one that already is. */
  createConnection(options: Readonly<Record<string, unknown>>): SdkConnection;
  /** The key under which the driver keeps a token for silent sign-in. */
  tokenKey(kind: 'IdToken' | 'MfaToken', config: ConnectionConfig): string;
}

interface CoreInstance {
  createConnection(options: Record<string, unknown>): SdkConnection;
  configure(options: Record<string, unknown>): void;
}

type Core = (options: Record<string, unknown>) => CoreInstance;

/**
 * Loads the driver (some 400 ms and 100 MB, so on first use only) and sets what it keeps for the whole process: no telemetry
 * of its own, no probing for cloud platforms, no proxy from the daemon's environment, no VARIANT evaluated as code, tokens
 * of silent sign-in in `tokens` (DRIVER.md §2, §3).
 */
export async function loadSdk(options: { readonly log: Logger; readonly tokens: SignInTokens }): Promise<Sdk> {
  const { tokens } = options;
  process.env.SF_TELEMETRY_DISABLE_CONNECTION_SHAPE = '1';
  process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION = 'true';
  // A library inside the driver would print its own plans for Node 20 into the daemon's log.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  process.env.SNOWFLAKE_DISABLE_MINICORE = '1';
  const core = (await import('snowflake-sdk/dist/lib/core.js')).default as unknown as Core;
  const connection = (await import('snowflake-sdk/dist/lib/connection/connection.js')).default as unknown as new (
    context: ConnectionContext,
  ) => Pick<SdkConnection, 'connect' | 'keepalive'>;
  const http = (await import('snowflake-sdk/dist/lib/http/node.js')).default as unknown as {
    readonly NodeHttpClient: new (config: ConnectionConfig) => DriverHttpClient;
  };
  const util = (await import('snowflake-sdk/dist/lib/util.js')).default as unknown as {
    readonly driverVersion: string;
    readonly driverName: string;
    readonly userAgent: string;
  };

  const cacheKeys = (await import('snowflake-sdk/dist/lib/authentication/cache_key_builder.js')).default as unknown as {
    buildCacheKey(input: { tokenType: string; snowflakeHost: string; username: string }): string | null;
  };

  class OpenConnection extends connection implements SdkConnection {
    readonly service: SessionService;
    readonly wire: Wire;
    readonly config: ConnectionConfig;
    constructor(context: ConnectionContext) {
      super(context);
      this.service = context.getServices().sf;
      this.wire = context.getHttpClient();
      this.config = context.getConnectionConfig();
    }
  }

  const instance = core({
    httpClientClass: wireClass(http.NodeHttpClient, util.userAgent),
    connectionClass: OpenConnection,
    loggerClass: sdkLogger(options.log),
    client: { version: util.driverVersion, name: util.driverName, environment: { ...process.versions } },
  });
  const asItCame = (text: unknown) => text;
  instance.configure({
    jsonColumnVariantParser: asItCame,
    xmlColumnVariantParser: asItCame,
    // Copied out: the driver looks for own properties.
    customCredentialManager: {
      read: (key: string) => tokens.read(key),
      write: (key: string, token: string) => tokens.write(key, token),
      remove: (key: string) => tokens.remove(key),
    },
    useEnvProxy: false,
  });
  return {
    createConnection: (settings) => instance.createConnection({ ...settings }),
    tokenKey: (kind, { host, username }) =>
      cacheKeys.buildCacheKey({ tokenType: kind, snowflakeHost: host, username }) ?? '',
  };
}
