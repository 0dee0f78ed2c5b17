import type { SnowflakeType } from '../contract.ts';
import type { Settings } from '../types/settings.ts';
import { duckType, fixed, isNumeric, REAL } from '../types/type.ts';
import { asNumber, bigintOf, cast, hugeOf, withShort } from './coerce.ts';
import { invalidTypes } from './failures.ts';
import type { BinaryOp, Span } from './syntax/ast.ts';
import { either, isNull, type Typed, typed } from './typed.ts';

const scaleOf = (type: SnowflakeType) => type.scale ?? 0;
const lead = (type: SnowflakeType) => (type.precision ?? 38) - scaleOf(type);

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
