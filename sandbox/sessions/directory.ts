/** The users of the account, what they may sign in with, and the account's own switches. */
import type { KeyObject } from 'node:crypto';
import type { DirectoryUser, UserChanges } from '../engine.ts';
import { type AccountsSettings, EVERY_SYSTEM_ROLE, type UserSettings } from './accounts-file.ts';
import { changedUser, keysOf, loginNameOf } from './user-changes.ts';

export interface BearerToken {
  readonly token: string;
  /** Epoch ms on the sandbox's clock; null never expires. */
  readonly expiresMs: number | null;
  readonly role: string | null;
}

export interface SecondFactor {
  readonly push: 'wait' | 'approve' | 'deny' | null;
  readonly passcodes: readonly string[];
  readonly totpSecret: string | null;
}

/** A user with everything that a sign-in is held against. */
export interface User extends DirectoryUser {
  /** Null where no password may be used. */
  readonly password: string | null;
  /** True for users that came into being by signing in: any password will do. */
  readonly takesAnyPassword: boolean;
  readonly isPasswordExpired: boolean;
  readonly mfa: SecondFactor | null;
  readonly mustEnrolMfa: boolean;
  readonly publicKeys: readonly KeyObject[];
  /** RSA_PUBLIC_KEY and RSA_PUBLIC_KEY_2 by their places. */
  readonly keySlots: readonly (KeyObject | null)[];
  readonly oauthTokens: readonly BearerToken[];
  readonly accessTokens: readonly BearerToken[];
  /** Null: from anywhere. */
  readonly allowedIps: readonly string[] | null;
}

export interface AccountSwitches {
  /** Upper case; null: any. */
  readonly accounts: ReadonlySet<string> | null;
  readonly allowsIdToken: boolean;
  readonly allowsMfaCaching: boolean;
  /** Users that are not known may sign in, with any password. */
  readonly takesAnyUser: boolean;
}

/** Users that came into being by signing in are kept up to this number; beyond it unknown users are refused. */
const MOST_UNLISTED_USERS = 10_000;

/** Looks up users by name, in any case, and holds the account's switches. */
export class Directory {
  readonly #users = new Map<string, User>();
  /** Users that were dropped do not come back by signing in. */
  readonly #dropped = new Set<string>();
  switches: AccountSwitches = { accounts: null, allowsIdToken: true, allowsMfaCaching: true, takesAnyUser: true };

  /** Without an accounts file and without users, any user and password may sign in. */
  constructor(private readonly now: () => number) {}

  load(settings: AccountsSettings): void {
    this.switches = {
      accounts: settings.accounts ? new Set(settings.accounts) : null,
      allowsIdToken: settings.allow_id_token,
      allowsMfaCaching: settings.allow_client_mfa_caching,
      takesAnyUser: settings.any_user,
    };
    for (const user of settings.users) this.set(user);
  }

  /** Adds a user or replaces it whole. */
  set(settings: UserSettings): User {
    const bearer = (tokens: UserSettings['oauth_tokens']): BearerToken[] =>
      tokens.map(({ token, expires_in_seconds: seconds, role }) => ({
        token,
        expiresMs: seconds === undefined ? null : this.now() + seconds * 1000,
        role: role ?? null,
      }));
    const defaultRole = settings.default_role ?? settings.roles[0] ?? 'PUBLIC';
    const keySlots = [settings.rsa_public_key ?? null, settings.rsa_public_key_2 ?? null];
    const user: User = {
      ...this.blank(settings.name),
      defaultRole,
      defaultWarehouse: settings.default_warehouse,
      defaultNamespace: settings.default_namespace ?? null,
      roles: [...new Set([...settings.roles, defaultRole, 'PUBLIC'])],
      isDisabled: settings.disabled,
      password: settings.password ?? null,
      hasPassword: settings.password !== undefined,
      isPasswordExpired: settings.password_expired,
      defaultSecondaryRoles: settings.default_secondary_roles,
      mfa: settings.mfa
        ? {
            push: settings.mfa.push ?? null,
            passcodes: settings.mfa.passcodes,
            totpSecret: settings.mfa.totp_secret ?? null,
          }
        : null,
      hasMfa: settings.mfa !== undefined,
      mustEnrolMfa: settings.mfa_required,
      ...keysOf(keySlots),
      oauthTokens: bearer(settings.oauth_tokens),
      accessTokens: bearer(settings.access_tokens),
      allowedIps: settings.allowed_ips ?? null,
    };
    this.#users.set(user.name, user);
    return user;
  }

  /** Gives a user a new password, which has not expired. */
  changePassword(user: User, password: string): void {
    this.#users.set(user.name, { ...user, password, hasPassword: true, isPasswordExpired: false });
  }

  /** The user of a login name, created on the spot where the account takes any user; undefined where there is none. */
  find(loginName: string): User | undefined {
    const name = loginName.trim().toUpperCase();
    const known = [this.#users.get(name), ...this.#users.values()].find((user) => user && loginNameOf(user) === name);
    if (known) return known;
    if (this.#users.has(name) || this.#dropped.has(name)) return undefined;
    const isPlausible = name !== '' && name.length <= 255;
    if (!this.switches.takesAnyUser || !isPlausible || this.#users.size >= MOST_UNLISTED_USERS) return undefined;
    const user: User = {
      ...this.blank(name),
      defaultRole: 'ACCOUNTADMIN',
      defaultWarehouse: 'COMPUTE_WH',
      roles: EVERY_SYSTEM_ROLE,
      takesAnyPassword: true,
      hasPassword: true,
    };
    this.#users.set(name, user);
    return user;
  }

  /** A user with nothing but a name: the role PUBLIC, no way to sign in. */
  private blank(name: string): User {
    return {
      name,
      defaultRole: 'PUBLIC',
      defaultWarehouse: null,
      defaultNamespace: null,
      defaultSecondaryRoles: 'NONE',
      roles: ['PUBLIC'],
      isDisabled: false,
      password: null,
      hasPassword: false,
      takesAnyPassword: false,
      isPasswordExpired: false,
      mfa: null,
      hasMfa: false,
      mustEnrolMfa: false,
      ...keysOf([null, null]),
      oauthTokens: [],
      accessTokens: [],
      allowedIps: null,
      createdMs: this.now(),
      properties: new Map(),
    };
  }

  /** CREATE USER; replaces one of that name. Throws SqlError 001008 for a key that is none. */
  create(name: string, changes: UserChanges): void {
    this.#dropped.delete(name);
    this.#users.set(name, changedUser(this.blank(name), changes));
  }

  /** ALTER USER. Throws as `create`. */
  change(name: string, changes: UserChanges): void {
    const user = this.#users.get(name);
    if (!user) return;
    const changed = changedUser(user, changes);
    this.#users.delete(name);
    this.#users.set(changed.name, changed);
  }

  drop(name: string): void {
    this.#users.delete(name);
    this.#dropped.add(name);
  }

  /** The user that a bearer token was given to. */
  byToken(kind: 'oauthTokens' | 'accessTokens', token: string): { user: User; bearer: BearerToken } | undefined {
    for (const user of this.#users.values()) {
      const bearer = user[kind].find((candidate) => candidate.token === token);
      if (bearer) return { user, bearer };
    }
    return undefined;
  }

  all(): readonly User[] {
    return [...this.#users.values()];
  }
}
