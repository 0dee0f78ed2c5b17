/** Puts an answer on the wire, whole or as a fault wants it. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Delivery } from '../faults/fault.ts';
import type { Answer } from './exchange.ts';

const SLOW_TICK_MS = 50;

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Sends an answer; resolves when it was handed to the socket, or the signal aborted. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  delivery: Delivery | null,
  signal: AbortSignal,
): Promise<void> {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-type': answer.type,
    'content-length': String(body.length),
    ...(answer.isGzip ? { 'content-encoding': 'gzip' } : {}),
  });
  if (delivery?.kind === 'cut' && delivery.when === 'during') {
    // Headers promise more than comes: what a connection lost half-way looks like.
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
    if (body.length < 2) response.socket?.destroy();
    return;
  }
  if (delivery?.kind === 'slow') {
    const step = Math.max(1, Math.floor((delivery.bytesPerSecond * SLOW_TICK_MS) / 1000));
    for (let start = 0; start < body.length && !signal.aborted; start += step) {
      if (!response.write(body.subarray(start, start + step)))
        await Promise.race([once(response, 'drain'), once(response, 'close')]);
      await pause(SLOW_TICK_MS, signal);
    }
    response.end();
    return;
  }
  const socket = response.socket;
  response.end(body, () => {
    if (delivery?.kind === 'cut' && delivery.when === 'after') socket?.end(() => socket.destroy());
  });
}
