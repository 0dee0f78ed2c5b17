import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Barriers } from '../../../daemon/clients/barriers.ts';
import { TurnedClock } from '../../support/turned-clock.ts';

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe("a client's own calls", () => {
  it('pass in their order: a barrier waits for those who share, and all later ones for it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ isBarrier: fc.boolean(), isCancelled: fc.boolean() }), { maxLength: 12 }),
        fc.array(fc.nat(12), { maxLength: 40 }),
        async (calls, ends) => {
          const barriers = new Barriers(new TurnedClock(0));
          const inside: { index: number; isBarrier: boolean; leave: () => void }[] = [];
          const entered: number[] = [];
          const controls = calls.map(({ isBarrier }, index) => {
            const control = new AbortController();
            barriers
              .enter({ isBarrier: () => isBarrier, signal: control.signal, deadline: 1e12 })
              .then((leave) => {
                entered.push(index);
                inside.push({ index, isBarrier, leave });
                if (isBarrier) expect(inside).toHaveLength(1);
                else expect(inside.some((other) => other.isBarrier)).toBe(false);
              })
              .catch(() => {});
            return control;
          });
          await tick();
          calls.forEach(({ isCancelled }, index) => {
            if (isCancelled && !entered.includes(index)) controls[index]?.abort();
          });
          for (const end of [...ends, ...calls.map(() => 0)]) {
            inside.splice(end % Math.max(1, inside.length), 1)[0]?.leave();
            await tick();
          }
          expect(entered).toEqual([...entered].sort((a, b) => a - b));
          const left = calls.flatMap(({ isCancelled }, index) => (isCancelled ? [] : [index]));
          expect(left.filter((index) => !entered.includes(index))).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('ask whether they are a barrier when their turn has come, not before', async () => {
    const barriers = new Barriers(new TurnedClock(0));
    const { signal } = new AbortController();
    let isInTransaction = false;
    const begin = await barriers.enter({ isBarrier: () => true, signal, deadline: 1e12 });
    const one = barriers.enter({ isBarrier: () => isInTransaction, signal, deadline: 1e12 });
    let isSecondIn = false;
    const two = barriers.enter({ isBarrier: () => isInTransaction, signal, deadline: 1e12 }).then((leave) => {
      isSecondIn = true;
      return leave;
    });
    isInTransaction = true;
    begin();
    const leave = await one;
    await tick();
    expect(isSecondIn).toBe(false);
    leave();
    (await two)();
    expect(isSecondIn).toBe(true);
  });

  it('give up at their deadline, and let those behind them pass', async () => {
    const clock = new TurnedClock(0);
    const barriers = new Barriers(clock);
    const { signal } = new AbortController();
    const leave = await barriers.enter({ isBarrier: () => false, signal, deadline: 1e12 });
    const late = barriers.enter({ isBarrier: () => true, signal, deadline: 1000 });
    const behind = barriers.enter({ isBarrier: () => false, signal, deadline: 1e12 });
    const refusal = expect(late).rejects.toMatchObject({ code: 'deadline_exceeded' });
    await clock.turn(1000);
    await refusal;
    (await behind)();
    leave();
    expect(clock.timers).toBe(0);
  });

  it('see their place among each other while they wait', async () => {
    const barriers = new Barriers(new TurnedClock(0));
    const { signal } = new AbortController();
    const passage = { isBarrier: () => true, signal, deadline: 1e12 };
    const leave = await barriers.enter(passage);
    const places: number[][] = [[], []];
    const waiting = places.map((seen) => barriers.enter({ ...passage, onPlace: (place) => seen.push(place) }));
    leave();
    (await waiting[0])?.();
    (await waiting[1])?.();
    expect(places).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });
});
