import { once } from '../../types/once.ts';
import { DATE, fixed, isTimestamp, timestamp } from '../../types/type.ts';
import { cast, withShort } from '../coerce.ts';
import { compilation, invalidTypes } from '../failures.ts';
import { isNull, type Typed, typed } from '../typed.ts';
import { partName, weekStart } from './date-fields.ts';
import { asMoment, dateAdd, dayOf, expectPart, fromWall, MOMENT, NANOS, type Part, wallOf } from './date-parts.ts';
import { truncNumber } from './numeric.ts';
import {
  arg,
  type Call,
  integerArg,
  nullable,
  type Rule,
  type Rules,
  raw,
  rawArg,
  result,
  rule,
  textArg,
} from './rule.ts';

const add: Rule = raw(3, 3, (call) => {
  const [amount, moment] = [call.binder.bind(rawArg(call, 1)), call.binder.bind(rawArg(call, 2))];
  return dateAdd(call.binder, partName(call, 0), amount, moment, call.node);
});

/** The number of a moment's year, month, week, day, ... since 1970: differences of these are what DATEDIFF counts. */
function ordinal(call: Call, part: Part, value: Typed): string {
  const { binder } = call;
  const ofDay = (work: (day: string) => string) => once(dayOf(binder, value), work);
  const dayNumber = (day: string) => `CAST(${day} - DATE '1970-01-01' AS BIGINT)`;
  switch (part) {
    case 'year':
      return ofDay((day) => `year(${day})`);
    case 'quarter':
      return ofDay((day) => `(year(${day}) * 4 + quarter(${day}))`);
    case 'month':
      return ofDay((day) => `(year(${day}) * 12 + month(${day}))`);
    case 'week':
    case 'weekiso': {
      const lead = 3 - (part === 'week' ? weekStart(call) - 1 : 0);
      return ofDay((day) => `sf_bdiv(${dayNumber(day)} + ${lead}, 7)`);
    }
    case 'day':
    case 'dayofyear':
    case 'dayofweek':
    case 'dayofweekiso':
      return ofDay(dayNumber);
    default: {
      const nanos = nanosOf(call, part);
      const instant = value.type.type === 'timestamp_tz' ? `(${value.sql}).utc` : wallOf(binder, value);
      return nanos === '1' ? instant : once(instant, (one) => `sf_fdiv(${one}, ${nanos})`);
    }
  }
}

/** Nanoseconds of a part. Throws SqlError 001045 for parts that the function does not take. */
function nanosOf(call: Call, part: Part): string {
  const nanos = NANOS[part];
  if (nanos) return nanos;
  throw compilation(
    '001045',
    '22023',
    `'${part}' is not a valid date/time component for function ${call.name}.`,
    call.node,
  );
}

/** DATEDIFF(part, a, b): boundaries of the part between the two, b after a. */
const diff: Rule = raw(3, 3, (call) => {
  const part = expectPart(partName(call, 0), call.name, call.node);
  const ends = [1, 2].map((index) =>
    asMoment(call.binder, call.binder.bind(rawArg(call, index)), call.name, call.node),
  );
  const [from, to] = ends;
  if (!from || !to) throw new Error('two ends were bound');
  const isTime = [from, to].filter((end) => end.type.type === 'time').length;
  if (isTime === 1)
    throw invalidTypes(
      call.name,
      ends.map((end) => end.type),
      call.node,
    );
  const digits = NANOS[part] && part !== 'day' && part !== 'week' ? 18 : 9;
  const type = fixed(digits, 0);
  const number = (end: Typed) => withShort(end, (value) => typed(ordinal(call, part, value), type, true), MOMENT).sql;
  return typed(`CAST(${number(to)} - ${number(from)} AS DECIMAL(${digits},0))`, type, nullable(from, to));
});

/** The first day of the year, quarter, month or week of a date. */
function startOf(call: Call, part: Part, date: string): string | undefined {
  switch (part) {
    case 'year':
    case 'quarter':
    case 'month':
      return `CAST(date_trunc('${part}', ${date}) AS DATE)`;
    case 'week':
      return once(date, (day) => `(${day} - CAST((isodow(${day}) - ${weekStart(call)} + 7) % 7 AS INTEGER))`);
    case 'weekiso':
      return once(date, (day) => `(${day} - CAST(isodow(${day}) - 1 AS INTEGER))`);
    case 'day':
      return date;
    default:
      return undefined;
  }
}

/** DATE_TRUNC(part, moment), which keeps the moment's type. */
function truncate(call: Call, part: Part, given: Typed): Typed {
  const moment = asMoment(call.binder, given, call.name, call.node);
  return withShort(moment, (value) => truncated(call, part, value), MOMENT);
}

function truncated(call: Call, part: Part, value: Typed): Typed {
  if (value.type.type === 'date') {
    const start = startOf(call, part, value.sql);
    return start === undefined ? value : typed(start, value.type, value.nullable);
  }
  if (value.type.type !== 'time') {
    const start = startOf(call, part, dayOf(call.binder, value));
    if (start !== undefined) return fromWall(call.binder, `(sf_date_ns(${start}))`, value);
  }
  const nanos = nanosOf(call, part);
  const start = once(wallOf(call.binder, value), (one) => `sf_cut(${one}, ${nanos})`);
  return fromWall(call.binder, start, value);
}

