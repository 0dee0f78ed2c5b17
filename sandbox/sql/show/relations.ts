import type { Schema, Table, View } from '../../catalog/model.ts';
import { pathOf } from '../../catalog/model.ts';
import { Finder } from '../find.ts';
import { ACCOUNT_USAGE } from '../information-schema/account-usage.ts';
import { metadataColumns } from '../information-schema/columns.ts';
import { METADATA_VIEW_NAMES } from '../information-schema/table-views.ts';
import { estimatedBytes, rowCounts, visibleRelations } from '../listing.ts';
import type { ShowKind, ShowRow } from './listing.ts';
import { type ShowRequest, schemasOf } from './request.ts';

const onOff = (value: boolean): string => (value ? 'ON' : 'OFF');
const KINDS = { permanent: 'TABLE', transient: 'TRANSIENT', temporary: 'TEMPORARY' } as const;
const TERSE = ['created_on', 'name', 'kind', 'database_name', 'schema_name'];

function relationsIn(request: ShowRequest): { relation: Table | View; schema: Schema }[] {
  return schemasOf(request).flatMap((schema) =>
    visibleRelations(request.statement.session, schema).map((relation) => ({ relation, schema })),
  );
}

/** SHOW TABLES. Source of columns: documentation page "SHOW TABLES". */
export const TABLES: ShowKind = {
  fallback: 'schema',
  terse: TERSE,
  historyOnly: ['dropped_on'],
  columns: metadataColumns(`created_on:t name database_name schema_name kind comment cluster_by rows:n bytes:n owner
    retention_time dropped_on:t automatic_clustering change_tracking search_optimization search_optimization_progress:n
    search_optimization_bytes:n is_external enable_schema_evolution owner_role_type is_event budget is_hybrid is_iceberg
    is_dynamic is_immutable`),
  async rows(request) {
    const live = relationsIn(request).flatMap(({ relation }) => (relation.kind === 'TABLE' ? [relation] : []));
    const dropped = request.withHistory ? schemasOf(request).flatMap((schema) => schema.dropped) : [];
    const tables = [...live, ...dropped];
    const counts = await rowCounts(request.statement, tables);
    return tables.map((table) => tableRow(table, counts.get(table) ?? 0, request.isTerse));
  },
};

/** TERSE calls every kind of table a TABLE. */
function tableRow(table: Table, rows: number, isTerse: boolean): ShowRow {
  return {
    name: table.name,
    cells: [
      ...[
        table.createdMs,
        table.name,
        table.schema.database.name,
        table.schema.name,
        isTerse ? 'TABLE' : KINDS[table.lifetime],
      ],
      ...[
        table.comment,
        table.clusterBy,
        rows,
        estimatedBytes(table, rows),
        table.owner,
        String(table.retentionDays),
        table.droppedMs,
      ],
      ...[onOff(table.clusterBy !== ''), onOff(table.changeTracking), 'OFF', null, null, 'N', 'N'],
      ...[table.owner === '' ? '' : 'ROLE', 'N', null, 'N', 'N', 'N', 'N'],
    ],
  };
}

/** SHOW VIEWS. A secure view's text is for its owner alone. */
export const VIEWS: ShowKind = {
  fallback: 'schema',
  terse: TERSE,
  terseOnly: ['kind'],
  columns: metadataColumns(`created_on:t name reserved database_name schema_name owner comment text is_secure
    is_materialized owner_role_type change_tracking kind`),
  rows: (request) => [
    ...(request.scope.isMetadata ? metadataRows(request) : []),
    ...accountUsageRows(request),
    ...relationsIn(request).flatMap(({ relation, schema }) =>
      relation.kind === 'VIEW' ? [viewRow(request, relation, schema)] : [],
    ),
  ],
};

