/** Functions of dates and times. Source: docs, "Date & time functions". TIMESTAMP stands for each of the three kinds. */
export const MOMENTS = `
ADD_MONTHS | (DATE, NUMBER) DATE; (TIMESTAMP, NUMBER) TIMESTAMP | So many months later; the last day of a month stays the last.
CONVERT_TIMEZONE | (VARCHAR, TIMESTAMP_TZ) TIMESTAMP_TZ; (VARCHAR, VARCHAR, TIMESTAMP_NTZ) TIMESTAMP_NTZ | The same moment on the clocks of another time zone.
CURRENT_DATE ansi volatile | () DATE | Today in the session's time zone.
CURRENT_TIME, LOCALTIME ansi volatile | ([NUMBER]) TIME | The time of day in the session's time zone.
CURRENT_TIMESTAMP, LOCALTIMESTAMP ansi volatile | ([NUMBER]) TIMESTAMP_LTZ | This moment.
DATEADD, TIMEADD, TIMESTAMPADD | (VARCHAR, NUMBER, DATE) DATE; (VARCHAR, NUMBER, TIME) TIME; (VARCHAR, NUMBER, TIMESTAMP) TIMESTAMP | So many units of time later.
DATEDIFF, TIMEDIFF, TIMESTAMPDIFF | (VARCHAR, DATE, DATE) NUMBER; (VARCHAR, TIME, TIME) NUMBER; (VARCHAR, TIMESTAMP, TIMESTAMP) NUMBER | How many borders of a unit of time lie between two moments.
DATE_FROM_PARTS, DATEFROMPARTS | (NUMBER, NUMBER, NUMBER) DATE | A date of its year, month and day.
DATE_PART, EXTRACT | (VARCHAR, DATE) NUMBER; (VARCHAR, TIME) NUMBER; (VARCHAR, TIMESTAMP) NUMBER | One part of a date or time.
DATE_TRUNC | (VARCHAR, DATE) DATE; (VARCHAR, TIME) TIME; (VARCHAR, TIMESTAMP) TIMESTAMP | The start of the unit of time that the moment lies in.
DAY, DAYOFMONTH | (DATE) NUMBER; (TIMESTAMP) NUMBER | Day of the month.
DAYNAME | (DATE) VARCHAR; (TIMESTAMP) VARCHAR | Three letters of the weekday's name.
DAYOFWEEK | (DATE) NUMBER; (TIMESTAMP) NUMBER | Day of the week as WEEK_START has it.
DAYOFWEEKISO | (DATE) NUMBER; (TIMESTAMP) NUMBER | Day of the week, Monday is 1.
DAYOFYEAR | (DATE) NUMBER; (TIMESTAMP) NUMBER | Day of the year.
GETDATE, SYSTIMESTAMP volatile | () TIMESTAMP_LTZ | This moment.
HOUR | (TIME) NUMBER; (TIMESTAMP) NUMBER | Hour of the day.
LAST_DAY | (DATE[, VARCHAR]) DATE; (TIMESTAMP[, VARCHAR]) DATE | Last day of the month, or of another unit of time.
MINUTE | (TIME) NUMBER; (TIMESTAMP) NUMBER | Minute of the hour.
MONTH | (DATE) NUMBER; (TIMESTAMP) NUMBER | Month of the year.
MONTHNAME | (DATE) VARCHAR; (TIMESTAMP) VARCHAR | Three letters of the month's name.
MONTHS_BETWEEN | (DATE, DATE) FLOAT; (TIMESTAMP, TIMESTAMP) FLOAT | Months from the second moment to the first, with a fraction.
NEXT_DAY | (DATE, VARCHAR) DATE; (TIMESTAMP, VARCHAR) DATE | The first such weekday after the date.
PREVIOUS_DAY | (DATE, VARCHAR) DATE; (TIMESTAMP, VARCHAR) DATE | The last such weekday before the date.
QUARTER | (DATE) NUMBER; (TIMESTAMP) NUMBER | Quarter of the year.
SECOND | (TIME) NUMBER; (TIMESTAMP) NUMBER | Second of the minute.
SYSDATE volatile | () TIMESTAMP_NTZ | This moment in UTC.
TIMESTAMP_FROM_PARTS, TIMESTAMPFROMPARTS, TIMESTAMP_NTZ_FROM_PARTS, TIMESTAMPNTZFROMPARTS | (DATE, TIME) TIMESTAMP_NTZ; (NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER[, NUMBER]) TIMESTAMP_NTZ | A moment of its parts.
TIMESTAMP_LTZ_FROM_PARTS, TIMESTAMPLTZFROMPARTS | (NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER[, NUMBER]) TIMESTAMP_LTZ | A moment of its parts in the session's time zone.
TIMESTAMP_TZ_FROM_PARTS, TIMESTAMPTZFROMPARTS | (NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER[, NUMBER[, VARCHAR]]) TIMESTAMP_TZ | A moment of its parts in a time zone.
TIME_FROM_PARTS, TIMEFROMPARTS | (NUMBER, NUMBER, NUMBER[, NUMBER]) TIME | A time of day of its parts.
TIME_SLICE | (DATE, NUMBER, VARCHAR[, VARCHAR]) DATE; (TIMESTAMP, NUMBER, VARCHAR[, VARCHAR]) TIMESTAMP | Start or end of the slice of time that the moment lies in.
WEEK, WEEKOFYEAR | (DATE) NUMBER; (TIMESTAMP) NUMBER | Week of the year as WEEK_START and WEEK_OF_YEAR_POLICY have it.
WEEKISO | (DATE) NUMBER; (TIMESTAMP) NUMBER | Week of the year by ISO 8601.
YEAR | (DATE) NUMBER; (TIMESTAMP) NUMBER | The year.
YEAROFWEEK | (DATE) NUMBER; (TIMESTAMP) NUMBER | The year that the week belongs to, as WEEK_OF_YEAR_POLICY has it.
YEAROFWEEKISO | (DATE) NUMBER; (TIMESTAMP) NUMBER | The year that the week belongs to by ISO 8601.
`;
