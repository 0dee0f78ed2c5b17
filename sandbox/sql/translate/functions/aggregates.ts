import type { SnowflakeType } from '../../contract.ts';
import {
  ARRAY,
  BOOLEAN,
  duckType,
  fixed,
  INTEGER,
  isSemiStructured,
  MAX_TEXT,
  OBJECT,
  REAL,
  text,
  VARIANT,
} from '../../types/type.ts';
import { asNumber, asText, cast } from '../coerce.ts';
import { compilation, invalidTypes } from '../failures.ts';
import { condition, equalityKey, orderKey, quotient } from '../operators.ts';
import type { OrderItem } from '../syntax/ast.ts';
import { integerOf, type Typed, typed } from '../typed.ts';
import { arg, type Call, numberArg, over, type Rule, type Rules, rawArg, realArg } from './rule.ts';

function aggregate(min: number, max: number, bind: (call: Call) => Typed): Rule {
  return { min, max, bind, isAggregate: true };
}

const distinct = (call: Call) => (call.node.isDistinct ? 'DISTINCT ' : '');

/** Aggregates of no rows are NULL, so their results always may be. */
const maybe = (sql: string, type: SnowflakeType): Typed => typed(sql, type, true);

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
    const values = binder.bindAll(node.args.map((argument) => argument.value));
    const keys = values.map(equalityKey);
    if (keys.length === 1) return wrap(`count(${distinct(call)}${keys.join('')})`);
    // A row counts where none of its values is NULL.
    const missing = keys.map((key) => `${key} IS NULL`).join(' OR ');
    return wrap(`count(${distinct(call)}CASE WHEN ${missing} THEN NULL ELSE row(${keys.join(', ')}) END)`);
  },
};

/** SUM keeps the scale and takes all 38 digits. */
const sum: Rule = aggregate(1, 1, (call) => {
  const value = numberArg(call, 0);
  if (value.type.type === 'real') return maybe(`sum(${distinct(call)}${value.sql})${over(call)}`, REAL);
  const type = fixed(38, value.type.scale ?? 0);
  return maybe(`CAST(sum(${distinct(call)}${value.sql})${over(call)} AS ${duckType(type)})`, type);
});

/** AVG divides as `/` does: six more decimals, up to twelve. */
const avg: Rule = aggregate(1, 1, (call) => {
  const value = numberArg(call, 0);
  if (value.type.type === 'real') return maybe(`avg(${distinct(call)}${value.sql})${over(call)}`, REAL);
  const total = typed(`sum(${distinct(call)}${value.sql})${over(call)}`, fixed(38, value.type.scale ?? 0), true);
  const rows = `nullif(count(${distinct(call)}${value.sql})${over(call)}, 0)`;
  const divided = quotient(
    { ...total, sql: `CAST(${total.sql} AS ${duckType(total.type)})` },
    typed(`CAST(${rows} AS DECIMAL(18,0))`, fixed(18, 0), true),
  );
  return maybe(divided.sql, divided.type);
});

