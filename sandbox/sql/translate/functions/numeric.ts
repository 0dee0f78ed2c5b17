import { duckType, fixed, INTEGER, REAL } from '../../types/type.ts';
import { arithmetic } from '../arithmetic.ts';
import { invalidTypes } from '../failures.ts';
import { integerOf, isNull, nullOf, type Typed, typed } from '../typed.ts';
import {
  arg,
  type Call,
  castArg,
  integerArg,
  numberArg,
  type Rule,
  type Rules,
  realArg,
  realFunction,
  result,
  rule,
} from './rule.ts';

/** ROUND(x, n), half away from zero, TRUNC(x, n): the scale shrinks to n where n is constant. */
function toScale(kind: 'round' | 'trunc'): Rule {
  return rule(1, kind === 'round' ? 3 : 2, (call) => {
    const value = numberArg(call, 0);
    const places = call.args.length > 1 ? arg(call, 1) : undefined;
    if (call.args.length > 2) return halfToEven(call, value);
    const constant = places ? (isNull(places) ? undefined : integerOf(places)) : 0;
    if (places && isNull(places)) return nullOf(value.type);
    if (value.type.type === 'real') {
      const digits = places ? `CAST(${integerArg(call, 1)} AS INTEGER)` : '0';
      return result(
        call,
        kind === 'round' ? `sf_round_real(${value.sql}, ${digits})` : `sf_trunc_real(${value.sql}, ${digits})`,
        REAL,
      );
    }
    const scale = value.type.scale ?? 0;
    if (constant !== undefined) return fixedTo(call, kind, value, constant);
    const digits = integerArg(call, 1);
    // The number of places differs by row: the scale stays.
    const text = `sf_${kind}_places(CAST(${value.sql} AS VARCHAR), ${digits})`;
    const precision = Math.min((value.type.precision ?? 38) + 1, 38);
    return result(call, `CAST(${text} AS DECIMAL(${precision},${scale}))`, fixed(precision, scale));
  });
}

/** Rounds or cuts a NUMBER at a constant place; a negative one makes zeros left of the point. */
function fixedTo(call: Call, kind: 'round' | 'trunc', value: Typed, places: number): Typed {
  const scale = value.type.scale ?? 0;
  const precision = value.type.precision ?? 38;
  if (places >= scale) return { ...value, nullable: value.nullable };
  const kept = Math.max(places, 0);
  const lead = precision - scale;
  const type = fixed(Math.min(Math.max(lead + kept + (kind === 'round' ? 1 : 0), 1), 38), kept);
  if (places >= 0 && kind === 'round') return result(call, `CAST(${value.sql} AS ${duckType(type)})`, type);
  const text = `sf_${kind}_places(CAST(${value.sql} AS VARCHAR), ${places})`;
  if (places === 0) return result(call, `CAST(trunc(${value.sql}) AS ${duckType(type)})`, type);
  return result(call, `CAST(${text} AS ${duckType(type)})`, type);
}

/** ROUND(x, n, 'HALF_TO_EVEN'). */
function halfToEven(call: Call, value: Typed): Typed {
  const mode = arg(call, 2).constant;
  const places = integerOf(arg(call, 1));
  const word = mode?.kind === 'string' ? mode.value.toUpperCase() : '';
  if (places === undefined || value.type.type === 'real') {
    throw call.binder.translation.unsupported('ROUND with a rounding mode and places that are not constant', call.node);
  }
  if (word === 'HALF_AWAY_FROM_ZERO') return fixedTo(call, 'round', value, places);
  if (word !== 'HALF_TO_EVEN')
    throw invalidTypes(
      'ROUND',
      call.args.map((one) => one.type),
      call.node,
    );
  const kept = Math.max(Math.min(places, value.type.scale ?? 0), 0);
  const type = fixed(Math.min((value.type.precision ?? 38) + 1, 38), kept);
  return result(call, `CAST(sf_even_places(CAST(${value.sql} AS VARCHAR), ${places}) AS ${duckType(type)})`, type);
}

