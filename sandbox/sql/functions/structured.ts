import type { Shape } from '../types/structured-fields.ts';
import { printVariant } from '../types/variant-print.ts';
import { JsonError, objectOf, readVariant, Scalar, type Variant, writeVariant } from '../types/variant-text.ts';
import { type Definition, define, raised } from './define.ts';

type Items = readonly Variant[];
type Entries = ReadonlyMap<string, Variant>;
type Pair = readonly [string, Variant];

const isObject = (value: Variant): value is Entries => value instanceof Map;
const isNull = (value: Variant): boolean => value instanceof Scalar && value.tag === 'u';

function entriesOf(text: string): Entries {
  const value = readVariant(text);
  if (!isObject(value)) throw new Error('a map is kept as a JSON object');
  return value;
}

/** Pairs as a map's text: keys in order, of numbers by their value. */
function mapText(pairs: Iterable<Pair>, isNumeric: boolean): string {
  if (!isNumeric) return writeVariant(objectOf(pairs));
  const byNumber = ([a]: Pair, [b]: Pair) => {
    const [x, y] = [BigInt(a), BigInt(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  };
  return writeVariant(new Map([...pairs].sort(byNumber)));
}

/** A structured value as a semi-structured one. Source: docs, "Structured data types", casting to a semi-structured type. */
function loose(value: Variant): Variant {
  if (isObject(value))
    return objectOf([...value].map(([key, item]) => [key, isNull(item) ? null : loose(item)] as const));
  return Array.isArray(value) ? (value as Items).map(loose) : value;
}

/** Characters below this one stand between the parts of an order key. */
const FREE = '\u0007';
const END = '\u0001';
const AFTER_LAST = '\u0004';
const PART = '\u0005';
const NULL = '\u0006';

/** A decimal or DOUBLE so that texts compare as the numbers do. */
function numberKey(text: string): string {
  const [, sign, whole = '', part = '', exponent = '0'] = /^(-?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (whole === '' && part === '') return /NaN/.test(text) ? '4' : text.startsWith('-') ? '0' : '3~';
  const digits = (whole + part).replace(/^0+/, '');
  if (digits === '') return '2';
  const lead = whole.length + Number(exponent) - (whole.length + part.length - digits.length);
  const key = `${String(5000 + lead)}${digits.replace(/0+$/, '')}`;
  if (sign !== '-') return `3${key}${END}`;
  return `1${[...key].map((digit) => 9 - Number(digit)).join('')}~`;
}

function textKey(text: string): string {
  const escaped = [...text].map((char) => (char < FREE ? NULL + String.fromCodePoint(char.charCodeAt(0) + 32) : char));
  return escaped.join('') + END;
}

/** A map's key so that of two maps the one that has the lesser key is the greater: the other one lacks it. */
function mapKey(key: string, isNumeric: boolean): string {
  const bytes = Buffer.from(isNumeric ? numberKey(key) : textKey(key));
  return `${Buffer.from(bytes.map((byte) => 255 - byte)).toString('hex')}~`;
}

const part = (item: Variant, shape?: Shape | null) => (isNull(item) ? NULL : PART + orderKey(item, shape));

/** A text that puts structured values in order: an object's keys alphabetically, NULL last, what a map lacks first. */
function orderKey(value: Variant, shape?: Shape | null): string {
  if (value === null) return `d${END}`;
  if (typeof value === 'boolean') return value ? 'a1' : 'a0';
  if (typeof value === 'string') return `c${textKey(value)}`;
  if (value instanceof Scalar) {
    if (value.tag === 'Z') return `b${numberKey(value.text.split(' ')[0] ?? '')}`;
    return 'infNL'.includes(value.tag) ? `b${numberKey(value.text)}` : `c${textKey(value.text)}`;
  }
  const parts = shape?.parts ?? [];
  if (!isObject(value)) return (value as Items).map((item) => part(item, parts[0])).join('') + AFTER_LAST;
  if (shape?.kind === 'map') {
    const pairs = [...value].map(
      ([key, item]) => PART + mapKey(key, shape.hasNumericKeys ?? false) + part(item, parts[1]),
    );
    return pairs.join('') + AFTER_LAST;
  }
  const own = [...value].map(([key, item], index) => [key, part(item, parts[index])] as const);
  return (
    own
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, text]) => PART + textKey(key) + text)
      .join('') + AFTER_LAST
  );
}

/** Functions of structured values, whose text is that of `types/structured.ts`. */
export const structuredFunctions: readonly Definition[] = [
  define('sf_values_of', ['text', 'text', 'text'], 'texts', (json, keys, type) => {
    const found = entriesOf(json);
    const wanted = JSON.parse(keys) as string[];
    if (found.size !== wanted.length || wanted.some((key) => !found.has(key))) {
      throw raised('100071', '22000', `Failed to cast variant value ${printVariant(found, 'UTC', 0)} to ${type}`);
    }
    return wanted.map((key) => writeVariant(found.get(key) ?? null));
  }),
  define('sf_of_kind', ['text', 'text', 'text', 'text'], 'text', (json, opener, type, zone) => {
    if (json.startsWith(opener)) return json;
    const value = readVariant(json);
    if (value === null) return null;
    throw raised('100071', '22000', `Failed to cast variant value ${printVariant(value, zone, 0)} to ${type}`);
  }),
  define('sf_map', ['text', 'boolean'], 'text', (json, isNumeric) => {
    try {
      return mapText(entriesOf(json), isNumeric);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      // Keys that differed may have become equal as the map's type.
      throw raised('100103', '22000', `Duplicate field key '${/"(.*)"/.exec(error.message)?.[1] ?? ''}'`);
    }
  }),
  define('sf_loose', ['text'], 'text', (json) => writeVariant(loose(readVariant(json)))),
  define('sf_struct_key', ['text', 'text'], 'text', (json, shape) => orderKey(readVariant(json), JSON.parse(shape))),
  define('sf_map_cat', ['text', 'text', 'boolean'], 'text', (a, b, isNumeric) =>
    mapText(new Map([...entriesOf(a), ...entriesOf(b)]), isNumeric),
  ),
  define(
    'sf_map_insert',
    ['text', 'text', 'text', 'boolean', 'boolean'],
    'text',
    (map, key, value, update, isNumeric) => {
      const found = entriesOf(map);
      if (found.has(key) && !update) throw raised('100103', '22000', `Duplicate field key '${key}'`);
      return mapText(new Map([...found, [key, readVariant(value)]]), isNumeric);
    },
  ),
  define('sf_map_has', ['text', 'text'], 'boolean', (map, key) => entriesOf(map).has(key)),
  define('sf_map_keys', ['text', 'boolean'], 'text', (map, isNumeric) => {
    const keys = [...entriesOf(map).keys()];
    return isNumeric ? `[${keys.join(',')}]` : writeVariant(keys);
  }),
];
