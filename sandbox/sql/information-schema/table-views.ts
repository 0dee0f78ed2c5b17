import type { Column, Table, View, ViewColumn } from '../../catalog/model.ts';
import { estimatedBytes, relationsOf, rowCounts } from '../listing.ts';
import type { PlainCell } from '../results.ts';
import { informationSchemaType } from '../types/type.ts';
import { metadataColumns } from './columns.ts';
import type { MetadataRequest, MetadataView } from './view.ts';

const yes = (value: boolean): string => (value ? 'YES' : 'NO');

/** INFORMATION_SCHEMA.TABLES. Source of columns: documentation page "TABLES view". */
export const TABLES: MetadataView = {
  columns: metadataColumns(`TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER TABLE_TYPE IS_TRANSIENT CLUSTERING_KEY
    ROW_COUNT:n BYTES:n RETENTION_TIME:n SELF_REFERENCING_COLUMN_NAME REFERENCE_GENERATION USER_DEFINED_TYPE_CATALOG
    USER_DEFINED_TYPE_SCHEMA USER_DEFINED_TYPE_NAME IS_INSERTABLE_INTO IS_TYPED COMMIT_ACTION CREATED:t LAST_ALTERED:t
    LAST_DDL:t LAST_DDL_BY AUTO_CLUSTERING_ON COMMENT IS_TEMPORARY IS_ICEBERG IS_DYNAMIC IS_IMMUTABLE IS_HYBRID`),
  async rows({ statement, names, database }) {
    const relations = relationsOf(names, database);
    const tables = relations.filter((relation): relation is Table => relation.kind === 'TABLE');
    const counts = await rowCounts(statement, tables);
    const described = relations.map((relation) => tableRow(relation, counts));
    return [...described, ...metadataRows(database.name)];
  },
};

function tableRow(relation: Table | View, counts: ReadonlyMap<Table, number>): PlainCell[] {
  const isTable = relation.kind === 'TABLE';
  const rows = isTable ? (counts.get(relation) ?? 0) : null;
  const isTemporary = relation.lifetime === 'temporary';
  return [
    ...[relation.schema.database.name, relation.schema.name, relation.name, relation.owner],
    isTable ? (isTemporary ? 'LOCAL TEMPORARY' : 'BASE TABLE') : relation.isMaterialized ? 'MATERIALIZED VIEW' : 'VIEW',
    isTable ? yes(relation.lifetime === 'transient') : null,
    isTable && relation.clusterBy !== '' ? relation.clusterBy : null,
    rows,
    isTable && rows !== null ? estimatedBytes(relation, rows) : null,
    isTable ? relation.retentionDays : null,
    ...[null, null, null, null, null],
    ...[yes(isTable), 'YES', null],
    ...[relation.createdMs, relation.alteredMs, relation.alteredMs, null],
    isTable ? 'NO' : null,
    relation.comment === '' ? null : relation.comment,
    yes(isTemporary),
    ...['NO', 'NO', 'NO', 'NO'],
  ];
}

/** The metadata views themselves stand in TABLES as Snowflake lists them, without an owner. */
function metadataRows(database: string): PlainCell[][] {
  return METADATA_VIEW_NAMES.map((name) => [
    ...[database, 'INFORMATION_SCHEMA', name, null, 'VIEW'],
    ...Array.from<null>({ length: 10 }).fill(null),
    ...['NO', 'YES', null, null, null, null, null, null, null, 'NO', 'NO', 'NO', 'NO', 'NO'],
  ]);
}

export const METADATA_VIEW_NAMES: readonly string[] = [
  'APPLICABLE_ROLES',
  'COLUMNS',
  'DATABASES',
  'ENABLED_ROLES',
  'FILE_FORMATS',
  'FUNCTIONS',
  'INFORMATION_SCHEMA_CATALOG_NAME',
  'LOAD_HISTORY',
  'OBJECT_PRIVILEGES',
  'PROCEDURES',
  'REFERENTIAL_CONSTRAINTS',
  'SCHEMATA',
  'SEQUENCES',
  'STAGES',
  'TABLES',
  'TABLE_CONSTRAINTS',
  'TABLE_PRIVILEGES',
  'TABLE_STORAGE_METRICS',
  'USAGE_PRIVILEGES',
  'VIEWS',
];

