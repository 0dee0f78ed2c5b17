/**
 * What a Snowflake text is made of once comments and white space are gone, and the few questions every rule of the
 * guard asks of a run of tokens. Pure data; imported by every file of this folder.
 */

/**
 * - `word`: unquoted identifier or keyword; `value` in upper case, as Snowflake folds it
 * - `quoted`: double-quoted identifier; `value` without the quotes, `""` undoubled
 * - `string`: single-quoted or `$$` literal; `value` is the text it stands for
 * - `number`; `value` as written
 * - `variable`: `$name` or `$1`; `value` without the dollar sign, in upper case
 * - `stage`: `@name/path`; `value` as written
 * - `op`: punctuation
 */
export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'variable' | 'stage' | 'op';

/** One token; `start` and `end` are offsets (UTF-16 units) into the text that was read. */
export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** A string with backslashes in it, so that its value rests on how the account reads escapes. */
  readonly isEscaped?: boolean;
  /** A word that has become an ASCII one by folding: another name, where the account folds less. */
  readonly isLookAlike?: boolean;
}

/** Whether the token is one of these unquoted words (given in upper case). */
export function isWord(
  token: Token | undefined,
  ...words: readonly string[]
): token is Token & { readonly kind: 'word' } {
  return token?.kind === 'word' && words.includes(token.value);
}

/** Whether the token is this punctuation. */
export function isOp(
  token: Token | undefined,
  ...symbols: readonly string[]
): token is Token & { readonly kind: 'op' } {
  return token?.kind === 'op' && symbols.includes(token.value);
}

/** Whether the token can be (a part of) a name. */
export function isName(token: Token | undefined): token is Token & { readonly kind: 'word' | 'quoted' } {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

/** Whether `(+)` begins at `at`: the old mark of an outer join. */
export function isOuterMark(tokens: readonly Token[], at: number): boolean {
  return isOp(tokens[at], '(') && isOp(tokens[at + 1], '+') && isOp(tokens[at + 2], ')');
}

/** Name as it is compared by every rule: Snowflake folds unquoted names only; a rule that refuses must not be escaped by quotes and case. */
export function folded(token: Token): string {
  return token.kind === 'quoted' ? fold(token.value).trim() : token.value;
}

/** Whether the account, too, takes the name for the one that `folded` gives: "abs" is not ABS there. */
export function isExactName(token: Token): boolean {
  return token.kind === 'quoted' ? token.value === folded(token) : token.isLookAlike !== true;
}

/** Upper case after compatibility composition, so that `ſ`, `ı` or full-width letters count as the letters they become. */
export function fold(text: string): string {
  if (isAscii(text)) return text.toUpperCase();
  // Marks in a row take quadratic time; no name is as long, so that in longer texts each character stands for itself.
  const isShort = text.length <= longestName;
  const composed = isShort ? text.normalize('NFKC') : text.replace(/[^\0-\x7f]/gu, (char) => char.normalize('NFKC'));
  return composed.toUpperCase();
}

/** Characters in one of Snowflake's names, at most. */
const longestName = 255;

/** Whether the text has ASCII characters only. */
export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 127) return false;
  return true;
}

/** For each opening bracket the index of its closing one and the reverse; -1 elsewhere. `isBalanced` is false where one has no partner. */
export interface Brackets {
  readonly partner: Int32Array;
  readonly isBalanced: boolean;
}

const closing = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);

/** Pairs the brackets of a run of tokens. */
export function pairBrackets(tokens: readonly Token[]): Brackets {
  const partner = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  let isBalanced = true;
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'op') continue;
    if (token.value === '(' || token.value === '[' || token.value === '{') open.push(index);
    const opener = closing.get(token.value);
    if (opener === undefined) continue;
    const start = open.pop();
    if (start === undefined || tokens[start]?.value !== opener) isBalanced = false;
    else {
      partner[start] = index;
      partner[index] = start;
    }
  }
  return { partner, isBalanced: isBalanced && open.length === 0 };
}

/** Line and column, both from 1 (columns in UTF-16 units), of an offset; lines end as `\n`, `\r\n` or `\r`. */
export function position(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let begin = 0;
  for (let index = 0; index < offset; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 10 || (code === 13 && text.charCodeAt(index + 1) !== 10)) {
      line += 1;
      begin = index + 1;
    }
  }
  return { line, column: offset - begin + 1 };
}
