import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { faultOf, fingerprintOf, readJwt } from '../../../sandbox/sessions/key-pair.ts';
import { isAllowed } from '../../../sandbox/sessions/network-policy.ts';
import { totp } from '../../../sandbox/sessions/passcode.ts';

const NOW = 1_760_000_000_000;
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });

interface Changes {
  readonly alg?: string;
  readonly claims?: object;
  readonly key?: KeyObject;
}

function token({ alg = 'RS256', claims = {}, key = privateKey }: Changes = {}): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const seconds = NOW / 1000;
  const body = `${encode({ alg, typ: 'JWT' })}.${encode({
    iss: `ACC.ANN.${fingerprintOf(publicKey)}`,
    sub: 'ACC.ANN',
    iat: seconds,
    exp: seconds + 60,
    ...claims,
  })}`;
  return `${body}.${sign('sha256', Buffer.from(body), key).toString('base64url')}`;
}

function verdict(changes: Changes = {}, account = 'ACC', nowMs = NOW) {
  const jwt = readJwt(token(changes));
  return typeof jwt === 'string' ? jwt : faultOf(jwt, account, [publicKey], nowMs);
}

test('a token that is right is right, with times in seconds or milliseconds', () => {
  expect(verdict()).toBeUndefined();
  expect(verdict({ claims: { iat: NOW, exp: NOW + 120_000 } })).toBeUndefined();
  expect(verdict({ claims: { iat: undefined } })).toBeUndefined();
});

test.each<[string, Changes, string]>([
  ['another algorithm', { alg: 'HS256' }, 'JWT_TOKEN_INVALID_ALGORITHM'],
  ['no algorithm', { alg: 'none' }, 'JWT_TOKEN_INVALID_ALGORITHM'],
  ['another subject', { claims: { sub: 'ACC.BOB' } }, 'JWT_TOKEN_INVALID_SUBJECT_IN_ISSUER'],
  ['an issuer without fingerprint', { claims: { iss: 'ACC.ANN' } }, 'JWT_TOKEN_INVALID_SUBJECT_IN_ISSUER'],
  ['another key with its own signature', { key: other.privateKey }, 'JWT_TOKEN_INVALID_SIGNATURE'],
  ['an expiry that is past', { claims: { exp: NOW / 1000 - 1 } }, 'JWT_TOKEN_EXPIRED'],
  ['an issue in the future', { claims: { iat: NOW / 1000 + 120 } }, 'JWT_TOKEN_INVALID_ISSUE_TIME'],
  ['an issue long ago', { claims: { iat: NOW / 1000 - 7200 } }, 'JWT_TOKEN_EXPIRED'],
  ['no expiry', { claims: { exp: undefined } }, 'JWT_TOKEN_INVALID_FORMAT'],
])('%s is told apart', (_what, changes, fault) => {
  expect(verdict(changes)).toBe(fault);
});

test('another account and an unregistered key are told apart', () => {
  expect(verdict({}, 'OTHER')).toBe('JWT_TOKEN_ACCOUNT_MISMATCH');
  const jwt = readJwt(token());
  if (typeof jwt === 'string') throw new Error(jwt);
  expect(faultOf(jwt, 'ACC', [other.publicKey], NOW)).toBe('JWT_TOKEN_INVALID_PUBLIC_KEY_FINGERPRINT_MISMATCH');
  expect(readJwt('a.b')).toBe('JWT_TOKEN_INVALID_FORMAT');
  expect(readJwt('')).toBe('JWT_TOKEN_INVALID_FORMAT');
});

test('time-based codes are those of RFC 6238, appendix B (its SHA-1 secret, last six digits)', () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  expect(totp(secret, 59_000)).toBe('287082');
  expect(totp(secret, 1_111_111_109_000)).toBe('081804');
  expect(totp(secret, 20_000_000_000_000)).toBe('353130');
});

test('a network policy holds addresses and ranges', () => {
  expect(isAllowed('127.0.0.1', ['127.0.0.1'])).toBe(true);
  expect(isAllowed('::ffff:10.2.3.4', ['10.0.0.0/8'])).toBe(true);
  expect(isAllowed('11.0.0.1', ['10.0.0.0/8', '192.168.0.0/16'])).toBe(false);
  expect(isAllowed('8.8.8.8', ['0.0.0.0/0'])).toBe(true);
  expect(isAllowed('::1', ['0.0.0.0/0'])).toBe(false);
});
