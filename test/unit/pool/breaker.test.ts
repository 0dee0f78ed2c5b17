import { expect, test } from 'vitest';
import { Breaker } from '../../../daemon/pool/breaker.ts';
import { TurnedClock } from '../../support/turned-clock.ts';

test('each failure is followed by a longer wait, with jitter, up to half a minute', async () => {
  const clock = new TurnedClock();
  const shortest = new Breaker(clock, () => 0);
  const longest = new Breaker(clock, () => 1);
  const waits: [number, number][] = [];
  for (let failure = 0; failure < 10; failure += 1) {
    shortest.failed();
    longest.failed();
    waits.push([shortest.waitMs, longest.waitMs]);
  }
  expect(waits.slice(0, 3)).toEqual([
    [250, 500],
    [500, 1_000],
    [1_000, 2_000],
  ]);
  expect(waits.at(-1)).toEqual([15_000, 30_000]);
  await clock.turn(30_000);
  expect(longest.waitMs).toBe(0);
});

test('the gate opens after five failures in a row and closes with a success', () => {
  const breaker = new Breaker(new TurnedClock(), () => 0.5);
  const states = Array.from({ length: 5 }, () => {
    breaker.failed();
    return breaker.isOpen;
  });
  expect(states).toEqual([false, false, false, false, true]);
  breaker.reset();
  expect(breaker.isOpen).toBe(false);
  expect(breaker.waitMs).toBe(0);
});
