import { expect, it } from 'vitest';
import type { Policy } from '../../../daemon/config/profile.ts';
import { checkEntries } from '../../../daemon/query/guard/entries.ts';

const policy = (over: Partial<Policy>): Policy => ({
  mode: 'read-only',
  allow: [],
  deny: [],
  functions: 'all',
  ...over,
});

it.each([
  'INSERT',
  'create  table',
  'DESC TABLE',
  'LS',
  'START TRANSACTION',
  'ANONYMOUS BLOCK',
  'EXECUTE IMMEDIATE',
  'ALTER SESSION SET QUERY_TAG',
  'NEXTVAL',
  'GETNEXTVAL',
  'SYSTEM$CANCEL_QUERY',
  'database:PAYROLL',
  'DATABASE : "p.a"',
])('takes %s', (entry) => {
  expect(() => checkEntries(policy({ deny: [entry] }))).not.toThrow();
});

it.each(['DORP', 'DROPTABLE', 'databse:PAYROLL', 'database:', '', '*', 'PAYROLL.PUBLIC', 'ANONYMOUS'])(
  'refuses an entry %j that would deny nothing',
  (entry) => {
    expect(() => checkEntries(policy({ deny: ['INSERT', entry] }))).toThrow(
      expect.objectContaining({
        code: 'invalid_argument',
        message: `policy.deny has '${entry}', which names nothing that could run.`,
      }),
    );
    expect(() => checkEntries(policy({ allow: [entry] }))).toThrow(/policy\.allow/);
  },
);
