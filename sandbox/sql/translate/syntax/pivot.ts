import type { Expr, Ident } from './ast.ts';
import type { Grammar } from './expression.ts';
import type { PivotClause, UnpivotClause } from './from-ast.ts';

/** PIVOT and UNPIVOT clauses behind a table, as many as stand there. */
export function parsePivots(grammar: Grammar): (PivotClause | UnpivotClause)[] {
  const found: (PivotClause | UnpivotClause)[] = [];
  for (;;) {
    if (grammar.cursor.isWord('PIVOT') && grammar.cursor.isSymbol('(', 1)) found.push(pivot(grammar));
    else if (grammar.cursor.isWord('UNPIVOT')) found.push(unpivot(grammar));
    else return found;
  }
}

function optionalAlias(grammar: Grammar): Ident | undefined {
  if (grammar.cursor.takeWords('AS')) return grammar.cursor.expectAnyName();
  return grammar.cursor.takeBareAlias();
}

function pivot(grammar: Grammar): PivotClause {
  const { cursor } = grammar;
  const first = cursor.next();
  cursor.expectSymbol('(');
  const aggregates = cursor.list(() => {
    const { token } = cursor;
    const call = grammar.expr();
    if (call.kind !== 'call') throw cursor.unexpected(token);
    const alias = cursor.isWord('FOR') ? undefined : optionalAlias(grammar);
    return { call, ...(alias === undefined ? {} : { alias }) };
  });
  cursor.expectWord('FOR');
  const column = cursor.expectDotted().at(-1);
  if (!column) throw cursor.unexpected();
  cursor.expectWord('IN');
  cursor.expectSymbol('(');
  let values: PivotClause['values'];
  if (cursor.takeWords('ANY')) {
    const order = cursor.takeWords('ORDER', 'BY') ? grammar.order() : [];
    const [first, ...more] = order;
    const isOwn = first?.expr.kind === 'name' && first.expr.parts.at(-1)?.name === column.name;
    if (more.length > 0 || (first && !isOwn)) throw cursor.unsupported('PIVOT with ANY in the order of another column');
    values = { kind: 'any', isDescending: first?.isDescending ?? false };
  } else if (cursor.isWord('SELECT') || cursor.isWord('WITH')) values = { kind: 'query', query: grammar.query() };
  else {
    values = cursor.list(() => {
      const expr = grammar.expr();
      const alias = optionalAlias(grammar);
      return { expr, ...(alias === undefined ? {} : { alias }) };
    });
  }
  cursor.expectSymbol(')');
  let defaultOnNull: Expr | undefined;
  if (cursor.takeWords('DEFAULT', 'ON', 'NULL')) [defaultOnNull] = cursor.bracketed(() => grammar.expr());
  cursor.expectSymbol(')');
  return {
    kind: 'pivot',
    aggregates,
    column,
    values,
    ...(defaultOnNull === undefined ? {} : { defaultOnNull }),
    ...cursor.spanFrom(first),
  };
}

function unpivot(grammar: Grammar): UnpivotClause {
  const { cursor } = grammar;
  const first = cursor.next();
  const includeNulls = cursor.takeWords('INCLUDE', 'NULLS');
  if (!includeNulls) cursor.takeWords('EXCLUDE', 'NULLS');
  cursor.expectSymbol('(');
  const value = cursor.expectAnyName();
  cursor.expectWord('FOR');
  const name = cursor.expectAnyName();
  cursor.expectWord('IN');
  const columns = cursor.bracketed(() => {
    const column = cursor.expectDotted().at(-1);
    if (!column) throw cursor.unexpected();
    const alias = optionalAlias(grammar);
    return { column, ...(alias === undefined ? {} : { alias }) };
  });
  cursor.expectSymbol(')');
  return { kind: 'unpivot', value, name, columns, includeNulls, ...cursor.spanFrom(first) };
}
