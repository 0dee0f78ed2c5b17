import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';

const GUARD = join(dirname(fileURLToPath(import.meta.url)), '../../../sandbox/sql/memory-guard.ts');

/** Runs a process whose main thread is busy without end, under a guard of so many megabytes. */
function busy(mostMb: number, isAtWork: boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'snowpool-guard-'));
  const outfile = join(folder, 'guard.mjs');
  try {
    buildSync({ entryPoints: [GUARD], outfile, bundle: true, platform: 'node', format: 'esm' });
    const script = `
      const { MemoryGuard } = await import(${JSON.stringify(outfile)});
      const guard = new MemoryGuard(${mostMb});
      guard.watch(${isAtWork});
      await new Promise((resolve) => setTimeout(resolve, 300));
      for (const end = Date.now() + ${isAtWork && mostMb < 10 ? 60_000 : 100}; Date.now() < end; );
      await guard.close();`;
    return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a process that outgrows the last bound is ended with a line that says so, though its main thread hangs', () => {
  const { signal, stderr } = busy(1, true);
  expect(signal).toBe('SIGKILL');
  expect(stderr).toContain('took more memory than 1 MB and could not be stopped');
});

test.each([
  ['below the bound', 4096, true],
  ['while nothing runs', 1, false],
])('%s a process lives on', (_, mostMb, isAtWork) => {
  expect(busy(mostMb, isAtWork)).toMatchObject({ status: 0, stderr: '' });
});
