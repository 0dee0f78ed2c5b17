import { expect, test } from 'vitest';
import type { DriverSession } from '../../../daemon/pool/driver.ts';
import { Entry } from '../../../daemon/pool/entry.ts';
import { SessionStore } from '../../../daemon/pool/session-store.ts';
import { TurnedClock } from '../../support/turned-clock.ts';

const clock = new TurnedClock();
/** The store asks nothing of its sessions but to be told apart. */
const entry = (id: string) => new Entry(id, {} as DriverSession, clock, 1);
const open = () => new SessionStore(async () => {});

test('a session that arrives for one client alone is in nobody else’s reach for a single moment', async () => {
  const store = open();
  await store.deposit(entry('idle'));
  const own = entry('own');
  let hasLanded = false;
  const landing = Promise.all([store.deposit(own, true), store.deposit(entry('other'))]).then(() => {
    hasLanded = true;
  });
  const taken = new Set<string>();
  while (!hasLanded) {
    const found = store.take(() => 0);
    if (found) {
      taken.add(found.id);
      store.release(found);
    }
    await null;
  }
  await landing;
  for (let found = store.take(() => 0); found; found = store.take(() => 0)) taken.add(found.id);
  expect([...taken].sort()).toEqual(['idle', 'other']);
  expect(store.isLent(own)).toBe(true);
});

test('a borrower whose preference cannot be told costs nobody a session', async () => {
  const store = open();
  const only = entry('only');
  await store.deposit(only);
  expect(() =>
    store.take(() => {
      throw new RangeError('no such value');
    }),
  ).toThrow(RangeError);
  expect(store.take(() => 0)).toBe(only);
  store.release(only);
  expect(store.take(() => 0)).toBe(only);
});
