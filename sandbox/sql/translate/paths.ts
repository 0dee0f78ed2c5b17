import { quoteText } from '../types/literal.ts';
import { pathSteps } from '../types/path-text.ts';
import type { Settings } from '../types/settings.ts';
import { isSemiStructured, isStructured, VARIANT } from '../types/type.ts';
import type { ExpressionBinder } from './expressions.ts';
import { invalidTypes } from './failures.ts';
import { stepInto } from './structured-paths.ts';
import type { Expr, Span } from './syntax/ast.ts';
import { integerOf, isNull, nullOf, stringOf, type Typed, typed } from './typed.ts';

type Of<K extends Expr['kind']> = Extract<Expr, { kind: K }>;

/** Keys that stand between the quotes of DuckDB's JSON path as they are. */
const PLAIN_KEY = /^[^"\\*?$@]*$/;

/** One constant step of a path. */
export type Step = { readonly key: string } | { readonly index: number };

/**
 * Reads a constant path from canonical JSON text: NULL where it leads nowhere. Keys keep their case; an index counts only
 * in arrays, a key only in objects.
 */
export function extract(json: string, steps: readonly Step[]): string {
  const isPlain = steps.every((step) => ('key' in step ? PLAIN_KEY.test(step.key) : step.index >= 0));
  if (isPlain) {
    const path = steps.map((step) => ('key' in step ? `."${step.key}"` : `[${step.index}]`)).join('');
    return `CAST(json_extract(${json}, ${quoteText(`$${path}`)}) AS VARCHAR)`;
  }
  return steps.reduce(
    (inner, step) =>
      'key' in step
        ? `sf_get_key(${inner}, ${quoteText(step.key)})`
        : step.index < 0
          ? 'CAST(NULL AS VARCHAR)'
          : `CAST(json_extract(${inner}, '$[${step.index}]') AS VARCHAR)`,
    json,
  );
}

/** `v:a.b[0]`, `v['a']`, `v[i]`. Throws SqlError 001044 for a base that is not semi-structured. */
export function bindPath(binder: ExpressionBinder, expr: Of<'path'>): Typed {
  const base = binder.bind(expr.base);
  if (isNull(base) && !isStructured(base.type)) return nullOf(VARIANT);
  const steps = expr.steps.map((step) => ('key' in step ? step : binder.bind(step.index)));
  return follow(base, steps, 'GET', binder.settings, expr);
}

/**
 * What a path leads to: a VARIANT, or inside a structured value what its type says stands there. Throws SqlError 001044 for a
 * step into what has no parts.
 */
export function follow(
  base: Typed,
  steps: readonly (Step | Typed)[],
  name: string,
  settings: Settings,
  span: Span,
): Typed {
  const [first, ...rest] = steps;
  if (!first) return base;
  if (isStructured(base.type)) return follow(stepInto(base, first, name, settings, span), rest, name, settings, span);
  if (!isSemiStructured(base.type)) throw invalidTypes(name, [base.type], span);
  let json = base.sql;
  let pending: Step[] = [];
  const flush = () => {
    if (pending.length > 0) json = extract(json, pending);
    pending = [];
  };
  for (const step of steps) {
    if (!('sql' in step)) {
      pending.push(step);
      continue;
    }
    const place = integerOf(step);
    const key = stringOf(step);
    if (place !== undefined) pending.push({ index: place });
    else if (key !== undefined) pending.push({ key });
    else {
      flush();
      json = dynamicStep(json, step, span);
    }
  }
  flush();
  return typed(json, VARIANT, true);
}

/** A step whose key or index is only known in each row. */
export function dynamicStep(json: string, index: Typed, span: Span): string {
  if (index.type.type === 'fixed') return `sf_get_index(${json}, CAST(${index.sql} AS BIGINT))`;
  if (index.type.type === 'text') return `sf_get_key(${json}, ${index.sql})`;
  if (index.type.type === 'variant') return `sf_get_any(${json}, ${index.sql})`;
  if (index.type.type === 'real') return `sf_get_index(${json}, CAST(${index.sql} AS BIGINT))`;
  if (isNull(index)) return 'CAST(NULL AS VARCHAR)';
  throw invalidTypes('GET', [VARIANT, index.type], span);
}

/** The steps that a path's text names, as GET_PATH reads it: `a.b[0]["c d"]`. Undefined where it is no path. */
export function parsePath(source: string): readonly Step[] | undefined {
  return pathSteps(source)?.map((step) => (typeof step === 'string' ? { key: step } : { index: step }));
}