function extreme(duckName: 'min' | 'max'): Rule {
  return aggregate(1, 1, (call) => {
    const value = arg(call, 0);
    const key = orderKey(value);
    if (value.type.type === 'variant') return maybe(`arg_${duckName}(${value.sql}, ${key})${over(call)}`, VARIANT);
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

/** Statistics are DOUBLE. */
function statistic(duckName: string, args = 1): Rule {
  return aggregate(args, args, (call) => {
    const values = call.args.map((_, index) => realArg(call, index).sql).join(', ');
    return maybe(`${duckName}(${distinct(call)}${values})${over(call)}`, REAL);
  });
}

/** The elements of an aggregate in the order of WITHIN GROUP, NULLs left out where `filter` says so. */
function orderInside(call: Call): string {
  const order = call.node.withinGroup;
  return order ? ` ORDER BY ${call.binder.orderList(order)}` : '';
}

const listAgg: Rule = aggregate(1, 2, (call) => {
  const value = asText(arg(call, 0), call.binder.settings);
  const separator = call.args.length > 1 ? asText(arg(call, 1), call.binder.settings).sql : "''";
  if (call.args[1] && !call.args[1].constant) {
    throw compilation('002030', '42601', 'argument 2 to function LISTAGG needs to be constant', call.node);
  }
  let order = orderInside(call);
  if (call.node.isDistinct && call.node.withinGroup)
    order = ` ORDER BY ${distinctOrder(call, call.node.withinGroup, value)}`;
  const joined = `string_agg(${distinct(call)}${value.sql}, ${separator}${order})${over(call)}`;
  return typed(`coalesce(${joined}, '')`, text(MAX_TEXT), false);
});

/** With DISTINCT the order can only be that of the value itself. */
function distinctOrder(call: Call, order: readonly OrderItem[], value: Typed): string {
  const [only] = order;
  const key = only ? call.binder.bind(only.expr) : undefined;
  if (!only || !key || order.length > 1 || asText(key, call.binder.settings).sql !== value.sql) {
    throw call.binder.translation.unsupported(`${call.name} DISTINCT in the order of another expression`, call.node);
  }
  const nullsFirst = only.nullsFirst ?? only.isDescending;
  return `${value.sql} ${only.isDescending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
}

/** ARRAY_AGG leaves NULLs out; of no rows it is an empty array. */
const arrayAgg: Rule = aggregate(1, 1, (call) => {
  const value = arg(call, 0);
  const json = cast(value, VARIANT, call.binder.settings).sql;
  let order = orderInside(call);
  if (call.node.isDistinct && call.node.withinGroup) {
    const [only] = call.node.withinGroup;
    const key = only ? call.binder.bind(only.expr) : undefined;
    if (!only || call.node.withinGroup.length > 1 || key?.sql !== value.sql) {
      throw call.binder.translation.unsupported('ARRAY_AGG DISTINCT in the order of another expression', call.node);
    }
    const direction = `${only.isDescending ? 'DESC' : 'ASC'} NULLS LAST`;
    order =
      value.type.type === 'text' ? ` ORDER BY ${json} ${direction}` : ` ORDER BY sf_v_order(${json}) ${direction}`;
  }
  if (call.node.isDistinct && order.includes('sf_v_order')) {
    const reversed = call.node.withinGroup?.[0]?.isDescending ? 'list_reverse_sort' : 'list_sort';
    const list = `list_transform(${reversed}(list_transform(list(DISTINCT ${json}) FILTER (WHERE ${value.sql} IS NOT NULL)${over(call)}, lambda e: struct_pack(k := sf_v_order(e), v := e))), lambda s: s.v)`;
    return typed(`('[' || coalesce(array_to_string(${list}, ','), '') || ']')`, ARRAY, false);
  }
  const joined = `string_agg(${distinct(call)}${json}, ','${order}) FILTER (WHERE ${value.sql} IS NOT NULL)${over(call)}`;
  return typed(`('[' || coalesce(${joined}, '') || ']')`, ARRAY, false);
});

/** OBJECT_AGG(key, value): pairs with a NULL are left out; a key given twice is an error. */
const objectAgg: Rule = aggregate(2, 2, (call) => {
  const key = asText(arg(call, 0), call.binder.settings);
  const value = arg(call, 1);
  const json = cast(value, VARIANT, call.binder.settings).sql;
  const pair = `CAST(to_json(${key.sql}) AS VARCHAR) || ':' || ${json}`;
  const joined = `string_agg(${pair}, ',') FILTER (WHERE ${key.sql} IS NOT NULL AND ${value.sql} IS NOT NULL)${over(call)}`;
  return typed(`sf_object('{' || coalesce(${joined}, '') || '}')`, OBJECT, false);
});

const countIf: Rule = aggregate(1, 1, (call) => {
  const test = condition(arg(call, 0), call.binder.settings);
  return typed(`CAST(count(CASE WHEN ${test.sql} THEN 1 END)${over(call)} AS DECIMAL(13,0))`, fixed(13, 0), false);
});

const anyValue: Rule = aggregate(1, 1, (call) => {
  const value = arg(call, 0);
  return maybe(`any_value(${value.sql})${over(call)}`, value.type);
});

/** MEDIAN of NUMBER gains three decimals, as AVG of the two middle values. */
const median: Rule = aggregate(1, 1, (call) => percentile(call, arg(call, 0), '0.5'));

/** PERCENTILE_CONT interpolates, PERCENTILE_DISC takes a value that is there. */
function withinGroup(isDiscrete: boolean): Rule {
  return aggregate(1, 1, (call) => {
    const [order] = call.node.withinGroup ?? [];
    const fraction = call.args[0]?.constant;
    if (!order) throw compilation('002303', '42601', `${call.name} requires WITHIN GROUP (ORDER BY ...)`, call.node);
    if (fraction?.kind !== 'number')
      throw compilation('002030', '42601', `argument 1 to function ${call.name} needs to be constant`, call.node);
    const value = call.binder.bind(order.expr);
    const share = Number(fraction.text);
    if (!(share >= 0 && share <= 1)) {
      throw compilation('001044', '42P13', `${call.name} needs a number from 0 to 1`, call.node);
    }
    const at = order.isDescending ? String(1 - Number(fraction.text)) : fraction.text;
    if (isDiscrete) {
      const sort = order.isDescending ? ' DESC' : '';
      return maybe(
        `quantile_disc(${value.sql}, ${fraction.text}${sort === '' ? '' : ` ORDER BY ${value.sql} DESC`})${over(call)}`,
        value.type,
      );
    }
    return percentile(call, value, at);
  });
}

/** An interpolated percentile: exact decimals for NUMBER, three more than the input has. */
function percentile(call: Call, given: Typed, at: string): Typed {
  if (isSemiStructured(given.type) && given.type.type !== 'variant') {
    throw invalidTypes(call.name, [given.type], call.node);
  }
  const value = asNumber(given, call.binder.settings);
  if (value.type.type === 'real') return maybe(`quantile_cont(${value.sql}, ${at})${over(call)}`, REAL);
  if (value.type.type !== 'fixed') throw invalidTypes(call.name, [given.type], call.node);
  const scale = Math.min((value.type.scale ?? 0) + 3, 37);
  const type = fixed(Math.min((value.type.precision ?? 38) + 3, 38), scale);
  return maybe(
    `CAST(quantile_cont(CAST(${value.sql} AS ${duckType(type)}), ${at})${over(call)} AS ${duckType(type)})`,
    type,
  );
}

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

const approxPercentile: Rule = aggregate(2, 2, (call) => {
  const fraction = call.args[1]?.constant;
  if (fraction?.kind !== 'number' || !(Number(fraction.text) >= 0 && Number(fraction.text) <= 1))
    throw compilation('002030', '42601', 'argument 2 to function APPROX_PERCENTILE needs to be constant', call.node);
  return maybe(`quantile_cont(${realArg(call, 0).sql}, ${fraction.text})${over(call)}`, REAL);
});

/** APPROX_TOP_K(x[, k]): arrays of value and count, most frequent first. */
const approxTopK: Rule = aggregate(1, 3, (call) => {
  const value = arg(call, 0);
  const k = call.args[1] ? integerOf(call.args[1]) : 1;
  if (k === undefined || k < 1) throw compilation('001044', '42P13', 'APPROX_TOP_K needs a constant count', call.node);
  const json = cast(value, VARIANT, call.binder.settings).sql;
  return maybe(
    `sf_top_k(CAST(to_json(histogram(${json}) FILTER (WHERE ${value.sql} IS NOT NULL)) AS VARCHAR), ${k})`,
    ARRAY,
  );
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

const arrayUnique: Rule = aggregate(1, 1, (call) => {
  const value = arg(call, 0);
  const json = cast(value, VARIANT, call.binder.settings).sql;
  const joined = `string_agg(DISTINCT ${json}, ',') FILTER (WHERE ${value.sql} IS NOT NULL)${over(call)}`;
  return typed(`('[' || coalesce(${joined}, '') || ']')`, ARRAY, false);
});

const regrCount: Rule = aggregate(2, 2, (call) => {
  const [y, x] = [realArg(call, 0).sql, realArg(call, 1).sql];
  return typed(`CAST(regr_count(${y}, ${x})${over(call)} AS DECIMAL(18,0))`, fixed(18, 0), false);
});

const kurtosis: Rule = statistic('kurtosis');

/** Aggregates. With OVER they are window functions. Source: docs, "Aggregate functions". */
export const aggregateRules: Rules = {
  COUNT: count,
  COUNT_IF: countIf,
  SUM: sum,
  AVG: avg,
  MIN: extreme('min'),
  MAX: extreme('max'),
  MIN_BY: extremeBy('min'),
  MAX_BY: extremeBy('max'),
  MEDIAN: median,
  MODE: mode,
  PERCENTILE_CONT: withinGroup(false),
  PERCENTILE_DISC: withinGroup(true),
  STDDEV: statistic('stddev_samp'),
  STDDEV_SAMP: statistic('stddev_samp'),
  STDDEV_POP: statistic('stddev_pop'),
  VARIANCE: statistic('var_samp'),
  VAR_SAMP: statistic('var_samp'),
  VARIANCE_SAMP: statistic('var_samp'),
  VAR_POP: statistic('var_pop'),
  VARIANCE_POP: statistic('var_pop'),
  CORR: statistic('corr', 2),
  COVAR_POP: statistic('covar_pop', 2),
  COVAR_SAMP: statistic('covar_samp', 2),
  REGR_AVGX: statistic('regr_avgx', 2),
  REGR_AVGY: statistic('regr_avgy', 2),
  REGR_COUNT: regrCount,
  REGR_INTERCEPT: statistic('regr_intercept', 2),
  REGR_R2: statistic('regr_r2', 2),
  REGR_SLOPE: statistic('regr_slope', 2),
  REGR_SXX: statistic('regr_sxx', 2),
  REGR_SXY: statistic('regr_sxy', 2),
  REGR_SYY: statistic('regr_syy', 2),
  SKEW: statistic('skewness'),
  KURTOSIS: kurtosis,
  LISTAGG: listAgg,
  STRING_AGG: listAgg,
  ARRAY_AGG: arrayAgg,
  ARRAYAGG: arrayAgg,
  ARRAY_UNIQUE_AGG: arrayUnique,
  OBJECT_AGG: objectAgg,
  OBJECTAGG: objectAgg,
  ANY_VALUE: anyValue,
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
  APPROX_PERCENTILE: approxPercentile,
  APPROX_TOP_K: approxTopK,
  GROUPING: grouping,
  GROUPING_ID: grouping,
};
