/**
 * Entries `database:NAME`. A denied database may not be named in any way that could reach it; where the text does not
 * say which database it reaches (a name at run time, a procedure, an unqualified name while the current database is
 * not known), it is taken for the denied one. An allowed database lets writes pass whose target lies in it.
 */
import { identifierParts } from './calls.ts';
import type { KindClass } from './kinds.ts';
import { isRunTimeName } from './run-time-names.ts';
import { fold, folded, isName, isOp, isWord, type Token } from './tokens.ts';

/** What is known about where a statement's names lead. */
export interface Place {
  /** The caller's current database, where the caller of the guard knows it. */
  readonly current: string | undefined;
  /** A table is named without its database. */
  readonly hasUnqualified: boolean;
}

/** Why a statement could reach one of the denied databases; nothing where it cannot. */
export function reachesDatabase(
  tokens: readonly Token[],
  kindClass: KindClass,
  denied: readonly string[],
  place: Place,
): { readonly reason: string; readonly offset: number } | undefined {
  const at = tokens[0]?.start ?? 0;
  for (const [index, token] of tokens.entries()) {
    const name = namedDatabase(tokens, index, denied);
    if (name !== undefined) return { reason: `names the denied database ${name}`, offset: token.start };
    if (isRunTimeName(tokens, index)) {
      return {
        reason: 'has a name that is only known at run time, while the policy denies a database',
        offset: token.start,
      };
    }
  }
  if (kindClass === 'unknown') return { reason: 'may reach any database, while the policy denies one', offset: at };
  const current = place.current === undefined ? undefined : fold(place.current);
  if (kindClass !== 'write' && kindClass !== 'look' && !place.hasUnqualified) return undefined;
  if (current !== undefined) {
    return denied.includes(current)
      ? { reason: `may reach the denied database ${current}, the current one`, offset: at }
      : undefined;
  }
  if (kindClass === 'look' && !looksInside(tokens)) return undefined;
  return {
    reason: 'has names without their database, while the policy denies one and the current one is not known',
    offset: at,
  };
}

/** DESCRIBE and LIST of something in a schema that is not named in full: they tell more than names, which SHOW lists anyway. */
function looksInside(tokens: readonly Token[]): boolean {
  const [verb, ...rest] = tokens;
  if (isWord(verb, 'SHOW') || isWord(rest[0], ...accountObjects) || isWord(rest[1], 'INTEGRATION', 'PACKAGE', 'POOL'))
    return false;
  const place = rest.find((token) => token.kind === 'stage' || token.kind === 'string');
  if (place !== undefined && isWord(verb, 'LIST', 'LS')) return !/^@(?:~|[^/]*\.[^/]*\.)|:\/\//.test(place.value);
  return rest.filter((token) => isOp(token, '.')).length < (isWord(rest[0], 'SCHEMA') ? 1 : 2);
}

const accountObjects =
  'APPLICATION CONNECTION DATABASE INTEGRATION LISTING NETWORK RESULT ROLE SHARE TRANSACTION USER WAREHOUSE'.split(' ');

/** The denied database that this token names: as a name of its own, the first part of one, or inside a literal. */
function namedDatabase(tokens: readonly Token[], index: number, denied: readonly string[]): string | undefined {
  const token = tokens[index];
  if (token === undefined) return undefined;
  if (isName(token)) {
    const name = folded(token);
    return denied.includes(name) && !isOp(tokens[index - 1], '.', ':') ? name : undefined;
  }
  if (token.kind !== 'string' && token.kind !== 'stage') return undefined;
  const text = fold(token.value);
  return denied.find((name) => mentionsDatabase(text, name));
}

/** `NAME`, `NAME.x`, `"NAME".x` anywhere in a literal, and `/NAME/` in the URL of a file: functions take names of objects as text. */
function mentionsDatabase(text: string, name: string): boolean {
  const bare = text.replaceAll('"', '').trim();
  if (bare === name) return true;
  for (let at = bare.indexOf(name); at >= 0; at = bare.indexOf(name, at + 1)) {
    const before = bare.charAt(at - 1);
    const behind = bare.slice(at + name.length);
    if (!/[\w$]/.test(before) && /^\s*\./.test(behind)) return true;
    if (before === '/' && behind.startsWith('/') && bare.includes('://')) return true;
  }
  return false;
}

/** Whether all that the statement writes to lies in one of these databases; false where the text does not say so. */
export function writesOnlyTo(
  tokens: readonly Token[],
  kind: string,
  allowed: readonly string[],
  current: string | undefined,
): boolean {
  const from = targetIndex(tokens, kind);
  if (from === undefined) return false;
  const name = nameAt(tokens, from);
  if (name === undefined || !isOnlyTarget(tokens, kind, name.end)) return false;
  return isIn(name.parts, allowed, current) && advancesOnlyIn(tokens, allowed, current);
}

