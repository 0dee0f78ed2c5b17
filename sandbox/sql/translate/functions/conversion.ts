import type { SnowflakeType } from '../../contract.ts';
import type { ConvertMode } from '../../types/conversion-rules.ts';
import { convert, toPlainText } from '../../types/convert.ts';
import { readByFormat } from '../../types/convert-moments.ts';
import { quoteText } from '../../types/literal.ts';
import { dayText, wallText } from '../../types/strftime.ts';
import {
  ARRAY,
  BOOLEAN,
  binary,
  DATE,
  fixed,
  isTimestamp,
  REAL,
  type TimestampKind,
  text,
  time,
  timestamp,
} from '../../types/type.ts';
import { cast, textLength, withShort } from '../coerce.ts';
import { invalidTypes } from '../failures.ts';
import { integerOf, isNull, nullOf, stringOf, type Typed, typed } from '../typed.ts';
import { arg, type Call, nullable, type Rule, type Rules, result, rule, takesStructured, textArg } from './rule.ts';

const modeOf = (isTry: boolean): ConvertMode => (isTry ? 'try' : 'cast');

/** TO_DATE(x[, format]) and its like. */
function toMoment(type: (call: Call) => SnowflakeType, isTry: boolean): Rule {
  return rule(1, 2, (call) => {
    const { settings } = call.binder;
    const value = arg(call, 0);
    const to = type(call);
    if (isNull(value)) return nullOf(to);
    const second = call.args[1];
    if (!second) {
      // A number in a text or variant is seconds, milliseconds, ...; a text is read by the session's format.
      return typed(convert(value.sql, value.type, to, modeOf(isTry), settings), to, isTry || value.nullable);
    }
    if (second.type.type === 'fixed') return scaledEpoch(call, value, to, second);
    if (value.type.type !== 'text' && value.type.type !== 'variant') {
      return typed(convert(value.sql, value.type, to, modeOf(isTry), settings), to, isTry || value.nullable);
    }
    const sql = readByFormat(textArg(call, 0).sql, to, textArg(call, 1).sql, isTry, settings);
    return typed(sql, to, isTry || nullable(...call.args));
  });
}

/** TO_TIMESTAMP(number, scale): the number counts 10^-scale seconds. */
function scaledEpoch(call: Call, value: Typed, to: SnowflakeType, scale: Typed): Typed {
  const places = integerOf(scale);
  if (places === undefined || places < 0 || places > 9 || !isTimestamp(to)) {
    throw invalidTypes(
      call.name,
      call.args.map((one) => one.type),
      call.node,
    );
  }
  const whole = cast(value, fixed(38, 0), call.binder.settings);
  const nanos = `(CAST(${whole.sql} AS HUGEINT) * ${10 ** (9 - places)})`;
  const sql = to.type === 'timestamp_tz' ? `sf_tz_of(${nanos}, 'UTC')` : nanos;
  return result(call, sql, to);
}

const mapped = (call: Call) => timestamp(call.binder.settings.mapping.toLowerCase() as TimestampKind);

/** TO_CHAR(x[, format]). */
const toChar: Rule = rule(1, 2, (call) => {
  const { settings } = call.binder;
  const value = arg(call, 0);
  if (isNull(value)) return nullOf(text());
  const format = call.args[1];
  const { type } = value.type;
  if (!format) return cast(value, text(textLength(value.type)), settings);
  const pattern = textArg(call, 1).sql;
  if (type === 'fixed' || type === 'real') {
    return result(
      call,
      `sf_number_text(${type === 'real' ? `sf_real_text(${value.sql})` : `CAST(${value.sql} AS VARCHAR)`}, ${pattern})`,
      text(),
    );
  }
  if (type === 'binary') {
    const word = (stringOf(format) ?? 'HEX').toUpperCase();
    return result(
      call,
      toPlainText(value.sql, value.type, { ...settings, binaryOutput: word === 'UTF8' ? 'UTF-8' : word }),
      text(),
    );
  }
  const moment = type === 'variant' || type === 'text' ? cast(value, timestamp('timestamp_ntz'), settings) : value;
  return withShort(moment, (short) => result(call, formatted(call, short, format, pattern), text()));
});

function formatted(call: Call, value: Typed, format: Typed, pattern: string): string {
  const constant = stringOf(format);
  const zone = quoteText(call.binder.settings.zone);
  const format_ = (wall: string, offset: string) => `sf_format(${wall}, ${pattern}, ${offset})`;
  const plain = (wall: string) => (constant === undefined ? format_(wall, '9999') : wallText(wall, constant));
  switch (value.type.type) {
    case 'date':
      return constant === undefined ? plain(`sf_date_ns(${value.sql})`) : dayText(value.sql, constant);
    case 'time':
      return plain(`CAST(${value.sql} AS HUGEINT)`);
    case 'timestamp_ntz':
      return plain(value.sql);
    case 'timestamp_ltz':
      return format_(`sf_local(${value.sql}, ${zone})`, `sf_offset(${value.sql}, ${zone})`);
    case 'timestamp_tz':
      return format_(`sf_tz_wall(${value.sql})`, `CAST((${value.sql}).off AS INTEGER)`);
    default:
      throw invalidTypes(
        call.name,
        call.args.map((one) => one.type),
        call.node,
      );
  }
}

