import type { SnowflakeType } from '../../contract.ts';
import { readType } from '../../types/parse.ts';
import type { KeyChanges } from '../../types/structured-fields.ts';
import type { Expr, Span } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { Grammar } from './expression.ts';

/** What CAST makes of a value. */
export interface CastTarget {
  readonly type: SnowflakeType;
  readonly isTry: boolean;
  readonly changes?: KeyChanges;
}

/** CAST(x AS type [RENAME FIELDS | ADD FIELDS]), TRY_CAST(x AS type); the cursor stands at the word. */
export function parseCast(grammar: Grammar, isTry: boolean, first: Span): Expr {
  const { cursor } = grammar;
  cursor.next();
  cursor.expectSymbol('(');
  const arg = grammar.expr();
  cursor.expectWord('AS');
  const found = readType(cursor.tokens, cursor.at, cursor.mapping);
  if (!found) throw cursor.unexpected();
  cursor.at = found.next;
  const changes = fieldChanges(cursor);
  cursor.expectSymbol(')');
  return { kind: 'cast', arg, type: found.type, isTry, ...(changes ? { changes } : {}), ...cursor.spanFrom(first) };
}

/** RENAME FIELDS, ADD FIELDS behind a structured object's type; both may stand there. */
function fieldChanges(cursor: Cursor): KeyChanges | undefined {
  let changes: KeyChanges | undefined;
  for (;;) {
    if (cursor.takeWords('RENAME', 'FIELDS')) changes = { ...changes, renames: true };
    else if (cursor.takeWords('ADD', 'FIELDS')) changes = { ...changes, adds: true };
    else return changes;
  }
}
