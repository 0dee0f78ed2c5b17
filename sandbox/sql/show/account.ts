import type { DirectoryUser } from '../../engine.ts';
import { metadataColumns } from '../information-schema/columns.ts';
import type { PlainCell } from '../results.ts';
import type { ShowKind } from './listing.ts';

const flag = (value: boolean): string => (value ? 'Y' : 'N');

/** SHOW WAREHOUSES. Starts none. */
export const WAREHOUSES: ShowKind = {
  fallback: 'account',
  columns: metadataColumns(`name state type size min_cluster_count:n max_cluster_count:n started_clusters:n running:n
    queued:n is_default is_current auto_suspend:n auto_resume available provisioning quiescing other created_on:t
    resumed_on:t updated_on:t owner comment enable_query_acceleration query_acceleration_max_scale_factor:n
    resource_monitor actives:n pendings:n failed:n suspended:n uuid scaling_policy budget owner_role_type
    resource_constraint`),
  rows: ({ statement }) => {
    const { session, account } = statement;
    const user = account.host.users().find(({ name }) => name === session.start.user);
    return account.catalog.warehouses
      .all()
      .filter((warehouse) => session.access.sees(warehouse))
      .map((warehouse) => {
        const isStarted = warehouse.state === 'STARTED';
        return {
          name: warehouse.name,
          cells: [
            ...[
              warehouse.name,
              warehouse.state,
              'STANDARD',
              warehouse.size,
              warehouse.minClusters,
              warehouse.maxClusters,
            ],
            ...[isStarted ? 1 : 0, warehouse.running, warehouse.queue.length],
            ...[flag(user?.defaultWarehouse === warehouse.name), flag(session.warehouse === warehouse.name)],
            ...[warehouse.autoSuspendSeconds || null, String(warehouse.autoResume), isStarted ? '100' : '', '', '', ''],
            ...[warehouse.createdMs, warehouse.resumedMs, warehouse.updatedMs, warehouse.owner, warehouse.comment],
            ...[
              'false',
              8,
              'null',
              isStarted ? 1 : 0,
              0,
              0,
              isStarted ? 0 : 1,
              String(warehouse.id),
              warehouse.scalingPolicy,
            ],
            ...[null, 'ROLE', null],
          ] satisfies PlainCell[],
        };
      });
  },
};

/** SHOW ROLES: every role of the account, as Snowflake shows them to everybody. */
export const ROLES: ShowKind = {
  fallback: 'account',
  terse: ['created_on', 'name'],
  columns: metadataColumns(
    'created_on:t name is_default is_current is_inherited assigned_to_users:n granted_to_roles:n granted_roles:n owner comment',
  ),
  rows: ({ statement }) => {
    const { session, account } = statement;
    const { roles } = account.catalog;
    const users = account.host.users();
    const mine = users.find(({ name }) => name === session.start.user);
    const all = roles.all();
    return all.map((role) => {
      const assigned = users.filter(
        (user) => user.roles.includes(role.name) || roles.grantedToUser(user.name).has(role.name),
      );
      return {
        name: role.name,
        cells: [
          ...[role.createdMs, role.name, flag(mine?.defaultRole === role.name), flag(session.role === role.name)],
          flag(session.role !== role.name && session.access.roles.has(role.name)),
          ...[assigned.length, role.grantedTo.size, all.filter((other) => other.grantedTo.has(role.name)).length],
          ...[role.owner, role.comment],
        ],
      };
    });
  },
};

const property = (user: DirectoryUser, name: string, fallback = ''): string => user.properties.get(name) ?? fallback;

