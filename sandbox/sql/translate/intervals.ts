import { timestamp } from '../types/type.ts';
import { cast } from './coerce.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation } from './failures.ts';
import { dateAdd, NANOS, type Part, partOf } from './functions/date-parts.ts';
import type { Span } from './syntax/ast.ts';
import { numberConstant, type Typed } from './typed.ts';

/** The count and the unit of each part of an interval. Throws SqlError 001003. */
function partsOf(interval: string, span: Span): readonly { readonly count: number; readonly unit: string }[] {
  return interval.split(',').map((part) => {
    const [, count, unit = 'second'] = /^\s*([+-]?\d+)\s*([a-z]+)?\s*$/i.exec(part) ?? [];
    if (count === undefined) throw compilation('001003', '42000', `invalid interval '${interval}'`, span);
    return { count: Number(count), unit };
  });
}

const MONTHS: Partial<Record<Part, number>> = { year: 12, quarter: 3, month: 1 };

/**
 * How far a window's RANGE reaches, as DuckDB wants it beside its ORDER BY key: an interval beside a date, nanoseconds
 * beside a timestamp. Undefined where the two do not go together.
 */
export function rangeOffset(key: Typed, interval: string, span: Span): string | undefined {
  const parts = partsOf(interval, span).map(({ count, unit }) => ({ count, part: partOf(unit) }));
  const offsets = parts.map(({ count, part }) => {
    const nanos = part && NANOS[part];
    const months = part && MONTHS[part];
    if (key.type.type === 'date' && months) return `INTERVAL '${count * months}' MONTH`;
    if (key.type.type === 'date' && nanos) return `INTERVAL '${(BigInt(count) * BigInt(nanos)) / 1000n}' MICROSECOND`;
    const isExact = key.type.type === 'timestamp_ntz' || key.type.type === 'timestamp_ltz';
    return isExact && nanos ? `CAST(${BigInt(count) * BigInt(nanos)} AS HUGEINT)` : undefined;
  });
  return offsets.includes(undefined) ? undefined : `(${offsets.join(' + ')})`;
}

/**
 * `date + INTERVAL '1 year, 3 months'`: its parts one after the other, in the order written. Source: docs, "Interval
 * constants".
 */
export function addInterval(binder: ExpressionBinder, value: Typed, interval: string, sign: 1 | -1, span: Span): Typed {
  let result = value.type.type === 'text' ? cast(value, timestamp('timestamp_ntz'), binder.settings) : value;
  for (const { count, unit } of partsOf(interval, span)) {
    const amount = count * sign;
    const size = numberConstant(String(Math.abs(amount)));
    const signed = amount < 0 ? { ...size, sql: `(- ${size.sql})` } : size;
    result = dateAdd(binder, unit, signed, result, span);
  }
  return result;
}
