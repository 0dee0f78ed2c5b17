import type { UserFunction } from '../contract.ts';
import type { ScriptRoutine } from '../javascript/messages.ts';
import type { Settings } from '../types/settings.ts';
import { REAL, text, timestamp, VARIANT } from '../types/type.ts';
import { cast } from './coerce.ts';
import type { ExpressionBinder } from './expressions.ts';
import { type Typed, typed } from './typed.ts';
import type { Given, UserCall } from './user-functions.ts';

const MOMENT = timestamp('timestamp_ltz', 3);

/** A call of a JavaScript function: its arguments as JSON to the script, its result's text as the declared type. */
export function callScript(
  binder: ExpressionBinder,
  { user, given }: UserCall<UserFunction>,
  script: ScriptRoutine,
): Typed {
  const number = binder.translation.script(script);
  const result = typed(`sf_js(${number}, ${rowText(given, binder.settings)})`, text(), true);
  return fromScript({ ...result, isVolatile: true }, script.returns, user.returns, binder.settings);
}

/** The arguments of one call as the JSON of an array of texts and nulls. */
export function rowText(given: readonly Given[], settings: Settings): string {
  if (given.length === 0) return "'[]'";
  return `CAST(json_array(${given.map((one) => toScript(one, settings)).join(', ')}) AS VARCHAR)`;
}

/** DuckDB's text for an argument, as the prelude's `decode` reads it. */
export function toScript({ value, type }: Given, settings: Settings): string {
  const { sql } = cast(value, type, settings);
  switch (type.type) {
    case 'real':
    case 'boolean':
      return `CAST(${sql} AS VARCHAR)`;
    case 'binary':
      return `hex(${sql})`;
    case 'date':
      return `CAST(CAST(${sql} - DATE '1970-01-01' AS HUGEINT) * 86400000000000 AS VARCHAR)`;
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return `CAST(sf_hdiv(${cast(typed(sql, type, true), MOMENT, settings).sql}, 1000000) AS VARCHAR)`;
    default:
      return sql;
  }
}

/** A text that the prelude's `encode` has written, as a value of the declared type. */
export function fromScript(
  value: Typed,
  kind: ScriptRoutine['returns'],
  to: UserFunction['returns'],
  settings: Settings,
): Typed {
  const as = (sql: string, type: Typed['type']) => ({ ...value, sql, type });
  const { sql } = value;
  switch (kind) {
    case 'real':
      return cast(as(`CAST(${sql} AS DOUBLE)`, REAL), to, settings);
    case 'boolean':
      return cast(as(`CAST(${sql} AS BOOLEAN)`, { ...REAL, type: 'boolean' }), to, settings);
    case 'binary':
      return cast(as(`unhex(${sql})`, { ...REAL, type: 'binary', length: null }), to, settings);
    case 'date':
    case 'moment':
      return cast(as(`(CAST(${sql} AS HUGEINT) * 1000000)`, MOMENT), to, settings);
    case 'variant':
    case 'object':
    case 'array':
      return cast(as(sql, VARIANT), to, settings);
    default:
      return cast(value, to, settings);
  }
}
