import type { SnowflakeType } from '../../contract.ts';
import { quoteText } from '../../types/literal.ts';
import { storePart } from '../../types/structured.ts';
import {
  ARRAY,
  BOOLEAN,
  field,
  fixed,
  isSemiStructured,
  isStructured,
  OBJECT,
  structured,
  text,
  VARIANT,
} from '../../types/type.ts';
import { cast } from '../coerce.ts';
import { invalidTypes } from '../failures.ts';
import { bindLambda } from '../lambdas.ts';
import { converterOf, elementOf, part } from '../structured-paths.ts';
import { isNull, type Typed, typed } from '../typed.ts';
import {
  arg,
  booleanArg,
  type Call,
  integerArg,
  nullable,
  type Rule,
  type Rules,
  raw,
  rawArg,
  result,
  rule,
  textArg,
} from './rule.ts';
import * as typedArrays from './structured-arrays.ts';
import { structuredOr } from './structured-arrays.ts';

/** An argument that must be an array (or a VARIANT that holds one). */
function arrayArg(call: Call, index: number): string {
  const value = arg(call, index);
  if (isNull(value)) return 'CAST(NULL AS VARCHAR)';
  if (value.type.type !== 'array' && value.type.type !== 'variant') {
    throw invalidTypes(
      call.name,
      call.args.map((one) => one.type),
      call.node,
    );
  }
  return value.sql;
}

function jsonArg(call: Call, index: number): string {
  const value = arg(call, index);
  return isNull(value) ? 'CAST(NULL AS VARCHAR)' : cast(value, VARIANT, call.binder.settings).sql;
}

function construct(compact: boolean): Rule {
  return rule(0, 1000, (call) => {
    if (call.args.length === 0) return typed("'[]'", ARRAY, false);
    if (!compact) {
      const items = call.args.map((value) => call.binder.element(value));
      return typed(`('[' || ${items.join(` || ',' || `)} || ']')`, ARRAY, false);
    }
    const items = call.args.map((_, index) => jsonArg(call, index));
    return typed(`('[' || concat_ws(',', ${items.join(', ')}) || ']')`, ARRAY, false);
  });
}

const size: Rule = rule(1, 1, (call) => {
  const json = arrayArg(call, 0);
  const sql = `CASE WHEN starts_with(${json}, '[') THEN json_array_length(${json}) END`;
  return typed(`CAST(${sql} AS DECIMAL(9,0))`, fixed(9, 0), true);
});

/** ARRAY_CONTAINS(value, array): the value is a VARIANT. */
const contains: Rule = rule(2, 2, (call) => {
  const value = arg(call, 0);
  if (!isSemiStructured(value.type) && !isNull(value)) {
    throw invalidTypes(
      call.name,
      call.args.map((one) => one.type),
      call.node,
    );
  }
  return result(call, `sf_array_contains(${jsonArg(call, 0)}, ${arrayArg(call, 1)})`, BOOLEAN);
});

const position: Rule = rule(2, 2, (call) => {
  const sql = `sf_array_position(${jsonArg(call, 0)}, ${arrayArg(call, 1)})`;
  return typed(`CAST(${sql} AS DECIMAL(9,0))`, fixed(9, 0), true);
});

/** A function of one array. */
function unary(duckName: string): Rule {
  return rule(1, 1, (call) => result(call, `${duckName}(${arrayArg(call, 0)})`, ARRAY));
}

function binary(duckName: string, type = ARRAY): Rule {
  return rule(2, 2, (call) => result(call, `${duckName}(${arrayArg(call, 0)}, ${arrayArg(call, 1)})`, type));
}

/** ARRAY_APPEND and ARRAY_PREPEND: SQL NULL becomes an undefined element. */
function add(duckName: string): Rule {
  return rule(2, 2, (call) =>
    typed(`${duckName}(${arrayArg(call, 0)}, ${call.binder.element(arg(call, 1))})`, ARRAY, arg(call, 0).nullable),
  );
}

