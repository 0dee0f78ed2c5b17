import { SqlError } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import { type Token, tokenize } from '../lexer.ts';
import { readStructured } from './parse-structured.ts';
import {
  ARRAY,
  BOOLEAN,
  binary,
  DATE,
  fixed,
  INTEGER,
  MAX_BINARY,
  MAX_TEXT,
  OBJECT,
  REAL,
  type TimestampKind,
  text,
  time,
  timestamp,
  unsupported,
  VARIANT,
} from './type.ts';

const INTEGERS = new Set(['INT', 'INTEGER', 'BIGINT', 'SMALLINT', 'TINYINT', 'BYTEINT']);
const NUMBERS = new Set(['NUMBER', 'DECIMAL', 'NUMERIC', 'DEC']);
const REALS = new Set(['FLOAT', 'FLOAT4', 'FLOAT8', 'DOUBLE', 'REAL']);
const TEXTS = new Set(['VARCHAR', 'STRING', 'TEXT', 'NVARCHAR', 'NVARCHAR2']);
const CHARS = new Set(['CHAR', 'CHARACTER', 'NCHAR']);
const NTZ = new Set(['TIMESTAMP_NTZ', 'TIMESTAMPNTZ', 'DATETIME']);
const LTZ = new Set(['TIMESTAMP_LTZ', 'TIMESTAMPLTZ']);
const TZ = new Set(['TIMESTAMP_TZ', 'TIMESTAMPTZ']);
const WITH_PARAMETERS = new Set([
  ...NUMBERS,
  ...TEXTS,
  ...CHARS,
  ...NTZ,
  ...LTZ,
  ...TZ,
  'BINARY',
  'VARBINARY',
  'TIME',
  'TIMESTAMP',
]);
const REFUSED = new Set(['GEOGRAPHY', 'GEOMETRY', 'VECTOR', 'MAP', 'DECFLOAT', 'FILE', 'UUID', 'XML']);

/** What TIMESTAMP without a suffix means: parameter TIMESTAMP_TYPE_MAPPING. */
export type TimestampMapping = 'TIMESTAMP_NTZ' | 'TIMESTAMP_LTZ' | 'TIMESTAMP_TZ';

function unknownType(token: Token): SqlError {
  return new SqlError('002040', '42601', `SQL compilation error:\nUnsupported data type '${token.value}'.`, token);
}

function outOfRange(what: string, token: Token): SqlError {
  return new SqlError(
    '002039',
    '42601',
    `SQL compilation error:\ninvalid ${what} for data type ${token.value}.`,
    token,
  );
}

/** Reads a type's parameters in brackets. */
function parameters(
  tokens: readonly Token[],
  at: number,
): { readonly values: readonly number[]; readonly next: number } {
  if (tokens[at]?.text !== '(') return { values: [], next: at };
  const values: number[] = [];
  let next = at + 1;
  while (tokens[next]?.kind === 'number') {
    values.push(Number(tokens[next]?.text));
    next += 1;
    if (tokens[next]?.text !== ',') break;
    next += 1;
  }
  const close = tokens[next];
  if (close?.text !== ')') {
    const bad = close ?? tokens[at];
    const place = `line ${bad?.line ?? 1} at position ${bad?.pos ?? 0}`;
    throw new SqlError(
      '001003',
      '42000',
      `SQL compilation error:\nsyntax error ${place} unexpected '${bad?.kind === 'end' ? '<EOF>' : (bad?.text ?? '')}'.`,
      bad,
    );
  }
  return { values, next: next + 1 };
}

function timestampOf(kind: TimestampKind, scale: number | undefined, token: Token): SnowflakeType {
  if (scale !== undefined && scale > 9) throw outOfRange('scale', token);
  return timestamp(kind, scale ?? 9);
}

/**
 * Reads a data type at a token, e.g. NUMBER(10,2), DOUBLE PRECISION, TIMESTAMP WITH TIME ZONE, ARRAY.
 * Returns undefined where no type name of Snowflake's stands there; `next` is the token behind it.
 * Throws SqlError 000002 for types that the sandbox does not support, 002039 for bad parameters.
 */
