import { sorted } from '../../catalog/access.ts';
import type { Database } from '../../catalog/model.ts';
import type { PlainCell } from '../results.ts';
import { DATABASES, SCHEMATA } from './account-views.ts';
import { metadataColumns } from './columns.ts';
import { COLUMNS, TABLES, VIEWS } from './table-views.ts';
import type { MetadataView } from './view.ts';

type Cells = ReadonlyMap<string, PlainCell>;

/**
 * A view of INFORMATION_SCHEMA as ACCOUNT_USAGE has it: for every database, with ids, and with DELETED, which is NULL
 * throughout: what was dropped is left out. Columns that the first does not have, and that are not of these, are NULL.
 */
function everywhere(view: MetadataView, line: string): MetadataView {
  const columns = metadataColumns(line);
  return {
    columns,
    async rows(request) {
      const all: (readonly PlainCell[])[] = [];
      for (const database of sorted(request.names.access.databases())) {
        for (const row of await view.rows({ ...request, database })) {
          const cells: Cells = new Map(view.columns.map(({ name }, index) => [name, row[index] ?? null]));
          const schema = String(cells.get('TABLE_SCHEMA') ?? cells.get('SCHEMA_NAME') ?? '');
          if (schema === 'INFORMATION_SCHEMA') continue;
          all.push(columns.map(({ name }) => cells.get(name) ?? derived(name, cells, database, schema)));
        }
      }
      return all;
    },
  };
}

function derived(name: string, cells: Cells, database: Database, schemaName: string): PlainCell {
  const schema = database.schemas.get(schemaName);
  const relation = schema?.relations.get(String(cells.get('TABLE_NAME') ?? ''));
  if (name === 'TABLE_CATALOG_ID' || name === 'CATALOG_ID') return database.id;
  if (name === 'TABLE_SCHEMA_ID' || name === 'SCHEMA_ID') return schema?.id ?? null;
  if (name === 'TABLE_ID') return relation?.id ?? null;
  // A relation has at most some thousand columns; their ids need but differ.
  if (name === 'COLUMN_ID') return relation ? relation.id * 10_000 + Number(cells.get('ORDINAL_POSITION')) : null;
  return name === 'OWNER_ROLE_TYPE' ? 'ROLE' : null;
}

const IDS = 'TABLE_ID:n TABLE_NAME TABLE_SCHEMA_ID:n TABLE_SCHEMA TABLE_CATALOG_ID:n TABLE_CATALOG';

/** ACCOUNT_USAGE.DATABASES: those of the account, with ids. */
const ALL_DATABASES: MetadataView = {
  columns: metadataColumns(`DATABASE_ID:n DATABASE_NAME DATABASE_OWNER IS_TRANSIENT COMMENT CREATED:t LAST_ALTERED:t
    DELETED:t RETENTION_TIME:n RESOURCE_GROUP TYPE OWNER_ROLE_TYPE`),
  rows: async (request) => {
    const { databases } = request.statement.account.catalog;
    const rows = await DATABASES.rows(request);
    return rows.map(
      ([name = null, owner = null, transient = null, comment = null, created = null, altered = null, ...rest]) => {
        const [retention = null, type = null, roleType = null] = rest;
        const id = databases.get(String(name))?.id ?? null;
        return [id, name, owner, transient, comment, created, altered, null, retention, null, type, roleType];
      },
    );
  },
};

/** Source of columns: documentation pages "TABLES view", "COLUMNS view", ... of Account Usage. */
export const EVERYWHERE: Readonly<Record<string, MetadataView>> = {
  DATABASES: ALL_DATABASES,
  SCHEMATA: everywhere(
    SCHEMATA,
    `SCHEMA_ID:n SCHEMA_NAME CATALOG_ID:n CATALOG_NAME SCHEMA_OWNER RETENTION_TIME:n IS_TRANSIENT IS_MANAGED_ACCESS
    DEFAULT_CHARACTER_SET_CATALOG DEFAULT_CHARACTER_SET_SCHEMA DEFAULT_CHARACTER_SET_NAME SQL_PATH COMMENT CREATED:t
    LAST_ALTERED:t DELETED:t OWNER_ROLE_TYPE`,
  ),
  TABLES: everywhere(
    TABLES,
    `${IDS} TABLE_OWNER TABLE_TYPE IS_TRANSIENT CLUSTERING_KEY ROW_COUNT:n BYTES:n RETENTION_TIME:n
    SELF_REFERENCING_COLUMN_NAME REFERENCE_GENERATION USER_DEFINED_TYPE_CATALOG USER_DEFINED_TYPE_SCHEMA
    USER_DEFINED_TYPE_NAME IS_INSERTABLE_INTO IS_TYPED COMMIT_ACTION CREATED:t LAST_ALTERED:t LAST_DDL:t LAST_DDL_BY
    DELETED:t AUTO_CLUSTERING_ON COMMENT OWNER_ROLE_TYPE INSTANCE_ID:n IS_ICEBERG IS_DYNAMIC IS_HYBRID`,
  ),
  VIEWS: everywhere(
    VIEWS,
    `${IDS} TABLE_OWNER VIEW_DEFINITION CHECK_OPTION IS_UPDATABLE INSERTABLE_INTO IS_SECURE CREATED:t LAST_ALTERED:t
    LAST_DDL:t LAST_DDL_BY DELETED:t COMMENT INSTANCE_ID:n OWNER_ROLE_TYPE`,
  ),
  COLUMNS: everywhere(
    COLUMNS,
    `COLUMN_ID:n COLUMN_NAME ${IDS} ORDINAL_POSITION:n COLUMN_DEFAULT IS_NULLABLE DATA_TYPE CHARACTER_MAXIMUM_LENGTH:n
    CHARACTER_OCTET_LENGTH:n NUMERIC_PRECISION:n NUMERIC_PRECISION_RADIX:n NUMERIC_SCALE:n DATETIME_PRECISION:n
    INTERVAL_TYPE INTERVAL_PRECISION CHARACTER_SET_CATALOG CHARACTER_SET_SCHEMA CHARACTER_SET_NAME COLLATION_CATALOG
    COLLATION_SCHEMA COLLATION_NAME DOMAIN_CATALOG DOMAIN_SCHEMA DOMAIN_NAME UDT_CATALOG UDT_SCHEMA UDT_NAME SCOPE_CATALOG
    SCOPE_SCHEMA SCOPE_NAME MAXIMUM_CARDINALITY:n DTD_IDENTIFIER IS_SELF_REFERENCING IS_IDENTITY IDENTITY_GENERATION
    IDENTITY_START IDENTITY_INCREMENT IDENTITY_MAXIMUM IDENTITY_MINIMUM IDENTITY_CYCLE IDENTITY_ORDERED
    SCHEMA_EVOLUTION_RECORD COMMENT DELETED:t`,
  ),
};
