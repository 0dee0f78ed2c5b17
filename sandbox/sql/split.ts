import { type Token, tokenize } from './lexer.ts';
import { isSymbol } from './reader.ts';

const LOOPS = ['FOR', 'WHILE', 'LOOP', 'REPEAT'];
const OPENING_WORDS = ['BEGIN', 'THEN', 'ELSE', 'DO', 'LOOP', 'REPEAT', 'EXCEPTION'];

/** Splits a text into its statements by Snowflake's lexical rules. A scripting block is one statement; empty ones are left out. Throws SqlError 001003. */
export function splitStatements(text: string): string[] {
  const tokens = tokenize(text);
  const statements: string[] = [];
  let first: Token | undefined;
  let last: Token | undefined;
  let depth = 0;
  let inBlock = false;
  tokens.forEach((token, index) => {
    const ends = token.kind === 'end' || (isSymbol(token, ';') && depth === 0 && !inBlock);
    if (ends) {
      if (first && last) statements.push(text.slice(first.start, last.end));
      first = undefined;
      last = undefined;
      return;
    }
    if (!first) {
      first = token;
      inBlock = false;
    }
    if (isSymbol(token, 'DECLARE') && depth === 0 && (token === first || isSymbol(tokens[index - 1], 'AS')))
      inBlock = true;
    if (opensBlock(tokens, index, token === first, depth)) {
      // A procedure among a block's declarations has a body of its own before that of the block.
      if (!inBlock || depth > 0 || !isSymbol(tokens[index - 1], 'AS')) inBlock = false;
      depth += 1;
    } else if (depth > 0 && isSymbol(token, 'END')) {
      depth -= 1;
    }
    last = token;
  });
  return statements;
}

/** BEGIN of a block (not of a transaction); inside one also CASE, IF and the loops, each closed by an END. */
function opensBlock(tokens: readonly Token[], index: number, isFirst: boolean, depth: number): boolean {
  const token = tokens[index];
  const before = tokens[index - 1];
  const after = tokens[index + 1];
  if (isSymbol(token, 'BEGIN')) {
    if (depth > 0) return true;
    const beginsTransaction =
      after === undefined ||
      after.kind === 'end' ||
      ['TRANSACTION', 'WORK', 'NAME', ';'].some((value) => isSymbol(after, value));
    return !beginsTransaction && (isFirst || isSymbol(before, ';') || isSymbol(before, 'AS'));
  }
  if (depth === 0) return false;
  if (isSymbol(before, 'END')) return false;
  if (isSymbol(token, 'CASE')) return true;
  const startsStatement = isSymbol(before, ';') || OPENING_WORDS.some((word) => isSymbol(before, word));
  if (isSymbol(token, 'LOOP') && isSymbol(before, ')')) return false;
  return startsStatement && (isSymbol(token, 'IF') || LOOPS.some((loop) => isSymbol(token, loop)));
}
