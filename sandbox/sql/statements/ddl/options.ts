import type { ParameterValue } from '../../parameters.ts';
import type { TokenReader } from '../../reader.ts';
import { parameterLiteral } from '../alter-session.ts';

/**
 * `NAME = value` pairs, with or without commas between them, as far as they go; a value in parentheses is kept as text.
 * Names are folded; `COPY GRANTS` and the like are for the caller.
 */
export function readOptions(reader: TokenReader): Map<string, ParameterValue> {
  const options = new Map<string, ParameterValue>();
  for (;;) {
    reader.accept(',');
    const token = reader.peek();
    const following = reader.peek(1);
    if (token.kind !== 'word' || following.kind !== 'symbol' || following.value !== '=') return options;
    reader.next();
    reader.next();
    if (reader.at('(')) options.set(token.value, reader.slice(reader.parenthesised()));
    else options.set(token.value, parameterLiteral(reader));
  }
}

/** The option's text, or the fallback. */
export function textOption(options: ReadonlyMap<string, ParameterValue>, name: string, fallback = ''): string {
  const value = options.get(name);
  return value === undefined ? fallback : String(value);
}

export function numberOption(options: ReadonlyMap<string, ParameterValue>, name: string): number | undefined {
  const value = options.get(name);
  return value === undefined ? undefined : Number(value);
}

export function flagOption(options: ReadonlyMap<string, ParameterValue>, name: string): boolean | undefined {
  const value = options.get(name);
  return value === undefined ? undefined : String(value).toUpperCase() === 'TRUE';
}
