/**
 * A daemon's shell for building the code cache: it lets a front-end attach, lists one tool and answers each call, so that the
 * front-end runs through the code that a real one would make it run. Nothing but scripts/build-client.mjs uses it.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

/** @returns what ends it */
export async function startWarmDaemon(root, socket, version) {
  const json = JSON.parse(await readFile(join(root, 'proto/generated/contract.json'), 'utf8'));
  const { snowpool } = grpc.loadPackageDefinition(
    fromJSON(json, { longs: Number, enums: String, defaults: true, oneofs: true }),
  );
  const server = new grpc.Server();
  server.addService(snowpool.v1.Clients.service, {
    attach(stream) {
      stream.on('data', ({ hello }) => {
        if (hello) stream.write({ attached: { clientId: 'warm', daemonVersion: version, connections: ['default'] } });
      });
      stream.on('end', () => stream.end());
      stream.on('error', () => {});
    },
  });
  const tool = { name: 'warm', inputSchema: { type: 'object' }, outputSchema: { type: 'object' } };
  server.addService(snowpool.v1.Tools.service, {
    list: (_call, callback) => callback(null, { resultJson: JSON.stringify({ tools: [tool] }) }),
    call(stream) {
      stream.write({ progress: { progress: 1, message: 'warm' } });
      stream.write({
        resultJson: JSON.stringify({ content: [{ type: 'text', text: 'warm' }], structuredContent: {} }),
      });
      stream.end();
    },
    forward: (_call, callback) => callback(null, { resultJson: '{}' }),
  });
  await new Promise((resolve, reject) => {
    server.bindAsync(`unix:${socket}`, grpc.ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  return () => server.forceShutdown();
}
