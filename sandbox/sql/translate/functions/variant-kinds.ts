import { binary, fixed, text, timestamp, VARIANT } from '../../types/type.ts';
import { cast } from '../coerce.ts';
import { invalidTypes } from '../failures.ts';
import { integerOf, type Typed, typed } from '../typed.ts';
import { jsonArg } from './objects.ts';
import { type Call, type Rule, type Rules, result, rule } from './rule.ts';

/** Whether XML counts as an object is not known: what asks for objects refuses it. */
const kindOf = (words: readonly string[]): string => (words.includes('OBJECT') ? 'sf_v_kind' : 'sf_v_typeof');

/** IS_OBJECT and its like look at what a VARIANT holds. */
function isKind(...words: readonly string[]): Rule {
  return rule(1, 1, (call) => {
    const json = jsonArg(call, 0);
    const list = words.map((word) => `'${word}'`).join(', ');
    return result(call, `(${kindOf(words)}(${json}) IN (${list}))`, {
      type: 'boolean',
      precision: null,
      scale: null,
      length: null,
    });
  });
}

/** AS_INTEGER and its like: the value where the VARIANT holds that type, else NULL. */
function asKind(words: readonly string[], type: (call: Call) => Typed['type']): Rule {
  return rule(1, 3, (call) => {
    const json = jsonArg(call, 0);
    const to = type(call);
    const list = words.map((word) => `'${word}'`).join(', ');
    const held = typed(`CASE WHEN ${kindOf(words)}(${json}) IN (${list}) THEN ${json} END`, VARIANT, true);
    return cast(held, to, call.binder.settings);
  });
}

const plainType = (type: 'object' | 'array' | 'real' | 'boolean' | 'date') => () => ({
  type,
  precision: null,
  scale: null,
  length: null,
});
const NUMBERS = ['INTEGER', 'DECIMAL'];

function decimalType(call: Call) {
  const precision = call.args[1] ? (integerOf(call.args[1]) ?? 38) : 38;
  const scale = call.args[2] ? (integerOf(call.args[2]) ?? 0) : 0;
  if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
    throw invalidTypes(
      call.name,
      call.args.map((one) => one.type),
      call.node,
    );
  }
  return fixed(precision, scale);
}

/** What a VARIANT holds. Source: docs, "Semi-structured and structured data functions", type predicates and casts. */
export const variantKindRules: Rules = {
  IS_OBJECT: isKind('OBJECT'),
  IS_ARRAY: isKind('ARRAY'),
  IS_INTEGER: isKind('INTEGER'),
  IS_DECIMAL: isKind('INTEGER', 'DECIMAL'),
  IS_DOUBLE: isKind('INTEGER', 'DECIMAL', 'DOUBLE'),
  IS_REAL: isKind('INTEGER', 'DECIMAL', 'DOUBLE'),
  IS_BOOLEAN: isKind('BOOLEAN'),
  IS_CHAR: isKind('VARCHAR'),
  IS_VARCHAR: isKind('VARCHAR'),
  IS_BINARY: isKind('BINARY'),
  IS_DATE: isKind('DATE'),
  IS_DATE_VALUE: isKind('DATE'),
  IS_TIME: isKind('TIME'),
  IS_TIMESTAMP_NTZ: isKind('TIMESTAMP_NTZ'),
  IS_TIMESTAMP_LTZ: isKind('TIMESTAMP_LTZ'),
  IS_TIMESTAMP_TZ: isKind('TIMESTAMP_TZ'),
  AS_INTEGER: asKind(['INTEGER'], () => fixed(38, 0)),
  AS_NUMBER: asKind(NUMBERS, decimalType),
  AS_DECIMAL: asKind(NUMBERS, decimalType),
  AS_DOUBLE: asKind(['INTEGER', 'DECIMAL', 'DOUBLE'], plainType('real')),
  AS_REAL: asKind(['INTEGER', 'DECIMAL', 'DOUBLE'], plainType('real')),
  AS_CHAR: asKind(['VARCHAR'], () => text()),
  AS_VARCHAR: asKind(['VARCHAR'], () => text()),
  AS_BOOLEAN: asKind(['BOOLEAN'], plainType('boolean')),
  AS_DATE: asKind(['DATE'], plainType('date')),
  AS_TIME: asKind(['TIME'], () => ({ type: 'time', precision: 0, scale: 9, length: null })),
  AS_BINARY: asKind(['BINARY'], () => binary()),
  AS_TIMESTAMP_NTZ: asKind(['TIMESTAMP_NTZ'], () => timestamp('timestamp_ntz')),
  AS_TIMESTAMP_LTZ: asKind(['TIMESTAMP_LTZ'], () => timestamp('timestamp_ltz')),
  AS_TIMESTAMP_TZ: asKind(['TIMESTAMP_TZ'], () => timestamp('timestamp_tz')),
  AS_ARRAY: asKind(['ARRAY'], plainType('array')),
  AS_OBJECT: asKind(['OBJECT'], plainType('object')),
};
