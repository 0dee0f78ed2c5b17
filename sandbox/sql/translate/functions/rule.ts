import type { SnowflakeType } from '../../contract.ts';
import { INTEGER, REAL } from '../../types/type.ts';
import { asBoolean, asDouble, asNumber, asText, bigintOf, cast } from '../coerce.ts';
import { equalityKey } from '../comparisons.ts';
import type { ExpressionBinder } from '../expressions.ts';
import { compilation } from '../failures.ts';
import { rangeOffset } from '../intervals.ts';
import type { Argument, CallExpr } from '../syntax/ast.ts';
import { isNull, type Typed, typed } from '../typed.ts';

/** One call of a function whose plain arguments are bound. */
export interface Call {
  readonly binder: ExpressionBinder;
  readonly node: CallExpr;
  readonly name: string;
  readonly args: readonly Typed[];
}

/** How a function of Snowflake's is translated. */
export interface Rule {
  readonly min: number;
  readonly max: number;
  /** Aggregates: their arguments stand outside of the groups, and OVER makes them window functions. */
  readonly isAggregate?: boolean;
  /** Functions that need OVER. */
  readonly isWindow?: boolean;
  /** The rule binds the arguments itself: units of time, stars, lambdas. */
  readonly isRaw?: boolean;
  /** Plain arguments may be structured values; every other function refuses them before its rule is asked. */
  readonly takesStructured?: boolean;
  readonly bind: (call: Call) => Typed;
}

export type Rules = Readonly<Record<string, Rule>>;

/** A rule for between `min` and `max` arguments. */
export function rule(min: number, max: number, bind: (call: Call) => Typed): Rule {
  return { min, max, bind };
}

/** The same rule for structured values too. */
export function takesStructured(one: Rule): Rule {
  return { ...one, takesStructured: true };
}

/** A rule that binds its arguments itself. */
export function raw(min: number, max: number, bind: (call: Call) => Typed): Rule {
  return { min, max, bind, isRaw: true };
}

/** An argument that the count of arguments promises. */
export function arg(call: Call, index: number): Typed {
  const found = call.args[index];
  if (!found) throw new Error(`${call.name} was called without argument ${index + 1}`);
  return found;
}

export function rawArg(call: Call, index: number): Argument['value'] {
  const found = call.node.args[index];
  if (!found) throw new Error(`${call.name} was called without argument ${index + 1}`);
  return found.value;
}

export const nullable = (...values: readonly Typed[]): boolean => values.some((value) => value.nullable);

export function textArg(call: Call, index: number): Typed {
  return asText(arg(call, index), call.binder.settings);
}

export function realArg(call: Call, index: number): Typed {
  return asDouble(arg(call, index), call.binder.settings);
}

export function numberArg(call: Call, index: number): Typed {
  return asNumber(arg(call, index), call.binder.settings);
}

/**
 * What an aggregate adds up: a number, and text as floating point. Source: docs, "SUM": "When passed a VARCHAR expression,
 * this function implicitly casts the input to floating point values", and alike of AVG, VARIANCE, STDDEV.
 */
export function summand(call: Call, value: Typed): Typed {
  const isText = value.type.type === 'text' && !isNull(value);
  return isText ? asDouble(value, call.binder.settings) : asNumber(value, call.binder.settings);
}

export function booleanArg(call: Call, index: number): Typed {
  return asBoolean(arg(call, index), call.binder.settings);
}

/** An argument as DuckDB's BIGINT; fractions are rounded. */
export function integerArg(call: Call, index: number): string {
  const value = arg(call, index);
  if (isNull(value)) return 'CAST(NULL AS BIGINT)';
  const whole =
    value.type.type === 'fixed' && (value.type.scale ?? 0) === 0 ? value : cast(value, INTEGER, call.binder.settings);
  return bigintOf(whole);
}

/** An argument as another type. */
export function castArg(call: Call, index: number, type: SnowflakeType): Typed {
  return cast(arg(call, index), type, call.binder.settings);
}

/** A result that is NULL where an argument is. */
export function result(call: Call, sql: string, type: SnowflakeType): Typed {
  return typed(
    sql,
    type,
    call.args.some((value) => value.nullable),
  );
}

/** A function of DOUBLEs that DuckDB has under some name. */
export function realFunction(duckName: string, count = 1): Rule {
  return rule(count, count, (call) => {
    const args = call.args.map((_, index) => realArg(call, index).sql);
    return result(call, `${duckName}(${args.join(', ')})`, REAL);
  });
}

/** A rule for an aggregate of between `min` and `max` arguments. */
export function aggregate(min: number, max: number, bind: (call: Call) => Typed): Rule {
  const checked = (call: Call): Typed => {
    refuseOrderedDistinct(call);
    return bind(call);
  };
  return { min, max, bind: checked, isAggregate: true };
}

/** DISTINCT goes with no order and no frame but the whole partition. Source: docs, usage notes of SUM, AVG, STDDEV. */
function refuseOrderedDistinct({ node }: Call): void {
  const { over: spec } = node;
  if (!node.isDistinct || !spec?.word) return;
  const { unit, from, to } = spec.frame ?? {};
  const isWhole = unit === 'ROWS' && from?.kind === 'unbounded preceding' && to?.kind === 'unbounded following';
  if (isWhole || (spec.orderBy.length === 0 && !spec.frame)) return;
  throw compilation('002303', '42601', 'distinct cannot be used with a window frame or an order.', spec.word);
}

/** DISTINCT where the call has it. */
export const distinct = (call: Call): string => (call.node.isDistinct ? 'DISTINCT ' : '');

/** The result of an aggregate: of no rows it is NULL. */
export const maybe = (sql: string, type: SnowflakeType): Typed => typed(sql, type, true);

/** The window that stands behind the call, '' without OVER. `rows` is the frame for functions that see the whole partition. */
export function over(call: Call, wholePartition = false): string {
  const { over: spec } = call.node;
  if (!spec) return '';
  const { binder } = call;
  const partition = spec.partitionBy.map((expr) => equalityKey(binder.collated(expr)));
  const parts: string[] = [];
  if (partition.length > 0) parts.push(`PARTITION BY ${partition.join(', ')}`);
  if (spec.orderBy.length > 0) parts.push(`ORDER BY ${binder.orderList(spec.orderBy)}`);
  if (spec.frame) {
    const bound = (one: typeof spec.frame.from): string => {
      if (!one.offset) return one.kind.toUpperCase();
      const [order] = spec.orderBy;
      if (one.offset.kind === 'interval' && order) {
        const reach = rangeOffset(binder.bind(order.expr), one.offset.text, call.node);
        if (reach !== undefined) return `${reach} ${one.kind.toUpperCase()}`;
      }
      const offset = binder.bind(one.offset);
      return `${offset.sql} ${one.kind.toUpperCase()}`;
    };
    const { unit, from, to } = spec.frame;
    const isRows = unit === 'ROWS';
    const text = (one: typeof from) =>
      isRows && one.offset ? `CAST(${binder.bind(one.offset).sql} AS BIGINT) ${one.kind.toUpperCase()}` : bound(one);
    parts.push(`${unit} BETWEEN ${text(from)} AND ${text(to)}`);
  } else if (wholePartition && spec.orderBy.length > 0) {
    parts.push('ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING');
  }
  return ` OVER (${parts.join(' ')})`;
}

export { isNull, typed };
