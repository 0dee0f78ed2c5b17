import { sorted } from '../../catalog/access.ts';
import type { Routine, Securable } from '../../catalog/model.ts';
import { pathOf } from '../../catalog/model.ts';
import { relationsOf } from '../listing.ts';
import type { PlainCell } from '../results.ts';
import { typeName } from '../types/type.ts';
import { metadataColumns } from './columns.ts';
import type { MetadataRequest, MetadataView } from './view.ts';

const yes = (value: boolean): string => (value ? 'YES' : 'NO');
const orNull = (text: string): string | null => (text === '' ? null : text);

export const DATABASES: MetadataView = {
  columns: metadataColumns(
    'DATABASE_NAME DATABASE_OWNER IS_TRANSIENT COMMENT CREATED:t LAST_ALTERED:t RETENTION_TIME:n TYPE OWNER_ROLE_TYPE',
  ),
  rows: ({ names }) =>
    names.access
      .databases()
      .map((database) => [
        ...[database.name, database.owner, yes(database.isTransient), orNull(database.comment)],
        ...[database.createdMs, database.createdMs, database.retentionDays],
        ...[database.origin === '' ? 'STANDARD' : 'IMPORTED DATABASE', 'ROLE'],
      ]),
};

export const SCHEMATA: MetadataView = {
  columns: metadataColumns(`CATALOG_NAME SCHEMA_NAME SCHEMA_OWNER IS_TRANSIENT IS_MANAGED_ACCESS RETENTION_TIME:n
    DEFAULT_CHARACTER_SET_CATALOG DEFAULT_CHARACTER_SET_SCHEMA DEFAULT_CHARACTER_SET_NAME SQL_PATH CREATED:t
    LAST_ALTERED:t COMMENT`),
  rows: ({ names, database }) => [
    ...names.access
      .schemas(database)
      .map((schema) => [
        ...[database.name, schema.name, schema.owner, yes(schema.isTransient), yes(schema.isManagedAccess)],
        ...[schema.retentionDays, null, null, null, null, schema.createdMs, schema.createdMs, orNull(schema.comment)],
      ]),
    [
      ...[database.name, 'INFORMATION_SCHEMA', null, 'NO', 'NO', 1, null, null, null, null],
      ...[database.createdMs, database.createdMs, 'Views describing the contents of schemas in this database'],
    ],
  ],
};

export const SEQUENCES: MetadataView = {
  columns: metadataColumns(`SEQUENCE_CATALOG SEQUENCE_SCHEMA SEQUENCE_NAME SEQUENCE_OWNER DATA_TYPE NUMERIC_PRECISION:n
    NUMERIC_PRECISION_RADIX:n NUMERIC_SCALE:n START_VALUE MINIMUM_VALUE MAXIMUM_VALUE NEXT_VALUE INCREMENT CYCLE_OPTION
    CREATED:t LAST_ALTERED:t COMMENT ORDERED`),
  rows: ({ names, database }) =>
    names.access.schemas(database).flatMap((schema) =>
      sorted([...schema.sequences.values()])
        .filter((sequence) => names.access.sees(sequence))
        .map((sequence) => [
          ...[database.name, schema.name, sequence.name, sequence.owner, 'NUMBER', 38, 10, 0],
          ...[String(sequence.start), '-9223372036854775808', '9223372036854775807', null, String(sequence.step), 'NO'],
          ...[sequence.createdMs, sequence.createdMs, orNull(sequence.comment), yes(sequence.isOrdered)],
        ]),
    ),
};

export const ENABLED_ROLES: MetadataView = {
  columns: metadataColumns('ROLE_NAME ROLE_OWNER'),
  rows: ({ names, statement }) =>
    [...names.access.roles]
      .sort()
      .map((name) => [name, orNull(statement.account.catalog.roles.get(name)?.owner ?? '')]),
};

export const APPLICABLE_ROLES: MetadataView = {
  columns: metadataColumns('GRANTEE ROLE_NAME ROLE_OWNER IS_GRANTABLE'),
  rows: ({ statement }) =>
    statement.session
      .grantedRoles()
      .sort()
      .map((name) => [
        statement.session.start.user,
        name,
        orNull(statement.account.catalog.roles.get(name)?.owner ?? ''),
        'NO',
      ]),
};

export const CATALOG_NAME: MetadataView = {
  columns: metadataColumns('CATALOG_NAME'),
  rows: ({ database }) => [[database.name]],
};

/** Grants on objects of the database, ownership among them. */
function privileges(request: MetadataRequest): { object: Securable; cells: PlainCell[]; createdMs: number }[] {
  const { names, database, statement } = request;
  const objects: Securable[] = [database, ...names.access.schemas(database), ...relationsOf(names, database)];
  return objects.flatMap((object) => {
    const owned = {
      grantedBy: '',
      grantee: object.owner,
      privilege: 'OWNERSHIP',
      withGrantOption: true,
      createdMs: object.createdMs,
    };
    const granted = [owned, ...statement.account.catalog.roles.on(object.id)];
    return granted.map(({ grantedBy, grantee, privilege, withGrantOption, createdMs }) => ({
      object,
      createdMs,
      cells: [orNull(grantedBy), grantee, 'ROLE', privilege, yes(withGrantOption)],
    }));
  });
}

/** A row for each grant, as `OBJECT_PRIVILEGES` has them. */
function privilegeRows(request: MetadataRequest): PlainCell[][] {
  return privileges(request).map(({ object, cells, createdMs }) => {
    const [grantor = null, grantee = null, grantedTo = null, privilege = null, grantable = null] = cells;
    const [database = null, schema = null, name] = pathOf(object);
    const place = [database, schema, name ?? schema ?? database, object.kind];
    return [grantor, grantee, grantedTo, ...place, privilege, grantable, createdMs];
  });
}

