import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRow } from './row.ts';
import { processorMs, withDaemon } from './stand.ts';

const watchedMs = 30_000;

/** Processor time of a daemon with attached but quiet clients. */
export async function run(): Promise<BenchRow[]> {
  return await withDaemon({}, async (daemon, environment) => {
    const clients = await Promise.all(
      Array.from({ length: 3 }, (_, index) => daemon.attach({ name: `bench-${index}`, environment })),
    );
    await Promise.all(clients.map((client) => client.rows('SELECT 1')));
    // Until V8 has tidied up after the work: what follows is the rest of the day.
    await sleep(25_000);
    const before = processorMs(daemon.pid);
    await sleep(watchedMs);
    return [
      {
        what: 'idle daemon: share of a core',
        measured: ((processorMs(daemon.pid) - before) / watchedMs) * 100,
        baseline: undefined,
        unit: '%',
        budget: { op: '<=', value: 0.2 },
      },
    ];
  });
}