const trunc: Rule = raw(2, 2, (call) =>
  truncate(call, expectPart(partName(call, 0), call.name, call.node), call.binder.bind(rawArg(call, 1))),
);

/** TRUNC(moment, part) of dates, TRUNC(number, places) of numbers. */
const truncEither: Rule = raw(1, 2, (call) => {
  const value = call.binder.bind(rawArg(call, 0));
  const isMoment = value.type.type === 'date' || isTimestamp(value.type) || value.type.type === 'time';
  if (isMoment && call.node.args.length === 2) {
    return truncate(call, expectPart(partName(call, 1), call.name, call.node), value);
  }
  const args = call.binder.bindAll(call.node.args.map((argument) => argument.value));
  return truncNumber.bind({ ...call, args });
});

/** LAST_DAY(moment[, part]): a DATE. */
const lastDay: Rule = raw(1, 2, (call) => {
  const value = asMoment(call.binder, call.binder.bind(rawArg(call, 0)), call.name, call.node);
  const part = call.node.args.length > 1 ? expectPart(partName(call, 1), call.name, call.node) : 'month';
  const day = dayOf(call.binder, value);
  const start = startOf(call, part, day);
  if (start === undefined || part === 'day') {
    throw compilation(
      '001045',
      '22023',
      `'${part}' is not a valid date/time component for function LAST_DAY.`,
      call.node,
    );
  }
  if (part === 'week' || part === 'weekiso') return typed(`(${start} + 6)`, DATE, value.nullable);
  const months = { year: 12, quarter: 3, month: 1 }[part as 'year' | 'quarter' | 'month'];
  return typed(`CAST(${start} + INTERVAL ${months} MONTH - INTERVAL 1 DAY AS DATE)`, DATE, value.nullable);
});

/** ADD_MONTHS: the last day of a month stays the last day. */
const addMonths: Rule = rule(2, 2, (call) => {
  const value = asMoment(call.binder, arg(call, 0), call.name, call.node);
  const count = integerArg(call, 1);
  const isNullable = nullable(...call.args);
  if (value.type.type === 'date') return typed(`sf_add_months_end(${value.sql}, ${count})`, DATE, isNullable);
  const wall = wallOf(call.binder, value);
  const moved = once(
    wall,
    (one) => `(sf_date_ns(sf_add_months_end(sf_ns_date(${one}), ${count})) + sf_ns_time(${one}))`,
  );
  return { ...fromWall(call.binder, moved, value), nullable: isNullable };
});

const monthsBetween: Rule = rule(2, 2, (call) => {
  const walls = [0, 1].map((index) => {
    const value = asMoment(call.binder, arg(call, index), call.name, call.node);
    return value.type.type === 'date' ? `sf_date_ns(${value.sql})` : wallOf(call.binder, value);
  });
  return result(call, `CAST(sf_months_between(${walls.join(', ')}) AS DECIMAL(38,6))`, fixed(38, 6));
});

/** CONVERT_TIMEZONE(to, moment): TIMESTAMP_TZ; (from, to, NTZ): TIMESTAMP_NTZ. */
const convertZone: Rule = rule(2, 3, (call) => {
  const { settings } = call.binder;
  if (call.args.length === 3) {
    const wall = cast(asMoment(call.binder, arg(call, 2), call.name, call.node), timestamp('timestamp_ntz'), settings);
    const utc = once(wall.sql, (one) => `sf_utc(${one}, ${zoneArg(call, 0)})`);
    const local = once(utc, (one) => `sf_local(${one}, ${zoneArg(call, 1)})`, 0);
    return result(call, local, timestamp('timestamp_ntz'));
  }
  const given = arg(call, 1);
  // A text may bring an offset of its own.
  const isText = given.type.type === 'text' && !isNull(given);
  const moment = isText
    ? cast(given, timestamp('timestamp_tz'), settings)
    : asMoment(call.binder, given, call.name, call.node);
  const utc =
    moment.type.type === 'timestamp_tz'
      ? `(${moment.sql}).utc`
      : cast(moment, timestamp('timestamp_ltz'), settings).sql;
  const zone = zoneArg(call, 0);
  return result(
    call,
    once(utc, (one) => `sf_tz_of(${one}, ${zone})`),
    timestamp('timestamp_tz'),
  );
});

function zoneArg(call: Call, index: number): string {
  const zone = textArg(call, index);
  return `sf_zone(${zone.sql})`;
}

/** Dates, times and timestamps. Source: docs, "Date & time functions". */
export const dateRules: Rules = {
  DATEADD: add,
  TIMEADD: add,
  TIMESTAMPADD: add,
  DATEDIFF: diff,
  TIMEDIFF: diff,
  TIMESTAMPDIFF: diff,
  DATE_TRUNC: trunc,
  TRUNC: truncEither,
  LAST_DAY: lastDay,
  ADD_MONTHS: addMonths,
  MONTHS_BETWEEN: monthsBetween,
  CONVERT_TIMEZONE: convertZone,
};
