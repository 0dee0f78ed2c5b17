import { readType } from '../../types/parse.ts';
import { DATE, time, timestamp } from '../../types/type.ts';
import type { Expr, Span } from './ast.ts';
import { parseCall } from './call.ts';
import { parseCast } from './cast.ts';
import type { Grammar } from './expression.ts';
import { parseStar } from './star.ts';

/** Functions that Snowflake lets stand without brackets. */
const BARE_FUNCTIONS = new Set([
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'CURRENT_USER',
  'LOCALTIME',
  'LOCALTIMESTAMP',
]);

const MOMENTS = {
  DATE,
  TIME: time(),
  TIMESTAMP_NTZ: timestamp('timestamp_ntz'),
  TIMESTAMP_LTZ: timestamp('timestamp_ltz'),
  TIMESTAMP_TZ: timestamp('timestamp_tz'),
} as const;

/** Words that make of INTERVAL 'text' a literal of another data type, which the sandbox lacks. */
const INTERVAL_QUALIFIERS = new Set(['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND']);

/** Literals, names, calls, brackets, CASE and CAST: what needs no operator. */
export function parsePrimary(grammar: Grammar): Expr {
  const { cursor } = grammar;
  const first = cursor.token;
  switch (first.kind) {
    case 'number':
      cursor.next();
      return { kind: 'number', text: first.text, ...cursor.spanFrom(first) };
    case 'string':
      cursor.next();
      return { kind: 'string', value: first.value, ...cursor.spanFrom(first) };
    case 'variable':
      cursor.next();
      return /^\d+$/.test(first.value)
        ? { kind: 'position', qualifier: [], number: Number(first.value), ...cursor.spanFrom(first) }
        : { kind: 'variable', name: first.value, ...cursor.spanFrom(first) };
    case 'symbol':
      return symbol(grammar, first);
    case 'quoted':
      return name(grammar);
    case 'word':
      return word(grammar, first.value, first);
    default:
      throw cursor.unexpected();
  }
}

function symbol(grammar: Grammar, first: Span & { readonly text: string }): Expr {
  const { cursor } = grammar;
  if (cursor.isSymbol('(')) return brackets(grammar, first);
  if (cursor.isSymbol('*')) return parseStar(grammar, []);
  if (cursor.takeSymbol('?')) {
    cursor.binds += 1;
    return { kind: 'bind', place: cursor.binds, ...cursor.spanFrom(first) };
  }
  if (cursor.isSymbol(':') && cursor.peek(1).kind === 'number') {
    cursor.next();
    const index = Number(cursor.next().text);
    cursor.numberedBinds = Math.max(cursor.numberedBinds, index);
    return { kind: 'bind', place: index, ...cursor.spanFrom(first) };
  }
  if (cursor.isSymbol(':') && (cursor.peek(1).kind === 'word' || cursor.peek(1).kind === 'quoted')) {
    cursor.next();
    return { kind: 'bind', place: cursor.next().value, ...cursor.spanFrom(first) };
  }
  if (cursor.takeSymbol('[')) {
    const items = cursor.isSymbol(']') ? [] : cursor.list(() => grammar.expr());
    cursor.expectSymbol(']');
    return { kind: 'array', items, ...cursor.spanFrom(first) };
  }
  if (cursor.takeSymbol('{')) return objectOf(grammar, first);
  if (cursor.isSymbol('@')) throw cursor.unsupported('a stage as an argument');
  throw cursor.unexpected();
}

function objectOf(grammar: Grammar, first: Span): Expr {
  const { cursor } = grammar;
  if (cursor.isSymbol('*') || cursor.token.kind === 'word' || cursor.token.kind === 'quoted') {
    return objectOfColumns(grammar, first);
  }
  const entry = () => {
    const key = cursor.next();
    if (key.kind !== 'string') throw cursor.unexpected(key);
    cursor.expectSymbol(':');
    return { key: key.value, value: grammar.expr() };
  };
  const entries = cursor.isSymbol('}') ? [] : cursor.list(entry);
  cursor.expectSymbol('}');
  return { kind: 'object', entries, ...cursor.spanFrom(first) };
}

/** `{*}`, `{t.*}`, `{* ILIKE 'a%'}`: as OBJECT_CONSTRUCT has it. Source: docs, "Semi-structured data types", OBJECT constants. */
function objectOfColumns(grammar: Grammar, first: Span): Expr {
  const { cursor } = grammar;
  const token = cursor.token;
  const star = cursor.isSymbol('*') ? parseStar(grammar, []) : grammar.expr();
  if (star.kind !== 'star') throw cursor.unexpected(token);
  cursor.expectSymbol('}');
  const span = cursor.spanFrom(first);
  const name = [{ name: 'OBJECT_CONSTRUCT', isQuoted: false, ...span }];
  return { kind: 'call', name, args: [{ value: star }], isDistinct: false, hasBrackets: true, ...span };
}

