import type { DirectoryUser, EngineResult, UserChanges } from '../../../engine.ts';
import { alreadyExists, insufficientPrivileges, objectMissing, unsupported } from '../../errors.ts';
import { readName } from '../../names.ts';
import { isLevelParameter } from '../../parameter-levels.ts';
import { isParameter, type ParameterValue, parameterDefinition } from '../../parameters.ts';
import type { TokenReader } from '../../reader.ts';
import type { Statement } from '../../statement.ts';
import {
  alreadyDropped,
  type CreateHeader,
  created,
  dropped,
  keptAsItWas,
  readNewName,
  readOldName,
  succeeded,
} from './header.ts';
import { readOptions } from './options.ts';
import { readUnset, unknownAt } from './properties.ts';

/** Properties that are kept and shown, and change nothing else. */
const TEXTS: ReadonlySet<string> = new Set([
  ...['LOGIN_NAME', 'DISPLAY_NAME', 'FIRST_NAME', 'MIDDLE_NAME', 'LAST_NAME', 'EMAIL', 'COMMENT', 'TYPE'],
  ...['DAYS_TO_EXPIRY', 'MINS_TO_UNLOCK', 'MINS_TO_BYPASS_MFA', 'DISABLE_MFA', 'NETWORK_POLICY'],
]);

const KEYS = ['RSA_PUBLIC_KEY', 'RSA_PUBLIC_KEY_2'];
/** Set by a user for oneself without any privilege. Source: docs, "ALTER USER". */
const OWN: ReadonlySet<string> = new Set([
  ...['DEFAULT_WAREHOUSE', 'DEFAULT_NAMESPACE', 'DEFAULT_ROLE', 'DEFAULT_SECONDARY_ROLES', ...KEYS],
]);

/** Modelled by `change`, kept as a text, or known to Snowflake alone. Source: docs, "CREATE USER", "ALTER USER". */
const PROPERTIES: ReadonlySet<string> = new Set([
  ...TEXTS,
  ...OWN,
  ...['PASSWORD', 'DISABLED', 'MUST_CHANGE_PASSWORD', 'WORKLOAD_IDENTITY', 'ALLOWED_INTERFACES', 'PASSWORD_POLICY'],
  ...['SNOWFLAKE_SUPPORT', 'EXT_AUTHN_DUO', 'EXT_AUTHN_UID'],
  ...['AUTHENTICATION_POLICY', 'SESSION_POLICY'],
]);

const isKnown = (name: string): boolean => PROPERTIES.has(name) || isParameter(name) || isLevelParameter(name);

/** Properties to where they end. Throws SqlError 001003 at one that Snowflake does not have. */
function readUserOptions(reader: TokenReader): Map<string, ParameterValue> {
  const start = reader.position;
  const options = readOptions(reader);
  if ([...options.keys()].some((name) => !isKnown(name))) throw unknownAt(reader, start, isKnown);
  return options;
}

const isTrue = (value: ParameterValue): boolean => String(value).toUpperCase() === 'TRUE';

/** Whether names in a text value are folded as names are: `DEFAULT_ROLE = sysadmin` and `'sysadmin'` mean one role. */
const folded = (value: ParameterValue): string => String(value).toUpperCase();

/** A property's change; null takes it away. */
function change(changes: UserChanges, name: string, value: ParameterValue | null): void {
  const key = KEYS.indexOf(name);
  if (key !== -1) {
    const keys = [...(changes.publicKeys ?? [undefined, undefined])];
    keys[key] = value === null ? null : String(value);
    changes.publicKeys = keys;
    return;
  }
  switch (name) {
    case 'PASSWORD':
      changes.password = value === null ? null : String(value);
      return;
    case 'DISABLED':
      changes.isDisabled = value !== null && isTrue(value);
      return;
    case 'MUST_CHANGE_PASSWORD':
      changes.mustChangePassword = value !== null && isTrue(value);
      return;
    case 'DEFAULT_ROLE':
      changes.defaultRole = value === null ? null : folded(value);
      return;
    case 'DEFAULT_WAREHOUSE':
      changes.defaultWarehouse = value === null ? null : folded(value);
      return;
    case 'DEFAULT_NAMESPACE':
      changes.defaultNamespace = value === null ? null : folded(value);
      return;
    case 'DEFAULT_SECONDARY_ROLES':
      changes.defaultSecondaryRoles = value !== null && /ALL/i.test(String(value)) ? 'ALL' : 'NONE';
      return;
    default:
      if (!TEXTS.has(name)) throw unsupported(`the property ${name} of a user`);
      changes.properties = new Map([
        ...(changes.properties ?? []),
        [name, value === null ? null : name === 'LOGIN_NAME' || name === 'TYPE' ? folded(value) : String(value)],
      ]);
  }
}

