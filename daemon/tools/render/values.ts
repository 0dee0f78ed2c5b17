/**
 * Cells and types as people and models read them. A value keeps every digit that Snowflake sent (DESIGN §7); what cannot
 * be read as its type says is shown as it was sent. Imported by the tools and by the command line's service.
 */
import type { DriverColumn } from '../../pool/driver.ts';
import { civilDate, civilDateTime, civilDateTimeAt, clockTime, TimeZone, wireInstant } from './civil-time.ts';

/** Snowflake's default for the parameter TIMEZONE. */
const defaultTimezone = 'America/Los_Angeles';

/**
 * One cell as text (wire encodings: PROTOCOL §4.1). SQL NULL never gets here.
 * @param timezone the session's TIMEZONE parameter, in which TIMESTAMP_LTZ is shown.
 */
export function cellText(
  column: Pick<DriverColumn, 'type' | 'scale'>,
  raw: string,
  timezone: string | undefined,
): string {
  return textReader(column, timezone)(raw);
}

/** The same for a whole column: what depends on the column alone is worked out once. */
export function textReader(
  column: Pick<DriverColumn, 'type' | 'scale'>,
  timezone: string | undefined,
): (raw: string) => string {
  switch (column.type) {
    case 'boolean':
      return booleanText;
    case 'date':
      return (raw) => (/^-?\d+$/.test(raw) ? civilDate(BigInt(raw)) : raw);
    case 'time':
      return (raw) => {
        const instant = wireInstant(raw);
        return instant ? clockTime(instant) : raw;
      };
    case 'timestamp_ntz':
      return (raw) => {
        const instant = wireInstant(raw);
        return instant ? civilDateTime(instant) : raw;
      };
    case 'timestamp_ltz': {
      const zone = new TimeZone(timezone || defaultTimezone);
      return (raw) => {
        const instant = wireInstant(raw);
        return instant ? civilDateTimeAt(instant, zone.offsetSeconds(instant.seconds)) : raw;
      };
    }
    case 'timestamp_tz':
      return (raw) => zonedText(raw, column.scale ?? 9);
    default:
      return (raw) => raw;
  }
}

/** A column's type in Snowflake's words, e.g. `NUMBER(38,0)`, `VARCHAR(20)`, `TIMESTAMP_NTZ(9)`. */
export function typeName(column: Pick<DriverColumn, 'type' | 'precision' | 'scale' | 'length'>): string {
  const { type, precision, scale, length } = column;
  switch (type) {
    case 'fixed':
      return `NUMBER(${precision ?? 38},${scale ?? 0})`;
    case 'real':
      return 'FLOAT';
    case 'text':
      return length === undefined || unboundedText.has(length) ? 'VARCHAR' : `VARCHAR(${length})`;
    case 'binary':
      return length === undefined || unboundedBinary.has(length) ? 'BINARY' : `BINARY(${length})`;
    case 'time':
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return `${type.toUpperCase()}(${scale ?? 9})`;
    default:
      return type.toUpperCase();
  }
}

/** Longest VARCHAR and BINARY, before and after Snowflake raised its limits: what a column without a length has. */
const unboundedText: ReadonlySet<number> = new Set([16_777_216, 134_217_728]);
const unboundedBinary: ReadonlySet<number> = new Set([8_388_608, 67_108_864]);

/** True for types whose cells are numbers. */
export function isNumeric(type: string): boolean {
  return type === 'fixed' || type === 'real' || type === 'decfloat';
}

/** True for types whose cells are JSON text. */
export function isJson(type: string): boolean {
  return type === 'variant' || type === 'object' || type === 'array' || type === 'map';
}

function booleanText(raw: string): string {
  const word = raw.toLowerCase();
  if (word === '1' || word === 'true') return 'true';
  if (word === '0' || word === 'false') return 'false';
  return raw;
}

/** Offsets travel as minutes plus this. */
const offsetBase = 1440;

function zonedText(raw: string, scale: number): string {
  const space = raw.indexOf(' ');
  if (space > 0) {
    const instant = wireInstant(raw.slice(0, space));
    const minutes = Number(raw.slice(space + 1));
    return instant && Number.isInteger(minutes) ? civilDateTimeAt(instant, (minutes - offsetBase) * 60) : raw;
  }
  // The older form: one whole number, the offset in its lowest 14 bits, the rest in units of the scale.
  if (!/^-?\d+$/.test(raw)) return raw;
  const packed = BigInt(raw);
  const minutes = Number(packed & 0x3fffn);
  const units = packed >> 14n;
  const unit = 10n ** BigInt(scale);
  const seconds = units >= 0n ? units / unit : -((-units + unit - 1n) / unit);
  const fraction = scale === 0 ? '' : (units - seconds * unit).toString().padStart(scale, '0');
  return civilDateTimeAt({ seconds, fraction }, (minutes - offsetBase) * 60);
}
