import type { SnowflakeType } from '../contract.ts';
import { type ConvertMode, isTry, noCast } from './conversion-rules.ts';
import { quoteText } from './literal.ts';
import { once } from './once.ts';
import type { Settings } from './settings.ts';

/** Cuts the fraction digits behind the target's scale; dates and times are cut, never rounded. */
function cutFraction(nanos: string, fromScale: number, toScale: number): string {
  if (toScale >= fromScale || toScale >= 9) return nanos;
  return `sf_cut(${nanos}, ${10 ** (9 - toScale)})`;
}

/** Reads a text as a moment: `sf_date('...', format)` and its like. */
function readMoment(sql: string, to: SnowflakeType, mode: ConvertMode, settings: Settings, format?: string): string {
  const prefix = isTry(mode) ? 'sf_try_' : 'sf_';
  const zone = quoteText(settings.zone);
  const given = (parameter: string) => format ?? quoteText(parameter);
  switch (to.type) {
    case 'date':
      return `${prefix}date(${sql}, ${given(settings.dateInput)})`;
    case 'time':
      return `CAST(${cutFraction(`${prefix}time(${sql}, ${given(settings.timeInput)})`, 9, to.scale ?? 9)} AS BIGINT)`;
    case 'timestamp_ntz':
      return cutFraction(`${prefix}ntz(${sql}, ${given(settings.timestampInput)})`, 9, to.scale ?? 9);
    case 'timestamp_ltz':
      return cutFraction(`${prefix}ltz(${sql}, ${given(settings.timestampInput)}, ${zone})`, 9, to.scale ?? 9);
    default: {
      const packed = `${prefix}tz(${sql}, ${given(settings.timestampInput)}, ${zone})`;
      return to.scale === 9
        ? `sf_tz_unpack(${packed})`
        : `sf_tz_cut(sf_tz_unpack(${packed}), ${10 ** (9 - (to.scale ?? 9))})`;
    }
  }
}

/** A text read by an explicit format (a DuckDB expression), as TO_DATE(text, format) does. */
export function readByFormat(
  sql: string,
  to: SnowflakeType,
  format: string,
  isTrying: boolean,
  settings: Settings,
): string {
  return readMoment(sql, to, isTrying ? 'try' : 'cast', settings, format);
}

function variantMoment(sql: string, to: SnowflakeType, mode: ConvertMode, settings: Settings): string {
  const words = to.type === 'timestamp_ntz' ? 'sf_v_wall' : 'sf_v_moment';
  return readMoment(`${words}(${sql}, ${quoteText(settings.zone)})`, to, mode, settings, "'AUTO'");
}

/** The wall clock time of a date or timestamp in nanoseconds; undefined for what has none. */
function wallClock(sql: string, from: SnowflakeType, zone: string): string | undefined {
  if (from.type === 'date') return `sf_date_ns(${sql})`;
  if (from.type === 'timestamp_ntz') return sql;
  if (from.type === 'timestamp_ltz') return once(sql, (one) => `sf_local(${one}, ${zone})`);
  return from.type === 'timestamp_tz' ? once(sql, (one) => `sf_tz_wall(${one})`) : undefined;
}

/** From one date or time type to another. */
function moment(sql: string, from: SnowflakeType, to: SnowflakeType, settings: Settings): string | undefined {
  const zone = quoteText(settings.zone);
  const fromScale = from.scale ?? 9;
  const toScale = to.scale ?? 9;
  const cut = (nanos: string | undefined) => nanos && once(nanos, (one) => cutFraction(one, fromScale, toScale));
  const wall = () => wallClock(sql, from, zone);
  const utc = (): string | undefined => {
    if (from.type === 'timestamp_ltz') return sql;
    if (from.type === 'timestamp_tz') return `(${sql}).utc`;
    const clock = wall();
    return clock && once(clock, (one) => `sf_utc(${one}, ${zone})`);
  };
  switch (to.type) {
    case 'date': {
      const clock = wall();
      return from.type === 'date' ? sql : clock && once(clock, (one) => `sf_ns_date(${one})`);
    }
    case 'time': {
      if (from.type === 'time') return toScale >= fromScale ? sql : `CAST(${cut(sql)} AS BIGINT)`;
      const clock = from.type === 'date' ? undefined : wall();
      const ofDay = clock && once(clock, (one) => `sf_ns_time(${one})`);
      return ofDay && (toScale >= fromScale ? ofDay : `CAST(${cut(ofDay)} AS BIGINT)`);
    }
    case 'timestamp_ntz':
      return cut(wall());
    case 'timestamp_ltz':
      return cut(utc());
    case 'timestamp_tz': {
      if (from.type === 'timestamp_tz') {
        return toScale >= fromScale ? sql : once(sql, (one) => `sf_tz_cut(${one}, ${10 ** (9 - toScale)})`);
      }
      const instant = cut(utc());
      return instant && once(instant, (one) => `sf_tz_of(${one}, ${zone})`);
    }
    default:
      return undefined;
  }
}

/** Any value as a date, time or timestamp. Throws SqlError 001007. */
export function toMoment(
  sql: string,
  from: SnowflakeType,
  to: SnowflakeType,
  mode: ConvertMode,
  settings: Settings,
): string {
  if (from.type === 'text') return readMoment(sql, to, mode, settings);
  if (from.type === 'variant') return variantMoment(sql, to, mode, settings);
  if (from.type === 'fixed' && to.type.startsWith('timestamp')) {
    const instant =
      (from.scale ?? 0) === 0
        ? `(CAST(${sql} AS HUGEINT) * 1000000000)`
        : `CAST(CAST(${sql} AS DECIMAL(38,9)) * 1000000000 AS HUGEINT)`;
    if (to.type === 'timestamp_tz') return `sf_tz_of(${instant}, ${quoteText(settings.zone)})`;
    return instant;
  }
  const converted = moment(sql, from, to, settings);
  if (converted === undefined) throw noCast(from, to);
  return converted;
}
