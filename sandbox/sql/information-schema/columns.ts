import type { ResultColumn } from '../../engine.ts';
import { booleanColumn, numberColumn, textColumn, timeColumn } from '../results.ts';

/** Columns of a metadata view in one line: `NAME ROWS:n CREATED:t`; n is a number, t a time, b a boolean, else text. */
export function metadataColumns(line: string): readonly ResultColumn[] {
  return line
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [name = '', kind] = word.split(':');
      if (kind === 'n') return numberColumn(name);
      if (kind === 't') return timeColumn(name);
      if (kind === 'b') return booleanColumn(name);
      return textColumn(name);
    });
}
