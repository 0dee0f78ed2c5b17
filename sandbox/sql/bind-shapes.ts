import type { Bind } from '../engine.ts';

/** Shapes in which drivers send bound values (PROTOCOL §6), by type. Types that are missing here are sent as any text. */
const SHAPES: Readonly<Record<string, RegExp>> = {
  FIXED: /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/,
  REAL: /^-?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|nan|inf|infinity)$/i,
  BOOLEAN: /^(?:0|1|true|false)$/i,
  BINARY: /^(?:[0-9a-f]{2})*$/i,
  // Milliseconds.
  DATE: /^-?\d{1,17}$/,
  // Nanoseconds: of a day, since the epoch, and with the offset in minutes, 1440 more.
  TIME: /^\d{1,14}$/,
  TIMESTAMP_NTZ: /^-?\d{1,28}$/,
  TIMESTAMP_LTZ: /^-?\d{1,28}$/,
  TIMESTAMP_TZ: /^-?\d{1,28}(?: \d{1,4})?$/,
};

const NANOS_OF_A_DAY = 86_400_000_000_000;

/** Whether a bound text has the shape that drivers send for its type; what has not is text, to be converted as text is. */
export function isWellFormed(type: string, value: string): boolean {
  const kind = type.toUpperCase();
  if (kind === 'TIME' && Number(value) >= NANOS_OF_A_DAY) return false;
  return SHAPES[kind]?.test(value) ?? true;
}

/** The bind of a number or of a name, whose case does not count. */
export function bindAt(binds: ReadonlyMap<string, Bind>, place: string): Bind | undefined {
  const exact = binds.get(place);
  if (exact) return exact;
  return [...binds].find(([name]) => name.toUpperCase() === place.toUpperCase())?.[1];
}
