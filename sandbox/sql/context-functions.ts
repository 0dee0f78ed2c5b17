import type { Statement } from './statement.ts';

const VERSION = '9.30.0';

type ContextFunction = (statement: Statement) => string | null;

const FUNCTIONS: Readonly<Record<string, ContextFunction>> = {
  CURRENT_SECONDARY_ROLES: secondaryRoles,
  CURRENT_AVAILABLE_ROLES: ({ session }) => JSON.stringify([...session.availableRoles()].sort()),
  CURRENT_TRANSACTION: ({ session }) => session.transaction?.id ?? null,
  CURRENT_SCHEMAS: currentSchemas,
  CURRENT_ACCOUNT: () => 'SANDBOX',
  CURRENT_ACCOUNT_NAME: () => 'SANDBOX',
  CURRENT_ORGANIZATION_NAME: () => 'SNOWPOOL',
  CURRENT_REGION: () => 'LOCAL_SANDBOX',
  CURRENT_VERSION: () => VERSION,
  CURRENT_CLIENT: currentClient,
  CURRENT_IP_ADDRESS: () => '127.0.0.1',
  CURRENT_ROLE_TYPE: () => 'ROLE',
  CURRENT_STATEMENT: ({ request }) => request.sql,
  LAST_TRANSACTION: ({ session }) => session.lastTransactionId,
};

/** The functions that speak of the session. */
export const CONTEXT_FUNCTIONS: readonly string[] = Object.keys(FUNCTIONS);

/**
 * Context functions that speak of the session (documentation page "Context functions"). The account is called SANDBOX,
 * as whatever name was signed in with is accepted. Undefined where it is none of these.
 */
export function contextFunction(statement: Statement, name: string): string | null | undefined {
  return FUNCTIONS[name]?.(statement);
}

function currentClient({ session, account }: Statement): string | null {
  const client = account.host.sessions().find(({ sessionId }) => sessionId === session.start.sessionId);
  return client?.clientApplication ?? null;
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
