/** What the values of settings may be, and what they make of each other. */
import { describe, expect, it } from 'vitest';
import { readPoolDefaults } from '../../../daemon/config/resolve.ts';
import { enough, settingsHome } from '../../support/settings-home.ts';

const { resolve } = settingsHome();

describe('a profile', () => {
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
    expect(() => resolve({ ...enough, [name]: value })).toThrowError(sentence);
  });

  it('keeps no more sessions than the maximum where that alone is set', () => {
    expect(resolve({ ...enough, SNOWFLAKE_POOL_MAX_SIZE: '1' }).profile.pool).toMatchObject({ minSize: 1, maxSize: 1 });
  });

  it('lets the pool grow before a call gives up where only the time for that is set', () => {
    const { pool } = resolve({ ...enough, SNOWFLAKE_POOL_CONNECTION_TIMEOUT: '0.2' }).profile;
    expect(pool).toMatchObject({ connectionTimeoutMs: 200, growAfterMs: 100 });
  });

  it('checks the pool variables of the daemon the same way', () => {
    expect(() => readPoolDefaults({ SNOWFLAKE_POOL_MIN_SIZE: '5', SNOWFLAKE_POOL_MAX_SIZE: '4' })).toThrowError(
      "SNOWFLAKE_POOL_MIN_SIZE is '5': allowed is at most SNOWFLAKE_POOL_MAX_SIZE, which is 4.",
    );
  });

  it('is tightened by the flag, never loosened', () => {
    const modes = ['read-only', 'confirm', 'read-write'];
    for (const [at, mode] of modes.entries()) {
      for (const [flagAt, policy] of modes.entries())
        expect(resolve({ ...enough, SNOWPOOL_POLICY: mode }, { policy }).profile.policy.mode).toBe(
          modes[Math.min(at, flagAt)],
        );
    }
  });

  it('loses what it allows beyond its mode where the flag is stricter, and keeps what it denies', () => {
    const environment = {
      ...enough,
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
});
