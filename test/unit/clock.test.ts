import { expect, test } from 'vitest';
import { systemClock as clock } from '../../daemon/clock.ts';

test('no timer fires before its time: whoever then looks at the clock finds that it has come', async () => {
  const leftMs: number[] = [];
  const elapsed = (ms: number) =>
    new Promise<void>((resolve) => {
      const until = clock.monotonic() + ms;
      // The timers of the clock keep no process alive.
      const alive = setInterval(() => {}, 1_000);
      clock.after(ms, () => {
        clearInterval(alive);
        leftMs.push(until - clock.monotonic());
        resolve();
      });
    });
  const slept = async (ms: number) => {
    const until = clock.monotonic() + ms;
    await clock.sleep(ms);
    leftMs.push(until - clock.monotonic());
  };
  for (let time = 0; time < 30; time += 1) {
    await Promise.all([2, 3.3, 4.7, 5.9].flatMap((ms) => [elapsed(ms), slept(ms + 0.1 * (time % 9))]));
  }
  expect(leftMs.filter((ms) => ms > 0)).toEqual([]);
});

test('what is further off than Node’s timers reach does not come at once', async () => {
  const came: string[] = [];
  const stops = [2 ** 31 - 1, 2 ** 31, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY].map((ms) =>
    clock.after(ms, () => came.push(String(ms))),
  );
  await clock.sleep(20);
  for (const stop of stops) stop();
  expect(came).toEqual([]);
});
