import { SqlError, type TypeField } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import { convert } from '../types/convert.ts';
import type { Settings } from '../types/settings.ts';
import { type Converter, mapKey, readPart } from '../types/structured.ts';
import { isStructured, typeName, typeOf } from '../types/type.ts';
import { invalidTypes } from './failures.ts';
import { dynamicStep, extract, type Step } from './paths.ts';
import type { Span } from './syntax/ast.ts';
import { integerOf, stringOf, type Typed, typed } from './typed.ts';

/** Converts the parts of structured values by the session's settings. */
export function converterOf(settings: Settings): Converter {
  return (sql, from, to) => convert(sql, from, to, 'cast', settings);
}

/** The element of a structured array, or the value of a map. */
export function elementOf(type: SnowflakeType): TypeField {
  const part = type.fields?.at(-1);
  if (!part) throw new Error('a structured array or map has parts');
  return part;
}

/** A part of a structured value with its own type, from the text in which it is kept. */
export function part(json: string, type: SnowflakeType, settings: Settings): Typed {
  return typed(readPart(json, type, converterOf(settings)), typeOf(type), true);
}

/** Refuses a key that an object's type lacks, in the words that Snowflake's documentation prints for OBJECT_DELETE. */
export function missingField(name: string, key: string): SqlError {
  const message = `Function ${name}: expected structured object to contain field ${key} but it did not.`;
  return new SqlError('093201', '23001', message);
}

/** A key as the text under which a map keeps it. Throws SqlError 001065 where its type is not that of the map's keys. */
export function keyOf(map: SnowflakeType, key: Typed, settings: Settings, refuse: () => SqlError): string {
  const [own] = map.fields ?? [];
  const isWhole = key.type.type === 'fixed' && (key.type.scale ?? 0) === 0;
  if (!own || !(own.type === 'text' ? key.type.type === 'text' : isWhole)) throw refuse();
  return mapKey(
    key.sql,
    key.type,
    { ...own, length: null, ...(own.type === 'text' ? { length: key.type.length } : {}) },
    converterOf(settings),
  );
}

/**
 * One step into a structured value: what is found has the type of its place. An object's key must be constant and part
 * of its type; where a map has no such key, or an array no such element, it is NULL. Source: docs, "Structured data
 * types", accessing. Throws SqlError 001044, 093201.
 */
export function stepInto(value: Typed, step: Step | Typed, name: string, settings: Settings, span: Span): Typed {
  const { type } = value;
  const given = 'sql' in step ? step : undefined;
  const key = given ? stringOf(given) : 'key' in step ? step.key : undefined;
  const index = given ? integerOf(given) : 'index' in step ? step.index : undefined;
  const refuse = () => invalidTypes(name, given ? [type, given.type] : [type], span);
  if (type.type === 'object') {
    if (key === undefined) throw refuse();
    const found = type.fields?.find((field) => field.name === key);
    if (!found) throw missingField(name, key);
    return part(extract(value.sql, [{ key }]), found, settings);
  }
  const element = elementOf(type);
  if (type.type === 'array') {
    if (key !== undefined || (given && given.type.type !== 'fixed' && given.type.type !== 'real')) throw refuse();
    if (index !== undefined) return part(extract(value.sql, [{ index }]), element, settings);
    if (!given) throw refuse();
    return part(dynamicStep(value.sql, given, span), element, settings);
  }
  const isNumeric = type.fields?.[0]?.type === 'fixed';
  if (key !== undefined && !isNumeric) return part(extract(value.sql, [{ key }]), element, settings);
  if (index !== undefined && isNumeric) return part(extract(value.sql, [{ key: String(index) }]), element, settings);
  if (!given) throw refuse();
  return part(`sf_get_key(${value.sql}, ${keyOf(type, given, settings, refuse)})`, element, settings);
}

/** GET_IGNORE_CASE of a structured object or map: an exact match counts before others. */
export function stepIgnoringCase(value: Typed, given: Typed, name: string, settings: Settings, span: Span): Typed {
  const { type } = value;
  const key = stringOf(given);
  if (type.type === 'map' && type.fields?.[0]?.type === 'text' && given.type.type === 'text') {
    return part(`sf_get_ignore_case(${value.sql}, ${given.sql})`, elementOf(type), settings);
  }
  if (type.type !== 'object' || key === undefined) throw invalidTypes(name, [type, given.type], span);
  const names = (type.fields ?? []).map((field) => field.name);
  const found = names.find((one) => one === key) ?? names.find((one) => one.toUpperCase() === key.toUpperCase());
  if (found === undefined) throw missingField(name, key);
  return stepInto(value, { key: found }, name, settings, span);
}

/** Refuses structured values where Snowflake takes semi-structured ones alone. */
export function refuseStructured(name: string, values: readonly Typed[], span: Span): void {
  if (!values.some((value) => isStructured(value.type))) return;
  throw invalidTypes(
    name,
    values.map((value) => value.type),
    span,
  );
}

/** 001065, as MAP_CONTAINS_KEY's page prints it. */
export function unusable(name: string, types: readonly SnowflakeType[]): SqlError {
  const shown = types.map(typeName);
  const list = shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : shown.join();
  const message = `SQL compilation error:\nFunction ${name} cannot be used with arguments of types ${list}`;
  return new SqlError('001065', '22023', message);
}