/** CEIL and FLOOR, with a second argument to so many places. */
function toEdge(kind: 'ceil' | 'floor'): Rule {
  return rule(1, 2, (call) => {
    const value = numberArg(call, 0);
    const places = call.args.length > 1 ? integerOf(arg(call, 1)) : 0;
    if (places === undefined)
      throw call.binder.translation.unsupported(`${call.name} to places that are not constant`, call.node);
    if (value.type.type === 'real') {
      if (places === 0) return result(call, `${kind}(${value.sql})`, REAL);
      return result(call, `(${kind}(${value.sql} * pow(10, ${places})) / pow(10, ${places}))`, REAL);
    }
    const scale = value.type.scale ?? 0;
    if (places >= scale) return value;
    const kept = Math.max(places, 0);
    const type = fixed(Math.min((value.type.precision ?? 38) - scale + kept + 1, 38), kept);
    if (places === 0) return result(call, `CAST(${kind}(${value.sql}) AS ${duckType(type)})`, type);
    return result(call, `CAST(sf_${kind}_places(CAST(${value.sql} AS VARCHAR), ${places}) AS ${duckType(type)})`, type);
  });
}

const abs: Rule = rule(1, 1, (call) => {
  const value = numberArg(call, 0);
  return result(call, `abs(${value.sql})`, value.type);
});

const sign: Rule = rule(1, 1, (call) => {
  const value = numberArg(call, 0);
  return result(call, `CAST(sign(${value.sql}) AS DECIMAL(1,0))`, fixed(1, 0));
});

/** What DuckDB would answer with NaN or infinity, Snowflake refuses or gives as such. */
function guarded(duckName: string, isBad: (x: string) => string): Rule {
  return rule(1, 1, (call) => {
    const x = realArg(call, 0).sql;
    const message = `'Invalid floating point operation: ${call.name.toLowerCase()}(' || sf_real_text(${x}) || ')'`;
    const sql = `CASE WHEN ${isBad(x)} THEN CAST(sf_raise('100097', '22023', ${message}) AS DOUBLE) ELSE ${duckName}(${x}) END`;
    return result(call, sql, REAL);
  });
}

const log: Rule = rule(2, 2, (call) => {
  const [base, x] = [realArg(call, 0).sql, realArg(call, 1).sql];
  return result(call, `(ln(${x}) / ln(${base}))`, REAL);
});

/** Bit functions work on 128-bit integers. */
function bits(text: (a: string, b: string) => string): Rule {
  return rule(2, 3, (call) => {
    if (call.args.length > 2 || call.args.some((one) => one.type.type === 'binary')) {
      throw call.binder.translation.unsupported(`${call.name} of binaries`, call.node);
    }
    const huge = (index: number) => `CAST(${castArg(call, index, INTEGER).sql} AS HUGEINT)`;
    return result(call, `CAST(${text(huge(0), huge(1))} AS DECIMAL(38,0))`, INTEGER);
  });
}

const bitNot: Rule = rule(1, 1, (call) =>
  result(call, `CAST(-1 - CAST(${castArg(call, 0, INTEGER).sql} AS HUGEINT) AS DECIMAL(38,0))`, INTEGER),
);

const mod: Rule = rule(2, 2, (call) => arithmetic('%', arg(call, 0), arg(call, 1), call.binder.settings, call.node));

const factorial: Rule = rule(1, 1, (call) => {
  const n = integerArg(call, 0);
  return result(call, `CAST(factorial(CAST(${n} AS INTEGER)) AS DECIMAL(38,0))`, INTEGER);
});

