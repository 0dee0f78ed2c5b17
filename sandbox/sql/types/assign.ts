import { SqlError } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import { convert } from './convert.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';
import { isStructuredCoercible } from './structured.ts';
import { duckType, isSemiStructured, isStructured, typeName } from './type.ts';

/** Types that INSERT and UPDATE turn into each other without being asked. Source: docs, "Data type conversion", coercible. */
export function isCoercible(from: SnowflakeType, to: SnowflakeType): boolean {
  if (isStructured(from) || isStructured(to)) return isStructuredCoercible(from, to);
  if (from.type === to.type) return true;
  const isNumber = (type: SnowflakeType) => type.type === 'fixed' || type.type === 'real';
  if (to.type === 'variant') return isNumber(from) || from.type === 'boolean' || isSemiStructured(from);
  if (from.type === 'variant') return to.type !== 'binary';
  if (from.type === 'text') return !isSemiStructured(to);
  if (to.type === 'text') return !isSemiStructured(from) && from.type !== 'binary';
  if (isNumber(from)) return isNumber(to) || to.type === 'boolean';
  const isMoment = (type: SnowflakeType) => type.type === 'date' || type.type.startsWith('timestamp');
  return isMoment(from) && (isMoment(to) || (to.type === 'time' && from.type !== 'date'));
}

/**
 * A DuckDB expression that stores `expression` (of type `from`) in a column of type `to` as INSERT and UPDATE do:
 * implicit conversions only, and no text is cut. NULLs without a type (`isNull`) go into any
 * column, bound JSON without a schema (`isBound`) into structured ones. Throws SqlError 002023 where Snowflake has no implicit conversion.
 * `settings` are the session's (`settingsOf(scope)`): formats in which texts are read, and the time zone.
 */
export function assign(
  expression: string,
  from: SnowflakeType & { readonly isNull?: boolean; readonly isBound?: boolean },
  to: SnowflakeType,
  column: string,
  settings: Settings = DEFAULT_SETTINGS,
): string {
  if (from.isNull) return `CAST(NULL AS ${duckType(to)})`;
  if (!isCoercible(from, to) && !(from.isBound && isStructured(to))) {
    throw new SqlError(
      '002023',
      '22000',
      `SQL compilation error:\nExpression type does not match column data type, expecting ${typeName(to)} but got ${typeName(from)} for column ${column}`,
    );
  }
  return convert(expression, from, to, 'cast', settings);
}
