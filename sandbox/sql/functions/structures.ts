import { printVariant, scalarText } from '../types/variant-print.ts';
import {
  JsonError,
  objectOf,
  readVariant,
  Scalar,
  UNDEFINED,
  type Variant,
  writeVariant,
} from '../types/variant-text.ts';
import { type Definition, define, raised } from './define.ts';

type Items = readonly Variant[];
type Entries = ReadonlyMap<string, Variant>;

const isArray = (value: Variant): value is Items => Array.isArray(value);
const isObject = (value: Variant): value is Entries => value instanceof Map;
const isMissing = (value: Variant): boolean => value === null || (value instanceof Scalar && value.tag === 'u');

/** Reads an array; what is none makes the function's result NULL. */
function items(text: string): Items | undefined {
  const value = readVariant(text);
  return isArray(value) ? value : undefined;
}

function entries(text: string): Entries | undefined {
  const value = readVariant(text);
  return isObject(value) ? value : undefined;
}

/** A function of arrays that gives an array; NULL where an argument is none. */
function arrays<N extends number>(name: string, count: N, work: (...lists: Items[]) => Items): Definition {
  return define(
    name,
    Array.from({ length: count }, () => 'text' as const),
    'text',
    (...texts) => {
      const lists = texts.map(items);
      const found = lists.filter((list) => list !== undefined);
      return found.length < lists.length ? null : writeVariant(work(...found));
    },
  );
}

/** How values compare inside arrays: numbers, then texts, then the rest by their text. */
export function compareVariants(a: Variant, b: Variant): number {
  const [x, y] = [rank(a), rank(b)];
  if (x !== y) return x - y;
  if (x === 0) return Number((a as Scalar).text) - Number((b as Scalar).text);
  const [s, t] = [textOf(a), textOf(b)];
  return s < t ? -1 : s > t ? 1 : 0;
}

function rank(value: Variant): number {
  if (value instanceof Scalar && 'inf'.includes(value.tag)) return 0;
  if (typeof value === 'boolean') return 1;
  if (typeof value === 'string') return 2;
  return 3;
}

const textOf = (value: Variant): string => (typeof value === 'string' ? value : writeVariant(value));