function readChanges(options: ReadonlyMap<string, ParameterValue>): UserChanges {
  const changes: UserChanges = {};
  for (const [name, value] of options) change(changes, name, value);
  return changes;
}

function find({ account }: Statement, name: string): DirectoryUser | undefined {
  return account.host.users().find((user) => user.name === name);
}

/** True where the role may change the user: its owner, or whoever may manage all grants. */
function manages({ session }: Statement, user: DirectoryUser): boolean {
  const owner = user.properties.get('OWNER') ?? 'USERADMIN';
  return session.access.owns({ owner }) || session.access.mayInAccount('MANAGE GRANTS');
}

/** CREATE [OR REPLACE] USER [IF NOT EXISTS] name properties. Source: docs, "CREATE USER". */
export async function createUser(statement: Statement, header: CreateHeader): Promise<EngineResult> {
  const { reader, session, account } = statement;
  const { ifNotExists, parts } = readNewName(statement, 1);
  const name = parts[0] ?? '';
  // Undocumented, but the tests of Python's driver make their users so (test_connection.py, test_drop_create_user).
  const password = reader.accept('IDENTIFIED', 'BY') ? reader.string() : null;
  const options = readUserOptions(reader);
  const changes = readChanges(password === null ? options : new Map([...options, ['PASSWORD', password]]));
  reader.expectEnd();
  if (!session.access.mayInAccount('CREATE USER')) throw insufficientPrivileges('account', 'SANDBOX');
  if (find(statement, name)) {
    if (ifNotExists) return keptAsItWas(name);
    if (!header.orReplace) throw alreadyExists(name);
    account.catalog.roles.forgetUser(name);
  }
  const properties = new Map([...(changes.properties ?? []), ['OWNER', session.role]] as const);
  account.host.createUser(name, { ...changes, properties });
  return created('User', name);
}

/** ALTER USER [IF EXISTS] [name] SET | UNSET | RENAME TO | RESET PASSWORD | ABORT ALL QUERIES. Source: docs, "ALTER USER". */
export async function alterUser(statement: Statement): Promise<EngineResult> {
  const { reader, session, account } = statement;
  const ifExists = reader.accept('IF', 'EXISTS');
  const isOwn = reader.at('SET') || reader.at('UNSET');
  const name = isOwn ? session.start.user : readName(reader, session);
  const user = find(statement, name);
  if (!user && ifExists) return succeeded();
  if (!user) throw objectMissing('User', [name]);
  const mayChange = (property: string) =>
    manages(statement, user) || (name === session.start.user && OWN.has(property));
  if (reader.accept('RENAME', 'TO')) {
    const to = readName(reader, session);
    reader.expectEnd();
    if (!manages(statement, user)) throw insufficientPrivileges('user', name);
    if (find(statement, to)) throw alreadyExists(to);
    account.host.changeUser(name, { name: to });
    account.catalog.roles.renameUser(name, to);
    return succeeded();
  }
  const changes: UserChanges = {};
  if (reader.accept('SET')) {
    for (const [property, value] of readUserOptions(reader)) {
      if (isParameter(property)) throw unsupported(`the parameter ${parameterDefinition(property).name} of a user`);
      if (!mayChange(property)) throw insufficientPrivileges('user', name);
      change(changes, property, value);
    }
  } else if (reader.accept('UNSET')) {
    for (const property of readUnset(reader, isKnown)) {
      if (isParameter(property)) throw unsupported(`the parameter ${parameterDefinition(property).name} of a user`);
      if (!mayChange(property)) throw insufficientPrivileges('user', name);
      change(changes, property, null);
    }
  } else throw unsupported('this ALTER USER', reader.place);
  reader.expectEnd();
  account.host.changeUser(name, changes);
  return succeeded();
}

/** DROP USER [IF EXISTS] name; its sessions live on until they end. Source: docs, "DROP USER". */
export function dropUser(statement: Statement): EngineResult {
  const { reader, account } = statement;
  const { ifExists, parts } = readOldName(statement, 1);
  reader.expectEnd();
  const name = parts[0] ?? '';
  const user = find(statement, name);
  if (!user) {
    if (ifExists) return alreadyDropped(name);
    throw objectMissing('User', [name]);
  }
  if (!manages(statement, user)) throw insufficientPrivileges('user', name);
  account.host.dropUser(name);
  account.catalog.roles.forgetUser(name);
  return dropped(name);
}
