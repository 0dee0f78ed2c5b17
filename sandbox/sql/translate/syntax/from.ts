import type { Argument, Expr, Ident } from './ast.ts';
import { parseCall } from './call.ts';
import type { Grammar } from './expression.ts';
import type { FromClause, FromItem, Join, JoinKind, Sample, TableAlias, TableExpr, TravelClause } from './from-ast.ts';
import { parsePivots } from './pivot.ts';
import { parseRecognize } from './recognize.ts';
import { parseStage } from './stage.ts';

/** The FROM clause behind its word. */
export function parseFrom(grammar: Grammar): FromClause {
  return grammar.cursor.list(() => fromItem(grammar));
}

function fromItem(grammar: Grammar): FromItem {
  const table = tableExpr(grammar);
  const joins: Join[] = [];
  for (;;) {
    const join = parseJoin(grammar);
    if (!join) return { table, joins };
    joins.push(join);
  }
}

function joinKind(grammar: Grammar): { kind: JoinKind; isNatural: boolean } | undefined {
  const { cursor } = grammar;
  // DIRECTED fixes which table is read first, which changes no result.
  for (const kind of ['CROSS', 'INNER', 'LEFT', 'RIGHT', 'FULL', '']) {
    const words = kind === '' ? ['DIRECTED', 'JOIN'] : [kind, 'DIRECTED', 'JOIN'];
    const outer = kind === '' ? [] : [kind, 'OUTER', 'DIRECTED', 'JOIN'];
    if (!cursor.takeWords(...words) && !(outer.length > 0 && cursor.takeWords(...outer))) continue;
    return { kind: kind === '' ? 'inner' : (kind.toLowerCase() as JoinKind), isNatural: false };
  }
  if (cursor.takeWords('ASOF', 'JOIN')) return { kind: 'asof', isNatural: false };
  const isNatural = cursor.takeWords('NATURAL');
  if (cursor.takeWords('CROSS', 'JOIN')) return { kind: 'cross', isNatural };
  if (cursor.takeWords('INNER', 'JOIN') || cursor.takeWords('JOIN')) return { kind: 'inner', isNatural };
  for (const [word, kind] of [
    ['LEFT', 'left'],
    ['RIGHT', 'right'],
    ['FULL', 'full'],
  ] as const) {
    if (!cursor.isWord(word)) continue;
    if (!cursor.isWord('JOIN', 1) && !(cursor.isWord('OUTER', 1) && cursor.isWord('JOIN', 2))) continue;
    cursor.next();
    cursor.takeWords('OUTER');
    cursor.expectWord('JOIN');
    return { kind, isNatural };
  }
  if (isNatural) throw cursor.unexpected();
  return undefined;
}

function parseJoin(grammar: Grammar): Join | undefined {
  const { cursor } = grammar;
  const first = cursor.token;
  const found = joinKind(grammar);
  if (!found) return undefined;
  const right = tableExpr(grammar);
  let match: Expr | undefined;
  if (found.kind === 'asof') {
    cursor.expectWord('MATCH_CONDITION');
    [match] = cursor.bracketed(() => grammar.expr());
  }
  let on: Expr | undefined;
  let using: Ident[] | undefined;
  if (cursor.takeWords('ON')) on = grammar.expr();
  else if (cursor.takeWords('USING')) using = cursor.bracketed(() => cursor.expectAnyName());
  return {
    ...found,
    right,
    ...(on === undefined ? {} : { on }),
    ...(using === undefined ? {} : { using }),
    ...(match === undefined ? {} : { match }),
    ...cursor.spanFrom(first),
  };
}

function alias(grammar: Grammar): TableAlias | undefined {
  const { cursor } = grammar;
  if (cursor.isWord('DIRECTED') && cursor.isWord('JOIN', 1)) return undefined;
  const name = cursor.takeWords('AS') ? cursor.expectGivenName() : cursor.takeBareAlias();
  if (!name) return undefined;
  const columns = cursor.isSymbol('(') ? cursor.bracketed(() => cursor.expectGivenName()) : [];
  return { name, columns };
}

function sample(grammar: Grammar): Sample | undefined {
  const { cursor } = grammar;
  if (!cursor.takeWords('SAMPLE') && !cursor.takeWords('TABLESAMPLE')) return undefined;
  let method: Sample['method'] = 'bernoulli';
  if (cursor.takeWords('SYSTEM') || cursor.takeWords('BLOCK')) method = 'system';
  else if (!cursor.takeWords('BERNOULLI')) cursor.takeWords('ROW');
  cursor.expectSymbol('(');
  const size = grammar.expr();
  const isRows = cursor.takeWords('ROWS') || cursor.takeWords('ROW');
  cursor.expectSymbol(')');
  let seed: Expr | undefined;
  if (cursor.takeWords('SEED') || cursor.takeWords('REPEATABLE')) [seed] = cursor.bracketed(() => grammar.expr());
  return { method, ...(isRows ? { rows: size } : { percent: size }), ...(seed === undefined ? {} : { seed }) };
}

/** AT and BEFORE right behind the name, `AT (OFFSET => -60)`; CHANGES is refused by name. */
function travel(grammar: Grammar): TravelClause | undefined {
  const { cursor } = grammar;
  const first = cursor.token;
  if (cursor.isWord('CHANGES')) throw cursor.unsupported('CHANGES');
  const word = cursor.isWord('AT') ? 'AT' : cursor.isWord('BEFORE') ? 'BEFORE' : undefined;
  if (!word || !cursor.isSymbol('(', 1)) return undefined;
  cursor.at += 2;
  if (cursor.isWord('STREAM')) throw cursor.unsupported('time travel to a stream');
  const by = (['TIMESTAMP', 'OFFSET', 'STATEMENT'] as const).find((one) => cursor.takeWords(one));
  if (!by) throw cursor.unexpected();
  cursor.expectSymbol('=>');
  const value = grammar.expr();
  cursor.expectSymbol(')');
  return { word, by, value, ...cursor.spanFrom(first) };
}

