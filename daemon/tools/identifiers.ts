/** Names from outside become SQL here and nowhere else: identifiers and string literals are quoted, never pasted. */
import { SnowpoolError } from '../errors.ts';

/** Snowflake's limit for an identifier. */
const longestIdentifier = 255;

/**
 * The name as Snowflake stores it, from a name as people and models write it: a plain one (`orders`) folds to upper case
 * as it would in SQL; one in double quotes stands for exactly what is between them; any other is taken as it is.
 * Throws SnowpoolError invalid_argument for an empty one, one that is too long, or one with a NUL.
 */
export function storedName(text: string, argument: string): string {
  const quoted = /^"((?:[^"]|"")*)"$/s.exec(text);
  const name = quoted?.[1] !== undefined ? quoted[1].replaceAll('""', '"') : isPlain(text) ? text.toUpperCase() : text;
  if (name === '') throw new SnowpoolError('invalid_argument', `${argument} is empty: it must be a name.`);
  if ([...name].length > longestIdentifier) {
    throw new SnowpoolError(
      'invalid_argument',
      `${argument} has ${[...name].length} characters: Snowflake allows ${longestIdentifier}.`,
    );
  }
  if (name.includes('\0'))
    throw new SnowpoolError('invalid_argument', `${argument} contains a NUL character, which no name can.`);
  return name;
}

/** Whether Snowflake could have an object of that name. */
export function canBeName(stored: string): boolean {
  return stored !== '' && [...stored].length <= longestIdentifier && !stored.includes('\0');
}

/** A stored name as SQL: always in quotes, with quotes inside doubled. */
export function quoteIdentifier(stored: string): string {
  return `"${stored.replaceAll('"', '""')}"`;
}

/** Stored names as one qualified SQL name. */
export function qualified(...stored: readonly string[]): string {
  return stored.map(quoteIdentifier).join('.');
}

/** A stored name as one would type it: quoted only where it must be. */
export function readableName(...stored: readonly string[]): string {
  return stored.map((name) => (/^[A-Z_][A-Z0-9_$]*$/.test(name) ? name : quoteIdentifier(name))).join('.');
}

/** Text as a SQL string literal. */
export function stringLiteral(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/**
 * A LIKE pattern (for SHOW, without regard to case) that matches at least this name: characters that a pattern could
 * take otherwise become `_`, so whoever uses it compares the names that come back.
 */
export function likePatternFor(stored: string): string {
  return stored.replace(/[%\\]/g, '_');
}

function isPlain(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_$]*$/.test(text);
}
