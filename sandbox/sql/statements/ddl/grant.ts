import type { Schema, Securable } from '../../../catalog/model.ts';
import { pathOf } from '../../../catalog/model.ts';
import type { Grant } from '../../../catalog/roles.ts';
import type { Warehouse } from '../../../catalog/warehouses.ts';
import type { EngineResult } from '../../../engine.ts';
import { SqlError } from '../../../engine.ts';
import { displayNames, insufficientPrivileges, objectMissing, unsupported } from '../../errors.ts';
import { Finder } from '../../find.ts';
import { readName, readNames } from '../../names.ts';
import type { Statement } from '../../statement.ts';
import { succeeded } from './header.ts';
import { isPrivilege, privilegesOf } from './privileges.ts';

/** GRANT and REVOKE of roles, of privileges on objects, on all and on future objects of a schema or database, of ownership. */
export async function grantOrRevoke(statement: Statement): Promise<EngineResult> {
  const { reader } = statement;
  const isGrant = reader.accept('GRANT');
  if (!isGrant) reader.expect('REVOKE');
  if (!isGrant) reader.accept('GRANT', 'OPTION', 'FOR');
  if (reader.at('DATABASE', 'ROLE') || reader.at('APPLICATION', 'ROLE'))
    throw unsupported('database and application roles', reader.place);
  if (reader.accept('ROLE')) return grantRole(statement, isGrant);
  if (reader.accept('OWNERSHIP')) return grantOwnership(statement);
  const privileges = readPrivileges(statement);
  reader.expect('ON');
  if (reader.accept('FUTURE')) return grantFuture(statement, isGrant, privileges);
  const objects = reader.accept('ALL') ? readAllOf(statement) : [readObject(statement)];
  const role = readGrantee(statement, isGrant);
  const withGrantOption = reader.accept('WITH', 'GRANT', 'OPTION');
  reader.acceptOne('CASCADE', 'RESTRICT');
  reader.expectEnd();
  for (const object of objects) change(statement, isGrant, object, privileges, role, withGrantOption);
  return succeeded();
}

/** What a privilege is granted on. */
interface Target {
  readonly on: string;
  readonly id: number;
  readonly name: string;
  readonly owner: string;
  readonly object: Securable | Warehouse | null;
}

const PLURALS: Readonly<Record<string, Securable['kind']>> = {
  TABLES: 'TABLE',
  VIEWS: 'VIEW',
  SCHEMAS: 'SCHEMA',
  SEQUENCES: 'SEQUENCE',
  STAGES: 'STAGE',
  FUNCTIONS: 'FUNCTION',
  PROCEDURES: 'PROCEDURE',
};

function readPrivileges({ reader }: Statement): string[] {
  const privileges: string[] = [];
  do {
    const words: string[] = [];
    const first = reader.peek();
    while (!reader.at(',') && !reader.at('ON')) {
      if (reader.atEnd) throw reader.unexpected();
      words.push(reader.identifier());
    }
    if (!isPrivilege(words)) throw reader.unexpected(first);
    const privilege = words.join(' ');
    privileges.push(privilege === 'ALL PRIVILEGES' ? 'ALL' : privilege);
  } while (reader.accept(','));
  return privileges;
}

function readGrantee(statement: Statement, isGrant: boolean): string {
  const { reader, session, account } = statement;
  reader.expect(isGrant ? 'TO' : 'FROM');
  if (reader.at('SHARE') || reader.at('DATABASE') || reader.at('USER'))
    throw unsupported(`grants to a ${reader.peek().value}`, reader.place);
  reader.accept('ROLE');
  const name = readName(reader, session);
  if (!account.catalog.roles.get(name)) throw objectMissing('Role', [name]);
  return name;
}

function grantRole(statement: Statement, isGrant: boolean): EngineResult {
  const { reader, session, account } = statement;
  const { roles } = account.catalog;
  const name = readName(reader, session);
  const role = roles.get(name);
  if (!role) throw objectMissing('Role', [name]);
  if (!session.access.owns(role) && !session.access.mayInAccount('MANAGE GRANTS'))
    throw insufficientPrivileges('role', name);
  reader.expect(isGrant ? 'TO' : 'FROM');
  const isUser = reader.acceptOne('USER', 'ROLE') === 'USER';
  const to = readName(reader, session);
  reader.expectEnd();
  if (isUser) {
    if (!account.host.users().some((user) => user.name === to)) throw objectMissing('User', [to]);
    if (isGrant) roles.grantToUser(name, to, session.role);
    else roles.revokeFromUser(name, to);
  } else {
    if (!roles.get(to)) throw objectMissing('Role', [to]);
    if (isGrant) roles.grantToRole(name, to);
    else roles.revokeFromRole(name, to);
  }
  return succeeded();
}

function grantOwnership(statement: Statement): EngineResult {
  const { reader, session } = statement;
  reader.expect('ON');
  const objects = reader.accept('ALL') ? readAllOf(statement) : [readObject(statement)];
  const role = readGrantee(statement, true);
  const keeps = reader.acceptOne('REVOKE', 'COPY');
  if (keeps) reader.expect('CURRENT', 'GRANTS');
  reader.expectEnd();
  for (const { object, owner, on, name, id } of objects) {
    if (!object) throw unsupported(`ownership of ${on}`);
    if (!session.access.roles.has(owner) && !session.access.mayInAccount('MANAGE GRANTS'))
      throw insufficientPrivileges(on.toLowerCase(), name);
    const outbound = statement.account.catalog.roles.on(id).length > 0;
    if (outbound && !keeps) {
      throw new SqlError(
        '003036',
        '42710',
        `SQL execution error:\nDependent grant of privilege exists on the object. It must be revoked first. More than one dependent grant may exist: use 'SHOW GRANTS' command to view them. To revoke all dependent grants while transferring object ownership, use convenience command 'GRANT OWNERSHIP ON <target_objects> TO <target_role> REVOKE CURRENT GRANTS'.`,
      );
    }
    if (keeps === 'REVOKE') statement.account.catalog.roles.forget(id);
    object.owner = role;
  }
  return succeeded();
}

