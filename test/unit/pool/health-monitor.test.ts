import { pino } from 'pino';
import { expect, test } from 'vitest';
import { HealthMonitor } from '../../../daemon/pool/health-monitor.ts';
import { TurnedClock } from '../../support/turned-clock.ts';

function make(check: () => Promise<void> = async () => {}) {
  const clock = new TurnedClock();
  const seen = { checks: 0, jumps: 0 };
  const monitor = new HealthMonitor({
    clock,
    intervalMs: () => 60_000,
    check: () => {
      seen.checks += 1;
      return check();
    },
    jumped: () => {
      seen.jumps += 1;
    },
    log: pino({ level: 'silent' }),
  });
  monitor.start();
  return { clock, seen, monitor };
}

test('it checks every interval, and stops when told', async () => {
  const { clock, seen, monitor } = make();
  await clock.turn(59_000);
  expect(seen.checks).toBe(0);
  await clock.turn(242_000);
  expect(seen.checks).toBe(5);
  monitor.stop();
  await clock.turn(600_000);
  expect(seen.checks).toBe(5);
  expect(clock.timers).toBe(0);
});

test('it never checks twice at once; what is asked for meanwhile is done once afterwards', async () => {
  let finish = () => {};
  const { clock, seen, monitor } = make(
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  const done = monitor.early();
  void monitor.early();
  void monitor.early();
  await clock.turn(300_000);
  expect(seen.checks).toBe(1);
  finish();
  await clock.turn(0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen.checks).toBe(2);
  finish();
  await done;
  expect(seen.checks).toBe(2);
});

test.each([
  ['forward', 5 * 3_600_000],
  ['back', -3_600_000],
])('a wall clock that jumps %s is noticed within seconds and has everything checked', async (_, ms) => {
  const { clock, seen } = make();
  await clock.turn(6_000);
  clock.jump(ms);
  await clock.turn(5_000);
  expect(seen).toEqual({ checks: 1, jumps: 1 });
});

test('clocks that drift a little are no jump', async () => {
  const { clock, seen } = make();
  for (let tick = 0; tick < 10; tick += 1) {
    clock.jump(900);
    await clock.turn(5_000);
  }
  expect(seen.jumps).toBe(0);
});
