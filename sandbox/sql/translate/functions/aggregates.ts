import { ARRAY, BOOLEAN, duckType, fixed, INTEGER, REAL } from '../../types/type.ts';
import { quotient, scaled, unscale } from '../arithmetic.ts';
import { cast } from '../coerce.ts';
import { equalityKey, orderKey } from '../comparisons.ts';
import { compilation } from '../failures.ts';
import { condition } from '../operators.ts';
import { integerOf, type Typed, typed } from '../typed.ts';
import {
  aggregate,
  arg,
  distinct,
  maybe,
  over,
  type Rule,
  type Rules,
  rawArg,
  summand,
  takesStructured,
} from './rule.ts';

const count: Rule = {
  min: 0,
  max: 255,
  isAggregate: true,
  isRaw: true,
  bind: (call) => {
    const { binder, node } = call;
    const type = fixed(18, 0);
    const wrap = (sql: string) => typed(`CAST(${sql}${over(call)} AS DECIMAL(18,0))`, type, false);
    const [first] = node.args;
    if (!first)
      throw compilation('000938', '22023', 'not enough arguments for function [COUNT()], expected 1, got 0', node);
    if (first.value.kind === 'star') {
      if (node.isDistinct) throw binder.translation.unsupported('COUNT(DISTINCT *)', node);
      if (first.value.qualifier.length === 0) return wrap('count(*)');
      const columns = binder.frame.starColumns(binder.frame.matching(first.value.qualifier), false);
      const anyNull = columns.map((column) => `${column.sql} IS NULL`).join(' OR ');
      return wrap(`count(CASE WHEN ${anyNull} THEN NULL ELSE 1 END)`);
    }
    const values = binder.collatedAll(node.args.map((argument) => argument.value));
    const keys = values.map(equalityKey);
    if (keys.length === 1) return wrap(`count(${distinct(call)}${keys.join('')})`);
    // A row counts where none of its values is NULL.
    const missing = keys.map((key) => `${key} IS NULL`).join(' OR ');
    return wrap(`count(${distinct(call)}CASE WHEN ${missing} THEN NULL ELSE row(${keys.join(', ')}) END)`);
  },
};

/** Sums of numbers with fewer digits than this never reach 38. */
const LEAST_RISKY = 27;

/** A sum, or Snowflake's error beyond 38 digits: DuckDB adds up to 1.7e38. */
function within38(total: string, scale: number): string {
  const most = `CAST('${'9'.repeat(38 - scale)}${scale > 0 ? `.${'9'.repeat(scale)}` : ''}' AS DECIMAL(38,${scale}))`;
  const raise = `sf_no_room(CAST(${total} AS VARCHAR), 'FIXED[SB16](38,${scale}){nullable}')`;
  return `CASE WHEN ${total} > ${most} OR ${total} < -${most} THEN CAST(${raise} AS DECIMAL(38,${scale})) ELSE ${total} END`;
}

/** SUM keeps the scale and takes all 38 digits. */
const sum: Rule = aggregate(1, 1, (call) => {
  const value = summand(call, arg(call, 0));
  if (value.type.type === 'real') return maybe(`sum(${distinct(call)}${value.sql})${over(call)}`, REAL);
  const type = fixed(38, value.type.scale ?? 0);
  const total = `CAST(sum(${distinct(call)}${value.sql})${over(call)} AS ${duckType(type)})`;
  return maybe((value.type.precision ?? 38) > LEAST_RISKY ? within38(total, type.scale ?? 0) : total, type);
});

/** AVG divides as `/` does: six more decimals, up to twelve. Over a window it has three more and cuts the rest. */
const avg: Rule = aggregate(1, 1, (call) => {
  const value = summand(call, arg(call, 0));
  if (value.type.type === 'real') return maybe(`avg(${distinct(call)}${value.sql})${over(call)}`, REAL);
  const total = typed(`sum(${distinct(call)}${value.sql})${over(call)}`, fixed(38, value.type.scale ?? 0), true);
  const rows = `nullif(count(${distinct(call)}${value.sql})${over(call)}, 0)`;
  if (call.node.over) return windowAverage({ ...total, sql: `CAST(${total.sql} AS ${duckType(total.type)})` }, rows);
  const divided = quotient(
    { ...total, sql: `CAST(${total.sql} AS ${duckType(total.type)})` },
    typed(`CAST(${rows} AS DECIMAL(18,0))`, fixed(18, 0), true),
  );
  return maybe(divided.sql, divided.type);
});

/** Source: docs, "AVG" and "Analyzing data with window functions", what the examples print. */
function windowAverage(total: Typed, rows: string): Typed {
  const scale = Math.min((total.type.scale ?? 0) + 3, 37);
  const type = fixed(38, scale);
  const factor = `CAST('1${'0'.repeat(scale - (total.type.scale ?? 0))}' AS HUGEINT)`;
  return maybe(unscale(`(${scaled(total)} * ${factor} // ${rows})`, type), type);
}

