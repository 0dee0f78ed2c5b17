import { type Definition, define, raised } from './define.ts';

/** A decimal's text as its digits and scale. */
function digitsOf(text: string): { digits: bigint; scale: number } {
  const point = text.indexOf('.');
  if (point < 0) return { digits: BigInt(text), scale: 0 };
  return { digits: BigInt(text.replace('.', '')), scale: text.length - point - 1 };
}

function textOf(digits: bigint, scale: number): string {
  if (scale <= 0) return String(digits * 10n ** BigInt(-scale));
  const isNegative = digits < 0n;
  const all = String(isNegative ? -digits : digits).padStart(scale + 1, '0');
  return `${isNegative ? '-' : ''}${all.slice(0, -scale)}.${all.slice(-scale)}`;
}

type Rounding = 'away' | 'even' | 'cut' | 'up' | 'down';

/** Divides by a positive divisor with a way of rounding. */
export function divide(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const whole = dividend / divisor;
  const rest = dividend % divisor;
  if (rest === 0n) return whole;
  const away = dividend < 0n ? -1n : 1n;
  switch (rounding) {
    case 'cut':
      return whole;
    case 'up':
      return dividend > 0n ? whole + 1n : whole;
    case 'down':
      return dividend < 0n ? whole - 1n : whole;
    default: {
      const twice = 2n * (rest < 0n ? -rest : rest);
      if (twice > divisor) return whole + away;
      if (twice < divisor) return whole;
      return rounding === 'away' || whole % 2n !== 0n ? whole + away : whole;
    }
  }
}

/** A decimal's text at another number of places; negative ones count left of the point. */
export function toPlaces(text: string, places: number, rounding: Rounding): string {
  const { digits, scale } = digitsOf(text);
  if (places >= scale) return text;
  const cut = divide(digits, 10n ** BigInt(scale - places), rounding);
  return textOf(cut, places);
}

function places(name: string, rounding: Rounding): Definition {
  return define(name, ['text', 'bigint'], 'text', (text, count) => toPlaces(text, Number(count), rounding));
}

/** Exact arithmetic where DuckDB's 128-bit integers are too short, and rounding to places that differ by row. */
export const numberFunctions: readonly Definition[] = [
  define('sf_div_big', ['text', 'text', 'text'], 'text', (dividend, divisor, factor) => {
    const by = BigInt(divisor);
    const scaled = BigInt(dividend) * BigInt(factor) * (by < 0n ? -1n : 1n);
    const quotient = divide(scaled, by < 0n ? -by : by, 'away');
    if (String(quotient).replace('-', '').length > 38) throw outOfRange(String(quotient));
    return String(quotient);
  }),
  define('sf_mul_big', ['text', 'text', 'integer'], 'text', (a, b, scale) => {
    const [left, right] = [digitsOf(a), digitsOf(b)];
    const exact = left.digits * right.digits;
    const total = left.scale + right.scale;
    const digits = total > scale ? divide(exact, 10n ** BigInt(total - scale), 'away') : exact;
    if (String(digits).replace('-', '').length > 38) throw outOfRange(textOf(digits, Math.min(scale, total)));
    return textOf(digits, Math.min(scale, total));
  }),
  // DuckDB's cbrt(27) is 3.0000000000000004.
  define('sf_cbrt', ['double'], 'double', Math.cbrt),
  places('sf_round_places', 'away'),
  places('sf_even_places', 'even'),
  places('sf_trunc_places', 'cut'),
  places('sf_ceil_places', 'up'),
  places('sf_floor_places', 'down'),
];

function outOfRange(value: string): Error {
  return raised(
    '100046',
    '22003',
    `Number out of representable range: type FIXED[SB16](38,0){nullable}, value ${value}`,
  );
}
