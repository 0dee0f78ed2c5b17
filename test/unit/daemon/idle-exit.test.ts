import { expect, it } from 'vitest';
import { IdleExit } from '../../../daemon/idle-exit.ts';
import { TurnedClock } from '../../support/turned-clock.ts';

const minute = 60_000;

function watched() {
  const clock = new TurnedClock();
  const seen = { clients: 0, hasLeft: false };
  const idleExit = new IdleExit({
    clock,
    isToStay: () => seen.clients > 0,
    leave: () => {
      seen.hasLeft = true;
    },
  });
  return { clock, seen, idleExit };
}

it('a daemon without clients leaves after 30 minutes', async () => {
  const { clock, seen, idleExit } = watched();
  idleExit.look();
  await clock.turn(29 * minute);
  expect(seen.hasLeft).toBe(false);
  await clock.turn(minute);
  expect(seen.hasLeft).toBe(true);
});

it('a client that attached before the daemon began to count keeps it', async () => {
  const { clock, seen, idleExit } = watched();
  seen.clients = 1;
  idleExit.look();
  idleExit.look();
  await clock.turn(60 * minute);
  expect(seen.hasLeft).toBe(false);
});

it('a client that comes ends the count, its end begins another', async () => {
  const { clock, seen, idleExit } = watched();
  idleExit.look();
  await clock.turn(20 * minute);
  seen.clients = 1;
  idleExit.look();
  await clock.turn(20 * minute);
  seen.clients = 0;
  idleExit.look();
  await clock.turn(29 * minute);
  expect(seen.hasLeft).toBe(false);
  await clock.turn(minute);
  expect(seen.hasLeft).toBe(true);
});

it('a daemon that is closing leaves no more', async () => {
  const { clock, seen, idleExit } = watched();
  idleExit.look();
  idleExit.close();
  await clock.turn(60 * minute);
  expect(seen.hasLeft).toBe(false);
});
