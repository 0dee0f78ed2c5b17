import { type Definition, define, raised } from './define.ts';
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
  readonly exponent: number;
  readonly whole: string;
  readonly fraction: string | undefined;
  readonly fill: boolean;
  readonly textMinimal: 'TM' | 'TM9' | 'TME' | undefined;
}

function parseFormat(format: string): NumberFormat {
  const literals = /^(?:"([^"]*)")?([\s\S]*?)(?:"([^"]*)")?$/.exec(format);
  let core = (literals?.[2] ?? '').toUpperCase();
  const fill = !core.startsWith('FM');
  core = core.replace(/^FM/, '');
  const minimal = /^(TM9|TME|TM)$/.exec(core.replace(/^S/, ''))?.[1];
  let sign: NumberFormat['sign'] = 'auto';
  if (core.startsWith('S')) sign = 'leading S';
  else if (core.startsWith('MI')) sign = 'leading MI';
  else if (core.endsWith('MI')) sign = 'trailing MI';
  else if (core.endsWith('S')) sign = 'trailing S';
  core = core.replace(/^(S|MI)/, '').replace(/(S|MI)$/, '');
  const exponent = /E{4,5}$|E$/.exec(core)?.[0].length ?? 0;
  core = core.replace(/E+$/, '');
  const isCurrency = core.includes('$');
  const isBlankZero = core.includes('B');
  core = core.replace(/[$B]/g, '');
  const [whole = '', fraction] = core.split(/[.D]/);
  return {
    before: literals?.[1] ?? '',
    after: literals?.[3] ?? '',
    sign,
    isCurrency,
    isBlankZero,
    isHex: /X/.test(core),
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

function exponential(text: string, format: NumberFormat): string {
  const value = Number(text);
  const places = format.fraction?.length ?? 0;
  const [mantissa = '', power = '0'] = Math.abs(value).toExponential(places).split('e');
  const digits = power.replace(/[+-]/, '').padStart(Math.max(format.exponent - 3, 1), '0');
  const sign = value < 0 ? '-' : format.sign === 'leading S' ? '+' : ' ';
  return `${sign}${mantissa}E${power.startsWith('-') ? '-' : '+'}${digits}`;
}

/** Prints a decimal by a format. Digits that do not fit become `#`. */
export function numberText(text: string, pattern: string): string {
  const format = parseFormat(pattern);
  const wrap = (shown: string) => `${format.before}${format.fill ? shown : shown.trim()}${format.after}`;
  if (format.textMinimal === 'TME') return wrap(scientific(text));
  if (format.textMinimal) return wrap(text.replace(/^(-?)\./, '$10.'));
  if (format.isHex) return wrap(hex(text, format));
  if (format.exponent > 0) return wrap(exponential(text, format));
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
    number += `.${fits ? part.padEnd(places, '0') : '#'.repeat(places)}`;
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
    default:
      return `${blanks}${isNegative ? '-' : ' '}${digits}`;
  }
}

/** Reads a number that was printed by a format; undefined where it does not fit. */
export function numberOfText(text: string, pattern: string): string | undefined {
  const format = parseFormat(pattern);
  let source = text.trim();
  if (format.isHex) {
    return /^[+-]?[0-9a-f]+$/i.test(source)
      ? String(BigInt(`0x${source.replace(/^[+-]/, '')}`) * (source.startsWith('-') ? -1n : 1n))
      : undefined;
  }
  let isNegative = false;
  const sign = /^[+-]|[+-]$/.exec(source)?.[0];
  if (sign) {
    isNegative = sign === '-';
    source = source.replace(/^[+-]|[+-]$/, '');
  }
  source = source.trim();
  if (format.isCurrency) source = source.replace(/^\$/, '');
  if (/[,G]/.test(format.whole)) source = source.replaceAll(',', '');
  if (/^[+-]/.test(source)) {
    isNegative = source.startsWith('-');
    source = source.slice(1);
  }
  if (format.exponent > 0 ? !/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(source) : !/^(\d+\.?\d*|\.\d+)$/.test(source))
    return undefined;
  if (!format.textMinimal && format.exponent === 0) {
    const [whole = '', part = ''] = source.split('.');
    const slots = format.whole.replace(/[^09]/g, '').length;
    if (whole.replace(/^0+/, '').length > slots) return undefined;
    if (part.length > (format.fraction?.length ?? 0)) return undefined;
  }
  return `${isNegative ? '-' : ''}${source}`;
}

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
