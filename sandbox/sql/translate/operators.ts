import { SqlError } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import type { Settings } from '../types/settings.ts';
import { BOOLEAN, binary, isNumeric, MAX_TEXT, text } from '../types/type.ts';
import { asText, cast, commonType, textLength } from './coerce.ts';
import { withCollation } from './collations.ts';
import { invalidTypes } from './failures.ts';
import type { Span } from './syntax/ast.ts';
import { either, isNull, nullOf, type Typed, typed } from './typed.ts';

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
