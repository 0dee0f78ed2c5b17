import { type Fact, holdFacts } from './facts.ts';

/** Days since 1970 of a date, as the wire has it. */
const day = (iso: string) => String(Date.parse(`${iso}T00:00:00Z`) / 86_400_000);
/** Seconds since 1970 of a UTC time, with nine decimals. */
const at = (iso: string, fraction = '000000000') => `${Date.parse(`${iso}Z`) / 1000}.${fraction}`;

holdFacts(
  'dates, times and timestamps',
  [],
  [
    [
      "SELECT '2024-02-29'::DATE, TO_DATE('02/29/2024'), TO_DATE('29-FEB-2024'), DATE '0001-01-01'",
      [[day('2024-02-29'), day('2024-02-29'), day('2024-02-29'), '-719162']],
      'Date & time input and output formats',
    ],
    [
      "SELECT '1-03-04'::DATE, TO_DATE('21-03-04'), '1-03-04 05:06:07'::TIMESTAMP_NTZ, TRY_TO_DATE('12-31-2021')",
      [['-719100', '-711795', '-62130221633.000000000', null]],
      'Snowflake SQLAlchemy',
    ],
    [
      "SELECT TO_DATE('2024.05.06', 'YYYY.MM.DD'), TO_DATE('06 May 2024', 'DD MON YYYY'), TRY_TO_DATE('2024-02-30')",
      [[day('2024-05-06'), day('2024-05-06'), null]],
      'TO_DATE , DATE',
    ],
    [
      "SELECT TO_DATE('31536000'), TO_DATE('31536000000'), TO_DATE('31536000000000')",
      [[day('1971-01-01'), day('1971-01-01'), day('1971-01-01')]],
      'TO_DATE , DATE',
    ],
    [
      "SELECT '2024-02-30'::DATE",
      { code: '100040', sqlState: '22007', message: "Date '2024-02-30' is not recognized" },
      'TO_DATE , DATE',
    ],
    [
      `WITH outside AS (SELECT '2020-01-01'::DATE AS d, '2020-01-01'::TIMESTAMP_NTZ AS ts),
        inside AS (SELECT '2021-01-01 00:00:00 +0100'::TIMESTAMP_TZ AS tz, '2021-01-01'::TIMESTAMP_LTZ AS ltz)
        SELECT d FROM outside WHERE EXISTS (SELECT 1 FROM inside WHERE tz >= d AND ltz >= ts)
          AND EXISTS (SELECT 1 FROM inside WHERE DATE_TRUNC('month', tz) > DATE_TRUNC('month', ts::TIMESTAMP_TZ))
          AND NOT EXISTS (SELECT 1 FROM inside WHERE tz::VARCHAR = REPLACE(REPLACE(ts::VARCHAR, '-', '--'), ':', '::'))
          AND NOT EXISTS (SELECT 1 FROM inside WHERE tz::VARCHAR = REPEAT(REPEAT(ts::VARCHAR, 2), 2))`,
      [[day('2020-01-01')]],
      'Working with subqueries',
    ],
    [
      "SELECT '9999-12-31 23:59:59.987654321'::TIMESTAMP_NTZ(8), '0001-01-01 00:00:00.987654321'::TIMESTAMP_NTZ(8)",
      [['253402300799.98765432', '-62135596799.01234568']],
      'Date & time data types',
    ],
    [
      "SELECT '9999-12-31 23:59:59.999999999'::TIMESTAMP_NTZ, '0001-01-01'::TIMESTAMP_NTZ",
      [['253402300799.999999999', '-62135596800.000000000']],
      'Date & time data types',
    ],
    [
      "SELECT '2024-05-06 07:08:09.123456789'::TIMESTAMP_NTZ(3), '1969-12-31 23:59:59.5'::TIMESTAMP_NTZ",
      [[at('2024-05-06T07:08:09', '123'), '-0.500000000']],
      'Date & time data types',
    ],
    [
      "SELECT '2024-05-06 07:08:09'::TIMESTAMP_LTZ, '2024-01-06 07:08:09'::TIMESTAMP_LTZ",
      [[at('2024-05-06T14:08:09'), at('2024-01-06T15:08:09')]],
      'Date & time data types',
    ],
    [
      "SELECT '2024-05-06 07:08:09 +0530'::TIMESTAMP_TZ, '2024-05-06T07:08:09Z'::TIMESTAMP_TZ",
      [[`${at('2024-05-06T01:38:09')} 1770`, `${at('2024-05-06T07:08:09')} 1440`]],
      'Date & time data types',
    ],
    [
      "SELECT '2024-05-06 00:00:00 +0000'::TIMESTAMP_TZ = '2024-05-06 02:00:00 +0200'::TIMESTAMP_TZ",
      ['1'],
      'Date & time data types',
    ],
    [
      "SELECT '07:08:09.5'::TIME, TIME '23:59', TO_TIME('0708', 'HH24MI'), TO_TIME('11.15.00 PM', 'HH12.MI.SS PM')",
      [['25689.500000000', '86340.000000000', '25680.000000000', '83700.000000000']],
      'TO_TIME , TIME',
    ],
    [
      "SELECT TO_TIMESTAMP_NTZ('05/06/2024 07:08', 'MM/DD/YYYY HH24:MI'), TO_TIMESTAMP_NTZ(1500000000), TO_TIMESTAMP_NTZ(1500000000123, 3)",
      [[at('2024-05-06T07:08:00'), '1500000000.000000000', '1500000000.123000000']],
      'TO_TIMESTAMP / TO_TIMESTAMP_*',
    ],
    [
      "SELECT TO_TIMESTAMP_NTZ('nope')",
      { code: '100035', sqlState: '22007', message: "Timestamp 'nope' is not recognized" },
      'TO_TIMESTAMP / TO_TIMESTAMP_*',
    ],
    [
      "SELECT TO_DATE('05-2024', 'YYYY-MM-DD')",
      { code: '100096', message: "Can't parse '05-2024' as date with format 'YYYY-MM-DD'" },
      'TO_DATE , DATE',
    ],
    [
      "SELECT TRY_TO_TIMESTAMP_NTZ('nope'), TRY_CAST('25:00' AS TIME)",
      [[null, null]],
      'TRY_TO_TIMESTAMP / TRY_TO_TIMESTAMP_*',
    ],
    [
      "SELECT '2024-05-06 07:08:09.1'::TIMESTAMP_NTZ::VARCHAR, '2024-05-06 07:08:09 -0700'::TIMESTAMP_TZ::VARCHAR, '07:08:09'::TIME::VARCHAR",
      [['2024-05-06 07:08:09.100', '2024-05-06 07:08:09.000 -0700', '07:08:09']],
      'Date & time input and output formats',
    ],
    [
      "SELECT TO_CHAR('2024-05-06 17:08:09.1234'::TIMESTAMP_NTZ, 'DY DD-MON-YY HH12:MI:SS.FF2 AM'), TO_CHAR(DATE '2024-05-06', 'MMMM'), TO_CHAR(DATE '2024-05-06', 'YYYY\"Q\"MM')",
      [['Mon 06-May-24 05:08:09.12 PM', 'May', '2024Q05']],
      'TO_CHAR , TO_VARCHAR',
    ],
    [
      "SELECT DATEADD(month, 1, DATE '2023-01-31'), DATEADD(year, 1, DATE '2024-02-29'), DATEADD(day, -1, DATE '2024-03-01')",
      [[day('2023-02-28'), day('2025-02-28'), day('2024-02-29')]],
      'DATEADD',
    ],
    [
      "SELECT DATEADD(hour, 2, DATE '2024-05-06'), DATEADD('week', 2, '2024-05-06 01:00:00'::TIMESTAMP_NTZ), DATEADD(ns, 5, '2024-05-06'::TIMESTAMP_NTZ)",
      [[at('2024-05-06T02:00:00'), at('2024-05-20T01:00:00'), at('2024-05-06T00:00:00', '000000005')]],
      'DATEADD',
    ],
    [
      "SELECT TIMEADD(minute, 90, TIME '23:00:00'), TIMESTAMPADD(SECOND, 1.5, '2024-05-06'::TIMESTAMP_NTZ)",
      [['1800.000000000', at('2024-05-06T00:00:02')]],
      'TIMEADD',
    ],
    [
      "SELECT DATEDIFF(year, '2020-04-09'::DATE, '2023-05-08'::DATE), DATEDIFF(hour, '2013-05-08T23:39:20'::TIMESTAMP, '2013-05-09T00:01:20'::TIMESTAMP), DATEDIFF(month, DATE '2024-01-31', DATE '2024-02-01')",
      [['3', '1', '1']],
      'DATEDIFF',
    ],
    [
      "SELECT DATEDIFF(day, '2024-03-01', '2024-02-01'), DATEDIFF(week, DATE '2024-05-05', DATE '2024-05-06'), DATEDIFF(second, TIME '10:00:00', TIME '10:01:01')",
      [['-29', '1', '61']],
      'DATEDIFF',
    ],
    [
      "SELECT DATE_TRUNC('month', DATE '2024-05-06'), DATE_TRUNC('week', DATE '2024-05-05'), DATE_TRUNC(quarter, DATE '2024-05-06')",
      [[day('2024-05-01'), day('2024-04-29'), day('2024-04-01')]],
      'DATE_TRUNC',
    ],
    [
      "SELECT DATE_TRUNC('hour', '2024-05-06 07:08:09.5'::TIMESTAMP_NTZ), TRUNC('2024-05-06 07:08:09'::TIMESTAMP_NTZ, 'day')",
      [[at('2024-05-06T07:00:00'), at('2024-05-06T00:00:00')]],
      'DATE_TRUNC',
    ],
    [
      "SELECT LAST_DAY(DATE '2024-02-05'), LAST_DAY(DATE '2024-02-05', 'year'), LAST_DAY(DATE '2024-05-06', 'week')",
      [[day('2024-02-29'), day('2024-12-31'), day('2024-05-12')]],
      'LAST_DAY',
    ],
    [
      "SELECT NEXT_DAY(DATE '2024-05-06', 'Friday'), NEXT_DAY(DATE '2024-05-06', 'mo'), PREVIOUS_DAY(DATE '2024-05-06', 'fr')",
      [[day('2024-05-10'), day('2024-05-13'), day('2024-05-03')]],
      'NEXT_DAY',
    ],
    ["SELECT DAYNAME(DATE '2024-05-06'), MONTHNAME(DATE '2024-05-06')", [['Mon', 'May']], 'DAYNAME'],
    [
      "SELECT YEAR(d), QUARTER(d), MONTH(d), DAY(d), DAYOFYEAR(d), DAYOFWEEK(d), DAYOFWEEKISO(d), WEEK(d) FROM (SELECT DATE '2024-05-05' AS d)",
      [['2024', '2', '5', '5', '126', '0', '7', '18']],
      'YEAR* / DAY* / WEEK* / MONTH / QUARTER',
    ],
    [
      "SELECT WEEKISO(DATE '2021-01-01'), YEAROFWEEKISO(DATE '2021-01-01'), WEEKOFYEAR(DATE '2024-12-30')",
      [['53', '2020', '1']],
      'YEAR* / DAY* / WEEK* / MONTH / QUARTER',
    ],
    [
      "SELECT HOUR(t), MINUTE(t), SECOND(t) FROM (SELECT '2024-05-06 07:08:09.9'::TIMESTAMP_NTZ AS t)",
      [['7', '8', '9']],
      'HOUR / MINUTE / SECOND',
    ],
    [
      "SELECT DATE_PART(quarter, DATE '2024-05-06'), EXTRACT(dow FROM DATE '2024-05-06'), DATE_PART(epoch_second, '1970-01-02'::TIMESTAMP_NTZ), DATE_PART(epoch_millisecond, '1970-01-01 00:00:01.5'::TIMESTAMP_NTZ)",
      [['2', '1', '86400', '1500']],
      'DATE_PART',
    ],
    [
      "SELECT DATE_PART(nanosecond, '2024-05-06 07:08:09.000000123'::TIMESTAMP_NTZ), DATE_PART(tzh, '2024-05-06 00:00:00 -0330'::TIMESTAMP_TZ), DATE_PART(tzm, '2024-05-06 00:00:00 +0530'::TIMESTAMP_TZ)",
      [['123', '-3', '30']],
      'DATE_PART',
    ],
    [
      "SELECT ADD_MONTHS(DATE '2024-02-29', 1), ADD_MONTHS(DATE '2024-05-06', -6), MONTHS_BETWEEN(DATE '2024-03-31', DATE '2024-02-29'), MONTHS_BETWEEN(DATE '2024-01-15', DATE '2024-03-15')",
      [[day('2024-03-31'), day('2023-11-06'), '1.000000', '-2.000000']],
      'ADD_MONTHS',
    ],
    [
      'SELECT DATE_FROM_PARTS(2024, 2, 30), DATE_FROM_PARTS(2024, 0, 1), TIME_FROM_PARTS(0, 100, 0), TIMESTAMP_NTZ_FROM_PARTS(2024, 5, 6, 7, 8, 9, 5)',
      [[day('2024-03-01'), day('2023-12-01'), '6000.000000000', at('2024-05-06T07:08:09', '000000005')]],
      'DATE_FROM_PARTS',
    ],
    [
      "SELECT TIME_SLICE('2024-05-06 07:38:09'::TIMESTAMP_NTZ, 15, 'MINUTE'), TIME_SLICE('2024-05-06 07:38:09'::TIMESTAMP_NTZ, 15, 'MINUTE', 'END'), TIME_SLICE(DATE '2024-05-06', 4, 'MONTH')",
      [[at('2024-05-06T07:30:00'), at('2024-05-06T07:45:00'), day('2024-05-01')]],
      'TIME_SLICE',
    ],
    [
      "SELECT CONVERT_TIMEZONE('America/Los_Angeles', 'America/New_York', '2024-01-01 14:00:00'::TIMESTAMP_NTZ), CONVERT_TIMEZONE('UTC', '2024-05-06 00:00:00 -0700'::TIMESTAMP_TZ)",
      [[at('2024-01-01T17:00:00'), `${at('2024-05-06T07:00:00')} 1440`]],
      'CONVERT_TIMEZONE',
    ],
    [
      "SELECT CONVERT_TIMEZONE('UTC', '2024-05-06 00:00:00 -0700'), CONVERT_TIMEZONE('UTC', 'Asia/Tokyo', '2024-05-06 00:00:00'::TIMESTAMP_NTZ)",
      [[`${at('2024-05-06T07:00:00')} 1440`, at('2024-05-06T09:00:00')]],
      'CONVERT_TIMEZONE',
    ],
    ["SELECT CONVERT_TIMEZONE('utc', '2024-05-06 00:00:00')", { code: '100093' }, 'CONVERT_TIMEZONE'],
    ["SELECT CONVERT_TIMEZONE('Mars/Base', CURRENT_TIMESTAMP)", { code: '100093' }, 'CONVERT_TIMEZONE'],
    [
      "SELECT DATE '2024-05-06' + 3, DATE '2024-05-06' - 6, DATE '2024-05-06' + INTERVAL '1 month, 2 days'",
      [[day('2024-05-09'), day('2024-04-30'), day('2024-06-08')]],
      'Date & time data types, interval constants',
    ],
    [
      "SELECT '2024-05-06 00:00:00'::TIMESTAMP_NTZ + INTERVAL '1 hour', '2024-05-06'::TIMESTAMP_NTZ - INTERVAL '90 minutes'",
      [[at('2024-05-06T01:00:00'), at('2024-05-05T22:30:00')]],
      'Date & time data types, interval constants',
    ],
    [
      "SELECT '2024-05-06 23:00:00'::TIMESTAMP_LTZ::DATE, '2024-05-06 23:00:00 -0100'::TIMESTAMP_TZ::TIMESTAMP_NTZ, '2024-05-06'::DATE::TIMESTAMP_LTZ",
      [[day('2024-05-06'), at('2024-05-06T23:00:00'), at('2024-05-06T07:00:00')]],
      'Data type conversion',
    ],
    [
      'SELECT DATEDIFF(day, CURRENT_DATE, CURRENT_TIMESTAMP::DATE), CURRENT_DATE() = GETDATE()::DATE',
      [['0', '1']],
      'CURRENT_DATE',
    ],
    [
      "SELECT DATEADD(fortnight, 1, DATE '2024-05-06')",
      { code: '001045', message: "'FORTNIGHT' is not a valid date/time component for function DATEADD" },
      'Supported date and time parts',
    ],
    [
      "SELECT TO_CHAR(t, 'HH:MI'), TO_CHAR(t, 'YY-MO-D H12:ME:S P'), TO_CHAR(t, 'H24'), TO_VARCHAR(t, 'mm/dd/yyyy, hh24:mi hours') FROM (SELECT '2024-01-05 13:04:09'::TIMESTAMP t)",
      [['13:04', '24-1-5 1:4:9 P', '13', '01/05/2024, 13:04 hours']],
      'Date and time input and output formats',
    ],
    [
      "SELECT TO_DATE('1/5/2024', 'MO/D/YYYY'), TO_DATE('January 5 2024', 'MON DD YYYY'), TO_DATE('Jan 5 2024', 'MMMM DD YYYY')",
      [[day('2024-01-05'), day('2024-01-05'), day('2024-01-05')]],
      'Date and time input and output formats',
    ],
    [
      "SELECT TO_TIMESTAMP('2019-02-28 23:59:59.000000000 -07:00', 'YYYY-MM-DDHH24:MI:SS.FF TZH:TZM')",
      [at('2019-02-28T23:59:59')],
      'Date and time input and output formats',
    ],
    [
      "SELECT TO_TIMESTAMP('2019-02-2823:59:59 -07:00', 'YYYY-MM-DD HH24:MI:SS TZH:TZM')",
      { code: '100096' },
      'Date and time input and output formats',
    ],
    ...['1.5 days', 'day', '1 year 2 months'].map(
      (text): Fact => [`SELECT DATE '2024-01-01' + INTERVAL '${text}'`, { code: '001003' }, 'Interval constants'],
    ),
  ],
);

holdFacts(
  'instants in a zone of the session',
  ["ALTER SESSION SET TIMEZONE = 'America/Los_Angeles'"],
  [
    [
      "SELECT 0::TIMESTAMP_NTZ, PARSE_JSON('0')::TIMESTAMP_NTZ, TO_TIMESTAMP_NTZ(PARSE_JSON('31536000'))",
      [['0.000000000', '-28800.000000000', '31507200.000000000']],
      'TO_TIMESTAMP / TO_TIMESTAMP_*',
    ],
    [
      'SELECT TO_TIMESTAMP_TZ(0), 0::TIMESTAMP_LTZ',
      [['0.000000000 960', '0.000000000']],
      'TO_TIMESTAMP / TO_TIMESTAMP_*',
    ],
  ],
);
