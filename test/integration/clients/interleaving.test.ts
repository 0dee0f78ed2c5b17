/**
 * The property that isolation is: whatever ten clients do on a pool of three, in whatever order, each reads what it would
 * have read alone on a session of its own. The other half of it is what the run prints: that this is bought neither by
 * running one statement at a time nor by throwing sessions away.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attachment } from '../../../daemon/clients/contract.ts';
import { SnowpoolError } from '../../../daemon/errors.ts';
import { DriverError } from '../../../daemon/pool/driver.ts';
import { createGuard, type Guard, type Policy } from '../../../daemon/query/guard/judge.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';
import { type Step, schema, step, unforeseen } from './client-scripts.ts';
import { run, runOn, type Stage, startLayer } from './fixture.ts';

const policy: Policy = { mode: 'read-write', allow: [], deny: [], functions: 'all' };
const clientCount = 10;
/**
 * All open from the start: a pool that may grow does so only for calls that have waited, and beside a sandbox this quick
 * none may have to.
 */
const sessionCount = 3;
/** Random scripts for ten clients in each test; more of them by hand. */
const runs = Number(process.env.SNOWPOOL_INTERLEAVINGS ?? 3);

const scriptsOf = (steps: fc.Arbitrary<Step>) =>
  fc.array(fc.array(steps, { minLength: 3, maxLength: 12 }), { minLength: clientCount, maxLength: clientCount });

describe("each client's answers", () => {
  let pooled: Sandbox;
  let alone: Sandbox;
  let guard: Guard;
  beforeAll(async () => {
    [pooled, alone, guard] = await Promise.all([startSandbox(), startSandbox(), createGuard()]);
  });
  afterAll(async () => {
    await Promise.all([pooled.stop(), alone.stop()]);
  });

  it('equal those of the same statements alone on a session of its own', async () => {
    const totals = await compare({ pooled, alone, guard, scripts: scriptsOf(step), hasDatabase: true });
    report('ten clients on three sessions', totals);
    expect(totals.evictions.context).toBe(0);
    expect(totals.mostAtOnce).toBe(sessionCount);
  });

  it('equal them where procedures and blocks leave what nobody can foresee', async () => {
    const mixed = fc.oneof(
      { weight: 4, arbitrary: step },
      { weight: 1, arbitrary: unforeseen.map((sql): Step => [sql]) },
    );
    const totals = await compare({ pooled, alone, guard, scripts: scriptsOf(mixed), hasDatabase: true });
    report('the same with blocks', totals);
    // One that ran what nobody could foresee is closed at most once for that; nothing else costs a session.
    expect(totals.evictions.context).toBeLessThanOrEqual(totals.unforeseen);
    expect(totals.mostAtOnce).toBe(sessionCount);
  });

  it('equal them where a sign-in gives no database, and some choose one', async () => {
    const totals = await compare({ pooled, alone, guard, scripts: scriptsOf(step), hasDatabase: false });
    report('without a default database', totals);
    // No statement takes a database away: what asks for "none" may cost a session that somebody has used.
    expect(totals.evictions.context).toBeLessThanOrEqual(totals.nowhere);
    expect(totals.mostAtOnce).toBe(sessionCount);
  });

  it('equal them where a sign-in gives no database, and each chooses one, at no session more', async () => {
    const choosing = fc
      .tuple(scriptsOf(step), fc.array(schema, { minLength: clientCount, maxLength: clientCount }))
      .map(([all, names]) => all.map((script, index): Step[] => [[`USE SCHEMA %${names[index]}`], ...script]));
    const totals = await compare({ pooled, alone, guard, scripts: choosing, hasDatabase: false });
    report('each with a database of its own choice', totals);
    expect(totals.evictions.context).toBe(0);
    expect(totals.mostAtOnce).toBe(sessionCount);
  });
});

interface Totals {
  statements: number;
  logins: number;
  mostAtOnce: number;
  retries: number;
  /** Statements after which nobody knows what is left on their session. */
  unforeseen: number;
  /** Statements about the current schema, of clients that are in none. */
  nowhere: number;
  readonly evictions: Record<string, number>;
}

let prefixes = 0;

interface Comparison {
  /** Reads from each text what it may leave behind, as it does in the daemon. */
  readonly guard: Guard;
  readonly pooled: Sandbox;
  readonly alone: Sandbox;
  readonly scripts: fc.Arbitrary<readonly (readonly Step[])[]>;
  /** False: a sign-in leaves no current database. */
  readonly hasDatabase: boolean;
}

async function compare(options: Comparison): Promise<Totals> {
  const totals: Totals = {
    statements: 0,
    logins: 0,
    mostAtOnce: 0,
    retries: 0,
    unforeseen: 0,
    nowhere: 0,
    evictions: {},
  };
  const seed = Number(process.env.SNOWPOOL_SEED ?? Date.now() % 2 ** 31);
  await fc.assert(
    fc.asyncProperty(options.scripts, async (all) => {
      const prefix = `R${++prefixes}_`;
      const wanted = await onOwnSessions(options, prefix, all);
      const got = await onPool(options, prefix, all, totals);
      expect(got).toEqual(wanted);
    }),
    { numRuns: runs, seed, endOnFailure: true },
  );
  return totals;
}

