import type { Column, Routine, Table, View, ViewColumn } from '../../catalog/model.ts';
import { type EngineResult, type ResultColumn, SqlError } from '../../engine.ts';
import { objectMissing, unsupported } from '../errors.ts';
import { evaluate } from '../evaluate.ts';
import { Finder } from '../find.ts';
import { metadataColumns } from '../information-schema/columns.ts';
import { informationSchemaRelation } from '../information-schema/relation.ts';
import { visibleRelations } from '../listing.ts';
import { readName, readNames } from '../names.ts';
import { KIND, type PlainCell, plainResult } from '../results.ts';
import { describeFileFormat, describeStage } from '../stages/create-stage.ts';
import type { Statement } from '../statement.ts';
import { bareType, declaredType } from '../types/index.ts';
import { bySession } from '../user-functions.ts';

const COLUMNS = metadataColumns(
  'name type kind null? default primary_key unique_key check expression comment policy_name privacy_domain',
).map((column) => ({ ...column, name: column.name.replace(/^(primary|unique|policy|privacy)_/, '$1 ') }));
const CONTENTS = metadataColumns('created_on:t name kind');
const PROPERTIES = metadataColumns('property value');
const USER_PROPERTIES = metadataColumns('property value default description');

/** DESC[RIBE] [TABLE | VIEW] t | RESULT id | SCHEMA | DATABASE | SEQUENCE | WAREHOUSE | USER | FUNCTION | PROCEDURE. Starts no warehouse. */
export async function describe(statement: Statement): Promise<EngineResult> {
  const { reader, session } = statement;
  reader.acceptOne('DESCRIBE', 'DESC');
  if (reader.accept('FILE', 'FORMAT')) return describeFileFormat(statement);
  const named = reader.isIdentifier(1) || reader.peek(1).kind === 'string' || reader.peek(1).kind === 'variable';
  const kind = named
    ? reader.acceptOne(
        'TABLE',
        'VIEW',
        'RESULT',
        'SCHEMA',
        'DATABASE',
        'SEQUENCE',
        'WAREHOUSE',
        'USER',
        'FUNCTION',
        'PROCEDURE',
        'STAGE',
      )
    : undefined;
  const finder = new Finder(session, 'DESCRIBE');
  switch (kind) {
    case undefined:
    case 'TABLE':
    case 'VIEW':
      return describeRelation(statement, kind ?? 'TABLE');
    case 'RESULT':
      return describeResult(statement);
    case 'SCHEMA': {
      const schema = finder.schema(readNames(reader, session, 2));
      reader.expectEnd();
      const rows = visibleRelations(session, schema).map((relation) => [
        relation.createdMs,
        relation.name,
        relation.kind,
      ]);
      return plainResult(KIND.describe, CONTENTS, rows);
    }
    case 'DATABASE': {
      const database = finder.database(readName(reader, session));
      reader.expectEnd();
      const rows = session.access.schemas(database).map((schema) => [schema.createdMs, schema.name, 'SCHEMA']);
      return plainResult(KIND.describe, CONTENTS, [...rows, [database.createdMs, 'INFORMATION_SCHEMA', 'SCHEMA']]);
    }
    case 'WAREHOUSE': {
      const name = readName(reader, session);
      reader.expectEnd();
      const warehouse = statement.account.catalog.warehouses.get(name);
      if (!warehouse || !session.access.sees(warehouse)) throw objectMissing('Warehouse', [name]);
      return plainResult(KIND.describe, CONTENTS, [[warehouse.createdMs, warehouse.name, 'WAREHOUSE']]);
    }
    case 'SEQUENCE':
      return describeSequence(statement);
    case 'STAGE':
      return describeStage(statement);
    case 'USER':
      return describeUser(statement);
    default:
      return describeRoutine(statement, kind);
  }
}

async function describeRelation(statement: Statement, kind: 'TABLE' | 'VIEW'): Promise<EngineResult> {
  const { reader, session } = statement;
  if (!reader.isIdentifier()) throw reader.unexpected();
  const parts = readNames(reader, session);
  if (reader.accept('TYPE')) {
    reader.expect('=');
    if (reader.identifier() !== 'COLUMNS') throw unsupported('DESCRIBE TABLE ... TYPE = STAGE', reader.place);
  }
  reader.expectEnd();
  const metadata = await informationSchemaRelation(statement, session, parts, 'columns');
  if (metadata) {
    return plainResult(
      KIND.describe,
      COLUMNS,
      metadata.columns.map((column) => columnRow({ ...column, comment: '' })),
    );
  }
  const finder = new Finder(session, 'DESCRIBE');
  const found = finder.relationAt(finder.locate(parts));
  if (!found) throw objectMissing(kind === 'TABLE' ? 'Table' : 'View', parts);
  const columns: readonly (Column | ViewColumn)[] = found.columns;
  return plainResult(
    KIND.describe,
    COLUMNS,
    columns.map((column) => columnRow(column, found)),
  );
}

function columnRow(column: Column | ViewColumn, relation?: Table | View): PlainCell[] {
  const keys = relation?.kind === 'TABLE' ? relation.constraints : [];
  const isIn = (kind: string) => keys.some((key) => key.kind === kind && key.columns.includes(column.name));
  const initial = 'default' in column ? column.default : null;
  return [
    ...[column.name, declaredType(column.type), 'COLUMN', column.nullable ? 'Y' : 'N', initial?.text ?? null],
    ...[isIn('PRIMARY KEY') ? 'Y' : 'N', isIn('UNIQUE') ? 'Y' : 'N', null, null],
    ...[column.comment === '' ? null : column.comment, null, null],
  ];
}

