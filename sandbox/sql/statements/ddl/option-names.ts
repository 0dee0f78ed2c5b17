import type { TokenReader } from '../../reader.ts';

/** The names of the options that a place has; beside one whose value is a list of options, the names in that list. */
export type OptionNames = ReadonlyMap<string, OptionNames | null>;

/** Names without lists behind them, written with blanks between. */
export function optionNames(words: string): OptionNames {
  return new Map(words.split(/\s+/).map((word) => [word, null]));
}

/**
 * Looks through the `NAME = value` pairs that are next, and leaves the reader where it was. Throws SqlError 001003 at
 * the first name that Snowflake does not have there.
 */
export function checkOptionNames(reader: TokenReader, known: OptionNames): void {
  const start = reader.position;
  check(reader, known);
  reader.rewind(start);
}

function check(reader: TokenReader, known: OptionNames): void {
  for (;;) {
    reader.accept(',');
    const following = reader.peek(1);
    if (reader.peek().kind !== 'word' || following.kind !== 'symbol' || following.value !== '=') return;
    const inner = known.get(reader.peek().value);
    if (inner === undefined) throw reader.unexpected();
    reader.next();
    reader.next();
    if (!reader.at('(')) {
      reader.accept('-');
      reader.next();
      while (reader.accept('.')) reader.next();
      continue;
    }
    const open = reader.position;
    reader.parenthesised();
    const behind = reader.position;
    if (inner !== null) {
      reader.rewind(open + 1);
      check(reader, inner);
      reader.rewind(behind);
    }
  }
}