/** SHOW MATERIALIZED VIEWS: they are computed anew at each use and so never behind. */
export const MATERIALIZED_VIEWS: ShowKind = {
  fallback: 'schema',
  columns: metadataColumns(`created_on:t name reserved database_name schema_name cluster_by rows:n bytes:n
    source_database_name source_schema_name source_table_name refreshed_on:t compacted_on:t owner invalid invalid_reason
    behind_by comment text is_secure automatic_clustering owner_role_type`),
  rows: (request) =>
    relationsIn(request).flatMap(({ relation, schema }) => {
      if (relation.kind !== 'VIEW' || !relation.isMaterialized) return [];
      const [
        createdMs = null,
        name = null,
        ,
        database = null,
        where = null,
        owner = null,
        comment = null,
        text = null,
      ] = viewRow(request, relation, schema).cells;
      return [
        {
          name: relation.name,
          cells: [
            ...[createdMs, name, '', database, where, '', null, null, null, null, null, createdMs, createdMs, owner],
            ...['false', '', '0s', comment, text, String(relation.isSecure), 'OFF', 'ROLE'],
          ],
        },
      ];
    }),
};

/** The views of ACCOUNT_USAGE, where its schema is in scope and the role may read it; their texts are nobody's. */
function accountUsageRows(request: ShowRequest): ShowRow[] {
  const schema = schemasOf(request).find(
    ({ name, database }) => `${database.name}.${name}` === 'SNOWFLAKE.ACCOUNT_USAGE',
  );
  const { access } = request.statement.session;
  if (!schema || !(access.owns(schema.database) || access.may(schema.database, 'IMPORTED PRIVILEGES'))) return [];
  return [...ACCOUNT_USAGE.keys()].sort().map((name) => ({
    name,
    cells: [
      schema.createdMs,
      name,
      '',
      schema.database.name,
      schema.name,
      '',
      '',
      '',
      'true',
      'false',
      '',
      'OFF',
      'VIEW',
    ],
  }));
}

/** The views of INFORMATION_SCHEMA; they have no owner and no text. */
function metadataRows({ scope: { database } }: ShowRequest): ShowRow[] {
  return METADATA_VIEW_NAMES.map((name) => ({
    name,
    cells: [
      ...[database?.createdMs ?? null, name, '', database?.name ?? null, 'INFORMATION_SCHEMA', '', '', ''],
      ...['false', 'false', '', 'OFF', 'VIEW'],
    ],
  }));
}

function viewRow({ statement }: ShowRequest, view: View, schema: Schema): ShowRow {
  const text = view.isSecure && !statement.session.access.owns(view) ? '' : view.text;
  return {
    name: view.name,
    cells: [
      ...[view.createdMs, view.name, '', schema.database.name, schema.name, view.owner, view.comment, text],
      ...[String(view.isSecure), String(view.isMaterialized), view.owner === '' ? '' : 'ROLE', 'OFF'],
      view.isMaterialized ? 'MATERIALIZED_VIEW' : 'VIEW',
    ],
  };
}

/** SHOW OBJECTS: tables and views together. Every table is a TABLE, transient or not; dbt-snowflake, whose tables are transient, relies on it. */
export const OBJECTS: ShowKind = {
  fallback: 'schema',
  terse: TERSE,
  columns: metadataColumns(`created_on:t name database_name schema_name kind comment cluster_by rows:n bytes:n owner
    retention_time owner_role_type budget is_hybrid is_dynamic is_iceberg`),
  async rows(request) {
    const found = relationsIn(request);
    const counts = await rowCounts(
      request.statement,
      found.flatMap(({ relation }) => (relation.kind === 'TABLE' ? [relation] : [])),
    );
    return found.map(({ relation, schema }) => {
      const isTable = relation.kind === 'TABLE';
      const rows = isTable ? (counts.get(relation) ?? 0) : null;
      return {
        name: relation.name,
        cells: [
          ...[relation.createdMs, relation.name, schema.database.name, schema.name],
          isTable ? 'TABLE' : relation.isMaterialized ? 'MATERIALIZED_VIEW' : 'VIEW',
          ...[relation.comment, isTable ? relation.clusterBy : '', rows],
          isTable ? estimatedBytes(relation, rows ?? 0) : null,
          ...[relation.owner, isTable ? String(relation.retentionDays) : null, 'ROLE', null, 'N', 'N', 'N'],
        ],
      };
    });
  },
};

/**
 * Columns of every key of a kind, one line for each column: in the table's order, numbered in the key's. Source: both
 * lines of snowflake-sqlalchemy's tests of composite keys, before and since it sorts by key_sequence.
 */
