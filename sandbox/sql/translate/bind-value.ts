import type { Bind, TypeField } from '../../engine.ts';
import { SqlError } from '../../engine.ts';
import { bindAt, isWellFormed } from '../bind-shapes.ts';
import type { SnowflakeType } from '../contract.ts';
import { unsupported } from '../errors.ts';
import { characterCount } from '../types/character-count.ts';
import { hugeLiteral } from '../types/literal.ts';
import {
  ARRAY,
  BOOLEAN,
  binary,
  DATE,
  field,
  fixed,
  MAX_BINARY,
  MAX_TEXT,
  OBJECT,
  REAL,
  structured,
  text,
  time,
  timestamp,
  VARIANT,
} from '../types/type.ts';
import { cast } from './coerce.ts';
import type { Translation } from './translation.ts';
import { booleanConstant, nullOf, numberConstant, stringConstant, type Typed, typed } from './typed.ts';

const MS_OF_A_DAY = 86_400_000;

const TYPES: Readonly<Record<string, SnowflakeType>> = {
  FIXED: fixed(38, 0),
  REAL,
  TEXT: text(),
  BOOLEAN,
  BINARY: binary(),
  DATE,
  TIME: time(),
  TIMESTAMP_NTZ: timestamp('timestamp_ntz'),
  TIMESTAMP_LTZ: timestamp('timestamp_ltz'),
  TIMESTAMP_TZ: timestamp('timestamp_tz'),
  VARIANT,
};

/**
 * A bound value as drivers send it, as a constant; `place` is its number, or the name of `:name` (Go sends such binds).
 * Source: PROTOCOL §6; gosnowflake, bindings_test.go. Throws SqlError 002049 where it is missing.
 */
export function bindConstant(translation: Translation, place: number | string): Typed {
  if (!translation.binds) return { ...nullOf(text()) };
  const bind = bindAt(translation.binds, String(place));
  if (!bind) {
    throw new SqlError('002049', '42601', `SQL compilation error:\nBind variable :${place} not set.`);
  }
  return bindValue(bind, translation);
}

/** One scalar bind as DuckDB's text. */
export function bindValue(bind: Bind, translation: Translation): Typed {
  const kind = bind.type.toUpperCase();
  if (kind === 'DECFLOAT') throw unsupported('the data type DECFLOAT');
  const type = TYPES[kind] ?? text();
  if (kind === 'OBJECT' || kind === 'ARRAY' || kind === 'MAP') return boundJson(bind, kind, translation);
  const value = singleValue(bind);
  if (value === null) return nullOf(type);
  if (!isWellFormed(kind, value)) return cast(stringConstant(value), type, translation.settings);
  switch (kind) {
    case 'FIXED':
    case 'REAL':
      return number(value, kind);
    case 'BOOLEAN':
      return booleanConstant(value === '1' || value.toLowerCase() === 'true');
    case 'BINARY':
      return typed(`unhex('${value}')`, binary(Math.max(value.length / 2, 1)), false);
    case 'DATE':
      return typed(`(DATE '1970-01-01' + CAST('${Math.floor(Number(value) / MS_OF_A_DAY)}' AS INTEGER))`, DATE, false);
    case 'TIME':
      return typed(`CAST('${value}' AS BIGINT)`, type, false);
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
      return typed(hugeLiteral(BigInt(value)), type, false);
    case 'TIMESTAMP_TZ':
      return zoned(value, type);
    case 'VARIANT':
      return typed(`sf_parse_json(${stringConstant(value).sql}, false)`, VARIANT, true);
    default:
      return { ...stringConstant(value), type: text(Math.min(Math.max(characterCount(value), 1), MAX_TEXT)) };
  }
}

/** A scalar bind's text. Throws SqlError 002049 where an array of values is bound. */
function singleValue({ value }: Bind): string | null {
  if (typeof value !== 'object' || value === null) return value;
  throw new SqlError('002049', '42601', 'SQL compilation error:\nAn array of binds stands where one value is needed.');
}

/**
 * An object, array or map, sent as JSON text (`fmt: "json"`): of the structured type of its schema, where there is one.
 * Source: gosnowflake, structured_type_write_test.go.
 */
function boundJson(bind: Bind, kind: 'OBJECT' | 'ARRAY' | 'MAP', { settings }: Translation): Typed {
  const value = singleValue(bind);
  const loose = kind === 'ARRAY' ? ARRAY : OBJECT;
  const type = bind.schema?.fields ? typeOfSchema(bind.schema) : loose;
  if (value === null) return nullOf(type);
  const parsed = typed(`sf_parse_json(${stringConstant(value).sql}, false)`, VARIANT, true);
  const result = cast(parsed, type, settings);
  return type === loose ? { ...result, isBound: true } : result;
}

/** The type that a bind's schema tells; sizes that it leaves out are the greatest. */
function typeOfSchema({ type, precision, scale, length, fields }: TypeField): SnowflakeType {
  switch (type) {
    case 'fixed':
      return fixed(precision ?? 38, scale ?? 0);
    case 'text':
      return text(length ?? MAX_TEXT);
    case 'binary':
      return binary(length ?? MAX_BINARY);
    case 'time':
      return time(scale ?? 9);
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return timestamp(type, scale ?? 9);
    case 'object':
    case 'array':
    case 'map': {
      const parts = (fields ?? []).map((part) => field(typeOfSchema(part), part.nullable, part.name));
      return parts.length > 0 ? structured(type, ...parts) : type === 'array' ? ARRAY : OBJECT;
    }
    default:
      return { type, precision: null, scale: null, length: null };
  }
}

function number(value: string, kind: string): Typed {
  if (kind === 'REAL') return typed(`CAST(${stringConstant(value).sql} AS DOUBLE)`, REAL, false);
  const constant = numberConstant(value.replace(/^-/, ''));
  if (!value.startsWith('-')) return constant;
  return { ...typed(`(- ${constant.sql})`, constant.type, false), constant: { kind: 'number', text: value } };
}

function zoned(value: string, type: SnowflakeType): Typed {
  // Python's connector 5 sends the nanoseconds alone: they are UTC.
  const [nanos = '0', offset = '1440'] = value.split(' ');
  return typed(`sf_tz_pack(${hugeLiteral(BigInt(nanos))}, ${Number(offset) - 1440})`, type, false);
}
