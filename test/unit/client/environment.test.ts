import { homedir } from 'node:os';
import { expect, it } from 'vitest';
import { daemonEnvironment, profileEnvironment } from '../../../client/link/environment.ts';

const env = {
  HOME: '/home/me',
  PATH: '/bin',
  LANG: 'C',
  LC_ALL: 'C',
  XDG_CONFIG_HOME: '/home/me/.config',
  XDG_RUNTIME_DIR: '/run/user/1000',
  SNOWFLAKE_PASSWORD: 'secret',
  SNOWFLAKE_PRIVATE_KEY_PATH: 'keys/me.p8',
  SNOWFLAKE_HOME: '~/.snowflake',
  SNOWPOOL_CONFIG: 'snowpool.toml',
  SNOWPOOL_POLICY: 'confirm',
  SNOWPOOL_SOCKET: '/tmp/d.sock',
  https_proxy: 'http://proxy',
  NO_PROXY: 'localhost',
  NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
  NODE_OPTIONS: '--inspect',
  AWS_SECRET_ACCESS_KEY: 'secret',
  UNSET: undefined,
};

it('a profile travels with its variables, proxies and home, and nothing else', () => {
  expect(profileEnvironment(env, '/work')).toEqual({
    HOME: '/home/me',
    XDG_CONFIG_HOME: '/home/me/.config',
    SNOWFLAKE_PASSWORD: 'secret',
    SNOWFLAKE_PRIVATE_KEY_PATH: '/work/keys/me.p8',
    SNOWFLAKE_HOME: '~/.snowflake',
    SNOWPOOL_CONFIG: '/work/snowpool.toml',
    SNOWPOOL_POLICY: 'confirm',
    SNOWPOOL_SOCKET: '/tmp/d.sock',
    https_proxy: 'http://proxy',
    NO_PROXY: 'localhost',
  });
});

it('a front-end without HOME names the home of its user', () => {
  expect(profileEnvironment({}, '/work')).toEqual({ HOME: homedir() });
});

it('a started daemon sees where things lie and no profile', () => {
  expect(daemonEnvironment(env, '/work')).toEqual({
    HOME: '/home/me',
    PATH: '/bin',
    LANG: 'C',
    LC_ALL: 'C',
    XDG_CONFIG_HOME: '/home/me/.config',
    XDG_RUNTIME_DIR: '/run/user/1000',
    SNOWPOOL_CONFIG: '/work/snowpool.toml',
    SNOWPOOL_SOCKET: '/tmp/d.sock',
    NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
  });
});
