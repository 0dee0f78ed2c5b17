import { SqlError } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import { collationKey } from '../types/collation.ts';
import type { Settings } from '../types/settings.ts';
import { orderText } from '../types/structured-fields.ts';
import {
  BOOLEAN,
  binary,
  duckType,
  fixed,
  isSemiStructured,
  isStructured,
  MAX_TEXT,
  REAL,
  text,
} from '../types/type.ts';
import { asNumber, asText, bigintOf, cast, commonType, hugeOf, textLength, withShort } from './coerce.ts';
import { withCollation } from './collations.ts';
import { invalidTypes } from './failures.ts';
import type { BinaryOp, Span } from './syntax/ast.ts';
import { isNull, nullOf, type Typed, typed } from './typed.ts';

const scaleOf = (type: SnowflakeType) => type.scale ?? 0;
const lead = (type: SnowflakeType) => (type.precision ?? 38) - scaleOf(type);
const either = (a: Typed, b: Typed) => a.nullable || b.nullable;

function real(op: string, a: Typed, b: Typed, settings: Settings): Typed {
  const left = cast(a, REAL, settings).sql;
  const right = cast(b, REAL, settings).sql;
  if (op !== '/' && op !== '%') return typed(`(${left} ${op} ${right})`, REAL, either(a, b));
  const guard = `CASE WHEN ${right} = 0 THEN CAST(sf_raise('100051', '22012', 'Division by zero') AS DOUBLE) ELSE`;
  return typed(`(${guard} ${left} ${op} ${right} END)`, REAL, either(a, b));
}

/**
 * The left operand so that DuckDB gives the result all of its digits: of two short decimals (64 bits) it makes a short
 * one, however many digits the result needs, and calls the rest an overflow.
 */
function widened(a: Typed, b: Typed, digits: number): string {
  const isShort = (value: Typed) => (value.type.precision ?? 38) <= 18;
  if (digits <= 18 || !isShort(a) || !isShort(b)) return a.sql;
  return `CAST(${a.sql} AS DECIMAL(${Math.max(19, lead(a.type) + scaleOf(a.type))},${scaleOf(a.type)}))`;
}

/** Sum or difference: one more leading digit, the greater scale. Source: docs, "Arithmetic operators". */
function sum(op: '+' | '-', a: Typed, b: Typed): Typed {
  const scale = Math.max(scaleOf(a.type), scaleOf(b.type));
  const precision = Math.min(Math.max(lead(a.type), lead(b.type)) + 1 + scale, 38);
  return typed(`(${widened(a, b, precision)} ${op} ${b.sql})`, fixed(precision, scale), either(a, b));
}

/** Product: leading digits add up, scales too up to 12 or the greater of the two. */
function product(a: Typed, b: Typed): Typed {
  const [s1, s2] = [scaleOf(a.type), scaleOf(b.type)];
  const scale = Math.min(s1 + s2, Math.max(s1, s2, 12));
  const precision = Math.min(lead(a.type) + lead(b.type) + scale, 38);
  const type = fixed(precision, scale);
  if (s1 + s2 > 38) {
    // DuckDB has no decimal for the exact product.
    return typed(
      `CAST(sf_mul_big(CAST(${a.sql} AS VARCHAR), CAST(${b.sql} AS VARCHAR), ${scale}) AS ${duckType(type)})`,
      type,
      either(a, b),
    );
  }
  const plain = `(${widened(a, b, (a.type.precision ?? 38) + (b.type.precision ?? 38))} * ${b.sql})`;
  if (scale === s1 + s2) return typed(plain, type, either(a, b));
  if (lead(a.type) + lead(b.type) + s1 + s2 <= 38)
    return typed(`CAST(${plain} AS ${duckType(type)})`, type, either(a, b));
  // The exact product may need more digits than DuckDB's decimals have: then the integers of it are multiplied.
  const exact = `TRY${plain}`;
  const big = `sf_mul_big(CAST(${a.sql} AS VARCHAR), CAST(${b.sql} AS VARCHAR), ${scale})`;
  return typed(`CAST(coalesce(CAST(${exact} AS VARCHAR), ${big}) AS ${duckType(type)})`, type, either(a, b));
}

