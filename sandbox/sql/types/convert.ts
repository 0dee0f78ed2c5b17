import type { SnowflakeType } from '../contract.ts';
import { type ConvertMode, isTry, noCast, sameType } from './conversion-rules.ts';
import { toMoment } from './convert-moments.ts';
import { quoteText } from './literal.ts';
import { once } from './once.ts';
import type { Settings } from './settings.ts';
import { dayText, wallText } from './strftime.ts';
import { toLoose, toStructured } from './structured.ts';
import type { KeyChanges } from './structured-fields.ts';
import { textNumber } from './text-number.ts';
import { duckType, isSemiStructured, isStructured, MAX_TEXT } from './type.ts';

/** What is converted; whether it may be NULL shows in messages only. */
type Source = SnowflakeType & { readonly nullable?: boolean };

/** A value or, where it is NULL, the error that a raising function throws. */
function orRaise(tried: string, raise: string, type: string, mode: ConvertMode): string {
  return isTry(mode) ? tried : `coalesce(${tried}, CAST(${raise} AS ${type}))`;
}

/** A number's type as messages about its range print it: bytes that hold it, precision, scale, whether it may be NULL. */
function representation({ precision, scale }: SnowflakeType, nullable: boolean): string {
  const digits = precision ?? 38;
  const bytes = digits <= 4 ? 2 : digits <= 9 ? 4 : digits <= 18 ? 8 : 16;
  return `FIXED[SB${bytes}](${digits},${scale ?? 0}){${nullable ? 'nullable' : 'not null'}}`;
}

function toFixed(sql: string, from: Source, to: SnowflakeType, mode: ConvertMode, zone: string): string {
  const duck = duckType(to);
  const limits = `${to.precision ?? 38}, ${to.scale ?? 0}`;
  switch (from.type) {
    case 'fixed': {
      const room = (to.precision ?? 38) - (to.scale ?? 0) - ((from.precision ?? 38) - (from.scale ?? 0));
      // Rounding can carry into one more digit.
      const isSafe = room > 0 || (room === 0 && (to.scale ?? 0) >= (from.scale ?? 0));
      if (isSafe) return `CAST(${sql} AS ${duck})`;
      return orRaise(
        `TRY_CAST(${sql} AS ${duck})`,
        `sf_no_room(CAST(${sql} AS VARCHAR), ${quoteText(representation(to, from.nullable ?? true))})`,
        duck,
        mode,
      );
    }
    case 'real':
      return orRaise(`TRY_CAST(${sql} AS ${duck})`, `sf_bad_number(CAST(${sql} AS VARCHAR), ${limits})`, duck, mode);
    case 'text':
      return orRaise(textNumber(sql, to), `sf_bad_number(${sql}, ${limits})`, duck, mode);
    case 'boolean':
      return orRaise(
        `TRY_CAST(CAST(${sql} AS INTEGER) AS ${duck})`,
        `sf_bad_number(CAST(CAST(${sql} AS INTEGER) AS VARCHAR), ${limits})`,
        duck,
        mode,
      );
    case 'variant':
      return orRaise(
        `TRY_CAST(sf_v_number(${sql}) AS ${duck})`,
        `sf_bad_variant(${sql}, 'FIXED', ${quoteText(zone)})`,
        duck,
        mode,
      );
    default:
      throw noCast(from, to);
  }
}

function toReal(sql: string, from: SnowflakeType, to: SnowflakeType, mode: ConvertMode, zone: string): string {
  switch (from.type) {
    case 'fixed':
      return `CAST(${sql} AS DOUBLE)`;
    case 'text':
      return orRaise(`sf_text_real(${sql})`, `sf_bad_number(${sql}, 38, 37)`, 'DOUBLE', mode);
    case 'boolean':
      return `CAST(${sql} AS DOUBLE)`;
    case 'variant':
      return orRaise(
        `sf_text_real(sf_v_number(${sql}))`,
        `sf_bad_variant(${sql}, 'REAL', ${quoteText(zone)})`,
        'DOUBLE',
        mode,
      );
    default:
      throw noCast(from, to);
  }
}