/** CHANGES, or a time behind the alias: refused by name. */
function refuseTails(grammar: Grammar): void {
  const { cursor } = grammar;
  if ((cursor.isWord('AT') || cursor.isWord('BEFORE')) && cursor.isSymbol('(', 1)) {
    throw cursor.unsupported('time travel (AT, BEFORE) here');
  }
  if (cursor.isWord('CHANGES')) throw cursor.unsupported('CHANGES');
}

/** A string argument of TABLE('name') and TABLE($variable): the object's name as text. */
function namedTable(args: readonly Argument[]): Argument['value'] | undefined {
  const [only] = args;
  return args.length === 1 ? only?.value : undefined;
}

function tableExpr(grammar: Grammar): TableExpr {
  const { cursor } = grammar;
  const first = cursor.token;
  const isLateral = cursor.takeWords('LATERAL');
  const tails = () => {
    const then = travel(grammar);
    // SAMPLE may stand on either side of the alias.
    const early = sample(grammar);
    const pivots = [...parsePivots(grammar)];
    let name = alias(grammar);
    refuseTails(grammar);
    let inner: TableAlias | undefined;
    if (pivots.length === 0 && (cursor.isWord('PIVOT') || cursor.isWord('UNPIVOT'))) {
      inner = name;
      pivots.push(...parsePivots(grammar));
      name = alias(grammar);
    }
    const recognize = parseRecognize(grammar);
    if (recognize) {
      if (pivots.length > 0) throw cursor.unsupported('MATCH_RECOGNIZE of a PIVOT', recognize);
      inner = name;
      name = alias(grammar);
    }
    const late = early ?? sample(grammar);
    return {
      pivots,
      isLateral,
      ...(then === undefined ? {} : { travel: then }),
      ...(inner === undefined ? {} : { innerAlias: inner }),
      ...(recognize === undefined ? {} : { recognize }),
      ...(late === undefined ? {} : { sample: late }),
      ...(name === undefined ? {} : { alias: name }),
      ...cursor.spanFrom(first),
    };
  };
  if (cursor.isSymbol('(')) {
    const inside = cursor.peek(1);
    if (inside.value === 'SELECT' || inside.value === 'WITH' || (inside.text === '(' && isQueryInside(grammar))) {
      cursor.next();
      const query = grammar.query();
      cursor.expectSymbol(')');
      return { kind: 'derived', query, ...tails() };
    }
    if (inside.kind === 'word' && inside.value === 'VALUES') {
      cursor.at += 2;
      const rows = cursor.list(() => cursor.bracketed(() => grammar.expr()));
      cursor.expectSymbol(')');
      return { kind: 'values', rows, ...tails() };
    }
    cursor.next();
    const tables = parseFrom(grammar);
    cursor.expectSymbol(')');
    return { kind: 'group', tables, ...tails() };
  }
  if (cursor.takeWords('VALUES')) {
    const rows = cursor.list(() => cursor.bracketed(() => grammar.expr()));
    return { kind: 'values', rows, ...tails() };
  }
  if (cursor.isWord('TABLE') && cursor.isSymbol('(', 1)) {
    const word = cursor.next();
    cursor.expectSymbol('(');
    const inner = grammar.expr();
    cursor.expectSymbol(')');
    if (inner.kind === 'call') return { kind: 'function', call: inner, ...tails() };
    const call = {
      kind: 'call',
      name: [cursor.ident(word)],
      args: [{ value: inner }],
      isDistinct: false,
      hasBrackets: true,
    } as const;
    const named = namedTable(call.args);
    if (named?.kind === 'name') return { kind: 'table', name: named.parts, ...tails() };
    return { kind: 'function', call: { ...call, ...cursor.spanFrom(word) }, ...tails() };
  }
  if (cursor.isSymbol('@') || (first.kind === 'string' && first.value.startsWith('@'))) {
    const stage = parseStage(cursor);
    return { kind: 'stage', stage, ...tails() };
  }
  if (cursor.isCall() && (isLateral || cursor.isWord('FLATTEN') || cursor.isWord('IDENTIFIER'))) {
    const call = parseCall(grammar, [cursor.ident(cursor.next())]);
    return { kind: 'function', call, ...tails() };
  }
  const { token } = cursor;
  if (token.kind === 'string') throw cursor.unsupported('names in single quotes');
  const name = cursor.expectDotted();
  if (cursor.isSymbol('(') && !isLateral) throw cursor.unexpected(cursor.token);
  return { kind: 'table', name, ...tails() };
}

/** Looks behind opening brackets for the word that begins a query. */
function isQueryInside(grammar: Grammar): boolean {
  let offset = 1;
  while (grammar.cursor.isSymbol('(', offset)) offset += 1;
  if (!grammar.cursor.isWord('SELECT', offset) && !grammar.cursor.isWord('WITH', offset)) return false;
  // ((SELECT ...) UNION ...) is a query, ((SELECT ...) a JOIN ...) a group of tables.
  let depth = offset - 1;
  let at = offset;
  while (depth > 0 && grammar.cursor.peek(at).kind !== 'end') {
    if (grammar.cursor.isSymbol('(', at)) depth += 1;
    else if (grammar.cursor.isSymbol(')', at)) depth -= 1;
    at += 1;
  }
  const after = grammar.cursor.peek(at);
  return after.text === ')' || ['UNION', 'INTERSECT', 'EXCEPT', 'MINUS', 'ORDER', 'LIMIT'].includes(after.value);
}
