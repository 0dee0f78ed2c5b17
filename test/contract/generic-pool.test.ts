/**
 * What the pool stands on in generic-pool beside its documentation (DRIVER.md §1): its exact version is pinned, and a new
 * one must not change any of this unnoticed.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import genericPool from 'generic-pool';
import { expect, test } from 'vitest';
import { IdleOrder } from '../../daemon/pool/idle-order.ts';

interface Bare {
  acquire(): Promise<string>;
  release(item: string): Promise<void>;
  destroy(item: string): Promise<void>;
  readonly available: number;
  readonly borrowed: number;
  readonly size: number;
  readonly pending: number;
}

const { Pool, Deque, PriorityQueue } = genericPool as unknown as {
  readonly Pool: new (...parts: unknown[]) => Bare;
  readonly Deque: new () => object;
  readonly PriorityQueue: unknown;
};

class NeverEvict {
  evict() {
    return false;
  }
}

function poolOf(items: string[], deque: unknown = Deque): { readonly pool: Bare; readonly destroyed: string[] } {
  const destroyed: string[] = [];
  const factory = {
    create: async () => items.shift() ?? 'none',
    destroy: async (item: string) => void destroyed.push(item),
  };
  const options = { min: 0, max: 10, fifo: false, autostart: false, evictionRunIntervalMillis: 0 };
  return { pool: new Pool(NeverEvict, deque, PriorityQueue, factory, options), destroyed };
}

test('the version is pinned exactly', () => {
  const root = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const own = createRequire(import.meta.url)('generic-pool/package.json');
  expect(root.dependencies['generic-pool']).toBe(own.version);
});

test('it exports its constructor, deque and queue, and makes nothing by itself', async () => {
  const { pool } = poolOf(['a']);
  expect(pool.size).toBe(0);
  expect(await pool.acquire()).toBe('a');
});

test('acquire takes an idle item synchronously, from the head of the deque it was given', async () => {
  const order = new IdleOrder<string>();
  const { pool } = poolOf(['a', 'b', 'c'], order.deque);
  const items = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
  for (const item of items) await pool.release(item);
  let promise: Promise<string> | undefined;
  const picked = order.pick(
    (item) => (item === 'a' ? 1 : 0),
    () => {
      promise = pool.acquire();
    },
  );
  expect(picked).toBe('a');
  expect(pool.available).toBe(2);
  expect(await promise).toBe('a');
});

test('what is released last is lent first', async () => {
  const { pool } = poolOf(['a', 'b']);
  await Promise.all([pool.acquire(), pool.acquire()]);
  await pool.release('a');
  await pool.release('b');
  expect(await pool.acquire()).toBe('b');
});

test('an item is made only while nothing is idle', async () => {
  const { pool } = poolOf(['a', 'b']);
  await pool.release(await pool.acquire());
  expect(await pool.acquire()).toBe('a');
  expect(await pool.acquire()).toBe('b');
});

test('a lent item that is destroyed is gone from the pool at once, and the factory is called for it', async () => {
  const { pool, destroyed } = poolOf(['a']);
  const item = await pool.acquire();
  void pool.destroy(item);
  expect(destroyed).toEqual(['a']);
  expect(pool.size).toBe(0);
  expect(pool.borrowed).toBe(0);
});

test('a session that was not lent cannot be given back', async () => {
  const { pool } = poolOf(['a']);
  await pool.release(await pool.acquire());
  await expect(pool.release('a')).rejects.toThrow('not currently part');
});
