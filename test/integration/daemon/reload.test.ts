import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sandboxAndDaemon } from '../../support/around-all.ts';

const started = sandboxAndDaemon();

function write(text: string): void {
  const path = join(started.daemon.home, '.config', 'snowpool', 'config.toml');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
}

describe('snowpool reload', () => {
  it('applies another policy to a client that is attached, keeps its context, and says so', async () => {
    write('[policy]\nmode = "read-only"\n');
    const client = await started.daemon.attach({
      name: 'reloaded',
      environment: { ...started.sandbox.environment(), SNOWFLAKE_USER: 'RELOAD' },
    });
    await client.rows('USE SCHEMA SANDBOX.PUBLIC');
    const create = { query: 'CREATE TABLE reloaded (n NUMBER)' };
    expect((await client.tool('execute_query', create)).isError).toBe(true);
    write('[policy]\nmode = "read-write"\n');
    expect(await client.reload()).not.toEqual([]);
    expect((await client.tool('execute_query', create)).isError).toBeUndefined();
    expect(await client.rows('SELECT CURRENT_SCHEMA()')).toEqual([['PUBLIC']]);
    client.close();
  });

  it('keeps what is in force where the file is broken, and says where', async () => {
    write('[policy]\nmode = "read-write"\n');
    const client = await started.daemon.attach({
      name: 'broken',
      environment: { ...started.sandbox.environment(), SNOWFLAKE_USER: 'BROKEN' },
    });
    write('[policy]\nmode = \n');
    expect((await client.reload()).join(' ')).toMatch(/config\.toml line 2, column/);
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
    write('');
    client.close();
  });

  it('changes the sizes of a pool', async () => {
    write('[pool]\nmin_size = 1\nmax_size = 3\n');
    const client = await started.daemon.attach({
      name: 'sized',
      environment: { ...started.sandbox.environment(), SNOWFLAKE_USER: 'SIZED' },
    });
    await client.rows('SELECT 1');
    write('[pool]\nmin_size = 2\nmax_size = 4\n');
    await client.reload();
    await expect
      .poll(async () => (await client.status()).pools.find((pool) => pool.user === 'SIZED'))
      .toMatchObject({ minSize: 2, maxSize: 4, size: 2 });
    client.close();
  });
});
