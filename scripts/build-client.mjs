/** Builds the client side: dist/client.cjs and dist/grpc.cjs, their launchers, and V8's code cache for this Node. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { leanSdk } from './lean-sdk.mjs';
import { startWarmDaemon } from './warm-daemon.mjs';

/** gRPC is not needed for the first answer: it becomes a bundle of its own, which the launcher loads when it is asked for. */
const grpcApart = {
  name: 'grpc-apart',
  setup(builder) {
    builder.onResolve({ filter: /^@grpc\/(grpc-js|proto-loader)$/ }, ({ path }) => ({ path, namespace: 'apart' }));
    builder.onLoad({ filter: /.*/, namespace: 'apart' }, ({ path }) => ({
      contents: `module.exports = part('grpc')[${JSON.stringify(path)}];`,
    }));
  },
};

const grpc = `
  exports['@grpc/grpc-js'] = require('@grpc/grpc-js');
  exports['@grpc/proto-loader'] = require('@grpc/proto-loader');`;

/**
 * @param shared esbuild's options of all bundles
 * @param place writes a file under another name first, then renames it
 */
export async function buildClient({ root, dist, version, shared, place }) {
  const options = { ...shared, format: 'cjs', minify: true, charset: 'ascii', legalComments: 'none' };
  // A script that the launcher compiles has no import(); the bundle's own become requires.
  options.supported = { 'dynamic-import': false };
  const entry = { entryPoints: ['client/main.ts'], plugins: [leanSdk, grpcApart] };
  const names = [
    await placeBundle(join(dist, 'client.cjs'), await build({ ...options, ...entry }), place),
    await placeBundle(
      join(dist, 'grpc.cjs'),
      await build({ ...options, stdin: { contents: grpc, resolveDir: root } }),
      place,
    ),
  ];
  const launcher = await readFile(join(root, 'scripts/launcher.cjs'));
  await place(join(dist, 'snowpool.cjs'), launcher, 0o755);
  await place(join(dist, 'pool-status.cjs'), launcher, 0o755);
  for (const file of await readdir(join(root, 'scripts/service'))) {
    await place(join(dist, 'service', file), await readFile(join(root, 'scripts/service', file)));
  }
  for (const file of await readdir(dist)) {
    if (file.endsWith('.cache') && !names.some((name) => file.includes(name)))
      await rm(join(dist, file), { force: true });
  }
  await warm({ root, dist, version });
}

/** The launcher compiles a bundle as one expression and reads the content's name from its first line. */
async function placeBundle(path, { outputFiles }, place) {
  const code = outputFiles[0].text;
  const name = createHash('sha256').update(code).digest('hex').slice(0, 16);
  await place(path, `//${name}\n(function(exports,require,module,__filename,__dirname,part){${code}\n})`);
  return name;
}

/** Plays one client's first calls with the front-end; it keeps what V8 has compiled for them. */
async function warm({ root, dist, version }) {
  // There is no Unix socket to be had, and the commands only say so.
  if (process.platform === 'win32') return;
  const folder = await mkdtemp(join(tmpdir(), 'snowpool-build-'));
  const socket = join(folder, 'daemon.sock');
  const stop = await startWarmDaemon(root, socket, version);
  try {
    const child = spawn(process.execPath, [join(dist, 'snowpool.cjs'), 'mcp'], {
      env: { PATH: process.env.PATH ?? '', HOME: folder, SNOWPOOL_SOCKET: socket, SNOWPOOL_KEEP_CODE_CACHE: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ask = async (id, method, params) => {
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      for (;;) {
        const { value, done } = await answers.next();
        if (done) throw new Error(`the front-end ended before it answered ${method}`);
        if (JSON.parse(value).id === id) return;
      }
    };
    const clientInfo = { name: 'build', version: '0' };
    await ask(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
    await ask(2, 'tools/list', {});
    await ask(3, 'tools/call', { name: 'warm', arguments: {}, _meta: { progressToken: 1 } });
    const gone = once(child, 'exit');
    child.stdin.end();
    await gone;
  } finally {
    stop();
    await rm(folder, { recursive: true, force: true });
  }
}
