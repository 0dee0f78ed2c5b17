import type { PlainCell } from '../results.ts';
import { metadataColumns } from './columns.ts';
import { EVERYWHERE } from './everywhere.ts';
import { QUERY_HISTORY } from './history.ts';
import { columnRow } from './table-views.ts';
import { USAGE_HISTORY } from './usage-history.ts';
import type { MetadataView } from './view.ts';

const orNull = (text: string): string | null => (text === '' ? null : text);

const USERS: MetadataView = {
  columns: metadataColumns(`USER_ID:n NAME CREATED_ON:t DELETED_ON:t LOGIN_NAME DISPLAY_NAME FIRST_NAME LAST_NAME EMAIL
    HAS_PASSWORD:b COMMENT DISABLED DEFAULT_WAREHOUSE DEFAULT_NAMESPACE DEFAULT_ROLE HAS_MFA:b HAS_RSA_PUBLIC_KEY:b OWNER
    DEFAULT_SECONDARY_ROLE TYPE`),
  rows: ({ statement }) =>
    statement.account.host.users().map((user, index) => {
      const of = (name: string) => user.properties.get(name) ?? null;
      return [
        ...[index + 1, user.name, user.createdMs, null, of('LOGIN_NAME') ?? user.name, of('DISPLAY_NAME') ?? user.name],
        ...[of('FIRST_NAME'), of('LAST_NAME'), of('EMAIL'), user.hasPassword, of('COMMENT'), String(user.isDisabled)],
        ...[user.defaultWarehouse, user.defaultNamespace, user.defaultRole, user.hasMfa],
        ...[user.keyFingerprints.some((one) => one !== null), of('OWNER') ?? 'USERADMIN'],
        ...[user.defaultSecondaryRoles === 'ALL' ? '["ALL"]' : '[]', of('TYPE') ?? 'PERSON'],
      ];
    }),
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

/** The views of SNOWFLAKE.ACCOUNT_USAGE that the sandbox has. */
export const ACCOUNT_USAGE: ReadonlyMap<string, MetadataView> = new Map(
  Object.entries({
    ...EVERYWHERE,
    QUERY_HISTORY,
    ROLES,
    SESSIONS,
    USERS,
    GRANTS_TO_USERS,
    ...USAGE_HISTORY,
  }),
);

/** Rows of INFORMATION_SCHEMA for the views of ACCOUNT_USAGE, which the database SNOWFLAKE lists among its own. */
export function accountUsageRows(
  view: 'TABLES' | 'VIEWS' | 'COLUMNS',
  database: string,
  createdMs: number,
): PlainCell[][] {
  if (database !== 'SNOWFLAKE') return [];
  return [...ACCOUNT_USAGE].flatMap(([name, { columns }]): PlainCell[][] => {
    const path = [database, 'ACCOUNT_USAGE', name] as const;
    if (view === 'COLUMNS') {
      return columns.map(({ name: column, nullable, type, precision, scale, length }, index) =>
        columnRow(path, { name: column, nullable, type: { type, precision, scale, length }, comment: '' }, index + 1),
      );
    }
    const moments = [createdMs, createdMs, createdMs, null];
    if (view === 'VIEWS') return [[...path, null, null, 'NONE', 'NO', 'NO', 'YES', ...moments, null]];
    const none = Array.from<null>({ length: 10 }).fill(null);
    return [[...path, null, 'VIEW', ...none, 'NO', 'YES', null, ...moments, null, null, 'NO', 'NO', 'NO', 'NO', 'NO']];
  });
}
