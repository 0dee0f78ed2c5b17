import type { Database, Schema, Table, View } from '../../../catalog/model.ts';
import { type EngineResult, SqlError } from '../../../engine.ts';
import { alreadyExists, displayNames, insufficientPrivileges, unsupported } from '../../errors.ts';
import { Finder } from '../../find.ts';
import { readName, readNames } from '../../names.ts';
import type { Statement } from '../../statement.ts';
import { checkClone, notKnown, type Past, readPast } from '../../time-travel.ts';
import { cloneTable } from './create-table.ts';
import { type CreateHeader, created, keptAsItWas, readNewName } from './header.ts';
import { keepParameters } from './object-parameters.ts';
import { numberOption, textOption } from './options.ts';
import { readProperties } from './properties.ts';

/** CREATE [OR REPLACE] [TRANSIENT] DATABASE name [CLONE other]; the new one becomes current, with its schema PUBLIC. */
export async function createDatabase(statement: Statement, header: CreateHeader): Promise<EngineResult> {
  const { reader, session, account } = statement;
  const { ifNotExists, parts } = readNewName(statement, 1);
  const name = parts[0] ?? '';
  if (!session.access.mayInAccount('CREATE DATABASE')) throw insufficientPrivileges('account', 'SANDBOX');
  const old = account.catalog.databases.get(name);
  if (old && ifNotExists) return keptAsItWas(name);
  if (old && !header.orReplace) throw alreadyExists(name);
  if (reader.at('FROM') || reader.at('AS')) throw unsupported('databases from shares and replicas', reader.place);
  const source = reader.accept('CLONE')
    ? new Finder(session, 'CREATE DATABASE').database(readName(reader, session))
    : null;
  const past = source ? await readPast(statement) : null;
  if (past && source && past.ms <= source.createdMs) throw notKnown('database', source.name);
  const skipsLost = readSkipsLost(statement);
  const options = readProperties(reader, 'database');
  reader.expectEnd();
  const schemas = source ? existing([...source.schemas.values()], source.dropped, past) : [];
  for (const schema of schemas) checkSchema(statement, schema, past, skipsLost);
  if (old) account.catalog.dropDatabase(old);
  const days = numberOption(options, 'DATA_RETENTION_TIME_IN_DAYS') ?? source?.retentionDays;
  const database = account.catalog.addDatabase(name, session.role, {
    comment: textOption(options, 'COMMENT', source?.comment),
    isTransient: header.modifiers.has('TRANSIENT'),
    ...(days === undefined ? {} : { retentionDays: days }),
    withPublic: source === null,
  });
  if (source) account.catalog.objectParameters.copy(source, database);
  keepParameters(statement, database, options);
  for (const schema of schemas) await cloneSchema(statement, schema, database, schema.name, past, skipsLost);
  session.database = name;
  session.schema = database.schemas.has('PUBLIC') ? 'PUBLIC' : null;
  return created('Database', name);
}

/** CREATE [OR REPLACE] [TRANSIENT] SCHEMA name [CLONE other] [WITH MANAGED ACCESS]; the new one becomes current. */
export async function createSchema(statement: Statement, header: CreateHeader): Promise<EngineResult> {
  const { reader, session, account } = statement;
  const { ifNotExists, parts } = readNewName(statement, 2);
  const finder = new Finder(session, 'CREATE SCHEMA');
  const [first = '', second] = parts;
  const database = second === undefined ? finder.currentDatabase() : finder.database(first);
  const name = second ?? first;
  if (!session.access.may(database, 'CREATE SCHEMA')) throw insufficientPrivileges('database', database.name);
  const old = database.schemas.get(name);
  if (old && ifNotExists) return keptAsItWas(name);
  if (old && !header.orReplace) throw alreadyExists(displayNames([database.name, name]), true);
  const source = reader.accept('CLONE') ? finder.schema(readNames(reader, session, 2)) : null;
  const past = source ? await readPast(statement) : null;
  if (past && source && past.ms <= source.createdMs) throw notKnown('schema', source.name);
  const skipsLost = readSkipsLost(statement);
  const isManagedAccess = reader.accept('WITH', 'MANAGED', 'ACCESS');
  const options = readProperties(reader, 'schema');
  reader.expectEnd();
  if (source) checkSchema(statement, source, past, skipsLost);
  if (old) account.catalog.dropSchema(old);
  const days = numberOption(options, 'DATA_RETENTION_TIME_IN_DAYS');
  const schema = source
    ? await cloneSchema(statement, source, database, name, past, skipsLost)
    : account.catalog.addSchema(database, name, session.role, {
        comment: textOption(options, 'COMMENT'),
        isTransient: header.modifiers.has('TRANSIENT'),
        isManagedAccess,
        ...(days === undefined ? {} : { retentionDays: days }),
      });
  keepParameters(statement, schema, options);
  account.catalog.roles.applyFutureGrants(schema, name);
  session.database = database.name;
  session.schema = name;
  return created('Schema', name);
}

/** What was there at a time, by its last name, of what is there now and what was dropped since. */
function existing<T extends { name: string; createdMs: number; droppedMs?: number | null }>(
  now: readonly T[],
  dropped: readonly T[],
  past: Past | null,
): readonly T[] {
  if (!past) return now;
  const since = dropped.filter(({ droppedMs }) => (droppedMs ?? 0) > past.ms);
  return [...now, ...since].filter(({ createdMs }) => createdMs < past.ms);
}

/** Throws before anything is made what would come up while a schema is cloned at a time. */
function checkSchema(statement: Statement, source: Schema, past: Past | null, skipsLost: boolean): void {
  if (!past) return;
  for (const relation of existing<Table | View>([...source.relations.values()], source.dropped, past)) {
    if (relation.kind === 'TABLE') isLost(skipsLost, () => checkClone(statement, relation, past));
  }
}

/** Whether a table's rows are lost, and may be: IGNORE TABLES WITH INSUFFICIENT DATA RETENTION. */
function isLost(skipsLost: boolean, check: () => void): boolean {
  try {
    check();
    return false;
  } catch (error) {
    if (skipsLost && error instanceof SqlError && error.code === '000707') return true;
    throw error;
  }
}

function readSkipsLost({ reader }: Statement): boolean {
  return reader.accept('IGNORE', 'TABLES', 'WITH', 'INSUFFICIENT', 'DATA', 'RETENTION');
}

/** A copy of a schema with its tables and views, as they were at a time. */
async function cloneSchema(
  statement: Statement,
  source: Schema,
  database: Database,
  name: string,
  past: Past | null,
  skipsLost: boolean,
): Promise<Schema> {
  const { catalog } = statement.account;
  const { comment, isTransient, isManagedAccess, retentionDays } = source;
  const schema = catalog.addSchema(database, name, statement.session.role, {
    comment,
    isTransient,
    isManagedAccess,
    retentionDays,
  });
  catalog.objectParameters.copy(source, schema);
  for (const relation of existing<Table | View>([...source.relations.values()], source.dropped, past)) {
    if (relation.kind === 'VIEW') {
      schema.relations.set(relation.name, {
        ...relation,
        ...catalog.owned(relation.name, relation.owner, relation.comment),
        id: catalog.nextId(),
        schema,
      });
      continue;
    }
    if (past && isLost(skipsLost, () => checkClone(statement, relation, past))) continue;
    const place = { schema, name: relation.name, lifetime: relation.lifetime };
    schema.relations.set(relation.name, await cloneTable(statement, relation, place, 'rows', past));
  }
  return schema;
}
