/** Reads a request's body, bounded. */
import type { IncomingMessage } from 'node:http';
import { MOST_BODY_BYTES, tooLarge } from './exchange.ts';

/** The whole body. Rejects with a Refusal (413) beyond the limit, or with the socket's error. */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  if (Number(message.headers['content-length'] ?? 0) > MOST_BODY_BYTES) throw tooLarge();
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of message) {
    length += piece.length;
    if (length > MOST_BODY_BYTES) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
