import { join } from 'node:path';
import { credentials, Client as GrpcClient } from '@grpc/grpc-js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { connect, execute } from '../../test/support/driver.ts';
import { root } from '../../test/support/root.ts';
import { type BenchRow, median } from './row.ts';
import { withDaemon } from './stand.ts';

const rounds = 400;

/** What shim, socket and daemon add to a warm `SELECT 1`, against an empty unary gRPC call on the same socket. */
export async function run(): Promise<BenchRow[]> {
  return await withDaemon({}, async (daemon, environment, sandbox) => {
    const direct = await connect(sandbox.connectionOptions());
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [join(root, 'dist', 'snowpool.cjs'), 'mcp'],
      env: { PATH: process.env.PATH ?? '', HOME: daemon.home, SNOWPOOL_SOCKET: daemon.socket, ...environment },
      stderr: 'ignore',
    });
    const client = new Client({ name: 'bench', version: '1' });
    await client.connect(transport);
    const grpc = new GrpcClient(`unix:${daemon.socket}`, credentials.createInsecure());
    const times = { direct: [] as number[], through: [] as number[], empty: [] as number[] };
    const timed = async (into: number[], work: () => Promise<unknown>) => {
      const begun = performance.now();
      await work();
      into.push(performance.now() - begun);
    };
    try {
      for (let round = -50; round < rounds; round++) {
        const kept = round < 0 ? { direct: [], through: [], empty: [] } : times;
        await timed(kept.direct, () => execute(direct, 'SELECT 1'));
        await timed(kept.through, () => client.callTool({ name: 'execute_query', arguments: { query: 'SELECT 1' } }));
        await timed(kept.empty, () => emptyCall(grpc));
      }
    } finally {
      grpc.close();
      await client.close();
      await new Promise((resolve) => direct.destroy(resolve));
    }
    const [plain, through, empty] = [median(times.direct), median(times.through), median(times.empty)];
    return [
      {
        what: 'warm SELECT 1 through shim, socket and daemon: added p50',
        measured: through - plain,
        baseline: empty,
        unit: 'ms',
        budget: { op: '<=', value: 4 },
        note: `driver alone ${plain.toFixed(2)} ms, through ${through.toFixed(2)} ms, empty call ${empty.toFixed(2)} ms`,
      },
    ];
  });
}

/** A method that no service has: the server answers at once, and nothing of ours runs. */
function emptyCall(client: GrpcClient): Promise<void> {
  const nothing = () => Buffer.alloc(0);
  return new Promise((resolve) => {
    client.makeUnaryRequest('/snowpool.v1.Bench/Empty', nothing, nothing, {}, () => resolve());
  });
}