function grantFuture(statement: Statement, isGrant: boolean, privileges: readonly string[]): EngineResult {
  const { reader, session, account } = statement;
  const on = PLURALS[reader.identifier()];
  if (!on) throw unsupported('future grants on this kind of object', reader.place);
  const { containerId } = readContainer(statement);
  const role = readGrantee(statement, isGrant);
  reader.accept('WITH', 'GRANT', 'OPTION');
  reader.expectEnd();
  if (!session.access.mayInAccount('MANAGE GRANTS') && !session.access.roles.has('ACCOUNTADMIN')) {
    throw insufficientPrivileges('account', 'SANDBOX');
  }
  for (const privilege of privileges.flatMap((one) => (isGrant ? privilegesOf(one, on) : [one]))) {
    if (isGrant) account.catalog.roles.grantFuture({ privilege, on, containerId, grantee: role });
    else account.catalog.roles.revokeFuture(privilege, on, containerId, role);
  }
  return succeeded();
}

/** `IN SCHEMA s` or `IN DATABASE d`. */
function readContainer(statement: Statement): { containerId: number; schemas: readonly Schema[] } {
  const { reader, session } = statement;
  reader.expect('IN');
  const finder = new Finder(session, 'GRANT');
  if (reader.accept('DATABASE')) {
    const database = finder.database(readName(reader, session));
    return { containerId: database.id, schemas: [...database.schemas.values()] };
  }
  reader.expect('SCHEMA');
  const schema = finder.schema(readNames(reader, session, 2));
  return { containerId: schema.id, schemas: [schema] };
}

function readAllOf(statement: Statement): Target[] {
  const { reader } = statement;
  const kind = PLURALS[reader.identifier()];
  if (!kind) throw unsupported('grants on all objects of this kind', reader.place);
  const { schemas } = readContainer(statement);
  if (kind === 'SCHEMA') return schemas.map(targetOf);
  return schemas.flatMap((schema) => {
    const objects: Securable[] = [
      ...schema.relations.values(),
      ...schema.sequences.values(),
      ...schema.stages.values(),
      ...schema.routines.values(),
    ];
    return objects.filter((object) => object.kind === kind).map(targetOf);
  });
}

function targetOf(object: Securable): Target {
  return { on: object.kind, id: object.id, name: displayNames(pathOf(object)), owner: object.owner, object };
}

function readObject(statement: Statement): Target {
  const { reader, session, account } = statement;
  const finder = new Finder(session, 'GRANT');
  const kind = reader.identifier();
  if (kind === 'ACCOUNT') return { on: 'ACCOUNT', id: 0, name: 'SANDBOX', owner: 'ACCOUNTADMIN', object: null };
  if (kind === 'DATABASE') return targetOf(finder.database(readName(reader, session)));
  if (kind === 'SCHEMA') return targetOf(finder.schema(readNames(reader, session, 2)));
  if (kind === 'TABLE' || kind === 'VIEW') return targetOf(finder.relation(readNames(reader, session)));
  if (kind === 'WAREHOUSE') {
    const name = readName(reader, session);
    const warehouse = account.catalog.warehouses.get(name);
    if (!warehouse || !session.access.sees(warehouse)) throw objectMissing('Warehouse', [name]);
    return { on: 'WAREHOUSE', id: warehouse.id, name, owner: warehouse.owner, object: warehouse };
  }
  if (kind === 'SEQUENCE')
    return targetOf(finder.object(readNames(reader, session), 'Sequence', (schema) => schema.sequences));
  if (kind === 'STAGE') return targetOf(finder.object(readNames(reader, session), 'Stage', (schema) => schema.stages));
  if (kind === 'FUNCTION' || kind === 'PROCEDURE') {
    const parts = readNames(reader, session);
    reader.parenthesised();
    const { schema, name } = finder.locate(parts);
    const found = [...schema.routines.values()].find((routine) => routine.name === name && routine.kind === kind);
    if (!found) throw objectMissing(kind === 'FUNCTION' ? 'Function' : 'Procedure', parts);
    return targetOf(found);
  }
  throw unsupported(`grants on ${kind}`, reader.place);
}

function change(
  { session, account }: Statement,
  isGrant: boolean,
  target: Target,
  privileges: readonly string[],
  grantee: string,
  withGrantOption: boolean,
): void {
  const { roles } = account.catalog;
  const mayGrant = session.access.roles.has(target.owner) || session.access.mayInAccount('MANAGE GRANTS');
  if (!mayGrant) throw insufficientPrivileges(target.on.toLowerCase(), target.name);
  for (const privilege of privileges.flatMap((one) => (isGrant ? privilegesOf(one, target.on) : [one]))) {
    if (!isGrant) {
      roles.revoke(privilege, target.id, grantee);
      continue;
    }
    const grant: Omit<Grant, 'createdMs'> = {
      privilege,
      on: target.on,
      objectId: target.id,
      objectName: target.name,
      grantee,
      grantedBy: session.role,
      withGrantOption,
    };
    roles.grant(grant);
  }
}
