/**
 * The parse tree's word on a query: is it one query, and is every node of its tree one that a read is made of? The
 * parser (@polyglot-sql/sdk) is WebAssembly, loaded once; its own limits on depth bound its stack, ours its time.
 */
import { setFlagsFromString } from 'node:v8';
import type * as Polyglot from '@polyglot-sql/sdk';
import { plainText } from './gaps.ts';
import { pieces } from './pieces.ts';
import { keepsItsName } from './plain.ts';
import { hasLongRun } from './runs.ts';
import type { Token } from './tokens.ts';
import { judgeTree, type Tree } from './tree.ts';

export interface TreeParser {
  parse(tokens: readonly Token[]): Tree;
}

/** Beyond this the parser would hold up the daemon for too long. */
const maxParsedChars = 200_000;

/** Loads the parser; rejects where its WebAssembly cannot be had. */
export async function loadParser(): Promise<TreeParser> {
  const polyglot = await compiledOnce(() => import('@polyglot-sql/sdk'));
  await polyglot.init();
  return { parse: (tokens) => parse(polyglot, tokens) };
}

/**
 * Keeps V8 from compiling the WebAssembly a second time, optimised: that would take some 190 MB for as long as the
 * daemon lives, to save a tenth of a millisecond a statement. The flag holds for what is compiled meanwhile.
 */
async function compiledOnce<T>(load: () => Promise<T>): Promise<T> {
  setFlagsFromString('--liftoff-only');
  try {
    return await load();
  } finally {
    setFlagsFromString('--no-liftoff-only');
  }
}

function parse(polyglot: typeof Polyglot, tokens: readonly Token[]): Tree {
  const whole = parseOne(polyglot, tokens);
  if (whole.isRead || whole.reason !== tooDeep) return whole;
  const trees = pieces(tokens).map((piece) => parseOne(polyglot, piece));
  const refused = trees.find((tree) => !tree.isRead);
  // Names of common table expressions are not followed into the pieces, so that nothing is known about the tables.
  return refused ?? { isRead: true, readsOnlyInformationSchema: false, hasUnqualified: true };
}

const tooDeep = 'is nested too deeply for the guard';

function parseOne(polyglot: typeof Polyglot, tokens: readonly Token[]): Tree {
  const first = tokens[0]?.start ?? 0;
  if (hasLongRun(tokens)) return { isRead: false, reason: tooDeep, offset: first };
  const plain = plainText(tokens, maxParsedChars);
  if (plain === undefined) {
    return { isRead: false, reason: 'is too long for the guard to read it whole', offset: first };
  }
  const { text, map } = plain;
  let result: Polyglot.ParseResult;
  try {
    result = polyglot.parse(text, polyglot.Dialect.Snowflake);
  } catch {
    // The parser is foreign code: whatever it throws means that it has not understood the text.
    return { isRead: false, reason: 'could not be read as one query', offset: first };
  }
  if (!result.success) {
    const at = result.errorStart ?? 0;
    const offset = map.findLast((piece) => piece.at <= at)?.offset ?? first;
    const isDeep = /E_GUARD|call stack/.test(result.error);
    return { isRead: false, reason: isDeep ? tooDeep : 'could not be read as one query', offset };
  }
  if (result.ast.length !== 1) return { isRead: false, reason: 'could not be read as one query', offset: first };
  return judgeTree(result.ast[0], first, tokens.every(keepsItsName));
}