/** A decimal's digits as one integer (its value times ten to its scale), as HUGEINT. */
export function scaled(value: Typed): string {
  const scale = scaleOf(value.type);
  if (scale === 0) return hugeOf(value);
  const exact = `CAST(replace(CAST(${value.sql} AS VARCHAR), '.', '') AS HUGEINT)`;
  if (scale > 14) return exact;
  // Up to 15 digits a DOUBLE times a power of ten rounds to the right integer.
  const near = `CAST(CAST(round(CAST(${value.sql} AS DOUBLE) * 1${'0'.repeat(scale)}) AS BIGINT) AS HUGEINT)`;
  return lead(value.type) <= 15 - scale
    ? near
    : `CASE WHEN abs(${value.sql}) < 1${'0'.repeat(15 - scale)} THEN ${near} ELSE ${exact} END`;
}

/** Quotient: scale grows by 6 up to 12, never shrinks. */
export function quotient(a: Typed, b: Typed): Typed {
  return withShort(a, (left) => withShort(b, (right) => divided(left, right)));
}

function divided(a: Typed, b: Typed): Typed {
  const scale = Math.max(scaleOf(a.type), Math.min(scaleOf(a.type) + 6, 12));
  const type = fixed(Math.min(lead(a.type) + scaleOf(b.type) + scale, 38), scale);
  const shift = scale - scaleOf(a.type) + scaleOf(b.type);
  const dividend = typed(scaled(a), a.type, true);
  const divisor = typed(scaled(b), b.type, true);
  const factor = `CAST('1${'0'.repeat(shift)}' AS HUGEINT)`;
  const digits = withShort(dividend, (x) =>
    withShort(divisor, (y) => typed(`sf_div_int(${x.sql}, ${y.sql}, ${factor})`, type, true)),
  );
  return typed(unscale(digits.sql, type), type, either(a, b));
}

/** The decimal whose digits, with the type's scale, are an integer. */
export function unscale(digits: string, type: SnowflakeType): string {
  const scale = scaleOf(type);
  if (scale === 0) return `CAST(${digits} AS ${duckType(type)})`;
  return `CAST(CAST(${digits} AS DECIMAL(38,0)) * CAST('0.${'0'.repeat(scale - 1)}1' AS DECIMAL(${scale},${scale})) AS ${duckType(type)})`;
}

function remainder(a: Typed, b: Typed): Typed {
  return withShort(a, (left) => withShort(b, (right) => rest(left, right)));
}

function rest(a: Typed, b: Typed): Typed {
  const scale = Math.max(scaleOf(a.type), scaleOf(b.type));
  const type = fixed(Math.min(Math.max(lead(a.type), lead(b.type)) + scale, 38), scale);
  const guard = `CASE WHEN ${b.sql} = 0 THEN CAST(sf_raise('100051', '22012', 'Division by zero') AS ${duckType(type)})`;
  const plain = `CAST(${a.sql} % ${b.sql} AS ${duckType(type)})`;
  const isLong = Math.max(a.type.precision ?? 38, b.type.precision ?? 38) > 18;
  if (!isLong || scale > 0) return typed(`(${guard} ELSE ${plain} END)`, type, either(a, b));
  // DuckDB's remainder of 128-bit integers is slow.
  const short = `WHEN abs(${a.sql}) < 1000000000000000000 AND abs(${b.sql}) < 1000000000000000000 THEN CAST(${bigintOf(a)} % ${bigintOf(b)} AS ${duckType(type)})`;
  return typed(`(${guard} ${short} ELSE ${plain} END)`, type, either(a, b));
}

function isNumeric(type: SnowflakeType): boolean {
  return type.type === 'fixed' || type.type === 'real';
}

