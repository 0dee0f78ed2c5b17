import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MemoryWatch } from '../../../sandbox/sql/memory-watch.ts';

const MB = 1024 * 1024;
let residentMb = 300;
let watch: MemoryWatch;

beforeEach(() => {
  vi.useFakeTimers();
  residentMb = 300;
  watch = new MemoryWatch(256, () => residentMb * MB);
});
afterEach(() => {
  vi.useRealTimers();
});

/** A statement under the watch that ends when it is interrupted, or by `end`. */
function begin() {
  let reject: (error: Error) => void = () => undefined;
  let resolve: (value: string) => void = () => undefined;
  const promise = new Promise<string>((kept, broken) => {
    resolve = kept;
    reject = broken;
  });
  const work = watch.enter(() => reject(new Error('INTERRUPT')));
  const done = work.during(promise).then(
    (value) => value,
    (error: unknown) => work.reason(error),
  );
  return { done, end: () => resolve('done') };
}

test('of two statements the one that made the process grow is interrupted with the error of spent memory', async () => {
  const greedy = begin();
  residentMb = 1000;
  await vi.advanceTimersByTimeAsync(50);
  const modest = begin();
  residentMb = 1400;
  await vi.advanceTimersByTimeAsync(50);
  expect(await greedy.done).toMatchObject({ code: '300000', message: 'The sandbox is out of memory.' });
  modest.end();
  expect(await modest.done).toBe('done');
});

test('a statement that does not grow is left alone though the process is large', async () => {
  residentMb = 2000;
  const modest = begin();
  await vi.advanceTimersByTimeAsync(200);
  modest.end();
  expect(await modest.done).toBe('done');
});
