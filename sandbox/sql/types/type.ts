/**
 * Snowflake's data types as the sandbox keeps them: constructors, names, and the DuckDB type that holds each. The whole
 * folder `types/` may import only `engine.ts`, `contract.ts` and `lexer.ts`.
 */
import { SqlError, type TypeField } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';

export const MAX_TEXT = 16777216;
export const MAX_BINARY = 8388608;

const plain = (type: SnowflakeType['type']): SnowflakeType => ({ type, precision: null, scale: null, length: null });

/** NUMBER(precision, scale). */
export function fixed(precision: number, scale = 0): SnowflakeType {
  return { type: 'fixed', precision, scale, length: null };
}

/** VARCHAR of at most `length` characters. */
export function text(length = MAX_TEXT): SnowflakeType {
  return { type: 'text', precision: null, scale: null, length };
}

/** BINARY of at most `length` bytes. */
export function binary(length = MAX_BINARY): SnowflakeType {
  return { type: 'binary', precision: null, scale: null, length };
}

/** TIME with `scale` fraction digits. */
export function time(scale = 9): SnowflakeType {
  return { type: 'time', precision: 0, scale, length: null };
}

export type TimestampKind = 'timestamp_ntz' | 'timestamp_ltz' | 'timestamp_tz';

/** A timestamp of one of the three kinds with `scale` fraction digits. */
export function timestamp(kind: TimestampKind, scale = 9): SnowflakeType {
  return { type: kind, precision: 0, scale, length: null };
}

export const REAL = plain('real');
export const BOOLEAN = plain('boolean');
export const DATE = plain('date');
export const VARIANT = plain('variant');
export const OBJECT = plain('object');
export const ARRAY = plain('array');
export const INTEGER = fixed(38, 0);

/** The type alone of a column or of what else has more than a type. */
export function typeOf({ type, precision, scale, length, fields, collation }: SnowflakeType): SnowflakeType {
  const text = collation === undefined ? {} : { collation };
  return { type, precision, scale, length, ...(fields ? { fields } : {}), ...text };
}

/** VARIANT, and OBJECT and ARRAY that take values of any type. */
export function isSemiStructured(type: SnowflakeType): boolean {
  return (type.type === 'variant' || type.type === 'object' || type.type === 'array') && type.fields === undefined;
}

/** Types whose values are kept as JSON text. */
export function isKeptAsJson(type: SnowflakeType): boolean {
  return isSemiStructured(type) || isStructured(type);
}

/** ARRAY(T), OBJECT(k T, ...), MAP(K, V). Source: docs, "Structured data types". */
export function isStructured(type: SnowflakeType): boolean {
  return type.fields !== undefined && type.type !== 'vector';
}

/** A part of a structured type; the name only where it is an object's key. */
export function field(type: SnowflakeType, nullable = true, name = ''): TypeField {
  return { name, nullable, ...typeOf(type) };
}

/** A structured type of these parts. */
export function structured(kind: 'array' | 'object' | 'map', ...fields: readonly TypeField[]): SnowflakeType {
  return { ...plain(kind), fields };
}

/** True for numbers of either kind, exact and floating. */
export function isNumeric(type: SnowflakeType): boolean {
  return type.type === 'fixed' || type.type === 'real';
}

export function isTimestamp(type: SnowflakeType): boolean {
  return type.type === 'timestamp_ntz' || type.type === 'timestamp_ltz' || type.type === 'timestamp_tz';
}

/**
 * The DuckDB type that holds values of a Snowflake type.
 *
 * - timestamps are HUGEINT nanoseconds since 1970 (wall clock for NTZ, UTC for LTZ): DuckDB's own timestamps keep either
 *   nanoseconds or the years 0001 to 9999, not both. TIMESTAMP_TZ adds the offset from UTC in minutes.
 * - TIME is BIGINT nanoseconds since midnight.
 * - VARIANT, OBJECT and ARRAY are canonical JSON text (see `variant.ts`); JSON null is the text `null`, SQL NULL is NULL.
 * - structured types are such text too (see `structured.ts`).
 */
export function duckType(type: SnowflakeType): string {
  switch (type.type) {
    case 'fixed':
      return `DECIMAL(${type.precision ?? 38},${type.scale ?? 0})`;
    case 'real':
      return 'DOUBLE';
    case 'text':
      return 'VARCHAR';
    case 'boolean':
      return 'BOOLEAN';
    case 'binary':
      return 'BLOB';
    case 'date':
      return 'DATE';
    case 'time':
      return 'BIGINT';
    case 'timestamp_ntz':
    case 'timestamp_ltz':
      return 'HUGEINT';
    case 'timestamp_tz':
      return 'STRUCT(utc HUGEINT, off SMALLINT)';
    case 'variant':
    case 'object':
    case 'array':
    case 'map':
      return 'VARCHAR';
    default:
      throw unsupported(`the data type ${type.type.toUpperCase()}`);
  }
}

/** What the sandbox refuses by name: its own code 000002, SQLSTATE 0A000. */
export function unsupported(what: string, at?: { line: number; pos: number }): SqlError {
  return new SqlError('000002', '0A000', `Unsupported feature: the sandbox does not support ${what}.`, at);
}

/** A type as DESCRIBE, SHOW COLUMNS and GET_DDL print it, e.g. `NUMBER(38,0)`, `VARCHAR(16777216)`, `TIMESTAMP_NTZ(9)`. */
export function typeName(type: SnowflakeType): string {
  switch (type.type) {
    case 'fixed':
      return `NUMBER(${type.precision ?? 38},${type.scale ?? 0})`;
    case 'real':
      return 'FLOAT';
    case 'text':
      return `VARCHAR(${type.length ?? MAX_TEXT})`;
    case 'binary':
      return `BINARY(${type.length ?? MAX_BINARY})`;
    case 'time':
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return `${type.type.toUpperCase()}(${type.scale ?? 9})`;
    default: {
      const word = type.type.toUpperCase();
      if (!type.fields) return word;
      // A map's key is never NULL, and its type does not say so.
      const parts = type.fields.map((part, index) =>
        type.type === 'map' && index === 0 ? typeName(part) : fieldName(part),
      );
      return `${word}(${parts.join(', ')})`;
    }
  }
}

function fieldName(part: TypeField): string {
  const { name } = part;
  const key = name === '' || /^[A-Za-z_]\w*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
  return `${key === '' ? '' : `${key} `}${typeName(part)}${part.nullable ? '' : ' NOT NULL'}`;
}

/** A type as signatures of routines print it: without sizes, but with the parts of a structured one. */
export function bareType(type: SnowflakeType): string {
  return type.fields ? typeName(type) : typeName(type).replace(/\(.*$/, '');
}

/** A type as INFORMATION_SCHEMA.COLUMNS.DATA_TYPE prints it: no parameters, VARCHAR as TEXT. */
export function informationSchemaType(type: SnowflakeType): string {
  if (type.type === 'fixed') return 'NUMBER';
  if (type.type === 'real') return 'FLOAT';
  return type.type.toUpperCase();
}
