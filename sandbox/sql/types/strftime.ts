import { formatPieces } from './format.ts';
import { quoteText } from './literal.ts';
import { once } from './once.ts';

/** Elements of Snowflake's formats that DuckDB's strftime prints alike. Those of a zone print nothing where there is none. */
const ELEMENTS: Readonly<Record<string, string>> = {
  YYYY: '%Y',
  UUUU: '%Y',
  YY: '%y',
  MMMM: '%B',
  MON: '%b',
  MM: '%m',
  DD: '%d',
  DY: '%a',
  HH24: '%H',
  HH12: '%I',
  HH: '%H',
  AM: '%p',
  PM: '%p',
  MI: '%M',
  SS: '%S',
  FF0: '',
  FF3: '%g',
  FF6: '%f',
  'TZH:TZM': '',
  TZHTZM: '',
  TZH: '',
  TZM: '',
};

/** The strftime format (a DuckDB literal) of a constant format; undefined where an element has no equal. */
export function strftimeOf(format: string): string | undefined {
  let text = '';
  for (const { element, literal } of formatPieces(format)) {
    const found = element === undefined ? literal.replaceAll('%', '%%') : ELEMENTS[element];
    if (found === undefined) return undefined;
    text += found;
  }
  return quoteText(text);
}

/** Text of a wall clock time (HUGEINT nanoseconds) by a constant format: by DuckDB where it can. */
export function wallText(wall: string, format: string): string {
  const native = strftimeOf(format);
  return native === undefined
    ? `sf_format(${wall}, ${quoteText(format)}, 9999)`
    : once(wall, (one) => `strftime(sf_ts(${one}), ${native})`);
}

/** Text of a DATE by a constant format. */
export function dayText(date: string, format: string): string {
  const native = strftimeOf(format);
  return native === undefined
    ? `sf_format(sf_date_ns(${date}), ${quoteText(format)}, 9999)`
    : `strftime(${date}, ${native})`;
}
