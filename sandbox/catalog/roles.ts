import { SqlError } from '../engine.ts';
import { alreadyExists } from '../sql/errors.ts';
import type { Owned, Securable } from './model.ts';

export interface Role extends Owned {
  readonly id: number;
  readonly grantedTo: Set<string>;
}

export interface Grant {
  readonly privilege: string;
  /** What it is granted on: `TABLE`, `VIEW`, `SCHEMA`, `DATABASE`, `WAREHOUSE`, `ACCOUNT`, ... */
  readonly on: string;
  /** The object's id; 0 for the account. */
  readonly objectId: number;
  readonly objectName: string;
  readonly grantee: string;
  readonly grantedBy: string;
  readonly withGrantOption: boolean;
  readonly createdMs: number;
}

/** A grant on objects that do not exist yet: `GRANT SELECT ON FUTURE TABLES IN SCHEMA s`. */
export interface FutureGrant {
  readonly privilege: string;
  readonly on: string;
  readonly containerId: number;
  readonly grantee: string;
  readonly createdMs: number;
}

/** The roles that every account has, each with the ones it inherits. Source: documentation page "Overview of access control". */
const SYSTEM_ROLES: readonly (readonly [name: string, comment: string, inherits: readonly string[]])[] = [
  ['ACCOUNTADMIN', 'Account administrator can manage all aspects of the account.', ['SYSADMIN', 'SECURITYADMIN']],
  ['ORGADMIN', 'Organization administrator can manage organization and accounts in the organization.', []],
  ['PUBLIC', 'Public role is automatically available to every user in the account.', []],
  ['SECURITYADMIN', 'Security administrator can manage security aspects of the account.', ['USERADMIN']],
  ['SYSADMIN', 'System administrator can create and manage databases and warehouses.', []],
  ['USERADMIN', 'User administrator can create and manage users and roles', []],
];

/** What roles hold at the account itself from the start. */
const ACCOUNT_PRIVILEGES: readonly (readonly [privilege: string, role: string])[] = [
  ['CREATE DATABASE', 'SYSADMIN'],
  ['CREATE WAREHOUSE', 'SYSADMIN'],
  ['CREATE ROLE', 'USERADMIN'],
  ['CREATE USER', 'USERADMIN'],
  ['MANAGE GRANTS', 'SECURITYADMIN'],
  ['MONITOR USAGE', 'ACCOUNTADMIN'],
];

/** Roles, who inherits whom, and grants of privileges. */
export class Roles {
  private readonly roles = new Map<string, Role>();
  private readonly userRoles = new Map<string, Map<string, { by: string; createdMs: number }>>();
  private grants: Grant[] = [];
  private futures: FutureGrant[] = [];
  private lastId = 0;

  constructor(private readonly now: () => number) {
    for (const [name, comment] of SYSTEM_ROLES) this.add(name, '', comment);
    for (const [name, , inherits] of SYSTEM_ROLES) for (const below of inherits) this.get(below)?.grantedTo.add(name);
    for (const [privilege, grantee] of ACCOUNT_PRIVILEGES) {
      this.grant({
        privilege,
        on: 'ACCOUNT',
        objectId: 0,
        objectName: 'SANDBOX',
        grantee,
        grantedBy: '',
        withGrantOption: true,
      });
    }
  }

  get(name: string): Role | undefined {
    return this.roles.get(name);
  }

