import { type Definition, define, raised, refusal } from './define.ts';
import { toPlaces } from './numbers.ts';

/** A numeric format in pieces. Source: docs, "SQL format models", numeric. */
interface NumberFormat {
  readonly before: string;
  readonly after: string;
  /** 'S', 'MI' or none, and where it stands. */
  readonly sign: 'leading S' | 'trailing S' | 'trailing MI' | 'leading MI' | 'auto';
  readonly isCurrency: boolean;
  readonly isBlankZero: boolean;
  readonly isHex: boolean;
  /** Prints a to f. */
  readonly isLowerHex: boolean;
  /** Letters of the exponent's element; 0 where there is none. */
  readonly exponent: number;
  readonly whole: string;
  readonly fraction: string | undefined;
  readonly fill: boolean;
  readonly textMinimal: 'TM' | 'TM9' | 'TME' | undefined;
}

/** Reads a format. Refuses elements and literals in places that the sandbox does not know. */
function parseFormat(format: string): NumberFormat {
  const literals = /^(?:"([^"]*)")?([\s\S]*?)(?:"([^"]*)")?$/.exec(format);
  const written = literals?.[2] ?? '';
  let core = written.toUpperCase();
  const fill = !core.startsWith('FM');
  core = core.replace(/^FM/, '');
  let sign: NumberFormat['sign'] = 'auto';
  if (core.startsWith('S')) sign = 'leading S';
  else if (core.startsWith('MI')) sign = 'leading MI';
  else if (core.endsWith('MI')) sign = 'trailing MI';
  else if (core.endsWith('S')) sign = 'trailing S';
  core = core.replace(/^(S|MI)/, '').replace(/(S|MI)$/, '');
  const minimal = /^(TM9|TME|TM)$/.exec(core)?.[1];
  const exponent = minimal ? 0 : (/E{2,7}$/.exec(core)?.[0].length ?? 0);
  const isCurrency = core.includes('$');
  const isBlankZero = core.includes('B');
  const digits = core.replace(/E{2,7}$/, '').replace(/[$B]/g, '');
  const [whole = '', fraction] = minimal ? [''] : digits.split(/[.D]/);
  const isKnown = /^[09X,G]*(?:[.D][09]*)?$/.test(digits) && (core.match(/[$B]/g) ?? []).length <= 2;
  if (!(minimal || (isKnown && digits !== '')) || (minimal && isCurrency)) {
    throw refusal(`the number format '${format}'`);
  }
  return {
    before: literals?.[1] ?? '',
    after: literals?.[3] ?? '',
    sign,
    isCurrency,
    isBlankZero,
    isHex: /X/.test(core),
    isLowerHex: /x/.test(written),
    exponent,
    whole,
    fraction,
    fill,
    textMinimal: minimal as NumberFormat['textMinimal'],
  };
}

/** Shortest scientific notation of a decimal: digits without trailing zeros and an exponent. */
function scientific(text: string): string {
  const [, sign = '', digits = ''] = /^(-?)(.*)$/.exec(text) ?? [];
  const [whole = '0', part = ''] = digits.split('.');
  const all = (whole + part).replace(/^0+/, '');
  if (all === '') return '0E0';
  const exponent =
    whole.replace(/^0+/, '').length > 0
      ? whole.replace(/^0+/, '').length - 1
      : -(/^0*/.exec(part)?.[0].length ?? 0) - 1;
  const kept = all.replace(/0+$/, '');
  return `${sign}${kept[0]}${kept.length > 1 ? `.${kept.slice(1)}` : ''}E${exponent}`;
}

function hex(text: string, format: NumberFormat): string {
  const shown = upperHex(text, format);
  return format.isLowerHex ? shown.toLowerCase() : shown;
}

