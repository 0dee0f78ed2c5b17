import type { SnowflakeType } from '../contract.ts';
import { daysOf, NS_PER_DAY, NS_PER_SECOND } from './calendar.ts';
import { formatTimestamp, NO_OFFSET } from './format.ts';
import type { Settings } from './settings.ts';
import { doubleText, printVariant } from './variant-print.ts';
import { readVariant, Scalar, type Variant } from './variant-text.ts';
import { offsetSeconds } from './zone.ts';

/** The words of a part that JSON writes as a text. Dates and times stand in the session's formats, as drivers read them by those. */
function words({ text }: Scalar, type: SnowflakeType, settings: Settings): string {
  switch (type.type) {
    case 'date': {
      const [year = 0, month = 1, day = 1] = text.split('-').map(Number);
      return formatTimestamp(BigInt(daysOf(year, month, day)) * NS_PER_DAY, settings.dateOutput, NO_OFFSET);
    }
    case 'time': {
      const [hour = '', minute = '', second = ''] = text.split(':');
      const [whole = '', part = ''] = second.split('.');
      const seconds = BigInt(hour) * 3600n + BigInt(minute) * 60n + BigInt(whole);
      const nanos = seconds * 1_000_000_000n + BigInt(part.padEnd(9, '0'));
      return formatTimestamp(nanos, settings.timeOutput, NO_OFFSET);
    }
    case 'timestamp_ntz':
      return formatTimestamp(BigInt(text), settings.ntzOutput, 0);
    case 'timestamp_ltz': {
      const seconds = offsetSeconds(settings.zone, Number(BigInt(text) / 1_000_000n));
      return formatTimestamp(
        BigInt(text) + BigInt(seconds) * NS_PER_SECOND,
        settings.ltzOutput,
        Math.trunc(seconds / 60),
      );
    }
    case 'timestamp_tz': {
      const [utc = '0', off = '0'] = text.split(' ');
      return formatTimestamp(BigInt(utc) + BigInt(off) * 60_000_000_000n, settings.tzOutput, Number(off));
    }
    case 'binary':
      return settings.binaryOutput === 'BASE64' ? Buffer.from(text, 'hex').toString('base64') : text;
    default:
      return text;
  }
}

function lines(parts: readonly string[], brackets: string, margin: string): string {
  const [open = '', close = ''] = brackets;
  if (parts.length === 0) return brackets;
  return `${open}${parts.map((part) => `\n${margin}  ${part}`).join(',')}\n${margin}${close}`;
}

const isNull = (value: Variant) => value instanceof Scalar && value.tag === 'u';

function print(value: Variant, type: SnowflakeType, settings: Settings, margin: string): string {
  const inner = `${margin}  `;
  if (type.fields) {
    if (value instanceof Map) {
      const pairs = [...(value as ReadonlyMap<string, Variant>)].map(([key, item], index) => {
        const part = type.type === 'map' ? type.fields?.[1] : type.fields?.[index];
        return `${JSON.stringify(key)}: ${isNull(item) ? 'null' : print(item, part ?? type, settings, inner)}`;
      });
      return lines(pairs, '{}', margin);
    }
    const [element = type] = type.fields;
    const items = value as readonly Variant[];
    const parts = items.map((item) => (isNull(item) ? 'undefined' : print(item, element, settings, inner)));
    return lines(parts, '[]', margin);
  }
  if (type.type === 'variant' || type.type === 'object' || type.type === 'array') {
    return printVariant(value, settings.zone, 2).replaceAll('\n', `\n${margin}`);
  }
  if (!(value instanceof Scalar)) return JSON.stringify(value);
  if (type.type === 'fixed') return value.text;
  return type.type === 'real' ? doubleText(value.text) : JSON.stringify(words(value, type, settings));
}

/**
 * A result cell of a structured type: stored text in, JSON over several lines out. NULL is `undefined` in an array and
 * `null` in an object or a map. Source: docs, "Structured data types", printed results; JDBC's note there on getArray.
 */
export function printStructured(stored: string, type: SnowflakeType, settings: Settings): string {
  return print(readVariant(stored), type, settings, '');
}

/** Parts that print without loss, so that a stored result's text can be read again. */
export function isPrintedWhole(type: SnowflakeType): boolean {
  if (type.fields) return type.fields.every(isPrintedWhole);
  return type.type === 'fixed' || type.type === 'text' || type.type === 'boolean' || type.type === 'variant';
}
