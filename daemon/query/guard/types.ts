/** Types in a query: where they end, so that those the parser does not know can be left out. */
import { plainToken } from './plain.ts';
import { type Brackets, isName, isOp, isWord, type Token } from './tokens.ts';

/** Tokens in the arguments of a type, or of a lambda, at most; a bound on work, far beyond any real one. */
const longest = 200;

/** Index behind the type that begins at `from`: a name, and in parentheses names, numbers and other types. */
export function typeEnd(tokens: readonly Token[], { partner }: Brackets, from: number): number | undefined {
  if (!isName(tokens[from])) return undefined;
  if (!isOp(tokens[from + 1], '(')) return from + 1;
  const close = partner[from + 1] ?? -1;
  return close > 0 && areTypes(tokens, from + 2, close) ? close + 1 : undefined;
}

function areTypes(tokens: readonly Token[], from: number, to: number): boolean {
  if (to - from > longest) return false;
  for (let index = from; index < to; index += 1) {
    const token = tokens[index];
    if (!isName(token) && token?.kind !== 'number' && !isOp(token, ',', '(', ')')) return false;
  }
  return true;
}

/**
 * The arguments of a lambda that open at `at`, without their types (`(x INT, y VARCHAR) -> ...`), and how many tokens
 * they take; nothing where there is no lambda.
 */
export function lambdaArguments(
  tokens: readonly Token[],
  brackets: Brackets,
  at: number,
): readonly [string, number] | undefined {
  const close = brackets.partner[at] ?? -1;
  if (close < 0 || !isOp(tokens[close + 1], '->') || !areTypes(tokens, at + 1, close)) return undefined;
  const names: string[] = [];
  for (let index = at + 1; index < close; ) {
    const name = tokens[index];
    if (!isName(name)) return undefined;
    names.push(plainToken(name));
    const end = isName(tokens[index + 1]) ? typeEnd(tokens, brackets, index + 1) : index + 1;
    if (end === undefined || (end < close && !isOp(tokens[end], ','))) return undefined;
    index = end + 1;
  }
  return [`( ${names.join(' , ')} )`, close + 1 - at];
}

/** Casts in a row, at most. */
const mostCasts = 20;

/** Index behind all the casts (`::INT::VARCHAR(10)`) that begin at the `::` at `at`; `at` where there is no type. */
export function castsEnd(tokens: readonly Token[], brackets: Brackets, at: number): number {
  let end = at;
  for (let casts = 0; casts < mostCasts && isOp(tokens[end], '::'); casts += 1) {
    const next = typeEnd(tokens, brackets, end + 1);
    if (next === undefined) break;
    end = next;
  }
  return end;
}

/** Types that the parser knows without arguments only. */
export const structured: readonly string[] = 'ARRAY DECFLOAT FILE MAP OBJECT UUID VECTOR'.split(' ');

/** The AS of `CAST(x AS ARRAY(INT))`, `CAST(x AS OBJECT(a INT) RENAME FIELDS)`: what to write, and for how many tokens. */
export function structuredCast(tokens: readonly Token[], brackets: Brackets, at: number): readonly [string, number] {
  const end = isWord(tokens[at + 1], ...structured) ? typeEnd(tokens, brackets, at + 1) : undefined;
  if (end === undefined) return ['AS', 1];
  let close = end;
  while (isWord(tokens[close], 'RENAME', 'ADD') && isWord(tokens[close + 1], 'FIELDS')) {
    close += isOp(tokens[close + 2], ',') ? 3 : 2;
  }
  return isOp(tokens[close], ')') ? ['AS VARIANT', close - at] : ['AS', 1];
}
