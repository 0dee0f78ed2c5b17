import { once } from '../../types/once.ts';
import { DATE, fixed, isTimestamp, REAL, type TimestampKind, time, timestamp } from '../../types/type.ts';
import { cast, withShort } from '../coerce.ts';
import { compilation, invalidTypes } from '../failures.ts';
import { integerOf, stringOf, type Typed, typed } from '../typed.ts';
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

const WEEKDAYS = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];

/** NEXT_DAY and PREVIOUS_DAY: the weekday strictly after or before. */
function weekday(isNext: boolean): Rule {
  return rule(2, 2, (call) => {
    const value = asMoment(call.binder, arg(call, 0), call.name, call.node);
    const constant = stringOf(arg(call, 1));
    const index =
      constant === undefined
        ? `(list_position(['mo','tu','we','th','fr','sa','su'], lower(left(${textArg(call, 1).sql}, 2))))`
        : String(WEEKDAYS.indexOf(constant.trim().slice(0, 2).toLowerCase()) + 1);
    if (index === '0') {
      throw compilation(
        '001015',
        '22023',
        `'${constant}' is not a valid day of week for function ${call.name}.`,
        call.node,
      );
    }
    const sql = once(dayOf(call.binder, value), (day) => {
      const step = isNext ? `(${index} - isodow(${day}) + 6)` : `(isodow(${day}) - ${index} + 6)`;
      return `(${day} ${isNext ? '+' : '-'} CAST(${step} % 7 + 1 AS INTEGER))`;
    });
    return typed(sql, DATE, nullable(...call.args));
  });
}

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
  return result(call, `sf_months_between(${walls.join(', ')})`, REAL);
});

const dateFromParts: Rule = rule(3, 3, (call) => {
  const [y, m, d] = [integerArg(call, 0), integerArg(call, 1), integerArg(call, 2)];
  return result(call, fromParts(y, m, d), DATE);
});

/** A date of parts that may lie outside of their ranges: month 0 is the December before. */
function fromParts(year: string, month: string, day: string): string {
  return `(sf_add_months(make_date(${year}, 1, 1), ${month} - 1) + CAST(${day} - 1 AS INTEGER))`;
}

const HOUR = '3600000000000';

function clockOf(hour: string, minute: string, second: string, nanos: string): string {
  const huge = (value: string, unit: string) => `CAST(${value} AS HUGEINT) * ${unit}`;
  return `(${huge(hour, HOUR)} + ${huge(minute, '60000000000')} + ${huge(second, '1000000000')} + ${huge(nanos, '1')})`;
}

const timeFromParts: Rule = rule(3, 4, (call) => {
  const nanos = call.args.length > 3 ? integerArg(call, 3) : '0';
  const clock = clockOf(integerArg(call, 0), integerArg(call, 1), integerArg(call, 2), nanos);
  return result(call, `sf_ns_time(${clock})`, time(9));
});

/** TIMESTAMP_..._FROM_PARTS(y, m, d, h, mi, s[, ns[, zone]]), or (date, time) for NTZ. */
function timestampFromParts(kind: TimestampKind | 'mapped'): Rule {
  return rule(2, 8, (call) => {
    const to = kind === 'mapped' ? (call.binder.settings.mapping.toLowerCase() as TimestampKind) : kind;
    let wall: string;
    if (call.args.length === 2) {
      const [date, clock] = [
        cast(arg(call, 0), DATE, call.binder.settings),
        cast(arg(call, 1), time(9), call.binder.settings),
      ];
      wall = `(sf_date_ns(${date.sql}) + CAST(${clock.sql} AS HUGEINT))`;
    } else {
      if (call.args.length < 6)
        throw invalidTypes(
          call.name,
          call.args.map((one) => one.type),
          call.node,
        );
      const [y, m, d, h, mi, s] = [0, 1, 2, 3, 4, 5].map((index) => integerArg(call, index));
      const nanos = call.args.length > 6 ? integerArg(call, 6) : '0';
      wall = `(sf_date_ns(${fromParts(y ?? '', m ?? '', d ?? '')}) + ${clockOf(h ?? '', mi ?? '', s ?? '', nanos)})`;
    }
    const type = timestamp(to);
    const ntz = typed(wall, timestamp('timestamp_ntz'), nullable(...call.args));
    if (to === 'timestamp_tz' && call.args.length === 8) {
      const zone = textArg(call, 7).sql;
      return typed(`sf_tz_of(sf_utc(${wall}, ${zone}), ${zone})`, type, ntz.nullable);
    }
    return cast(ntz, type, call.binder.settings);
  });
}