/** INFORMATION_SCHEMA.COLUMNS. Source of columns: documentation page "COLUMNS view". */
export const COLUMNS: MetadataView = {
  columns: metadataColumns(`TABLE_CATALOG TABLE_SCHEMA TABLE_NAME COLUMN_NAME ORDINAL_POSITION:n COLUMN_DEFAULT
    IS_NULLABLE DATA_TYPE CHARACTER_MAXIMUM_LENGTH:n CHARACTER_OCTET_LENGTH:n NUMERIC_PRECISION:n
    NUMERIC_PRECISION_RADIX:n NUMERIC_SCALE:n DATETIME_PRECISION:n INTERVAL_TYPE INTERVAL_PRECISION
    CHARACTER_SET_CATALOG CHARACTER_SET_SCHEMA CHARACTER_SET_NAME COLLATION_CATALOG COLLATION_SCHEMA COLLATION_NAME
    DOMAIN_CATALOG DOMAIN_SCHEMA DOMAIN_NAME UDT_CATALOG UDT_SCHEMA UDT_NAME SCOPE_CATALOG SCOPE_SCHEMA SCOPE_NAME
    MAXIMUM_CARDINALITY:n DTD_IDENTIFIER IS_SELF_REFERENCING IS_IDENTITY IDENTITY_GENERATION IDENTITY_START
    IDENTITY_INCREMENT IDENTITY_MAXIMUM IDENTITY_MINIMUM IDENTITY_CYCLE IDENTITY_ORDERED COMMENT SCHEMA_EVOLUTION_RECORD
    DATA_TYPE_ALIAS`),
  rows: ({ names, database }) =>
    relationsOf(names, database).flatMap((relation) =>
      relation.columns.map((column, index) =>
        columnRow([relation.schema.database.name, relation.schema.name, relation.name], column, index + 1),
      ),
    ),
};

/** A row of COLUMNS; `path` is the names of database, schema and relation. */
export function columnRow(
  path: readonly [database: string, schema: string, relation: string],
  column: Column | ViewColumn,
  position: number,
): PlainCell[] {
  const { type } = column;
  const isFixed = type.type === 'fixed';
  const isText = type.type === 'text';
  const isMoment = type.type === 'time' || type.type.startsWith('timestamp') || type.type === 'date';
  const initial = 'default' in column ? column.default : null;
  const identity = initial?.identity;
  return [
    ...[...path, column.name, position],
    initial && !identity ? initial.text : null,
    yes(column.nullable),
    informationSchemaType(type),
    isText ? type.length : null,
    isText ? Math.min((type.length ?? 0) * 4, 16777216) : type.type === 'binary' ? type.length : null,
    isFixed ? type.precision : null,
    isFixed ? 10 : null,
    isFixed ? type.scale : null,
    isMoment ? (type.scale ?? 0) : null,
    ...[null, null, null, null, null, null, null, type.collation ?? null],
    ...Array.from<null>({ length: 10 }).fill(null),
    ...[null, 'NO', yes(identity !== undefined)],
    identity ? 'BY DEFAULT' : null,
    identity ? String(identity.start) : null,
    identity ? String(identity.step) : null,
    ...[null, null],
    identity ? 'NO' : null,
    identity ? yes(identity.isOrdered) : null,
    column.comment === '' ? null : column.comment,
    ...[null, null],
  ];
}

/** INFORMATION_SCHEMA.VIEWS. */
export const VIEWS: MetadataView = {
  columns: metadataColumns(`TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER VIEW_DEFINITION CHECK_OPTION IS_UPDATABLE
    INSERTABLE_INTO IS_SECURE CREATED:t LAST_ALTERED:t LAST_DDL:t LAST_DDL_BY COMMENT`),
  rows: ({ names, database }) =>
    relationsOf(names, database)
      .filter((relation): relation is View => relation.kind === 'VIEW')
      .map((view) => [
        ...[view.schema.database.name, view.schema.name, view.name, view.owner],
        view.isSecure && !names.access.owns(view) ? null : view.text,
        ...['NONE', 'NO', 'NO', yes(view.isSecure)],
        ...[view.createdMs, view.alteredMs, view.alteredMs, null],
        view.comment === '' ? null : view.comment,
      ]),
};