const insert: Rule = rule(3, 3, (call) =>
  typed(
    `sf_array_insert(${arrayArg(call, 0)}, ${integerArg(call, 1)}, ${call.binder.element(arg(call, 2))})`,
    ARRAY,
    nullable(arg(call, 0), arg(call, 1)),
  ),
);

const remove: Rule = rule(2, 2, (call) =>
  result(call, `sf_array_remove(${arrayArg(call, 0)}, ${jsonArg(call, 1)})`, ARRAY),
);
const removeAt: Rule = rule(2, 2, (call) =>
  result(call, `sf_array_remove_at(${arrayArg(call, 0)}, ${integerArg(call, 1)})`, ARRAY),
);

const slice: Rule = rule(3, 3, (call) =>
  result(call, `sf_array_slice(${arrayArg(call, 0)}, ${integerArg(call, 1)}, ${integerArg(call, 2)})`, ARRAY),
);

const toText: Rule = rule(2, 2, (call) => {
  const zone = quoteText(call.binder.settings.zone);
  return result(call, `sf_array_to_string(${arrayArg(call, 0)}, ${textArg(call, 1).sql}, ${zone})`, text());
});

/** ARRAY_SORT(array[, ascending[, nulls first]]). */
const sort: Rule = rule(1, 3, (call) => {
  const ascending = call.args[1] ? booleanArg(call, 1).sql : 'true';
  const nullsFirst = call.args[2] ? booleanArg(call, 2).sql : `(NOT ${ascending})`;
  return result(call, `sf_array_sort(${arrayArg(call, 0)}, ${ascending}, ${nullsFirst})`, ARRAY);
});

const extreme = (isMax: boolean): Rule =>
  rule(1, 1, (call) => typed(`sf_array_extreme(${arrayArg(call, 0)}, ${isMax})`, VARIANT, true));

/** ARRAY_GENERATE_RANGE(from, to[, step]): the end stays out. */
const range: Rule = rule(2, 3, (call) => {
  const step = call.args.length > 2 ? integerArg(call, 2) : 'CAST(1 AS BIGINT)';
  return result(call, `('[' || sf_range(${integerArg(call, 0)}, ${integerArg(call, 1)}, ${step}) || ']')`, ARRAY);
});

const toObject: Rule = rule(2, 2, (call) =>
  result(call, `sf_arrays_to_object(${arrayArg(call, 0)}, ${arrayArg(call, 1)})`, OBJECT),
);

const arraysZip: Rule = rule(1, 20, (call) => {
  const arrays = call.args.map((_, index) => arrayArg(call, index));
  return result(call, `sf_arrays_zip('[' || ${arrays.join(` || ',' || `)} || ']')`, ARRAY);
});

/** FILTER, TRANSFORM: a lambda over the elements. */
function higher(kind: 'filter' | 'transform'): Rule {
  return raw(2, 2, (call) => {
    const array = call.binder.bind(rawArg(call, 0));
    if (array.type.type !== 'array' && array.type.type !== 'variant')
      throw invalidTypes(call.name, [array.type], call.node);
    const element = isStructured(array.type) ? elementOf(array.type) : undefined;
    const { settings } = call.binder;
    const read = element && ((name: string) => part(name, element, settings));
    const lambda = bindLambda(call.binder, rawArg(call, 1), [element ?? VARIANT], call, read);
    const [name = ''] = lambda.names;
    const items = `CAST(json_extract(${array.sql}, '$[*]') AS VARCHAR[])`;
    const list =
      kind === 'filter'
        ? `list_filter(${items}, lambda ${name}: ${cast(lambda.body, BOOLEAN, settings).sql})`
        : `list_transform(${items}, lambda ${name}: ${element ? storePart(lambda.body.sql, lambda.body.type, converterOf(settings)) : call.binder.element(lambda.body)})`;
    const sql = `CASE WHEN starts_with(${array.sql}, '[') THEN '[' || array_to_string(${list}, ',') || ']' END`;
    const type = !element ? ARRAY : kind === 'filter' ? array.type : structured('array', field(lambda.body.type));
    return typed(sql, type, array.nullable || array.type.type === 'variant');
  });
}

