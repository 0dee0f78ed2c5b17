import type { BinaryOp, Expr } from './ast.ts';
import type { Grammar } from './expression.ts';
import { spreadable } from './spread.ts';

/** What stands behind a comparison: an operand, or ANY or ALL of a query. */
export function parseCompared(grammar: Grammar, left: Expr, op: BinaryOp): Expr {
  const { cursor } = grammar;
  const quantifier = cursor.isWord('ALL') ? 'all' : cursor.isWord('ANY') || cursor.isWord('SOME') ? 'any' : undefined;
  if (quantifier === undefined || !cursor.isSymbol('(', 1)) {
    const right = grammar.operand();
    return { kind: 'binary', op, left, right, ...cursor.spanFrom(left) };
  }
  cursor.next();
  cursor.expectSymbol('(');
  const query = grammar.query();
  cursor.expectSymbol(')');
  return { kind: 'quantified', op, left, quantifier, query, ...cursor.spanFrom(left) };
}

/** IS, IN, BETWEEN, LIKE and their negations; undefined where none stands here. */
export function parsePredicate(grammar: Grammar, arg: Expr): Expr | undefined {
  const { cursor } = grammar;
  if (cursor.isWord('IS')) return parseIs(grammar, arg);
  const isNegated = cursor.isWord('NOT');
  const word = cursor.peek(isNegated ? 1 : 0).value;
  const take = () => {
    cursor.at += isNegated ? 2 : 1;
  };
  switch (word) {
    case 'IN':
      take();
      return parseIn(grammar, arg, isNegated);
    case 'BETWEEN': {
      take();
      const low = grammar.operand();
      cursor.expectWord('AND');
      const high = grammar.operand();
      return { kind: 'between', arg, low, high, isNegated, ...cursor.spanFrom(arg) };
    }
    case 'LIKE':
    case 'ILIKE':
      take();
      return parseLike(grammar, arg, word === 'LIKE' ? 'like' : 'ilike', isNegated);
    case 'RLIKE':
    case 'REGEXP':
      take();
      return parseLike(grammar, arg, 'rlike', isNegated);
    default:
      return undefined;
  }
}

function parseIs(grammar: Grammar, arg: Expr): Expr {
  const { cursor } = grammar;
  cursor.next();
  const isNegated = cursor.takeWords('NOT');
  if (cursor.takeWords('DISTINCT')) {
    cursor.expectWord('FROM');
    const right = grammar.operand();
    return { kind: 'is-distinct', left: arg, right, isNegated, ...cursor.spanFrom(arg) };
  }
  for (const [word, what] of [
    ['NULL', 'null'],
    ['TRUE', 'true'],
    ['FALSE', 'false'],
  ] as const) {
    if (cursor.takeWords(word)) return { kind: 'is', arg, what, isNegated, ...cursor.spanFrom(arg) };
  }
  throw cursor.unexpected();
}

function parseIn(grammar: Grammar, arg: Expr, isNegated: boolean): Expr {
  const { cursor } = grammar;
  cursor.expectSymbol('(');
  if (cursor.isWord('SELECT') || cursor.isWord('WITH')) {
    const query = grammar.query();
    cursor.expectSymbol(')');
    return { kind: 'in', arg, list: [], query, isNegated, ...cursor.spanFrom(arg) };
  }
  const list = cursor.list(() => spreadable(grammar)).flat();
  cursor.expectSymbol(')');
  return { kind: 'in', arg, list, isNegated, ...cursor.spanFrom(arg) };
}

function parseLike(grammar: Grammar, arg: Expr, op: 'like' | 'ilike' | 'rlike', isNegated: boolean): Expr {
  const { cursor } = grammar;
  const quantifier = cursor.isWord('ANY') || cursor.isWord('SOME') ? 'any' : cursor.isWord('ALL') ? 'all' : undefined;
  let patterns: Expr[];
  if (quantifier !== undefined) {
    cursor.next();
    patterns = cursor.isSymbol('(') ? cursor.bracketed(() => grammar.expr()) : [grammar.operand()];
  } else patterns = [grammar.operand()];
  const escapeChar = cursor.takeWords('ESCAPE') ? grammar.operand() : undefined;
  return {
    kind: 'like',
    op,
    arg,
    patterns,
    isNegated,
    ...(quantifier === undefined ? {} : { quantifier }),
    ...(escapeChar === undefined ? {} : { escapeChar }),
    ...cursor.spanFrom(arg),
  };
}