function upperHex(text: string, format: NumberFormat): string {
  const value = BigInt(toPlaces(text, 0, 'away'));
  const digits = format.whole.replace(/[^0X]/g, '').length;
  const size = 16n ** BigInt(digits);
  if (format.sign === 'leading S') {
    const shown = (value < 0n ? -value : value).toString(16).toUpperCase().padStart(digits, '0');
    return `${value < 0n ? '-' : '+'}${shown.length > digits ? '#'.repeat(digits) : shown}`;
  }
  const wrapped = (value < 0n ? value + size : value).toString(16).toUpperCase();
  const padded = format.whole.startsWith('0') ? wrapped.padStart(digits, '0') : wrapped.padStart(digits, ' ');
  return padded.length > digits ? '#'.repeat(digits) : padded;
}

/** Digits laid into the whole part's places: 9 hides leading zeros, 0 shows them, commas stand between digits. */
function layWhole(digits: string, places: string): string | undefined {
  const slots = places.replace(/[,G]/g, '').length;
  if (digits.length > slots) return undefined;
  const padded = digits.padStart(slots, ' ');
  const firstZero = places.replace(/[,G]/g, '').indexOf('0');
  let at = 0;
  let shown = '';
  let hasDigit = false;
  for (const place of places) {
    if (place === ',' || place === 'G') {
      shown += hasDigit ? ',' : ' ';
      continue;
    }
    const digit = padded[at] ?? ' ';
    const isShown = digit !== ' ' || (firstZero >= 0 && at >= firstZero);
    shown += isShown ? (digit === ' ' ? '0' : digit) : ' ';
    hasDigit ||= isShown;
    at += 1;
  }
  return shown;
}

/** Digits behind the point: 9 hides trailing zeros, 0 shows them. */
function layFraction(digits: string, places: string): string {
  const kept = Math.max(digits.replace(/0+$/, '').length, places.lastIndexOf('0') + 1);
  return digits.slice(0, kept).padEnd(kept, '0').padEnd(places.length, ' ');
}

/** Prints a decimal by a format. Digits that do not fit become `#`. */
export function numberText(text: string, pattern: string): string {
  const format = parseFormat(pattern);
  const wrap = (shown: string) => `${format.before}${format.fill ? shown : shown.trim()}${format.after}`;
  if (format.textMinimal) {
    if (format.sign !== 'auto') throw refusal(`the number format '${pattern}'`);
    return wrap(format.textMinimal === 'TME' ? scientific(text) : text.replace(/^(-?)\./, '$10.'));
  }
  if (format.isHex) return wrap(hex(text, format));
  // How wide an exponent is padded is not told.
  if (format.exponent > 0) throw refusal(`the number format '${pattern}'`);
  const places = format.fraction?.replace(/[^09]/g, '').length ?? 0;
  const plain = /e/i.test(text) ? Number(text).toFixed(places) : text;
  const rounded = toPlaces(plain, places, 'away');
  const isNegative = rounded.startsWith('-') && /[1-9]/.test(rounded);
  const [whole = '0', part = ''] = rounded.replace('-', '').split('.');
  const significant = whole.replace(/^0+/, '');
  // A lone zero before the point shows unless B asks for blanks.
  const hasLone = significant === '' && !format.isBlankZero && format.whole !== '';
  const laid = layWhole(hasLone ? '0' : significant, format.whole);
  const fits = laid !== undefined;
  let number = fits ? laid : format.whole.replace(/[09]/g, '#').replace(/G/g, ',');
  if (format.fraction !== undefined) {
    number += `.${fits ? layFraction(part, format.fraction) : '#'.repeat(places)}`;
  }
  return wrap(signed(number, isNegative, format));
}

/** Puts the sign and the currency before the first digit. */
function signed(number: string, isNegative: boolean, format: NumberFormat): string {
  const blanks = /^ */.exec(number)?.[0] ?? '';
  const digits = `${format.isCurrency ? '$' : ''}${number.slice(blanks.length)}`;
  switch (format.sign) {
    case 'leading S':
      return `${blanks}${isNegative ? '-' : '+'}${digits}`;
    case 'trailing S':
      return `${blanks}${digits}${isNegative ? '-' : '+'}`;
    case 'trailing MI':
      return `${blanks}${digits}${isNegative ? '-' : ' '}`;
    case 'leading MI':
      return `${isNegative ? '-' : ' '}${blanks}${digits}`;
    default:
      return `${blanks}${isNegative ? '-' : ' '}${digits}`;
  }
}

