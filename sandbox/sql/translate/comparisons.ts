import type { SnowflakeType } from '../contract.ts';
import { collationKey } from '../types/collation.ts';
import type { Settings } from '../types/settings.ts';
import { orderText } from '../types/structured-fields.ts';
import { BOOLEAN, fixed, isSemiStructured, isStructured, text } from '../types/type.ts';
import { asNumber, cast, commonType } from './coerce.ts';
import { withCollation } from './collations.ts';
import { invalidTypes } from './failures.ts';
import type { BinaryOp, Span } from './syntax/ast.ts';
import { either, isNull, nullOf, type Typed, typed } from './typed.ts';

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
      side.type.type === 'text' ? asNumber(side, settings, type.scale ?? 0) : cast(side, type, settings);
    return [ta === 'fixed' ? a : scaleFor(a), tb === 'fixed' ? b : scaleFor(b)];
  }
  return [cast(a, type, settings), cast(b, type, settings)];
}

function unwrap(variant: Typed, to: SnowflakeType, settings: Settings): Typed {
  if (to.type === 'fixed') return cast(variant, fixed(38, Math.max(to.scale ?? 0, 9)), settings);
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
