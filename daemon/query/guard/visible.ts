/**
 * Blocks and EXECUTE IMMEDIATE whose text shows all that runs, so that it can be told whether they leave temporary objects.
 * Words decide, wherever they stand: what might call or create something unseen makes the text opaque.
 */
import { lex } from './lexer.ts';
import { likeliestReading } from './readings.ts';
import { isName, isOp, isWord, type Token } from './tokens.ts';

const literalDepth = 3;

/** Whether nothing runs that the tokens do not show, and nothing creates a temporary object. */
export function leavesNothingUnseen(tokens: readonly Token[], depth = 0): boolean {
  return tokens.every((token, at) => {
    if (isOp(token, '->>', '!')) return false;
    if (!isName(token)) return true;
    // TEMP, TEMPORARY, VOLATILE and their like; procedures; names at run time; what runs a file.
    if (mayLeave.has(token.value.toUpperCase())) return false;
    if (isWord(token, 'TABLE') && isOp(tokens[at + 1], '(')) return false;
    return !isWord(token, 'EXECUTE') || isVisibleText(tokens, at, depth);
  });
}

const mayLeave: ReadonlySet<string> = new Set(
  'CALL GLOBAL IDENTIFIER LANGUAGE LOCAL PROCEDURE TEMP TEMPORARY TO_QUERY VOLATILE'.split(' '),
);

/** EXECUTE IMMEDIATE of one literal that can be read without doubt. */
function isVisibleText(tokens: readonly Token[], at: number, depth: number): boolean {
  const [literal, behind] = [tokens[at + 2], tokens[at + 3]];
  if (!isWord(tokens[at + 1], 'IMMEDIATE') || literal?.kind !== 'string' || literal.isEscaped) return false;
  if (depth >= literalDepth || (behind !== undefined && !isOp(behind, ';', ')') && !isWord(behind, 'USING')))
    return false;
  const inner = lex(literal.value, likeliestReading);
  const isOneReading =
    !inner.hasCarriageReturnInComment && !inner.hasNestedComment && !inner.hasSpecialSpaceBeforeDollars;
  return inner.problem === undefined && isOneReading && leavesNothingUnseen(inner.tokens, depth + 1);
}
