/** How names and texts are written into the statements that this layer composes itself (alignment, read-back). */

/** A stored name as a quoted identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal. Snowflake reads backslashes in single-quoted constants as escapes (docs "String & binary data types"). */
export function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** True where a name needs no quotes and folds to itself, so that it can stand behind `$`. */
export function isPlainName(name: string): boolean {
  return /^[A-Z_][A-Z0-9_$]*$/.test(name);
}
