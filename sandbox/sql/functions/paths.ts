import { pathSteps } from '../types/path-text.ts';
import { numberOf, readVariant, Scalar, type Variant, writeVariant } from '../types/variant-text.ts';
import { type Definition, define } from './define.ts';

type Step = string | number;

/** One step into a value; undefined where it leads nowhere. */
function into(value: Variant | undefined, step: Step): Variant | undefined {
  if (typeof step === 'number') return Array.isArray(value) ? (value as readonly Variant[])[step] : undefined;
  return value instanceof Map ? (value as ReadonlyMap<string, Variant>).get(step) : undefined;
}

/** The text of a part. Decimals of XML leave the zeros at their end behind: equal numbers have equal texts. */
function textOf(value: Variant): string {
  const hasZeros = value instanceof Scalar && value.tag === 'n' && value.text.endsWith('0');
  return writeVariant(hasZeros ? numberOf(value.text) : value);
}

const written = (value: Variant | undefined): string | null => (value === undefined ? null : textOf(value));

/** A key behind a path: bare where it is a plain name, else in brackets and quotes. */
function keyPath(prefix: string, key: string): string {
  if (/^[A-Za-z_]\w*$/.test(key)) return prefix === '' ? key : `${prefix}.${key}`;
  return `${prefix}['${key.replaceAll("'", "\\'")}']`;
}

interface Found {
  readonly k: string | null;
  readonly p: string;
  readonly i: number | null;
  readonly v: string | null;
  readonly t: string | null;
}

/** FLATTEN with RECURSIVE: each element, then what is inside it. */
function flatten(value: Variant, prefix: string, mode: string): Found[] {
  const found: Found[] = [];
  const visit = (one: Variant, path: string): void => {
    if (Array.isArray(one)) {
      (one as readonly Variant[]).forEach((item, index) => {
        const here = `${path}[${index}]`;
        if (mode !== 'OBJECT') found.push({ k: null, p: here, i: index, v: textOf(item), t: writeVariant(one) });
        visit(item, here);
      });
    } else if (one instanceof Map) {
      for (const [key, item] of one as ReadonlyMap<string, Variant>) {
        const here = keyPath(path, key);
        if (mode !== 'ARRAY') found.push({ k: key, p: here, i: null, v: textOf(item), t: writeVariant(one) });
        visit(item, here);
      }
    }
  };
  visit(value, prefix);
  return found;
}

/** The most frequent keys of a JSON object of counts (canonical texts), as an array of pairs. */
function topK(histogram: string, count: number): string {
  const counts = (JSON.parse(histogram) ?? {}) as Readonly<Record<string, number>>;
  const pairs = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return `[${pairs
    .slice(0, count)
    .map(([key, times]) => `[${key},${times}]`)
    .join(',')}]`;
}

/** Ways into semi-structured values whose steps differ by row. */
export const pathFunctions: readonly Definition[] = [
  define('sf_get_key', ['text', 'text'], 'text', (variant, key) => written(into(readVariant(variant), key))),
  define('sf_get_index', ['text', 'bigint'], 'text', (variant, index) =>
    written(into(readVariant(variant), Number(index))),
  ),
  define('sf_get_any', ['text', 'text'], 'text', (variant, step) => {
    const where = readVariant(step);
    if (typeof where === 'string') return written(into(readVariant(variant), where));
    if (where instanceof Scalar && where.tag === 'i') return written(into(readVariant(variant), Number(where.text)));
    return null;
  }),
  define('sf_get_path', ['text', 'text'], 'text', (variant, path) => {
    const steps = pathSteps(path);
    return steps ? written(steps.reduce<Variant | undefined>(into, readVariant(variant))) : null;
  }),
  define('sf_get_ignore_case', ['text', 'text'], 'text', (variant, key) => {
    const value = readVariant(variant);
    if (!(value instanceof Map)) return null;
    const map = value as ReadonlyMap<string, Variant>;
    if (map.has(key)) return written(map.get(key));
    const found = [...map].find(([name]) => name.toLowerCase() === key.toLowerCase());
    return written(found?.[1]);
  }),
  define('sf_path_key', ['text', 'text'], 'text', keyPath),
  define(
    'sf_flatten',
    ['text', 'text', 'text', 'boolean'],
    'texts',
    (variant, path, mode, isOuter) => {
      const found = variant === null ? [] : flatten(readVariant(variant), path ?? '', mode ?? 'BOTH');
      if (found.length === 0 && isOuter) return [JSON.stringify({ k: null, p: path, i: null, v: null, t: variant })];
      return found.map((one) => JSON.stringify(one));
    },
    { takesNull: true },
  ),
  define('sf_top_k', ['text', 'integer'], 'text', topK),
];
