/** Where a profile comes from: which place wins, which connection is meant, which files are read (DESIGN §9). */
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, chownSync, lchownSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { enough, settingsHome } from '../../support/settings-home.ts';

const there = settingsHome();
const { resolve, connections, ownFile } = there;

describe('a profile', () => {
  it('is read from the environment with the documented defaults', () => {
    const { profile } = resolve(enough);
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
    const { profile } = resolve({ ...enough, SNOWFLAKE_ROLE: 'R' }, { connection: 'dev' });
    expect(profile).toMatchObject({
      account: 'dev-acc',
      user: 'dora',
      credentials: { password: 'dev-secret' },
      role: 'R',
    });
  });

  it('does not mix an account of the environment with the default connection of another account', () => {
    connections('[default]\naccount="other"\nuser="bob"\npassword="x"\nrole="OTHER_ROLE"\n');
    const { profile } = resolve(enough);
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
    const named = (path: string) => resolve({ ...enough, SNOWPOOL_CONFIG: path }).profile.policy.mode;
    expect(named(join(there.home, '.config', 'snowpool', 'config.toml'))).toBe('confirm');
    expect(named('~/.config/snowpool/config.toml')).toBe('confirm');
    expect(() => named('~/config.toml')).toThrow(
      `SNOWPOOL_CONFIG names ${there.home}/config.toml, and there is no such file.`,
    );
  });

  it('refuses a SNOWPOOL_SANDBOX that is neither 1 nor 0: who means the sandbox must not end up at an account', () => {
    expect(resolve({ ...enough, SNOWPOOL_SANDBOX: '1' }).profile.isSandbox).toBe(true);
    expect(resolve({ ...enough, SNOWPOOL_SANDBOX: '0' }).profile.isSandbox).toBe(false);
    expect(() => resolve({ ...enough, SNOWPOOL_SANDBOX: 'true' })).toThrow(
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

  it('has the same fingerprint for the same credentials, another for any difference, and shows no secret in it', () => {
    const one = resolve(enough).profile.fingerprint;
    expect(
      resolve({ ...enough, SNOWFLAKE_POOL_MAX_SIZE: '4', SNOWPOOL_POLICY: 'read-write' }).profile.fingerprint,
    ).toBe(one);
    for (const other of [
      { SNOWFLAKE_PASSWORD: 'secret-2' },
      { SNOWFLAKE_ROLE: 'R' },
      { SNOWFLAKE_USER: 'bob' },
      { HTTPS_PROXY: 'http://proxy:8080' },
    ]) {
      expect(resolve({ ...enough, ...other }).profile.fingerprint).not.toBe(one);
    }
    expect(one).toMatch(/^[0-9a-f]{16}$/);
  });

  it('opens an encrypted key file with its passphrase and says so when that is wrong', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' });
    const path = join(there.home, 'key.p8');
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
    chmodSync(join(there.home, '.snowflake', 'connections.toml'), 0o666);
    expect(() => resolve({})).toThrow(/can be written by other users/);
  });

  it('refuses a file in whose place others may put another one', () => {
    connections('[default]\naccount = "a"\nuser = "u"\npassword = "p"\n');
    chmodSync(join(there.home, '.snowflake'), 0o777);
    expect(() => resolve({})).toThrow(/its folder \S+ can be changed by other users \(mode 777\)/);
  });

  it.runIf(process.getuid?.() === 0)('refuses a file, and a link to one, of another user', () => {
    connections('[default]\naccount = "a"\nuser = "u"\npassword = "p"\n');
    const path = join(there.home, '.snowflake', 'connections.toml');
    chownSync(path, 1, 1);
    expect(() => resolve({})).toThrow(/is not read, as it belongs to another user \(uid 1\)/);
    chownSync(path, 0, 0);
    renameSync(path, join(there.home, 'own.toml'));
    symlinkSync(join(there.home, 'own.toml'), path);
    expect(resolve({}).profile.account).toBe('a');
    lchownSync(path, 1, 1);
    expect(() => resolve({})).toThrow(/belongs to another user \(uid 1\)/);
  });

  it("names unknown sections and keys of snowpool's own file", () => {
    ownFile('[pool]\nminsize = 3\n');
    expect(() => resolve(enough)).toThrow(/\[pool\] has an unknown key 'minsize': allowed are min_size/);
    ownFile('[pools]\nmin_size = 3\n');
    expect(() => resolve(enough)).toThrow(/unknown section or key 'pools'/);
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
