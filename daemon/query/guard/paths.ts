/** Paths into semi-structured values where the parser takes none: behind a subscript, a parenthesis, a cast. */
import { isName, isOp, type Token } from './tokens.ts';

/**
 * How many tokens of a path (`:a.b:c`) begin at the colon `at` and can be left out, as they are names only; 0 where the
 * parser takes the path as it is, or there is none. `isInSubscript`: the colon stands in `[...]` of a value.
 */
export function pathBehindValue(tokens: readonly Token[], at: number, isInSubscript: boolean): number {
  if (!isInSubscript && !isBehindValue(tokens, at)) return 0;
  if (isInSubscript && !isName(tokens[at - 1]) && !isOp(tokens[at - 1], ']', ')')) return 0;
  let end = at;
  while (isOp(tokens[end], ':', '.') && isName(tokens[end + 1]) && !isOp(tokens[end + 2], '(')) end += 2;
  return end - at;
}

/** Names in a path that are looked back over; a bound on work, far beyond any real one. */
const longest = 100;

/** `v[0]:a`, `(v):a`, `{...}:a`, `v::VARIANT:a`, and the same with names between: `v[0].a:b`. */
function isBehindValue(tokens: readonly Token[], at: number): boolean {
  let index = at - 1;
  while (index > at - longest && isName(tokens[index]) && isOp(tokens[index - 1], '.', ':')) index -= 2;
  return isOp(tokens[index], ']', '}', ')') || (isName(tokens[index]) && isOp(tokens[index - 1], '::'));
}
