import { describe, expect, test } from 'vitest';
import { type LockHolder, TableLock } from '../../../../sandbox/catalog/table-lock.ts';

const holder = (id: string): LockHolder => ({ id, sessionId: id, waitsFor: null });
const never = new AbortController().signal;
const refuse = (other: LockHolder) => new Error(`locked by ${other.id}`);

describe('the lock of a table', () => {
  test('waiters get it one after another, in the order in which they came', async () => {
    const lock = new TableLock();
    const [a, b, c] = [holder('a'), holder('b'), holder('c')];
    await lock.acquire(a, never, refuse);
    const order: string[] = [];
    const waiting = [b, c].map(async (other) => {
      await lock.acquire(other, never, refuse);
      order.push(other.id);
      lock.release(other);
    });
    expect(lock.waiters.map(({ id }) => id)).toEqual(['b', 'c']);
    lock.release(a);
    await Promise.all(waiting);
    expect(order).toEqual(['b', 'c']);
    expect(lock.heldBy).toBeNull();
  });

  test('who has it takes it again at once', async () => {
    const lock = new TableLock();
    const a = holder('a');
    await lock.acquire(a, never, refuse);
    await lock.acquire(a, never, refuse);
    lock.release(a);
    expect(lock.heldBy).toBeNull();
  });

  test('a wait in a circle is refused', async () => {
    const [one, two] = [new TableLock(), new TableLock()];
    const [a, b] = [holder('a'), holder('b')];
    await one.acquire(a, never, refuse);
    await two.acquire(b, never, refuse);
    const waiting = one.acquire(b, never, refuse);
    await expect(two.acquire(a, never, refuse)).rejects.toThrow('locked by b');
    one.release(a);
    await waiting;
    expect(one.heldBy).toBe(b);
  });

  test('a holder that has just been let in is not taken for one that waits', async () => {
    const lock = new TableLock();
    const [a, b, c] = [holder('a'), holder('b'), holder('c')];
    await lock.acquire(a, never, refuse);
    const second = lock.acquire(b, never, refuse);
    lock.release(a);
    const third = lock.acquire(c, never, refuse);
    await second;
    lock.release(b);
    await third;
    expect(lock.heldBy).toBe(c);
  });

  test('a wait that is given up leaves no trace', async () => {
    const lock = new TableLock();
    const [a, b] = [holder('a'), holder('b')];
    const abort = new AbortController();
    await lock.acquire(a, never, refuse);
    const waiting = lock.acquire(b, abort.signal, refuse);
    abort.abort(new Error('given up'));
    await expect(waiting).rejects.toThrow('given up');
    expect(lock.waiters).toEqual([]);
    lock.release(a);
    expect(lock.heldBy).toBeNull();
  });

  test('nobody appends while the rows are swapped, many append at once', async () => {
    const lock = new TableLock();
    const events: string[] = [];
    let finish: () => void = () => undefined;
    const swapping = lock.exclusively(async () => {
      events.push('swap begins');
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      events.push('swap ends');
    });
    const appends = [1, 2].map((n) => lock.appending(async () => void events.push(`append ${n}`)));
    await Promise.resolve();
    finish();
    await Promise.all([swapping, ...appends]);
    expect(events).toEqual(['swap begins', 'swap ends', 'append 1', 'append 2']);
  });
});
