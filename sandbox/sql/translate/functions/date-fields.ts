import { once } from '../../types/once.ts';
import { fixed, text } from '../../types/type.ts';
import { withShort } from '../coerce.ts';
import { compilation, invalidTypes } from '../failures.ts';
import { stringOf, type Typed, typed } from '../typed.ts';
import { asMoment, dayOf, expectPart, MOMENT, type Part, wallOf } from './date-parts.ts';
import { arg, type Call, type Rule, type Rules, raw, rawArg, rule } from './rule.ts';

/** The name of a part where it stands as a bare word or a text. */
export function partName(call: Call, index: number): string {
  const node = rawArg(call, index);
  if (node.kind === 'name' && node.parts.length === 1) return node.parts[0]?.name ?? '';
  const constant = stringOf(call.binder.bind(node));
  if (constant === undefined) {
    throw compilation(
      '001015',
      '22023',
      `argument ${index + 1} of function ${call.name} must be a constant date or time part`,
      node,
    );
  }
  return constant;
}

/** The first day of weeks, 1 Monday to 7 Sunday. Parameter WEEK_START; 0 is as Monday. */
export function weekStart(call: Call): number {
  const { weekStart: given } = call.binder.settings;
  return given >= 1 && given <= 7 ? given : 1;
}

/** DuckDB's text of an integer field of a moment, with the digits that it can have. */
function field(call: Call, part: Part, value: Typed): readonly [string, number] {
  const { binder } = call;
  const day = () => dayOf(binder, value);
  const wall = () => wallOf(binder, value);
  const ofDay = () => (value.type.type === 'time' ? value.sql : once(wall(), (one) => `sf_ns_time(${one})`));
  const divided = (by: string) => once(instant(call, value), (one) => `sf_fdiv(${one}, ${by})`);
  const { weekStart: start, weekOfYearPolicy: policy } = binder.settings;
  switch (part) {
    case 'year':
      return [`year(${day()})`, 4];
    case 'quarter':
      return [`quarter(${day()})`, 1];
    case 'month':
      return [`month(${day()})`, 2];
    case 'day':
      return [`day(${day()})`, 2];
    case 'dayofyear':
      return [`dayofyear(${day()})`, 3];
    case 'dayofweek':
      return start === 0 ? [`dayofweek(${day()})`, 1] : [`((isodow(${day()}) - ${start} + 7) % 7 + 1)`, 1];
    case 'dayofweekiso':
      return [`isodow(${day()})`, 1];
    case 'week':
      if (policy === 1) return [`sf_week_of_year(${day()}, ${weekStart(call)})`, 2];
      return start <= 1 ? [`week(${day()})`, 2] : [`sf_week_iso_like(${day()}, ${start})`, 2];
    case 'weekiso':
      return [`week(${day()})`, 2];
    case 'yearofweek':
      if (policy === 1) return [`year(${day()})`, 4];
      return start <= 1
        ? [`isoyear(${day()})`, 4]
        : [`year(${day()} + CAST(3 - ((isodow(${day()}) - ${start} + 7) % 7) AS INTEGER))`, 4];
    case 'yearofweekiso':
      return [`isoyear(${day()})`, 4];
    case 'hour':
      return [`(${ofDay()} // 3600000000000)`, 2];
    case 'minute':
      return [`(${ofDay()} // 60000000000 % 60)`, 2];
    case 'second':
      return [`(${ofDay()} // 1000000000 % 60)`, 2];
    case 'nanosecond':
      return [`(${ofDay()} % 1000000000)`, 9];
    case 'epoch_second':
      return [divided('1000000000'), 18];
    case 'epoch_millisecond':
      return [divided('1000000'), 18];
    case 'epoch_microsecond':
      return [divided('1000'), 18];
    case 'epoch_nanosecond':
      return [instant(call, value), 38];
    case 'timezone_hour':
      return [`CAST(trunc(${offset(call, value)} / 60) AS INTEGER)`, 2];
    case 'timezone_minute':
      return [`(${offset(call, value)} % 60)`, 2];
    default:
      throw compilation(
        '001045',
        '22023',
        `'${part}' is not a valid date/time component for function ${call.name}.`,
        call.node,
      );
  }
}

/** UTC nanoseconds; a time zone is not applied to what has none. */
function instant(call: Call, value: Typed): string {
  if (value.type.type === 'timestamp_tz') return `(${value.sql}).utc`;
  return value.type.type === 'timestamp_ltz' ? value.sql : wallOf(call.binder, value);
}

function offset(call: Call, value: Typed): string {
  if (value.type.type === 'timestamp_tz') return `CAST((${value.sql}).off AS INTEGER)`;
  if (value.type.type === 'timestamp_ltz')
    return `sf_offset(${value.sql}, '${call.binder.settings.zone.replaceAll("'", "''")}')`;
  throw invalidTypes(call.name, [value.type], call.node);
}

const TIME_PARTS = new Set<Part>(['hour', 'minute', 'second', 'nanosecond']);

function read(call: Call, part: Part, given: Typed): Typed {
  const moment = asMoment(call.binder, given, call.name, call.node);
  return withShort(moment, (value) => readPart(call, part, value), MOMENT);
}

function readPart(call: Call, part: Part, value: Typed): Typed {
  if (value.type.type === 'time' && !TIME_PARTS.has(part)) throw invalidTypes(call.name, [value.type], call.node);
  const isDate = value.type.type === 'date';
  const known = isDate && TIME_PARTS.has(part) ? typed('0', value.type, false).sql : undefined;
  const [sql, digits] = known === undefined ? field(call, part, value) : ([`${known} * day(${value.sql})`, 2] as const);
  return typed(`CAST(${sql} AS DECIMAL(${digits},0))`, fixed(digits, 0), value.nullable);
}

/** DATE_PART(part, x) and EXTRACT(part FROM x). */
const datePart: Rule = raw(2, 2, (call) =>
  read(call, expectPart(partName(call, 0), call.name, call.node), call.binder.bind(rawArg(call, 1))),
);

function one(part: Part): Rule {
  return rule(1, 1, (call) => read(call, part, arg(call, 0)));
}

/** DAYNAME, MONTHNAME: three letters. */
function name(format: string): Rule {
  return rule(1, 1, (call) => {
    const moment = asMoment(call.binder, arg(call, 0), call.name, call.node);
    return withShort(
      moment,
      (value) => typed(`strftime(${dayOf(call.binder, value)}, '${format}')`, text(3), value.nullable),
      MOMENT,
    );
  });
}

/** Fields of dates and times. Source: docs, "Date & time functions", DATE_PART. */
export const dateFieldRules: Rules = {
  DATE_PART: datePart,
  EXTRACT: datePart,
  YEAR: one('year'),
  QUARTER: one('quarter'),
  MONTH: one('month'),
  WEEK: one('week'),
  WEEKOFYEAR: one('week'),
  WEEKISO: one('weekiso'),
  DAY: one('day'),
  DAYOFMONTH: one('day'),
  DAYOFWEEK: one('dayofweek'),
  DAYOFWEEKISO: one('dayofweekiso'),
  DAYOFYEAR: one('dayofyear'),
  YEAROFWEEK: one('yearofweek'),
  YEAROFWEEKISO: one('yearofweekiso'),
  HOUR: one('hour'),
  MINUTE: one('minute'),
  SECOND: one('second'),
  DAYNAME: name('%a'),
  MONTHNAME: name('%b'),
};
