import { expect, test } from 'vitest';
import { SandboxClock } from '../../../sandbox/sessions/clock.ts';

const HOUR = 3_600_000;

test('turning the clock wakes exactly the sleepers that are due by then', async () => {
  const clock = new SandboxClock();
  const woken: string[] = [];
  const { signal } = new AbortController();
  const soon = clock.sleep(HOUR, signal).then(() => woken.push('soon'));
  const cancelLater = clock.at(clock.now() + 3 * HOUR, () => woken.push('later'));
  const beforeMs = clock.now();
  clock.turn(2 * HOUR);
  await soon;
  expect(woken).toEqual(['soon']);
  expect(clock.now()).toBeGreaterThanOrEqual(beforeMs + 2 * HOUR);
  cancelLater();
});

test('an aborted sleep rejects with the reason, before and while it sleeps', async () => {
  const clock = new SandboxClock();
  const stop = new AbortController();
  const sleeping = clock.sleep(HOUR, stop.signal);
  stop.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  await expect(clock.sleep(HOUR, stop.signal)).rejects.toThrow('enough');
});

test('an alarm beyond the longest timer of the system rings when its time comes, not before', async () => {
  const clock = new SandboxClock();
  const days = 60 * 24 * HOUR;
  let isOver = false;
  const sleeping = clock.sleep(days, new AbortController().signal).then(() => {
    isOver = true;
  });
  clock.turn(days - HOUR);
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  clock.turn(HOUR);
  await sleeping;
});

test('a clock does not turn back', () => {
  expect(() => new SandboxClock().turn(-1)).toThrow(RangeError);
});
