/** Decides whether a login request may sign in, and as whom: one method for each kind, the same gates before and after. */
import { randomUUID } from 'node:crypto';
import type { BrowserLogins } from './browser-logins.ts';
import type { SandboxClock } from './clock.ts';
import type { BearerToken, Directory, User } from './directory.ts';
import { faultOf, readJwt } from './key-pair.ts';
import type { Lockout } from './lockout.ts';
import type { LoginFailures } from './login-failures.ts';
import { loginRefusals } from './login-refusals.ts';
import type { LoginRequest } from './login-request.ts';
import { isAllowed } from './network-policy.ts';
import { isRightPasscode } from './passcode.ts';
import type { Pushes } from './push.ts';
import { Refusal } from './refusal.ts';
import type { SilentTokens } from './silent-tokens.ts';

export interface SignedIn {
  readonly user: User;
  /** The one role that this sign-in may use; null: any that the user has. */
  readonly onlyRole: string | null;
  readonly idToken: string | null;
  readonly mfaToken: string | null;
}

/** What a method proved: the user, and what comes with it. */
interface Proof {
  readonly user: User;
  readonly onlyRole?: string | null;
  readonly usedPassword?: boolean;
  readonly usedBrowser?: boolean;
  /** A stored MFA token already stood in for the second factor. */
  readonly isSecondFactorDone?: boolean;
}

/** Verifies sign-ins of every kind. Failures of known users count towards their lock. */
export class SignIn {
  constructor(
    private readonly parts: {
      readonly clock: SandboxClock;
      readonly directory: Directory;
      readonly lockout: Lockout;
      readonly pushes: Pushes;
      readonly silentTokens: SilentTokens;
      readonly browserLogins: BrowserLogins;
      readonly failures: LoginFailures;
    },
  ) {}

  /** Resolves with who signed in. Throws a Refusal with Snowflake's code. `signal`: the client went away. */
  async verify(request: LoginRequest, peer: string, signal: AbortSignal): Promise<SignedIn> {
    const { directory, lockout, silentTokens, failures } = this.parts;
    const { accounts } = directory.switches;
    if (accounts && !accounts.has(request.account)) throw loginRefusals.unknownAccount(request.account);
    const named = request.loginName === '' ? undefined : directory.find(request.loginName);
    if (named && lockout.isLocked(named.name)) {
      throw failures.add(request, peer, named.name, loginRefusals.locked());
    }
    try {
      const proof = this.#prove(request, named);
      const { user } = proof;
      if (lockout.isLocked(user.name)) throw loginRefusals.locked();
      if (user.isDisabled) throw loginRefusals.disabled();
      if (user.allowedIps && !isAllowed(peer, user.allowedIps)) throw loginRefusals.networkPolicy(peer);
      if (proof.usedPassword && user.isPasswordExpired) {
        if (request.newPassword === '') throw loginRefusals.passwordExpired();
        directory.changePassword(user, request.newPassword);
      }
      if (proof.usedPassword) await this.#secondFactor(request, user, signal);
      lockout.succeeded(user.name);
      const wants = (name: string) => String(request.parameters.get(name)).toLowerCase() === 'true';
      const givesId =
        proof.usedBrowser && directory.switches.allowsIdToken && wants('CLIENT_STORE_TEMPORARY_CREDENTIAL');
      const givesMfa =
        proof.usedPassword &&
        user.mfa !== null &&
        directory.switches.allowsMfaCaching &&
        wants('CLIENT_REQUEST_MFA_TOKEN');
      return {
        user,
        onlyRole: proof.onlyRole ?? null,
        idToken: givesId ? silentTokens.give('id', user.name) : null,
        mfaToken: givesMfa ? silentTokens.give('mfa', user.name) : null,
      };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (named && !STATES.has(error.code)) lockout.failed(named.name);
      throw failures.add(request, peer, named?.name ?? null, error);
    }
  }