/** How many there are of each value, by canonical text. */
function counts(list: Items): Map<string, number> {
  const found = new Map<string, number>();
  for (const item of list) {
    const key = writeVariant(item);
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  return found;
}

function distinct(list: Items): Items {
  const seen = new Set<string>();
  return list.filter((item) => {
    const key = writeVariant(item);
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}

/** Multiset union of arrays. */
function union(lists: readonly Items[]): Items {
  const all: Variant[] = [];
  const taken = new Map<string, number>();
  for (const list of lists) {
    const own = new Map<string, number>();
    for (const item of list) {
      const key = writeVariant(item);
      own.set(key, (own.get(key) ?? 0) + 1);
      if ((own.get(key) ?? 0) <= (taken.get(key) ?? 0)) continue;
      taken.set(key, own.get(key) ?? 0);
      all.push(item);
    }
  }
  return all;
}

/** Multiset difference or intersection, as Snowflake has it: a value counts as often as it stands there. */
function pick(list: Items, other: Items, keepsMatches: boolean): Items {
  const left = counts(other);
  return list.filter((item) => {
    const key = writeVariant(item);
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count > 0 === keepsMatches;
  });
}

function at(list: Items, index: number): number {
  return index < 0 ? list.length + index : index;
}

function sortArray(list: Items, ascending: boolean, nullsFirst: boolean): Items {
  const missing = list.filter(isMissing);
  const sorted = list.filter((item) => !isMissing(item)).sort((a, b) => (ascending ? 1 : -1) * compareVariants(a, b));
  return nullsFirst ? [...missing, ...sorted] : [...sorted, ...missing];
}

const arrayFunctions: readonly Definition[] = [
  arrays('sf_array_cat', 2, (a = [], b = []) => [...a, ...b]),
  arrays('sf_array_compact', 1, (list = []) => list.filter((item) => !isMissing(item))),
  arrays('sf_array_distinct', 1, (list = []) => distinct(list)),
  arrays('sf_array_reverse', 1, (list = []) => [...list].reverse()),
  arrays('sf_array_flatten', 1, (list = []) => list.flatMap((item) => (isArray(item) ? item : [item]))),
  arrays('sf_array_union', 1, (lists = []) => union(lists.filter(isArray)).filter((item) => !isMissing(item))),
  arrays('sf_array_except', 2, (list = [], other = []) => pick(list, other, false)),
  arrays('sf_array_intersection', 2, (list = [], other = []) => pick(list, other, true)),
  define('sf_arrays_overlap', ['text', 'text'], 'boolean', (a, b) => {
    const [list, other] = [items(a), items(b)];
    return list && other ? pick(list, other, true).length > 0 : null;
  }),
  define('sf_array_append', ['text', 'text'], 'text', (a, item) => {
    const list = items(a);
    return list ? writeVariant([...list, readVariant(item)]) : null;
  }),
  define('sf_array_prepend', ['text', 'text'], 'text', (a, item) => {
    const list = items(a);
    return list ? writeVariant([readVariant(item), ...list]) : null;
  }),
  define('sf_array_insert', ['text', 'bigint', 'text'], 'text', (a, index, item) => {
    const list = items(a);
    if (!list) return null;
    const place = at(list, Number(index));
    if (place < 0) throw raised('100065', '22000', `Array index ${index} out of bounds`);
    const filled = [...list];
    while (filled.length < place) filled.push(UNDEFINED);
    filled.splice(place, 0, readVariant(item));
    return writeVariant(filled);
  }),
  define('sf_array_remove', ['text', 'text'], 'text', (a, item) => {
    const list = items(a);
    return list ? writeVariant(list.filter((one) => writeVariant(one) !== item)) : null;
  }),
  define('sf_array_remove_at', ['text', 'bigint'], 'text', (a, index) => {
    const list = items(a);
    if (!list) return null;
    const place = at(list, Number(index));
    return writeVariant(list.filter((_, one) => one !== place));
  }),
  define('sf_array_slice', ['text', 'bigint', 'bigint'], 'text', (a, from, to) => {
    const list = items(a);
    return list ? writeVariant(list.slice(Number(from), Number(to))) : null;
  }),
  define('sf_array_contains', ['text', 'text'], 'boolean', (item, a) => {
    const list = items(a);
    return list ? list.some((one) => writeVariant(one) === item) : null;
  }),
  define('sf_array_position', ['text', 'text'], 'bigint', (item, a) => {
    const place = items(a)?.findIndex((one) => writeVariant(one) === item) ?? -1;
    return place < 0 ? null : BigInt(place);
  }),
  define('sf_array_to_string', ['text', 'text', 'text'], 'text', (a, separator, zone) => {
    const words = (item: Variant): string => {
      if (isMissing(item)) return '';
      if (typeof item === 'string') return item;
      if (item instanceof Scalar) return item.tag === 'f' ? String(Number(item.text)) : scalarText(item, zone);
      return printVariant(item, zone, 0);
    };
    return items(a)?.map(words).join(separator) ?? null;
  }),
  define('sf_array_sort', ['text', 'boolean', 'boolean'], 'text', (a, ascending, nullsFirst) => {
    const list = items(a);
    return list ? writeVariant(sortArray(list, ascending, nullsFirst)) : null;
  }),
  define('sf_array_extreme', ['text', 'boolean'], 'text', (a, isMax) => {
    const list = items(a)?.filter((item) => !isMissing(item));
    if (!list || list.length === 0) return null;
    return writeVariant(list.reduce((best, item) => (compareVariants(item, best) > 0 === isMax ? item : best)));
  }),
  define('sf_arrays_to_object', ['text', 'text'], 'text', (a, b) => {
    const [keys, values] = [items(a), items(b)];
    if (!keys || !values) return null;
    if (keys.length !== values.length)
      throw raised('100065', '22000', 'Key array and value array had unequal lengths in ARRAYS_TO_OBJECT');
    const pairs = keys.map((key, index) => [key, values[index] ?? null] as const);
    return writeVariant(
      objectOf(pairs.flatMap(([key, value]) => (isMissing(key) ? [] : [[textOf(key), value] as const]))),
    );
  }),
  define('sf_arrays_zip', ['text'], 'text', (a) => {
    const lists = items(a)?.map((list) => (isArray(list) ? list : []));
    if (!lists) return null;
    const length = Math.max(0, ...lists.map((list) => list.length));
    const rows = Array.from({ length }, (_, row) =>
      objectOf(lists.map((list, index) => [`$${index + 1}`, list[row] ?? null] as const)),
    );
    return writeVariant(rows);
  }),
];

const objectFunctions: readonly Definition[] = [
  define('sf_object', ['text'], 'text', (text) => {
    try {
      const value = readVariant(text);
      return writeVariant(isObject(value) ? objectOf(value) : value);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      const key = /"(.*)"/.exec(error.message)?.[1] ?? '';
      throw raised('100103', '22000', `Duplicate field key '${key}'`);
    }
  }),
  define(
    'sf_object_insert',
    ['text', 'text', 'text', 'boolean'],
    'text',
    (object, key, value, update) => {
      if (object === null) return null;
      const found = entries(object);
      if (!found || key === null) return found ? object : null;
      if (found.has(key) && update !== true) throw raised('100103', '22000', `Duplicate field key '${key}'`);
      const rest = [...found].filter(([name]) => name !== key);
      return writeVariant(value === null ? new Map(rest) : objectOf([...rest, [key, readVariant(value)]]));
    },
    { takesNull: true },
  ),
  define('sf_object_delete', ['text', 'text'], 'text', (object, keys) => {
    const gone = new Set(items(keys)?.map(textOf));
    const found = entries(object);
    return found ? writeVariant(new Map([...found].filter(([key]) => !gone.has(key)))) : null;
  }),
  define('sf_object_pick', ['text', 'text'], 'text', (object, keys) => {
    const kept = new Set(items(keys)?.map(textOf));
    const found = entries(object);
    return found ? writeVariant(new Map([...found].filter(([key]) => kept.has(key)))) : null;
  }),
  define('sf_object_keys', ['text'], 'text', (object) => {
    const found = entries(object);
    return found ? writeVariant([...found.keys()]) : null;
  }),
];

/** Arrays and objects. */
export const structureFunctions: readonly Definition[] = [...arrayFunctions, ...objectFunctions];
