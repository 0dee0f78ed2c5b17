import { describe, expect, it } from 'vitest';
import { createGuard } from '../../../daemon/query/guard/judge.ts';
import { features } from './features.ts';
import { longQueries } from './long-queries.ts';
import { looks } from './looks.ts';
import { readOnly } from './policies.ts';
import { queries } from './queries.ts';
import { reads } from './reads.ts';

const guard = await createGuard();

describe('reads pass in read-only', () => {
  it.each(reads.map((text) => [text]))('%s', (text) => {
    const judgement = guard.judge(text, readOnly);
    expect(judgement.refusal?.reason).toBeUndefined();
    expect(judgement).toMatchObject({ verdict: 'allowed', isRead: true });
    expect(judgement.effects).toMatchObject({ context: false, write: false, unknown: false, temporary: false });
  });

  it('passes every SHOW and DESCRIBE of the command reference', () => {
    expect(looks.filter((text) => guard.judge(text, readOnly).verdict !== 'allowed')).toEqual([]);
  });

  it('passes all queries as agents write them', () => {
    expect([...queries, ...longQueries].filter((text) => guard.judge(text, readOnly).verdict !== 'allowed')).toEqual(
      [],
    );
  });

  it.each(['both', 'format', 'member', 'settings', 'trailing'])(
    'takes %s for a name, as Snowflake does, though other dialects have a clause of that name',
    (name) => {
      for (const text of [
        `SELECT a, ${name} FROM t WHERE ${name} IS NOT NULL AND t.${name} > 1`,
        `SELECT SUM(${name}) AS ${name} FROM t GROUP BY ${name} ORDER BY ${name}`,
        `WITH ${name} AS (SELECT 1 AS a) SELECT * FROM ${name}`,
      ])
        expect([text, guard.judge(text, readOnly).verdict]).toEqual([text, 'allowed']);
      expect(guard.judge(`SELECT 1 FROM t ${name} DELETE FROM t`, readOnly).verdict).toBe('refused');
    },
  );

  it('passes at least 99 of 100 queries over every construct of the query syntax', () => {
    const refused = features.filter((text) => guard.judge(text, readOnly).verdict !== 'allowed');
    expect(refused.length).toBeLessThanOrEqual(features.length / 100);
  });

  it.each([
    'USE ROLE analyst',
    'USE ROLE "Analyst Role"',
    'USE WAREHOUSE wh',
    'USE DATABASE sales',
    'USE SCHEMA sales.public',
    'USE sales.public',
    'USE sales',
    'USE ROLE IDENTIFIER($r)',
    "USE DATABASE IDENTIFIER('sales')",
    'USE SECONDARY ROLES ALL',
    'USE SECONDARY ROLES NONE',
    'USE SECONDARY ROLES a, "b"',
    "SET region = 'EU'",
    "SET (a, b) = (1, 'x')",
    'SET n = (SELECT MAX(id) FROM orders)',
    'SET d = CURRENT_DATE() - 7',
    'UNSET region',
    'UNSET (a, b)',
    'BEGIN',
    'BEGIN;',
    'BEGIN TRANSACTION',
    'BEGIN WORK NAME t1',
    'BEGIN NAME t1',
    'START TRANSACTION',
    'START TRANSACTION NAME t1',
    'COMMIT',
    'COMMIT WORK',
    'ROLLBACK',
    'ROLLBACK WORK',
    "ALTER SESSION SET TIMEZONE = 'UTC'",
    "ALTER SESSION SET WEEK_START = 1 DATE_OUTPUT_FORMAT = 'DD.MM.YYYY'",
    'ALTER SESSION SET WEEK_START = 1, JSON_INDENT = 0;',
    'ALTER SESSION SET USE_CACHED_RESULT = FALSE',
    'ALTER SESSION UNSET TIMEZONE',
    'ALTER SESSION UNSET TIMEZONE, WEEK_START',
  ])("%s passes, as it changes only the caller's own context", (text) => {
    const judgement = guard.judge(text, readOnly);
    expect(judgement.refusal?.reason).toBeUndefined();
    expect(judgement).toMatchObject({ verdict: 'allowed', isRead: false, isMetadata: false });
  });
});
