import { civilOf, daysInMonth, daysOf, NS_PER_DAY, NS_PER_SECOND } from '../types/calendar.ts';
import { formatTimestamp } from '../types/format.ts';
import { epochNanos, type Moment, type MomentKind, parseAuto, parseByFormat } from '../types/parse-time.ts';
import { offsetAtWall } from '../types/zone.ts';
import { type Definition, define, raised } from './define.ts';

const CODES: Readonly<Record<MomentKind, string>> = { date: '100040', time: '100108', timestamp: '100035' };
const WORDS: Readonly<Record<MomentKind, string>> = { date: 'Date', time: 'Time', timestamp: 'Timestamp' };

/** Reads a text by a format or AUTO; undefined where it does not fit. */
export function readMoment(text: string, format: string, kind: MomentKind): Moment | undefined {
  return format.toUpperCase() === 'AUTO' ? parseAuto(text, kind) : parseByFormat(text, format);
}

function failure(text: string, format: string, kind: MomentKind): Error {
  if (format.toUpperCase() !== 'AUTO') {
    return raised('100096', '22007', `Can't parse '${text}' as ${kind} with format '${format}'`);
  }
  return raised(CODES[kind], '22007', `${WORDS[kind]} '${text}' is not recognized`);
}

const wall = (moment: Moment): bigint => BigInt(moment.days) * NS_PER_DAY + moment.ofDay;

/** The offset in seconds that the text names, else that of the zone at that wall clock time. */
function offsetFor(moment: Moment, zone: string): number {
  if (moment.offset !== undefined) return moment.offset * 60;
  return offsetAtWall(zone, Number(wall(moment) / 1_000_000n));
}

const utc = (moment: Moment, seconds: number): bigint => wall(moment) - BigInt(seconds) * NS_PER_SECOND;

/** A bare integer names an instant, not a wall clock time, and so needs no zone. */
function isEpoch(text: string): boolean {
  return /^\s*-?\d+\s*$/.test(text);
}

/** TIMESTAMP_TZ in one integer: UTC nanoseconds times 4096, plus the offset in minutes and 2048. */
export function packTz(instant: bigint, offset: number): bigint {
  return instant * 4096n + BigInt(offset + 2048);
}

function reader(name: string, kind: MomentKind, take: (moment: Moment) => bigint): Definition[] {
  const result = kind === 'time' ? 'bigint' : 'huge';
  return [true, false].map((isTry) =>
    define(`sf_${isTry ? 'try_' : ''}${name}`, ['text', 'text'], result, (text, format) => {
      const moment = readMoment(text, format, kind);
      if (moment) return take(moment);
      if (isTry) return null;
      throw failure(text, format, kind);
    }),
  );
}

function zoned(name: string, take: (text: string, moment: Moment, zone: string) => bigint): Definition[] {
  return [true, false].map((isTry) =>
    define(`sf_${isTry ? 'try_' : ''}${name}`, ['text', 'text', 'text'], 'huge', (text, format, zone) => {
      const moment = readMoment(text, format, 'timestamp');
      if (moment) return take(text, moment, zone);
      if (isTry) return null;
      throw failure(text, format, 'timestamp');
    }),
  );
}

const dates: Definition[] = [true, false].map((isTry) =>
  define(`sf_${isTry ? 'try_' : ''}date`, ['text', 'text'], 'date', (text, format) => {
    const moment = readMoment(text, format, 'date');
    if (moment) return moment.days;
    if (isTry) return null;
    throw failure(text, format, 'date');
  }),
);

/** Adds months as DATEADD does: a day beyond the month's end becomes its last day. */
export function addMonths(days: number, months: number): number {
  const { year, month, day } = civilOf(days);
  const first = civilOf(daysOf(year, month + months, 1));
  return daysOf(first.year, first.month, Math.min(day, daysInMonth(first.year, first.month)));
}

/** Functions that read and print dates, times and timestamps. */
export const momentFunctions: readonly Definition[] = [
  ...dates,
  ...reader('time', 'time', (moment) => moment.ofDay),
  ...reader('ntz', 'timestamp', wall),
  ...zoned('ltz', (text, moment, zone) =>
    isEpoch(text) ? epochNanos(BigInt(text.trim())) : utc(moment, offsetFor(moment, zone)),
  ),
  ...zoned('tz', (text, moment, zone) => {
    if (isEpoch(text)) return packTz(epochNanos(BigInt(text.trim())), 0);
    const minutes = Math.trunc(offsetFor(moment, zone) / 60);
    return packTz(utc(moment, minutes * 60), minutes);
  }),
  define('sf_format', ['huge', 'text', 'integer'], 'text', (nanos, format, offset) =>
    formatTimestamp(nanos, format, offset),
  ),
  define('sf_add_months', ['date', 'bigint'], 'date', (days, months) => addMonths(days, Number(months))),
];
