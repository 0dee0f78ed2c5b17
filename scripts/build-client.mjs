/**
 * Builds the client side: dist/client.cjs, its launchers, and V8's code cache for this Node. Of the MCP SDK only what a
 * forwarding server needs is kept: nothing here validates a form, so its JSON Schema validator (ajv, 300 KB) stays out.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { startWarmDaemon } from './warm-daemon.mjs';

const withoutValidator = {
  name: 'sdk-without-validator',
  setup(builder) {
    builder.onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, () => ({
      path: 'shims',
      namespace: 'sdk',
    }));
    builder.onLoad({ filter: /.*/, namespace: 'sdk' }, () => ({
      contents: `
        import process from 'node:process';
        export { process };
        export class DefaultJsonSchemaValidator {
          getValidator() { throw new Error('this front-end validates no input: the daemon does'); }
        }`,
      loader: 'js',
      resolveDir: '.',
    }));
  },
};

/**
 * @param shared esbuild's options of all bundles
 * @param place writes a file under another name first, then renames it
 */
export async function buildClient({ root, dist, version, shared, place }) {
  const { outputFiles } = await build({
    ...shared,
    format: 'cjs',
    entryPoints: ['client/main.ts'],
    outfile: join(dist, 'client.cjs'),
    minify: true,
    charset: 'ascii',
    legalComments: 'none',
    plugins: [withoutValidator],
  });
  const code = outputFiles[0].text;
  const name = createHash('sha256').update(code).digest('hex').slice(0, 16);
  // The launcher compiles this as one expression and reads the content's name from the first line.
  await place(
    join(dist, 'client.cjs'),
    `//${name}\n(function(exports,require,module,__filename,__dirname){${code}\n})`,
  );
  const launcher = await readFile(join(root, 'scripts/launcher.cjs'));
  await place(join(dist, 'snowpool.cjs'), launcher, 0o755);
  await place(join(dist, 'pool-status.cjs'), launcher, 0o755);
  for (const file of await readdir(dist)) {
    if (/^client-.*\.cache/.test(file) && !file.startsWith(`client-${name}-`))
      await rm(join(dist, file), { force: true });
  }
  await warm({ root, dist, version });
}

/** Plays one client's first calls with the front-end; it keeps what V8 has compiled for them. */
async function warm({ root, dist, version }) {
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
