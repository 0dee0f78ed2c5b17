/**
 * Where one statement ends. A text holds one statement for the guard; the semicolons of a Snowflake Scripting block
 * do not end it.
 */
import { isTransactionStart, kindOf } from './kinds.ts';
import { isOp, isWord, type Token } from './tokens.ts';

/** The statements of a text, without the semicolons between them and without empty ones. */
export function statements(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const found: (readonly Token[])[] = [];
  let from = 0;
  while (from < tokens.length) {
    const end = statementEnd(tokens, from);
    if (end > from) found.push(tokens.slice(from, end));
    from = end + 1;
  }
  return found;
}

/** Index of the semicolon (or the end) that closes the statement beginning at `from`. */
function statementEnd(tokens: readonly Token[], from: number): number {
  const canHoldBlock = mayHoldBlock(tokens, from);
  let depth = 0;
  let isInBlock = false;
  for (let index = from; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (isOp(token, ';') && depth === 0 && !isInBlock) return index;
    if (!canHoldBlock || token?.kind !== 'word' || isPart(tokens, index)) continue;
    if (opensBlock(tokens, index, from)) {
      isInBlock = true;
      if (token.value === 'BEGIN') depth += 1;
    } else if (isInBlock) {
      if (token.value === 'BEGIN' && !isTransactionStart(tokens, index)) depth += 1;
      if (token.value === 'CASE' && !isWord(tokens[index - 1], 'END')) depth += 1;
      if (token.value === 'END' && depth > 0 && !isWord(tokens[index + 1], 'IF', 'FOR', 'WHILE', 'LOOP', 'REPEAT')) {
        depth -= 1;
        if (depth === 0) isInBlock = false;
      }
    }
  }
  return tokens.length;
}

function mayHoldBlock(tokens: readonly Token[], from: number): boolean {
  return isWord(tokens[from], 'CREATE', 'ALTER', 'WITH') || kindOf(tokens, from).kind === 'ANONYMOUS BLOCK';
}

/** BEGIN or DECLARE where a body may begin: the statement's start, or behind AS (a body) or THEN (an alert's action). */
function opensBlock(tokens: readonly Token[], index: number, from: number): boolean {
  if (!isWord(tokens[index], 'BEGIN', 'DECLARE')) return false;
  return index === from || isWord(tokens[index - 1], 'AS', 'THEN') || isOp(tokens[index - 1], '->>');
}

function isPart(tokens: readonly Token[], index: number): boolean {
  return isOp(tokens[index - 1], '.', ':') || isOp(tokens[index + 1], '.');
}
