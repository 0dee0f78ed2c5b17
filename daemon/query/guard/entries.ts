/** Whether the entries of a policy name anything: one that is misspelt would deny nothing, and nobody would know. */
import type { Policy } from '../../config/profile.ts';
import { SnowpoolError } from '../../errors.ts';
import { classifyFunction } from './functions.ts';
import { statementWords } from './kinds.ts';
import { databaseEntries, kindEntries } from './policy.ts';

/**
 * Throws SnowpoolError invalid_argument for an entry that is no kind of statement by its first word, no function of
 * Snowflake's own and no `database:NAME`.
 */
export function checkEntries(policy: Policy): void {
  for (const name of ['allow', 'deny'] as const) {
    for (const entry of policy[name]) {
      if (isDatabase(entry) || kindEntries([entry]).some(isKind)) continue;
      throw new SnowpoolError(
        'invalid_argument',
        `policy.${name} has '${entry}', which names nothing that could run.`,
        'Allowed are kinds of statements (INSERT, CREATE TABLE), functions that act (NEXTVAL, SYSTEM$CANCEL_QUERY) and database:NAME.',
      );
    }
  }
}

function isDatabase(entry: string): boolean {
  return databaseEntries([entry]).some((name) => name !== '');
}

function isKind(entry: string): boolean {
  const [first = ''] = entry.split(' ');
  const isStatement = statementWords.has(first) || entry === 'ANONYMOUS BLOCK';
  return isStatement || classifyFunction(entry.split('.')) !== 'user';
}
