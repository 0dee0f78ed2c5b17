/**
 * The kinds of objects in Snowflake's command reference, so that a statement's kind can be named as the reference
 * names it: CREATE ROW ACCESS POLICY, not CREATE ROW.
 */

const several = `
APPLICATION PACKAGE|APPLICATION ROLE|AUTHENTICATION POLICY|AGGREGATION POLICY|AGGREGATE FUNCTION|API INTEGRATION|
ARTIFACT REPOSITORY|BACKUP POLICY|BACKUP SET|CATALOG INTEGRATION|COMPUTE POOL|CORTEX AGENT|CORTEX SEARCH SERVICE|
DATA METRIC FUNCTION|DATABASE ROLE|DBT PROJECT|DCM PROJECT|DYNAMIC TABLE|EVENT TABLE|EXPERIMENT|EXTERNAL ACCESS INTEGRATION|
EXTERNAL AGENT|EXTERNAL FUNCTION|EXTERNAL TABLE|EXTERNAL VOLUME|FAILOVER GROUP|FEATURE POLICY|FILE FORMAT|
GIT REPOSITORY|HYBRID TABLE|ICEBERG TABLE|IMAGE REPOSITORY|INGRESS POLICY|INTERACTIVE TABLE|INTERACTIVE WAREHOUSE|JOB SERVICE|
JOIN POLICY|LISTING|MAINTENANCE POLICY|MANAGED ACCOUNT|MASKING POLICY|MATERIALIZED VIEW|MCP SERVER|MODEL MONITOR|NETWORK POLICY|
NETWORK RULE|NOTEBOOK PROJECT|NOTIFICATION INTEGRATION|ONLINE FEATURE TABLE|OPENFLOW DATA PLANE INTEGRATION|
ORGANIZATION ACCOUNT|ORGANIZATION LISTING|ORGANIZATION PROFILE|ORGANIZATION USER GROUP|ORGANIZATION USER|PACKAGES POLICY|
PASSWORD POLICY|PRIVACY POLICY|PROJECTION POLICY|PROVISIONED THROUGHPUT|RELEASE CHANNEL|REPLICATION GROUP|RESOURCE MONITOR|
ROW ACCESS POLICY|SEARCH OPTIMIZATION|SECURITY INTEGRATION|SEMANTIC VIEW|SERVICE CLASS|SESSION POLICY|SNAPSHOT POLICY|SNAPSHOT SET|
STORAGE INTEGRATION|STORAGE LIFECYCLE POLICY|WORKLOAD IDENTITY`
  .replaceAll('\n', '')
  .split('|')
  .map((name) => name.split(' '))
  .sort((one, other) => other.length - one.length);

/** Words between the verb and the object that do not name the object. */
export const modifiers: ReadonlySet<string> = new Set(
  `OR REPLACE ALTER TRANSIENT TEMP TEMPORARY LOCAL GLOBAL VOLATILE SECURE RECURSIVE IF NOT EXISTS READ ONLY TERSE BUILTIN
  USER_DEFINED IMMUTABLE WRITE`.split(/\s+/),
);

/** The object named by these upper-case words, in the singular or plural it was written in; at least one word. */
export function objectName(words: readonly string[]): string {
  for (const name of several) {
    if (name.every((part, index) => sameWord(words[index], part, index === name.length - 1))) {
      return words.slice(0, name.length).join(' ');
    }
  }
  return words[0] ?? '';
}

/** SHOW has the last word in the plural: POLICIES for POLICY, SERVICES for SERVICE. */
function sameWord(word: string | undefined, part: string, isLast: boolean): boolean {
  if (word === part) return true;
  return (
    isLast && word !== undefined && (word === `${part}S` || word === part.replace(/Y$/, 'IES') || word === `${part}ES`)
  );
}
