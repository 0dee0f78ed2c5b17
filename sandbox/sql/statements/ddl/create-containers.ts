import type { Database, Schema } from '../../../catalog/model.ts';
import type { EngineResult } from '../../../engine.ts';
import { alreadyExists, displayNames, insufficientPrivileges, unsupported } from '../../errors.ts';
import { Finder } from '../../find.ts';
import { readName, readNames } from '../../names.ts';
import type { Statement } from '../../statement.ts';
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
  const options = readProperties(reader, 'database');
  reader.expectEnd();
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
  for (const schema of source?.schemas.values() ?? []) await cloneSchema(statement, schema, database, schema.name);
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
  const isManagedAccess = reader.accept('WITH', 'MANAGED', 'ACCESS');
  const options = readProperties(reader, 'schema');
  reader.expectEnd();
  if (old) account.catalog.dropSchema(old);
  const days = numberOption(options, 'DATA_RETENTION_TIME_IN_DAYS');
  const schema = source
    ? await cloneSchema(statement, source, database, name)
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

/** A copy of a schema with its tables and views. */
async function cloneSchema(statement: Statement, source: Schema, database: Database, name: string): Promise<Schema> {
  const { catalog } = statement.account;
  const { comment, isTransient, isManagedAccess, retentionDays } = source;
  const schema = catalog.addSchema(database, name, statement.session.role, {
    comment,
    isTransient,
    isManagedAccess,
    retentionDays,
  });
  catalog.objectParameters.copy(source, schema);
  for (const relation of source.relations.values()) {
    if (relation.kind === 'VIEW') {
      schema.relations.set(relation.name, {
        ...relation,
        ...catalog.owned(relation.name, relation.owner, relation.comment),
        id: catalog.nextId(),
        schema,
      });
      continue;
    }
    const table = await cloneTable(
      statement,
      relation,
      { schema, name: relation.name, lifetime: relation.lifetime },
      'rows',
    );
    schema.relations.set(relation.name, table);
  }
  return schema;
}