/** Date plus or minus days, or the days between two dates; undefined where neither side is a date. */
function dateArithmetic(op: string, a: Typed, b: Typed, settings: Settings, span: Span): Typed | undefined {
  if (a.type.type === 'date' && b.type.type === 'date') {
    if (op !== '-') throw invalidTypes(op, [a.type, b.type], span);
    return typed(`CAST(${a.sql} - ${b.sql} AS DECIMAL(9,0))`, fixed(9, 0), either(a, b));
  }
  const [date, days] = a.type.type === 'date' ? [a, b] : op === '+' && b.type.type === 'date' ? [b, a] : [undefined, b];
  if (!date || (op !== '+' && op !== '-')) return undefined;
  if (!isNumeric(days.type) && days.type.type !== 'text' && !isNull(days))
    throw invalidTypes(op, [a.type, b.type], span);
  const whole = cast(asNumber(days, settings), fixed(9, 0), settings);
  return typed(`(${date.sql} ${op} CAST(${whole.sql} AS INTEGER))`, date.type, either(a, b));
}

/** `+ - * / %` with Snowflake's types of results. Throws SqlError 001044 for types that have no arithmetic. */
export function arithmetic(op: BinaryOp, a: Typed, b: Typed, settings: Settings, span: Span): Typed {
  const dated = dateArithmetic(op, a, b, settings, span);
  if (dated) return dated;
  for (const side of [a, b]) {
    if (isNull(side) || isNumeric(side.type)) continue;
    if (side.type.type !== 'text' && side.type.type !== 'variant') {
      throw invalidTypes(op, [a.type, b.type], span);
    }
  }
  // A variant in arithmetic is a DOUBLE, as its number may be one.
  const number = (side: Typed) =>
    side.type.type === 'variant' ? cast(side, REAL, settings) : asNumber(side, settings);
  const left = number(a);
  const right = number(b);
  if (left.type.type === 'real' || right.type.type === 'real') return real(op, left, right, settings);
  switch (op) {
    case '+':
    case '-':
      return sum(op, left, right);
    case '*':
      return product(left, right);
    case '/':
      return quotient(left, right);
    default:
      return remainder(left, right);
  }
}

export function negate(value: Typed, settings: Settings, span: Span): Typed {
  if (!isNumeric(value.type) && value.type.type !== 'text' && value.type.type !== 'variant' && !isNull(value)) {
    throw invalidTypes('-', [value.type], span);
  }
  const number = asNumber(value, settings);
  const folded =
    value.constant?.kind === 'number' ? { constant: { kind: 'number', text: flip(value.constant.text) } as const } : {};
  return { ...typed(`(- ${number.sql})`, number.type, number.nullable), ...folded };
}

const flip = (digits: string) => (digits.startsWith('-') ? digits.slice(1) : `-${digits}`);

/** `||`: texts, or binaries. NULL makes NULL. */
export function concat(a: Typed, b: Typed, settings: Settings): Typed {
  if (a.type.type === 'binary' && b.type.type === 'binary') {
    return typed(`(${a.sql} || ${b.sql})`, binary(), either(a, b));
  }
  const left = asText(a, settings);
  const right = asText(b, settings);
  const length = Math.min(textLength(left.type) + textLength(right.type), MAX_TEXT);
  return withCollation(typed(`(${left.sql} || ${right.sql})`, text(length), either(a, b)), [a, b]);
}

/** What two values are compared as. Throws SqlError 002016 where they cannot be. */
export function comparable(a: Typed, b: Typed, settings: Settings, op: string, span: Span): readonly [Typed, Typed] {
  const [left, right] = ofOneType(a, b, settings, op, span);
  return [withCollation(left, [a, b]), withCollation(right, [a, b])];
}

function ofOneType(a: Typed, b: Typed, settings: Settings, op: string, span: Span): readonly [Typed, Typed] {
  if (isNull(a)) return [nullOf(b.type), b];
  if (isNull(b)) return [a, nullOf(a.type)];
  const [ta, tb] = [a.type.type, b.type.type];
  // A variant beside another type becomes that type; numbers keep their fraction.
  if (ta === 'variant' && !isSemiStructured(b.type)) return [unwrap(a, b.type, settings), b];
  if (tb === 'variant' && !isSemiStructured(a.type)) return [a, unwrap(b, a.type, settings)];
  if (ta === 'fixed' && tb === 'fixed') return [a, b];
  const type = commonType(a.type, b.type);
  if (!type) throw invalidTypes(op, [a.type, b.type], span);
  if (type.type === 'fixed') {
    const scaleFor = (side: Typed) =>
      side.type.type === 'text' ? asNumber(side, settings, scaleOf(type)) : cast(side, type, settings);
    return [ta === 'fixed' ? a : scaleFor(a), tb === 'fixed' ? b : scaleFor(b)];
  }
  return [cast(a, type, settings), cast(b, type, settings)];
}