  all(): Role[] {
    return [...this.roles.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  add(name: string, owner: string, comment = ''): Role {
    if (this.roles.has(name)) throw alreadyExists(name);
    this.lastId += 1;
    const role: Role = { name, owner, comment, createdMs: this.now(), id: this.lastId, grantedTo: new Set() };
    this.roles.set(name, role);
    return role;
  }

  /** Drops a role; what it owned goes to `heir`. */
  drop(name: string): void {
    this.roles.delete(name);
    for (const role of this.roles.values()) role.grantedTo.delete(name);
    for (const granted of this.userRoles.values()) granted.delete(name);
    this.grants = this.grants.filter((grant) => grant.grantee !== name);
    this.futures = this.futures.filter((grant) => grant.grantee !== name);
  }

  grantToUser(role: string, user: string, by: string): void {
    const granted = this.userRoles.get(user) ?? new Map();
    this.userRoles.set(user, granted);
    if (!granted.has(role)) granted.set(role, { by, createdMs: this.now() });
  }

  revokeFromUser(role: string, user: string): void {
    this.userRoles.get(user)?.delete(role);
  }

  forgetUser(user: string): void {
    this.userRoles.delete(user);
  }

  renameUser(user: string, to: string): void {
    const granted = this.userRoles.get(user);
    this.userRoles.delete(user);
    if (granted) this.userRoles.set(to, granted);
  }

  /** Roles granted by GRANT ROLE ... TO USER, with who did and when. */
  grantedToUser(user: string): ReadonlyMap<string, { readonly by: string; readonly createdMs: number }> {
    return this.userRoles.get(user) ?? new Map();
  }

  /** Throws SqlError 003028-like where `role` would come to inherit itself. */
  grantToRole(role: string, to: string): void {
    if (this.closure([role]).has(to)) {
      throw new SqlError(
        '003028',
        '23001',
        `SQL compilation error:\nRole grant of '${role}' to '${to}' would create a cycle.`,
      );
    }
    this.get(role)?.grantedTo.add(to);
  }

  revokeFromRole(role: string, from: string): void {
    this.get(role)?.grantedTo.delete(from);
  }

  /** These roles and all that they inherit; PUBLIC is always among them. */
  closure(names: Iterable<string>): Set<string> {
    const reached = new Set<string>();
    const pending = [...names, 'PUBLIC'];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (reached.has(name)) continue;
      reached.add(name);
      for (const role of this.roles.values()) if (role.grantedTo.has(name)) pending.push(role.name);
    }
    return reached;
  }

  grant(grant: Omit<Grant, 'createdMs'>): void {
    const known = this.grants.some((other) => sameGrant(other, grant));
    if (!known) this.grants.push({ ...grant, createdMs: this.now() });
  }

  /** True where there was one to take away. */
  revoke(privilege: string, objectId: number, grantee: string): boolean {
    const before = this.grants.length;
    this.grants = this.grants.filter(
      (grant) =>
        grant.objectId !== objectId ||
        grant.grantee !== grantee ||
        (privilege !== 'ALL' && grant.privilege !== privilege),
    );
    return this.grants.length < before;
  }

  grantFuture(grant: Omit<FutureGrant, 'createdMs'>): void {
    this.futures.push({ ...grant, createdMs: this.now() });
  }

  revokeFuture(privilege: string, on: string, containerId: number, grantee: string): void {
    this.futures = this.futures.filter(
      (grant) =>
        grant.on !== on ||
        grant.containerId !== containerId ||
        grant.grantee !== grantee ||
        (privilege !== 'ALL' && grant.privilege !== privilege),
    );
  }

  futureGrants(containerId: number): readonly FutureGrant[] {
    return this.futures.filter((grant) => grant.containerId === containerId);
  }

  /** What a role was promised on objects to come, wherever. */
  futureGrantsTo(grantee: string): readonly FutureGrant[] {
    return this.futures.filter((grant) => grant.grantee === grantee);
  }

  /** Gives a new object what future grants on its schema (else its database) promise. */
  applyFutureGrants(object: Exclude<Securable, { kind: 'DATABASE' }>, objectName: string): void {
    const containers = object.kind === 'SCHEMA' ? [object.database.id] : [object.schema.id, object.schema.database.id];
    for (const containerId of containers) {
      const matching = this.futures.filter((future) => future.containerId === containerId && future.on === object.kind);
      for (const { privilege, grantee } of matching) {
        if (privilege === 'OWNERSHIP') object.owner = grantee;
        else
          this.grant({
            privilege,
            on: object.kind,
            objectId: object.id,
            objectName,
            grantee,
            grantedBy: object.owner,
            withGrantOption: false,
          });
      }
      if (matching.length > 0) return;
    }
  }

  on(objectId: number): readonly Grant[] {
    return this.grants.filter((grant) => grant.objectId === objectId);
  }

  to(grantee: string): readonly Grant[] {
    return this.grants.filter((grant) => grant.grantee === grantee);
  }

  /** True where one of the roles holds the privilege (any privilege where none is named) on the object. */
  holds(roles: ReadonlySet<string>, objectId: number, ...privileges: readonly string[]): boolean {
    return this.grants.some(
      (grant) =>
        grant.objectId === objectId &&
        roles.has(grant.grantee) &&
        (privileges.length === 0 || privileges.includes(grant.privilege)),
    );
  }

  forget(objectId: number): void {
    this.grants = this.grants.filter((grant) => grant.objectId !== objectId);
  }
}

function sameGrant(a: Omit<Grant, 'createdMs'>, b: Omit<Grant, 'createdMs'>): boolean {
  return a.privilege === b.privilege && a.objectId === b.objectId && a.on === b.on && a.grantee === b.grantee;
}
