import { connect, execute } from '../../test/support/driver.ts';
import type { BenchRow } from './row.ts';
import { processorMs, withDaemon } from './stand.ts';

const statementMs = 50;
const sessions = 10;
const callers = 50;
const measuredMs = 5_000;

/** Fifty callers on ten sessions with statements of 50 ms: against the ideal, and against one session shared one by one. */
export async function run(): Promise<BenchRow[]> {
  const pool = { SNOWFLAKE_POOL_MIN_SIZE: String(sessions), SNOWFLAKE_POOL_MAX_SIZE: String(sessions) };
  return await withDaemon({ pool, sandbox: { latencyMs: statementMs } }, async (daemon, environment, sandbox) => {
    const clients = await Promise.all(
      Array.from({ length: 5 }, (_, index) => daemon.attach({ name: `bench-${index}`, environment })),
    );
    const call = (caller: number) => clients[caller % clients.length]?.rows('SELECT 1');
    // What a daemon serves that has been at work for a while: at first V8 compiles its code beside it, on the same cores.
    await perSecond(callers, call);
    const usedMs = processorMs(daemon.pid);
    const pooled = await perSecond(callers, call);
    const costMs = (processorMs(daemon.pid) - usedMs) / (pooled * (measuredMs / 1000));

    const single = await connect(sandbox.connectionOptions());
    await execute(single, 'SELECT 1');
    const oneByOne = await perSecond(1, () => execute(single, 'SELECT 1'));
    await new Promise((resolve) => single.destroy(resolve));
    const drivers = await Promise.all(Array.from({ length: sessions }, () => connect(sandbox.connectionOptions())));
    const direct = await perSecond(sessions, (caller) => {
      const driver = drivers[caller];
      return driver && execute(driver, 'SELECT 1');
    });
    await Promise.all(drivers.map((driver) => new Promise((resolve) => driver.destroy(resolve))));
    return [
      {
        what: `${callers} callers, ${sessions} sessions, ${statementMs} ms statements: throughput against the ideal`,
        measured: pooled,
        baseline: (sessions * 1000) / statementMs,
        unit: 'statements/s',
        budget: { op: '>=', value: 0.95 },
        note: `${costMs.toFixed(2)} ms of the daemon's processor time each; ${sessions} drivers without a pool, each with a session of its own: ${direct.toFixed(2)}`,
      },
      {
        what: 'the same against one shared session serving calls one by one',
        measured: pooled,
        baseline: oneByOne,
        unit: 'statements/s',
        budget: { op: '>=', value: 8 },
      },
    ];
  });
}

async function perSecond(width: number, call: (caller: number) => Promise<unknown> | undefined): Promise<number> {
  const begun = performance.now();
  const end = begun + measuredMs;
  let finished = 0;
  await Promise.all(
    Array.from({ length: width }, async (_, caller) => {
      while (performance.now() < end) {
        await call(caller);
        if (performance.now() <= end) finished += 1;
      }
    }),
  );
  return finished / (measuredMs / 1000);
}
