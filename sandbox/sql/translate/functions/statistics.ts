import { duckType, fixed, isSemiStructured, REAL } from '../../types/type.ts';
import { compilation, invalidTypes } from '../failures.ts';
import { type Typed, typed } from '../typed.ts';
import { aggregate, arg, type Call, distinct, maybe, over, type Rule, type Rules, realArg, summand } from './rule.ts';

/** Deviations, correlations and regressions are DOUBLE. */
function statistic(duckName: string, args = 1): Rule {
  return aggregate(args, args, (call) => {
    const values = call.args.map((_, index) => realArg(call, index).sql).join(', ');
    return maybe(`${duckName}(${distinct(call)}${values})${over(call)}`, REAL);
  });
}

/** A line through the points: NULL where they have but one x, for which DuckDB has no number. */
function regression(duckName: string): Rule {
  return aggregate(2, 2, (call) => {
    const fitted = statistic(duckName, 2).bind(call);
    return maybe(`CASE WHEN NOT isnan(${fitted.sql}) THEN ${fitted.sql} END`, REAL);
  });
}

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
  const value = summand(call, given);
  if (value.type.type === 'real') return maybe(`quantile_cont(${value.sql}, ${at})${over(call)}`, REAL);
  if (value.type.type !== 'fixed') throw invalidTypes(call.name, [given.type], call.node);
  const scale = Math.min((value.type.scale ?? 0) + 3, 37);
  const type = fixed(Math.min((value.type.precision ?? 38) + 3, 38), scale);
  return maybe(
    `CAST(quantile_cont(CAST(${value.sql} AS ${duckType(type)}), ${at})${over(call)} AS ${duckType(type)})`,
    type,
  );
}

const approxPercentile: Rule = aggregate(2, 2, (call) => {
  const fraction = call.args[1]?.constant;
  if (fraction?.kind !== 'number' || !(Number(fraction.text) >= 0 && Number(fraction.text) <= 1))
    throw compilation('002030', '42601', 'argument 2 to function APPROX_PERCENTILE needs to be constant', call.node);
  return maybe(`quantile_cont(${realArg(call, 0).sql}, ${fraction.text})${over(call)}`, REAL);
});

const regrCount: Rule = aggregate(2, 2, (call) => {
  const [y, x] = [realArg(call, 0).sql, realArg(call, 1).sql];
  return typed(`CAST(regr_count(${y}, ${x})${over(call)} AS DECIMAL(18,0))`, fixed(18, 0), false);
});

/** Variances of NUMBER are NUMBER: the scale of a square, divided as `/` divides. */
function variance(duckName: string): Rule {
  return aggregate(1, 1, (call) => {
    const { type } = summand(call, arg(call, 0));
    const sql = `${duckName}(${distinct(call)}${realArg(call, 0).sql})${over(call)}`;
    if (type.type === 'real') return maybe(sql, REAL);
    const square = Math.min((type.scale ?? 0) * 2, 37);
    return decimals(sql, Math.max(square, Math.min(square + 6, 12)));
  });
}

const kurtosis: Rule = aggregate(1, 1, (call) => {
  const sql = `kurtosis(${distinct(call)}${realArg(call, 0).sql})${over(call)}`;
  return summand(call, arg(call, 0)).type.type === 'real' ? maybe(sql, REAL) : decimals(sql, 12);
});

/** A DOUBLE as NUMBER(38, scale). */
const decimals = (sql: string, scale: number): Typed => maybe(`CAST(${sql} AS DECIMAL(38,${scale}))`, fixed(38, scale));

/** Aggregates of statistics. Source: docs, "Aggregate functions". */
export const statisticsRules: Rules = {
  MEDIAN: median,
  PERCENTILE_CONT: withinGroup(false),
  PERCENTILE_DISC: withinGroup(true),
  STDDEV: statistic('stddev_samp'),
  STDDEV_SAMP: statistic('stddev_samp'),
  STDDEV_POP: statistic('stddev_pop'),
  VARIANCE: variance('var_samp'),
  VAR_SAMP: variance('var_samp'),
  VARIANCE_SAMP: variance('var_samp'),
  VAR_POP: variance('var_pop'),
  VARIANCE_POP: variance('var_pop'),
  CORR: statistic('corr', 2),
  COVAR_POP: statistic('covar_pop', 2),
  COVAR_SAMP: statistic('covar_samp', 2),
  REGR_AVGX: statistic('regr_avgx', 2),
  REGR_AVGY: statistic('regr_avgy', 2),
  REGR_COUNT: regrCount,
  REGR_INTERCEPT: regression('regr_intercept'),
  REGR_R2: regression('regr_r2'),
  REGR_SLOPE: regression('regr_slope'),
  REGR_SXX: statistic('regr_sxx', 2),
  REGR_SXY: statistic('regr_sxy', 2),
  REGR_SYY: statistic('regr_syy', 2),
  SKEW: statistic('skewness'),
  KURTOSIS: kurtosis,
  APPROX_PERCENTILE: approxPercentile,
};
