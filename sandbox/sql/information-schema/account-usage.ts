import { sorted } from '../../catalog/access.ts';
import type { PlainCell } from '../results.ts';
import { DATABASES, SCHEMATA } from './account-views.ts';
import { metadataColumns } from './columns.ts';
import { QUERY_HISTORY } from './history.ts';
import { COLUMNS, TABLES, VIEWS } from './table-views.ts';
import { USAGE_HISTORY } from './usage-history.ts';
import type { MetadataView } from './view.ts';

const orNull = (text: string): string | null => (text === '' ? null : text);

const USERS: MetadataView = {
  columns: metadataColumns(
    'USER_ID:n NAME CREATED_ON:t DELETED_ON:t LOGIN_NAME DISPLAY_NAME DISABLED DEFAULT_WAREHOUSE DEFAULT_NAMESPACE DEFAULT_ROLE OWNER',
  ),
  rows: ({ statement }) =>
    statement.account.host
      .users()
      .map((user, index) => [
        ...[index + 1, user.name, user.createdMs, null, user.properties.get('LOGIN_NAME') ?? user.name],
        ...[user.properties.get('DISPLAY_NAME') ?? user.name, String(user.isDisabled), user.defaultWarehouse],
        ...[user.defaultNamespace, user.defaultRole, user.properties.get('OWNER') ?? 'USERADMIN'],
      ]),
};

const ROLES: MetadataView = {
  columns: metadataColumns('ROLE_ID:n CREATED_ON:t DELETED_ON:t NAME COMMENT OWNER ROLE_TYPE'),
  rows: ({ statement }) =>
    statement.account.catalog.roles
      .all()
      .map((role) => [role.id, role.createdMs, null, role.name, orNull(role.comment), orNull(role.owner), 'ROLE']),
};

const SESSIONS: MetadataView = {
  columns: metadataColumns('SESSION_ID:n CREATED_ON:t USER_NAME CLIENT_APPLICATION_ID'),
  rows: ({ statement }) =>
    statement.account.host
      .sessions()
      .map(({ sessionId, startedMs, user, clientApplication }) => [
        Number(sessionId),
        startedMs,
        user,
        clientApplication,
      ]),
};

const GRANTS_TO_USERS: MetadataView = {
  columns: metadataColumns('CREATED_ON:t DELETED_ON:t ROLE GRANTED_TO GRANTEE_NAME GRANTED_BY'),
  rows: ({ statement: { account } }) =>
    account.host.users().flatMap((user) => {
      const later = account.catalog.roles.grantedToUser(user.name);
      const own = user.roles.filter((role) => role !== 'PUBLIC' && !later.has(role));
      return [
        ...own.map((role) => [user.createdMs, null, role, 'USER', user.name, '']),
        ...[...later].map(([role, { by, createdMs }]) => [createdMs, null, role, 'USER', user.name, by]),
      ];
    }),
};

/** A view of INFORMATION_SCHEMA for every database of the account. */
function everywhere(view: MetadataView): MetadataView {
  return {
    columns: view.columns,
    async rows(request) {
      const all: (readonly PlainCell[])[] = [];
      for (const database of sorted(request.names.access.databases())) {
        for (const row of await view.rows({ ...request, database })) if (row[1] !== 'INFORMATION_SCHEMA') all.push(row);
      }
      return all;
    },
  };
}

/** The views of SNOWFLAKE.ACCOUNT_USAGE that the sandbox has. */
export const ACCOUNT_USAGE: ReadonlyMap<string, MetadataView> = new Map(
  Object.entries({
    COLUMNS: everywhere(COLUMNS),
    DATABASES,
    QUERY_HISTORY,
    ROLES,
    SCHEMATA: everywhere(SCHEMATA),
    SESSIONS,
    TABLES: everywhere(TABLES),
    USERS,
    VIEWS: everywhere(VIEWS),
    GRANTS_TO_USERS,
    ...USAGE_HISTORY,
  }),
);
