import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Machine, startMachine } from '../../support/machine.ts';
import { hello, startRaw } from '../../support/mcp.ts';
import { root } from '../../support/root.ts';

let dist: string;
let machine: Machine;

beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), 'snowpool-dist-'));
  for (const file of ['client.cjs', 'grpc.cjs', 'snowpool.cjs', 'pool-status.cjs']) {
    cpSync(join(root, 'dist', file), join(dist, file));
  }
  machine = startMachine({ dist });
});
afterEach(async () => {
  await machine.dispose();
  rmSync(dist, { recursive: true, force: true });
});

const caches = () => readdirSync(dist).filter((file) => file.endsWith('.cache'));

/** One front-end from its start to its answer to initialize. */
async function answersOnce(): Promise<void> {
  const raw = startRaw(machine);
  expect((await raw.ask('initialize', hello)).result?.serverInfo).toMatchObject({ name: 'snowpool' });
  // A second answer: what follows the first one has run by now.
  await raw.ask('ping');
  raw.child.stdin?.end();
  await raw.exited;
}

it('the first front-end of another Node version leaves a code cache for the next ones', async () => {
  expect(caches()).toEqual([]);
  const raw = startRaw(machine);
  await raw.ask('initialize', hello);
  // The cache is written before the daemon is looked for, and there is no daemon.mjs here.
  await raw.ask('tools/list');
  raw.child.stdin?.end();
  await raw.exited;
  expect(caches()).toEqual([expect.stringMatching(`^client-[0-9a-f]{16}-${process.version}-${process.arch}\\.cache$`)]);
  await answersOnce();
});

it('a client that asks for its tools in the same breath reads and leaves the same code caches as one that waits', async () => {
  await machine.dispose();
  machine = startMachine({ dist, env: { SNOWPOOL_KEEP_CODE_CACHE: '1' } });
  const asked = async (isAtOnce: boolean) => {
    const raw = startRaw(machine);
    // gRPC is loaded by itself a moment after the first answer; that there is no daemon here is told then.
    const attached = raw.child.stderr && once(raw.child.stderr, 'data');
    const begun = raw.ask('initialize', hello);
    if (!isAtOnce) await attached;
    await Promise.all([begun, raw.ask('tools/list')]);
    raw.child.stdin?.end();
    await raw.exited;
    return caches().map((file) => ({ file, written: statSync(join(dist, file)).ino }));
  };
  const first = await asked(true);
  expect(first.map(({ file }) => file.split('-')[0])).toEqual(['client', 'grpc']);
  // V8 takes a cache under the flags that it was made with alone; one that it rejects is written anew.
  expect(await asked(false)).toEqual(first);
  expect(await asked(true)).toEqual(first);
});

it('a damaged code cache costs time, not the answer, and is replaced', async () => {
  const name = readFileSync(join(dist, 'client.cjs'), 'latin1').slice(2, 18);
  const cache = join(dist, `client-${name}-${process.version}-${process.arch}.cache`);
  writeFileSync(cache, 'damaged');
  const raw = startRaw(machine);
  await raw.ask('initialize', hello);
  await raw.ask('tools/list');
  raw.child.stdin?.end();
  await raw.exited;
  expect(readFileSync(cache).length).toBeGreaterThan(1_000);
});

it('where no code cache can be written everything works all the same', async () => {
  const name = readFileSync(join(dist, 'client.cjs'), 'latin1').slice(2, 18);
  mkdirSync(join(dist, `client-${name}-${process.version}-${process.arch}.cache`));
  await answersOnce();
});

it('a daemon that is not where it should be is a sentence, not a stack', async () => {
  const { code, stderr } = await machine.run(['query', '--sandbox', 'SELECT 1']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/The daemon ended with exit code 1 while it started: Error: Cannot find module/);
  expect(stderr).not.toMatch(/\n\s+at /);
});

it('a front-end carries no driver, no database and no tool', () => {
  const code = ['client.cjs', 'grpc.cjs'].map((file) => readFileSync(join(dist, file), 'latin1')).join('');
  expect(code).not.toMatch(/snowflake-sdk|duckdb|polyglot|generic-pool/i);
  expect(code).not.toMatch(/execute_query|list_databases/);
});
