import type { SnowflakeType } from '../../contract.ts';
import { isCoercible } from '../../types/assign.ts';
import { isStructuredCoercible, NULL_PART, storeField, storePart } from '../../types/structured.ts';
import { ARRAY, BOOLEAN, field, fixed, isStructured, structured } from '../../types/type.ts';
import { cast, commonType } from '../coerce.ts';
import { invalidTypes } from '../failures.ts';
import { converterOf, elementOf, unusable } from '../structured-paths.ts';
import { nullOf, type Typed, typed } from '../typed.ts';
import { arg, type Call, integerArg, isNull, nullable, type Rule } from './rule.ts';

const types = (call: Call) => call.args.map((value) => value.type);
const refused = (call: Call) => invalidTypes(call.name, types(call), call.node);

/** A rule that has another way with structured values. */
export function structuredOr(rule: Rule, bind: (call: Call) => Typed): Rule {
  return {
    ...rule,
    takesStructured: true,
    bind: (call) => (call.args.some((value) => isStructured(value.type)) ? bind(call) : rule.bind(call)),
  };
}

/** An argument that must be a structured array. */
function arrayArg(call: Call, index: number): Typed {
  const value = arg(call, index);
  if (isStructured(value.type) && value.type.type === 'array') return value;
  if (isNull(value))
    return nullOf(call.args.find(({ type }) => isStructured(type) && type.type === 'array')?.type ?? ARRAY);
  throw refused(call);
}

/** Both arrays as the type that takes the elements of both. Throws SqlError 001065 where they have none. */
function both(call: Call): readonly [Typed, Typed] {
  const [a, b] = [arrayArg(call, 0), arrayArg(call, 1)];
  const type = commonType(a.type, b.type);
  if (!type) throw unusable(call.name, types(call));
  const { settings } = call.binder;
  return [cast(a, type, settings), cast(b, type, settings)];
}

/** ARRAY_SIZE. */
export const size = (call: Call): Typed => {
  const array = arrayArg(call, 0);
  return typed(`CAST(json_array_length(${array.sql}) AS DECIMAL(9,0))`, fixed(9, 0), array.nullable);
};

/** A value and the elements of an array, as the type in which they are compared: the value's text and the array's. */
function compared(call: Call): { item: Typed; stored: string; array: Typed } {
  const item = arg(call, 0);
  const array = arrayArg(call, 1);
  const element = elementOf(array.type);
  const { settings } = call.binder;
  if (isNull(item)) return { item, stored: NULL_PART, array };
  const isAlike = item.type.type === element.type || isCoercibleEitherWay(item.type, element);
  const type = isAlike ? commonType(item.type, element) : undefined;
  if (!type) throw unusable(call.name, types(call));
  const wide = cast(array, structured('array', field(type, true)), settings);
  return { item, stored: storePart(cast(item, type, settings).sql, type, converterOf(settings)), array: wide };
}

function isCoercibleEitherWay(a: SnowflakeType, b: SnowflakeType): boolean {
  const [one, other] = [structured('array', field(a)), structured('array', field(b))];
  return isStructuredCoercible(one, other) || isStructuredCoercible(other, one);
}

/** ARRAY_CONTAINS(value, array): a NULL is found among NULLs; where there are none the answer is NULL. */
export const contains = (call: Call): Typed => {
  const { item, stored, array } = compared(call);
  const found = `sf_array_contains(${stored}, ${array.sql})`;
  const sql = item.nullable ? `CASE WHEN ${stored} <> ${NULL_PART} OR ${found} THEN ${found} END` : found;
  return typed(sql, BOOLEAN, item.nullable || array.nullable);
};

/** ARRAY_POSITION(value, array). */
export const position = (call: Call): Typed => {
  const { stored, array } = compared(call);
  return typed(`CAST(sf_array_position(${stored}, ${array.sql}) AS DECIMAL(9,0))`, fixed(9, 0), true);
};

/** A value as an element of an array: it must become the element's type without being asked. */
function element(call: Call, index: number, array: Typed): string {
  const value = arg(call, index);
  const { settings } = call.binder;
  const own = elementOf(array.type);
  if (!isNull(value) && !isCoercible(value.type, own)) throw unusable(call.name, types(call));
  return storeField(cast(value, own, settings).sql, own, array.type, converterOf(settings));
}

/** ARRAY_APPEND, ARRAY_PREPEND. */
export const add = (duckName: string) => (call: Call) => {
  const array = arrayArg(call, 0);
  return typed(`${duckName}(${array.sql}, ${element(call, 1, array)})`, array.type, array.nullable);
};

/** ARRAY_INSERT(array, position, value): a place behind the end leaves NULLs between. */
export const insert = (call: Call): Typed => {
  const array = arrayArg(call, 0);
  const sql = `sf_array_insert(${array.sql}, ${integerArg(call, 1)}, ${element(call, 2, array)})`;
  return typed(sql, array.type, nullable(array, arg(call, 1)));
};

/** ARRAY_CAT: the second array must become the first one's type, and the result takes both. */
export const concatenate = (call: Call): Typed => {
  if (!isStructuredCoercible(arrayArg(call, 1).type, arrayArg(call, 0).type)) throw unusable(call.name, types(call));
  const [a, b] = both(call);
  return typed(`sf_array_cat(${a.sql}, ${b.sql})`, a.type, nullable(a, b));
};

/** ARRAY_INTERSECTION, ARRAYS_OVERLAP. */
export const meet = (duckName: string, answer?: SnowflakeType) => (call: Call) => {
  const [a, b] = both(call);
  return typed(`${duckName}(${a.sql}, ${b.sql})`, answer ?? a.type, nullable(a, b));
};

/** ARRAY_EXCEPT: of the first array's type. */
export const except = (call: Call): Typed => {
  const [a, b] = both(call);
  const rest = typed(`sf_array_except(${a.sql}, ${b.sql})`, a.type, nullable(a, b));
  return cast(rest, arrayArg(call, 0).type, call.binder.settings);
};

/** ARRAY_COMPACT and what else makes of an array one of the same type. */
export const same = (duckName: string) => (call: Call) => {
  const array = arrayArg(call, 0);
  return typed(`${duckName}(${array.sql})`, array.type, array.nullable);
};

/** ARRAY_SLICE(array, from, to). */
export const slice = (call: Call): Typed => {
  const array = arrayArg(call, 0);
  const sql = `sf_array_slice(${array.sql}, ${integerArg(call, 1)}, ${integerArg(call, 2)})`;
  return typed(sql, array.type, nullable(...call.args));
};