function keyRows(request: ShowRequest, kind: 'PRIMARY KEY' | 'UNIQUE'): ShowRow[] {
  return tablesOf(request).flatMap((table) =>
    table.constraints
      .filter((key) => key.kind === kind)
      .flatMap((key) =>
        table.columns.flatMap(({ name: column }) => {
          const sequence = key.columns.indexOf(column) + 1;
          if (sequence === 0) return [];
          const path = [table.schema.database.name, table.schema.name, table.name];
          return [{ name: table.name, cells: [key.createdMs, ...path, column, sequence, key.name, 'false', null] }];
        }),
      ),
  );
}

function tablesOf(request: ShowRequest): Table[] {
  const tables = relationsIn(request).flatMap(({ relation }) => (relation.kind === 'TABLE' ? [relation] : []));
  const { relation } = request.scope;
  if (!relation) return tables;
  new Finder(request.statement.session, 'SHOW').relation(relation);
  return tables.filter((table) => {
    const full = [table.schema.database.name, table.schema.name, table.name];
    const { database, schema } = request.statement.session;
    const wanted = [database ?? '', schema ?? '', ''].slice(0, 3 - relation.length).concat(relation);
    return full.join('\0') === wanted.join('\0');
  });
}

const KEY_COLUMNS = metadataColumns(
  'created_on:t database_name schema_name table_name column_name key_sequence:n constraint_name rely comment',
);

export const PRIMARY_KEYS: ShowKind = {
  fallback: 'schema',
  bareName: 'relation',
  columns: KEY_COLUMNS,
  rows: (request) => keyRows(request, 'PRIMARY KEY'),
};
export const UNIQUE_KEYS: ShowKind = {
  fallback: 'schema',
  bareName: 'relation',
  columns: KEY_COLUMNS,
  rows: (request) => keyRows(request, 'UNIQUE'),
};

/** SHOW IMPORTED KEYS: foreign keys of the tables in scope. */
export const IMPORTED_KEYS: ShowKind = {
  fallback: 'schema',
  bareName: 'relation',
  columns: metadataColumns(`created_on:t pk_database_name pk_schema_name pk_table_name pk_column_name fk_database_name
    fk_schema_name fk_table_name fk_column_name key_sequence:n update_rule delete_rule fk_name pk_name deferrability rely comment`),
  rows: (request) => tablesOf(request).flatMap((table) => foreignKeys(request, table)),
};

/** SHOW EXPORTED KEYS: foreign keys that reference the tables in scope, wherever they stand. */
export const EXPORTED_KEYS: ShowKind = {
  ...IMPORTED_KEYS,
  rows: (request) => {
    const referenced = new Set(tablesOf(request).map((table) => pathOf(table).join('\0')));
    const everywhere = tablesOf({ ...request, scope: { database: null, schema: null, relation: null } });
    const keys = everywhere.flatMap((table) => foreignKeys(request, table));
    return keys.filter(({ cells }) => referenced.has(cells.slice(1, 4).join('\0')));
  },
};

/** A table's foreign keys, one row for each column. */
function foreignKeys({ statement }: ShowRequest, table: Table): ShowRow[] {
  return table.constraints.flatMap(({ references, columns, createdMs, name }) =>
    columns.flatMap((column, index) =>
      references
        ? [
            {
              name: table.name,
              cells: [
                ...[createdMs, references.parts[0] ?? '', references.parts[1] ?? '', references.parts[2] ?? ''],
                ...[references.columns[index] ?? null, table.schema.database.name, table.schema.name, table.name],
                ...[column, index + 1, 'NO ACTION', 'NO ACTION', name, keyName(statement, references)],
                ...['NOT DEFERRABLE', 'false', null],
              ],
            },
          ]
        : [],
    ),
  );
}

/** The primary or unique key that a foreign key points at; null where its table is gone or has none of these columns. */
function keyName({ account }: ShowRequest['statement'], { parts, columns }: KeyReference): string | null {
  const [database = '', schema = '', name = ''] = parts;
  const table = account.catalog.databases.get(database)?.schemas.get(schema)?.relations.get(name);
  if (table?.kind !== 'TABLE') return null;
  const key = table.constraints.find((one) => !one.references && one.columns.join('\0') === columns.join('\0'));
  return key?.name ?? null;
}

type KeyReference = NonNullable<Table['constraints'][number]['references']>;
