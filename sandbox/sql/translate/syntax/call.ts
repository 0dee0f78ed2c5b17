import { readType } from '../../types/parse.ts';
import type { Argument, CallExpr, Expr, FrameBound, Ident, LambdaParameter, OrderItem, WindowSpec } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { Grammar } from './expression.ts';
import { spreadable } from './spread.ts';

/** Whether a lambda's head stands here: `x ->`, `x INT ->` or `(x NUMBER(10, 2), y) ->`, judged by its tokens alone. */
function isLambda(cursor: Cursor): boolean {
  let ahead = 0;
  let depth = 0;
  for (; ; ahead += 1) {
    const { kind, text } = cursor.peek(ahead);
    if (text === '(' && kind === 'symbol') depth += 1;
    else if (text === ')' && kind === 'symbol') depth -= 1;
    else if (text === '->' && kind === 'symbol') return depth === 0 && ahead > 0;
    else if (kind !== 'word' && kind !== 'quoted' && kind !== 'number' && text !== ',') return false;
    else if (depth === 0 && (text === ',' || ahead > 7)) return false;
    if (depth < 0 || depth > 2) return false;
  }
}

/** A parameter's name with the type that may stand behind it. */
function lambdaParameter(cursor: Cursor): LambdaParameter {
  const param = cursor.expectName();
  const found = readType(cursor.tokens, cursor.at, cursor.mapping);
  if (!found) return param;
  cursor.at = found.next;
  return { ...param, type: found.type };
}

/** `x -> ...` or `(x INT, y) -> ...` where one stands; undefined else. */
function lambda(grammar: Grammar): Expr | undefined {
  const { cursor } = grammar;
  if (!isLambda(cursor)) return undefined;
  const first = cursor.token;
  let params: LambdaParameter[];
  if (cursor.takeSymbol('(')) {
    params = cursor.list(() => lambdaParameter(cursor));
    cursor.expectSymbol(')');
  } else params = [lambdaParameter(cursor)];
  cursor.expectSymbol('->');
  const body = grammar.expr();
  return { kind: 'lambda', params, body, ...cursor.spanFrom(first) };
}

function argument(grammar: Grammar): readonly Argument[] {
  if (grammar.cursor.isSymbol('**')) return spreadable(grammar).map((value) => ({ value }));
  return [oneArgument(grammar)];
}

function oneArgument(grammar: Grammar): Argument {
  const { cursor } = grammar;
  if (cursor.token.kind === 'word' && cursor.isSymbol('=>', 1)) {
    const name = cursor.next().value;
    cursor.next();
    return { name, value: cursor.isWord('SELECT') || cursor.isWord('WITH') ? bareQuery(grammar) : grammar.expr() };
  }
  if (cursor.isWord('SELECT') || cursor.isWord('WITH')) return { value: bareQuery(grammar) };
  return { value: lambda(grammar) ?? grammar.expr() };
}

function bareQuery(grammar: Grammar): Expr {
  const first = grammar.cursor.token;
  const query = grammar.query();
  return { kind: 'subquery', query, ...grammar.cursor.spanFrom(first) };
}

function bound(grammar: Grammar): FrameBound {
  const { cursor } = grammar;
  if (cursor.takeWords('UNBOUNDED', 'PRECEDING')) return { kind: 'unbounded preceding' };
  if (cursor.takeWords('UNBOUNDED', 'FOLLOWING')) return { kind: 'unbounded following' };
  if (cursor.takeWords('CURRENT', 'ROW')) return { kind: 'current row' };
  const offset = grammar.expr();
  if (cursor.takeWords('PRECEDING')) return { kind: 'preceding', offset };
  cursor.expectWord('FOLLOWING');
  return { kind: 'following', offset };
}

function window(grammar: Grammar): WindowSpec {
  const { cursor } = grammar;
  const word = cursor.peek(-1);
  cursor.expectSymbol('(');
  const partitionBy = cursor.takeWords('PARTITION', 'BY') ? cursor.list(() => grammar.expr()) : [];
  const orderBy = cursor.takeWords('ORDER', 'BY') ? grammar.order() : [];
  const unit = cursor.isWord('ROWS') ? 'ROWS' : cursor.isWord('RANGE') ? 'RANGE' : undefined;
  if (unit === undefined) {
    cursor.expectSymbol(')');
    return { word, partitionBy, orderBy };
  }
  cursor.next();
  let from: FrameBound;
  let to: FrameBound = { kind: 'current row' };
  if (cursor.takeWords('BETWEEN')) {
    from = bound(grammar);
    cursor.expectWord('AND');
    to = bound(grammar);
  } else from = bound(grammar);
  cursor.expectSymbol(')');
  return { word, partitionBy, orderBy, frame: { unit, from, to } };
}

function nullsClause(grammar: Grammar): 'ignore' | 'respect' | undefined {
  if (grammar.cursor.takeWords('IGNORE', 'NULLS')) return 'ignore';
  if (grammar.cursor.takeWords('RESPECT', 'NULLS')) return 'respect';
  return undefined;
}

/** Arguments of EXTRACT(part FROM x) and POSITION(a IN b), else the plain list. */
function argumentsOf(grammar: Grammar, name: readonly Ident[]): Argument[] {
  const { cursor } = grammar;
  const word = name.at(-1)?.name;
  if (word === 'EXTRACT' && cursor.isWord('FROM', 1)) {
    const part = cursor.next();
    cursor.next();
    const value: Expr =
      part.kind === 'string'
        ? { kind: 'string', value: part.value, ...cursor.spanFrom(part) }
        : { kind: 'name', parts: [cursor.ident(part)], ...cursor.spanFrom(part) };
    return [{ value }, { value: grammar.expr() }];
  }
  if (word === 'POSITION') {
    const first = grammar.operand();
    if (cursor.takeWords('IN')) return [{ value: first }, { value: grammar.expr() }];
    const rest: Argument[] = [{ value: first }];
    while (cursor.takeSymbol(',')) rest.push(...argument(grammar));
    return rest;
  }
  return cursor.list(() => argument(grammar)).flat();
}

/** A function's call behind its name: arguments, WITHIN GROUP, IGNORE NULLS, OVER. The cursor stands at the bracket. */
export function parseCall(grammar: Grammar, name: readonly Ident[]): CallExpr {
  const { cursor } = grammar;
  const first = name[0] ?? cursor.token;
  cursor.expectSymbol('(');
  const isDistinct = cursor.takeWords('DISTINCT');
  if (!isDistinct) cursor.takeWords('ALL');
  const args = cursor.isSymbol(')') ? [] : argumentsOf(grammar, name);
  let nulls = nullsClause(grammar);
  cursor.expectSymbol(')');
  let withinGroup: OrderItem[] | undefined;
  if (cursor.takeWords('WITHIN', 'GROUP')) {
    cursor.expectSymbol('(');
    cursor.expectWord('ORDER');
    cursor.expectWord('BY');
    withinGroup = grammar.order();
    cursor.expectSymbol(')');
  }
  const fromLast = cursor.takeWords('FROM', 'LAST');
  if (!fromLast) cursor.takeWords('FROM', 'FIRST');
  nulls ??= nullsClause(grammar);
  const over = cursor.takeWords('OVER') ? window(grammar) : undefined;
  return {
    kind: 'call',
    name,
    args,
    isDistinct,
    hasBrackets: true,
    ...(withinGroup === undefined ? {} : { withinGroup }),
    ...(nulls === undefined ? {} : { nulls }),
    ...(fromLast ? { fromLast } : {}),
    ...(over === undefined ? {} : { over }),
    ...cursor.spanFrom(first),
  };
}
