import { randomUUID } from 'node:crypto';
import type { Check } from '../../proto/generated/snowpool/v1/Check.ts';
import type { Attachment } from '../clients/contract.ts';
import { SnowpoolError } from '../errors.ts';
import type { Page, Queries } from '../query/contract.ts';

/** Privileges that let a role change something: the guard is the first fence, a role without these the second (DESIGN §7). */
const readPrivileges: ReadonlySet<string> = new Set([
  'USAGE',
  'SELECT',
  'REFERENCES',
  'MONITOR',
  'READ',
  'IMPORTED PRIVILEGES',
  'MONITOR USAGE',
  'MONITOR EXECUTION',
]);
const strongRoles: ReadonlySet<string> = new Set([
  'ACCOUNTADMIN',
  'SECURITYADMIN',
  'SYSADMIN',
  'ORGADMIN',
  'USERADMIN',
]);

/** Signs in and looks at the role's grants (`snowpool doctor`). Throws SnowpoolError where the account cannot be asked. */
export async function checkAccount(queries: Queries, attachment: Attachment): Promise<Check[]> {
  const who = await ask(queries, attachment, 'SELECT CURRENT_USER(), CURRENT_ROLE(), CURRENT_WAREHOUSE()');
  const [user, role, warehouse] = who.rows[0] ?? [];
  const checks: Check[] = [{ outcome: 'ok', text: `Signed in as ${user} with role ${role}.`, advice: '' }];
  if (!warehouse) {
    checks.push({
      outcome: 'warning',
      text: 'No warehouse is set: queries on tables will fail.',
      advice: 'Set SNOWFLAKE_WAREHOUSE.',
    });
  }
  if (role && strongRoles.has(role)) {
    checks.push({
      outcome: 'warning',
      text: `The role ${role} administers the account.`,
      advice: 'Give the clients a role with read grants only: the guard is then not the only fence.',
    });
    return checks;
  }
  if (role) checks.push(await checkGrants(queries, attachment, role));
  return checks;
}

async function checkGrants(queries: Queries, attachment: Attachment, role: string): Promise<Check> {
  const grants = await ask(queries, attachment, `SHOW GRANTS TO ROLE "${role.replaceAll('"', '""')}"`);
  const privilege = grants.columns.findIndex((column) => column.name.toLowerCase() === 'privilege');
  if (privilege < 0) return { outcome: 'warning', text: `The grants of ${role} could not be read.`, advice: '' };
  const writing = new Set(grants.rows.map((row) => row[privilege] ?? '').filter((name) => !readPrivileges.has(name)));
  if (writing.size === 0) return { outcome: 'ok', text: `The role ${role} holds read grants only.`, advice: '' };
  return {
    outcome: 'warning',
    text: `The role ${role} may do more than read: ${[...writing].sort().join(', ')}.`,
    advice: 'Give the clients a role with read grants only: the guard is then not the only fence.',
  };
}

async function ask(queries: Queries, attachment: Attachment, sql: string): Promise<Page> {
  const outcome = await queries.run(attachment, {
    sql,
    tool: 'doctor',
    requestId: randomUUID(),
    page: { maxRows: 10_000, maxBytes: 8 * 1024 * 1024 },
    waitMs: 0,
    signal: AbortSignal.timeout(60_000),
    onProgress() {},
  });
  if (outcome.state !== 'done') throw new SnowpoolError('deadline_exceeded', 'The account did not answer in time.');
  return outcome.page;
}
