import type { Database, Schema, Securable } from '../../catalog/model.ts';
import { pathOf } from '../../catalog/model.ts';
import type { FutureGrant } from '../../catalog/roles.ts';
import type { EngineResult } from '../../engine.ts';
import { displayNames, objectMissing, unsupported } from '../errors.ts';
import { Finder } from '../find.ts';
import { metadataColumns } from '../information-schema/columns.ts';
import { readName, readNames } from '../names.ts';
import { KIND, type PlainCell, plainResult } from '../results.ts';
import type { Statement } from '../statement.ts';

const PRIVILEGES = metadataColumns(
  'created_on:t privilege granted_on name granted_to grantee_name grant_option granted_by granted_by_role_type',
);
const ROLES = metadataColumns('created_on:t role granted_to grantee_name granted_by');
const FUTURE = metadataColumns('created_on:t privilege grant_on name grant_to grantee_name grant_option');

/** SHOW [FUTURE] GRANTS [ON ... | TO ... | OF ROLE ...]; without more: what the current user was granted. */
export async function showGrants(statement: Statement, isFuture: boolean): Promise<EngineResult> {
  const { reader, session } = statement;
  if (isFuture) return showFutureGrants(statement);
  if (reader.accept('ON')) return plainResult(KIND.show, PRIVILEGES, grantsOn(statement));
  if (reader.accept('OF')) {
    reader.expect('ROLE');
    return plainResult(KIND.show, ROLES, grantsOfRole(statement));
  }
  if (reader.accept('TO')) {
    const isUser = reader.acceptOne('USER', 'ROLE') === 'USER';
    const name = readName(reader, session);
    reader.expectEnd();
    if (isUser) return plainResult(KIND.show, ROLES, rolesOfUser(statement, name));
    if (!statement.account.catalog.roles.get(name)) throw objectMissing('Role', [name]);
    return plainResult(KIND.show, PRIVILEGES, grantsToRole(statement, name));
  }
  reader.expectEnd();
  return plainResult(KIND.show, ROLES, rolesOfUser(statement, session.start.user));
}

function grantsOn(statement: Statement): PlainCell[][] {
  const { reader, session, account } = statement;
  const finder = new Finder(session, 'SHOW GRANTS');
  const kind = reader.identifier();
  if (kind === 'ACCOUNT') {
    reader.expectEnd();
    return account.catalog.roles.on(0).map((grant) => cellsOf(grant, 'ACCOUNT', 'SANDBOX'));
  }
  const parts = readNames(reader, session);
  reader.expectEnd();
  if (kind === 'WAREHOUSE') {
    const warehouse = account.catalog.warehouses.get(parts[0] ?? '');
    if (!warehouse) throw objectMissing('Warehouse', parts);
    return owned(warehouse, 'WAREHOUSE', warehouse.name, statement);
  }
  const object: Securable =
    kind === 'DATABASE'
      ? finder.database(parts[0] ?? '')
      : kind === 'SCHEMA'
        ? finder.schema(parts)
        : finder.relation(parts);
  return owned(object, object.kind, displayNames(pathOf(object)), statement);
}

function owned(
  object: { readonly owner: string; readonly createdMs: number; readonly id: number },
  on: string,
  name: string,
  { account }: Statement,
): PlainCell[][] {
  const owner: PlainCell[] = [
    object.createdMs,
    'OWNERSHIP',
    on,
    name,
    'ROLE',
    object.owner,
    'true',
    object.owner,
    'ROLE',
  ];
  return [
    ...(object.owner === '' ? [] : [owner]),
    ...account.catalog.roles.on(object.id).map((grant) => cellsOf(grant, on, name)),
  ];
}

interface GrantLike {
  readonly createdMs: number;
  readonly privilege: string;
  readonly grantee: string;
  readonly withGrantOption: boolean;
  readonly grantedBy: string;
}

function cellsOf(
  { createdMs, privilege, grantee, withGrantOption, grantedBy }: GrantLike,
  on: string,
  name: string,
): PlainCell[] {
  return [createdMs, privilege, on, name, 'ROLE', grantee, String(withGrantOption), grantedBy, 'ROLE'];
}

