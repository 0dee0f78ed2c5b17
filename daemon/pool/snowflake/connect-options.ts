import type { Profile } from '../../config/profile.ts';
import type { SignInPrompt } from '../driver.ts';

/** Where the account is reached; for the embedded sandbox known only once it runs. */
export interface Endpoint {
  readonly protocol: 'http' | 'https';
  readonly host: string | undefined;
  readonly port: number | undefined;
}

/** How long a person has to answer a sign-in page; the driver's own figure. */
const browserTimeoutMs = 120_000;

/**
 * The driver's options for a profile. Its own login retries are off: it would send the password again after a 5xx
 * (DRIVER.md §2), and how often that may happen is the login gate's to decide.
 */
export function connectOptions(
  profile: Profile,
  endpoint: Endpoint,
  prompt: SignInPrompt | undefined,
): Record<string, unknown> {
  return { ...targetOptions(profile, endpoint), ...credentialOptions(profile, endpoint, prompt) };
}

/** The same without credentials, for a session that is already signed in. */
export function targetOptions(profile: Profile, endpoint: Endpoint): Record<string, unknown> {
  const { proxy } = profile;
  const url = endpoint.host === undefined ? undefined : accessUrl(endpoint, endpoint.host);
  return {
    account: profile.account,
    username: profile.user,
    application: 'snowpool',
    // Else the driver sends the password again after a 5xx, unseen by the login gate (DESIGN §5, DRIVER.md §2).
    sfRetryMaxLoginRetries: 0,
    clientSessionKeepAlive: false,
    ...(url ? { accessUrl: url } : {}),
    ...(profile.role === undefined ? {} : { role: profile.role }),
    ...(profile.warehouse === undefined ? {} : { warehouse: profile.warehouse }),
    ...(profile.database === undefined ? {} : { database: profile.database }),
    ...(profile.schema === undefined ? {} : { schema: profile.schema }),
    ...(proxy
      ? {
          proxyHost: proxy.host,
          proxyPort: proxy.port,
          ...(proxy.user === undefined ? {} : { proxyUser: proxy.user }),
          ...(proxy.password === undefined ? {} : { proxyPassword: proxy.password }),
          ...(proxy.noProxy === undefined ? {} : { noProxy: proxy.noProxy }),
        }
      : {}),
  };
}

function credentialOptions(
  profile: Profile,
  endpoint: Endpoint,
  prompt: SignInPrompt | undefined,
): Record<string, unknown> {
  const { credentials } = profile;
  switch (credentials.kind) {
    case 'password':
      return { password: credentials.password };
    case 'mfa':
      return {
        authenticator: 'USERNAME_PASSWORD_MFA',
        password: credentials.password,
        // The second alone would be a TypeError in the driver.
        clientStoreTemporaryCredential: true,
        clientRequestMFAToken: true,
        ...(credentials.passcode === undefined ? {} : { passcode: credentials.passcode }),
        ...(credentials.isPasscodeInPassword ? { passcodeInPassword: true } : {}),
      };
    case 'key_pair':
      return {
        authenticator: 'SNOWFLAKE_JWT',
        privateKey: credentials.privateKeyPem,
        ...(credentials.passphrase === undefined ? {} : { privateKeyPass: credentials.passphrase }),
      };
    case 'oauth':
      return { authenticator: 'OAUTH', token: credentials.token };
    case 'access_token':
      return { authenticator: 'PROGRAMMATIC_ACCESS_TOKEN', token: credentials.token };
    case 'external_browser':
      return {
        authenticator: 'EXTERNALBROWSER',
        clientStoreTemporaryCredential: true,
        browserActionTimeout: browserTimeoutMs,
        // The look-up of the other form always goes to https on port 443 (DRIVER.md §2).
        disableConsoleLogin: endpoint.protocol === 'https',
        openExternalBrowserCallback: (url: string) => show(prompt, pageUrl(url, endpoint)),
      };
  }
}

function accessUrl({ protocol, port }: Endpoint, host: string): string {
  return `${protocol}://${host}${port === undefined ? '' : `:${port}`}`;
}

/** Never throws: the driver would take that for a refusal of the credentials. */
function show(prompt: SignInPrompt | undefined, url: string): void {
  try {
    prompt?.openUrl(url);
  } catch {
    // The front-end that asked has left; nobody answers the page, which the driver's own time limit then tells.
  }
}

/** The driver makes every console URL https without a port; an account on plain http is elsewhere. */
function pageUrl(url: string, endpoint: Endpoint): string {
  if (endpoint.protocol === 'https') return url;
  const page = new URL(url);
  page.protocol = 'http:';
  if (endpoint.port !== undefined) page.port = String(endpoint.port);
  return page.href;
}
