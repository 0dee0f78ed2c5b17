import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const programs = ['client', 'daemon', 'sandbox'];
/** Inside the daemon, from top to bottom: a layer imports only what stands to its right. */
const layers = ['api', 'tools', 'query', 'clients', 'pool', 'config'];
const forEverybody = new Set(['daemon/errors.ts', 'daemon/clock.ts', 'daemon/log/logger.ts']);
/** Which packages only one program, or one file, may load (DESIGN §1). */
const reserved: Readonly<Record<string, (file: string) => boolean>> = {
  'snowflake-sdk': (file) => file.startsWith('daemon/pool/'),
  'generic-pool': (file) => file.startsWith('daemon/pool/'),
  '@duckdb/node-api': (file) => file.startsWith('sandbox/'),
  '@modelcontextprotocol/server': (file) => file.startsWith('client/mcp/'),
  '@grpc/grpc-js': (file) =>
    file.startsWith('client/') ||
    file.startsWith('daemon/api/') ||
    file.startsWith('proto/') ||
    file === 'daemon/daemon.ts',
};

interface Import {
  readonly file: string;
  readonly target: string;
}

function imports(): Import[] {
  return [...programs, 'proto'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.startsWith('generated'))
      .flatMap((name) => {
        const file = join(folder, name);
        const text = readFileSync(join(root, file), 'utf8');
        const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
        return found.map((target) => ({
          file,
          target: target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : target,
        }));
      }),
  );
}

const all = imports();
const layerOf = (path: string) => (path.startsWith('daemon/') ? layers.indexOf(path.split('/')[1] ?? '') : -1);

describe('imports', () => {
  it('are found at all', () => {
    expect(all.length).toBeGreaterThan(200);
    for (const layer of layers) expect(all.some(({ file }) => file.startsWith(`daemon/${layer}/`))).toBe(true);
  });

  it('never cross from one program into another', () => {
    const crossing = all.filter(({ file, target }) => {
      const [from] = file.split('/');
      const [to] = target.split('/');
      return to !== undefined && from !== to && programs.includes(to);
    });
    expect(crossing).toEqual([]);
  });

  it('inside the daemon never point back up: api → tools → query → clients → pool → config', () => {
    const upward = all.filter(({ file, target }) => {
      if (layerOf(file) < 0 || forEverybody.has(target) || !target.startsWith('daemon/')) return false;
      const to = layerOf(target);
      return to >= 0 ? to < layerOf(file) : layers[layerOf(file)] !== 'api';
    });
    expect(upward).toEqual([]);
  });

  it('load heavy or reserved packages only where they belong', () => {
    const misplaced = all.filter(({ file, target }) => {
      const name = Object.keys(reserved).find((key) => target === key || target.startsWith(`${key}/`));
      return name !== undefined && reserved[name]?.(file) === false;
    });
    expect(misplaced).toEqual([]);
  });
});
