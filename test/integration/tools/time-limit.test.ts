/** What a client is told of a statement that the account has not ended at its time limit, on a clock that the test turns. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Profile } from '../../../daemon/config/profile.ts';
import type { RunOutcome } from '../../../daemon/query/contract.ts';
import { createGuard } from '../../../daemon/query/guard/judge.ts';
import { createQueries } from '../../../daemon/query/queries.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';
import { TurnedClock } from '../../support/turned-clock.ts';
import { log, run, startLayer } from '../clients/fixture.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.control.clearFaults());
afterAll(() => sandbox.stop());

async function startClient(table: string) {
  const clock = new TurnedClock();
  const inTime = { deadlineMs: 3_600_000 };
  const layer = startLayer(sandbox, clock);
  const queries = createQueries({ guard: await createGuard(), clock, newId: randomUUID, log, version: 'test' });
  const profile: Profile = {
    ...layer.profile({ database: 'SANDBOX', schema: 'PUBLIC' }, { statementTimeoutSeconds: 60, waitMs: 600_000 }),
    policy: { mode: 'read-write', allow: [], deny: [], functions: 'all' },
  };
  const { attachment } = layer.attach(table, profile);
  await run(attachment, `CREATE TABLE ${table} (X INT)`, inTime);
  const insert = (): Promise<RunOutcome> =>
    queries.run(attachment, {
      sql: `INSERT INTO ${table} VALUES (1)`,
      tool: 'test',
      requestId: randomUUID(),
      page: { maxRows: 10, maxBytes: 10_000 },
      waitMs: 0,
      signal: new AbortController().signal,
      onProgress() {},
    });
  const sent = async () => {
    const find = async () =>
      (await sandbox.control.statements()).find(({ sql }) => sql.startsWith(`INSERT INTO ${table}`));
    await expect.poll(async () => (await find())?.state).toBe('SUCCESS');
  };
  const count = async () => (await run(attachment, `SELECT COUNT(*) FROM ${table}`, inTime)).rows[0]?.[0];
  return { clock, insert, sent, count, close: () => layer.close() };
}

it('a write that succeeded is told so, however late its answer is read', async () => {
  const { clock, insert, sent, count, close } = await startClient('LATE');
  try {
    await sandbox.control.fault({
      action: { kind: 'slow', bytesPerSecond: 3_000 },
      sqlContains: 'INSERT',
      endpoints: ['query'],
      count: 1,
    });
    const outcome = insert();
    await sent();
    await clock.turn(66_000);
    expect(await outcome).toMatchObject({ state: 'done', page: { rowsAffected: 1 } });
    expect(await count()).toBe('1');
  } finally {
    await close();
  }
});

it('a write whose end the account does not confirm is looked up, not called ended', async () => {
  const { clock, insert, sent, count, close } = await startClient('SILENT');
  try {
    const never = { action: { kind: 'hang', handled: true }, count: 1 } as const;
    await sandbox.control.fault({ ...never, sqlContains: 'INSERT', endpoints: ['query'] });
    await sandbox.control.fault({ action: { kind: 'status', status: 503 }, endpoints: ['abort'], count: 1_000 });
    const outcome = insert().catch((error: unknown) => error);
    await sent();
    await clock.turn(66_000);
    for (let second = 0; second < 20; second++) {
      await clock.turn(1_000);
      await new Promise(setImmediate);
    }
    expect(await outcome).toMatchObject({ code: 'outcome_unknown', details: { found: 'succeeded' } });
    await sandbox.control.clearFaults();
    expect(await count()).toBe('1');
  } finally {
    await close();
  }
});
