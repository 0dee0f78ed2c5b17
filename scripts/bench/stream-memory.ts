import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { credentials } from '@grpc/grpc-js';
import { loadContract } from '../../proto/contract.ts';
import type { BenchRow } from './row.ts';
import { residentBytes, withDaemon } from './stand.ts';

const rows = 1_000_000;

/** Memory that the daemon takes while a million rows go to a slow reader, over the same daemon idle. */
export async function run(): Promise<BenchRow[]> {
  return await withDaemon({}, async (daemon, environment) => {
    const client = await daemon.attach({ name: 'bench', environment });
    // V8 compiles the parser's code in the background once it is used: that belongs to the idle daemon, not to the rows.
    for (let text = 0; text < 60; text++)
      await client.rows(`SELECT ${text} AS a, COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE 1 < ${text}`, {
        database: 'SANDBOX',
      });
    await sleep(8_000);
    const idle = residentBytes(daemon.pid);
    const queries = new (loadContract().Queries)(`unix:${daemon.socket}`, credentials.createInsecure());
    const stream = queries.run({
      clientId: client.clientId,
      requestId: randomUUID(),
      sql: `SELECT SEQ8() AS id, RANDSTR(40, RANDOM(1)) AS text, SEQ8() * 1.25 AS amount FROM TABLE(GENERATOR(ROWCOUNT => ${rows}))`,
      connection: '',
    });
    let peak = idle;
    const watch = setInterval(() => {
      peak = Math.max(peak, residentBytes(daemon.pid));
    }, 250);
    let received = 0;
    let pausedAt = 0;
    try {
      for await (const event of stream) {
        received += (event.rows?.cells.length ?? 0) / 3;
        // Slower than the daemon could send, so that what it does not hold back piles up in it.
        if (received < pausedAt + 20_000) continue;
        pausedAt = received;
        await sleep(200);
      }
    } finally {
      clearInterval(watch);
      queries.close();
    }
    if (received !== rows) throw new Error(`${received} of ${rows} rows arrived`);
    return [
      {
        what: '1,000,000 rows to a slow reader: memory over the idle daemon',
        measured: (peak - idle) / 1024 / 1024,
        baseline: undefined,
        unit: 'MB',
        budget: { op: '<=', value: 64 },
        note: `idle ${Math.round(idle / 1024 / 1024)} MB`,
      },
    ];
  });
}