/** WIDTH_BUCKET(x, low, high, n): 0 below, n + 1 above. */
const widthBucket: Rule = rule(4, 4, (call) => {
  const [x, low, high] = [realArg(call, 0).sql, realArg(call, 1).sql, realArg(call, 2).sql];
  const count = integerArg(call, 3);
  const inside = `CAST(floor((${x} - ${low}) * ${count} / (${high} - ${low})) AS BIGINT) + 1`;
  const sql = `CASE WHEN ${x} IS NULL THEN NULL WHEN ${x} < ${low} THEN 0 WHEN ${x} >= ${high} THEN ${count} + 1 ELSE ${inside} END`;
  return result(call, `CAST(${sql} AS DECIMAL(38,0))`, INTEGER);
});

const haversine: Rule = rule(4, 4, (call) => {
  const [a, b, c, d] = [0, 1, 2, 3].map((index) => `radians(${realArg(call, index).sql})`);
  const h = `pow(sin((${c} - ${a}) / 2), 2) + cos(${a}) * cos(${c}) * pow(sin((${d} - ${b}) / 2), 2)`;
  return result(call, `(2 * 6371.0 * asin(sqrt(${h})))`, REAL);
});

const pi: Rule = rule(0, 0, () => typed('pi()', REAL, false));

/** Numeric functions. Source: docs, "Numeric functions", "Bitwise expression functions". */
export const numericRules: Rules = {
  ABS: abs,
  SIGN: sign,
  ROUND: toScale('round'),
  TRUNCATE: toScale('trunc'),
  CEIL: toEdge('ceil'),
  FLOOR: toEdge('floor'),
  MOD: mod,
  SQRT: guarded('sqrt', (x) => `${x} < 0`),
  CBRT: realFunction('sf_cbrt'),
  EXP: realFunction('exp'),
  LN: guarded('ln', (x) => `${x} <= 0`),
  LOG: log,
  POW: realFunction('pow', 2),
  POWER: realFunction('pow', 2),
  SQUARE: rule(1, 1, (call) => {
    const x = realArg(call, 0).sql;
    return result(call, `(${x} * ${x})`, REAL);
  }),
  SIN: realFunction('sin'),
  COS: realFunction('cos'),
  TAN: realFunction('tan'),
  COT: realFunction('cot'),
  ASIN: guarded('asin', (x) => `abs(${x}) > 1`),
  ACOS: guarded('acos', (x) => `abs(${x}) > 1`),
  ATAN: realFunction('atan'),
  ATAN2: realFunction('atan2', 2),
  SINH: realFunction('sinh'),
  COSH: realFunction('cosh'),
  TANH: realFunction('tanh'),
  ASINH: realFunction('asinh'),
  ACOSH: guarded('acosh', (x) => `${x} < 1`),
  ATANH: guarded('atanh', (x) => `abs(${x}) > 1`),
  DEGREES: realFunction('degrees'),
  RADIANS: realFunction('radians'),
  PI: pi,
  FACTORIAL: factorial,
  HAVERSINE: haversine,
  WIDTH_BUCKET: widthBucket,
  BITAND: bits((a, b) => `(${a} & ${b})`),
  BIT_AND: bits((a, b) => `(${a} & ${b})`),
  BITOR: bits((a, b) => `(${a} | ${b})`),
  BIT_OR: bits((a, b) => `(${a} | ${b})`),
  BITXOR: bits((a, b) => `xor(${a}, ${b})`),
  BIT_XOR: bits((a, b) => `xor(${a}, ${b})`),
  BITNOT: bitNot,
  BIT_NOT: bitNot,
  BITSHIFTLEFT: bits((a, b) => `(${a} * pow(2, ${b})::HUGEINT)`),
  BIT_SHIFTLEFT: bits((a, b) => `(${a} * pow(2, ${b})::HUGEINT)`),
  BITSHIFTRIGHT: bits((a, b) => `sf_hdiv(${a}, pow(2, ${b})::HUGEINT)`),
  BIT_SHIFTRIGHT: bits((a, b) => `sf_hdiv(${a}, pow(2, ${b})::HUGEINT)`),
};

/** TRUNC also cuts dates; the date rules choose. */
export const truncNumber: Rule = toScale('trunc');
