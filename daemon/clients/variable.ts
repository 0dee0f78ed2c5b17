/** A session variable's value, exact and typed, as the account reported it, and the literal that sets it again elsewhere. */
import type { DriverColumn, RawCell } from '../pool/driver.ts';
import { quoteText } from './quoting.ts';

/** `type` is the wire's; `value` the raw cell (PROTOCOL §4.1). */
export interface Variable {
  readonly type: string;
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
  /** Characters for text, bytes for binary. */
  readonly length?: number | undefined;
  readonly value: string | null;
}

const replayable = new Set([
  'fixed',
  'real',
  'text',
  'boolean',
  'date',
  'time',
  'timestamp_ntz',
  'timestamp_ltz',
  'timestamp_tz',
  'binary',
  'variant',
  'object',
  'array',
]);

/** The variable that a cell of `SELECT $name` shows; undefined where its type cannot be written as a literal. */
export function variableOf(column: DriverColumn, cell: RawCell): Variable | undefined {
  if (!replayable.has(column.type)) return undefined;
  const { type, precision, scale, length } = column;
  return { type, precision, scale, length, value: cell };
}

/** True where the variable can be set on another session. */
export function isReplayable(variable: Variable): boolean {
  try {
    return replayable.has(variable.type) && literalOf(variable) !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * The expression that yields the same value in the same type on another session, whatever formats that session has set.
 * Throws RangeError for a wire value that is none of its type.
 */
export function literalOf(variable: Variable): string {
  const { value } = variable;
  if (value === null) return `CAST(NULL AS ${typeText(variable)})`;
  switch (variable.type) {
    case 'fixed':
      return fixedLiteral(variable, value);
    case 'real':
      return `CAST(${quoteText(value)} AS FLOAT)`;
    case 'text':
      return textLiteral(variable, value);
    case 'boolean':
      return value === '1' || value.toLowerCase() === 'true' ? 'TRUE' : 'FALSE';
    case 'binary':
      return `TO_BINARY(${quoteText(value)}, 'HEX')`;
    case 'date':
      return `TO_DATE(${quoteText(dayText(wholeNumber(value)))}, 'YYYY-MM-DD')`;
    case 'time':
      return narrowed(variable, `TO_TIME(${quoteText(clockText(nanosOf(value)))}, 'HH24:MI:SS.FF9')`);
    case 'timestamp_ntz':
    case 'timestamp_ltz':
      return narrowed(variable, `TO_${variable.type.toUpperCase()}(${nanosOf(value)}, 9)`);
    case 'timestamp_tz':
      return narrowed(variable, zonedLiteral(value));
    case 'variant':
    case 'object':
    case 'array':
      return `CAST(PARSE_JSON(${quoteText(value)}) AS ${variable.type.toUpperCase()})`;
    default:
      throw new RangeError(`no literal for a value of type ${variable.type}`);
  }
}

function typeText({ type, precision, scale, length }: Variable): string {
  if (type === 'fixed') return `NUMBER(${precision ?? 38}, ${scale ?? 0})`;
  if (type === 'real') return 'FLOAT';
  if (type === 'text') return length === undefined ? 'VARCHAR' : `VARCHAR(${length})`;
  if (type === 'time' || type.startsWith('timestamp')) return `${type.toUpperCase()}(${scale ?? 9})`;
  return type.toUpperCase();
}

/** A constant has the fewest digits that hold it (docs "Numeric data types"); where the variable has more, a cast says so. */
function fixedLiteral(variable: Variable, value: string): string {
  if (!/^-?\d+(\.\d+)?$/.test(value)) throw new RangeError('a number that is none');
  const digits = value
    .replace(/^-/, '')
    .replace('.', '')
    .replace(/^0+(?=\d)/, '').length;
  const scale = value.split('.')[1]?.length ?? 0;
  const isNatural =
    (variable.precision === undefined || variable.precision === Math.max(digits, scale)) &&
    (variable.scale ?? 0) === scale;
  return isNatural ? value : `CAST(${value} AS ${typeText(variable)})`;
}

function textLiteral(variable: Variable, value: string): string {
  const isNatural = variable.length === undefined || variable.length === Math.max(1, [...value].length);
  return isNatural ? quoteText(value) : `CAST(${quoteText(value)} AS ${typeText(variable)})`;
}

function narrowed(variable: Variable, expression: string): string {
  return (variable.scale ?? 9) === 9 ? expression : `CAST(${expression} AS ${typeText(variable)})`;
}

function wholeNumber(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new RangeError('a whole number that is none');
  return Number(text);
}

/** `-0.500000000` seconds as nanoseconds. */
function nanosOf(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(text);
  if (!match) throw new RangeError('a time that is none');
  const [, sign, seconds = '0', fraction = ''] = match;
  const nanos = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  return sign === '-' ? -nanos : nanos;
}

function dayText(day: number): string {
  const date = new Date(day * 86_400_000);
  const year = String(date.getUTCFullYear()).padStart(4, '0');
  return `${year}-${String(date.getUTCMonth() + 1).padStart(2, '0')}-${String(date.getUTCDate()).padStart(2, '0')}`;
}

function clockText(nanos: bigint): string {
  const part = (unit: bigint, modulus: bigint, width: number) => String((nanos / unit) % modulus).padStart(width, '0');
  const second = 1_000_000_000n;
  return `${part(3600n * second, 24n, 2)}:${part(60n * second, 60n, 2)}:${part(second, 60n, 2)}.${part(1n, second, 9)}`;
}

/** `"<epoch seconds> <offset in minutes + 1440>"`: the local time of that offset, and the offset. */
function zonedLiteral(value: string): string {
  const [instant = '', shifted = ''] = value.split(' ');
  const offset = wholeNumber(shifted) - 1440;
  const local = nanosOf(instant) + BigInt(offset) * 60_000_000_000n;
  const nanosPerDay = 86_400_000_000_000n;
  const inDay = ((local % nanosPerDay) + nanosPerDay) % nanosPerDay;
  const day = Number((local - inDay) / nanosPerDay);
  const sign = offset < 0 ? '-' : '+';
  const hours = String(Math.trunc(Math.abs(offset) / 60)).padStart(2, '0');
  const minutes = String(Math.abs(offset) % 60).padStart(2, '0');
  const text = `${dayText(day)} ${clockText(inDay)} ${sign}${hours}:${minutes}`;
  return `TO_TIMESTAMP_TZ(${quoteText(text)}, 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM')`;
}
