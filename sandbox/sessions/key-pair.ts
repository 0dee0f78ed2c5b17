/** Verifies the JWT of a key-pair sign-in: signature, issuer with the key's fingerprint, subject, times. */
import { createHash, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';

const headerSchema = z.looseObject({ alg: z.string() });
const claimsSchema = z.looseObject({
  iss: z.string(),
  sub: z.string(),
  iat: z.number().optional(),
  exp: z.number(),
});

/** Snowflake takes a token for an hour at most, and from a clock that is ahead by up to a minute. */
const LONGEST_LIFE_MS = 60 * 60_000;
const CLOCK_SKEW_MS = 60_000;

/** Why a token is no good. Snowflake keeps it for SYSTEM$GET_LOGIN_FAILURE_DETAILS; so does the control endpoint. */
export type JwtFault =
  | 'JWT_TOKEN_INVALID_FORMAT'
  | 'JWT_TOKEN_INVALID_ALGORITHM'
  | 'JWT_TOKEN_INVALID_SUBJECT_IN_ISSUER'
  | 'JWT_TOKEN_ACCOUNT_MISMATCH'
  | 'JWT_TOKEN_INVALID_USER_IN_ISSUER'
  | 'JWT_TOKEN_INVALID_PUBLIC_KEY_FINGERPRINT_MISMATCH'
  | 'JWT_TOKEN_INVALID_SIGNATURE'
  | 'JWT_TOKEN_INVALID_ISSUE_TIME'
  | 'JWT_TOKEN_EXPIRED';

export interface Jwt {
  /** Upper case, the part before the first dot of the subject. */
  readonly account: string;
  readonly user: string;
  readonly fingerprint: string;
  readonly issuedMs: number | null;
  readonly expiresMs: number;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** `SHA256:` and the base64 of the SHA-256 of the key's DER form, as DESCRIBE USER shows it. */
export function fingerprintOf(key: KeyObject): string {
  const der = key.export({ format: 'der', type: 'spki' });
  return `SHA256:${createHash('sha256').update(der).digest('base64')}`;
}

/** Node's driver writes milliseconds where the standard has seconds (PROTOCOL §2). */
function toMs(time: number): number {
  return time > 1e11 ? time : time * 1000;
}

function part(text: string): unknown {
  return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
}

/** Reads a token without trusting it. Returns the fault where it cannot be read. */
export function readJwt(token: string): Jwt | JwtFault {
  const [header = '', claims = '', signature = '', ...rest] = token.split('.');
  if (signature === '' || rest.length > 0) return 'JWT_TOKEN_INVALID_FORMAT';
  try {
    if (headerSchema.parse(part(header)).alg !== 'RS256') return 'JWT_TOKEN_INVALID_ALGORITHM';
    const { iss, sub, iat, exp } = claimsSchema.parse(part(claims));
    const subject = sub.toUpperCase();
    const dot = subject.indexOf('.');
    const marker = iss.indexOf('.SHA256:');
    if (dot < 1 || marker < 0 || iss.slice(0, marker).toUpperCase() !== subject) {
      return 'JWT_TOKEN_INVALID_SUBJECT_IN_ISSUER';
    }
    return {
      account: subject.slice(0, dot),
      // A user name may hold dots; account names hold none here, drivers cut them at the first.
      user: subject.slice(dot + 1),
      fingerprint: iss.slice(marker + 1),
      issuedMs: iat === undefined ? null : toMs(iat),
      expiresMs: toMs(exp),
      signed: Buffer.from(`${header}.${claims}`),
      signature: Buffer.from(signature, 'base64url'),
    };
  } catch {
    return 'JWT_TOKEN_INVALID_FORMAT';
  }
}

/**
 * Holds a read token against the account, the user's keys and the time. Returns the fault, undefined where it is good.
 * `nowMs` is the machine's own time: the client signed by it, whatever the sandbox's clock was turned to.
 */
export function faultOf(jwt: Jwt, account: string, keys: readonly KeyObject[], nowMs: number): JwtFault | undefined {
  if (account !== '' && jwt.account !== account) return 'JWT_TOKEN_ACCOUNT_MISMATCH';
  const key = keys.find((candidate) => fingerprintOf(candidate) === jwt.fingerprint);
  if (!key) return 'JWT_TOKEN_INVALID_PUBLIC_KEY_FINGERPRINT_MISMATCH';
  if (!verify('sha256', jwt.signed, key, jwt.signature)) return 'JWT_TOKEN_INVALID_SIGNATURE';
  if (jwt.issuedMs !== null) {
    if (jwt.issuedMs > nowMs + CLOCK_SKEW_MS) return 'JWT_TOKEN_INVALID_ISSUE_TIME';
    if (nowMs > jwt.issuedMs + LONGEST_LIFE_MS) return 'JWT_TOKEN_EXPIRED';
  }
  return nowMs >= jwt.expiresMs ? 'JWT_TOKEN_EXPIRED' : undefined;
}
