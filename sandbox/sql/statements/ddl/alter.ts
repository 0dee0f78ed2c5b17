import type { Column, Table, View } from '../../../catalog/model.ts';
import type { ParameterHolder } from '../../../catalog/object-parameters.ts';
import type { EngineResult } from '../../../engine.ts';
import { alreadyExists, displayNames, insufficientPrivileges, objectMissing, unsupported } from '../../errors.ts';
import { Finder } from '../../find.ts';
import { readName, readNames } from '../../names.ts';
import { alterStage } from '../../stages/create-stage.ts';
import type { Statement } from '../../statement.ts';
import { alterSession } from '../alter-session.ts';
import { alterRoutine } from './alter-routine.ts';
import { alterTable } from './alter-table.ts';
import { alterWarehouse } from './alter-warehouse.ts';
import { readOldName, succeeded } from './header.ts';
import { forgetParameters, keepParameters } from './object-parameters.ts';
import { textOption } from './options.ts';
import { isProperty, type PropertyKind, readProperties, readUnset } from './properties.ts';
import { alterUser } from './users.ts';

type Alterer = (statement: Statement) => Promise<EngineResult>;

const KINDS: Readonly<Record<string, Alterer>> = {
  SESSION: alterSession,
  TABLE: alterTable,
  VIEW: alterView,
  DATABASE: alterDatabase,
  SCHEMA: alterSchema,
  WAREHOUSE: alterWarehouse,
  ROLE: alterRole,
  USER: alterUser,
  SEQUENCE: alterSequence,
  STAGE: alterStage,
  FUNCTION: (statement) => alterRoutine(statement, 'FUNCTION'),
  PROCEDURE: (statement) => alterRoutine(statement, 'PROCEDURE'),
};

/** ALTER kind ... */
export async function alter(statement: Statement): Promise<EngineResult> {
  const { reader } = statement;
  reader.expect('ALTER');
  const kind = reader.peek();
  const run = kind.kind === 'word' ? KINDS[kind.value] : undefined;
  if (!run) {
    if (kind.kind === 'word' && !reader.atEnd) throw unsupported(`ALTER ${kind.value}`, reader.place);
    throw reader.unexpected();
  }
  reader.next();
  return run(statement);
}

interface Changeable {
  comment: string;
}

/** `SET` and `UNSET` of properties; true where that is what stood there. `holder`: the object as one that keeps parameters. */
function readComment(statement: Statement, object: Changeable, kind: PropertyKind, holder?: ParameterHolder): boolean {
  const { reader } = statement;
  if (reader.accept('SET')) {
    const options = readProperties(reader, kind);
    if (options.size === 0) throw reader.unexpected();
    object.comment = textOption(options, 'COMMENT', object.comment);
    if (holder) keepParameters(statement, holder, options);
    return true;
  }
  if (!reader.accept('UNSET')) return false;
  const names = readUnset(reader, (name) => isProperty(kind, name));
  if (names.includes('COMMENT')) object.comment = '';
  if (holder) forgetParameters(statement, holder, names);
  return true;
}

async function alterView(statement: Statement): Promise<EngineResult> {
  const { reader, session, account } = statement;
  const { ifExists, parts } = readOldName(statement);
  const finder = new Finder(session, 'ALTER VIEW');
  const view = finder.relationAt(finder.locate(parts));
  if (!view && ifExists) return succeeded();
  if (view?.kind !== 'VIEW') throw objectMissing('View', parts);
  if (!session.access.owns(view)) throw insufficientPrivileges('view', view.name);
  if (reader.accept('RENAME', 'TO')) {
    const { schema, name } = finder.locate(readNames(reader, session));
    if (schema.relations.has(name)) throw alreadyExists(displayNames([schema.database.name, schema.name, name]), true);
    view.schema.relations.delete(view.name);
    view.name = name;
    view.schema = schema;
    schema.relations.set(name, view);
  } else if (reader.accept('SET', 'SECURE')) view.isSecure = true;
  else if (reader.accept('UNSET', 'SECURE')) view.isSecure = false;
  else if (reader.acceptOne('ALTER', 'MODIFY')) commentColumn(statement, view);
  else if (!readComment(statement, view, 'view')) throw unsupported('this ALTER VIEW', reader.place);
  reader.expectEnd();
  view.alteredMs = account.catalog.now();
  return succeeded();
}

async function alterDatabase(statement: Statement): Promise<EngineResult> {
  const { reader, session, account } = statement;
  const { ifExists, parts } = readOldName(statement, 1);
  const name = parts[0] ?? '';
  const { databases } = account.catalog;
  if (ifExists && !databases.has(name)) return succeeded();
  const database = new Finder(session, 'ALTER DATABASE').database(name);
  if (!session.access.owns(database)) throw insufficientPrivileges('database', name);
  if (reader.accept('RENAME', 'TO')) {
    const to = readName(reader, session);
    reader.expectEnd();
    if (databases.has(to)) throw alreadyExists(to);
    databases.delete(name);
    database.name = to;
    databases.set(to, database);
    if (session.database === name) session.database = to;
    return succeeded();
  }
  if (!readComment(statement, database, 'database', database)) throw unsupported('this ALTER DATABASE', reader.place);
  reader.expectEnd();
  return succeeded();
}

