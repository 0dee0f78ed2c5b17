import { expect, test } from 'vitest';
import { credentialsRejected } from '../../../daemon/pool/login-errors.ts';
import { profileFor } from '../../support/pools.ts';

const profile = profileFor({ host: '127.0.0.1', port: 1 }, { user: 'ME' });
const adviceFor = (code: string) => credentialsRejected(profile, { code, message: 'No.', atMs: 0 }).next;

test.each([
  ['a wrong password', '390100', 'Change the credentials'],
  ['a disabled user', '390101', 'administrator'],
  ['a locked user', '390102', 'Wait until the lock is over'],
  ['a password that has expired', '390106', 'new password'],
  ['a role that the user has not', '390189', 'SNOWFLAKE_ROLE'],
  ['a second factor that is missing', '390197', 'second factor'],
  ['an account of another name', '390403', 'SNOWFLAKE_ACCOUNT'],
  ['a network policy', '390422', 'VPN'],
])('a sign-in that is refused for %s says what would help', (_why, code, words) => {
  expect(adviceFor(code)).toContain(words);
});
