/**
 * The parse tree's word on a query: is it one query, and is every node of its tree one that a read is made of? The
 * parser (@polyglot-sql/sdk) is WebAssembly, loaded once; its own limits on depth bound its stack, ours its time.
 */
import { setFlagsFromString } from 'node:v8';
import type * as Polyglot from '@polyglot-sql/sdk';
import { plainText } from './gaps.ts';
import { actingNodes } from './nodes.ts';
import { pieces } from './pieces.ts';
import { hasLongRun } from './runs.ts';
import type { Token } from './tokens.ts';

/** What the tree says: a read (with what it reads), or why not and where in the statement. */
export type Tree =
  | { readonly isRead: true; readonly readsOnlyInformationSchema: boolean; readonly hasUnqualified: boolean }
  | { readonly isRead: false; readonly reason: string; readonly offset: number };

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
  return judgeTree(result.ast[0], first);
}

const queryNodes = new Set(['select', 'union', 'intersect', 'except', 'subquery', 'values', 'paren', 'with']);

/** Walks the whole tree without recursion: a hostile text may be as deep as it likes. */
function judgeTree(root: unknown, first: number): Tree {
  const top = nodeName(root);
  if (top === undefined || !queryNodes.has(top)) {
    return { isRead: false, reason: 'could not be read as a query', offset: first };
  }
  const tables: Record<string, unknown>[] = [];
  const ctes = new Set<string>();
  let isPlain = true;
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (Array.isArray(value)) {
      for (const item of value) open.push(item);
      continue;
    }
    if (typeof value !== 'object' || value === null) continue;
    const name = nodeName(value);
    if (name !== undefined && actingNodes.has(name)) {
      return { isRead: false, reason: `holds a part that is not of a read (${name})`, offset: first };
    }
    for (const [key, child] of Object.entries(value)) {
      if (typeof child !== 'object' || child === null) continue;
      if (key === 'into' || (key === 'locks' && Array.isArray(child) && child.length > 0)) {
        return { isRead: false, reason: `holds a part that is not of a read (${key})`, offset: first };
      }
      if (key === 'table' && isRecord(child) && 'schema' in child) tables.push(child);
      if (key === 'alias' && isRecord(child) && 'columns' in value && 'materialized' in value)
        ctes.add(identifier(child));
      if (key === 'lateral' || key === 'unnest' || key === 'stage_reference' || key === 'semantic_view')
        isPlain = false;
      open.push(child);
    }
  }
  const isInformation = (table: Record<string, unknown>): boolean =>
    identifier(table.schema) === 'INFORMATION_SCHEMA' || (table.schema === null && ctes.has(identifier(table.name)));
  const readsOnlyInformationSchema =
    isPlain && tables.every(isInformation) && tables.some((table) => identifier(table.schema) === 'INFORMATION_SCHEMA');
  const hasUnqualified = tables.some(
    (table) => identifier(table.catalog) === '' && !(table.schema === null && ctes.has(identifier(table.name))),
  );
  return { isRead: true, readsOnlyInformationSchema, hasUnqualified };
}

/** Nodes are objects with the kind of the node as their only key. */
function nodeName(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const keys = Object.keys(value);
  return keys.length === 1 ? keys[0] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function identifier(value: unknown): string {
  return isRecord(value) && typeof value.name === 'string' ? value.name.toUpperCase() : '';
}