export function readType(
  tokens: readonly Token[],
  at: number,
  mapping: TimestampMapping = 'TIMESTAMP_NTZ',
): { readonly type: SnowflakeType; readonly next: number } | undefined {
  const token = tokens[at];
  if (token?.kind !== 'word') return undefined;
  const word = token.value;
  const is = (offset: number, value: string) =>
    tokens[at + offset]?.kind === 'word' && tokens[at + offset]?.value === value;
  const readPart = (place: number) => readType(tokens, place, mapping);
  if (word === 'MAP' && tokens[at + 1]?.text === '(') return readStructured('map', tokens, at, readPart);
  if (REFUSED.has(word)) throw unsupported(`the data type ${word}`, token);
  // Migrated DDL writes FLOAT(53): the digits are taken and mean nothing, as every FLOAT has 64 bits.
  if (word === 'FLOAT') return { type: REAL, next: parameters(tokens, at + 1).next };
  if (REALS.has(word)) return { type: REAL, next: at + (word === 'DOUBLE' && is(1, 'PRECISION') ? 2 : 1) };
  if (INTEGERS.has(word)) return { type: INTEGER, next: at + 1 };
  if (word === 'BOOLEAN') return { type: BOOLEAN, next: at + 1 };
  if (word === 'DATE') return { type: DATE, next: at + 1 };
  if (word === 'VARIANT') return { type: VARIANT, next: at + 1 };
  if (word === 'OBJECT' || word === 'ARRAY') {
    if (tokens[at + 1]?.text !== '(') return { type: word === 'OBJECT' ? OBJECT : ARRAY, next: at + 1 };
    return readStructured(word === 'OBJECT' ? 'object' : 'array', tokens, at, readPart);
  }
  if (CHARS.has(word) && is(1, 'VARYING')) {
    const { values, next } = parameters(tokens, at + 2);
    return { type: text(values[0] ?? MAX_TEXT), next };
  }
  if (!WITH_PARAMETERS.has(word)) return undefined;
  const { values, next } = parameters(tokens, at + 1);
  const [first, second] = values;
  if (NUMBERS.has(word)) {
    const precision = first ?? 38;
    const scale = second ?? 0;
    if (precision < 1 || precision > 38) throw outOfRange('precision', token);
    if (scale > 37 || scale > precision) throw outOfRange('scale', token);
    return { type: fixed(precision, scale), next };
  }
  if (TEXTS.has(word) || CHARS.has(word)) {
    const length = first ?? (CHARS.has(word) ? 1 : MAX_TEXT);
    if (length < 1 || length > 134217728) throw outOfRange('length', token);
    return { type: text(length), next };
  }
  if (word === 'BINARY' || word === 'VARBINARY') {
    const length = first ?? MAX_BINARY;
    if (length < 1 || length > 67108864) throw outOfRange('length', token);
    return { type: binary(length), next };
  }
  if (word === 'TIME') {
    if (first !== undefined && first > 9) throw outOfRange('scale', token);
    return { type: time(first ?? 9), next };
  }
  if (NTZ.has(word)) return { type: timestampOf('timestamp_ntz', first, token), next };
  if (LTZ.has(word)) return { type: timestampOf('timestamp_ltz', first, token), next };
  if (TZ.has(word)) return { type: timestampOf('timestamp_tz', first, token), next };
  const suffix = (...words: readonly string[]) => words.every((each, offset) => tokens[next + offset]?.value === each);
  if (suffix('WITH', 'TIME', 'ZONE')) return { type: timestampOf('timestamp_tz', first, token), next: next + 3 };
  if (suffix('WITHOUT', 'TIME', 'ZONE')) return { type: timestampOf('timestamp_ntz', first, token), next: next + 3 };
  if (suffix('WITH', 'LOCAL', 'TIME', 'ZONE')) {
    return { type: timestampOf('timestamp_ltz', first, token), next: next + 4 };
  }
  return { type: timestampOf(mapping.toLowerCase() as TimestampKind, first, token), next };
}

/**
 * A data type from its text, e.g. `NUMBER(10,2)`. Throws SqlError 002040 where it names none.
 * The mapping says what a bare TIMESTAMP is.
 */
export function parseType(source: string, mapping: TimestampMapping = 'TIMESTAMP_NTZ'): SnowflakeType {
  const tokens = tokenize(source);
  const found = readType(tokens, 0, mapping);
  const first = tokens[0];
  if (!found || tokens[found.next]?.kind !== 'end') {
    if (!first) throw new SqlError('002040', '42601', 'SQL compilation error:\nUnsupported data type.');
    throw unknownType(first);
  }
  return found.type;
}