/** A number's digits. Where all of them are decimals DuckDB would print no zero before the point. */
function decimalText(sql: string, { precision, scale }: SnowflakeType): string {
  const isBare = precision !== null && scale !== null && scale > 0 && precision === scale;
  return `CAST(${isBare ? `CAST(${sql} AS DECIMAL(${precision + 1},${scale}))` : sql} AS VARCHAR)`;
}

/** Text of any value, as `::VARCHAR` prints it. */
export function toPlainText(sql: string, from: SnowflakeType, settings: Settings): string {
  const zone = quoteText(settings.zone);
  switch (from.type) {
    case 'text':
      return sql;
    case 'fixed':
      return decimalText(sql, from);
    case 'real':
      return `sf_real_text(${sql})`;
    case 'boolean':
      return `CAST(${sql} AS VARCHAR)`;
    case 'binary':
      return settings.binaryOutput === 'BASE64'
        ? `to_base64(${sql})`
        : settings.binaryOutput === 'UTF-8'
          ? `sf_utf8(${sql})`
          : `hex(${sql})`;
    case 'date':
      return dayText(sql, settings.dateOutput);
    case 'time':
      return wallText(`CAST(${sql} AS HUGEINT)`, settings.timeOutput);
    case 'timestamp_ntz':
      return wallText(sql, settings.ntzOutput);
    case 'timestamp_ltz':
      return once(
        sql,
        (one) => `sf_format(sf_local(${one}, ${zone}), ${quoteText(settings.ltzOutput)}, sf_offset(${one}, ${zone}))`,
      );
    case 'timestamp_tz':
      return once(
        sql,
        (one) => `sf_format(sf_tz_wall(${one}), ${quoteText(settings.tzOutput)}, CAST((${one}).off AS INTEGER))`,
      );
    case 'variant':
    case 'object':
    case 'array':
      return once(sql, (one) => `sf_v_text(${one}, ${zone})`, 120);
    default:
      throw noCast(from, { ...from, type: 'text' });
  }
}

function toText(sql: string, from: SnowflakeType, to: SnowflakeType, mode: ConvertMode, settings: Settings): string {
  const plain = toPlainText(sql, from, settings);
  const length = to.length ?? MAX_TEXT;
  if (length >= MAX_TEXT || (from.type === 'text' && (from.length ?? MAX_TEXT) <= length)) return plain;
  if (isTry(mode)) return `CASE WHEN length(${plain}) <= ${length} THEN ${plain} END`;
  return `CASE WHEN length(${plain}) > ${length} THEN sf_too_long(${plain}) ELSE ${plain} END`;
}

function toBoolean(sql: string, from: SnowflakeType, to: SnowflakeType, mode: ConvertMode): string {
  switch (from.type) {
    case 'fixed':
    case 'real':
      return `(${sql} <> 0)`;
    case 'text':
      return orRaise(`sf_text_boolean(${sql})`, `sf_bad_boolean(${sql})`, 'BOOLEAN', mode);
    case 'variant':
      return orRaise(`sf_v_boolean(${sql})`, `sf_bad_variant(${sql}, 'BOOLEAN', 'UTC')`, 'BOOLEAN', mode);
    default:
      throw noCast(from, to);
  }
}

function toBinary(sql: string, from: SnowflakeType, to: SnowflakeType, mode: ConvertMode, settings: Settings): string {
  switch (from.type) {
    case 'text':
      return `${isTry(mode) ? 'sf_try_binary' : 'sf_binary'}(${sql}, ${quoteText(settings.binaryInput)})`;
    case 'variant':
      return `${isTry(mode) ? 'sf_try_binary' : 'sf_binary'}(sf_v_scalar(${sql}, 'UTC'), 'HEX')`;
    default:
      throw noCast(from, to);
  }
}

