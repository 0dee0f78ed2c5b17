import { convert } from '../../types/convert.ts';
import { once } from '../../types/once.ts';
import { fixed, isTimestamp, timestamp } from '../../types/type.ts';
import { bigintOf, cast, withShort } from '../coerce.ts';
import type { ExpressionBinder } from '../expressions.ts';
import { compilation, invalidTypes } from '../failures.ts';
import type { Span } from '../syntax/ast.ts';
import { isNull, type Typed, typed } from '../typed.ts';

/** Moments' texts up to this length may be written a few times: conversions of them multiply. */
export const MOMENT = 45;

/** A part of a date or time, by its first name. */
export type Part =
  | 'year'
  | 'quarter'
  | 'month'
  | 'week'
  | 'weekiso'
  | 'day'
  | 'dayofweek'
  | 'dayofweekiso'
  | 'dayofyear'
  | 'yearofweek'
  | 'yearofweekiso'
  | 'hour'
  | 'minute'
  | 'second'
  | 'millisecond'
  | 'microsecond'
  | 'nanosecond'
  | 'epoch_second'
  | 'epoch_millisecond'
  | 'epoch_microsecond'
  | 'epoch_nanosecond'
  | 'timezone_hour'
  | 'timezone_minute';

/** Names of parts. Source: docs, "Supported date and time parts". */
const NAMES: Readonly<Record<Part, string>> = {
  year: 'year y yy yyy yyyy yr years yrs',
  quarter: 'quarter q qtr qtrs quarters',
  month: 'month mm mon mons months',
  week: 'week w wk weekofyear woy wy weeks',
  weekiso: 'week_iso weekiso weekofyeariso weekofyear_iso',
  day: 'day d dd days dayofmonth',
  dayofweek: 'dayofweek weekday dow dw',
  dayofweekiso: 'dayofweekiso weekday_iso dow_iso dw_iso dayofweek_iso',
  dayofyear: 'dayofyear yearday doy dy',
  yearofweek: 'yearofweek',
  yearofweekiso: 'yearofweekiso',
  hour: 'hour h hh hr hours hrs',
  minute: 'minute m mi min minutes mins',
  second: 'second s sec seconds secs',
  millisecond: 'millisecond ms msec milliseconds',
  microsecond: 'microsecond us usec microseconds',
  nanosecond: 'nanosecond ns nsec nanosec nsecond nanoseconds nanosecs nseconds',
  epoch_second: 'epoch_second epoch epoch_seconds',
  epoch_millisecond: 'epoch_millisecond epoch_milliseconds',
  epoch_microsecond: 'epoch_microsecond epoch_microseconds',
  epoch_nanosecond: 'epoch_nanosecond epoch_nanoseconds',
  timezone_hour: 'timezone_hour tzh',
  timezone_minute: 'timezone_minute tzm',
};

const PARTS: ReadonlyMap<string, Part> = new Map(
  Object.entries(NAMES).flatMap(([part, names]) => names.split(' ').map((name) => [name, part as Part] as const)),
);

export function partOf(name: string): Part | undefined {
  return PARTS.get(name.toLowerCase());
}

/** A part, or error 001023-like as Snowflake words it. */
export function expectPart(name: string, call: string, span: Span): Part {
  const part = partOf(name);
  if (!part)
    throw compilation('001045', '22023', `'${name}' is not a valid date/time component for function ${call}.`, span);
  return part;
}

/** Nanoseconds of each part of even length. */
export const NANOS: Partial<Record<Part, string>> = {
  week: '604800000000000',
  weekiso: '604800000000000',
  day: '86400000000000',
  dayofyear: '86400000000000',
  dayofweek: '86400000000000',
  dayofweekiso: '86400000000000',
  hour: '3600000000000',
  minute: '60000000000',
  second: '1000000000',
  millisecond: '1000000',
  microsecond: '1000',
  nanosecond: '1',
};

const MONTHS: Partial<Record<Part, number>> = { year: 12, quarter: 3, month: 1 };
const DAYS: Partial<Record<Part, number>> = {
  week: 7,
  weekiso: 7,
  day: 1,
  dayofyear: 1,
  dayofweek: 1,
  dayofweekiso: 1,
};

/** A value that is read as a moment: texts become timestamps. */
export function asMoment(binder: ExpressionBinder, value: Typed, call: string, span: Span): Typed {
  const { type } = value.type;
  if (type === 'date' || type === 'time' || isTimestamp(value.type)) return value;
  if (isNull(value)) return cast(value, timestamp('timestamp_ntz'), binder.settings);
  if (type === 'text' || type === 'variant') {
    return cast(value, timestamp('timestamp_ntz'), binder.settings);
  }
  throw invalidTypes(call, [value.type], span);
}

