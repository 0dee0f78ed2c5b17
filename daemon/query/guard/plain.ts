/**
 * Single tokens as the parser can read them without doubt: literals without their content, names without anything but
 * letters. What the names and literals mean is judged on the tokens, never on this text.
 */
import { type Brackets, isAscii, isOp, isWord, type Token } from './tokens.ts';

/** A token in the text for the parser. */
export function plainToken(token: Token): string {
  switch (token.kind) {
    case 'string':
      return `'${token.value.slice(0, 64).replace(/[^\w .,:%+@/-]|--|\/\/|\/\*/g, 'x')}'`;
    case 'quoted':
      return plainName(token);
    case 'number':
      return token.value.replaceAll('_', '');
    case 'stage':
      return '@stage';
    case 'variable':
      return /^\d+$/.test(token.value) ? `$${token.value}` : '$v';
    default:
      return isAscii(token.value) ? token.value : plainName(token);
  }
}

/** A name as a quoted identifier. */
export function plainName(token: Token): string {
  return `"${token.value.slice(0, 255).replace(/[^\w $.]/g, 'x') || 'x'}"`;
}

/** Whether the token is no name, or one that the parser sees as it is, so that it can be told from any other. */
export function keepsItsName(token: Token): boolean {
  return (token.kind !== 'word' && token.kind !== 'quoted') || /^[\w $.]{1,255}$/.test(token.value);
}

/** Literals of one list, and rows of VALUES, that are kept; more of the same kind add nothing to the shape. */
const kept = 8;

/**
 * How many tokens the comma at `at` stands for: 1, or more where it goes on with a long list of literals, or of rows of
 * literals, of which the rest is left out.
 */
export function takenByComma(tokens: readonly Token[], { partner }: Brackets, at: number): number {
  let run = 0;
  for (let index = at - 1; run < kept && isLiteral(tokens[index]) && isOp(tokens[index - 1], ','); index -= 2) run += 1;
  if (run < kept) return takenByRows(tokens, partner, at);
  let end = at;
  while (isOp(tokens[end], ',') && isLiteral(tokens[end + 1]) && isOp(tokens[end + 2], ',')) end += 2;
  return end - at + 1;
}

function takenByRows(tokens: readonly Token[], partner: Int32Array, at: number): number {
  let run = 0;
  for (let close = at - 1; run < kept && isRow(tokens, partner, close); run += 1) {
    close = (partner[close] ?? 0) - 1;
    if (!isOp(tokens[close], ',')) break;
    close -= 1;
  }
  if (run < kept) return 1;
  let end = at;
  for (;;) {
    const close = isOp(tokens[end + 1], '(') ? (partner[end + 1] ?? -1) : -1;
    if (close < 0 || !isRow(tokens, partner, close) || !isOp(tokens[close + 1], ',')) return end - at + 1;
    end = close + 1;
  }
}

function isRow(tokens: readonly Token[], partner: Int32Array, close: number): boolean {
  const open = partner[close] ?? -1;
  if (!isOp(tokens[close], ')') || open < 0 || close - open > 512) return false;
  for (let index = open + 1; index < close; index += 1) {
    if ((index - open) % 2 === 1 ? !isLiteral(tokens[index]) : !isOp(tokens[index], ',')) return false;
  }
  return close - open > 1;
}

function isLiteral(token: Token | undefined): boolean {
  return token?.kind === 'number' || token?.kind === 'string' || isWord(token, 'NULL', 'TRUE', 'FALSE');
}
