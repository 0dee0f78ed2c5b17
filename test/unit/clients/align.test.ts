import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAsWanted, planAlignment, type Wanted } from '../../../daemon/clients/align.ts';
import { Carried } from '../../../daemon/clients/carried.ts';
import { type Baseline, type Context, sameSetting, sameVariable } from '../../../daemon/clients/context.ts';
import { AccountSession } from './account-session.ts';
import { context, login } from './arbitraries.ts';

const baseline: Baseline = {
  secondaryRoles: 'ALL',
  parameters: new Map([['TIMEZONE', { kind: 'text', value: 'UTC' }]]),
};

const wanted = (context: Context, override?: Wanted['override']): Wanted => ({
  context,
  override,
  dependsOnSchema: true,
});

/** The account's side of a session that carries what the record says. */
function sessionAt(carried: Carried): AccountSession {
  const session = new AccountSession(login, baseline);
  session.hold(carried.context);
  return session;
}

describe('the statements of an alignment', () => {
  it('bring a session from any context to any other', () => {
    fc.assert(
      fc.property(context, context, (from, to) => {
        const carried = new Carried(login, from);
        const session = sessionAt(carried);
        const plan = planAlignment(carried, wanted(to), baseline);
        if (plan.kind === 'impossible') {
          // Only a "none" is out of reach.
          const { current } = to;
          expect([current?.warehouse, current?.database, current?.schema]).toContain(undefined);
          return;
        }
        if (plan.kind === 'statements') session.runAll(plan.statements);
        if (!isAsWanted(session.current, carried, wanted(to))) {
          // USE DATABASE makes a schema current where the client had none: the account says so, and it is found out.
          expect(to.current?.schema).toBeUndefined();
          return;
        }
        session.expectToHold(to);
      }),
      { numRuns: 2000 },
    );
  });

  it('are none where the session carries the context already', () => {
    fc.assert(
      fc.property(context, (one) => {
        expect(planAlignment(new Carried(login, one), wanted({ ...one }), baseline).kind).toBe('ready');
      }),
    );
  });

  it('bring a session back to what its login gave it, whoever used it before', () => {
    fc.assert(
      fc.property(context, (from) => {
        const carried = new Carried(login, from);
        const session = sessionAt(carried);
        const untouched = new Carried(login).context;
        const plan = planAlignment(carried, wanted(untouched), baseline);
        if (plan.kind === 'impossible') throw new Error(plan.reason);
        if (plan.kind === 'statements') session.runAll(plan.statements);
        session.expectToHold(untouched);
      }),
    );
  });

  it('write names exactly, though quoted ones fold on the session', () => {
    const folds: Context = {
      ...new Carried(login).context,
      parameters: new Map([['QUOTED_IDENTIFIERS_IGNORE_CASE', { kind: 'boolean', value: 'true' }]]),
    };
    const carried = new Carried(login, folds);
    const session = sessionAt(carried);
    const to: Context = { ...folds, current: { ...login, database: 'lower', schema: 'mixed Case' } };
    const plan = planAlignment(carried, wanted(to), baseline);
    if (plan.kind !== 'statements') throw new Error(plan.kind);
    session.runAll(plan.statements);
    session.expectToHold(to);
  });

  it('enter the default schema of a database that is named for one statement, and stay there without a request', () => {
    const carried = new Carried(login);
    const override = { database: 'OTHER' };
    const plan = planAlignment(carried, wanted(carried.context, override), baseline);
    expect(plan).toMatchObject({ kind: 'statements', statements: ['USE DATABASE "OTHER"'] });
    carried.context = { ...carried.context, current: { ...login, database: 'OTHER', schema: 'PUBLIC' } };
    carried.defaultSchemaOf = 'OTHER';
    expect(planAlignment(carried, wanted(new Carried(login).context, override), baseline).kind).toBe('ready');
  });

  it('choose warehouse and schema under the role that could', () => {
    const to: Context = {
      ...new Carried(login).context,
      current: { role: 'NARROW', warehouse: 'BIG', database: 'D', schema: 'S' },
      chosenUnder: { warehouse: 'NARROW', schema: 'WIDE' },
    };
    const plan = planAlignment(new Carried(login), wanted(to), baseline);
    expect(plan).toMatchObject({
      statements: [
        'USE ROLE "NARROW"',
        'USE WAREHOUSE "BIG"',
        'USE ROLE "WIDE"',
        'USE SCHEMA "D"."S"',
        'USE ROLE "NARROW"',
      ],
    });
  });

  it('compare settings and variables by value and type', () => {
    expect(sameSetting({ kind: 'number', value: '1' }, { kind: 'text', value: '1' })).toBe(false);
    expect(sameVariable({ type: 'fixed', value: '1', scale: 0 }, { type: 'fixed', value: '1', scale: 2 })).toBe(false);
  });
});
