import type { SnowflakeType } from '../contract.ts';
import { type ConvertMode, noCast, sameType } from '../types/conversion-rules.ts';
import { convert } from '../types/convert.ts';
import { once } from '../types/once.ts';
import type { Settings } from '../types/settings.ts';
import { isStructuredCoercible } from '../types/structured.ts';
import {
  field,
  fixed,
  INTEGER,
  isSemiStructured,
  isStructured,
  isTimestamp,
  MAX_TEXT,
  REAL,
  text,
  timestamp,
  typeOf,
  VARIANT,
} from '../types/type.ts';
import { isNull, nullOf, type Typed, typed } from './typed.ts';

/** Values' texts up to this length may be written a few times. */
const SHORT = 160;

/**
 * Does `work` with a value whose text may be written several times: a long one is written once (see `once`), and so is
 * what differs at each use.
 */
export function withShort(value: Typed, work: (value: Typed) => Typed, limit = SHORT): Typed {
  let result: Typed | undefined;
  const sql = once(
    value.sql,
    (short) => {
      result = work({ ...value, sql: short });
      return result.sql;
    },
    value.isVolatile ? 0 : limit,
  );
  return { ...(result ?? value), sql };
}

/** A value as another type. NULL takes any. */
export function cast(value: Typed, to: SnowflakeType, settings: Settings, mode: ConvertMode = 'cast'): Typed {
  if (isNull(value)) return nullOf(typeOf(to));
  if (sameType(value.type, to)) return value;
  const nullable = value.nullable || mode === 'try';
  const result = withShort(value, (short) =>
    typed(convert(short.sql, { ...short.type, nullable: short.nullable }, to, mode, settings), typeOf(to), nullable),
  );
  return value.isVolatile ? { ...result, isVolatile: true } : result;
}

/** A whole NUMBER as DuckDB's BIGINT (an error where it has more digits). */
export function bigintOf(value: Typed): string {
  return (value.type.precision ?? 38) <= 18 ? `CAST(${value.sql} AS BIGINT)` : `sf_bigint(${value.sql})`;
}

/** A whole NUMBER as DuckDB's HUGEINT. */
export function hugeOf(value: Typed): string {
  return (value.type.precision ?? 38) <= 18 ? `CAST(CAST(${value.sql} AS BIGINT) AS HUGEINT)` : `sf_huge(${value.sql})`;
}

/** Decimals of the number that a text is read as where nothing tells how many it has; arithmetic and functions alike. */
const TEXT_SCALE = 5;

/**
 * A value where a number is wanted: variants become DOUBLE, texts NUMBER(38, `scale`) but for constants, which keep the
 * decimals that they are written with.
 */
export function asNumber(value: Typed, settings: Settings, scale = TEXT_SCALE): Typed {
  if (value.type.type === 'fixed' || value.type.type === 'real') return value;
  if (isNull(value)) return nullOf(INTEGER);
  if (value.type.type === 'boolean') throw noCast(value.type, INTEGER);
  if (value.constant?.kind === 'string') {
    const part = /\.(\d+)\s*$/.exec(value.constant.value)?.[1] ?? '';
    return cast(value, fixed(38, Math.min(part.length, 37)), settings);
  }
  return cast(value, value.type.type === 'variant' ? REAL : fixed(38, scale), settings);
}

export function asText(value: Typed, settings: Settings): Typed {
  if (value.type.type === 'text') return isNull(value) ? nullOf(text()) : value;
  return cast(value, text(textLength(value.type)), settings);
}

/** The longest text that a value can become: Snowflake gives what was no text before the greatest length. */
export function textLength(type: SnowflakeType): number {
  return type.type === 'text' ? (type.length ?? MAX_TEXT) : MAX_TEXT;
}

export function asDouble(value: Typed, settings: Settings): Typed {
  if (value.type.type === 'boolean' && !isNull(value)) throw noCast(value.type, REAL);
  return cast(value, REAL, settings);
}

export function asBoolean(value: Typed, settings: Settings): Typed {
  return cast(value, { type: 'boolean', precision: null, scale: null, length: null }, settings);
}

/** NUMBER that holds both: the more leading digits and the more decimals of the two. */
function widerFixed(a: SnowflakeType, b: SnowflakeType): SnowflakeType {
  const scale = Math.max(a.scale ?? 0, b.scale ?? 0);
  const lead = Math.max((a.precision ?? 38) - (a.scale ?? 0), (b.precision ?? 38) - (b.scale ?? 0));
  return fixed(Math.min(lead + scale, 38), scale);
}

/** The structured type that takes the values of both; undefined where neither becomes the other without being asked. */
function commonStructured(a: SnowflakeType, b: SnowflakeType): SnowflakeType | undefined {
  if (!a.fields || !b.fields || !isStructuredCoercible(a, b)) return undefined;
  const parts = a.fields.map((part, index) => {
    const other = b.fields?.[index] ?? part;
    const type = commonType(part, other);
    return type && field(type, part.nullable || other.nullable, part.name);
  });
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length ? { ...a, fields: known } : undefined;
}

/** The one type of two branches (CASE, COALESCE, UNION, IN lists). Undefined where Snowflake has none. */
export function commonType(a: SnowflakeType, b: SnowflakeType): SnowflakeType | undefined {
  if (sameType(a, b)) return a;
  if (isStructured(a) || isStructured(b)) return commonStructured(a, b);
  if (a.type === b.type) {
    if (a.type === 'fixed') return widerFixed(a, b);
    if (a.type === 'text') return text(Math.max(a.length ?? MAX_TEXT, b.length ?? MAX_TEXT));
    if (a.type === 'binary') return { ...a, length: Math.max(a.length ?? 0, b.length ?? 0) };
    return { ...a, scale: Math.max(a.scale ?? 0, b.scale ?? 0) };
  }
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (one.type === 'variant') return VARIANT;
    if (one.type === 'text' && !isSemiStructured(other)) {
      return other.type === 'fixed' ? fixed(38, Math.max(other.scale ?? 0, 5)) : other.type === 'binary' ? one : other;
    }
    if (one.type === 'real' && other.type === 'fixed') return REAL;
    // Numbers become booleans without being asked, booleans no numbers.
    if (one.type === 'boolean' && (other.type === 'fixed' || other.type === 'real')) return one;
    if (one.type === 'date' && isTimestamp(other)) return other;
    if (one.type === 'timestamp_tz' && isTimestamp(other))
      return timestamp('timestamp_tz', Math.max(one.scale ?? 9, other.scale ?? 9));
    if (one.type === 'timestamp_ltz' && other.type === 'timestamp_ntz') {
      return timestamp('timestamp_ltz', Math.max(one.scale ?? 9, other.scale ?? 9));
    }
  }
  return undefined;
}
