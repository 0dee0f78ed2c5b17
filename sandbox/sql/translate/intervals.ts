import { timestamp } from '../types/type.ts';
import { cast } from './coerce.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation } from './failures.ts';
import { dateAdd } from './functions/date-parts.ts';
import type { Span } from './syntax/ast.ts';
import { numberConstant, type Typed } from './typed.ts';

/**
 * `date + INTERVAL '1 year, 3 months'`: its parts one after the other, in the order written. Source: docs, "Interval
 * constants".
 */
export function addInterval(binder: ExpressionBinder, value: Typed, interval: string, sign: 1 | -1, span: Span): Typed {
  let result = value.type.type === 'text' ? cast(value, timestamp('timestamp_ntz'), binder.settings) : value;
  for (const part of interval.split(',')) {
    const [, count, unit = 'second'] = /^\s*([+-]?\d+)?\s*([a-z]+)?\s*$/i.exec(part) ?? [];
    if (count === undefined && !/[a-z]/i.test(part)) {
      throw compilation('001003', '42000', `invalid interval '${interval}'`, span);
    }
    const amount = Number(count ?? 1) * sign;
    const size = numberConstant(String(Math.abs(amount)));
    const signed = amount < 0 ? { ...size, sql: `(- ${size.sql})` } : size;
    result = dateAdd(binder, unit, signed, result, span);
  }
  return result;
}
