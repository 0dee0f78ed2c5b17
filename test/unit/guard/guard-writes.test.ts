import { describe, expect, it } from 'vitest';
import { createGuard } from '../../../daemon/query/guard/judge.ts';
import { commands } from './commands.ts';
import { hiddenWrites, unknownTexts } from './hidden.ts';
import { hiddenChoices } from './misread.ts';
import { confirm, readOnly, readWrite } from './policies.ts';

const guard = await createGuard();

describe("every command of Snowflake's reference that acts", () => {
  it.each(commands)('%s is refused in read-only: %s', (kind, text) => {
    const judgement = guard.judge(text, readOnly);
    expect(judgement).toMatchObject({ verdict: 'refused', kind, isRead: false, isMetadata: false });
    expect(judgement.refusal?.reason).toMatch(/^\S.*\.$/);
    expect(judgement.refusal?.setting).toContain('policy.mode');
  });

  it.each(commands)('%s asks a person in confirm, runs in read-write, with its kind: %s', (kind, text) => {
    expect(guard.judge(text, confirm)).toMatchObject({ verdict: 'confirm', kind });
    expect(guard.judge(text, readWrite)).toMatchObject({ verdict: 'allowed', kind, isRead: false });
    expect(guard.judge(text, readWrite).refusal).toBeUndefined();
  });
});

/** What CREATE, ALTER, DROP and UNDROP of the command reference are about. */
const objects = `
AGENT|AGGREGATION POLICY|ALERT|API INTEGRATION|APPLICATION|APPLICATION PACKAGE|APPLICATION ROLE|ARTIFACT REPOSITORY|
AUTHENTICATION POLICY|BACKUP POLICY|BACKUP SET|CATALOG INTEGRATION|COMPUTE POOL|CONNECTION|CONTACT|CORTEX SEARCH SERVICE|
DATA METRIC FUNCTION|DATABASE|DATABASE ROLE|DATASET|DBT PROJECT|DCM PROJECT|DYNAMIC TABLE|EVENT TABLE|EXPERIMENT|
EXTERNAL ACCESS INTEGRATION|EXTERNAL AGENT|EXTERNAL FUNCTION|EXTERNAL TABLE|EXTERNAL VOLUME|FAILOVER GROUP|FEATURE POLICY|
FILE FORMAT|FUNCTION|GATEWAY|GIT REPOSITORY|HYBRID TABLE|ICEBERG TABLE|IMAGE REPOSITORY|INDEX|INTEGRATION|INTERACTIVE TABLE|
JOIN POLICY|LISTING|MAINTENANCE POLICY|MANAGED ACCOUNT|MASKING POLICY|MATERIALIZED VIEW|MCP SERVER|MODEL|MODEL MONITOR|
NETWORK POLICY|NETWORK RULE|NOTEBOOK|NOTEBOOK PROJECT|NOTIFICATION INTEGRATION|OFFER|ONLINE FEATURE TABLE|
OPENFLOW DATA PLANE INTEGRATION|ORGANIZATION ACCOUNT|ORGANIZATION LISTING|ORGANIZATION PROFILE|ORGANIZATION USER|
ORGANIZATION USER GROUP|PACKAGES POLICY|PASSWORD POLICY|PIPE|PRICING PLAN|PRIVACY POLICY|PROCEDURE|PROJECTION POLICY|
PROVISIONED THROUGHPUT|REPLICATION GROUP|RESOURCE MONITOR|ROLE|ROW ACCESS POLICY|SCHEMA|SECRET|SECURITY INTEGRATION|
SEMANTIC VIEW|SEQUENCE|SERVICE|SESSION POLICY|SHARE|SNAPSHOT|SNAPSHOT POLICY|SNAPSHOT SET|STAGE|STORAGE INTEGRATION|
STORAGE LIFECYCLE POLICY|STREAM|STREAMLIT|TABLE|TAG|TASK|TYPE|USER|VIEW|WAREHOUSE|WORKSPACE`
  .replaceAll('\n', '')
  .split('|');

describe('every object of the reference', () => {
  it.each(objects)('%s is neither created, altered, dropped nor brought back in read-only', (object) => {
    for (const [verb, text] of [
      ['CREATE', `CREATE OR REPLACE ${object} IF NOT EXISTS n`],
      ['CREATE', `/* x */ create -- y\n ${object.toLowerCase().replace(' ', '\n')} n COMMENT = 'x'`],
      ['ALTER', `ALTER ${object} IF EXISTS n SET COMMENT = 'x'`],
      ['DROP', `DROP ${object} n`],
      ['UNDROP', `UNDROP ${object} n`],
    ]) {
      expect(guard.judge(text ?? '', readOnly), text).toMatchObject({ verdict: 'refused', kind: `${verb} ${object}` });
    }
  });
});

describe('a write or a choice that looks like something else is refused in read-only', () => {
  it.each([...hiddenWrites, ...hiddenChoices, ...unknownTexts].map((text) => [text]))('%j', (text) => {
    const judgement = guard.judge(text, readOnly);
    expect(judgement.verdict).toBe('refused');
    expect(judgement.refusal?.reason).toMatch(/^\S.*\.$/);
  });
});
