import type { Expr } from './ast.ts';
import type { Grammar } from './expression.ts';

/**
 * One expression of a list, or the elements of an array constant behind the spread operator (`**[1, 2]`) in its place.
 * Source: docs, "Expansion operators".
 */
export function spreadable(grammar: Grammar): readonly Expr[] {
  const { cursor } = grammar;
  const { token } = cursor;
  if (!cursor.takeSymbol('**')) return [grammar.expr()];
  const list = grammar.expr();
  if (list.kind !== 'array') throw cursor.unsupported('the spread operator on anything but an array constant', token);
  return list.items;
}
