/** Reads a request's body, bounded. */
import type { IncomingMessage } from 'node:http';
import { badRequest } from '../sessions/refusal.ts';
import { type Endpoint, MOST_BODY_BYTES, tooLarge } from './exchange.ts';

const LARGE: ReadonlySet<Endpoint> = new Set(['query', 'telemetry', 'stage']);

/** Only queries (binds), telemetry (a driver's whole log) and staged files are large. */
const MOST_OTHER_BYTES = 1024 * 1024;

function limitOf(endpoint: Endpoint): number {
  return LARGE.has(endpoint) ? MOST_BODY_BYTES : MOST_OTHER_BYTES;
}

/** The whole body. Rejects with a Refusal beyond the limit (413) or where there is no room beside others (429), or with the socket's error. */
export async function readBody(
  message: IncomingMessage,
  endpoint: Endpoint,
  room: (before: number, bytes: number) => boolean,
): Promise<Buffer> {
  const limit = limitOf(endpoint);
  if (Number(message.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of message) {
    if (!room(length, piece.length)) throw badRequest('Too many large requests at once.', 429);
    length += piece.length;
    if (length > limit) throw tooLarge(limit);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
