import type { Bind } from '../../engine.ts';
import { SqlError } from '../../engine.ts';
import { isWellFormed } from '../bind-shapes.ts';
import type { SnowflakeType } from '../contract.ts';
import { characterCount } from '../types/character-count.ts';
import { hugeLiteral } from '../types/literal.ts';
import { BOOLEAN, binary, DATE, fixed, MAX_TEXT, REAL, text, time, timestamp, VARIANT } from '../types/type.ts';
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

/** A bound value as drivers send it, as a constant. Source: PROTOCOL §6. Throws SqlError 002049 where it is missing. */
export function bindConstant(translation: Translation, index: number): Typed {
  if (!translation.binds) return { ...nullOf(text()) };
  const bind = translation.binds.get(String(index));
  if (!bind) {
    throw new SqlError('002049', '42601', `SQL compilation error:\nBind variable :${index} not set.`);
  }
  return bindValue(bind, translation);
}

/** One scalar bind as DuckDB's text. */
export function bindValue(bind: Bind, translation: Translation): Typed {
  const kind = bind.type.toUpperCase();
  const type = TYPES[kind] ?? text();
  if (typeof bind.value === 'object') {
    if (bind.value === null) return nullOf(type);
    throw new SqlError(
      '002049',
      '42601',
      'SQL compilation error:\nAn array of binds stands where one value is needed.',
    );
  }
  const { value } = bind;
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