function brackets(grammar: Grammar, first: Span): Expr {
  const { cursor } = grammar;
  const back = cursor.at;
  const binds = cursor.binds;
  cursor.expectSymbol('(');
  if (cursor.isWord('SELECT') || cursor.isWord('WITH')) return subquery(grammar, first);
  const items = cursor.list(() => grammar.expr());
  // ((SELECT ...) UNION (SELECT ...)) begins as an expression does.
  if (items[0]?.kind === 'subquery' && items.length === 1 && !cursor.isSymbol(')')) {
    cursor.at = back + 1;
    cursor.binds = binds;
    return subquery(grammar, first);
  }
  cursor.expectSymbol(')');
  const [only] = items;
  if (items.length === 1 && only) return { ...only, ...cursor.spanFrom(first) };
  return { kind: 'row', items, ...cursor.spanFrom(first) };
}

function subquery(grammar: Grammar, first: Span): Expr {
  const query = grammar.query();
  grammar.cursor.expectSymbol(')');
  return { kind: 'subquery', query, ...grammar.cursor.spanFrom(first) };
}

function word(grammar: Grammar, word: string, first: Span): Expr {
  const { cursor } = grammar;
  const follows = cursor.peek(1);
  switch (word) {
    case 'NULL':
      cursor.next();
      return { kind: 'null', ...cursor.spanFrom(first) };
    case 'TRUE':
    case 'FALSE':
      cursor.next();
      return { kind: 'boolean', value: word === 'TRUE', ...cursor.spanFrom(first) };
    case 'CASE':
      return caseOf(grammar, first);
    case 'EXISTS': {
      cursor.next();
      cursor.expectSymbol('(');
      const query = grammar.query();
      cursor.expectSymbol(')');
      return { kind: 'exists', query, ...cursor.spanFrom(first) };
    }
    case 'CAST':
    case 'TRY_CAST':
      return parseCast(grammar, word === 'TRY_CAST', first);
  }
  if (follows.kind === 'string') {
    if (word === 'INTERVAL') {
      if (INTERVAL_QUALIFIERS.has(cursor.peek(2).value)) throw cursor.unsupported('INTERVAL with a qualifier');
      cursor.at += 2;
      return { kind: 'interval', text: follows.value, ...cursor.spanFrom(first) };
    }
    if (word === 'X' && follows.start === first.end) {
      cursor.at += 2;
      return { kind: 'binary-literal', hex: follows.value, ...cursor.spanFrom(first) };
    }
    const type = word === 'TIMESTAMP' ? readType(cursor.tokens, cursor.at, cursor.mapping)?.type : undefined;
    const moment = type ?? (word in MOMENTS ? MOMENTS[word as keyof typeof MOMENTS] : undefined);
    if (moment) {
      cursor.at += 2;
      return { kind: 'moment', type: moment, value: follows.value, ...cursor.spanFrom(first) };
    }
  }
  if (BARE_FUNCTIONS.has(word) && follows.text !== '(' && follows.text !== '.') {
    const name = [cursor.ident(cursor.next())];
    return { kind: 'call', name, args: [], isDistinct: false, hasBrackets: false, ...cursor.spanFrom(first) };
  }
  return name(grammar);
}

function caseOf(grammar: Grammar, first: Span): Expr {
  const { cursor } = grammar;
  cursor.next();
  const operand = cursor.isWord('WHEN') ? undefined : grammar.expr();
  const whens: { when: Expr; result: Expr }[] = [];
  while (cursor.takeWords('WHEN')) {
    const when = grammar.expr();
    cursor.expectWord('THEN');
    whens.push({ when, result: grammar.expr() });
  }
  if (whens.length === 0) throw cursor.unexpected();
  const otherwise = cursor.takeWords('ELSE') ? grammar.expr() : undefined;
  cursor.expectWord('END');
  return {
    kind: 'case',
    whens,
    ...(operand === undefined ? {} : { operand }),
    ...(otherwise === undefined ? {} : { otherwise }),
    ...cursor.spanFrom(first),
  };
}

/** A column, a call, a star or a `$n` behind a table's name. */
function name(grammar: Grammar): Expr {
  const { cursor } = grammar;
  const first = cursor.token;
  if (cursor.isCall()) return parseCall(grammar, [cursor.ident(cursor.next())]);
  const parts = [cursor.expectColumnName()];
  while (cursor.isSymbol('.')) {
    cursor.next();
    if (cursor.isSymbol('*')) return parseStar(grammar, parts);
    const { token } = cursor;
    if (token.kind === 'variable' && /^\d+$/.test(token.value)) {
      cursor.next();
      return { kind: 'position', qualifier: parts, number: Number(token.value), ...cursor.spanFrom(first) };
    }
    const isCall = cursor.isSymbol('(', 1) && !(cursor.isSymbol('+', 2) && cursor.isSymbol(')', 3));
    parts.push(cursor.expectAnyName());
    if (isCall) return parseCall(grammar, parts);
  }
  return { kind: 'name', parts, ...cursor.spanFrom(first) };
}
