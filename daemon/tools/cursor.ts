/** Paging of lists: a cursor names the stored result of the list's statement and where to go on, so that no page runs it again. */
import { z } from 'zod';
import { SnowpoolError } from '../errors.ts';

export interface CursorPosition {
  /** Which list it belongs to: the tool and its other arguments. */
  readonly list: string;
  readonly queryId: string;
  readonly offset: number;
}

const shape = z.tuple([z.string(), z.string(), z.int().min(0)]);

export function writeCursor({ list, queryId, offset }: CursorPosition): string {
  return Buffer.from(JSON.stringify([list, queryId, offset])).toString('base64url');
}

/** Throws SnowpoolError invalid_argument for text that is no cursor, or another list's. */
export function readCursor(text: string, list: string): CursorPosition {
  let position: z.infer<typeof shape> | undefined;
  try {
    position = shape.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    // Whatever is wrong with it, it was not written here.
    position = undefined;
  }
  if (!position || position[0] !== list) {
    throw new SnowpoolError(
      'invalid_argument',
      position ? 'The cursor belongs to another list.' : 'The cursor is not one that this server gave out.',
      'Pass next_cursor of the answer before, with the same other arguments; leave it out to begin.',
    );
  }
  return { list, queryId: position[1], offset: position[2] };
}