/**
 * Reads a number that was printed by one of a format's alternatives; undefined where it fits none. Source: docs, "SQL format
 * models", parsing in lax mode.
 */
export function numberOfText(text: string, pattern: string): string | undefined {
  for (const one of pattern.split('|')) {
    const found = numberBy(text.trim(), parseFormat(one.trim().toUpperCase() === 'AUTO' ? 'TM' : one));
    if (found !== undefined) return found;
  }
  return undefined;
}

function numberBy(text: string, format: NumberFormat): string | undefined {
  const isTrailing = format.sign.startsWith('trailing');
  const [, before = '', unsigned = '', behind = ''] = /^([+-]?)\s*(.*?)\s*([+-]?)$/.exec(text) ?? [];
  if ((before !== '' && (isTrailing || behind !== '')) || (behind !== '' && !isTrailing)) return undefined;
  const minus = before === '-' || behind === '-' ? '-' : '';
  const source = format.isCurrency ? unsigned.replace(/^\$\s*/, '') : unsigned;
  if (format.isHex) {
    const width = format.whole.replace(/[^0X]/g, '').length;
    const isHex = /^[0-9a-f]+$/i.test(source) && source.replace(/^0+/, '').length <= width;
    return isHex ? `${minus}${BigInt(`0x${source}`)}` : undefined;
  }
  const mantissa = '(?:\\d+\\.?\\d*|\\.\\d+)';
  const is = (shape: string) => new RegExp(`^${shape}$`, 'i').test(source);
  const scientific_ = `${mantissa}e[+-]?\\d+`;
  if (format.textMinimal) {
    const fits =
      format.textMinimal === 'TM9' ? is(mantissa) : is(scientific_) || (format.textMinimal === 'TM' && is(mantissa));
    return fits ? minus + source : undefined;
  }
  if (format.exponent > 0) return is(scientific_) || is(mantissa) ? minus + source : undefined;
  const [whole = '', part = '', ...more] = source.split('.');
  if (more.length > 0 || !fitsWhole(whole, format.whole) || !fitsFraction(part, format.fraction ?? ''))
    return undefined;
  return is('[\\d,]*\\.?\\d*') && /\d/.test(source) ? minus + source.replaceAll(',', '') : undefined;
}

/** Whether digits have places: at most so many, those of zeros filled, and commas, where there are any, as in the format. */
function fitsWhole(digits: string, places: string): boolean {
  const slots = places.replace(/[,G]/g, '');
  const plain = digits.replaceAll(',', '');
  const firstZero = slots.indexOf('0');
  if (plain.replace(/^0+/, '').length > slots.length) return false;
  if (firstZero >= 0 && plain.length < slots.length - firstZero) return false;
  const groups = (text: string) => text.split(/[,G]/).reverse();
  const wanted = groups(places);
  return (
    !digits.includes(',') ||
    groups(digits).every((group, index, all) => {
      const isFirst = index === all.length - 1;
      const size = wanted[index]?.length ?? -1;
      return isFirst ? group.length <= size : group.length === size;
    })
  );
}

const fitsFraction = (digits: string, places: string): boolean =>
  digits.length <= places.length && digits.length >= places.lastIndexOf('0') + 1;

/** TO_CHAR and TO_NUMBER with numeric formats. */
export const numberFormatFunctions: readonly Definition[] = [
  define('sf_number_text', ['text', 'text'], 'text', numberText),
  define('sf_number_of', ['text', 'text'], 'text', (text, format) => {
    const found = numberOfText(text, format);
    if (found === undefined) throw raised('100140', '22007', `Can't parse '${text}' as number with format '${format}'`);
    return found;
  }),
  define('sf_try_number_of', ['text', 'text'], 'text', (text, format) => numberOfText(text, format) ?? null),
];