/** REDUCE(array, start, (acc, x) -> ...). */
const reduce: Rule = raw(3, 3, (call) => {
  const array = call.binder.bind(rawArg(call, 0));
  const start = call.binder.bind(rawArg(call, 1));
  const type: Typed['type'] =
    start.type.type === 'fixed' ? fixed(38, start.type.scale ?? 0) : start.type.type === 'text' ? text() : start.type;
  const element = isStructured(array.type) ? elementOf(array.type) : VARIANT;
  const read = (name: string, own: SnowflakeType) =>
    own === element && isStructured(array.type) ? part(name, own, call.binder.settings) : typed(name, own, true);
  const lambda = bindLambda(call.binder, rawArg(call, 2), [type, element], call, read);
  const [acc = '', item = ''] = lambda.names;
  const { settings } = call.binder;
  // DuckDB's list_reduce starts with a value of the list's own type: both travel as canonical text.
  const items = `CAST(json_extract(${array.sql}, '$[*]') AS VARCHAR[])`;
  const first = cast(cast(start, type, settings), VARIANT, settings);
  const accValue = cast(typed(acc, VARIANT, true), type, settings);
  const body = cast(
    cast({ ...lambda.body, sql: lambda.body.sql.replaceAll(`${acc}`, `(${accValue.sql})`) }, type, settings),
    VARIANT,
    settings,
  );
  const sql = `list_reduce(${items}, lambda ${acc}, ${item}: ${body.sql}, ${first.sql})`;
  return cast(typed(sql, VARIANT, true), type, settings);
});

/** Arrays. Source: docs, "Semi-structured and structured data functions". */
export const arrayRules: Rules = {
  ARRAY_CONSTRUCT: construct(false),
  ARRAY_CONSTRUCT_COMPACT: construct(true),
  ARRAY_SIZE: structuredOr(size, typedArrays.size),
  ARRAY_CONTAINS: structuredOr(contains, typedArrays.contains),
  ARRAY_POSITION: structuredOr(position, typedArrays.position),
  ARRAY_APPEND: structuredOr(add('sf_array_append'), typedArrays.add('sf_array_append')),
  ARRAY_PREPEND: structuredOr(add('sf_array_prepend'), typedArrays.add('sf_array_prepend')),
  ARRAY_INSERT: structuredOr(insert, typedArrays.insert),
  ARRAY_REMOVE: remove,
  ARRAY_REMOVE_AT: removeAt,
  ARRAY_CAT: structuredOr(binary('sf_array_cat'), typedArrays.concatenate),
  ARRAY_COMPACT: structuredOr(unary('sf_array_compact'), typedArrays.same('sf_array_compact')),
  ARRAY_DISTINCT: unary('sf_array_distinct'),
  ARRAY_FLATTEN: unary('sf_array_flatten'),
  ARRAY_REVERSE: unary('sf_array_reverse'),
  ARRAY_EXCEPT: structuredOr(binary('sf_array_except'), typedArrays.except),
  ARRAY_INTERSECTION: structuredOr(binary('sf_array_intersection'), typedArrays.meet('sf_array_intersection')),
  ARRAYS_OVERLAP: structuredOr(binary('sf_arrays_overlap', BOOLEAN), typedArrays.meet('sf_arrays_overlap', BOOLEAN)),
  ARRAYS_TO_OBJECT: toObject,
  ARRAYS_ZIP: arraysZip,
  ARRAY_SLICE: structuredOr(slice, typedArrays.slice),
  ARRAY_SORT: sort,
  ARRAY_MIN: extreme(false),
  ARRAY_MAX: extreme(true),
  ARRAY_TO_STRING: toText,
  ARRAY_GENERATE_RANGE: range,
  FILTER: higher('filter'),
  TRANSFORM: higher('transform'),
  REDUCE: reduce,
};
