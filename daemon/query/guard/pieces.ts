/**
 * Cuts a query that is too deep for the parser at its subqueries and set operators: each of them is a query of its own,
 * so that one query is made of reads exactly if all its pieces are.
 */
import { isOp, isWord, pairBrackets, type Token } from './tokens.ts';

const setOperators = ['UNION', 'EXCEPT', 'MINUS', 'INTERSECT'];

/** The pieces, in each of which `(SELECT 1)` stands for a subquery that is a piece itself; every token is in one piece. */
export function pieces(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const { partner } = pairBrackets(tokens);
  const done: (readonly Token[])[] = [];
  const open: { piece: Token[]; readonly close: number; readonly brackets: number }[] = [];
  let current = { piece: [] as Token[], close: -1, brackets: 0 };
  let brackets = 0;
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] as Token;
    if (index === current.close) {
      done.push(current.piece);
      current = open.pop() ?? current;
    }
    if (brackets === current.brackets && isWord(token, ...setOperators) && current.piece.length > 0) {
      done.push(current.piece);
      current = { ...current, piece: [] };
      while (isWord(tokens[index + 1], 'ALL', 'DISTINCT', 'BY', 'NAME')) index += 1;
      continue;
    }
    if (isOp(token, ')', ']', '}')) brackets -= 1;
    current.piece.push(token);
    if (!isOp(token, '(', '[', '{')) continue;
    brackets += 1;
    const close = partner[index] ?? -1;
    if (close < 0 || !isWord(tokens[index + 1], 'SELECT', 'WITH')) continue;
    const { end } = token;
    current.piece.push(
      { kind: 'word', value: 'SELECT', start: end, end },
      { kind: 'number', value: '1', start: end, end },
    );
    open.push(current);
    current = { piece: [], close, brackets };
  }
  done.push(current.piece);
  return done;
}
