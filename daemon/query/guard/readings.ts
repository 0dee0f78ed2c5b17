/**
 * The readings of a text. Snowflake's reference does not say whether a lone carriage return ends a comment, nor
 * whether comments nest; a text in which that matters is cut into tokens in each way, and passes only if every
 * way passes.
 */
import { type Lexed, lex } from './lexer.ts';

/** All readings of the text, the likeliest first; one, unless the text holds something that is open. */
export function readings(text: string): readonly [Lexed, ...Lexed[]] {
  const likeliest = lex(text, { carriageReturnEndsComment: true, commentsNest: false });
  const others: Lexed[] = [];
  const seen = [likeliest];
  const isOpen = (pick: (lexed: Lexed) => boolean): boolean => seen.some(pick);
  for (const carriageReturnEndsComment of [true, false]) {
    for (const commentsNest of [false, true]) {
      if (carriageReturnEndsComment && !commentsNest) continue;
      if (!carriageReturnEndsComment && !isOpen((lexed) => lexed.hasCarriageReturnInComment)) continue;
      if (commentsNest && !isOpen((lexed) => lexed.hasNestedComment)) continue;
      const other = lex(text, { carriageReturnEndsComment, commentsNest });
      others.push(other);
      seen.push(other);
    }
  }
  return [likeliest, ...others];
}
