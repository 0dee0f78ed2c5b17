import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SnowpoolError } from '../../../daemon/errors.ts';
import { startQueue } from './booked-queue.ts';

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('enter' as const), client: fc.constantFrom('a', 'b', 'c', 'd') }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('finish' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('evict' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(30) }) },
);

describe('admission', () => {
  it('never exceeds its bounds, never lets a client overtake another twice, and serves everybody in the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(step, { maxLength: 60 }),
        async (maxSize, wishedBound, steps) => {
          const bound = Math.min(wishedBound, maxSize);
          const queue = await startQueue(maxSize, bound);
          const pick = <T>(list: readonly T[], which: number) => list[which % Math.max(1, list.length)];
          const check = () => {
            expect(queue.running()).toBeLessThanOrEqual(maxSize);
            for (const client of ['a', 'b', 'c', 'd']) expect(queue.running(client)).toBeLessThanOrEqual(bound);
            for (const call of queue.calls)
              for (const [client, times] of call.overtakenBy)
                if (times > 1) throw new Error(`${client} overtook ${call.client} ${times} times`);
          };
          for (const one of steps) {
            const held = queue.calls.filter((call) => call.ticket && !call.isOver);
            if (one.do === 'enter') queue.enter(one.client);
            else if (one.do === 'wait') await queue.turn(one.ms);
            else if (one.do === 'cancel') {
              const waiting = pick(
                queue.calls.filter((call) => !call.ticket && !call.isOver),
                one.which,
              );
              waiting?.control.abort();
            } else {
              const call = pick(held, one.which);
              if (call) queue.finish(call, one.do === 'evict' ? 'evict' : 'release');
            }
            await queue.settle();
            check();
          }
          // Everybody who did not leave is served, though nothing but turns and time go by.
          for (let rest = 0; rest < 200 && queue.calls.some((call) => !call.isOver); rest++) {
            for (const call of queue.calls) if (call.ticket && !call.isOver) queue.finish(call);
            await queue.turn(20);
            check();
          }
          for (const call of queue.calls) expect(call.isOver).toBe(true);
          for (const client of ['a', 'b', 'c', 'd']) {
            expect(queue.admission.runningOf(client)).toBe(0);
            expect(queue.admission.waitingOf(client)).toBe(0);
          }
          await queue.close();
        },
      ),
      { numRuns: 150 },
    );
  });

  it('makes a light client wait one turn beside one with a hundred calls', async () => {
    const queue = await startQueue(1, 1);
    const heavy = Array.from({ length: 100 }, () => queue.enter('heavy'));
    await queue.turn(20);
    const light = queue.enter('light');
    await queue.turn(100);
    expect(heavy[0]?.ticket).toBeDefined();
    // One call of the other's runs, and one more has its turn first: it was there earlier.
    expect(light.place).toBe(2);
    for (const turn of [1, 2]) {
      expect(heavy.filter((call) => call.ticket)).toHaveLength(turn);
      for (const call of heavy) if (call.ticket && !call.isOver) queue.finish(call);
      await queue.settle();
    }
    expect(light.ticket).toBeDefined();
    await queue.close();
  });

  it('tells each call its place as those before it come and go', async () => {
    const queue = await startQueue(1, 1);
    const first = queue.enter('a');
    await queue.turn(20);
    const second = queue.enter('a');
    const third = queue.enter('a');
    const other = queue.enter('b');
    await queue.turn(100);
    expect([second.place, third.place, other.place]).toEqual([1, 3, 2]);
    other.control.abort();
    await queue.turn(100);
    expect([second.place, third.place]).toEqual([1, 2]);
    queue.finish(first);
    await queue.settle();
    await queue.turn(100);
    expect([second.place, third.place]).toEqual([0, 1]);
    await queue.close();
  });

  it('opens no session for a call that was cancelled before the pool would grow', async () => {
    const queue = await startQueue(2, 2);
    queue.enter('a');
    await queue.turn(20);
    const late = queue.enter('a');
    await queue.settle();
    late.control.abort();
    await queue.turn(1000);
    expect(queue.pool.status().logins.succeeded).toBe(1);
    expect(late.error).toMatchObject({ code: 'cancelled' });
    await queue.close();
  });

  it('leaves a waiting call the time that it has, however the wall clock jumps', async () => {
    const queue = await startQueue(1, 1);
    const { clock } = queue;
    const first = queue.enter('a');
    await queue.turn(20);
    const second = queue.enter('b', { giveUpAt: clock.monotonic() + 30_000, deadline: clock.monotonic() + 60_000 });
    clock.jump(5 * 3_600_000);
    await queue.turn(20_000);
    queue.finish(first);
    await queue.turn(20);
    expect(second).toMatchObject({ error: undefined, ticket: expect.anything() });
    queue.finish(second);
    await queue.close();
  });

  it('names place, pool size and holders where the wait was in vain', async () => {
    const queue = await startQueue(1, 1);
    queue.enter('claude (pid 7)');
    await queue.turn(20);
    const { clock } = queue;
    queue.enter('b', { giveUpAt: clock.monotonic() + 30_000 });
    const call = queue.enter('c', { giveUpAt: clock.monotonic() + 30_000, deadline: clock.monotonic() + 60_000 });
    const hasty = queue.enter('d', { deadline: clock.monotonic() + 10_000 });
    await queue.turn(30_001);
    const error = call.error as SnowpoolError;
    expect(error).toBeInstanceOf(SnowpoolError);
    expect(error.code).toBe('pool_exhausted');
    expect(error.message).toContain('1 of at most 1 sessions');
    expect(error.message).toContain('claude (pid 7)');
    expect(error.details).toMatchObject({ place: 1, size: 1, maxSize: 1 });
    expect(hasty.error).toMatchObject({ code: 'deadline_exceeded', details: { place: 3 } });
    await queue.close();
  });

  it('gives the place of a session that was swapped to nobody else', async () => {
    const queue = await startQueue(1, 1);
    const call = queue.enter('a');
    await queue.turn(20);
    const other = queue.enter('b');
    const swapped = call.ticket?.swap('context');
    await queue.turn(20);
    const ticket = await swapped;
    expect(ticket?.session.driver.sessionId).toBe('2');
    expect(other.ticket).toBeUndefined();
    ticket?.release();
    await queue.settle();
    expect(other.ticket).toBeDefined();
    expect(queue.pool.status().evictions.context).toBe(1);
    await queue.close();
  });

  it('brings another session to a call whose first one broke after the wait for it would have been over', async () => {
    const queue = await startQueue(1, 1);
    const call = queue.enter('a', { giveUpAt: queue.clock.monotonic() + 30_000 });
    await queue.turn(20);
    await queue.turn(45_000);
    const swapped = call.ticket?.swap('broken');
    await queue.turn(20);
    const ticket = await swapped;
    expect(ticket?.session.driver.sessionId).toBe('2');
    ticket?.release();
    await queue.close();
  });

  it('keeps an unfit session in hand until the pool has opened a better one, and gives it to whom it fits meanwhile', async () => {
    const queue = await startQueue(3, 3);
    const first = queue.enter('a');
    await queue.turn(20);
    queue.finish(first);
    const choosy = queue.enter('b', { score: ({ driver }) => (driver.sessionId === '1' ? 0 : 1) });
    await queue.settle();
    expect([choosy.ticket, queue.pool.status().leased]).toEqual([undefined, 1]);
    const easy = queue.enter('c');
    await queue.settle();
    expect(easy.ticket?.session.driver.sessionId).toBe('1');
    await queue.turn(20);
    expect(choosy.ticket?.session.driver.sessionId).toBe('2');
    expect(queue.pool.status()).toMatchObject({ size: 2, idle: 0 });
    for (const call of [easy, choosy]) queue.finish(call);
    expect(queue.pool.status().idle).toBe(2);
    await queue.close();
  });

  it('gives an unfit session where there is no room for a better one', async () => {
    const queue = await startQueue(1, 1);
    const first = queue.enter('a');
    await queue.turn(20);
    queue.finish(first);
    const choosy = queue.enter('b', { score: () => 0 });
    await queue.turn(19);
    expect(choosy.ticket).toBeUndefined();
    await queue.turn(1);
    expect(choosy.ticket?.session.driver.sessionId).toBe('1');
    await queue.close();
  });

  it('puts down what is in hand when the call that it did not fit is gone', async () => {
    const queue = await startQueue(3, 3);
    const first = queue.enter('a');
    await queue.turn(20);
    queue.finish(first);
    const choosy = queue.enter('b', { score: () => 0 });
    await queue.settle();
    expect(queue.pool.status().idle).toBe(0);
    choosy.control.abort();
    await queue.turn(1000);
    expect(queue.pool.status()).toMatchObject({ size: 1, idle: 1 });
    await queue.close();
  });

  it('lets the pool grow for calls that wait long behind others, though each session is waited for briefly', async () => {
    const queue = await startQueue(4, 4);
    const calls = Array.from({ length: 20 }, () => queue.enter('a'));
    for (let turn = 0; turn < 10; turn++) {
      await queue.turn(4);
      for (const call of calls) if (call.ticket && !call.isOver) queue.finish(call);
      await queue.settle();
    }
    expect(queue.pool.status().size).toBe(4);
    await queue.close();
  });
});
