import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Builds the programs once before the suite, so that tests run what users run. SNOWPOOL_TEST_NO_BUILD=1 keeps what is there. */
export default function setup(): void {
  if (process.env.SNOWPOOL_TEST_NO_BUILD === '1') return;
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  execFileSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { cwd: root, stdio: 'inherit' });
}
