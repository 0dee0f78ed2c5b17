import type { Catalog } from '../../../catalog/catalog.ts';
import type { Schema, Table, View } from '../../../catalog/model.ts';
import type { EngineResult } from '../../../engine.ts';
import { SqlError } from '../../../engine.ts';
import { displayNames, insufficientPrivileges, objectMissing, unsupported } from '../../errors.ts';
import { Finder, temporaryKey } from '../../find.ts';
import { readName } from '../../names.ts';
import { KIND, statusResult } from '../../results.ts';
import { dropStage } from '../../stages/create-stage.ts';
import type { Statement } from '../../statement.ts';
import { typeText } from '../../types/index.ts';
import { routineKey } from '../../user-functions.ts';
import { readColumnType } from './column-definition.ts';
import { alreadyDropped, dropped, readOldName } from './header.ts';
import { dropUser } from './users.ts';

const DAY_MS = 86_400_000;

type Dropper = (statement: Statement) => Promise<EngineResult> | EngineResult;

const KINDS: Readonly<Record<string, Dropper>> = {
  TABLE: (statement) => dropRelation(statement, 'TABLE'),
  VIEW: (statement) => dropRelation(statement, 'VIEW'),
  SCHEMA: dropSchema,
  DATABASE: dropDatabase,
  ROLE: dropRole,
  USER: dropUser,
  WAREHOUSE: dropWarehouse,
  SEQUENCE: (statement) => dropObject(statement, 'Sequence', (schema) => schema.sequences),
  STAGE: dropStage,
  FUNCTION: (statement) => dropRoutine(statement, 'Function'),
  PROCEDURE: (statement) => dropRoutine(statement, 'Procedure'),
};

/** DROP kind [IF EXISTS] name. */
export async function drop(statement: Statement): Promise<EngineResult> {
  const { reader } = statement;
  reader.expect('DROP');
  reader.acceptOne('MATERIALIZED');
  if (reader.accept('FILE', 'FORMAT')) return dropObject(statement, 'File format', (schema) => schema.fileFormats);
  const kind = reader.peek();
  const run = kind.kind === 'word' ? KINDS[kind.value] : undefined;
  if (!run) {
    if (kind.kind === 'word') throw unsupported(`DROP ${kind.value}`, reader.place);
    throw reader.unexpected();
  }
  reader.next();
  return run(statement);
}

function endOf({ reader }: Statement): void {
  reader.acceptOne('CASCADE', 'RESTRICT');
  reader.expectEnd();
}

function dropRelation(statement: Statement, kind: 'TABLE' | 'VIEW'): EngineResult {
  const { session, account } = statement;
  const { ifExists, parts } = readOldName(statement);
  endOf(statement);
  const name = parts.at(-1) ?? '';
  const finder = new Finder(session, `DROP ${kind}`);
  const location = missingIsFine(ifExists, () => finder.locate(parts));
  const found = location && finder.relationAt(location);
  if (!found || !location) {
    if (ifExists) return alreadyDropped(name);
    throw objectMissing(kind === 'TABLE' ? 'Table' : 'View', fullName(finder, parts));
  }
  if (found.kind !== kind) throw notOfKind(found, kind);
  if (!session.access.owns(found) && found.sessionId === null) throw insufficientPrivileges(kind.toLowerCase(), name);
  if (found.sessionId !== null) session.temporaries.delete(temporaryKey(location.schema, name));
  if (found.kind === 'TABLE') account.catalog.dropTable(found);
  else if (found.sessionId === null) location.schema.relations.delete(name);
  return dropped(name);
}

/** Names of a missing object with its database and schema, as messages about DDL print them. */
function fullName(finder: Finder, parts: readonly string[]): readonly string[] {
  const { schema, name } = finder.locate(parts);
  return [schema.database.name, schema.name, name];
}

/** With IF EXISTS a missing database or schema is no error either. */
function missingIsFine<T>(ifExists: boolean, find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    if (ifExists && error instanceof SqlError && error.code === '002003') return undefined;
    throw error;
  }
}

function notOfKind(found: Table | View, kind: string): SqlError {
  return new SqlError(
    '002203',
    '02000',
    `SQL compilation error:\nObject found is of type '${found.kind}', not specified type '${kind}'.`,
  );
}

function dropSchema(statement: Statement): EngineResult {
  const { session, account } = statement;
  const { ifExists, parts } = readOldName(statement, 2);
  endOf(statement);
  const finder = new Finder(session, 'DROP SCHEMA');
  const schema = missingIsFine(ifExists, () => finder.schema(parts));
  if (!schema) return alreadyDropped(parts.at(-1) ?? '');
  if (!session.access.owns(schema)) throw insufficientPrivileges('schema', schema.name);
  account.catalog.dropSchema(schema);
  if (session.database === schema.database.name && session.schema === schema.name) session.schema = null;
  return dropped(schema.name);
}

function dropDatabase(statement: Statement): EngineResult {
  const { session, account } = statement;
  const { ifExists, parts } = readOldName(statement, 1);
  endOf(statement);
  const finder = new Finder(session, 'DROP DATABASE');
  const database = missingIsFine(ifExists, () => finder.database(parts[0] ?? ''));
  if (!database) return alreadyDropped(parts[0] ?? '');
  if (!session.access.owns(database)) throw insufficientPrivileges('database', database.name);
  account.catalog.dropDatabase(database);
  if (session.database === database.name) {
    session.database = null;
    session.schema = null;
  }
  return dropped(database.name);
}

