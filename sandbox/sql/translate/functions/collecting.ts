import { ARRAY, isStructured, MAX_TEXT, OBJECT, text, VARIANT } from '../../types/type.ts';
import { asText, cast } from '../coerce.ts';
import { compilation } from '../failures.ts';
import type { OrderItem } from '../syntax/ast.ts';
import { integerOf, type Typed, typed } from '../typed.ts';
import { aggregate, arg, type Call, distinct, over, type Rule, type Rules, takesStructured } from './rule.ts';

/** The elements of an aggregate in the order of WITHIN GROUP, NULLs left out where `filter` says so. */
function orderInside(call: Call): string {
  const order = call.node.withinGroup;
  return order ? ` ORDER BY ${call.binder.orderList(order)}` : '';
}

/** Aggregates that see the whole partition only. Source: docs, "LISTAGG" and "ARRAY_AGG", usage notes on OVER. */
function wholePartition(call: Call): void {
  const spec = call.node.over;
  if (!spec || spec.orderBy.length === 0) return;
  const frame = spec.frame;
  const isOpen = (bound: { readonly kind: string } | undefined) =>
    bound?.kind.toUpperCase().startsWith('UNBOUNDED') ?? false;
  const open = frame ? [frame.from, frame.to].filter(isOpen).length : 1;
  if (open === 2) return;
  const kind = open === 1 ? 'Cumulative' : 'Sliding';
  throw compilation('002303', '0A000', `${kind} window frame unsupported for function ${call.name}`, call.node);
}

const listAgg: Rule = aggregate(1, 2, (call) => {
  wholePartition(call);
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

const arrayUnique: Rule = aggregate(1, 1, (call) => {
  const value = arg(call, 0);
  const json = cast(value, VARIANT, call.binder.settings).sql;
  const joined = `string_agg(DISTINCT ${json}, ',') FILTER (WHERE ${value.sql} IS NOT NULL)${over(call)}`;
  return typed(`('[' || coalesce(${joined}, '') || ']')`, ARRAY, false);
});

/** ARRAY_UNION_AGG(array): each value as often as the array that has it most often. */
const arrayUnion: Rule = aggregate(1, 1, (call) => {
  const given = arg(call, 0);
  const isTyped = isStructured(given.type) && given.type.type === 'array';
  const value = isTyped ? given : cast(given, ARRAY, call.binder.settings);
  const joined = `string_agg(${value.sql}, ',') FILTER (WHERE ${value.sql} IS NOT NULL)${over(call)}`;
  return typed(`sf_array_union('[' || coalesce(${joined}, '') || ']')`, value.type, false);
});

/** APPROX_TOP_K(x[, k]): arrays of value and count, most frequent first. */
const approxTopK: Rule = aggregate(1, 3, (call) => {
  const value = arg(call, 0);
  const k = call.args[1] ? integerOf(call.args[1]) : 1;
  if (k === undefined || k < 1) throw compilation('001044', '42P13', 'APPROX_TOP_K needs a constant count', call.node);
  const json = cast(value, VARIANT, call.binder.settings).sql;
  wholePartition(call);
  const counts = `histogram(${json}) FILTER (WHERE ${value.sql} IS NOT NULL)${over(call)}`;
  return typed(`coalesce(sf_top_k(CAST(to_json(${counts}) AS VARCHAR), ${k}), '[]')`, ARRAY, false);
});

/** Aggregates that gather their values into a text, an array or an object. Source: docs, "Aggregate functions". */
export const collectingRules: Rules = {
  LISTAGG: listAgg,
  STRING_AGG: listAgg,
  ARRAY_AGG: arrayAgg,
  ARRAYAGG: arrayAgg,
  ARRAY_UNIQUE_AGG: arrayUnique,
  ARRAY_UNION_AGG: takesStructured(arrayUnion),
  OBJECT_AGG: objectAgg,
  OBJECTAGG: objectAgg,
  APPROX_TOP_K: approxTopK,
};
