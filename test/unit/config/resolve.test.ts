import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPoolDefaults, resolveProfile } from '../../../daemon/config/resolve.ts';

const key = new Uint8Array(32).fill(7);
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'snowpool-config-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const base = { SNOWFLAKE_ACCOUNT: 'org-acc', SNOWFLAKE_USER: 'ann', SNOWFLAKE_PASSWORD: 'secret-1' };

function resolve(
  environment: Record<string, string>,
  flags: { connection?: string; isSandbox?: boolean; policy?: string } = {},
) {
  return resolveProfile(
    { environment, home, connection: flags.connection, isSandbox: flags.isSandbox ?? false, policy: flags.policy },
    key,
    new Map(),
  );
}

function connections(text: string, name = 'connections.toml') {
  mkdirSync(join(home, '.snowflake'), { recursive: true });
  const path = join(home, '.snowflake', name);
  writeFileSync(path, text);
  chmodSync(path, 0o600);
}

function ownFile(text: string) {
  mkdirSync(join(home, '.config', 'snowpool'), { recursive: true });
  const path = join(home, '.config', 'snowpool', 'config.toml');
  writeFileSync(path, text);
  chmodSync(path, 0o600);
}

describe('a profile', () => {
  it('is read from the environment with the documented defaults', () => {
    const { profile } = resolve(base);
    expect(profile).toMatchObject({
      account: 'org-acc',
      user: 'ann',
      credentials: { kind: 'password', password: 'secret-1' },
      protocol: 'https',
      policy: { mode: 'read-only', allow: [], deny: [], functions: 'all' },
      pool: {
        minSize: 2,
        maxSize: 10,
        maxInactiveMs: 30 * 60_000,
        healthCheckMs: 5 * 60_000,
        connectionTimeoutMs: 30_000,
        retryAttempts: 3,
        refreshMs: 8 * 3_600_000,
        growAfterMs: 250,
      },
      limits: {
        maxWaiting: 100,
        maxRunning: undefined,
        pinIdleMs: 600_000,
        statementTimeoutSeconds: 600,
        waitMs: 45_000,
      },
    });
  });

  it('takes environment before snowpool file before connections.toml', () => {
    connections('[default]\naccount="org-acc"\nuser="ann"\npassword="p"\nrole="FILE_ROLE"\nwarehouse="FILE_WH"\n');
    ownFile('[pool]\nmin_size = 3\nmax_size = 5\n[policy]\nmode = "read-write"\n');
    const { profile, written } = resolve({ SNOWFLAKE_ROLE: 'ENV_ROLE', SNOWFLAKE_POOL_MAX_SIZE: '7' });
    expect(profile).toMatchObject({
      role: 'ENV_ROLE',
      warehouse: 'FILE_WH',
      pool: { minSize: 3, maxSize: 7 },
      policy: { mode: 'read-write' },
    });
    expect(written.get('role')?.source).toBe('SNOWFLAKE_ROLE');
    expect(written.get('warehouse')?.source).toContain('connections.toml [default] warehouse');
    expect(written.get('pool.min_size')?.source).toContain('config.toml [pool] min_size');
    expect(written.get('pool.retry_attempts')?.source).toBe('default');
  });

  it('tells each session parameter with its place: the connection before the file’s section for it, that before the general one', () => {
    connections(
      '[default]\naccount = "org-acc"\nuser = "ann"\npassword = "x"\n[default.session_parameters]\nWEEK_START = 1\n',
    );
    ownFile(
      '[session_parameters]\nWEEK_START = 7\nTIMEZONE = "UTC"\nrows_per_resultset = 10\n[connections.default.session_parameters]\nTIMEZONE = "Asia/Tokyo"\n',
    );
    const { profile, written } = resolve({});
    expect(profile.sessionParameters).toEqual({ WEEK_START: 1, TIMEZONE: 'Asia/Tokyo', ROWS_PER_RESULTSET: 10 });
    const told = (name: string) => written.get(`session_parameters.${name}`);
    expect(told('WEEK_START')).toMatchObject({
      value: '1',
      source: expect.stringContaining('connections.toml [default]'),
    });
    expect(told('TIMEZONE')).toMatchObject({
      source: expect.stringContaining('[connections.default] session_parameters'),
    });
    expect(told('ROWS_PER_RESULTSET')).toMatchObject({ value: '10', source: expect.stringContaining('config.toml') });
  });

  it('never sends the password of the environment to the account of a connection that a flag named', () => {
    connections('[dev]\naccount="dev-acc"\nuser="dora"\npassword="dev-secret"\n');
    const { profile } = resolve({ ...base, SNOWFLAKE_ROLE: 'R' }, { connection: 'dev' });
    expect(profile).toMatchObject({
      account: 'dev-acc',
      user: 'dora',
      credentials: { password: 'dev-secret' },
      role: 'R',
    });
  });

  it('does not mix an account of the environment with the default connection of another account', () => {
    connections('[default]\naccount="other"\nuser="bob"\npassword="x"\nrole="OTHER_ROLE"\n');
    const { profile } = resolve(base);
    expect(profile.role).toBeUndefined();
    expect(profile.account).toBe('org-acc');
  });

  it('names the connections that exist when one is asked for that does not', () => {
    connections('[dev]\naccount="a"\n[prod]\naccount="b"\n');
    expect(() => resolve({}, { connection: 'test' })).toThrow(/no connection 'test' .*there are dev, prod/);
  });

  it('names the file to write where no connection is defined at all', () => {
    expect(() => resolve({}, { connection: 'dev' })).toThrowError(
      expect.objectContaining({
        code: 'unknown_profile',
        next: expect.stringMatching(/^Write it into .*connections\.toml/),
      }),
    );
  });

  it('reads the file that SNOWPOOL_CONFIG names, from the home folder with ~, and refuses one that is not there', () => {
    ownFile('[policy]\nmode = "confirm"\n');
    const named = (path: string) => resolve({ ...base, SNOWPOOL_CONFIG: path }).profile.policy.mode;
    expect(named(join(home, '.config', 'snowpool', 'config.toml'))).toBe('confirm');
    expect(named('~/.config/snowpool/config.toml')).toBe('confirm');
    expect(() => named('~/config.toml')).toThrow(
      `SNOWPOOL_CONFIG names ${home}/config.toml, and there is no such file.`,
    );
  });

  it('refuses a SNOWPOOL_SANDBOX that is neither 1 nor 0: who means the sandbox must not end up at an account', () => {
    expect(resolve({ ...base, SNOWPOOL_SANDBOX: '1' }).profile.isSandbox).toBe(true);
    expect(resolve({ ...base, SNOWPOOL_SANDBOX: '0' }).profile.isSandbox).toBe(false);
    expect(() => resolve({ ...base, SNOWPOOL_SANDBOX: 'true' })).toThrow(
      "SNOWPOOL_SANDBOX is 'true': allowed is 1, or 0.",
    );
  });

  it('says what to set when no account is configured', () => {
    expect(() => resolve({})).toThrowError(
      expect.objectContaining({ code: 'unknown_profile', next: expect.stringContaining('--sandbox') }),
    );
  });

  it('reads the default connection name from the environment and from config.toml', () => {
    connections(
      'default_connection_name = "b"\n[connections.a]\naccount="acc-a"\nuser="u"\npassword="p"\n[connections.b]\naccount="acc-b"\nuser="u"\npassword="p"\n',
      'config.toml',
    );
    expect(resolve({}).profile.account).toBe('acc-b');
    expect(resolve({ SNOWFLAKE_DEFAULT_CONNECTION_NAME: 'a' }).profile.account).toBe('acc-a');
  });

  it.each([
    [
      'SNOWFLAKE_POOL_MIN_SIZE',
      'two',
      "SNOWFLAKE_POOL_MIN_SIZE is 'two': allowed is a whole number from 0 to 100 sessions.",
    ],
    [
      'SNOWFLAKE_POOL_MAX_SIZE',
      '-1',
      "SNOWFLAKE_POOL_MAX_SIZE is '-1': allowed is a whole number from 1 to 100 sessions.",
    ],
    [
      'SNOWFLAKE_POOL_CONNECTION_TIMEOUT',
      '1e9',
      "SNOWFLAKE_POOL_CONNECTION_TIMEOUT is '1e9': allowed is a number from 0.1 to 3600 seconds.",
    ],
    [
      'SNOWFLAKE_POOL_MIN_SIZE',
      '11',
      "SNOWFLAKE_POOL_MIN_SIZE is '11': allowed is at most SNOWFLAKE_POOL_MAX_SIZE, which is 10.",
    ],
    [
      'SNOWFLAKE_POOL_MAX_INACTIVE_MINUTES',
      'never',
      "SNOWFLAKE_POOL_MAX_INACTIVE_MINUTES is 'never': allowed is a number from 0.01 to 10080 minutes.",
    ],
    [
      'SNOWFLAKE_POOL_HEALTH_CHECK_MINUTES',
      '-5',
      "SNOWFLAKE_POOL_HEALTH_CHECK_MINUTES is '-5': allowed is a number from 0.01 to 55 minutes (a session token dies after 60).",
    ],
    [
      'SNOWFLAKE_POOL_RETRY_ATTEMPTS',
      '2.5',
      "SNOWFLAKE_POOL_RETRY_ATTEMPTS is '2.5': allowed is a whole number from 0 to 10 attempts.",
    ],
    [
      'SNOWFLAKE_CONN_REFRESH_HOURS',
      'Infinity',
      "SNOWFLAKE_CONN_REFRESH_HOURS is 'Infinity': allowed is a number from 0.001 to 168 hours.",
    ],
    [
      'SNOWPOOL_POOL_GROW_AFTER_MS',
      '30000',
      "SNOWPOOL_POOL_GROW_AFTER_MS is '30000': allowed is less than SNOWFLAKE_POOL_CONNECTION_TIMEOUT, which is 30000 milliseconds.",
    ],
    ['SNOWPOOL_POLICY', 'readonly', "SNOWPOOL_POLICY is 'readonly': allowed is one of read-only, confirm, read-write."],
    [
      'SNOWFLAKE_AUTHENTICATOR',
      'magic',
      "SNOWFLAKE_AUTHENTICATOR is 'magic': allowed is one of snowflake, username_password_mfa, snowflake_jwt, oauth, programmatic_access_token, externalbrowser.",
    ],
  ])('refuses %s=%s in one line that names variable, value and what is allowed', (name, value, sentence) => {
    expect(() => resolve({ ...base, [name]: value })).toThrowError(sentence);
  });

  it('keeps no more sessions than the maximum where that alone is set', () => {
    expect(resolve({ ...base, SNOWFLAKE_POOL_MAX_SIZE: '1' }).profile.pool).toMatchObject({ minSize: 1, maxSize: 1 });
  });

  it('lets the pool grow before a call gives up where only the time for that is set', () => {
    const { pool } = resolve({ ...base, SNOWFLAKE_POOL_CONNECTION_TIMEOUT: '0.2' }).profile;
    expect(pool).toMatchObject({ connectionTimeoutMs: 200, growAfterMs: 100 });
  });

  it('checks the pool variables of the daemon the same way', () => {
    expect(() => readPoolDefaults({ SNOWFLAKE_POOL_MIN_SIZE: '5', SNOWFLAKE_POOL_MAX_SIZE: '4' })).toThrowError(
      "SNOWFLAKE_POOL_MIN_SIZE is '5': allowed is at most SNOWFLAKE_POOL_MAX_SIZE, which is 4.",
    );
  });

  it('has the same fingerprint for the same credentials, another for any difference, and shows no secret in it', () => {
    const one = resolve(base).profile.fingerprint;
    expect(resolve({ ...base, SNOWFLAKE_POOL_MAX_SIZE: '4', SNOWPOOL_POLICY: 'read-write' }).profile.fingerprint).toBe(
      one,
    );
    for (const other of [
      { SNOWFLAKE_PASSWORD: 'secret-2' },
      { SNOWFLAKE_ROLE: 'R' },
      { SNOWFLAKE_USER: 'bob' },
      { HTTPS_PROXY: 'http://proxy:8080' },
    ]) {
      expect(resolve({ ...base, ...other }).profile.fingerprint).not.toBe(one);
    }
    expect(one).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is tightened by the flag, never loosened', () => {
    const modes = ['read-only', 'confirm', 'read-write'];
    for (const [at, mode] of modes.entries()) {
      for (const [flagAt, policy] of modes.entries())
        expect(resolve({ ...base, SNOWPOOL_POLICY: mode }, { policy }).profile.policy.mode).toBe(
          modes[Math.min(at, flagAt)],
        );
    }
  });

  it('loses what it allows beyond its mode where the flag is stricter, and keeps what it denies', () => {
    const environment = {
      ...base,
      SNOWPOOL_POLICY: 'confirm',
      SNOWPOOL_POLICY_ALLOW: 'INSERT',
      SNOWPOOL_POLICY_DENY: 'DROP',
      SNOWPOOL_POLICY_FUNCTIONS: 'no-ai',
    };
    const policyUnder = (policy: string) => resolve(environment, { policy }).profile.policy;
    expect(policyUnder('read-only')).toEqual({ mode: 'read-only', allow: [], deny: ['DROP'], functions: 'no-ai' });
    expect(policyUnder('confirm')).toMatchObject({ mode: 'confirm', allow: ['INSERT'] });
    expect(policyUnder('read-write')).toMatchObject({ mode: 'confirm', allow: ['INSERT'] });
  });

  it('opens an encrypted key file with its passphrase and says so when that is wrong', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' });
    const path = join(home, 'key.p8');
    writeFileSync(path, pem, { mode: 0o600 });
    const environment = { SNOWFLAKE_ACCOUNT: 'a', SNOWFLAKE_USER: 'u', SNOWFLAKE_PRIVATE_KEY_PATH: '~/key.p8' };
    expect(resolve({ ...environment, SNOWFLAKE_PRIVATE_KEY_FILE_PWD: 'open' }).profile.credentials.kind).toBe(
      'key_pair',
    );
    expect(() => resolve({ ...environment, SNOWFLAKE_PRIVATE_KEY_FILE_PWD: 'shut' })).toThrow(
      /passphrase does not open/,
    );
    expect(() => resolve({ ...environment, SNOWFLAKE_PRIVATE_KEY_PATH: '~/nothing.p8' })).toThrow(
      /cannot be read \(ENOENT\)/,
    );
  });

  it('refuses a file that others may write and one that is no TOML, with the place', () => {
    connections('[default]\naccount=\n');
    expect(() => resolve({})).toThrow(/connections\.toml line 2, column/);
    chmodSync(join(home, '.snowflake', 'connections.toml'), 0o666);
    expect(() => resolve({})).toThrow(/can be written by other users/);
  });

  it('refuses a file in whose place others may put another one', () => {
    connections('[default]\naccount = "a"\nuser = "u"\npassword = "p"\n');
    chmodSync(join(home, '.snowflake'), 0o777);
    expect(() => resolve({})).toThrow(/its folder \S+ can be changed by other users \(mode 777\)/);
  });

  it.runIf(process.getuid?.() === 0)('refuses a file, and a link to one, of another user', () => {
    connections('[default]\naccount = "a"\nuser = "u"\npassword = "p"\n');
    const path = join(home, '.snowflake', 'connections.toml');
    chownSync(path, 1, 1);
    expect(() => resolve({})).toThrow(/is not read, as it belongs to another user \(uid 1\)/);
    chownSync(path, 0, 0);
    renameSync(path, join(home, 'own.toml'));
    symlinkSync(join(home, 'own.toml'), path);
    expect(resolve({}).profile.account).toBe('a');
    lchownSync(path, 1, 1);
    expect(() => resolve({})).toThrow(/belongs to another user \(uid 1\)/);
  });

  it("names unknown sections and keys of snowpool's own file", () => {
    ownFile('[pool]\nminsize = 3\n');
    expect(() => resolve(base)).toThrow(/\[pool\] has an unknown key 'minsize': allowed are min_size/);
    ownFile('[pools]\nmin_size = 3\n');
    expect(() => resolve(base)).toThrow(/unknown section or key 'pools'/);
  });

  it('needs nothing for the sandbox', () => {
    for (const { profile } of [
      resolve({}, { isSandbox: true }),
      resolve({ SNOWPOOL_SANDBOX: '1' }),
      resolve({ SNOWFLAKE_ACCOUNT: 'sandbox' }),
    ]) {
      expect(profile).toMatchObject({
        isSandbox: true,
        account: 'sandbox',
        name: 'sandbox',
        protocol: 'http',
        credentials: { kind: 'password' },
      });
    }
  });
});
