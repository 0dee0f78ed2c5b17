import { type Pattern, type Skip, symbolsOf } from '../../recognition/pattern.ts';
import type { Ident } from './ast.ts';
import type { Grammar } from './expression.ts';
import type { RecognizeClause } from './from-ast.ts';

const MOST_PERMUTED = 5;

/** MATCH_RECOGNIZE (...) where it stands; undefined else. Source: documentation page "MATCH_RECOGNIZE". */
export function parseRecognize(grammar: Grammar): RecognizeClause | undefined {
  const { cursor } = grammar;
  const first = cursor.token;
  if (!cursor.takeWords('MATCH_RECOGNIZE')) return undefined;
  cursor.expectSymbol('(');
  const partitionBy = cursor.takeWords('PARTITION', 'BY') ? cursor.list(() => grammar.expr()) : [];
  const orderBy = cursor.takeWords('ORDER', 'BY') ? grammar.order() : [];
  const measures = cursor.takeWords('MEASURES') ? cursor.list(() => measure(grammar)) : [];
  const rows = rowsPerMatch(grammar);
  const skip = afterMatch(grammar);
  cursor.expectWord('PATTERN');
  cursor.expectSymbol('(');
  const pattern = choice(grammar);
  cursor.expectSymbol(')');
  if (cursor.isWord('SUBSET')) throw cursor.unsupported('SUBSET');
  cursor.expectWord('DEFINE');
  const define = cursor.list(() => {
    const symbol = cursor.expectAnyName();
    cursor.expectWord('AS');
    return { symbol, condition: grammar.expr() };
  });
  cursor.expectSymbol(')');
  const known = symbolsOf(pattern);
  if (skip.kind === 'to symbol' && !known.includes(skip.symbol)) {
    throw cursor.unexpected(cursor.peek(-1));
  }
  return { partitionBy, orderBy, measures, rows, skip, pattern, define, ...cursor.spanFrom(first) };
}

function measure(grammar: Grammar): RecognizeClause['measures'][number] {
  const { cursor } = grammar;
  const expr = grammar.expr();
  cursor.takeWords('AS');
  return { expr, alias: cursor.expectAnyName() };
}

function rowsPerMatch({ cursor }: Grammar): RecognizeClause['rows'] {
  if (cursor.takeWords('ALL', 'ROWS', 'PER', 'MATCH')) {
    if (cursor.takeWords('OMIT', 'EMPTY', 'MATCHES')) return 'all, not empty';
    if (cursor.isWord('SHOW')) throw cursor.unsupported('SHOW EMPTY MATCHES');
    return cursor.takeWords('WITH', 'UNMATCHED', 'ROWS') ? 'all, unmatched too' : 'all';
  }
  if (cursor.takeWords('ONE')) for (const word of ['ROW', 'PER', 'MATCH']) cursor.expectWord(word);
  return 'one';
}

function afterMatch({ cursor }: Grammar): Skip {
  if (!cursor.takeWords('AFTER', 'MATCH', 'SKIP')) return { kind: 'past last row' };
  if (cursor.takeWords('PAST', 'LAST', 'ROW')) return { kind: 'past last row' };
  cursor.expectWord('TO');
  if (cursor.takeWords('NEXT', 'ROW')) return { kind: 'to next row' };
  const isFirst = cursor.takeWords('FIRST');
  if (!isFirst) cursor.takeWords('LAST');
  return { kind: 'to symbol', isFirst, symbol: cursor.expectAnyName().name };
}

function choice(grammar: Grammar): Pattern {
  const items = [sequence(grammar)];
  while (grammar.cursor.takeSymbol('|')) items.push(sequence(grammar));
  const [only] = items;
  return items.length === 1 && only ? only : { kind: 'choice', items };
}

function sequence(grammar: Grammar): Pattern {
  const { cursor } = grammar;
  const items: Pattern[] = [];
  const isOver = () => cursor.token.kind === 'end' || [')', '|', ',', '-'].some((one) => cursor.isSymbol(one));
  while (!isOver()) {
    items.push(grammar.deeper(() => quantified(grammar)));
  }
  if (items.length === 0) throw cursor.unexpected();
  const [only] = items;
  return items.length === 1 && only ? only : { kind: 'sequence', items };
}

function quantified(grammar: Grammar): Pattern {
  const { cursor } = grammar;
  let item = primary(grammar);
  for (let bounds = quantifier(grammar); bounds; bounds = quantifier(grammar)) {
    item = { kind: 'repeat', item, ...bounds, isGreedy: !cursor.takeSymbol('?') };
  }
  return item;
}

function quantifier(grammar: Grammar): { min: number; max: number | null } | undefined {
  const { cursor } = grammar;
  if (cursor.takeSymbol('*')) return { min: 0, max: null };
  if (cursor.takeSymbol('+')) return { min: 1, max: null };
  if (cursor.takeSymbol('?')) return { min: 0, max: 1 };
  if (!cursor.isSymbol('{') || cursor.isSymbol('-', 1)) return undefined;
  cursor.next();
  const number = (): number | undefined => {
    if (cursor.token.kind !== 'number') return undefined;
    const { text } = cursor.next();
    if (!/^\d{1,6}$/.test(text)) throw cursor.unexpected(cursor.peek(-1));
    return Number(text);
  };
  const min = number();
  const isRange = cursor.takeSymbol(',');
  const max = isRange ? number() : min;
  cursor.expectSymbol('}');
  if ((min === undefined && max === undefined) || (max !== undefined && max < (min ?? 0))) {
    throw cursor.unexpected(cursor.peek(-1));
  }
  return { min: min ?? 0, max: max ?? null };
}

function primary(grammar: Grammar): Pattern {
  const { cursor } = grammar;
  if (cursor.takeSymbol('^')) return { kind: 'anchor', at: 'start' };
  if (cursor.takeSymbol('$')) return { kind: 'anchor', at: 'end' };
  if (cursor.isSymbol('{') && cursor.isSymbol('-', 1)) {
    cursor.at += 2;
    const item = choice(grammar);
    cursor.expectSymbol('-');
    cursor.expectSymbol('}');
    return { kind: 'excluded', item };
  }
  if (cursor.takeSymbol('(')) {
    const inner = choice(grammar);
    cursor.expectSymbol(')');
    return inner;
  }
  if (cursor.isWord('PERMUTE') && cursor.isSymbol('(', 1)) {
    cursor.next();
    const items = cursor.bracketed(() => choice(grammar));
    if (items.length > MOST_PERMUTED) throw cursor.unsupported(`PERMUTE of more than ${MOST_PERMUTED} patterns`);
    return { kind: 'choice', items: permutations(items).map((order) => ({ kind: 'sequence', items: order })) };
  }
  const name: Ident = cursor.expectAnyName();
  return { kind: 'symbol', name: name.name };
}

/** All orders, those that keep the first items first before the others. */
function permutations<T>(items: readonly T[]): (readonly T[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) => {
    const others = items.filter((_, place) => place !== index);
    return permutations(others).map((rest) => [item, ...rest]);
  });
}
