import type { SnowflakeType } from '../contract.ts';
import { checkCollation, collationKey } from '../types/collation.ts';
import { MAX_TEXT, text, unsupported } from '../types/type.ts';
import type { ExpressionBinder } from './expressions.ts';
import type { CallExpr, Expr, Span } from './syntax/ast.ts';
import type { Translation } from './translation.ts';
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
 * What is put in order: an expression as it is, or, with COLLATE behind it, the key by which it sorts. Elsewhere than here
 * and in comparisons COLLATE is refused.
 */
export function bindOrdered(binder: ExpressionBinder, expr: Expr): Typed {
  const found = collated(expr);
  return found ? keyed(binder.collated(found.value), found, binder) : binder.collated(expr);
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
  const side = (expr: Expr, own: Collated | undefined) => keyed(binder.collated(own ? own.value : expr), found, binder);
  return [side(left, a), side(right, b)];
}

function keyed(value: Typed, { spec, call }: Collated, binder: ExpressionBinder): Typed {
  checkCollation(spec, place(call));
  return typed(collationKey(binder.text(value), spec), text(MAX_TEXT), value.nullable);
}

function place({ line, pos }: CallExpr): { readonly line: number; readonly pos: number } {
  return { line, pos };
}

/**
 * The collation of several texts: that of those which have one. Throws SqlError 000002 where they differ. Source:
 * documentation page "Collation support", precedence of collations.
 */
function commonCollation(values: readonly Typed[]): string | undefined {
  const [first, ...others] = values.flatMap(({ type }) => type.collation ?? []);
  const other = others.find((one) => one.toLowerCase() !== first?.toLowerCase());
  if (other === undefined) return first;
  throw unsupported(`the collations '${first}' and '${other}' together`);
}

/** A text with the collation of those that it is made of. */
export function withCollation(value: Typed, parts: readonly Typed[]): Typed {
  const collation = commonCollation(parts);
  return collation === undefined || value.type.type !== 'text'
    ? value
    : { ...value, type: { ...value.type, collation } };
}

/** Refuses columns with a collation where texts are met in ways that know of none. Throws SqlError 000002. */
export function refuseCollations(
  translation: Translation,
  columns: readonly { readonly type: SnowflakeType }[],
  where: string,
  span: Span,
): void {
  const found = columns.find(({ type }) => type.collation !== undefined);
  if (found) throw translation.unsupported(`the collation '${found.type.collation}' ${where}`, span);
}
