/**
 * SHOW, DESCRIBE and LIST: they look at the account's objects and need no parse tree, since nothing in them is run.
 * Still every token is looked at, so that nothing that acts can hide behind the first word.
 */
import type { Finding } from './findings.ts';
import type { StatementKind } from './kinds.ts';
import { type Scan, scan } from './scan.ts';
import { isName, isOp, isWord, type Token } from './tokens.ts';

/** Judges a statement of the class `look`. */
export function judgeLook(tokens: readonly Token[], { kind }: StatementKind): Scan {
  const scanned = scan(tokens, true);
  const form = kind === 'LIST' ? listForm(tokens) : lookForm(tokens);
  return form === undefined ? scanned : { ...scanned, findings: [...scanned.findings, form] };
}

function lookForm(tokens: readonly Token[]): Finding | undefined {
  const verb = tokens[0]?.value ?? '';
  if (tokens.length < 2) return unclear(tokens[0], verb);
  // Parentheses hold the types of a function's arguments, or the argument of IDENTIFIER or LAST_QUERY_ID.
  for (const [index, token] of tokens.entries()) {
    const isStrange = isOp(token, '{', '}', '[', ']', '?', ':=', '->', '=>', '!') || token.kind === 'stage';
    if (isStrange && !(token.kind === 'stage' && isWord(tokens[0], 'DESC', 'DESCRIBE'))) return unclear(token, verb);
    if (isOp(token, '(') && !isName(tokens[index - 1])) return unclear(token, verb);
  }
  return undefined;
}

/** `LIST @stage/path [PATTERN = '...']`, the stage in quotes or not. */
function listForm(tokens: readonly Token[]): Finding | undefined {
  const [, place, pattern, equals, value] = tokens;
  if (place?.kind !== 'stage' && place?.kind !== 'string') return unclear(place ?? tokens[0], 'LIST');
  if (tokens.length === 2) return undefined;
  const text = isOp(equals, '=') ? value : equals;
  const isPattern =
    isWord(pattern, 'PATTERN') && text?.kind === 'string' && tokens.length === (isOp(equals, '=') ? 5 : 4);
  return isPattern ? undefined : unclear(pattern, 'LIST');
}

function unclear(token: Token | undefined, verb: string): Finding {
  return { type: 'unclear', reason: `does not have the form of Snowflake's ${verb}`, offset: token?.start ?? 0 };
}