/** INFORMATION_SCHEMA.TABLE_CONSTRAINTS. */
export const TABLE_CONSTRAINTS: MetadataView = {
  columns: metadataColumns(`CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME TABLE_CATALOG TABLE_SCHEMA TABLE_NAME
    CONSTRAINT_TYPE IS_DEFERRABLE INITIALLY_DEFERRED ENFORCED COMMENT CREATED:t LAST_ALTERED:t RELY`),
  rows: (request) =>
    tablesOf(request).flatMap((table) =>
      table.constraints.map(({ name, kind, createdMs }) => [
        ...[
          table.schema.database.name,
          table.schema.name,
          name,
          table.schema.database.name,
          table.schema.name,
          table.name,
        ],
        ...[kind, 'NO', 'YES', 'NO', null, createdMs, createdMs, 'NO'],
      ]),
    ),
};

/** INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS. */
export const REFERENTIAL_CONSTRAINTS: MetadataView = {
  columns: metadataColumns(`CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME UNIQUE_CONSTRAINT_CATALOG
    UNIQUE_CONSTRAINT_SCHEMA UNIQUE_CONSTRAINT_NAME MATCH_OPTION UPDATE_RULE DELETE_RULE COMMENT CREATED:t LAST_ALTERED:t`),
  rows: (request) =>
    tablesOf(request).flatMap((table) =>
      table.constraints
        .filter(({ references }) => references !== undefined)
        .map(({ name, createdMs, references }) => {
          const [database = null, schema = null, target] = references?.parts ?? [];
          const unique = request.statement.account.catalog.databases
            .get(database ?? '')
            ?.schemas.get(schema ?? '')
            ?.relations.get(target ?? '');
          const key =
            unique?.kind === 'TABLE' ? unique.constraints.find(({ kind }) => kind === 'PRIMARY KEY') : undefined;
          return [
            ...[table.schema.database.name, table.schema.name, name, database, schema, key?.name ?? null],
            ...['FULL', 'NO ACTION', 'NO ACTION', null, createdMs, createdMs],
          ];
        }),
    ),
};

export function tablesOf({ names, database }: MetadataRequest): Table[] {
  return relationsOf(names, database).filter((relation): relation is Table => relation.kind === 'TABLE');
}

/** INFORMATION_SCHEMA.TABLE_STORAGE_METRICS, with the same estimate of bytes as TABLES. */
export const TABLE_STORAGE_METRICS: MetadataView = {
  columns: metadataColumns(`TABLE_CATALOG TABLE_SCHEMA TABLE_NAME ID:n CLONE_GROUP_ID:n IS_TRANSIENT ACTIVE_BYTES:n
    TIME_TRAVEL_BYTES:n FAILSAFE_BYTES:n RETAINED_FOR_CLONE_BYTES:n TABLE_CREATED:t TABLE_DROPPED:t
    TABLE_ENTERED_FAILSAFE:t CATALOG_CREATED:t CATALOG_DROPPED:t SCHEMA_CREATED:t SCHEMA_DROPPED:t COMMENT`),
  async rows(request) {
    const tables = tablesOf(request);
    const counts = await rowCounts(request.statement, tables);
    return tables.map((table) => [
      ...[
        table.schema.database.name,
        table.schema.name,
        table.name,
        table.id,
        table.id,
        yes(table.lifetime !== 'permanent'),
      ],
      estimatedBytes(table, counts.get(table) ?? 0),
      ...[0, 0, 0, table.createdMs, null, null, table.schema.database.createdMs, null, table.schema.createdMs, null],
      table.comment === '' ? null : table.comment,
    ]);
  },
};
