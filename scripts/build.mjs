/**
 * Builds what users run: one file each for the front-end with the command line, the daemon and the sandbox, and the
 * scripts. Each file is written under another name first, so that a process starting meanwhile reads a whole one.
 * Usage: node scripts/build.mjs [client|daemon|sandbox|scripts ...]   (default: all)
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { buildClient } from './build-client.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  write: false,
  logLevel: 'warning',
  absWorkingDir: root,
  define: { __SNOWPOOL_VERSION__: JSON.stringify(version) },
};

const esm = {
  ...shared,
  format: 'esm',
  packages: 'external',
  sourcemap: 'linked',
  banner: { js: '// Built by scripts/build.mjs' },
};

async function place(path, contents, mode) {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, contents);
  if (mode) await chmod(part, mode);
  await rename(part, path);
}

async function bundle(options) {
  const { outputFiles } = await build(options);
  for (const file of outputFiles) await place(file.path, file.contents);
}

/** Types of the contract, and the contract itself as JSON so that no program parses .proto files at its start. */
async function proto() {
  const generator = join(root, 'node_modules/@grpc/proto-loader/build/bin/proto-loader-gen-types.js');
  const protos = readdirSync(join(root, 'proto/snowpool/v1')).filter((name) => name.endsWith('.proto'));
  const out = join(root, 'proto/generated');
  const part = `${out}.${process.pid}.part`;
  const run = promisify(execFile);
  await run(process.execPath, [
    generator,
    '--longs=Number',
    '--enums=String',
    '--defaults',
    '--oneofs',
    '--grpcLib=@grpc/grpc-js',
    '--importFileExtension=.ts',
    '--targetFileExtension=.ts',
    `--includeDirs=${join(root, 'proto')}`,
    `--outDir=${part}`,
    ...protos.map((name) => `snowpool/v1/${name}`),
  ]);
  const { default: protobuf } = await import('protobufjs');
  const space = new protobuf.Root();
  space.resolvePath = (_origin, target) => join(root, 'proto', target);
  space.loadSync(protos.map((name) => `snowpool/v1/${name}`));
  await place(join(part, 'contract.json'), JSON.stringify(space.toJSON()));
  await rm(out, { recursive: true, force: true });
  await rename(part, out).catch(async (error) => {
    // Two builds at once: the other one has just put the same files there.
    await rm(part, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}

const targets = {
  client: () => buildClient({ root, dist, version, shared, place }),
  daemon: () => bundle({ ...esm, entryPoints: ['daemon/main.ts'], outfile: join(dist, 'daemon.mjs') }),
  async sandbox() {
    await bundle({ ...esm, entryPoints: ['sandbox/main.ts'], outfile: join(dist, 'sandbox.mjs') });
    const worker = 'sandbox/sql/javascript/worker.ts';
    await bundle({ ...esm, entryPoints: [worker], outfile: join(dist, 'sandbox-javascript.mjs') });
  },
  async scripts() {
    const entries = ['scripts/demo.ts', 'scripts/soak.ts', 'scripts/bench/bench.ts'].filter((path) =>
      existsSync(join(root, path)),
    );
    for (const entry of entries) {
      const name = entry.split('/').at(-1).replace('.ts', '.mjs');
      await bundle({ ...esm, entryPoints: [entry], outfile: join(dist, 'scripts', name) });
    }
  },
};

const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (!(name in targets)) throw new Error(`unknown target '${name}': allowed are ${Object.keys(targets).join(', ')}`);
}
if (wanted.length === 0 || wanted.some((name) => name !== 'sandbox')) await proto();
for (const name of wanted.length > 0 ? wanted : Object.keys(targets)) await targets[name]();