/** DESCRIBE RESULT 'id' | LAST_QUERY_ID(...). */
async function describeResult(statement: Statement): Promise<EngineResult> {
  const { reader, session, account } = statement;
  const range = reader.expression();
  reader.expectEnd();
  const [value] = await evaluate(statement, range);
  const id = value?.value ?? '';
  const stored = account.host.storedResult(id, session.start.user);
  if (!stored) throw new SqlError('000709', '02000', `Statement ${id} not found`);
  const rows = stored.columns.map((column: ResultColumn) =>
    columnRow({ name: column.name, nullable: column.nullable, comment: '', type: column }),
  );
  return plainResult(KIND.describe, COLUMNS, rows);
}

function describeSequence(statement: Statement): EngineResult {
  const { reader, session } = statement;
  const finder = new Finder(session, 'DESCRIBE');
  const sequence = finder.object(readNames(reader, session), 'Sequence', (schema) => schema.sequences);
  reader.expectEnd();
  const columns = metadataColumns('name database_name schema_name interval:n created_on:t owner comment ordered');
  const { name, schema, step, createdMs, owner, comment, isOrdered } = sequence;
  return plainResult(KIND.describe, columns, [
    [name, schema.database.name, schema.name, step, createdMs, owner, comment, isOrdered ? 'Y' : 'N'],
  ]);
}

function describeUser({ reader, session, account }: Statement): EngineResult {
  const name = readName(reader, session);
  reader.expectEnd();
  const user = account.host.users().find((candidate) => candidate.name === name);
  if (!user) throw objectMissing('User', [name]);
  const told = (property: string, fallback = 'null'): string => user.properties.get(property) ?? fallback;
  const rows: PlainCell[][] = [
    ['NAME', user.name, 'null', 'Name'],
    ['COMMENT', told('COMMENT'), 'null', 'user comment associated to an object in the dictionary'],
    ['DISPLAY_NAME', told('DISPLAY_NAME', user.name), 'null', 'Display name of the associated object'],
    ['TYPE', told('TYPE', 'PERSON'), 'null', 'Type of the user'],
    ['LOGIN_NAME', told('LOGIN_NAME', user.name), 'null', 'Login name of the user'],
    ['FIRST_NAME', told('FIRST_NAME'), 'null', 'First name of the user'],
    ['LAST_NAME', told('LAST_NAME'), 'null', 'Last name of the user'],
    ['EMAIL', told('EMAIL'), 'null', 'Email address of the user'],
    ['PASSWORD', user.hasPassword ? '********' : 'null', 'null', 'Password of the user'],
    ['RSA_PUBLIC_KEY_FP', user.keyFingerprints[0] ?? 'null', 'null', 'Fingerprint of the RSA public key'],
    ['RSA_PUBLIC_KEY_2_FP', user.keyFingerprints[1] ?? 'null', 'null', 'Fingerprint of the second RSA public key'],
    ['DISABLED', String(user.isDisabled), 'false', 'Whether the user is disabled'],
    ['DEFAULT_WAREHOUSE', user.defaultWarehouse ?? 'null', 'null', 'Default warehouse for this user'],
    ['DEFAULT_NAMESPACE', user.defaultNamespace ?? 'null', 'null', 'Default namespace for this user'],
    [
      'DEFAULT_SECONDARY_ROLES',
      user.defaultSecondaryRoles === 'ALL' ? '["ALL"]' : '[]',
      '[]',
      'The secondary roles with which a session begins',
    ],
    ['DEFAULT_ROLE', user.defaultRole, 'null', 'Primary principal of user session will be set to this role'],
  ];
  return plainResult(KIND.describe, USER_PROPERTIES, rows);
}

/** A list of types without what stands in their brackets. */
function withoutSizes(types: string): string {
  const inner = types.replace(/\([^()]*\)/g, '');
  return inner === types ? types : withoutSizes(inner);
}

function describeRoutine({ reader, session }: Statement, kind: 'FUNCTION' | 'PROCEDURE'): EngineResult {
  const parts = readNames(reader, session);
  const range = reader.parenthesised();
  reader.expectEnd();
  const { schema, name } = new Finder(session, 'DESCRIBE').locate(parts);
  const types = withoutSizes(reader.slice(range));
  const count = types.trim() === '' ? 0 : types.split(',').length;
  const routine = bySession(schema).find(
    (candidate) =>
      candidate.kind === kind &&
      candidate.name === name &&
      candidate.parameters.length === count &&
      session.access.sees(candidate),
  );
  if (!routine) throw objectMissing(kind === 'FUNCTION' ? 'Function' : 'Procedure', parts);
  const signature = `(${routine.parameters.map((parameter) => `${parameter.name} ${bareType(parameter.type)}`).join(', ')})`;
  return plainResult(KIND.describe, PROPERTIES, [
    ['signature', signature],
    ['returns', routine.returns],
    ['language', routine.language],
    ...(routine.language === 'JAVASCRIPT' ? scriptProperties(routine) : []),
    ['body', routine.body],
  ]);
}

/** What DESCRIBE tells of scripts beside. Source: docs, "DESCRIBE FUNCTION". */
function scriptProperties({ kind, isStrict, isImmutable, executeAs }: Routine): [string, string][] {
  return [
    ['null handling', isStrict ? 'RETURNS NULL ON NULL INPUT' : 'CALLED ON NULL INPUT'],
    ['volatility', isImmutable ? 'IMMUTABLE' : 'VOLATILE'],
    ...(kind === 'PROCEDURE' ? [['execute as', executeAs] satisfies [string, string]] : []),
  ];
}
