/**
 * The readings of a text. Snowflake's reference does not say whether a lone carriage return ends a comment, whether
 * comments nest, nor whether a word may begin with a special space; a text in which that matters is cut into tokens in
 * each way, and passes only if every way passes.
 */
import { type Lexed, lex, type Reading } from './lexer.ts';

/** How texts are read where nothing is open. */
export const likeliestReading: Reading = {
  carriageReturnEndsComment: true,
  commentsNest: false,
  specialSpaceIsLetter: false,
};

/** All readings of the text, the likeliest first; one, unless the text holds something that is open. */
export function readings(text: string): readonly [Lexed, ...Lexed[]] {
  const likeliest = lex(text, likeliestReading);
  const others: Lexed[] = [];
  // A comment that is read in another way can uncover further things that are open; so what any reading found counts.
  const isOpen = (pick: (lexed: Lexed) => boolean): boolean => pick(likeliest) || others.some(pick);
  for (const specialSpaceIsLetter of [false, true]) {
    for (const commentsNest of [false, true]) {
      for (const carriageReturnEndsComment of [true, false]) {
        if (specialSpaceIsLetter && !isOpen((lexed) => lexed.hasSpecialSpaceBeforeDollars)) continue;
        if (commentsNest && !isOpen((lexed) => lexed.hasNestedComment)) continue;
        if (!carriageReturnEndsComment && !isOpen((lexed) => lexed.hasCarriageReturnInComment)) continue;
        if (!specialSpaceIsLetter && !commentsNest && carriageReturnEndsComment) continue;
        others.push(lex(text, { carriageReturnEndsComment, commentsNest, specialSpaceIsLetter }));
      }
    }
  }
  return [likeliest, ...others];
}
