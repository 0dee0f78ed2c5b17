/** A long text in parts, each as long as an answer may be. Offsets count characters (code points). */
import { characterCount, cutText, textBudget } from './page-view.ts';
import { unitsWithin } from './text-cost.ts';

export interface TextPart {
  readonly text: string;
  /** 0-based, of the character behind the part. */
  readonly end: number;
  /** Of the whole text. */
  readonly characters: number;
  /** Null at the end. */
  readonly nextOffset: number | null;
}

/** The part of a text that begins at `offset`; undefined for one behind its end. */
export function textPart(whole: string, offset: number): TextPart | undefined {
  const characters = characterCount(whole);
  if (offset > 0 && offset >= characters) return undefined;
  const start = unitIndex(whole, offset);
  const room = whole.slice(start, start + textBudget);
  const text = cutText(room, Math.min(room.length, unitsWithin(room, textBudget)));
  const end = offset + characterCount(text);
  return { text, end, characters, nextOffset: end < characters ? end : null };
}

/** Where the character of that number begins, in UTF-16 units. */
function unitIndex(text: string, characters: number): number {
  let index = 0;
  for (let count = 0; count < characters && index < text.length; count += 1) {
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}