/** What a role holds: ownership, privileges, and the roles that it inherits (as USAGE on a ROLE). */
function grantsToRole({ account }: Statement, role: string): PlainCell[][] {
  const { catalog } = account;
  const objects: Securable[] = [...catalog.databases.values()].flatMap((database) => [
    database,
    ...[...database.schemas.values()].flatMap((schema) => [schema, ...schema.relations.values()]),
  ]);
  const ownership = objects
    .filter((object) => object.owner === role)
    .map((object): PlainCell[] => [
      ...[object.createdMs, 'OWNERSHIP', object.kind, displayNames(pathOf(object)), 'ROLE', role, 'true', role, 'ROLE'],
    ]);
  const warehouses = catalog.warehouses
    .all()
    .filter(({ owner }) => owner === role)
    .map((warehouse): PlainCell[] => [
      ...[warehouse.createdMs, 'OWNERSHIP', 'WAREHOUSE', warehouse.name, 'ROLE', role, 'true', role, 'ROLE'],
    ]);
  const inherited = catalog.roles
    .all()
    .filter(({ grantedTo }) => grantedTo.has(role))
    .map((below): PlainCell[] => [
      below.createdMs,
      'USAGE',
      'ROLE',
      below.name,
      'ROLE',
      role,
      'false',
      below.owner,
      'ROLE',
    ]);
  const privileges = catalog.roles.to(role).map((grant) => cellsOf(grant, grant.on, grant.objectName));
  return [...ownership, ...warehouses, ...inherited, ...privileges];
}

function rolesOfUser({ account }: Statement, user: string): PlainCell[][] {
  const known = account.host.users().find(({ name }) => name === user);
  if (!known) throw objectMissing('User', [user]);
  const granted = account.catalog.roles.grantedToUser(user);
  const fromDirectory = known.roles
    // Everybody has PUBLIC without a grant.
    .filter((role) => role !== 'PUBLIC' && !granted.has(role))
    .map((role): PlainCell[] => [known.createdMs, role, 'USER', user, '']);
  const fromGrants = [...granted].map(([role, { by, createdMs }]): PlainCell[] => [createdMs, role, 'USER', user, by]);
  return [...fromDirectory, ...fromGrants];
}

function grantsOfRole(statement: Statement): PlainCell[][] {
  const { reader, session, account } = statement;
  const name = readName(reader, session);
  reader.expectEnd();
  const role = account.catalog.roles.get(name);
  if (!role) throw objectMissing('Role', [name]);
  const users = account.host
    .users()
    .filter((user) => user.roles.includes(name) || account.catalog.roles.grantedToUser(user.name).has(name))
    .map((user): PlainCell[] => [role.createdMs, name, 'USER', user.name, role.owner]);
  const roles = [...role.grantedTo].map((above): PlainCell[] => [role.createdMs, name, 'ROLE', above, role.owner]);
  return [...users, ...roles];
}

function showFutureGrants(statement: Statement): EngineResult {
  const { reader, session, account } = statement;
  if (reader.accept('TO')) return futureGrantsToRole(statement);
  reader.expect('IN');
  const finder = new Finder(session, 'SHOW GRANTS');
  const kind = reader.acceptOne('SCHEMA', 'DATABASE');
  if (!kind) throw unsupported('this SHOW FUTURE GRANTS', reader.place);
  const container =
    kind === 'SCHEMA' ? finder.schema(readNames(reader, session, 2)) : finder.database(readName(reader, session));
  reader.expectEnd();
  const rows = account.catalog.roles.futureGrants(container.id).map((grant) => futureCells(grant, container));
  return plainResult(KIND.show, FUTURE, rows);
}

function futureCells({ createdMs, privilege, on, grantee }: FutureGrant, container: Database | Schema): PlainCell[] {
  return [createdMs, privilege, on, `${displayNames(pathOf(container))}.<${on}>`, 'ROLE', grantee, 'false'];
}

/** SHOW FUTURE GRANTS TO ROLE: what the role will hold in schemas and databases that still stand. */
function futureGrantsToRole({ reader, session, account }: Statement): EngineResult {
  reader.expect('ROLE');
  const name = readName(reader, session);
  reader.expectEnd();
  const { databases, roles } = account.catalog;
  if (!roles.get(name)) throw objectMissing('Role', [name]);
  const containers = [...databases.values()].flatMap((database) => [database, ...database.schemas.values()]);
  const rows = roles.futureGrantsTo(name).flatMap((grant) => {
    const container = containers.find(({ id }) => id === grant.containerId);
    return container ? [futureCells(grant, container)] : [];
  });
  return plainResult(KIND.show, FUTURE, rows);
}