/** TIME_SLICE(moment, length, unit[, 'START' | 'END']): slices are counted from 1970. */
const slice: Rule = rule(3, 4, (call) => {
  const value = asMoment(call.binder, arg(call, 0), call.name, call.node);
  const size = integerOf(arg(call, 1));
  const unit = expectPart(stringOf(arg(call, 2)) ?? '', call.name, call.node);
  const isEnd = call.args[3] ? stringOf(call.args[3])?.toUpperCase() === 'END' : false;
  if (size === undefined || size < 1)
    throw compilation('001044', '42P13', 'TIME_SLICE needs a constant positive length', call.node);
  const shift = isEnd ? ' + 1' : '';
  const months = { year: 12, quarter: 3, month: 1 }[unit as 'year' | 'quarter' | 'month'];
  const isDate = value.type.type === 'date';
  const day = dayOf(call.binder, value);
  const back = (sql: string): Typed =>
    isDate ? typed(sql, DATE, value.nullable) : fromWall(call.binder, `(sf_date_ns(${sql}))`, value);
  if (months) {
    const index = `sf_bdiv((year(${day}) - 1970) * 12 + month(${day}) - 1, ${size * months})`;
    return back(`sf_add_months(DATE '1970-01-01', CAST((${index}${shift}) * ${size * months} AS BIGINT))`);
  }
  const days = `CAST(${day} - DATE '1970-01-01' AS BIGINT)`;
  if (unit === 'day')
    return back(`(DATE '1970-01-01' + CAST((sf_bdiv(${days}, ${size})${shift}) * ${size} AS INTEGER))`);
  if (unit === 'week' || unit === 'weekiso') {
    const lead = 3 - (unit === 'week' ? weekStart(call) - 1 : 0);
    return back(
      `(DATE '1970-01-01' + CAST((sf_bdiv(${days} + ${lead}, ${size * 7})${shift}) * ${size * 7} - ${lead} AS INTEGER))`,
    );
  }
  const nanos = NANOS[unit];
  if (!nanos || isDate) throw invalidTypes(call.name, [value.type], call.node);
  const span = String(BigInt(size) * BigInt(nanos));
  return fromWall(
    call.binder,
    `(CAST(sf_fdiv(${wallOf(call.binder, value)}, ${span})${shift} AS HUGEINT) * ${span})`,
    value,
  );
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
  const moment = asMoment(call.binder, arg(call, 1), call.name, call.node);
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

/** The statement's start on the sandbox's clock, in nanoseconds of UTC. */
function now(call: Call): string {
  return `CAST('${BigInt(call.binder.translation.scope.nowMs) * 1_000_000n}' AS HUGEINT)`;
}

function current(kind: 'timestamp' | 'date' | 'time' | 'utc'): Rule {
  return rule(0, 1, (call) => {
    const { settings } = call.binder;
    const given = call.args[0] ? integerOf(call.args[0]) : 9;
    const ltz = typed(now(call), timestamp('timestamp_ltz', 9), false);
    if (kind === 'utc') return typed(now(call), timestamp('timestamp_ntz'), false);
    if (kind === 'timestamp') return cast(ltz, timestamp('timestamp_ltz', given ?? 9), settings);
    return kind === 'date' ? cast(ltz, DATE, settings) : cast(ltz, time(given ?? 9), settings);
  });
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
  NEXT_DAY: weekday(true),
  PREVIOUS_DAY: weekday(false),
  ADD_MONTHS: addMonths,
  MONTHS_BETWEEN: monthsBetween,
  DATE_FROM_PARTS: dateFromParts,
  DATEFROMPARTS: dateFromParts,
  TIME_FROM_PARTS: timeFromParts,
  TIMEFROMPARTS: timeFromParts,
  TIMESTAMP_FROM_PARTS: timestampFromParts('mapped'),
  TIMESTAMPFROMPARTS: timestampFromParts('mapped'),
  TIMESTAMP_NTZ_FROM_PARTS: timestampFromParts('timestamp_ntz'),
  TIMESTAMPNTZFROMPARTS: timestampFromParts('timestamp_ntz'),
  TIMESTAMP_LTZ_FROM_PARTS: timestampFromParts('timestamp_ltz'),
  TIMESTAMPLTZFROMPARTS: timestampFromParts('timestamp_ltz'),
  TIMESTAMP_TZ_FROM_PARTS: timestampFromParts('timestamp_tz'),
  TIMESTAMPTZFROMPARTS: timestampFromParts('timestamp_tz'),
  TIME_SLICE: slice,
  CONVERT_TIMEZONE: convertZone,
  CURRENT_TIMESTAMP: current('timestamp'),
  LOCALTIMESTAMP: current('timestamp'),
  GETDATE: current('timestamp'),
  SYSTIMESTAMP: current('timestamp'),
  SYSDATE: current('utc'),
  CURRENT_DATE: current('date'),
  CURRENT_TIME: current('time'),
  LOCALTIME: current('time'),
};
