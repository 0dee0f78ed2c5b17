import { metadataColumns } from '../information-schema/columns.ts';
import type { ShowKind } from './listing.ts';
import { databasesOf } from './request.ts';

const flag = (value: boolean): string => (value ? 'Y' : 'N');

const TERSE = ['created_on', 'name', 'kind', 'database_name', 'schema_name'];

/** SHOW DATABASES. Source of columns: documentation page "SHOW DATABASES". */
export const DATABASES: ShowKind = {
  fallback: 'account',
  terse: TERSE,
  terseOnly: ['database_name', 'schema_name'],
  historyOnly: ['dropped_on'],
  columns:
    metadataColumns(`created_on:t name is_default is_current origin owner comment options retention_time dropped_on:t kind budget
    owner_role_type object_visibility database_name schema_name`),
  rows: ({ statement, withHistory }) => {
    const { session, account } = statement;
    const dropped = withHistory
      ? account.catalog.droppedDatabases.filter((database) => session.access.owns(database))
      : [];
    return [...session.access.databases(), ...dropped].map((database) => ({
      name: database.name,
      cells: [
        ...[database.createdMs, database.name, flag(database.isDefault), flag(session.database === database.name)],
        ...[database.origin, database.owner, database.comment, database.isTransient ? 'TRANSIENT' : ''],
        ...[
          String(database.retentionDays),
          database.droppedMs,
          database.origin === '' ? 'STANDARD' : 'IMPORTED DATABASE',
          null,
        ],
        ...[database.owner === '' ? '' : 'ROLE', null, null, null],
      ],
    }));
  },
};

/** SHOW SCHEMAS, INFORMATION_SCHEMA among them. */
export const SCHEMAS: ShowKind = {
  fallback: 'database',
  bareName: 'database',
  terse: TERSE,
  terseOnly: ['kind', 'schema_name'],
  historyOnly: ['dropped_on'],
  columns:
    metadataColumns(`created_on:t name is_default is_current database_name owner comment options retention_time dropped_on:t
    owner_role_type classification_profile_database classification_profile_schema classification_profile
    object_visibility kind schema_name`),
  rows: (request) => {
    const { session } = request.statement;
    return databasesOf(request).flatMap((database) => {
      const dropped = request.withHistory ? database.dropped.filter((schema) => session.access.owns(schema)) : [];
      const isCurrent = (name: string) => flag(session.database === database.name && session.schema === name);
      const own = [...session.access.schemas(database), ...dropped].map((schema) => ({
        name: schema.name,
        cells: [
          ...[schema.createdMs, schema.name, 'N', isCurrent(schema.name), database.name, schema.owner, schema.comment],
          [schema.isTransient ? 'TRANSIENT' : '', schema.isManagedAccess ? 'MANAGED ACCESS' : '']
            .filter(Boolean)
            .join(', '),
          ...[
            String(schema.retentionDays),
            schema.droppedMs,
            schema.owner === '' ? '' : 'ROLE',
            null,
            null,
            null,
            null,
            null,
            null,
          ],
        ],
      }));
      const metadata = {
        name: 'INFORMATION_SCHEMA',
        cells: [
          ...[database.createdMs, 'INFORMATION_SCHEMA', 'N', isCurrent('INFORMATION_SCHEMA'), database.name, ''],
          ...[
            'Views describing the contents of schemas in this database',
            '',
            '1',
            '',
            null,
            null,
            null,
            null,
            null,
            null,
          ],
        ],
      };
      return [...own, metadata].sort((a, b) => (a.name < b.name ? -1 : 1));
    });
  },
};