/** A moment's wall clock time in nanoseconds since 1970, in the session's zone for LTZ, in its own for TZ. */
export function wallOf(binder: ExpressionBinder, value: Typed): string {
  if (value.type.type === 'time') return `CAST(${value.sql} AS HUGEINT)`;
  return convert(value.sql, value.type, timestamp('timestamp_ntz'), 'cast', binder.settings);
}

/** A moment's date. */
export function dayOf(binder: ExpressionBinder, value: Typed): string {
  return convert(
    value.sql,
    value.type,
    { type: 'date', precision: null, scale: null, length: null },
    'cast',
    binder.settings,
  );
}

/** A wall clock time back as the type it came from. */
export function fromWall(binder: ExpressionBinder, wall: string, original: Typed): Typed {
  const { type } = original;
  const zone = `'${binder.settings.zone.replaceAll("'", "''")}'`;
  const made = (sql: string) => typed(sql, type, original.nullable);
  switch (type.type) {
    case 'date':
      return made(once(wall, (one) => `sf_ns_date(${one})`));
    case 'time':
      return made(once(wall, (one) => `sf_ns_time(${one})`));
    case 'timestamp_ltz':
      return made(once(wall, (one) => `sf_utc(${one}, ${zone})`));
    case 'timestamp_tz': {
      const off = `(${original.sql}).off`;
      return made(`sf_tz_pack(${wall} - CAST(${off} AS HUGEINT) * 60000000000, ${off})`);
    }
    default:
      return made(wall);
  }
}

/**
 * DATEADD(part, amount, moment). A date plus hours becomes TIMESTAMP_NTZ; amounts are rounded to whole numbers.
 * Source: docs, DATEADD.
 */
export function dateAdd(binder: ExpressionBinder, unit: string, amount: Typed, moment: Typed, span: Span): Typed {
  const part = expectPart(unit, 'DATEADD', span);
  const given = asMoment(binder, moment, 'DATEADD', span);
  return withShort(given, (value) => addPart(binder, unit, part, amount, value, span), MOMENT);
}

function addPart(binder: ExpressionBinder, unit: string, part: Part, amount: Typed, value: Typed, span: Span): Typed {
  const isWhole = amount.type.type === 'fixed' && (amount.type.scale ?? 0) === 0;
  const whole = isWhole ? amount : cast(amount, fixed(18, 0), binder.settings);
  const count = bigintOf(whole);
  const isNullable = value.nullable || amount.nullable;
  const months = MONTHS[part];
  if (value.type.type === 'date') {
    if (months) return typed(`sf_add_months(${value.sql}, ${count} * ${months})`, value.type, isNullable);
    const days = DAYS[part];
    if (days) return typed(`(${value.sql} + CAST(${count} * ${days} AS INTEGER))`, value.type, isNullable);
  }
  const nanos = NANOS[part];
  if (value.type.type === 'time') {
    if (months || DAYS[part] || !nanos) throw invalidTypes('DATEADD', [amount.type, value.type], span);
    return typed(
      `sf_ns_time(CAST(${value.sql} AS HUGEINT) + CAST(${count} AS HUGEINT) * ${nanos})`,
      value.type,
      isNullable,
    );
  }
  const base = value.type.type === 'date' ? cast(value, timestamp('timestamp_ntz'), binder.settings) : value;
  if (months) {
    const wall = wallOf(binder, base);
    const moved = once(
      wall,
      (one) => `(sf_date_ns(sf_add_months(sf_ns_date(${one}), ${count} * ${months})) + sf_ns_time(${one}))`,
    );
    return { ...fromWall(binder, moved, base), nullable: isNullable };
  }
  if (!nanos)
    throw compilation('001045', '22023', `'${unit}' is not a valid date/time component for function DATEADD.`, span);
  const step = `CAST(${count} AS HUGEINT) * ${nanos}`;
  if (base.type.type === 'timestamp_tz') {
    return typed(`sf_tz_pack((${base.sql}).utc + ${step}, (${base.sql}).off)`, base.type, isNullable);
  }
  if (base.type.type === 'timestamp_ltz' && DAYS[part]) {
    // Days are days of the wall clock, across changes of daylight saving.
    return { ...fromWall(binder, `(${wallOf(binder, base)} + ${step})`, base), nullable: isNullable };
  }
  return typed(`(${base.sql} + ${step})`, base.type, isNullable);
}
