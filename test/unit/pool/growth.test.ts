import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loginsWanted } from '../../../daemon/pool/growth.ts';

const still = { size: 0, opening: 0, floor: 2, max: 10, waiting: 0, overdue: 0, isFirst: false };

test('the floor is filled at once, the first sign-in alone', () => {
  expect(loginsWanted(still)).toBe(2);
  expect(loginsWanted({ ...still, isFirst: true })).toBe(1);
  expect(loginsWanted({ ...still, isFirst: true, opening: 1 })).toBe(0);
});

test('a waiting call has at least one session opened, even where none is kept', () => {
  expect(loginsWanted({ ...still, floor: 0 })).toBe(0);
  expect(loginsWanted({ ...still, floor: 0, waiting: 5 })).toBe(1);
});

test('above the floor there is one sign-in for each call that has waited long', () => {
  expect(loginsWanted({ ...still, size: 2, waiting: 6 })).toBe(0);
  expect(loginsWanted({ ...still, size: 2, waiting: 6, overdue: 3 })).toBe(3);
  expect(loginsWanted({ ...still, size: 2, waiting: 6, overdue: 3, opening: 2 })).toBe(1);
});

test('sessions and sign-ins together never exceed the maximum, and there is always one on its way for a call that finds none', () => {
  const count = fc.integer({ min: 0, max: 30 });
  const demand = fc.record({
    size: count,
    opening: count,
    floor: count,
    max: fc.integer({ min: 1, max: 30 }),
    waiting: count,
    overdue: count,
    isFirst: fc.boolean(),
  });
  fc.assert(
    fc.property(demand, (given) => {
      const wanted = loginsWanted(given);
      expect(wanted).toBeGreaterThanOrEqual(0);
      if (wanted > 0) expect(given.size + given.opening + wanted).toBeLessThanOrEqual(given.max);
      if (given.waiting > 0 && given.size === 0) expect(given.opening + wanted).toBeGreaterThan(0);
    }),
  );
});
