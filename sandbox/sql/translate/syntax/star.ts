import type { Expr, Ident, StarExpr } from './ast.ts';
import type { Grammar } from './expression.ts';

/** `*` or `t.*` with ILIKE, EXCLUDE, REPLACE and RENAME; the cursor stands at the star. Source: docs, SELECT. */
export function parseStar(grammar: Grammar, qualifier: readonly Ident[]): StarExpr {
  const { cursor } = grammar;
  const first = qualifier[0] ?? cursor.token;
  cursor.expectSymbol('*');
  let ilike: string | undefined;
  let exclude: readonly Ident[] = [];
  let replace: { expr: Expr; name: Ident }[] = [];
  let rename: { from: Ident; to: Ident }[] = [];
  const one = <T>(item: () => T): T[] => (cursor.isSymbol('(') ? cursor.bracketed(item) : [item()]);
  if (cursor.isWord('ILIKE') && cursor.peek(1).kind === 'string') {
    cursor.next();
    ilike = cursor.next().value;
  }
  if (cursor.takeWords('EXCLUDE')) exclude = one(() => cursor.expectAnyName());
  if (cursor.isWord('REPLACE') && cursor.isSymbol('(', 1)) {
    cursor.next();
    replace = cursor.bracketed(() => {
      const expr = grammar.expr();
      cursor.expectWord('AS');
      return { expr, name: cursor.expectAnyName() };
    });
  }
  if (cursor.takeWords('RENAME')) {
    rename = one(() => {
      const from = cursor.expectAnyName();
      cursor.expectWord('AS');
      return { from, to: cursor.expectAnyName() };
    });
  }
  return {
    kind: 'star',
    qualifier,
    exclude,
    replace,
    rename,
    ...(ilike === undefined ? {} : { ilike }),
    ...cursor.spanFrom(first),
  };
}