/** Any value as the canonical text of a VARIANT. */
export function toVariant(sql: string, from: SnowflakeType): string {
  switch (from.type) {
    case 'variant':
    case 'object':
    case 'array':
      return sql;
    case 'fixed':
      if ((from.scale ?? 0) === 0) return `CAST(${sql} AS VARCHAR)`;
      return `sf_v_of_decimal(${decimalText(sql, from)})`;
    case 'real':
      return `sf_v_of_real(${sql})`;
    case 'text':
      return `sf_v_of_text(${sql})`;
    case 'boolean':
      return `CAST(${sql} AS VARCHAR)`;
    case 'date':
      return `sf_v_tag('d', CAST(${sql} AS VARCHAR))`;
    case 'time':
      return `sf_v_tag('t', sf_format(CAST(${sql} AS HUGEINT), 'HH24:MI:SS${(from.scale ?? 9) > 0 ? '.FF' : ''}', 0))`;
    case 'timestamp_ntz':
      return `sf_v_tag('N', CAST(${sql} AS VARCHAR))`;
    case 'timestamp_ltz':
      return `sf_v_tag('L', CAST(${sql} AS VARCHAR))`;
    case 'timestamp_tz':
      return `sf_v_tag('Z', CAST((${sql}).utc AS VARCHAR) || ' ' || CAST((${sql}).off AS VARCHAR))`;
    case 'binary':
      return `sf_v_tag('b', hex(${sql}))`;
    default:
      throw noCast(from, { ...from, type: 'variant' });
  }
}

function toSemiStructured(sql: string, from: SnowflakeType, to: SnowflakeType, mode: ConvertMode): string {
  const opener = to.type === 'object' ? '{' : '[';
  if (from.type === to.type) return sql;
  if (to.type === 'array' && !isSemiStructured(from)) return `('[' || ${toVariant(sql, from)} || ']')`;
  if (from.type !== 'variant') throw noCast(from, to);
  if (to.type === 'array') {
    return `CASE WHEN ${sql} = 'null' THEN NULL WHEN starts_with(${sql}, '[') THEN ${sql} ELSE '[' || ${sql} || ']' END`;
  }
  const tried = `CASE WHEN starts_with(${sql}, '${opener}') THEN ${sql} END`;
  if (isTry(mode)) return tried;
  return `CASE WHEN ${sql} = 'null' THEN NULL ELSE coalesce(${tried}, sf_bad_variant(${sql}, 'OBJECT', 'UTC')) END`;
}

/**
 * A value as a structured type, with what CAST may say of the keys behind it. Throws SqlError 001007 as `convert` does.
 */
export function castStructured(
  sql: string,
  from: SnowflakeType,
  to: SnowflakeType,
  settings: Settings,
  changes: KeyChanges = {},
): string {
  const part = (value: string, own: SnowflakeType, target: SnowflakeType) =>
    convert(value, own, target, 'cast', settings);
  return toStructured(sql, from, to, settings.zone, part, changes);
}

/**
 * The DuckDB expression of `duckType(to)` for one of `duckType(from)`.
 * Throws SqlError 001007 where Snowflake has no such conversion; values that do not fit fail at run time with Snowflake's
 * codes (100038, 100039, 100040, 100035, 100037, 100071, 100078). Source: docs, "Data type conversion".
 */
export function convert(sql: string, from: Source, to: SnowflakeType, mode: ConvertMode, settings: Settings): string {
  if (sameType(from, to)) return sql;
  if (isStructured(to)) return castStructured(sql, from, to, settings);
  if (isStructured(from)) return toLoose(sql, from, to);
  switch (to.type) {
    case 'fixed':
      return toFixed(sql, from, to, mode, settings.zone);
    case 'real':
      return from.type === 'real' ? sql : toReal(sql, from, to, mode, settings.zone);
    case 'text':
      return toText(sql, from, to, mode, settings);
    case 'boolean':
      return from.type === 'boolean' ? sql : toBoolean(sql, from, to, mode);
    case 'binary':
      return from.type === 'binary' ? sql : toBinary(sql, from, to, mode, settings);
    case 'date':
    case 'time':
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return toMoment(sql, from, to, mode, settings);
    case 'variant':
      return toVariant(sql, from);
    case 'object':
    case 'array':
      return toSemiStructured(sql, from, to, mode);
    default:
      throw noCast(from, to);
  }
}
