import { once } from '../../types/once.ts';
import { DATE, type TimestampKind, time, timestamp } from '../../types/type.ts';
import { cast } from '../coerce.ts';
import { compilation, invalidTypes } from '../failures.ts';
import { integerOf, stringOf, type Typed, typed } from '../typed.ts';
import { weekStart } from './date-fields.ts';
import { asMoment, dayOf, expectPart, fromWall, NANOS, wallOf } from './date-parts.ts';
import { arg, type Call, integerArg, nullable, type Rule, type Rules, result, rule, textArg } from './rule.ts';

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

/** Dates and timestamps made of their parts, of slices, weekdays and the clock. Source: docs, "Date & time functions". */
export const dateMakingRules: Rules = {
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
  NEXT_DAY: weekday(true),
  PREVIOUS_DAY: weekday(false),
  CURRENT_TIMESTAMP: current('timestamp'),
  LOCALTIMESTAMP: current('timestamp'),
  GETDATE: current('timestamp'),
  SYSTIMESTAMP: current('timestamp'),
  SYSDATE: current('utc'),
  CURRENT_DATE: current('date'),
  CURRENT_TIME: current('time'),
  LOCALTIME: current('time'),
};
