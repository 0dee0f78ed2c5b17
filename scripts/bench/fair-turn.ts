import { type BenchRow, median } from './row.ts';
import { withDaemon } from './stand.ts';

const statementMs = 200;

/** How many turns a light client waits beside one with a hundred queued calls. */
export async function run(): Promise<BenchRow[]> {
  const pool = { SNOWFLAKE_POOL_MIN_SIZE: '2', SNOWFLAKE_POOL_MAX_SIZE: '2' };
  return await withDaemon({ pool, sandbox: { latencyMs: statementMs } }, async (daemon, environment) => {
    const heavy = await daemon.attach({ name: 'heavy', environment });
    const light = await daemon.attach({ name: 'light', environment });
    await Promise.all([heavy.rows('SELECT 1'), light.rows('SELECT 1')]);
    const alone = await sample(() => light.rows('SELECT 1'), 5);
    const queued = Array.from({ length: 100 }, () => heavy.rows('SELECT 1'));
    const beside = await sample(() => light.rows('SELECT 1'), 10);
    await Promise.all(queued);
    return [
      {
        what: 'a light client beside one with 100 queued calls: turns that it waits more than alone',
        measured: Math.max(0, (beside - alone) / statementMs),
        baseline: undefined,
        unit: 'turns',
        budget: { op: '<=', value: 1 },
        note: `alone ${alone.toFixed(0)} ms, beside ${beside.toFixed(0)} ms`,
      },
    ];
  });
}

async function sample(call: () => Promise<unknown>, times: number): Promise<number> {
  const taken: number[] = [];
  for (let time = 0; time < times; time++) {
    const begun = performance.now();
    await call();
    taken.push(performance.now() - begun);
  }
  return median(taken);
}