  #prove(request: LoginRequest, named: User | undefined): Proof {
    if (request.isOkta) throw loginRefusals.unsupported('native Okta');
    switch (request.authenticator) {
      case 'SNOWFLAKE':
      case 'USERNAME_PASSWORD_MFA':
        // Go leaves AUTHENTICATOR out for OAuth's code flow: a token without a password is one (PROTOCOL §2).
        if (request.password === '' && request.token !== '') return this.#oauth(request, named);
        return this.#password(request, named);
      case 'SNOWFLAKE_JWT':
        return this.#keyPair(request);
      case 'OAUTH':
      case 'OAUTH_AUTHORIZATION_CODE':
      case 'OAUTH_CLIENT_CREDENTIALS':
        return this.#oauth(request, named);
      case 'PROGRAMMATIC_ACCESS_TOKEN':
        return this.#accessToken(request.token || request.password, named);
      case 'EXTERNALBROWSER':
        return this.#browser(request, named);
      case 'ID_TOKEN':
        return this.#idToken(request, named);
      default:
        throw loginRefusals.unsupported(`authenticator '${request.authenticator.slice(0, 100)}'`);
    }
  }

  #password(request: LoginRequest, named: User | undefined): Proof {
    if (!named || request.password === '') throw loginRefusals.wrongPassword();
    if (named.takesAnyPassword) return { user: named, usedPassword: true };
    // A programmatic access token may stand where a password is asked for.
    if (this.parts.directory.byToken('accessTokens', request.password)?.user === named) {
      return this.#accessToken(request.password, named);
    }
    const isRight =
      named.password !== null &&
      (request.password === named.password ||
        (request.isPasscodeInPassword && named.mfa !== null && request.password.startsWith(named.password)));
    if (!isRight) throw loginRefusals.wrongPassword();
    return { user: named, usedPassword: true };
  }

  async #secondFactor(request: LoginRequest, user: User, signal: AbortSignal): Promise<void> {
    if (user.mfa === null) {
      if (user.mustEnrolMfa) throw loginRefusals.mfaEnrolment();
      return;
    }
    const { silentTokens, pushes, directory } = this.parts;
    if (request.token !== '' && directory.switches.allowsMfaCaching) {
      // A stale MFA token is no failure: the person is asked again.
      if (silentTokens.verdict('mfa', user.name, request.token) === 'good') return;
    }
    if (request.duoMethod === 'passcode' || request.passcode !== '') {
      const code = request.passcode || request.password.slice(user.password?.length ?? 0);
      if (!isRightPasscode(user.mfa, code, Date.now())) {
        throw user.mfa.totpSecret === null ? loginRefusals.passcodeWrong() : loginRefusals.totpWrong();
      }
      return;
    }
    if (user.mfa.push === null) {
      throw user.mfa.totpSecret === null ? loginRefusals.pushDisabled() : loginRefusals.totpRequired();
    }
    if (user.mfa.push === 'approve') return;
    if (user.mfa.push === 'deny') throw loginRefusals.pushDenied();
    const verdict = await pushes.ask(user.name, signal);
    if (verdict === 'denied') throw loginRefusals.pushDenied();
    if (verdict === 'timed out') throw loginRefusals.pushTimedOut();
  }

  #keyPair(request: LoginRequest): Proof {
    const jwt = readJwt(request.token);
    const user = typeof jwt === 'string' ? undefined : this.parts.directory.find(jwt.user);
    const isSomebodyElse =
      typeof jwt !== 'string' && request.loginName !== '' && request.loginName.trim().toUpperCase() !== jwt.user;
    const fault =
      typeof jwt === 'string'
        ? jwt
        : !user || isSomebodyElse
          ? 'JWT_TOKEN_INVALID_USER_IN_ISSUER'
          : faultOf(jwt, request.account, user.publicKeys, Date.now());
    if (fault === undefined && user) return { user };
    const failure = loginRefusals.jwtInvalid(randomUUID());
    throw new Refusal(failure.code, failure.message, { ...failure.data, sandboxReason: fault });
  }

  #oauth(request: LoginRequest, named: User | undefined): Proof {
    const found = this.parts.directory.byToken('oauthTokens', request.token);
    if (!found) throw loginRefusals.oauthInvalid();
    if (request.loginName !== '' && found.user !== named) throw loginRefusals.oauthUserMismatch();
    if (this.#isExpired(found.bearer)) throw loginRefusals.oauthExpired();
    return { user: found.user, onlyRole: found.bearer.role };
  }

  #accessToken(token: string, named: User | undefined): Proof {
    const found = this.parts.directory.byToken('accessTokens', token);
    if (!found || (named && found.user !== named) || this.#isExpired(found.bearer)) {
      throw loginRefusals.accessTokenInvalid();
    }
    return { user: found.user, onlyRole: found.bearer.role };
  }

  #browser(request: LoginRequest, named: User | undefined): Proof {
    const name = this.parts.browserLogins.redeem(request.token, request.proofKey);
    const user = name === undefined ? undefined : this.parts.directory.find(name);
    if (!user) throw loginRefusals.browserTokenInvalid();
    if (request.loginName !== '' && user !== named) throw loginRefusals.browserUserMismatch();
    return { user, usedBrowser: true };
  }

  #idToken(request: LoginRequest, named: User | undefined): Proof {
    const { directory, silentTokens } = this.parts;
    if (!named || !directory.switches.allowsIdToken) throw loginRefusals.idTokenInvalid();
    const verdict = silentTokens.verdict('id', named.name, request.token);
    if (verdict === 'expired') throw loginRefusals.idTokenExpired();
    if (verdict === 'unknown') throw loginRefusals.idTokenInvalid();
    return { user: named };
  }

  #isExpired(bearer: BearerToken): boolean {
    return bearer.expiresMs !== null && this.parts.clock.now() >= bearer.expiresMs;
  }
}

/** States of the user, not wrong credentials: they do not count towards a lock. */
const STATES = new Set([
  '390101',
  '390102',
  '390106',
  '390197',
  '390422',
  '390126',
  '390132',
  '394508',
  '390403',
  '390410',
]);
