import { SqlError, type TypeField } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import { noCast, sameType } from './conversion-rules.ts';
import { quoteText } from './literal.ts';
import { once } from './once.ts';
import { type KeyChanges, keyStart, values } from './structured-fields.ts';
import { isSemiStructured, isStructured, isTimestamp, text, typeName, VARIANT } from './type.ts';
import { TAG } from './variant-text.ts';

/**
 * Structured values are the canonical JSON text of what they hold (`variant-text.ts`), each part as its own type has it,
 * an object's keys in its type's order, a map's sorted. SQL NULL inside is the tagged `undefined` everywhere, so that it
 * differs from the JSON null that a part of type VARIANT may hold.
 */

/** SQL NULL as a part. */
export const NULL_PART = `'"${TAG}u"'`;

/** Converts between types; `convert` of `convert.ts`, handed in because it uses this file. */
export type Converter = (sql: string, from: SnowflakeType, to: SnowflakeType) => string;

const items = (json: string) => `CAST(json_extract(${json}, '$[*]') AS VARCHAR[])`;
const joined = (parts: string) => `array_to_string(${parts}, ',')`;

/** An empty list has no text of its own in lambdas that are nested: each gets a name made of its depth. */
function each(list: string, name: string, work: (item: string) => string): string {
  return `list_transform(${list}, lambda ${name}: ${work(name)})`;
}

/** A part inside a lambda is a short name; what a path leads to may be the text of a whole cast. */
const SHORT_PART = 80;
/** Texts up to this length may be written a few times, rather than named by a lambda. */
const SHORT = 250;

/** A part's value, of `duckType(type)`, from its stored text; NULL where the text is. */
export function readPart(json: string, type: SnowflakeType, convert: Converter): string {
  if (type.type === 'variant' || isStructured(type)) return `nullif(${json}, ${NULL_PART})`;
  if (isSemiStructured(type))
    return once(json, (one) => `CASE WHEN ${one} NOT IN (${NULL_PART}, 'null') THEN ${one} END`);
  return once(json, (one) => convert(`nullif(${one}, ${NULL_PART})`, VARIANT, type), SHORT_PART);
}

/** A part's stored text from its value, of `duckType(type)`. */
export function storePart(value: string, type: SnowflakeType, convert: Converter): string {
  const json = isStructured(type) || isSemiStructured(type) ? value : convert(value, type, VARIANT);
  return `coalesce(${json}, ${NULL_PART})`;
}

/** One part as another: `json` is stored text of `from`. Raises 100072-like errors at run time for NULL where it may not be. */
function convertPart(
  json: string,
  from: SnowflakeType,
  to: TypeField,
  whole: SnowflakeType,
  convert: Converter,
): string {
  const value =
    from.type === 'variant' && to.type === 'variant' ? readPart(json, to, convert) : changed(json, from, to, convert);
  return storeField(value, to, whole, convert);
}

/** A part's stored text, or 100072 at run time for NULL where the part takes none. */
export function storeField(value: string, to: TypeField, whole: SnowflakeType, convert: Converter): string {
  const stored = storePart(value, to, convert);
  if (to.nullable) return stored;
  const message = `NULL result in a non-nullable ${to.name === '' ? 'element' : `key '${to.name}'`} of ${typeName(whole)}`;
  // The text depends on the value, so that DuckDB cannot raise the error while it plans.
  const raise = (one: string) => `sf_raise('100072', '22000', ${quoteText(message)} || left(${one}, 0))`;
  return once(stored, (one) => `CASE WHEN ${one} = ${NULL_PART} THEN CAST(${raise(one)} AS VARCHAR) ELSE ${one} END`);
}

function changed(json: string, from: SnowflakeType, to: SnowflakeType, convert: Converter): string {
  const value = readPart(json, from, convert);
  if (sameType(from, to)) return value;
  return once(value, (one) => convert(one, from, to));
}

/** What a structured type's elements or values are, where all have one type. */
function lastOf(type: SnowflakeType): TypeField {
  const part = type.fields?.at(-1);
  if (!part) throw new Error('a structured array or map has parts');
  return part;
}

/** How deep a type is nested, which names the lambdas. */
function depthOf(type: SnowflakeType): number {
  return 1 + Math.max(0, ...(type.fields ?? []).map(depthOf));
}

