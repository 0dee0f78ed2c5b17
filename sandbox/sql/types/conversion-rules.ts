import { SqlError } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import { typeName } from './type.ts';

/**
 * How strictly a value is converted: `cast` as `::` and INSERT do, `try` as TRY_CAST does (NULL instead of an error). A
 * text that is too long for its type is an error, never cut.
 */
export type ConvertMode = 'cast' | 'try';

/** Refuses a conversion that Snowflake does not have: 001007, 22023. */
export function noCast(from: SnowflakeType, to: SnowflakeType): SqlError {
  const kind = to.type === 'fixed' ? 'NUMBER' : to.type === 'text' ? 'VARCHAR' : to.type.toUpperCase();
  return new SqlError(
    '001007',
    '22023',
    `SQL compilation error:\ninvalid type [${typeName(from)}] for parameter 'TO_${kind}'`,
  );
}

/** True where both types hold the same values, so that no conversion is needed. */
export function sameType(a: SnowflakeType, b: SnowflakeType): boolean {
  if (a.type !== b.type || a.precision !== b.precision || a.scale !== b.scale || a.length !== b.length) return false;
  const [own, others] = [a.fields, b.fields];
  if (!own || !others) return own === others;
  return (
    own.length === others.length &&
    own.every((part, index) => {
      const other = others[index];
      return (
        other !== undefined && part.name === other.name && part.nullable === other.nullable && sameType(part, other)
      );
    })
  );
}

/** TRY_ conversions give NULL for what does not fit. */
export const isTry = (mode: ConvertMode) => mode === 'try';
