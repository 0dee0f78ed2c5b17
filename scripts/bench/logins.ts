import type { BenchRow } from './row.ts';
import { withDaemon } from './stand.ts';

/** Ten clients that start together and ask at once: logins at the account, where ten servers would make ten. */
export async function run(): Promise<BenchRow[]> {
  return await withDaemon({}, async (daemon, environment, sandbox) => {
    const clients = await Promise.all(
      Array.from({ length: 10 }, (_, index) => daemon.attach({ name: `bench-${index}`, environment })),
    );
    await Promise.all(clients.map((client) => client.rows('SELECT 1')));
    const { logins } = await sandbox.control.stats();
    return [
      {
        what: 'ten clients starting together: logins (ten servers: 10)',
        measured: logins.tried,
        baseline: undefined,
        unit: 'logins',
        budget: { op: '<=', value: 2 },
      },
    ];
  });
}