function toArray(sql: string, from: SnowflakeType, to: SnowflakeType, convert: Converter): string {
  const source = from.fields ? lastOf(from) : VARIANT;
  const element = lastOf(to);
  const parts = each(items(sql), `a${depthOf(to)}`, (item) => convertPart(item, source, element, to, convert));
  return `('[' || ${joined(parts)} || ']')`;
}

/** `list` holds the stored texts of the values, in the order of `to`'s keys. */
function assemble(list: string, sources: readonly SnowflakeType[], to: SnowflakeType, convert: Converter): string {
  const fields = to.fields ?? [];
  if (fields.length === 0) return `CASE WHEN ${list} IS NOT NULL THEN '{}' END`;
  return once(
    list,
    (all) => {
      const parts = fields.map((part, index) => {
        const key = keyStart(part.name, index);
        const source = sources[index] ?? VARIANT;
        return `${key} || ${once(`${all}[${index + 1}]`, (json) => convertPart(json, source, part, to, convert))}`;
      });
      return `CASE WHEN ${all} IS NOT NULL THEN ${parts.join(' || ')} || '}' END`;
    },
    0,
  );
}

const names = (fields: readonly TypeField[]) => fields.map((part) => part.name);

function toObject(
  sql: string,
  from: SnowflakeType,
  to: SnowflakeType,
  convert: Converter,
  changes: KeyChanges,
): string {
  const fields = to.fields ?? [];
  if (from.type === 'object' && from.fields) {
    const { sources, list } = matched(sql, from.fields, from, to, changes);
    return assemble(list, sources, to, convert);
  }
  const source = from.type === 'map' ? lastOf(from) : VARIANT;
  const list = `sf_values_of(${sql}, ${quoteText(JSON.stringify(names(fields)))}, ${quoteText(typeName(to))})`;
  return assemble(
    list,
    fields.map(() => source),
    to,
    convert,
  );
}

/** An object's values in the order of another object's keys. Throws SqlError 002023-like where the keys do not fit. */
function matched(sql: string, own: readonly TypeField[], from: SnowflakeType, to: SnowflakeType, changes: KeyChanges) {
  const fields = to.fields ?? [];
  const misfit = () => noCast(from, to);
  if (changes.renames && !changes.adds) {
    if (own.length !== fields.length) throw misfit();
    return { sources: own, list: values(sql) };
  }
  if (own.some((part, index) => (changes.renames ? index >= fields.length : !names(fields).includes(part.name))))
    throw misfit();
  const sources = fields.map((part, index) =>
    changes.renames ? own[index] : own.find(({ name }) => name === part.name),
  );
  if (!changes.adds && sources.some((source) => source === undefined)) throw misfit();
  const list = once(
    values(sql),
    (all) => {
      const places = sources.map((source) => (source ? `${all}[${own.indexOf(source) + 1}]` : NULL_PART));
      return `CASE WHEN ${all} IS NOT NULL THEN [${places.join(', ')}] END`;
    },
    0,
  );
  return { sources: sources.map((source, index) => source ?? fields[index] ?? VARIANT), list };
}

function toMap(sql: string, from: SnowflakeType, to: SnowflakeType, convert: Converter): string {
  const [key, value] = to.fields ?? [];
  if (!key || !value) throw new Error('a map has a key and a value');
  const ownKey = from.type === 'map' ? from.fields?.[0] : undefined;
  return once(
    sql,
    (json) => {
      const depth = depthOf(to);
      const entries = from.type === 'object' && from.fields ? objectEntries(json, from, value, to, convert) : undefined;
      const list =
        entries ??
        each(`list_zip(json_keys(${json}), ${values(json)})`, `m${depth}`, (pair) => {
          const source = ownKey ? (from.fields?.[1] ?? VARIANT) : VARIANT;
          return `${keyText(`${pair}[1]`, key, convert)} || ':' || ${convertPart(`${pair}[2]`, source, value, to, convert)}`;
        });
      const map = `'{' || ${joined(list)} || '}'`;
      const isSorted = key.type === 'text' && !entries && (!ownKey || ownKey.type === 'text');
      return `CASE WHEN ${json} IS NOT NULL THEN ${isSorted ? map : `sf_map(${map}, ${key.type === 'fixed'})`} END`;
    },
    SHORT,
  );
}

