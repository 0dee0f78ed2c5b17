import { civilOf, splitDay, weekday } from './calendar.ts';

/** A piece of a date format: an element such as YYYY, or literal text. */
export interface FormatPiece {
  readonly element: string | undefined;
  readonly literal: string;
}

const ELEMENTS = [
  'YYYY',
  'YY',
  'MMMM',
  'MON',
  'MM',
  'MO',
  'ME',
  'DD',
  'DY',
  'HH24',
  'HH12',
  'HH',
  'H24',
  'H12',
  'AM',
  'PM',
  'MI',
  'SS',
  'FF0',
  'FF1',
  'FF2',
  'FF3',
  'FF4',
  'FF5',
  'FF6',
  'FF7',
  'FF8',
  'FF9',
  'FF',
  'TZH:TZM',
  'TZHTZM',
  'TZH',
  'TZM',
  'TZD',
  'UUUU',
];

/** Elements of one letter: only where no other letter stands beside them, so that words stay as they are. */
const LONE_ELEMENTS = new Set(['Y', 'D', 'H', 'S', 'P']);

const isLetter = (text: string | undefined): boolean => text !== undefined && /[a-z]/i.test(text);

function loneElement(upper: string, at: number): string | undefined {
  const letter = upper[at] ?? '';
  return LONE_ELEMENTS.has(letter) && !isLetter(upper[at - 1]) && !isLetter(upper[at + 1]) ? letter : undefined;
}

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** Splits a date and time format into its elements. Letters in double quotes are literal; elements in any case. */
export function formatPieces(format: string): readonly FormatPiece[] {
  const pieces: FormatPiece[] = [];
  const upper = format.toUpperCase();
  let literal = '';
  for (let at = 0; at < format.length; ) {
    if (format[at] === '"') {
      const end = format.indexOf('"', at + 1);
      literal += format.slice(at + 1, end < 0 ? format.length : end);
      at = end < 0 ? format.length : end + 1;
      continue;
    }
    const element = ELEMENTS.find((one) => upper.startsWith(one, at)) ?? loneElement(upper, at);
    if (element === undefined) {
      literal += format[at] ?? '';
      at += 1;
      continue;
    }
    if (literal !== '') pieces.push({ element: undefined, literal });
    literal = '';
    pieces.push({ element, literal: '' });
    at += element.length;
  }
  if (literal !== '') pieces.push({ element: undefined, literal });
  return pieces;
}

const two = (value: number) => String(value).padStart(2, '0');

/** The offset of what has no zone: its elements print nothing. */
export const NO_OFFSET = 9999;

function offsetText(offset: number, separator: string): string {
  if (offset === NO_OFFSET) return '';
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${separator}${two(size % 60)}`;
}

/**
 * Prints a wall clock time (nanoseconds since 1970-01-01 00:00 of that clock) by a Snowflake format.
 * `offset` is the zone's minutes ahead of UTC for the TZ elements.
 */
export function formatTimestamp(wall: bigint, format: string, offset: number): string {
  const { days, ofDay } = splitDay(wall);
  const { year, month, day } = civilOf(days);
  const seconds = Number(ofDay / 1_000_000_000n);
  const fraction = String(ofDay % 1_000_000_000n).padStart(9, '0');
  const hour = Math.floor(seconds / 3600);
  const print = (element: string): string => {
    switch (element) {
      case 'YYYY':
      case 'UUUU':
        return String(year).padStart(4, '0');
      case 'YY':
        return two(year % 100);
      case 'Y':
        return String(year % 100);
      case 'MMMM':
        return MONTHS[month - 1] ?? '';
      case 'MON':
        return (MONTHS[month - 1] ?? '').slice(0, 3);
      case 'MM':
        return two(month);
      case 'MO':
        return String(month);
      case 'DD':
        return two(day);
      case 'D':
        return String(day);
      case 'DY':
        return (WEEKDAYS[weekday(days)] ?? '').slice(0, 3);
      case 'HH24':
      case 'HH':
        return two(hour);
      case 'H24':
      case 'H':
        return String(hour);
      case 'H12':
        return String(hour % 12 === 0 ? 12 : hour % 12);
      case 'HH12':
        return two(hour % 12 === 0 ? 12 : hour % 12);
      case 'AM':
      case 'PM':
        return hour < 12 ? 'AM' : 'PM';
      case 'P':
        return hour < 12 ? 'A' : 'P';
      case 'MI':
        return two(Math.floor(seconds / 60) % 60);
      case 'ME':
        return String(Math.floor(seconds / 60) % 60);
      case 'SS':
        return two(seconds % 60);
      case 'S':
        return String(seconds % 60);
      case 'FF':
        return fraction;
      // Snowflake prints UTC as Z where hours and minutes stand together.
      case 'TZH:TZM':
        return offset === 0 ? 'Z' : offsetText(offset, ':');
      case 'TZHTZM':
        return offset === 0 ? 'Z' : offsetText(offset, '');
      case 'TZH':
        return offsetText(offset, '').slice(0, 3);
      case 'TZM':
        return offset === NO_OFFSET ? '' : two(Math.abs(offset) % 60);
      default:
        return fraction.slice(0, Number(element.slice(2)));
    }
  };
  return formatPieces(format)
    .map((piece) => (piece.element === undefined ? piece.literal : print(piece.element)))
    .join('');
}