function dropRole(statement: Statement): EngineResult {
  const { session, account } = statement;
  const { ifExists, parts } = readOldName(statement, 1);
  endOf(statement);
  const name = parts[0] ?? '';
  const role = account.catalog.roles.get(name);
  if (!role) {
    if (ifExists) return alreadyDropped(name);
    throw objectMissing('Role', parts);
  }
  if (!session.access.owns(role)) throw insufficientPrivileges('role', name);
  account.catalog.roles.drop(name);
  return dropped(name);
}

function dropWarehouse(statement: Statement): EngineResult {
  const { session, account } = statement;
  const { ifExists, parts } = readOldName(statement, 1);
  endOf(statement);
  const name = parts[0] ?? '';
  const warehouse = account.catalog.warehouses.get(name);
  if (!warehouse || !session.access.sees(warehouse)) {
    if (ifExists) return alreadyDropped(name);
    throw objectMissing('Warehouse', parts);
  }
  if (!session.access.owns(warehouse)) throw insufficientPrivileges('warehouse', name);
  account.catalog.warehouses.drop(warehouse);
  if (session.warehouse === name) session.warehouse = null;
  return dropped(name);
}

function dropObject<T extends { name: string; owner: string }>(
  statement: Statement,
  kind: string,
  list: (schema: Schema) => Map<string, T>,
): EngineResult {
  const { session } = statement;
  const { ifExists, parts } = readOldName(statement);
  endOf(statement);
  const finder = new Finder(session, `DROP ${kind.toUpperCase()}`);
  const location = missingIsFine(ifExists, () => finder.locate(parts));
  const found = location && list(location.schema).get(location.name);
  if (!found || !location) {
    if (ifExists) return alreadyDropped(parts.at(-1) ?? '');
    throw objectMissing(kind, fullName(finder, parts));
  }
  if (!session.access.owns(found)) throw insufficientPrivileges(kind.toLowerCase(), found.name);
  list(location.schema).delete(found.name);
  return dropped(found.name);
}

/** `(type, ...)` behind a routine's name, as the names of routines in a schema have it. */
export function readArgumentTypes(statement: Statement): string {
  const { reader } = statement;
  reader.expect('(');
  const types: string[] = [];
  while (!reader.at(')')) {
    types.push(typeText(readColumnType(statement)).replace(/\(.*$/, ''));
    if (!reader.accept(',')) break;
  }
  reader.expect(')');
  return `(${types.join(', ')})`;
}

function dropRoutine(statement: Statement, kind: 'Function' | 'Procedure'): EngineResult {
  const { session } = statement;
  const { ifExists, parts } = readOldName(statement);
  const key = `${parts.at(-1)}${readArgumentTypes(statement)}`;
  endOf(statement);
  const finder = new Finder(session, `DROP ${kind.toUpperCase()}`);
  const location = missingIsFine(ifExists, () => finder.locate(parts));
  const own = location && routineKey(location.schema, key, session.start.sessionId);
  const found = own === undefined ? undefined : location?.schema.routines.get(own);
  if (!found) {
    if (ifExists) return alreadyDropped(parts.at(-1) ?? '');
    throw new SqlError(
      '002003',
      '02000',
      `SQL compilation error:\n${kind} '${displayNames(parts)}' does not exist or not authorized.`,
    );
  }
  if (!session.access.owns(found)) throw insufficientPrivileges(kind.toLowerCase(), found.name);
  if (own !== undefined) location?.schema.routines.delete(own);
  return dropped(found.name);
}

/** UNDROP TABLE | SCHEMA | DATABASE name: the one that was dropped last under that name. */
export async function undrop(statement: Statement): Promise<EngineResult> {
  const { reader, session, account } = statement;
  reader.expect('UNDROP');
  const kind = reader.acceptOne('TABLE', 'SCHEMA', 'DATABASE');
  if (!kind) throw reader.unexpected();
  const finder = new Finder(session, `UNDROP ${kind}`);
  if (kind === 'DATABASE') {
    const name = readName(reader, session);
    reader.expectEnd();
    restore(account.catalog, account.catalog.droppedDatabases, account.catalog.databases, name, 'Database');
    return restored('Database', name);
  }
  const { parts } = readOldName(statement, kind === 'TABLE' ? 3 : 2);
  reader.expectEnd();
  const name = parts.at(-1) ?? '';
  if (kind === 'SCHEMA') {
    const database = parts.length === 2 ? finder.database(parts[0] ?? '') : finder.currentDatabase();
    restore(account.catalog, database.dropped, database.schemas, name, 'Schema');
    return restored('Schema', name);
  }
  const { schema } = finder.locate(parts);
  restore<Table, Table | View>(account.catalog, schema.dropped, schema.relations, name, 'Table');
  return restored('Table', name);
}

/** Puts back what was dropped last under a name, where its retention has not passed since. */
function restore<T extends O & { name: string; droppedMs: number | null; retentionDays: number }, O>(
  catalog: Catalog,
  from: T[],
  to: Map<string, O>,
  name: string,
  kind: string,
): void {
  const index = from.findLastIndex((candidate) => candidate.name === name);
  const found = from[index];
  const keptMs = catalog.now() - (found?.retentionDays ?? 0) * DAY_MS;
  if (!found || (found.droppedMs ?? 0) <= keptMs) {
    throw new SqlError(
      '002003',
      kind === 'Table' ? '42S02' : '02000',
      `SQL compilation error:\n${kind} ${name} did not exist or was purged.`,
    );
  }
  if (to.has(name)) throw new SqlError('002002', '42710', `SQL compilation error:\nObject '${name}' already exists.`);
  from.splice(index, 1);
  found.droppedMs = null;
  to.set(name, found);
}

function restored(kind: string, name: string): EngineResult {
  return statusResult(KIND.ddl, `${kind} ${name} successfully restored.`);
}
