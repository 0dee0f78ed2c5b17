import { type EngineResult, SqlError } from '../../engine.ts';
import { noCurrentDatabase, operationImpossible } from '../errors.ts';
import { readName, readNames } from '../names.ts';
import { KIND, statusResult } from '../results.ts';
import type { Session } from '../session.ts';
import type { Statement } from '../statement.ts';

/** USE ROLE | SECONDARY ROLES | WAREHOUSE | DATABASE | SCHEMA. Starts no warehouse. */
export async function use({ reader, session }: Statement): Promise<EngineResult> {
  reader.expect('USE');
  if (reader.accept('SECONDARY', 'ROLES')) {
    const which = reader.acceptOne('ALL', 'NONE');
    if (!which) throw reader.unexpected();
    reader.expectEnd();
    session.secondaryRoles = which;
    return done();
  }
  const kind =
    reader.peek(1).kind === 'end' || reader.peek(1).value === ';' || reader.peek(1).value === '.'
      ? undefined
      : reader.acceptOne('ROLE', 'WAREHOUSE', 'DATABASE', 'SCHEMA');
  if (kind === 'ROLE') {
    const name = readName(reader, session);
    reader.expectEnd();
    useRole(session, name);
  } else if (kind === 'WAREHOUSE') {
    const name = readName(reader, session);
    reader.expectEnd();
    const warehouse = session.account.catalog.warehouses.get(name);
    if (!warehouse || !session.access.sees(warehouse)) throw operationImpossible();
    session.warehouse = name;
  } else if (kind === 'SCHEMA') {
    const names = readNames(reader, session, 2);
    reader.expectEnd();
    useSchema(session, names);
  } else {
    const names = readNames(reader, session, kind === 'DATABASE' ? 1 : 2);
    reader.expectEnd();
    if (names.length === 2) useSchema(session, names);
    else useDatabase(session, names[0] ?? '');
  }
  return done();
}

function done(): EngineResult {
  return statusResult(KIND.use, 'Statement executed successfully.');
}

function useRole(session: Session, name: string): void {
  if (!session.account.catalog.roles.get(name)) throw operationImpossible();
  if (!session.availableRoles().has(name)) {
    throw new SqlError(
      '003013',
      '42501',
      `SQL access control error:\nRequested role '${name}' is not assigned to the executing user. Specify another role to activate.`,
    );
  }
  session.role = name;
}

/** Makes a database current, and with it its schema PUBLIC where there is one. */
export function useDatabase(session: Session, name: string): void {
  const database = session.account.catalog.databases.get(name);
  if (!database || !session.access.reaches(database)) throw operationImpossible();
  session.database = name;
  const schema = database.schemas.get('PUBLIC');
  session.schema = schema && session.access.reaches(schema) ? 'PUBLIC' : null;
}

function useSchema(session: Session, names: readonly string[]): void {
  const [first = '', second] = names;
  const databaseName = second === undefined ? session.database : first;
  const schemaName = second ?? first;
  if (databaseName === null) throw noCurrentDatabase('USE SCHEMA');
  const database = session.account.catalog.databases.get(databaseName);
  if (!database || !session.access.reaches(database)) throw operationImpossible();
  const schema = database.schemas.get(schemaName);
  if (schemaName !== 'INFORMATION_SCHEMA' && (!schema || !session.access.reaches(schema))) throw operationImpossible();
  session.database = databaseName;
  session.schema = schemaName;
}
