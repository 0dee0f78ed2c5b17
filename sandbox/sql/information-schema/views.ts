import type { PlainCell } from '../results.ts';
import { ABSENT_VIEWS } from './absent.ts';
import { accountUsageRows } from './account-usage.ts';
import * as account from './account-views.ts';
import * as table from './table-views.ts';
import type { MetadataView } from './view.ts';

/** COLUMNS with those of the metadata views themselves, as Snowflake lists them too. */
const ALL_COLUMNS: MetadataView = {
  ...table.COLUMNS,
  rows: async (request) => [
    ...(await table.COLUMNS.rows(request)),
    ...ownColumns(request.database.name),
    ...accountUsageRows('COLUMNS', request.database.name, request.database.createdMs),
  ],
};

/** TABLES and VIEWS with the views of ACCOUNT_USAGE, where the database has these. */
function withAccountUsage(name: 'TABLES' | 'VIEWS', view: MetadataView): MetadataView {
  return {
    ...view,
    rows: async (request) => [
      ...(await view.rows(request)),
      ...accountUsageRows(name, request.database.name, request.database.createdMs),
    ],
  };
}

function ownColumns(database: string): PlainCell[][] {
  return [...INFORMATION_SCHEMA].flatMap(([view, { columns }]) =>
    columns.map(({ name, nullable, type, precision, scale, length }, index) =>
      table.columnRow(
        [database, 'INFORMATION_SCHEMA', view],
        { name, nullable, type: { type, precision, scale, length }, comment: '' },
        index + 1,
      ),
    ),
  );
}

/** The views of each database's INFORMATION_SCHEMA by name. */
export const INFORMATION_SCHEMA: ReadonlyMap<string, MetadataView> = new Map(
  Object.entries({
    ...ABSENT_VIEWS,
    APPLICABLE_ROLES: account.APPLICABLE_ROLES,
    COLUMNS: ALL_COLUMNS,
    DATABASES: account.DATABASES,
    ENABLED_ROLES: account.ENABLED_ROLES,
    FILE_FORMATS: account.FILE_FORMATS,
    FUNCTIONS: account.FUNCTIONS,
    INFORMATION_SCHEMA_CATALOG_NAME: account.CATALOG_NAME,
    LOAD_HISTORY: account.LOAD_HISTORY,
    OBJECT_PRIVILEGES: account.OBJECT_PRIVILEGES,
    PROCEDURES: account.PROCEDURES,
    REFERENTIAL_CONSTRAINTS: table.REFERENTIAL_CONSTRAINTS,
    SCHEMATA: account.SCHEMATA,
    SEQUENCES: account.SEQUENCES,
    STAGES: account.STAGES,
    TABLES: withAccountUsage('TABLES', table.TABLES),
    TABLE_CONSTRAINTS: table.TABLE_CONSTRAINTS,
    TABLE_PRIVILEGES: account.TABLE_PRIVILEGES,
    TABLE_STORAGE_METRICS: table.TABLE_STORAGE_METRICS,
    USAGE_PRIVILEGES: account.USAGE_PRIVILEGES,
    VIEWS: withAccountUsage('VIEWS', table.VIEWS),
  }),
);
