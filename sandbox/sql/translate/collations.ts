import { duckText } from '../quote.ts';
import { MAX_TEXT, text, unsupported } from '../types/type.ts';
import type { ExpressionBinder } from './expressions.ts';
import type { CallExpr, Expr } from './syntax/ast.ts';
import { type Typed, typed } from './typed.ts';

/** `x COLLATE 'spec'`, `COLLATE(x, 'spec')`. */
interface Collated {
  readonly value: Expr;
  readonly spec: string;
  readonly call: CallExpr;
}

function collated(expr: Expr): Collated | undefined {
  if (expr.kind !== 'call' || expr.args.length !== 2 || expr.name.length !== 1) return undefined;
  const [value, spec] = expr.args;
  if (expr.name[0]?.name !== 'COLLATE' || spec?.value.kind !== 'string' || !value) return undefined;
  return { value: value.value, spec: spec.value.value, call: expr };
}

/**
 * What is put in order: an expression as it is, or, with a collation, the key by which it sorts. Elsewhere than here and
 * in comparisons COLLATE is refused: nothing but the very expression would know of the collation.
 */
export function bindOrdered(binder: ExpressionBinder, expr: Expr): Typed {
  const found = collated(expr);
  return found ? keyed(binder.bind(found.value), found, binder) : binder.bind(expr);
}

/**
 * The two sides of a comparison by the keys of their collation; undefined where neither names one. Two that
 * differ are refused.
 */
export function collatedSides(binder: ExpressionBinder, left: Expr, right: Expr): readonly [Typed, Typed] | undefined {
  const [a, b] = [collated(left), collated(right)];
  const found = a ?? b;
  if (!found) return undefined;
  if (a && b && a.spec.toLowerCase() !== b.spec.toLowerCase()) {
    throw unsupported(`comparing the collations '${a.spec}' and '${b.spec}'`, place(b.call));
  }
  const side = (expr: Expr, own: Collated | undefined) => keyed(binder.bind(own ? own.value : expr), found, binder);
  return [side(left, a), side(right, b)];
}

function keyed(value: Typed, { spec, call }: Collated, binder: ExpressionBinder): Typed {
  return typed(sortKey(binder.text(value), spec, call), text(MAX_TEXT), value.nullable);
}

const SPECIFIERS = ['cs', 'ci', 'as', 'ai', 'ps', 'fl', 'upper', 'lower', 'trim', 'ltrim', 'rtrim'];

/**
 * The text by which a text compares under a collation such as `en-ci`. Source: documentation page "Collation support".
 * Throws SqlError 000002 for specifications that the sandbox cannot follow.
 */
function sortKey(sql: string, spec: string, call: CallExpr): string {
  const [locale = '', ...rest] = spec.toLowerCase().split('-');
  const isLocale = !SPECIFIERS.includes(locale);
  const specifiers = isLocale ? rest : [locale, ...rest];
  const isBinary = !isLocale || locale === '' || locale === 'utf8' || locale === 'bin';
  const isKnown = isBinary || /^[a-z]{2,3}(_[a-z]{2,4})?$/.test(locale);
  if (!isKnown || (!isBinary && !isSupported(locale)) || specifiers.some((one) => !SPECIFIERS.includes(one))) {
    throw unsupported(`the collation '${spec}'`, place(call));
  }
  let key = sql;
  for (const one of ['trim', 'ltrim', 'rtrim']) if (specifiers.includes(one)) key = `${one}(${key})`;
  if (specifiers.includes('upper')) key = `upper(${key})`;
  else if (specifiers.includes('lower') || specifiers.includes('ci')) key = `lower(${key})`;
  if (specifiers.includes('ai')) key = `strip_accents(${key})`;
  return isBinary ? key : `icu_sort_key(${key}, ${duckText(locale)})`;
}

function isSupported(locale: string): boolean {
  return Intl.Collator.supportedLocalesOf(locale.replace('_', '-')).length > 0;
}

function place({ line, pos }: CallExpr): { readonly line: number; readonly pos: number } {
  return { line, pos };
}
