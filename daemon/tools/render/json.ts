import type { PageView } from './page-view.ts';
import { isJson, isNumeric } from './values.ts';

/**
 * A page as a JSON array with one object a row. Numbers stand as JSON numbers where every reader gets back the same
 * digits, else as text; VARIANT, OBJECT and ARRAY as the JSON that Snowflake sent. A column name that comes again gets
 * `_2`, `_3`, ... so that no value hides another.
 */
export function jsonTable(view: Pick<PageView, 'columns' | 'rows'>): string {
  const keys = uniqueNames(view.columns.map((column) => column.name)).map((name) => JSON.stringify(name));
  const rows = view.rows.map((row) => {
    const members = view.columns.map((column, at) => `${keys[at]}: ${jsonValue(row[at] ?? null, column.wireType)}`);
    return `  {${members.join(', ')}}`;
  });
  return rows.length === 0 ? '[]' : `[\n${rows.join(',\n')}\n]`;
}

function jsonValue(text: string | null, type: string): string {
  if (text === null) return 'null';
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text;
  if (isNumeric(type) && survivesDouble(text)) return text;
  if (isJson(type) && isJsonText(text)) return text.replace(/\s*\n\s*/g, ' ');
  return JSON.stringify(text);
}

/** True where text is a JSON number whose digits a reader that keeps doubles gives back. */
function survivesDouble(text: string): boolean {
  if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text)) return false;
  const significant = text
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '');
  const size = Math.abs(Number(text));
  // IEEE 754: a decimal of 15 significant digits survives, where it is neither too large nor too close to zero.
  return significant === '' || (significant.length <= 15 && size < Number.POSITIVE_INFINITY && size > 2.3e-308);
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // `undefined`, NaN and text that was shortened are no JSON: they are shown as text.
    return false;
  }
}

function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    if (!seen.has(name)) {
      seen.add(name);
      return name;
    }
    let count = 2;
    while (taken.has(`${name}_${count}`)) count += 1;
    const fresh = `${name}_${count}`;
    taken.add(fresh);
    return fresh;
  });
}
