/**
 * Builds the client side: dist/client.cjs, its launchers, and V8's code cache for this Node. Of the MCP SDK only what a
 * forwarding server needs is kept: nothing here validates a form, so its JSON Schema validator (ajv, 300 KB) stays out.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { startWarmDaemon } from './warm-daemon.mjs';

/**
 * The SDK builds some 200 zod schemas as it loads, of which a forwarding server needs a dozen: a third of the start and of the
 * memory. Here each is built when it is first asked for: the modules that declare them become CommonJS with a getter for each
 * schema, and the SDK's table of all of them, which nothing here uses, stays empty. Fails where the SDK looks different.
 */
const leanSdk = {
  name: 'lean-mcp-sdk',
  setup(builder) {
    builder.onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, () => ({
      path: 'shims',
      namespace: 'lean',
    }));
    builder.onLoad({ filter: /.*/, namespace: 'lean' }, () => ({
      contents: `
        import process from 'node:process';
        export { process };
        export class DefaultJsonSchemaValidator {
          getValidator() { throw new Error('this front-end validates no input: the daemon does'); }
        }`,
      loader: 'js',
      resolveDir: '.',
    }));
    // Another extension: esbuild takes any .mjs for an ES module.
    builder.onResolve({ filter: /^\.\/(schemas|auth)-[^/]*\.mjs$/ }, ({ path, resolveDir }) => {
      if (!resolveDir.endsWith('@modelcontextprotocol/core/dist')) return undefined;
      return { path: `${join(resolveDir, path)}.cjs`, namespace: 'lazy-schemas' };
    });
    // Only what the schemas use of zod; a plain require would bring all of it, and a second time.
    builder.onResolve({ filter: /^used-of-zod:/ }, ({ path, resolveDir }) => ({
      path: `used-of-zod:${path.split(':')[1]}`,
      namespace: 'used-of-zod',
      pluginData: { resolveDir },
    }));
    builder.onLoad({ filter: /.*/, namespace: 'used-of-zod' }, ({ path, pluginData }) => ({
      contents: `export { ${path.split(':')[1]} } from 'zod/v4';`,
      loader: 'js',
      resolveDir: pluginData.resolveDir,
    }));
    builder.onLoad({ filter: /.*/, namespace: 'lazy-schemas' }, async ({ path }) => ({
      contents: lazySchemas(await readFile(path.slice(0, -'.cjs'.length), 'utf8'), path),
      loader: 'js',
      resolveDir: dirname(path),
    }));
    builder.onLoad({ filter: /@modelcontextprotocol\/server\/dist\/src-[^/]*\.mjs$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source
        .replace(/^for \(const key of SPEC_SCHEMA_KEYS\) register\(.*\);$/m, '')
        .replace(/^for \(const \[key, schema\] of Object\.entries\(authSchemas\)\) register\(.*\);$/m, '')
        .replace(/^const authSchemas = \{[^}]*\};$/m, '');
      if (source.length - contents.length < 500) throw new Error(`${path}: the table of schemas is not where it was`);
      return { contents, loader: 'js' };
    });
  },
};

/** Makes `const FooSchema = ...;` of a module a getter that builds it once. */
function lazySchemas(source, path) {
  const declaration = /^const (\w+Schema) = ([\s\S]*?;)$(?=\n+(?:const |\/\*\*|\/\/|function |export ))/gm;
  const names = [...source.matchAll(declaration)].map((match) => match[1]);
  if (names.length < 10) throw new Error(`${path}: no schemas found`);
  const use = new RegExp(`(?<![\\w$'"\`])(?<!(?<!\\.\\.)\\.)(?:${names.join('|')})(?![\\w$])`, 'g');
  const body = source.replace(declaration, (_all, name, expression) => {
    const lazily = expression.replace(use, (used) => `module.exports.${used}`);
    return `lazy(${JSON.stringify(name)}, () => ${lazily.replace(/;$/, '')});`;
  });
  const exported = /^export \{([\s\S]*)\};?$/m.exec(body);
  if (!exported) throw new Error(`${path}: no exports found`);
  const aliases = exported[1].split(',').map((pair) => pair.trim().split(' as '));
  const used = [...new Set([...body.matchAll(/\bz\.(\w+)/g)].map((match) => match[1]))].sort().join(',');
  const getters = aliases.map(([name, alias = name]) =>
    names.includes(name)
      ? `Object.defineProperty(module.exports, ${JSON.stringify(alias)}, { enumerable: true, get: () => module.exports.${name} });`
      : `module.exports[${JSON.stringify(alias)}] = ${name};`,
  );
  return `
    function lazy(name, build) {
      let built;
      Object.defineProperty(module.exports, name, { enumerable: true, configurable: true, get: () => (built ??= build()) });
    }
    ${body.replace(exported[0], '').replace(/^import \* as z from "zod\/v4";$/m, `const z = require("used-of-zod:${used}");`)}
    ${getters.join('\n')}`;
}

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
    plugins: [leanSdk],
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
  for (const file of await readdir(join(root, 'scripts/service'))) {
    await place(join(dist, 'service', file), await readFile(join(root, 'scripts/service', file)));
  }
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
