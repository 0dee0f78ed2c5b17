/**
 * The driver: what stands between the pool and snowflake-sdk. Everything that touches the SDK lives behind this file, in
 * `snowflake/`; nothing of the SDK passes it. Imported by the daemon's composition alone; the layers above know `driver.ts`.
 */
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import type { Profile } from '../config/profile.ts';
import type { Logger } from '../log/logger.ts';
import { type Driver, DriverError, type DriverSession, type SessionTokens, type SignInPrompt } from './driver.ts';
import { connectOptions, type Endpoint, targetOptions } from './snowflake/connect-options.ts';
import { loginFault } from './snowflake/faults.ts';
import { loadSdk, type Sdk, type SdkConnection } from './snowflake/sdk.ts';
import { SnowflakeSession } from './snowflake/session.ts';
import { SignInTokens } from './snowflake/sign-in-tokens.ts';

/** How long a login may go unanswered. A push waits for the person. */
const loginTimeoutMs = 30_000;
const pushTimeoutMs = 90_000;
/** How long a login that is given up may still take, so that the session it opens can be closed. */
const givenUpMs = 2_000;

export interface SnowflakeDriverOptions {
  /** Where the embedded account listens; asked when a session of a sandbox profile is opened. */
  readonly sandboxAddress: () => Promise<{ readonly host: string; readonly port: number }>;
  readonly log: Logger;
  readonly clock?: Clock;
}

/** The driver over snowflake-sdk. The SDK is loaded when the first session is opened. */
export function createSnowflakeDriver(options: SnowflakeDriverOptions): Driver {
  return new SnowflakeDriver(options);
}

class SnowflakeDriver implements Driver {
  readonly #tokens: SignInTokens;
  #sdk: Promise<Sdk> | undefined;
  readonly #open = new Set<DriverSession>();
  /** Key of the silent sign-in token by person; known once a connection was made. */
  readonly #tokenKeys = new Map<string, string>();
  /** Persons for whom the account gave no such token. */
  readonly #asked = new Set<string>();

  constructor(private readonly options: SnowflakeDriverOptions) {
    this.#tokens = new SignInTokens(options.clock ?? systemClock);
  }