async function alterSchema(statement: Statement): Promise<EngineResult> {
  const { reader, session } = statement;
  const { ifExists, parts } = readOldName(statement, 2);
  const finder = new Finder(session, 'ALTER SCHEMA');
  const database = parts.length === 2 ? finder.database(parts[0] ?? '') : finder.currentDatabase();
  if (ifExists && !database.schemas.has(parts.at(-1) ?? '')) return succeeded();
  const schema = finder.schema(parts);
  if (!session.access.owns(schema)) throw insufficientPrivileges('schema', schema.name);
  if (reader.accept('RENAME', 'TO')) {
    const to = readNames(reader, session, 2);
    reader.expectEnd();
    const target = to.length === 2 ? finder.database(to[0] ?? '') : schema.database;
    const name = to.at(-1) ?? '';
    if (target.schemas.has(name)) throw alreadyExists(displayNames([target.name, name]), true);
    schema.database.schemas.delete(schema.name);
    if (session.database === schema.database.name && session.schema === schema.name) session.schema = name;
    schema.name = name;
    schema.database = target;
    target.schemas.set(name, schema);
    return succeeded();
  }
  if (reader.accept('ENABLE', 'MANAGED', 'ACCESS')) schema.isManagedAccess = true;
  else if (reader.accept('DISABLE', 'MANAGED', 'ACCESS')) schema.isManagedAccess = false;
  else if (!readComment(statement, schema, 'schema', schema)) throw unsupported('this ALTER SCHEMA', reader.place);
  reader.expectEnd();
  return succeeded();
}

async function alterRole(statement: Statement): Promise<EngineResult> {
  const { reader, session, account } = statement;
  const { ifExists, parts } = readOldName(statement, 1);
  const role = account.catalog.roles.get(parts[0] ?? '');
  if (!role && ifExists) return succeeded();
  if (!role) throw objectMissing('Role', parts);
  if (!session.access.owns(role)) throw insufficientPrivileges('role', role.name);
  if (!readComment(statement, role, 'role')) throw unsupported('this ALTER ROLE', reader.place);
  reader.expectEnd();
  return succeeded();
}

/** `[COLUMN] name COMMENT 'text'`, what a view's columns can change. */
function commentColumn({ reader, session }: Statement, view: View): void {
  reader.accept('COLUMN');
  const name = readName(reader, session);
  const column = view.columns.find((one) => one.name === name);
  if (!column) throw objectMissing('Column', [name]);
  if (!reader.accept('COMMENT')) throw unsupported('this ALTER VIEW', reader.place);
  column.comment = reader.string();
}

async function alterSequence(statement: Statement): Promise<EngineResult> {
  const { reader, session } = statement;
  const { parts } = readOldName(statement);
  const finder = new Finder(session, 'ALTER SEQUENCE');
  const sequence = finder.object(parts, 'Sequence', (schema) => schema.sequences);
  if (!session.access.owns(sequence)) throw insufficientPrivileges('sequence', sequence.name);
  if (reader.at('INCREMENT') || reader.at('SET', 'INCREMENT')) throw unsupported('INCREMENT of ALTER SEQUENCE');
  if (reader.accept('RENAME', 'TO')) {
    const { schema, name } = finder.locate(readNames(reader, session));
    if (schema.sequences.has(name)) throw alreadyExists(displayNames([schema.database.name, schema.name, name]), true);
    sequence.schema.sequences.delete(sequence.name);
    sequence.name = name;
    sequence.schema = schema;
    schema.sequences.set(name, sequence);
  } else if (!readComment(statement, sequence, 'sequence')) throw unsupported('this ALTER SEQUENCE', reader.place);
  reader.expectEnd();
  return succeeded();
}

/** COMMENT [IF EXISTS] ON kind name IS 'text'. */
export async function comment(statement: Statement): Promise<EngineResult> {
  const { reader, session, account } = statement;
  reader.expect('COMMENT');
  const ifExists = reader.accept('IF', 'EXISTS');
  reader.expect('ON');
  const kind = reader.identifier();
  const parts = readNames(reader, session, 4);
  reader.expect('IS');
  const text = reader.string();
  reader.expectEnd();
  try {
    const object = commented(statement, kind, parts);
    if (!object) throw unsupported(`COMMENT ON ${kind}`);
    object.comment = text;
    if ('alteredMs' in object) (object as Table).alteredMs = account.catalog.now();
  } catch (error) {
    if (!ifExists) throw error;
  }
  return succeeded();
}

function commented(
  { session, account }: Statement,
  kind: string,
  parts: readonly string[],
): { comment: string } | undefined {
  const finder = new Finder(session, 'COMMENT');
  const name = parts.at(-1) ?? '';
  switch (kind) {
    case 'TABLE':
    case 'VIEW':
      return finder.relation(parts);
    case 'COLUMN': {
      const relation = finder.relation(parts.slice(0, -1));
      const columns: readonly (Column | { name: string; comment: string })[] = relation.columns;
      const column = columns.find((candidate) => candidate.name === name);
      if (!column) throw objectMissing('Column', parts);
      return column;
    }
    case 'SCHEMA':
      return finder.schema(parts);
    case 'DATABASE':
      return finder.database(name);
    case 'WAREHOUSE':
      return account.catalog.warehouses.get(name);
    case 'ROLE':
      return account.catalog.roles.get(name);
    case 'SEQUENCE':
      return finder.object(parts, 'Sequence', (schema) => schema.sequences);
    default:
      return undefined;
  }
}
