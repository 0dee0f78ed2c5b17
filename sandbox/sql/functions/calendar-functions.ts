import { civilOf, daysInMonth, daysOf, NS_PER_DAY, splitDay } from '../types/calendar.ts';
import { isZone } from '../types/zone.ts';
import { type Definition, define, raised } from './define.ts';
import { addMonths } from './moments.ts';

const isLastDay = (days: number): boolean => civilOf(days + 1).day === 1;

/** MONTHS_BETWEEN: whole months where the days agree or both end their month, else a fraction of 31 days. */
function monthsBetween(a: bigint, b: bigint): number {
  const [one, other] = [splitDay(a), splitDay(b)];
  const [x, y] = [civilOf(one.days), civilOf(other.days)];
  const months = (x.year - y.year) * 12 + (x.month - y.month);
  if (x.day === y.day || (isLastDay(one.days) && isLastDay(other.days))) return months;
  const ofDay = Number(one.ofDay - other.ofDay) / Number(NS_PER_DAY);
  return months + (x.day - y.day + ofDay) / 31;
}

/** The week whose year has most of its days, for weeks that begin on another day than Monday. */
function weekIsoLike(days: number, start: number): number {
  const first = (day: number) => day - ((((day + 3) % 7) + 7 - (start - 1)) % 7);
  const middle = first(days) + 3;
  return Math.floor((middle - daysOf(civilOf(middle).year, 1, 1)) / 7) + 1;
}

/** Calendar functions that DuckDB lacks. */
export const calendarFunctions: readonly Definition[] = [
  define('sf_add_months_end', ['date', 'bigint'], 'date', (days, months) => {
    const moved = addMonths(days, Number(months));
    if (!isLastDay(days)) return moved;
    const { year, month } = civilOf(moved);
    return daysOf(year, month, daysInMonth(year, month));
  }),
  define('sf_months_between', ['huge', 'huge'], 'double', monthsBetween),
  define('sf_week_of_year', ['date', 'integer'], 'integer', (days, start) => {
    const first = daysOf(civilOf(days).year, 1, 1);
    const lead = ((((first + 3) % 7) + 7 - (start - 1)) % 7) + days - first;
    return Math.floor(lead / 7) + 1;
  }),
  define('sf_week_iso_like', ['date', 'integer'], 'integer', weekIsoLike),
  define('sf_zone', ['text'], 'text', (zone) => {
    if (isZone(zone)) return zone;
    throw raised('100093', '22023', `Unknown timezone: '${zone}'`);
  }),
];
