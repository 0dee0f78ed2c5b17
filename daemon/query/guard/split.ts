/**
 * Where one statement ends. A text holds one statement for the guard; the semicolons of a Snowflake Scripting block
 * do not end it.
 */
import { isTransactionStart, kindOf } from './kinds.ts';
import { isOp, isWord, type Token } from './tokens.ts';

/** The first statements of a text, without semicolons and without empty ones: at most two, as more is too many anyway. */
export function statements(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const found: (readonly Token[])[] = [];
  let from = 0;
  while (from < tokens.length && found.length < 2) {
    const end = statementEnd(tokens, from);
    if (end > from) found.push(tokens.slice(from, end));
    from = end + 1;
  }
  return found;
}

/** Index of the semicolon (or the end) that closes the statement beginning at `from`. */
function statementEnd(tokens: readonly Token[], from: number): number {
  const first = semicolonFrom(tokens, from);
  const block = first > from && holdsBlock(tokens, from) ? blockEnd(tokens, from) : undefined;
  return block === undefined || block <= first ? first : semicolonFrom(tokens, block);
}

function semicolonFrom(tokens: readonly Token[], from: number): number {
  let index = from;
  while (index < tokens.length && !isOp(tokens[index], ';')) index += 1;
  return index;
}

const blockHolders = /^(?:CREATE|ALTER) (?:PROCEDURE|TASK|ALERT|FUNCTION)$/;

function holdsBlock(tokens: readonly Token[], from: number): boolean {
  const { kind } = kindOf(tokens, from);
  return kind === 'ANONYMOUS BLOCK' || (kind === 'CALL' && isWord(tokens[from], 'WITH')) || blockHolders.test(kind);
}

/** Index behind the END of the block in the statement beginning at `from`; nothing where no block begins or ends. */
function blockEnd(tokens: readonly Token[], from: number): number | undefined {
  let depth = 0;
  let hasBegun = false;
  for (let index = from; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token?.kind !== 'word' || isPart(tokens, index)) continue;
    if (!hasBegun && isOp(tokens[index - 1], ';')) return undefined;
    const canOpen = index === from || isWord(tokens[index - 1], 'AS', 'THEN');
    if (!hasBegun && canOpen && isWord(token, 'BEGIN', 'DECLARE')) {
      hasBegun = true;
      depth += isWord(token, 'BEGIN') ? 1 : 0;
    } else if (hasBegun) {
      if (isWord(token, 'BEGIN') && opensInner(tokens, index)) depth += 1;
      if (isWord(token, 'CASE') && !isWord(tokens[index - 1], 'END')) depth += 1;
      if (isWord(token, 'END') && !isWord(tokens[index + 1], 'IF', 'FOR', 'WHILE', 'LOOP', 'REPEAT')) depth -= 1;
      if (depth === 0 && isWord(token, 'END')) return index + 1;
    }
  }
  return undefined;
}

/** A block inside a block: where a statement can begin, and with a statement in it; `begin` may also name a column. */
function opensInner(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  const after = tokens[index + 1];
  const isStatement = isOp(before, ';') || isWord(before, 'BEGIN', 'THEN', 'ELSE', 'DO', 'LOOP', 'REPEAT');
  return (
    isStatement && after?.kind === 'word' && !isWord(after, 'END', 'FROM', 'AS') && !isTransactionStart(tokens, index)
  );
}

function isPart(tokens: readonly Token[], index: number): boolean {
  return isOp(tokens[index - 1], '.', ':') || isOp(tokens[index + 1], '.');
}