/** TO_NUMBER(x[, format][, precision[, scale]]): NUMBER(38,0) unless told otherwise. */
function toNumber(isTry: boolean): Rule {
  return rule(1, 4, (call) => {
    const value = arg(call, 0);
    const [, second, third, fourth] = call.args;
    const hasFormat = second?.type.type === 'text';
    const [p, s] = hasFormat ? [third, fourth] : [second, third];
    const precision = p ? integerOf(p) : 38;
    const scale = s ? integerOf(s) : 0;
    if (
      precision === undefined ||
      scale === undefined ||
      precision < 1 ||
      precision > 38 ||
      scale < 0 ||
      scale > precision
    ) {
      throw invalidTypes(
        call.name,
        call.args.map((one) => one.type),
        call.node,
      );
    }
    const to = fixed(precision, scale);
    if (isNull(value)) return nullOf(to);
    if (!hasFormat || value.type.type !== 'text') {
      return typed(
        convert(value.sql, value.type, to, modeOf(isTry), call.binder.settings),
        to,
        isTry || value.nullable,
      );
    }
    const digits = `${isTry ? 'sf_try_number_of' : 'sf_number_of'}(${value.sql}, ${textArg(call, 1).sql})`;
    return typed(
      convert(digits, text(), to, modeOf(isTry), call.binder.settings),
      to,
      isTry || nullable(value, second),
    );
  });
}

function toType(type: SnowflakeType, isTry: boolean, max = 1): Rule {
  return rule(1, max, (call) => {
    const value = arg(call, 0);
    if (isNull(value)) return nullOf(type);
    if (call.args.length > 1 && value.type.type === 'text') {
      const digits = `${isTry ? 'sf_try_number_of' : 'sf_number_of'}(${value.sql}, ${textArg(call, 1).sql})`;
      return typed(convert(digits, text(), type, modeOf(isTry), call.binder.settings), type, true);
    }
    return typed(
      convert(value.sql, value.type, type, modeOf(isTry), call.binder.settings),
      type,
      isTry || value.nullable,
    );
  });
}

function toBinary(isTry: boolean): Rule {
  return rule(1, 2, (call) => {
    const value = arg(call, 0);
    if (value.type.type === 'binary') return value;
    const format = call.args.length > 1 ? textArg(call, 1).sql : quoteText(call.binder.settings.binaryInput);
    return typed(
      `${isTry ? 'sf_try_binary' : 'sf_binary'}(${textArg(call, 0).sql}, ${format})`,
      binary(),
      isTry || nullable(...call.args),
    );
  });
}

const toArray: Rule = rule(1, 1, (call) => {
  const value = arg(call, 0);
  return isNull(value) ? nullOf(ARRAY) : cast(value, ARRAY, call.binder.settings);
});

const DATE_OF = () => DATE;
const TIME_OF = () => time(9);
const kind = (one: TimestampKind) => () => timestamp(one);

/** Conversions. Source: docs, "Conversion functions". */
export const conversionRules: Rules = {
  TO_DATE: toMoment(DATE_OF, false),
  DATE: toMoment(DATE_OF, false),
  TRY_TO_DATE: toMoment(DATE_OF, true),
  TO_TIME: toMoment(TIME_OF, false),
  TIME: toMoment(TIME_OF, false),
  TRY_TO_TIME: toMoment(TIME_OF, true),
  TO_TIMESTAMP: toMoment(mapped, false),
  TRY_TO_TIMESTAMP: toMoment(mapped, true),
  TO_TIMESTAMP_NTZ: toMoment(kind('timestamp_ntz'), false),
  TRY_TO_TIMESTAMP_NTZ: toMoment(kind('timestamp_ntz'), true),
  TO_TIMESTAMP_LTZ: toMoment(kind('timestamp_ltz'), false),
  TRY_TO_TIMESTAMP_LTZ: toMoment(kind('timestamp_ltz'), true),
  TO_TIMESTAMP_TZ: toMoment(kind('timestamp_tz'), false),
  TRY_TO_TIMESTAMP_TZ: toMoment(kind('timestamp_tz'), true),
  TO_CHAR: toChar,
  TO_VARCHAR: toChar,
  TO_NUMBER: toNumber(false),
  TO_DECIMAL: toNumber(false),
  TO_NUMERIC: toNumber(false),
  TRY_TO_NUMBER: toNumber(true),
  TRY_TO_DECIMAL: toNumber(true),
  TRY_TO_NUMERIC: toNumber(true),
  TO_DOUBLE: toType(REAL, false, 2),
  TRY_TO_DOUBLE: toType(REAL, true, 2),
  TO_BOOLEAN: toType(BOOLEAN, false),
  TRY_TO_BOOLEAN: toType(BOOLEAN, true),
  TO_BINARY: toBinary(false),
  TRY_TO_BINARY: toBinary(true),
  TO_ARRAY: takesStructured(toArray),
};