  async open(
    profile: Profile,
    { prompt, signal }: { readonly prompt: SignInPrompt | undefined; readonly signal: AbortSignal },
  ): Promise<DriverSession> {
    const endpoint = await this.#endpoint(profile);
    if (signal.aborted) throw new DriverError('aborted', 'The sign-in was given up before it began.');
    const connection = await this.#connection(profile, connectOptions(profile, endpoint, prompt));
    if (needsPrompt(profile) && !prompt && !this.isSilent(profile)) {
      throw new DriverError('credentials', 'A person has to sign in and nobody who could be asked is there.', {
        refusal: 'person',
      });
    }
    connection.wire.sessionParameters = profile.sessionParameters;
    connection.wire.loginTimeoutMs = profile.credentials.kind === 'mfa' ? pushTimeoutMs : loginTimeoutMs;
    const key = this.#tokenKeys.get(personOf(profile));
    try {
      await connected(connection, signal);
    } catch (error) {
      connection.config.destroyAgentCache();
      if (error instanceof DriverError) throw error;
      const fault = loginFault(error);
      if (fault.details.refusal === 'person' && key) this.#tokens.forget(key);
      throw fault;
    }
    const answer = connection.wire.login;
    if (!answer) throw new DriverError('transient', 'The account answered the sign-in without a session.');
    const session = this.#keep(new SnowflakeSession(connection, answer.sessionId, answer.current));
    if (needsPerson(profile) && key) {
      if (this.#tokens.isFresh(key)) this.#asked.delete(personOf(profile));
      else this.#asked.add(personOf(profile));
    }
    if (!signal.aborted) return session;
    await session.close();
    throw new DriverError('aborted', 'The sign-in was given up.');
  }

  async adopt(profile: Profile, tokens: SessionTokens): Promise<DriverSession> {
    const endpoint = await this.#endpoint(profile);
    const connection = await this.#connection(profile, {
      ...targetOptions(profile, endpoint),
      sessionToken: tokens.sessionToken,
      masterToken: tokens.masterToken,
    });
    connection.wire.tokens = { sessionToken: tokens.sessionToken, masterToken: tokens.masterToken };
    const current = tokens.current ?? { role: undefined, warehouse: undefined, database: undefined, schema: undefined };
    return this.#keep(new SnowflakeSession(connection, tokens.sessionId, current));
  }

  needsPersonEachTime(profile: Profile): boolean {
    return this.#asked.has(personOf(profile));
  }

  isSilent(profile: Profile): boolean {
    if (!needsPerson(profile)) return true;
    const key = this.#tokenKeys.get(personOf(profile));
    return key !== undefined && this.#tokens.isFresh(key);
  }

  exportSignInTokens() {
    return this.#tokens.all();
  }

  importSignInTokens(tokens: Parameters<Driver['importSignInTokens']>[0]): void {
    this.#tokens.put(tokens);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((session) => session.close()));
  }

  async #connection(profile: Profile, settings: Record<string, unknown>): Promise<SdkConnection> {
    this.#sdk ??= loadSdk({ log: this.options.log, tokens: this.#tokens });
    const sdk = await this.#sdk.catch((error: unknown) => {
      this.#sdk = undefined;
      throw error;
    });
    try {
      const connection = sdk.createConnection(settings);
      const kind = tokenKind(profile);
      if (kind) this.#tokenKeys.set(personOf(profile), sdk.tokenKey(kind, connection.config));
      return connection;
    } catch (error) {
      // The driver checks its options as it makes the connection: a malformed key, account or token.
      throw new DriverError(
        'credentials',
        String((error as Error).message ?? error),
        { refusal: 'local' },
        { cause: error },
      );
    }
  }

  async #endpoint(profile: Profile): Promise<Endpoint> {
    if (!profile.isSandbox) return { protocol: profile.protocol, host: profile.host, port: profile.port };
    try {
      return { protocol: 'http', ...(await this.options.sandboxAddress()) };
    } catch (error) {
      throw new DriverError('transient', String((error as Error).message ?? error), {}, { cause: error });
    }
  }

  #keep(session: SnowflakeSession): SnowflakeSession {
    this.#open.add(session);
    session.whenGone(() => this.#open.delete(session));
    return session;
  }
}

/**
 * Resolves when signed in. Rejects with the driver's own error, or with DriverError soon after the signal: at once while a
 * person is being waited for, shortly after where a login is on its way.
 */
async function connected(connection: SdkConnection, signal: AbortSignal): Promise<void> {
  const { wire } = connection;
  const signedIn = new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  let stop = () => {};
  const givenUp = new Promise<never>((_, reject) => {
    const leave = () => {
      const giveUp = (fault: DriverError) => {
        wire.endLogin();
        reject(fault);
      };
      if (!wire.isLoginOnItsWay) return giveUp(new DriverError('aborted', 'The sign-in was given up.'));
      const text = 'The sign-in was given up before the account answered.';
      const late = setTimeout(() => giveUp(new DriverError('transient', text, { mayHaveArrived: true })), givenUpMs);
      stop = () => clearTimeout(late);
    };
    signal.addEventListener('abort', leave, { once: true });
    stop = () => signal.removeEventListener('abort', leave);
    if (signal.aborted) leave();
  });
  try {
    await Promise.race([signedIn, givenUp]);
  } finally {
    stop();
  }
}

function needsPerson({ credentials }: Profile): boolean {
  return credentials.kind === 'external_browser' || credentials.kind === 'mfa';
}

/** A push goes to the person's phone by itself; a page has to be opened by a front-end. */
function needsPrompt({ credentials }: Profile): boolean {
  return credentials.kind === 'external_browser';
}

function tokenKind({ credentials }: Profile): 'IdToken' | 'MfaToken' | undefined {
  if (credentials.kind === 'external_browser') return 'IdToken';
  return credentials.kind === 'mfa' ? 'MfaToken' : undefined;
}

/** Who signs in how: one person's token serves all profiles of that account, user and way. */
function personOf({ account, user, host, port, credentials }: Profile): string {
  return JSON.stringify([account.toUpperCase(), user.toUpperCase(), host, port, credentials.kind]);
}
