import { Finder, type Names } from './find.ts';

/** The schema under which a column's own sequence stands in its default. */
export const IDENTITY = '$IDENTITY';

/** The DuckDB expression that advances a sequence. Throws SqlError 002003 where there is none. */
export function nextValue(names: Names, parts: readonly string[]): string {
  const [first, second] = parts;
  if (parts.length === 2 && first === IDENTITY && /^s\d+$/.test(second ?? '')) return `nextval('${second}')`;
  const sequence = new Finder(names, 'SELECT').object(parts, 'Sequence', (schema) => schema.sequences);
  return `nextval('${sequence.duckName}')`;
}
