import { SqlError } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import { noCast } from '../types/conversion-rules.ts';
import { castStructured } from '../types/convert.ts';
import { quoteText } from '../types/literal.ts';
import { parseAuto } from '../types/parse-time.ts';
import type { Settings } from '../types/settings.ts';
import type { KeyChanges } from '../types/structured-fields.ts';
import { isStructured, typeName } from '../types/type.ts';
import { cast } from './coerce.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation } from './failures.ts';
import { unusable } from './structured-paths.ts';
import type { Expr } from './syntax/ast.ts';
import { isNull, nullOf, type Typed, typed } from './typed.ts';

type Cast = Extract<Expr, { kind: 'cast' }>;

/** CAST(x AS type), `x::type`, TRY_CAST. Throws SqlError 001007 and 001065 where Snowflake has no such cast. */
export function bindCast(binder: ExpressionBinder, expr: Cast): Typed {
  const { settings } = binder;
  const value = binder.bind(expr.arg);
  if (expr.isTry && value.type.type !== 'text' && !isNull(value)) {
    throw compilation(
      '001065',
      '22023',
      `Function TRY_CAST cannot be used with arguments of types ${typeName(value.type)} and ${typeName(expr.type)}`,
      expr,
    );
  }
  if (expr.isTry && isStructured(expr.type)) throw unusable('TRY_CAST', [value.type, expr.type]);
  const folded = foldDate(value, expr, settings);
  if (folded) return folded;
  try {
    if (expr.changes && isStructured(expr.type)) return castFields(value, expr.type, expr.changes, settings);
    return cast(value, expr.type, settings, expr.isTry ? 'try' : 'cast');
  } catch (error) {
    if (!(error instanceof SqlError) || error.code !== '001007') throw error;
    const shown = binder.translation.text(expr).toUpperCase();
    throw compilation(
      '001007',
      '22023',
      `invalid type [${shown}] for parameter '${noCast(value.type, expr.type).message.split("'")[1]}'`,
      expr,
    );
  }
}

/** CAST(object AS OBJECT(...) RENAME FIELDS | ADD FIELDS). */
function castFields(value: Typed, to: SnowflakeType, changes: KeyChanges, settings: Settings): Typed {
  if (isNull(value)) return nullOf(to);
  if (value.type.type !== 'object' || !isStructured(value.type) || to.type !== 'object') throw noCast(value.type, to);
  return typed(castStructured(value.sql, value.type, to, settings, changes), to, value.nullable);
}

/** A constant text that is plainly a date becomes DuckDB's constant, so that scans can be pruned by it. */
function foldDate(value: Typed, { type }: Cast, settings: Settings): Typed | undefined {
  if (type.type !== 'date' || value.constant?.kind !== 'string') return undefined;
  if (settings.dateInput.toUpperCase() !== 'AUTO' || !/^\d{4}-\d{2}-\d{2}$/.test(value.constant.value))
    return undefined;
  if (!parseAuto(value.constant.value, 'date')) return undefined;
  return typed(`DATE ${quoteText(value.constant.value)}`, type, false);
}