function extreme(duckName: 'min' | 'max'): Rule {
  return aggregate(1, 1, (call) => {
    const value = arg(call, 0);
    const key = orderKey(value);
    if (value.type.type === 'variant' || value.type.collation !== undefined)
      return maybe(`arg_${duckName}(${value.sql}, ${key})${over(call)}`, value.type);
    if (value.type.type === 'object' || value.type.type === 'array') {
      throw compilation(
        '001044',
        '42P13',
        `Invalid argument types for function '${call.name}': (${value.type.type.toUpperCase()})`,
        call.node,
      );
    }
    return maybe(`${duckName}(${value.sql})${over(call)}`, value.type);
  });
}

/** MIN_BY(x, key[, n]) and MAX_BY. */
function extremeBy(duckName: 'min' | 'max'): Rule {
  return aggregate(2, 3, (call) => {
    const value = arg(call, 0);
    const key = orderKey(arg(call, 1));
    if (call.args.length === 2) return maybe(`arg_${duckName}(${value.sql}, ${key})${over(call)}`, value.type);
    const n = integerOf(arg(call, 2));
    if (n === undefined || n < 1) {
      throw compilation('001044', '42P13', `${call.name} needs a constant count of at least 1`, call.node);
    }
    const items = `arg_${duckName}(${call.binder.element(value)}, ${key}, ${n})${over(call)}`;
    return maybe(`('[' || array_to_string(${items}, ',') || ']')`, ARRAY);
  });
}

const countIf: Rule = aggregate(1, 1, (call) => {
  const test = condition(arg(call, 0), call.binder.settings);
  return typed(`CAST(count(CASE WHEN ${test.sql} THEN 1 END)${over(call)} AS DECIMAL(13,0))`, fixed(13, 0), false);
});

const anyValue: Rule = aggregate(1, 1, (call) => {
  const value = arg(call, 0);
  return maybe(`any_value(${value.sql})${over(call)}`, value.type);
});

const mode: Rule = aggregate(1, 1, (call) => {
  const value = arg(call, 0);
  return maybe(`mode(${value.sql})${over(call)}`, value.type);
});

/** Bits of all values, as integers. */
function bits(duckName: string): Rule {
  return aggregate(1, 1, (call) => {
    const value = cast(arg(call, 0), INTEGER, call.binder.settings);
    return maybe(
      `CAST(${duckName}(${distinct(call)}CAST(${value.sql} AS HUGEINT))${over(call)} AS DECIMAL(38,0))`,
      INTEGER,
    );
  });
}

function booleans(duckName: string): Rule {
  return aggregate(1, 1, (call) => {
    const test = condition(arg(call, 0), call.binder.settings);
    return maybe(`${duckName}(${test.sql})${over(call)}`, BOOLEAN);
  });
}

const xor: Rule = aggregate(1, 1, (call) => {
  const test = condition(arg(call, 0), call.binder.settings);
  return maybe(`(count(CASE WHEN ${test.sql} THEN 1 END)${over(call)} = 1)`, BOOLEAN);
});

/** The sandbox counts exactly where Snowflake estimates. */
const approxDistinct: Rule = aggregate(1, 255, (call) => {
  const keys = call.args.map(equalityKey);
  const one = keys.length === 1 ? keys.join('') : `row(${keys.join(', ')})`;
  return typed(`CAST(count(DISTINCT ${one})${over(call)} AS DECIMAL(18,0))`, fixed(18, 0), false);
});

const grouping: Rule = {
  min: 1,
  max: 63,
  isRaw: true,
  bind: (call) => {
    const keys = call.node.args.map((_, index) => call.binder.bind(rawArg(call, index)).sql);
    const { groupKeys, isGrouped } = call.binder.frame;
    if (!isGrouped || keys.some((key) => !groupKeys.has(key))) {
      throw compilation('002303', '42601', `${call.name} needs expressions of the GROUP BY clause`, call.node);
    }
    return typed(`CAST(grouping(${keys.join(', ')}) AS DECIMAL(38,0))`, INTEGER, false);
  },
};

/** Aggregates. With OVER they are window functions. Source: docs, "Aggregate functions". */
export const aggregateRules: Rules = {
  COUNT: takesStructured(count),
  COUNT_IF: countIf,
  SUM: sum,
  AVG: avg,
  MIN: extreme('min'),
  MAX: extreme('max'),
  MIN_BY: extremeBy('min'),
  MAX_BY: extremeBy('max'),
  MODE: mode,
  ANY_VALUE: takesStructured(anyValue),
  BITAND_AGG: bits('bit_and'),
  BITOR_AGG: bits('bit_or'),
  BITXOR_AGG: bits('bit_xor'),
  BIT_AND_AGG: bits('bit_and'),
  BIT_OR_AGG: bits('bit_or'),
  BIT_XOR_AGG: bits('bit_xor'),
  BOOLAND_AGG: booleans('bool_and'),
  BOOLOR_AGG: booleans('bool_or'),
  BOOLXOR_AGG: xor,
  APPROX_COUNT_DISTINCT: approxDistinct,
  HLL: approxDistinct,
  GROUPING: takesStructured(grouping),
  GROUPING_ID: takesStructured(grouping),
};