function isIn(parts: readonly string[], allowed: readonly string[], current: string | undefined): boolean {
  const database = parts.length === 3 ? parts[0] : current;
  return database !== undefined && allowed.includes(database);
}

/** Whether what follows the target, at `end`, goes on with the statement and not with another target. */
function isOnlyTarget(tokens: readonly Token[], kind: string, end: number): boolean {
  const hasAlias = isWord(tokens[end], 'AS') || !isWord(tokens[end], 'SET', 'USING', 'WHERE');
  const behindAlias = hasAlias && isName(tokens[end]) ? end + (isWord(tokens[end], 'AS') ? 2 : 1) : end;
  const next = tokens[behindAlias];
  switch (kind) {
    case 'INSERT':
      return (
        (isOp(tokens[end], '(') || isWord(tokens[end], 'VALUES', 'SELECT', 'WITH')) &&
        !tokens.slice(end).some((token) => isWord(token, 'INTO'))
      );
    case 'UPDATE':
      return isWord(next, 'SET');
    case 'MERGE':
      return isWord(next, 'USING');
    case 'DELETE':
      return next === undefined || isWord(next, 'USING', 'WHERE');
    default:
      if (kind.startsWith('CREATE')) return !isOp(tokens[end], ',', '.') && tokens[end]?.kind !== 'stage';
      return tokens.length === end || (tokens.length === end + 1 && isWord(tokens[end], 'CASCADE', 'RESTRICT'));
  }
}

/** Tokens of a name that are looked back over: a bound on work, beyond any real one. */
const longestName = 12;

/** A write may advance sequences on its way: whether all of them lie in the allowed databases, too. */
function advancesOnlyIn(tokens: readonly Token[], allowed: readonly string[], current: string | undefined): boolean {
  return tokens.every((token, index) => {
    if (!isName(token)) return true;
    const name = folded(token);
    if (name === 'IDENTIFIER' && isOp(tokens[index + 1], '(')) {
      const last = identifierParts(tokens, index + 1).at(-1);
      return last !== undefined && last !== 'NEXTVAL';
    }
    if (name === 'GETNEXTVAL' && isOp(tokens[index + 1], '(')) {
      const sequence = nameAt(tokens, index + 2);
      return sequence !== undefined && isIn(sequence.parts, allowed, current);
    }
    if (name !== 'NEXTVAL' || !isOp(tokens[index - 1], '.')) return true;
    let from = index - 2;
    while (isOp(tokens[from - 1], '.') && index - from < longestName) from -= isOp(tokens[from - 2], '.') ? 3 : 2;
    const sequence = index - from < longestName ? nameAt(tokens, from) : undefined;
    return sequence !== undefined && sequence.parts.length <= 4 && isIn(sequence.parts.slice(0, -1), allowed, current);
  });
}

const targets = /^(?:CREATE|DROP|TRUNCATE) (?:TABLE|VIEW|SEQUENCE|FILE FORMAT|MATERIALIZED VIEW)$/;

/** Index of the first token of the only target, for the kinds whose grammar has just one. */
function targetIndex(tokens: readonly Token[], kind: string): number | undefined {
  let index = 1;
  const skip = (...words: readonly string[]): void => {
    while (isWord(tokens[index], ...words)) index += 1;
  };
  if (kind === 'INSERT' || kind === 'MERGE') {
    skip('OVERWRITE');
    if (!isWord(tokens[index], 'INTO')) return undefined;
    return index + 1;
  }
  if (kind === 'UPDATE') return index;
  if (kind === 'DELETE') return isWord(tokens[index], 'FROM') ? index + 1 : undefined;
  if (!targets.test(kind)) return undefined;
  skip(
    'OR',
    'REPLACE',
    'TRANSIENT',
    'SCOPED',
    'TEMP',
    'TEMPORARY',
    'LOCAL',
    'GLOBAL',
    'VOLATILE',
    'SECURE',
    'RECURSIVE',
  );
  skip(...kind.split(' ').slice(1));
  skip('IF', 'NOT', 'EXISTS');
  return index;
}

/**
 * The dotted name at `from`: its parts exactly as Snowflake stores them: "scratch" is not SCRATCH, and only one of them
 * is allowed; and the index behind it. Nothing where a part is not plain.
 */
function nameAt(
  tokens: readonly Token[],
  from: number,
): { readonly parts: readonly string[]; readonly end: number } | undefined {
  const parts: string[] = [];
  for (let index = from; ; index += 1) {
    const token = tokens[index];
    if (!isName(token) || token.isLookAlike === true) return undefined;
    if (isOp(tokens[index + 1], '(') && token.value === 'IDENTIFIER') return undefined;
    parts.push(token.value);
    index += 1;
    if (!isOp(tokens[index], '.')) return { parts, end: index };
    if (isOp(tokens[index + 1], '.')) {
      parts.push('PUBLIC');
      index += 1;
    }
  }
}
