import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../support/root.ts';

const folders = ['client', 'daemon', 'docs', 'proto', 'sandbox', 'scripts', 'test'];
/** Pages that the design page itself says are not in the repository. */
const elsewhere = ['DRIVER.md'];

const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
);
const page = readFileSync(join(root, 'docs/design.md'), 'utf8');

it('the page on the design names files that exist', () => {
  const named = [...page.matchAll(/[`(]([\w/-]+\.(?:ts|mjs|cjs|md))[`)]/g)].map(([, file = '']) => file);
  expect(named.length).toBeGreaterThan(100);
  const missing = named.filter(
    (name) => !elsewhere.includes(name) && !files.some((file) => `/${file}`.endsWith(`/${name}`)),
  );
  expect(missing).toEqual([]);
});

it('the page on the design names functions that the file before them has', () => {
  const named = [...page.matchAll(/`([\w/-]+\.ts)` \(`([#\w]+)`/g)];
  expect(named.length).toBeGreaterThan(20);
  const missing = named.filter(([, name, word = '']) => {
    const found = files.filter((file) => `/${file}`.endsWith(`/${name}`));
    return !found.some((file) => readFileSync(join(root, file), 'utf8').includes(word));
  });
  expect(missing.map(([text]) => text)).toEqual([]);
});
