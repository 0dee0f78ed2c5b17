/** The words of privileges. Source: docs, "GRANT <privileges> ... TO ROLE" and "Access control privileges". */

const SINGLE = new Set(
  `ALL APPLY APPLYBUDGET AUDIT DELETE FAILOVER INSERT INSTALL MODIFY MONITOR OPERATE OWNERSHIP READ REBUILD REFERENCES
  REFERENCE_USAGE REPLICATE SELECT TRUNCATE UPDATE USAGE USE_ANY_ROLE WRITE`.split(/\s+/),
);

/** With which word a privilege of several words begins: CREATE TABLE, MANAGE GRANTS, EVOLVE SCHEMA, ... */
const FIRST = new Set(
  `ADD ALL APPLY ATTACH AUDIT BIND CANCEL CREATE EVOLVE EXECUTE IMPORT IMPORTED INVOKE MANAGE MODIFY MONITOR OVERRIDE
  PURCHASE READ RESOLVE USE VIEW`.split(/\s+/),
);

/** True of the words of a privilege that there is, in capitals. */
export function isPrivilege(words: readonly string[]): boolean {
  const [first = ''] = words;
  return words.length === 1 ? SINGLE.has(first) : FIRST.has(first);
}

const EVERY: Readonly<Record<string, readonly string[]>> = {
  TABLE: ['APPLYBUDGET', 'DELETE', 'EVOLVE SCHEMA', 'INSERT', 'REFERENCES', 'SELECT', 'TRUNCATE', 'UPDATE'],
  VIEW: ['REFERENCES', 'SELECT'],
  DATABASE: ['APPLYBUDGET', 'CREATE DATABASE ROLE', 'CREATE SCHEMA', 'MODIFY', 'MONITOR', 'USAGE'],
  WAREHOUSE: ['APPLYBUDGET', 'MODIFY', 'MONITOR', 'OPERATE', 'USAGE'],
  SEQUENCE: ['USAGE'],
  FUNCTION: ['USAGE'],
  PROCEDURE: ['USAGE'],
};

/** What ALL stands for on a kind of object; itself where the pages leave open what that is. */
export function privilegesOf(privilege: string, on: string): readonly string[] {
  return privilege === 'ALL' ? (EVERY[on] ?? ['ALL']) : [privilege];
}
