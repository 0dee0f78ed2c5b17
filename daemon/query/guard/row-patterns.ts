/** What the parser lacks of MATCH_RECOGNIZE: phrases of fixed words, in which nothing is named. */
import { isWord, type Token } from './tokens.ts';

/** What to write for the word at `at`, and for how many tokens; nothing where no such phrase begins there. */
export function rowPatternPhrase(tokens: readonly Token[], at: number): readonly [string, number] | undefined {
  const [before, token, after] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  // ALL ROWS PER MATCH SHOW EMPTY MATCHES
  const isEmpty = isWord(before, 'MATCH') && isWord(after, 'EMPTY') && isWord(tokens[at + 2], 'MATCHES');
  if (isEmpty && isWord(token, 'SHOW', 'OMIT')) return ['', 3];
  // AFTER MATCH SKIP TO NEXT ROW, written as SKIP TO LAST of a symbol.
  const isSkip = isWord(tokens[at - 2], 'SKIP') && isWord(before, 'TO') && isWord(after, 'ROW');
  return isSkip && isWord(token, 'NEXT') ? ['LAST "next"', 2] : undefined;
}
