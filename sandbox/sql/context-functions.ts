import type { Statement } from './statement.ts';

const VERSION = '9.30.0';

/**
 * Context functions that speak of the session (documentation page "Context functions"). The account is called SANDBOX,
 * as whatever name was signed in with is accepted. Undefined where it is none of these.
 */
export function contextFunction(statement: Statement, name: string): string | null | undefined {
  const { session, account } = statement;
  const client = account.host.sessions().find(({ sessionId }) => sessionId === session.start.sessionId);
  switch (name) {
    case 'CURRENT_SECONDARY_ROLES':
      return secondaryRoles(statement);
    case 'CURRENT_AVAILABLE_ROLES':
      return JSON.stringify([...session.availableRoles()].sort());
    case 'CURRENT_TRANSACTION':
      return session.transaction?.id ?? null;
    case 'CURRENT_SCHEMAS':
      return currentSchemas(statement);
    case 'CURRENT_ACCOUNT':
    case 'CURRENT_ACCOUNT_NAME':
      return 'SANDBOX';
    case 'CURRENT_ORGANIZATION_NAME':
      return 'SNOWPOOL';
    case 'CURRENT_REGION':
      return 'LOCAL_SANDBOX';
    case 'CURRENT_VERSION':
      return VERSION;
    case 'CURRENT_CLIENT':
      return client?.clientApplication ?? null;
    case 'CURRENT_IP_ADDRESS':
      return '127.0.0.1';
    case 'CURRENT_ROLE_TYPE':
      return 'ROLE';
    case 'CURRENT_STATEMENT':
      return statement.request.sql;
    case 'LAST_TRANSACTION':
      return session.lastTransactionId;
    default:
      return undefined;
  }
}

/** JSON as Snowflake prints it: the roles that are active beside the primary one, and what USE SECONDARY ROLES said. */
function secondaryRoles({ session }: Statement): string {
  if (session.secondaryRoles === 'NONE') return '{"roles":"","value":""}';
  const roles = session.grantedRoles().filter((role) => role !== session.role);
  return JSON.stringify({ roles: roles.sort().join(','), value: 'ALL' });
}

/** The search path with its place holders filled in. */
function currentSchemas({ session }: Statement): string {
  const { database, schema } = session;
  if (database === null) return '[]';
  const names = schema === null || schema === 'PUBLIC' ? ['PUBLIC'] : [schema, 'PUBLIC'];
  return JSON.stringify(names.map((name) => `${database}.${name}`));
}
