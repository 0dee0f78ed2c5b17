import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../daemon/clock.ts';
import { waitFor } from '../../../daemon/query/waiting.ts';

const never = new Promise<string>(() => undefined);

describe('waiting for something', () => {
  it('ends with its value, or its error', async () => {
    const { signal } = new AbortController();
    await expect(waitFor(Promise.resolve('x'), 1000, signal, systemClock)).resolves.toEqual({
      state: 'settled',
      value: 'x',
    });
    await expect(waitFor(Promise.reject(new Error('no')), 1000, signal, systemClock)).rejects.toThrow('no');
  });

  it('ends when the time is over', async () => {
    await expect(waitFor(never, 1, new AbortController().signal, systemClock)).resolves.toEqual({ state: 'timed_out' });
  });

  it('ends at once when the caller leaves, also where it had left before', async () => {
    const leave = new AbortController();
    const waiting = waitFor(never, 60_000, leave.signal, systemClock);
    leave.abort('gone');
    await expect(waiting).resolves.toEqual({ state: 'left', reason: 'gone' });
    await expect(waitFor(never, 60_000, leave.signal, systemClock)).resolves.toEqual({ state: 'left', reason: 'gone' });
  });
});