/** The pairs of a structured object as a map's: each value has a type of its own. */
function objectEntries(
  json: string,
  from: SnowflakeType,
  value: TypeField,
  to: SnowflakeType,
  convert: Converter,
): string {
  const [key] = to.fields ?? [];
  const own = from.fields ?? [];
  if (!key || own.length === 0) return 'CAST([] AS VARCHAR[])';
  return once(
    values(json),
    (all) => {
      const pairs = own.map((part, index) => {
        const name = keyText(quoteText(part.name), key, convert);
        return `${name} || ':' || ${convertPart(`${all}[${index + 1}]`, part, value, to, convert)}`;
      });
      return `[${pairs.join(', ')}]`;
    },
    0,
  );
}

/** A map's key as JSON writes it: a text in quotes, whatever its type. */
function keyText(sql: string, key: SnowflakeType, convert: Converter): string {
  return `CAST(to_json(${mapKey(sql, text(), key, convert)}) AS VARCHAR)`;
}

/** A value as the text under which a map keeps it. */
export function mapKey(sql: string, from: SnowflakeType, key: SnowflakeType, convert: Converter): string {
  const value = convert(sql, from, key);
  return key.type === 'fixed' ? `CAST(${value} AS VARCHAR)` : value;
}

/**
 * A semi-structured value's text, once it is known to be of the right kind; JSON null is NULL. A call and no CASE, so that
 * the value is written once without a lambda: DuckDB takes twice as long to plan for each lambda inside another.
 */
function checked(sql: string, to: SnowflakeType, zone: string): string {
  const opener = to.type === 'array' ? '[' : '{';
  return `sf_of_kind(${sql}, '${opener}', ${quoteText(typeName(to))}, ${quoteText(zone)})`;
}

/**
 * A value of a structured type from one of a semi-structured or structured type, as CAST has it. Throws SqlError 001007
 * where Snowflake has no such cast; values that do not fit fail at run time. Source: docs, "Structured data types", converting.
 */
export function toStructured(
  sql: string,
  from: SnowflakeType,
  to: SnowflakeType,
  zone: string,
  convert: Converter,
  changes: KeyChanges = {},
): string {
  const isObject = to.type !== 'array';
  const fits = from.fields
    ? isObject
      ? from.type === 'object' || from.type === 'map'
      : from.type === 'array'
    : from.type === 'variant' || from.type === (isObject ? 'object' : 'array');
  if (!fits) throw noCast(from, to);
  const source = from.fields ? sql : checked(sql, to, zone);
  if (to.type === 'array') return toArray(source, from, to, convert);
  return to.type === 'map' ? toMap(source, from, to, convert) : toObject(source, from, to, convert, changes);
}

/** A structured value as VARIANT, ARRAY or OBJECT: keys sorted, NULL of objects and maps as JSON null. Throws SqlError 001007. */
export function toLoose(sql: string, from: SnowflakeType, to: SnowflakeType): string {
  const kind = from.type === 'array' ? 'array' : 'object';
  if (to.type !== 'variant' && to.type !== kind) {
    if (to.type === 'text')
      throw new SqlError(
        '000002',
        '0A000',
        `Unsupported feature: the sandbox does not support ${typeName(from)} as VARCHAR.`,
      );
    throw noCast(from, to);
  }
  const [element] = from.fields ?? [];
  return kind === 'array' && !element?.fields ? sql : `sf_loose(${sql})`;
}

/**
 * Whether a structured type becomes another without being asked: the same kind, and parts that differ in the size of
 * numbers or timestamps only. Source: docs, "Structured data types", implicit casting.
 */
export function isStructuredCoercible(from: SnowflakeType, to: SnowflakeType): boolean {
  const [own, others] = [from.fields, to.fields];
  if (!own || !others || from.type !== to.type || own.length !== others.length) return false;
  return own.every((part, index) => {
    const other = others[index];
    if (!other || part.name !== other.name) return false;
    if (from.type === 'map' && index === 0) return part.type === other.type;
    return isPartCoercible(part, other);
  });
}

function isPartCoercible(from: SnowflakeType, to: SnowflakeType): boolean {
  if (from.fields || to.fields) return isStructuredCoercible(from, to);
  if (from.type === to.type) return true;
  const isNumber = (type: SnowflakeType) => type.type === 'fixed' || type.type === 'real';
  if (isNumber(from)) return isNumber(to);
  return isTimestamp(from) && isTimestamp(to) && from.type !== 'timestamp_ntz' && to.type !== 'timestamp_ntz';
}
