import { daysInMonth, daysOf, NS_PER_DAY, NS_PER_SECOND } from './calendar.ts';
import { formatPieces, MONTHS } from './format.ts';

/** What a text says about a moment: days since 1970, nanoseconds of the day, and minutes from UTC where it names them. */
export interface Moment {
  readonly days: number;
  readonly ofDay: bigint;
  readonly offset: number | undefined;
}

export type MomentKind = 'date' | 'time' | 'timestamp';

interface Fields {
  year?: number;
  month?: number;
  day?: number;
  hour?: number;
  isPm?: boolean;
  minute?: number;
  second?: number;
  nanos?: number;
  offset?: number;
}

/** Snowflake recommends years up to 9999, and takes later ones. */
const MAX_YEAR = 999_999;

/** Checks the fields and puts them together; undefined where one is out of its range. */
function momentOf(fields: Fields): Moment | undefined {
  const { year = 1970, month = 1, day = 1, minute = 0, second = 0, nanos = 0 } = fields;
  let hour = fields.hour ?? 0;
  if (fields.isPm !== undefined) {
    if (hour > 12) return undefined;
    hour = (hour % 12) + (fields.isPm ? 12 : 0);
  }
  if (year < 1 || year > MAX_YEAR || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month))
    return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return {
    days: daysOf(year, month, day),
    ofDay: BigInt((hour * 60 + minute) * 60 + second) * NS_PER_SECOND + BigInt(nanos),
    offset: fields.offset,
  };
}

const nanosOf = (digits: string): number => Number(digits.slice(0, 9).padEnd(9, '0'));

function monthOf(name: string): number {
  return MONTHS.findIndex((month) => month.slice(0, 3).toUpperCase() === name.slice(0, 3).toUpperCase()) + 1;
}

function offsetOf(text: string): number | undefined {
  if (text === '' || text === undefined) return undefined;
  if (/^z$/i.test(text)) return 0;
  const [, sign, hours = '', minutes = '0'] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(text) ?? [];
  const size = Number(hours) * 60 + Number(minutes);
  return sign === undefined || size > 1440 ? undefined : sign === '-' ? -size : size;
}

const CLOCK = '(\\d{1,2})(?::(\\d{1,2})(?::(\\d{1,2})(?:\\.(\\d{0,9})\\d*)?)?)?';
const ZONE = '\\s*(z|[+-]\\d{1,2}(?::?\\d{2})?)?';
const ISO = new RegExp(`^(\\d{1,6})-(\\d{1,2})-(\\d{1,2})(?:(?:t|\\s+)${CLOCK}(?:\\s*([ap]m))?${ZONE})?$`, 'i');
const SLASHED = new RegExp(`^(\\d{1,2})/(\\d{1,2})/(\\d{4})(?:\\s+${CLOCK}(?:\\s*([ap]m))?${ZONE})?$`, 'i');
const DAY_MONTH = new RegExp(
  `^(?:[a-z]{3},?\\s+)?(\\d{1,2})[-\\s]([a-z]{3})[a-z]*[-\\s](\\d{4})(?:\\s+${CLOCK}(?:\\s*([ap]m))?${ZONE})?$`,
  'i',
);
const UNIX_DATE = new RegExp(`^[a-z]{3}\\s+([a-z]{3})\\s+(\\d{1,2})\\s+${CLOCK}${ZONE}\\s+(\\d{4})$`, 'i');
const TIME = new RegExp(`^${CLOCK}(?:\\s*([ap]m))?${ZONE}$`, 'i');

/** The five groups of CLOCK with AM/PM and zone behind them, as fields. */
function clockFields(groups: readonly (string | undefined)[]): Fields {
  const [hour, minute, second, fraction, half, zone] = groups;
  const offset = zone === undefined ? undefined : offsetOf(zone);
  return {
    ...(hour === undefined ? {} : { hour: Number(hour) }),
    ...(minute === undefined ? {} : { minute: Number(minute) }),
    ...(second === undefined ? {} : { second: Number(second) }),
    ...(fraction === undefined ? {} : { nanos: nanosOf(fraction) }),
    ...(half === undefined ? {} : { isPm: half.toLowerCase() === 'pm' }),
    ...(offset === undefined ? {} : { offset }),
  };
}

/** Whole seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size. Source: docs, TO_TIMESTAMP. */
export function epochNanos(value: bigint): bigint {
  const size = value < 0n ? -value : value;
  if (size < 31_536_000_000n) return value * NS_PER_SECOND;
  if (size < 31_536_000_000_000n) return value * 1_000_000n;
  if (size < 31_536_000_000_000_000n) return value * 1000n;
  return value;
}

function ofNanos(nanos: bigint): Moment {
  let days = nanos / NS_PER_DAY;
  if (nanos % NS_PER_DAY < 0n) days -= 1n;
  return { days: Number(days), ofDay: nanos - days * NS_PER_DAY, offset: undefined };
}

