import { unsupported } from '../errors.ts';
import { readJson, writeVariant } from '../types/variant-text.ts';

/**
 * A printed cell of type VARIANT, OBJECT or ARRAY as canonical text. Printed XML does not tell texts from numbers, so it
 * is refused: SqlError 000002.
 */
export function canonicalCell(cell: string): string {
  if (cell.startsWith('<')) throw unsupported('XML as a value of JavaScript procedures');
  return writeVariant(readJson(cell, true) ?? null);
}
