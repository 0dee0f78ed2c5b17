import { arithmetic } from './arithmetic.ts';
import { collatedSides } from './collations.ts';
import { compare } from './comparisons.ts';
import type { ExpressionBinder } from './expressions.ts';
import { invalidTypes } from './failures.ts';
import { addInterval } from './intervals.ts';
import { concat, logic } from './operators.ts';
import { compareRows } from './predicates.ts';
import type { BinaryOp, Expr } from './syntax/ast.ts';
import type { Typed } from './typed.ts';

type Of<K extends Expr['kind']> = Extract<Expr, { kind: K }>;

/** Chains such as `a OR b OR c` lean to the left and can be thousands long: they are followed in a loop. */
export function bindChain(binder: ExpressionBinder, expr: Of<'binary'>): Typed {
  const chain: Of<'binary'>[] = [];
  let first: Expr = expr;
  while (first.kind === 'binary' && (chain.length === 0 || isChained(first.op))) {
    chain.push(first);
    first = first.left;
  }
  const before = binder.frame.ungrouped.length;
  if (expr.op === 'and' || expr.op === 'or') return logicChain(binder, expr.op, chain, first);
  let value: Typed | undefined;
  for (const one of chain.reverse()) {
    value = link(binder, one, one.left === first ? undefined : value);
    if (binder.frame.groupKeys.has(value.sql)) binder.frame.ungrouped.length = before;
  }
  return value ?? binder.bind(first);
}

/** AND or OR of a chain's operands, as a balanced tree: DuckDB bounds the depth of expressions. */
function logicChain(binder: ExpressionBinder, op: 'and' | 'or', chain: readonly Of<'binary'>[], first: Expr): Typed {
  const same = chain.findIndex((link) => link.op !== op);
  const links = same < 0 ? chain : chain.slice(0, same);
  const start = links.at(-1)?.left ?? first;
  const operands = [binder.condition(start), ...[...links].reverse().map((link) => binder.condition(link.right))];
  const join = (values: readonly Typed[]): Typed => {
    const [only] = values;
    if (values.length === 1 && only) return only;
    const middle = Math.ceil(values.length / 2);
    return logic(op, join(values.slice(0, middle)), join(values.slice(middle)), binder.settings);
  };
  return join(operands);
}

/** Expressions that compute a boolean. */
const COMPUTED = new Set<Expr['kind']>([
  'binary',
  'unary',
  'in',
  'between',
  'is',
  'is-distinct',
  'like',
  'exists',
  'quantified',
]);

/** One operator; its left side may be bound already. */
function link(binder: ExpressionBinder, expr: Of<'binary'>, bound: Typed | undefined): Typed {
  const { op, left, right } = expr;
  if (op === 'and' || op === 'or') return logicChain(binder, op, [expr], left);
  const side = (expr: Expr) => (op === '||' || !isChained(op) ? binder.collated(expr) : binder.bind(expr));
  const leftValue = () => bound ?? side(left);
  if ((op === '+' || op === '-') && right.kind === 'interval') {
    return addInterval(binder, leftValue(), right.text, op === '-' ? -1 : 1, expr);
  }
  if (op === '+' && left.kind === 'interval') return addInterval(binder, binder.bind(right), left.text, 1, expr);
  if ((op === '=' || op === '<>') && left.kind === 'row' && right.kind === 'row') {
    return compareRows(binder, op, left.items, right.items, expr);
  }
  const sides = isChained(op) || bound ? undefined : collatedSides(binder, left, right);
  const a = sides ? sides[0] : leftValue();
  const b = sides ? sides[1] : side(right);
  switch (op) {
    case '||':
      for (const [operand, value] of [
        [left, a],
        [right, b],
      ] as const) {
        // Only constants and columns are texts without being asked. Source: docs, "Logical data types".
        if (value.type.type === 'boolean' && COMPUTED.has(operand.kind))
          throw invalidTypes('||', [a.type, b.type], expr);
      }
      return concat(a, b, binder.settings);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(op, a, b, binder.settings, expr);
    default:
      return compare(op, a, b, binder.settings, expr);
  }
}

/** Operators whose chains lean to the left. */
function isChained(op: BinaryOp): boolean {
  return !['=', '<>', '<', '<=', '>', '>='].includes(op);
}
