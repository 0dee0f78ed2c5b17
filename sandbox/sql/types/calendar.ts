/** Days and nanoseconds on the proleptic Gregorian calendar, years 0001 to 9999, as integers. */

export const NS_PER_DAY = 86_400_000_000_000n;
export const NS_PER_SECOND = 1_000_000_000n;

export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days since 1970-01-01. Months beyond 1..12 carry into the year. */
export function daysOf(year: number, month: number, day: number): number {
  const shifted = year * 12 + (month - 1);
  const y0 = Math.floor(shifted / 12);
  const m = shifted - y0 * 12 + 1;
  const y = m <= 2 ? y0 - 1 : y0;
  const era = Math.floor(y / 400);
  const yoe = y - era * 400;
  const doy = Math.floor((153 * (m > 2 ? m - 3 : m + 9) + 2) / 5) + day - 1;
  const doe = yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy;
  return era * 146097 + doe - 719468;
}

export function civilOf(days: number): Civil {
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const doe = z - era * 146097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return {
    year: yoe + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: doy - Math.floor((153 * mp + 2) / 5) + 1,
  };
}

export function daysInMonth(year: number, month: number): number {
  return daysOf(year, month + 1, 1) - daysOf(year, month, 1);
}

/** Splits nanoseconds into whole days (floor) and the nanoseconds of the day. */
export function splitDay(nanos: bigint): { readonly days: number; readonly ofDay: bigint } {
  let days = nanos / NS_PER_DAY;
  let ofDay = nanos % NS_PER_DAY;
  if (ofDay < 0n) {
    days -= 1n;
    ofDay += NS_PER_DAY;
  }
  return { days: Number(days), ofDay };
}

/** 0 = Sunday. */
export function weekday(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}
