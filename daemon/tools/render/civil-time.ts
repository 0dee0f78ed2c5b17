/** Dates and times from Snowflake's wire numbers, digit for digit: no Date object touches a fraction. */

const secondsPerDay = 86_400n;
const zeroYear = 719_468n; // days from 0000-03-01 to 1970-01-01

/** A point in time as the wire gives it: whole seconds since the epoch and the fraction's digits as sent. */
export interface WireInstant {
  readonly seconds: bigint;
  /** Decimal digits behind the point, always counted forward in time; empty where none were sent. */
  readonly fraction: string;
}

/** `YYYY-MM-DD` of days since 1970-01-01 (proleptic Gregorian); a year before 1 has a minus sign, one after 9999 more digits. */
export function civilDate(days: bigint): string {
  const z = days + zeroYear;
  const era = floorDiv(z, 146_097n);
  const dayOfEra = z - era * 146_097n;
  const yearOfEra = (dayOfEra - dayOfEra / 1_460n + dayOfEra / 36_524n - dayOfEra / 146_096n) / 365n;
  const dayOfYear = dayOfEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const shifted = (5n * dayOfYear + 2n) / 153n;
  const day = dayOfYear - (153n * shifted + 2n) / 5n + 1n;
  const month = shifted < 10n ? shifted + 3n : shifted - 9n;
  const year = yearOfEra + era * 400n + (month <= 2n ? 1n : 0n);
  const sign = year < 0n ? '-' : '';
  const digits = (year < 0n ? -year : year).toString().padStart(4, '0');
  return `${sign}${digits}-${two(month)}-${two(day)}`;
}

/** `HH:MM:SS` with the fraction's digits, of seconds since midnight. */
export function clockTime(instant: WireInstant): string {
  const seconds = floorMod(instant.seconds, secondsPerDay);
  const text = `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`;
  return instant.fraction === '' ? text : `${text}.${instant.fraction}`;
}

/** `YYYY-MM-DD HH:MM:SS.fff` of an instant read as UTC. */
export function civilDateTime(instant: WireInstant): string {
  return `${civilDate(floorDiv(instant.seconds, secondsPerDay))} ${clockTime(instant)}`;
}

/** The same moment on a clock that is `offsetSeconds` ahead of UTC, with the offset behind it as `+HHMM`. */
export function civilDateTimeAt(instant: WireInstant, offsetSeconds: number): string {
  const shifted = { seconds: instant.seconds + BigInt(offsetSeconds), fraction: instant.fraction };
  return `${civilDateTime(shifted)} ${offsetText(offsetSeconds)}`;
}

/** Reads `-0.500000000` and the like; undefined for text of another form. */
export function wireInstant(text: string): WireInstant | undefined {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '0', fraction = ''] = match;
  if (sign !== '-') return { seconds: BigInt(whole), fraction };
  if (/^0*$/.test(fraction)) return { seconds: -BigInt(whole), fraction };
  // Half a second before the epoch is second -1 and half a second on from there.
  const scale = 10n ** BigInt(fraction.length);
  const rest = (scale - BigInt(fraction)).toString().padStart(fraction.length, '0');
  return { seconds: -BigInt(whole) - 1n, fraction: rest };
}

/** Seconds that a time zone's clock is ahead of UTC at a moment; by the IANA rules that Node ships. Unknown zones count as UTC. */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat | undefined;

  constructor(name: string) {
    this.#format = formatFor(name);
  }

  offsetSeconds(seconds: bigint): number {
    const ms = Number(seconds) * 1000;
    // Outside of what Date can hold there are no rules to ask.
    if (!this.#format || Math.abs(ms) > 8.64e15) return 0;
    const part = new Map(this.#format.formatToParts(new Date(ms)).map(({ type, value }) => [type, value]));
    const read = (type: Intl.DateTimeFormatPartTypes) => Number(part.get(type));
    const year = part.get('era')?.startsWith('B') ? 1 - read('year') : read('year');
    const local = new Date(0);
    local.setUTCFullYear(year, read('month') - 1, read('day'));
    local.setUTCHours(read('hour'), read('minute'), read('second'));
    return Math.round((local.getTime() - ms) / 1000);
  }
}

function formatFor(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    // RangeError: Node does not know the zone.
    return undefined;
  }
}

function offsetText(offsetSeconds: number): string {
  const sign = offsetSeconds < 0 ? '-' : '+';
  const rest = Math.abs(offsetSeconds);
  const seconds = rest % 60;
  const text = `${sign}${two(BigInt(Math.floor(rest / 3600)))}${two(BigInt(Math.floor(rest / 60) % 60))}`;
  return seconds === 0 ? text : `${text}${two(BigInt(seconds))}`;
}

function two(value: bigint): string {
  return value.toString().padStart(2, '0');
}

function floorDiv(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

function floorMod(value: bigint, by: bigint): bigint {
  return value - floorDiv(value, by) * by;
}