/** SHOW USERS: all for those who may manage users, else oneself. */
export const USERS: ShowKind = {
  fallback: 'account',
  terse: ['name', 'created_on', 'display_name', 'first_name', 'last_name', 'email', 'has_password', 'comment'],
  columns: metadataColumns(`name created_on:t login_name display_name first_name last_name email mins_to_unlock
    days_to_expiry comment disabled must_change_password snowflake_lock default_warehouse default_namespace default_role
    default_secondary_roles ext_authn_duo ext_authn_uid mins_to_bypass_mfa owner last_success_login:t expires_at_time:t
    locked_until_time:t has_password has_rsa_public_key type has_mfa`),
  rows: ({ statement }) => {
    const { session, account } = statement;
    const seesAll = session.access.mayInAccount('CREATE USER') || session.access.mayInAccount('MANAGE GRANTS');
    return [...account.host.users()]
      .filter((user) => seesAll || user.name === session.start.user)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((user) => ({
        name: user.name,
        cells: [
          ...[user.name, user.createdMs, property(user, 'LOGIN_NAME', user.name)],
          ...[property(user, 'DISPLAY_NAME', user.name), property(user, 'FIRST_NAME'), property(user, 'LAST_NAME')],
          ...[property(user, 'EMAIL'), property(user, 'MINS_TO_UNLOCK'), property(user, 'DAYS_TO_EXPIRY')],
          ...[property(user, 'COMMENT'), String(user.isDisabled), 'false', 'false'],
          ...[user.defaultWarehouse ?? '', user.defaultNamespace ?? '', user.defaultRole],
          ...[user.defaultSecondaryRoles === 'ALL' ? '["ALL"]' : '[]', 'false', '', ''],
          ...[property(user, 'OWNER', 'USERADMIN'), null, null, null, String(user.hasPassword)],
          ...[String(user.keyFingerprints.some((key) => key !== null)), property(user, 'TYPE', 'PERSON')],
          String(user.hasMfa),
        ],
      }));
  },
};

/** SHOW TRANSACTIONS: one's own, and everybody's for ACCOUNTADMIN. */
export const TRANSACTIONS: ShowKind = {
  fallback: 'account',
  columns: metadataColumns('id user session name started_on:t state scope:n'),
  rows: ({ statement }) => {
    const { session, account } = statement;
    const users = new Map(account.host.sessions().map(({ sessionId, user }) => [sessionId, user]));
    return account.transactions
      .all()
      .map((transaction) => ({ transaction, user: users.get(transaction.sessionId) ?? session.start.user }))
      .filter(({ user }) => user === session.start.user || session.access.mayInAccount('MONITOR USAGE'))
      .map(({ transaction: { id, sessionId, name, startedMs }, user }) => ({
        name,
        cells: [id, user, sessionId, name, startedMs, 'running', 0],
      }));
  },
};

/** SHOW LOCKS: tables that open transactions hold or wait for. */
export const LOCKS: ShowKind = {
  fallback: 'account',
  columns: metadataColumns('resource type transaction transaction_started_on:t status acquired_on:t query_id session'),
  rows: ({ statement }) =>
    statement.account.transactions.all().flatMap((transaction) =>
      [...transaction.changes.values()]
        .filter(({ table }) => table.lock.heldBy === transaction)
        .map(({ table }) => {
          const resource = `${table.schema.database.name}.${table.schema.name}.${table.name}`;
          const { id, startedMs, sessionId } = transaction;
          return {
            name: table.name,
            cells: [resource, 'PARTITIONS', id, startedMs, 'HOLDING', startedMs, '', sessionId],
          };
        }),
    ),
};

/** SHOW SESSIONS: one's own, and everybody's for ACCOUNTADMIN. */
export const SESSIONS: ShowKind = {
  fallback: 'account',
  columns: metadataColumns('session_id:n user_name created_on:t client_application_id is_current'),
  rows: ({ statement }) => {
    const { session, account } = statement;
    return account.host
      .sessions()
      .filter(({ user }) => user === session.start.user || session.access.mayInAccount('MONITOR USAGE'))
      .map(({ sessionId, user, startedMs, clientApplication }) => ({
        name: user,
        cells: [Number(sessionId), user, startedMs, clientApplication, flag(sessionId === session.start.sessionId)],
      }));
  },
};
