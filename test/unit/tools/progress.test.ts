import { expect, it } from 'vitest';
import { systemClock } from '../../../daemon/clock.ts';
import { progressTeller } from '../../../daemon/tools/progress.ts';

it('tells every stage at once, but rows at most four times a second', () => {
  let now = 0;
  const told: string[] = [];
  const tell = progressTeller({ ...systemClock, monotonic: () => now }, (sentence) => told.push(sentence));
  tell({ stage: 'queued', place: 2 });
  tell({ stage: 'signing_in' });
  tell({ stage: 'running', elapsedMs: 2_000, waitsFor: 'the warehouse WH is resuming' });
  for (let rows = 1; rows <= 1_000; rows += 1) {
    tell({ stage: 'fetching', rows });
    now += 1;
  }
  expect(told).toEqual([
    'Waiting for a session, place 2 in the queue',
    'Preparing a session',
    'Running for 2 s: the warehouse WH is resuming',
    '1 row fetched',
    '251 rows fetched',
    '501 rows fetched',
    '751 rows fetched',
  ]);
});