function report(
  title: string,
  { statements, logins, mostAtOnce, retries, unforeseen, nowhere, evictions }: Totals,
): void {
  const reasons = Object.entries(evictions)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ');
  process.stdout.write(
    `${title}: ${statements} statements in ${runs} runs, ${logins} logins, at most ${mostAtOnce} at once, evictions: ${reasons}; ${unforeseen} blocks, ${nowhere} in no database, ${retries} waits for a pin\n`,
  );
}

const textOf = (sql: string, prefix: string, client: number) =>
  sql
    .replaceAll('%', prefix)
    .replaceAll('@', `C${client}_`)
    .replaceAll(/\b(MINE|TEMP_MINE|MORE_\d+)\b/g, `C${client}_$1`);

const profileOf = (layer: Pick<Stage, 'profile'>, prefix: string, { hasDatabase }: Pick<Comparison, 'hasDatabase'>) =>
  layer.profile({
    account: prefix,
    pool: { minSize: sessionCount, maxSize: sessionCount },
    ...(hasDatabase ? { database: `${prefix}A`, schema: 'ONE' } : {}),
  });

/** The databases that one run uses; the same on both sides. */
async function furnish(layer: Omit<Stage, 'sandbox'>, prefix: string): Promise<void> {
  const { attachment, client } = layer.attach('setup');
  for (const database of ['A', 'B']) {
    await run(attachment, `CREATE DATABASE ${prefix}${database}`);
    for (const name of ['ONE', 'TWO', 'PUBLIC']) {
      await run(attachment, `CREATE SCHEMA IF NOT EXISTS ${name}`);
      await run(attachment, `USE SCHEMA ${name}`);
      await run(attachment, `CREATE TABLE SHARED AS SELECT '${database}.${name}' AS X`);
      for (let client = 0; client < clientCount; client++)
        await run(attachment, `CREATE TABLE C${client}_MINE (X INT)`);
    }
  }
  await client.detach();
}

/** Each script on a pool of one session that nobody else uses, one statement after the other. */
async function onOwnSessions(
  options: Comparison,
  prefix: string,
  all: readonly (readonly Step[])[],
): Promise<unknown[]> {
  const layer = startLayer(options.alone);
  try {
    await furnish(layer, prefix);
    return await Promise.all(
      all.map(async (script, index) => {
        const session = await layer.openSession(profileOf(layer, prefix, options));
        const answers: unknown[] = [];
        for (const sql of script.flat()) answers.push(await runOn(session, textOf(sql, prefix, index)).catch(errorOf));
        await session.close();
        return answers;
      }),
    );
  } finally {
    await layer.close();
  }
}

async function onPool(
  options: Comparison,
  prefix: string,
  all: readonly (readonly Step[])[],
  totals: Totals,
): Promise<unknown[]> {
  const layer = startLayer(options.pooled);
  try {
    await furnish(layer, prefix);
    const profile = profileOf(layer, prefix, options);
    let running = 0;
    const onRunning = () => {
      totals.mostAtOnce = Math.max(totals.mostAtOnce, ++running);
    };
    const isSomewhere = new Set<Attachment>();
    const answer = async (attachment: Attachment, sql: string): Promise<unknown> => {
      const { effects } = options.guard.judge(sql, policy);
      if (effects.unknown) totals.unforeseen++;
      const isPlaced = options.hasDatabase || isSomewhere.has(attachment);
      if (!isPlaced && effects.dependsOnSchema) totals.nowhere++;
      for (;;) {
        let isRunning = false;
        try {
          const ran = await run(attachment, sql, {
            effects,
            onRunning: () => {
              isRunning = true;
              onRunning();
            },
          });
          if (effects.choosesPlace) isSomewhere.add(attachment);
          return ran.rows;
        } catch (error) {
          // All places for pins are taken: as a client would, it tries again when another is through.
          if (
            error instanceof SnowpoolError &&
            error.code === 'pool_exhausted' &&
            error.message.includes('may be kept')
          ) {
            totals.retries++;
            await new Promise((resolve) => setTimeout(resolve, 20));
            continue;
          }
          return errorOf(error);
        } finally {
          if (isRunning) running--;
          totals.statements++;
        }
      }
    };
    const answers = await Promise.all(
      all.map(async (script, index) => {
        const { attachment, client } = layer.attach(`c${index}`, profile);
        const own: unknown[] = [];
        // A call that is refused a place for its pin is sent again behind those that were sent with it, so that where
        // any call may need one they are sent one by one.
        const isOneByOne = script.flat().some((sql) => sql.includes('AUTOCOMMIT'));
        for (const step of script) {
          const texts = step.map((sql) => textOf(sql, prefix, index));
          if (isOneByOne) for (const sql of texts) own.push(await answer(attachment, sql));
          else own.push(...(await Promise.all(texts.map((sql) => answer(attachment, sql)))));
        }
        await client.detach();
        return own;
      }),
    );
    const status = layer.pools.status().find((pool) => pool.profile.fingerprint === profile.fingerprint);
    totals.logins += status?.logins.succeeded ?? 0;
    for (const [reason, count] of Object.entries(status?.evictions ?? {}))
      totals.evictions[reason] = (totals.evictions[reason] ?? 0) + count;
    return answers;
  } finally {
    await layer.close();
  }
}

function errorOf(error: unknown): unknown {
  if (!(error instanceof DriverError)) throw error;
  return { code: error.details.code, message: error.message };
}
