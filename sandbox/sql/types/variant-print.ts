import { formatTimestamp } from './format.ts';
import { readVariant, Scalar, type Variant } from './variant-text.ts';
import { isXml, printXml, XML_START } from './xml-model.ts';
import { offsetSeconds } from './zone.ts';

/** A DOUBLE from the text in which it is kept: DuckDB writes infinity as `inf`. */
export function doubleOf(text: string): number {
  return Number(text.replace(/^(-?)inf$/, '$1Infinity'));
}

/** A DOUBLE inside a VARIANT as Snowflake prints it: 15 decimals and an exponent of at least two digits. */
export function doubleText(text: string): string {
  const value = doubleOf(text);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  const [mantissa = '', exponent = '+0'] = value.toExponential(15).split('e');
  const digits = exponent.slice(1).padStart(2, '0');
  return `${mantissa}e${exponent[0]}${digits}`;
}

/** The words of a scalar inside a VARIANT, without quotes; `zone` is the session's TIMEZONE. */
export function scalarText(value: Scalar, zone: string): string {
  switch (value.tag) {
    case 'f':
      return doubleText(value.text);
    case 'N':
      return formatTimestamp(BigInt(value.text), 'YYYY-MM-DD HH24:MI:SS.FF3', 0);
    case 'L': {
      const utc = BigInt(value.text);
      const seconds = offsetSeconds(zone, Number(utc / 1_000_000n));
      const offset = Math.trunc(seconds / 60);
      return formatTimestamp(utc + BigInt(seconds) * 1_000_000_000n, 'YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM', offset);
    }
    case 'Z': {
      const [utc = '0', off = '0'] = value.text.split(' ');
      const local = BigInt(utc) + BigInt(off) * 60_000_000_000n;
      return formatTimestamp(local, 'YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM', Number(off));
    }
    case 'u':
      return 'undefined';
    case 'n':
      return value.text.replace(/\.?0+$/, '');
    default:
      return value.text;
  }
}

const BARE = new Set(['i', 'n', 'f', 'u']);

function scalarJson(value: Scalar, zone: string): string {
  const text = scalarText(value, zone);
  return BARE.has(value.tag) ? text : JSON.stringify(text);
}

/** JSON of a value; `indent` 0 gives it on one line, as TO_JSON does, 2 as result cells have it. */
export function printVariant(value: Variant, zone: string, indent: 0 | 2): string {
  const lines = (margin: string): ((item: Variant) => string) => {
    const inner = indent === 0 ? '' : `\n${margin}  `;
    const last = indent === 0 ? '' : `\n${margin}`;
    const colon = indent === 0 ? ':' : ': ';
    const next = (item: Variant) => lines(`${margin}  `)(item);
    return (item) => {
      if (item === null || typeof item !== 'object') return JSON.stringify(item);
      if (item instanceof Scalar) return scalarJson(item, zone);
      if (item instanceof Map) {
        if (item.size === 0) return '{}';
        const parts = [...(item as ReadonlyMap<string, Variant>)].map(
          ([key, value]) => `${inner}${JSON.stringify(key)}${colon}${next(value)}`,
        );
        return `{${parts.join(',')}${last}}`;
      }
      const items = item as readonly Variant[];
      if (items.length === 0) return '[]';
      return `[${items.map((one) => inner + next(one)).join(',')}${last}]`;
    };
  };
  return lines('')(value);
}

/** A result cell of type VARIANT, OBJECT or ARRAY: canonical text in, JSON or XML over several lines out. */
export function prettyVariant(canonical: string, zone: string): string {
  const first = canonical[0];
  if (first !== '{' && first !== '[' && first !== '"') return canonical;
  const value = readVariant(canonical);
  if (canonical.startsWith(XML_START) && isXml(value)) return printXml(value, (one) => scalarText(one, zone), 2);
  return printVariant(value, zone, 2);
}
