import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { SnowpoolError } from '../errors.ts';
import type { Layers } from './layers.ts';
import type { Credentials } from './profile.ts';

const authenticators = [
  'snowflake',
  'username_password_mfa',
  'snowflake_jwt',
  'oauth',
  'programmatic_access_token',
  'externalbrowser',
] as const;
type Authenticator = (typeof authenticators)[number];

/** How the profile signs in, read from its settings. Throws SnowpoolError invalid_argument naming what is missing or wrong. */
export function readCredentials(settings: Layers, home: string): Credentials {
  switch (authenticatorOf(settings)) {
    case 'snowflake_jwt':
      return keyPair(settings, home);
    case 'externalbrowser':
      return { kind: 'external_browser' };
    case 'oauth':
      return { kind: 'oauth', token: token(settings, home) };
    case 'programmatic_access_token':
      return {
        kind: 'access_token',
        token: settings.text('token') || settings.text('token_file_path') ? token(settings, home) : password(settings),
      };
    case 'username_password_mfa':
      return mfa(settings);
    case 'snowflake':
      return settings.text('passcode') || settings.text('passcode_in_password') === 'true'
        ? mfa(settings)
        : { kind: 'password', password: password(settings) };
  }
}

/** SNOWFLAKE_AUTH_TYPE where set (the Python server's name), else the authenticator, else what the other settings imply. */
function authenticatorOf(settings: Layers): Authenticator {
  const authType = settings.text('auth_type');
  if (authType === 'private_key') return 'snowflake_jwt';
  if (authType === 'external_browser') return 'externalbrowser';
  const written = settings.written('authenticator');
  if (written) {
    const found = authenticators.find((name) => name === written.value.toLowerCase());
    if (found) return found;
    throw new SnowpoolError(
      'invalid_argument',
      `${written.source} is '${written.value}': allowed is one of ${authenticators.join(', ')}.`,
    );
  }
  if (settings.text('private_key_file')) return 'snowflake_jwt';
  if (!settings.text('password') && (settings.text('token') || settings.text('token_file_path')))
    return 'programmatic_access_token';
  return 'snowflake';
}

function password(settings: Layers): string {
  const value = settings.text('password');
  if (value === undefined) {
    throw new SnowpoolError(
      'invalid_argument',
      'No way to sign in is configured: there is no password, key, token or browser sign-in.',
      'Set SNOWFLAKE_PASSWORD, or SNOWFLAKE_PRIVATE_KEY_FILE, or SNOWFLAKE_TOKEN, or SNOWFLAKE_AUTH_TYPE=external_browser.',
    );
  }
  return value;
}

function mfa(settings: Layers): Credentials {
  const passcode = settings.text('passcode');
  return {
    kind: 'mfa',
    password: password(settings),
    ...(passcode === undefined ? {} : { passcode }),
    ...(settings.text('passcode_in_password') === 'true' ? { isPasscodeInPassword: true } : {}),
  };
}

function readSecretFile(path: string, home: string, source: string): string {
  const expanded = resolve(home, path.replace(/^~(?=\/|$)/, home));
  try {
    return readFileSync(expanded, 'utf8');
  } catch (error) {
    throw new SnowpoolError(
      'invalid_argument',
      `${source} names ${expanded}, which cannot be read (${error instanceof Error && 'code' in error ? error.code : 'unknown reason'}).`,
      'Name a file that you may read.',
      {},
      { cause: error },
    );
  }
}

function token(settings: Layers, home: string): string {
  const direct = settings.text('token');
  if (direct) return direct;
  const file = settings.written('token_file_path');
  if (file) return readSecretFile(file.value, home, file.source).trim();
  throw new SnowpoolError(
    'invalid_argument',
    'This sign-in needs a token, and none is set.',
    'Set SNOWFLAKE_TOKEN or token_file_path.',
  );
}

function keyPair(settings: Layers, home: string): Credentials {
  const file = settings.written('private_key_file');
  if (!file) {
    throw new SnowpoolError(
      'invalid_argument',
      'Key-pair sign-in needs a private key file, and none is set.',
      'Set SNOWFLAKE_PRIVATE_KEY_FILE to a PEM file (PKCS#8).',
    );
  }
  const privateKeyPem = readSecretFile(file.value, home, file.source);
  const passphrase = settings.text('private_key_file_pwd');
  try {
    const key = createPrivateKey({ key: privateKeyPem, ...(passphrase === undefined ? {} : { passphrase }) });
    return { kind: 'key_pair', privateKeyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
  } catch (error) {
    const isEncrypted = privateKeyPem.includes('ENCRYPTED');
    throw new SnowpoolError(
      'invalid_argument',
      `${file.source} names ${file.value}, ${isEncrypted ? 'an encrypted key that its passphrase does not open' : 'which holds no private key in PEM form'}.`,
      isEncrypted
        ? 'Set SNOWFLAKE_PRIVATE_KEY_FILE_PWD to the passphrase of the key.'
        : 'Name a PEM file that begins with -----BEGIN PRIVATE KEY-----.',
      {},
      { cause: error },
    );
  }
}
