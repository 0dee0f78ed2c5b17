import { BOOLEAN } from '../types/type.ts';
import { asText } from './coerce.ts';
import type { ExpressionBinder } from './expressions.ts';
import { regexMatch } from './functions/regex.ts';
import type { Expr } from './syntax/ast.ts';
import { type Typed, typed } from './typed.ts';

type Of<K extends Expr['kind']> = Extract<Expr, { kind: K }>;

/** ESCAPE with one constant character. */
function escapeText(binder: ExpressionBinder, expr: Expr): string {
  const value = binder.bind(expr);
  const given = value.constant?.kind === 'string' ? value.constant.value : undefined;
  if (given === undefined || [...given].length !== 1) {
    throw binder.translation.unsupported('an ESCAPE that is not one constant character', expr);
  }
  return ` ESCAPE ${value.sql}`;
}

/** LIKE, ILIKE, RLIKE with one pattern, ANY or ALL of several. */
export function bindLike(binder: ExpressionBinder, expr: Of<'like'>): Typed {
  const subject = binder.bind(expr.arg);
  const text = asText(subject, binder.settings);
  const patterns = binder.bindAll(expr.patterns).map((pattern) => asText(pattern, binder.settings));
  const escaped = expr.escapeChar ? escapeText(binder, expr.escapeChar) : '';
  const nullable = text.nullable || patterns.some((pattern) => pattern.nullable);
  const tests = patterns.map((pattern) => {
    if (expr.op === 'rlike') return regexMatch(text.sql, pattern, '').sql;
    // With one backslash as its escape DuckDB wants it written so; without ESCAPE no character escapes.
    return `(${text.sql} ${expr.op === 'like' ? 'LIKE' : 'ILIKE'} ${pattern.sql}${escaped})`;
  });
  const joined = tests.length === 1 ? tests.join('') : `(${tests.join(expr.quantifier === 'all' ? ' AND ' : ' OR ')})`;
  return typed(expr.isNegated ? `(NOT ${joined})` : joined, BOOLEAN, nullable);
}