/** Reads a text whose format is AUTO. Source: docs, "Date and time input and output formats", formats that are detected. */
export function parseAuto(source: string, kind: MomentKind): Moment | undefined {
  const text = source.trim();
  if (kind === 'time') {
    const found = TIME.exec(text);
    if (found && (found[2] !== undefined || found[5] !== undefined)) {
      const moment = momentOf({ ...clockFields(found.slice(1)) });
      return moment && { ...moment, offset: undefined };
    }
    if (/^-?\d+$/.test(text)) return ofNanos(epochNanos(BigInt(text)));
  } else if (/^-?\d{1,20}$/.test(text)) return ofNanos(epochNanos(BigInt(text)));
  const iso = ISO.exec(text);
  if (iso) {
    return momentOf({
      year: Number(iso[1]),
      month: Number(iso[2]),
      day: Number(iso[3]),
      ...clockFields(iso.slice(4)),
    });
  }
  const slashed = SLASHED.exec(text);
  if (slashed) {
    return momentOf({
      year: Number(slashed[3]),
      month: Number(slashed[1]),
      day: Number(slashed[2]),
      ...clockFields(slashed.slice(4)),
    });
  }
  const dayMonth = DAY_MONTH.exec(text);
  if (dayMonth) {
    return momentOf({
      year: Number(dayMonth[3]),
      month: monthOf(dayMonth[2] ?? ''),
      day: Number(dayMonth[1]),
      ...clockFields(dayMonth.slice(4)),
    });
  }
  const unix = UNIX_DATE.exec(text);
  if (unix) {
    const [, month = '', day, hour, minute, second, fraction, zone, year] = unix;
    return momentOf({
      year: Number(year),
      month: monthOf(month),
      day: Number(day),
      ...clockFields([hour, minute, second, fraction, undefined, zone]),
    });
  }
  return undefined;
}

/** Digits that each numeric element of a format takes at most. */
const WIDTH: Readonly<Record<string, number>> = {
  YYYY: 4,
  UUUU: 4,
  YY: 2,
  Y: 2,
  MM: 2,
  MO: 2,
  DD: 2,
  D: 2,
  HH24: 2,
  HH12: 2,
  HH: 2,
  H24: 2,
  H12: 2,
  H: 2,
  MI: 2,
  ME: 2,
  SS: 2,
  S: 2,
};

/** A month's full name or its first three letters, whichever of the two elements asks. */
const MONTH_NAME = new RegExp(MONTHS.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join('|'), 'iy');

/**
 * Reads a text by a Snowflake format; undefined where it does not fit. `centuryStart` is TWO_DIGIT_CENTURY_START.
 */
export function parseByFormat(source: string, format: string, centuryStart = 1970): Moment | undefined {
  const fields: Fields = {};
  const text = source.trim();
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  for (const { element, literal } of formatPieces(format)) {
    if (element === undefined) {
      if (!text.startsWith(literal, at)) return undefined;
      at += literal.length;
      continue;
    }
    // A blank may stand where the format has none.
    if (at > 0 && text[at] === ' ') take(/ +/y);
    const width = WIDTH[element];
    if (width !== undefined) {
      const digits = take(new RegExp(`\\d{1,${width}}`, 'y'));
      if (digits === undefined) return undefined;
      setNumber(fields, element, Number(digits), centuryStart);
    } else if (element === 'MON' || element === 'MMMM') {
      const name = take(MONTH_NAME);
      if (name === undefined) return undefined;
      fields.month = monthOf(name);
    } else if (element === 'DY') {
      if (take(/[a-z]{3}/iy) === undefined) return undefined;
    } else if (element === 'AM' || element === 'PM' || element === 'P') {
      const half = take(element === 'P' ? /[ap]/iy : /[ap]m/iy);
      if (half === undefined) return undefined;
      fields.isPm = half.toLowerCase().startsWith('p');
    } else if (element.startsWith('FF')) {
      fields.nanos = nanosOf(take(/\d{0,9}/y) ?? '');
    } else {
      const zone = take(
        element === 'TZH' ? /[+-]\d{1,2}/y : element === 'TZM' ? /\d{2}/y : /z|[+-]\d{1,2}(?::?\d{2})?/iy,
      );
      if (zone === undefined) return undefined;
      if (element === 'TZM') fields.offset = (fields.offset ?? 0) + Number(zone) * ((fields.offset ?? 0) < 0 ? -1 : 1);
      else {
        const offset = offsetOf(zone);
        if (offset === undefined) return undefined;
        fields.offset = offset;
      }
    }
  }
  return at === text.length ? momentOf(fields) : undefined;
}

function setNumber(fields: Fields, element: string, value: number, centuryStart: number): void {
  if (element === 'YYYY' || element === 'UUUU') fields.year = value;
  else if (element === 'YY' || element === 'Y') {
    const century = Math.floor(centuryStart / 100) * 100;
    fields.year = century + value < centuryStart ? century + 100 + value : century + value;
  } else if (element === 'MM' || element === 'MO') fields.month = value;
  else if (element === 'DD' || element === 'D') fields.day = value;
  else if (element === 'MI' || element === 'ME') fields.minute = value;
  else if (element === 'SS' || element === 'S') fields.second = value;
  else fields.hour = value;
}