function unwrap(variant: Typed, to: SnowflakeType, settings: Settings): Typed {
  if (to.type === 'fixed') return cast(variant, fixed(38, Math.max(scaleOf(to), 9)), settings);
  if (to.type === 'text') return cast(variant, text(), settings);
  return cast(variant, to, settings);
}

const holdsInstants = (type: SnowflakeType): boolean =>
  type.fields?.some((part) => part.type === 'timestamp_tz' || holdsInstants(part)) ?? false;

/** The part of a value by which it is equal to another: the instant of a TIMESTAMP_TZ. */
export function equalityKey(value: Typed): string {
  if (value.type.collation !== undefined) return collationKey(value.sql, value.type.collation);
  if (value.type.type !== 'timestamp_tz') {
    // Texts of one structured type are equal where the values are, but for the offsets of instants.
    return holdsInstants(value.type) && !isNull(value) ? orderText(value.sql, value.type) : value.sql;
  }
  return isNull(value) ? 'CAST(NULL AS HUGEINT)' : `(${value.sql}).utc`;
}

/** The part of a value by which it is put in order: numbers inside variants count as numbers. */
export function orderKey(value: Typed): string {
  if (isStructured(value.type) && !isNull(value)) return orderText(value.sql, value.type);
  return value.type.type === 'variant' && !isNull(value) ? `sf_v_order(${value.sql})` : equalityKey(value);
}

/** What a query is ordered by: a bare constant, which DuckDB would read as a place or refuse, is hidden in a call. */
export function sortKey(value: Typed): string {
  return /^(?:\d+|'(?:[^']|'')*')$/.test(value.sql) ? `concat(${value.sql})` : orderKey(value);
}

/** `=`, `<>`, `<`, ... */
export function compare(op: BinaryOp, a: Typed, b: Typed, settings: Settings, span: Span): Typed {
  if (isNull(a) && isNull(b)) return nullOf(BOOLEAN);
  const [left, right] = comparable(a, b, settings, op, span);
  const key = op === '=' || op === '<>' ? equalityKey : orderKey;
  return typed(`(${key(left)} ${op} ${key(right)})`, BOOLEAN, either(a, b));
}

/** Values of one type: the branches of a CASE, the items of a list. Throws SqlError 001044. */
export function unify(values: readonly Typed[], settings: Settings, name: string, span: Span): readonly Typed[] {
  const type = unifiedType(values, name, span);
  return values.map((value) => cast(value, type, settings));
}

export function unifiedType(values: readonly Typed[], name: string, span: Span): SnowflakeType {
  let type: SnowflakeType | undefined;
  for (const value of values) {
    if (isNull(value)) continue;
    const next: SnowflakeType | undefined = type ? commonType(type, value.type) : value.type;
    if (!next)
      throw invalidTypes(
        name,
        values.map((one) => one.type),
        span,
      );
    type = next;
  }
  return type ?? text();
}

/** AND, OR. */
export function logic(op: 'and' | 'or', a: Typed, b: Typed, settings: Settings): Typed {
  const left = condition(a, settings);
  const right = condition(b, settings);
  return typed(`(${left.sql} ${op === 'and' ? 'AND' : 'OR'} ${right.sql})`, BOOLEAN, either(a, b));
}

/** A value where a condition stands. */
export function condition(value: Typed, settings: Settings): Typed {
  if (value.type.type === 'boolean') return value;
  if (isNull(value)) return nullOf(BOOLEAN);
  if (isNumeric(value.type) || value.type.type === 'text' || value.type.type === 'variant')
    return cast(value, BOOLEAN, settings);
  throw new SqlError(
    '002010',
    '42601',
    `SQL compilation error:\ninvalid type for a condition: ${value.type.type.toUpperCase()}`,
  );
}
