/**
 * Names in a query that the current database completes, beside those of its tables, which the parse tree judges: of
 * functions, methods, stages and models, and in literals that are names. Where a policy denies a database, what is not
 * named in full could lie in it.
 */
import { builtinFunctions } from './builtins.ts';
import { type Call, findCalls, identifierParts, splitName } from './calls.ts';
import { classifyFunction } from './functions.ts';
import { takesNameFirst, takesNames, takesNoNames } from './run-time-names.ts';
import { folded, isName, isOp, isWord, pairBrackets, type Token } from './tokens.ts';

/** Arguments that name an object of a schema: TABLE_NAME => 't'. */
const namingArgument = /(?:^|_)(?:LOCATION|NAME|OBJECT|STAGE|STREAM|TABLE|VIEW)$/;
/** Named arguments for what belongs to no database, or is one. */
const accountArgument = /^(?:COMPUTE_POOL|DATABASE|INTEGRATION|ORGANIZATION|RESOURCE|ROLE|USER|WAREHOUSE)_NAME$/;

/** Whether something in the tokens of a query is named without its database. */
export function hasPartialName(tokens: readonly Token[]): boolean {
  const brackets = pairBrackets(tokens);
  if (tokens.some((_, index) => isPartial(tokens, index))) return true;
  return findCalls(tokens, brackets).some((call) => isPartialCall(tokens, call, brackets.partner[call.open] ?? -1));
}

function isPartial(tokens: readonly Token[], index: number): boolean {
  const [token, after] = [tokens[index], tokens[index + 1]];
  if (token?.kind === 'stage') return !isWholeStage(token.value);
  // A stage may stand in quotes.
  if (token?.kind === 'string') return token.value.trimStart().startsWith('@') && !isWholeStage(token.value);
  if (!isName(token)) return false;
  const name = folded(token);
  if (isOp(after, '=>')) {
    const value = tokens[index + 2];
    return (
      namingArgument.test(name) && !accountArgument.test(name) && value?.kind === 'string' && !isWhole(value.value, 3)
    );
  }
  if (isWord(token, 'MODEL') && isWord(tokens[index - 1], 'AS') && isName(after))
    return !isWholeName(tokens, index + 1);
  if (!isOp(after, '(')) return false;
  if (isWord(token, 'SEMANTIC_VIEW')) return true;
  if (name === 'IDENTIFIER') return identifierParts(tokens, index + 1).length < 3;
  const named = tokens[index + 2];
  return isWord(token, 'TABLE') && named?.kind === 'string' && !isWhole(named.value, 3);
}

function isPartialCall(tokens: readonly Token[], call: Call, close: number): boolean {
  if (call.isMethod) return !endsWholeName(tokens, call.from - 2);
  // The name is a list of columns behind an alias, or a type.
  if (call.isOnlyAlias) return false;
  const name = call.parts.at(-1) ?? '';
  if (call.parts.length < 3) {
    const isSnowflakes =
      call.parts.length === 1 && (builtinFunctions.has(name) || classifyFunction([name]) !== 'user') && call.isExact;
    if (!isSnowflakes) return true;
  }
  const literals = argumentsOf(tokens, call.open, close);
  if (name === 'GET_DDL') return !isWholeDdl(literals);
  if (name === 'VALIDATE') return !isWholeName(tokens, call.open + 1);
  const isNaming =
    takesNames.has(name) ||
    takesNameFirst.has(name) ||
    (name.startsWith('SYSTEM$') && !takesNoNames.has(name)) ||
    call.parts.at(-2) === 'INFORMATION_SCHEMA';
  // A text to explain names what it likes.
  if (name.startsWith('SYSTEM$EXPLAIN') && literals.length > 0) return true;
  return isNaming && literals.length > 0 && !literals.some((text) => isWhole(text, 3));
}

/** `a.b.c` in a literal, a stage or the URL of a file. */
function isWhole(text: string, parts: number): boolean {
  if (text.trimStart().startsWith('@')) return isWholeStage(text);
  return text.includes('://') || (splitName(text.trim())?.length ?? 0) >= parts;
}

/** `@a.b.c/path`. */
function isWholeStage(text: string): boolean {
  return /^\s*@[^/]*\.[^/]*\./.test(text);
}

/** GET_DDL of a schema needs its database, and that of a database nothing more. */
function isWholeDdl([kind = '', name = '']: readonly string[]): boolean {
  const parts = new Map([
    ['DATABASE', 1],
    ['SCHEMA', 2],
  ]);
  return isWhole(name.replace(/\(.*$/s, ''), parts.get(kind.trim().toUpperCase()) ?? 3);
}

/** The literals that are arguments of the call itself, without a name before them. */
function argumentsOf(tokens: readonly Token[], open: number, close: number): readonly string[] {
  const found: string[] = [];
  for (let index = open + 1; index < close && found.length < mostArguments; index += 1) {
    const token = tokens[index];
    if (isOp(token, '(', '[', '{')) return found;
    if (token?.kind === 'string' && isOp(tokens[index - 1], '(', ',')) found.push(token.value);
  }
  return found;
}

const mostArguments = 20;

/** Whether a name of three parts, or one with an empty schema, begins at `from`. */
function isWholeName(tokens: readonly Token[], from: number): boolean {
  return isName(tokens[from]) && dots(tokens, from + 1, 1) >= 2;
}

/** Whether a name of three parts ends at `last`. */
function endsWholeName(tokens: readonly Token[], last: number): boolean {
  return isName(tokens[last]) && dots(tokens, last - 1, -1) >= 2;
}

function dots(tokens: readonly Token[], from: number, step: 1 | -1): number {
  let count = 0;
  for (
    let index = from;
    count < 2 && (isOp(tokens[index], '.') || (count > 0 && isName(tokens[index])));
    index += step
  ) {
    if (isOp(tokens[index], '.')) count += 1;
    else if (!isOp(tokens[index + step], '.')) break;
  }
  return count;
}
