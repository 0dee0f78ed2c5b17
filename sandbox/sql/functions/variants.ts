import { formatTimestamp } from '../types/format.ts';
import { epochNanos } from '../types/parse-time.ts';
import { doubleOf, printVariant, scalarText } from '../types/variant-print.ts';
import { JsonError, readJson, readVariant, Scalar, type Variant, writeVariant } from '../types/variant-text.ts';
import { isXml, printXml } from '../types/xml-model.ts';
import { offsetSeconds } from '../types/zone.ts';
import { type Definition, define, raised } from './define.ts';

/** The words of a scalar for a cast to text: numbers short, moments in their formats. */
function wordsOf(value: Variant, zone: string): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Scalar) {
    if (value.tag === 'u') return null;
    return value.tag === 'f' ? realText(value.text) : scalarText(value, zone);
  }
  if (isXml(value)) return printXml(value, (one) => scalarText(one, zone), 0);
  return printVariant(value, zone, 0);
}

function realText(text: string): string {
  const value = doubleOf(text);
  return Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? 'inf' : '-inf';
}

/** A text that the readers of moments take, exact to the nanosecond. */
function momentText(value: Variant, zone: string): string | null {
  if (!(value instanceof Scalar)) return wordsOf(value, zone);
  if (value.tag === 'N') return formatTimestamp(BigInt(value.text), 'YYYY-MM-DD HH24:MI:SS.FF9', 0);
  if (value.tag === 'L') return formatTimestamp(BigInt(value.text), 'YYYY-MM-DD HH24:MI:SS.FF9TZH:TZM', 0);
  if (value.tag === 'Z') {
    const [utc = '0', off = '0'] = value.text.split(' ');
    const wall = BigInt(utc) + BigInt(off) * 60_000_000_000n;
    return formatTimestamp(wall, 'YYYY-MM-DD HH24:MI:SS.FF9TZH:TZM', Number(off));
  }
  return wordsOf(value, zone);
}

/** The same for a TIMESTAMP_NTZ: a number is an instant, of which the session's wall clock counts. Source: docs, "TO_TIMESTAMP". */
function wallText(value: Variant, zone: string): string | null {
  if (!(value instanceof Scalar) || value.tag !== 'i') return momentText(value, zone);
  const nanos = epochNanos(BigInt(value.text));
  const seconds = BigInt(offsetSeconds(zone, Number(nanos / 1_000_000n)));
  return formatTimestamp(nanos + seconds * 1_000_000_000n, 'YYYY-MM-DD HH24:MI:SS.FF9', 0);
}

/** TYPEOF's words. Source: docs, TYPEOF. */
export function typeOf(value: Variant): string {
  if (value === null) return 'NULL_VALUE';
  if (typeof value === 'boolean') return 'BOOLEAN';
  if (typeof value === 'string') return 'VARCHAR';
  if (value instanceof Map) return 'OBJECT';
  if (!(value instanceof Scalar)) return 'ARRAY';
  switch (value.tag) {
    case 'i':
      return 'INTEGER';
    case 'n':
      return 'DECIMAL';
    case 'f':
      return 'DOUBLE';
    case 'd':
      return 'DATE';
    case 't':
      return 'TIME';
    case 'N':
      return 'TIMESTAMP_NTZ';
    case 'L':
      return 'TIMESTAMP_LTZ';
    case 'Z':
      return 'TIMESTAMP_TZ';
    case 'b':
      return 'BINARY';
    default:
      return 'NULL_VALUE';
  }
}

function parse(text: string, isTry: boolean, takesTwins: boolean): string | null {
  try {
    const value = readJson(text, takesTwins);
    return value === undefined ? null : writeVariant(value);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    if (isTry) return null;
    throw raised('100069', '22P02', error.message);
  }
}

/** Functions that read and print semi-structured values. */
export const variantFunctions: readonly Definition[] = [
  define('sf_parse_json', ['text', 'boolean'], 'text', (text, takesTwins) => parse(text, false, takesTwins)),
  define('sf_try_parse_json', ['text', 'boolean'], 'text', (text, takesTwins) => parse(text, true, takesTwins)),
  define('sf_check_json', ['text'], 'text', (text) => {
    try {
      readJson(text);
      return null;
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      return error.message.replace(/^Error parsing JSON: /, '');
    }
  }),
  define('sf_v_words', ['text', 'text'], 'text', (variant, zone) => wordsOf(readVariant(variant), zone)),
  define('sf_v_json', ['text', 'text'], 'text', (variant, zone) => printVariant(readVariant(variant), zone, 0)),
  define('sf_v_wall', ['text', 'text'], 'text', (variant, zone) => wallText(readVariant(variant), zone)),
  define('sf_v_moment', ['text', 'text'], 'text', (variant, zone) => momentText(readVariant(variant), zone)),
  define('sf_v_typeof', ['text'], 'text', (variant) => typeOf(readVariant(variant))),
];
