import * as account from './account-views.ts';
import * as table from './table-views.ts';
import type { MetadataView } from './view.ts';

/** The views of each database's INFORMATION_SCHEMA by name. */
export const INFORMATION_SCHEMA: ReadonlyMap<string, MetadataView> = new Map(
  Object.entries({
    APPLICABLE_ROLES: account.APPLICABLE_ROLES,
    COLUMNS: table.COLUMNS,
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
    TABLES: table.TABLES,
    TABLE_CONSTRAINTS: table.TABLE_CONSTRAINTS,
    TABLE_PRIVILEGES: account.TABLE_PRIVILEGES,
    TABLE_STORAGE_METRICS: table.TABLE_STORAGE_METRICS,
    USAGE_PRIVILEGES: account.USAGE_PRIVILEGES,
    VIEWS: table.VIEWS,
  }),
);