export const OBJECT_PRIVILEGES: MetadataView = {
  columns: metadataColumns(
    'GRANTOR GRANTEE GRANTED_TO OBJECT_CATALOG OBJECT_SCHEMA OBJECT_NAME OBJECT_TYPE PRIVILEGE_TYPE IS_GRANTABLE CREATED:t',
  ),
  rows: privilegeRows,
};

export const TABLE_PRIVILEGES: MetadataView = {
  columns: metadataColumns(
    'GRANTOR GRANTEE GRANTED_TO TABLE_CATALOG TABLE_SCHEMA TABLE_NAME PRIVILEGE_TYPE IS_GRANTABLE WITH_HIERARCHY CREATED:t',
  ),
  rows: (request) =>
    privileges(request)
      .filter(({ object }) => object.kind === 'TABLE' || object.kind === 'VIEW')
      .map(({ object, cells, createdMs }) => {
        const [grantor = null, grantee = null, grantedTo = null, privilege = null, grantable = null] = cells;
        const [database = null, schema = null, name = null] = pathOf(object);
        return [grantor, grantee, grantedTo, database, schema, name, privilege, grantable, 'NO', createdMs];
      }),
};

function routines(kind: Routine['kind'], word: string): MetadataView {
  return {
    columns: metadataColumns(`${word}_CATALOG ${word}_SCHEMA ${word}_NAME ${word}_OWNER ARGUMENT_SIGNATURE DATA_TYPE
      CHARACTER_MAXIMUM_LENGTH:n CHARACTER_OCTET_LENGTH:n NUMERIC_PRECISION:n NUMERIC_PRECISION_RADIX:n NUMERIC_SCALE:n
      ${word}_LANGUAGE ${word}_DEFINITION CREATED:t LAST_ALTERED:t COMMENT`),
    rows: ({ names, database }) =>
      names.access
        .schemas(database)
        .flatMap((schema) =>
          [...schema.routines.values()]
            .filter((routine) => routine.kind === kind && names.access.sees(routine))
            .map((routine) => [
              ...[database.name, schema.name, routine.name, routine.owner, signature(routine), routine.returns],
              ...[null, null, null, null, null, routine.language, routine.body],
              ...[routine.createdMs, routine.createdMs, orNull(routine.comment)],
            ]),
        ),
  };
}

/** `(A NUMBER, B VARCHAR)`, as INFORMATION_SCHEMA prints a routine's parameters. */
function signature(routine: Routine): string {
  return `(${routine.parameters.map(({ name, type }) => `${name} ${typeName(type).replace(/\(.*$/, '')}`).join(', ')})`;
}

export const FUNCTIONS = routines('FUNCTION', 'FUNCTION');
export const PROCEDURES = routines('PROCEDURE', 'PROCEDURE');

export const STAGES: MetadataView = {
  columns: metadataColumns(`STAGE_CATALOG STAGE_SCHEMA STAGE_NAME STAGE_URL STAGE_REGION STAGE_TYPE STAGE_OWNER COMMENT
    CREATED:t LAST_ALTERED:t`),
  rows: ({ names, database }) =>
    names.access.schemas(database).flatMap((schema) =>
      sorted([...schema.stages.values()])
        .filter((stage) => names.access.sees(stage))
        .map((stage) => [
          ...[database.name, schema.name, stage.name, orNull(stage.url), null],
          ...[stage.url === '' ? 'Internal Named' : 'External Named', stage.owner, orNull(stage.comment)],
          ...[stage.createdMs, stage.createdMs],
        ]),
    ),
};

export const FILE_FORMATS: MetadataView = {
  columns: metadataColumns(
    'FILE_FORMAT_CATALOG FILE_FORMAT_SCHEMA FILE_FORMAT_NAME FILE_FORMAT_OWNER FILE_FORMAT_TYPE COMMENT CREATED:t LAST_ALTERED:t',
  ),
  rows: ({ names, database }) =>
    names.access.schemas(database).flatMap((schema) =>
      sorted([...schema.fileFormats.values()])
        .filter((format) => names.access.sees(format))
        .map((format) => [
          ...[database.name, schema.name, format.name, format.owner, format.type, orNull(format.comment)],
          ...[format.createdMs, format.createdMs],
        ]),
    ),
};

export const LOAD_HISTORY: MetadataView = {
  columns: metadataColumns(`SCHEMA_NAME FILE_NAME TABLE_NAME LAST_LOAD_TIME:t STATUS ROW_COUNT:n ROW_PARSED:n
    FIRST_ERROR_MESSAGE FIRST_ERROR_LINE_NUMBER:n FIRST_ERROR_CHARACTER_POSITION:n FIRST_ERROR_COL_NAME ERROR_COUNT:n ERROR_LIMIT:n`),
  rows: ({ statement, names, database }) =>
    relationsOf(names, database)
      .filter((relation) => relation.kind === 'TABLE')
      .flatMap((table) =>
        statement.account.stages.history
          .of(table.id, statement.startMs)
          .map((load) => [
            ...[table.schema.name, load.file, table.name, load.atMs, load.status, load.loaded, load.parsed],
            ...[load.firstError, load.firstLine, null, null, load.errors, load.errorLimit],
          ]),
      ),
};

export const USAGE_PRIVILEGES: MetadataView = {
  columns: OBJECT_PRIVILEGES.columns,
  rows: (request) => privilegeRows(request).filter(([, , , , , , , privilege]) => privilege === 'USAGE'),
};
