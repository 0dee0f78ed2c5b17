import type { Cell__Output } from '../../proto/generated/snowpool/v1/Cell.ts';
import type { QueryColumn__Output } from '../../proto/generated/snowpool/v1/QueryColumn.ts';
import type { Format, Row } from './format.ts';

/** A JSON array of objects, one row a line. */
export function jsonFormat(columns: readonly QueryColumn__Output[]): Format {
  const object = objects(columns);
  let before = '[\n';
  return {
    rows(rows) {
      return rows
        .map((row) => {
          const text = before + object(row);
          before = ',\n';
          return text;
        })
        .join('');
    },
    end: () => (before === '[\n' ? '[]\n' : '\n]\n'),
  };
}

/** One JSON object a line. */
export function ndjsonFormat(columns: readonly QueryColumn__Output[]): Format {
  const object = objects(columns);
  return { rows: (rows) => rows.map((row) => `${object(row)}\n`).join(''), end: () => '' };
}

/** Writes rows as JSON objects, numbers digit for digit: JSON sets no limit to them, JavaScript's own writer would. */
function objects(columns: readonly QueryColumn__Output[]): (row: Row) => string {
  const keys = uniqueNames(columns).map((name) => JSON.stringify(name));
  return (row) => `{${columns.map((column, index) => `${keys[index]}:${value(column, row[index])}`).join(',')}}`;
}

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

function value(column: QueryColumn__Output, cell: Cell__Output | undefined): string {
  if (!cell || cell.null) return 'null';
  if (column.numeric && jsonNumber.test(cell.text)) return cell.text;
  if (column.json && isJson(cell.text)) return cell.text.replaceAll('\n', ' ');
  if (column.type === 'BOOLEAN' && /^(true|false)$/i.test(cell.text)) return cell.text.toLowerCase();
  return JSON.stringify(cell.text);
}

/** A VARIANT may also hold `undefined` or NaN, which JSON cannot say. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A result may have two columns of one name, an object has no two keys: the second is called `NAME_2`. */
function uniqueNames(columns: readonly QueryColumn__Output[]): string[] {
  const taken = new Set(columns.map((column) => column.name));
  const seen = new Set<string>();
  return columns.map(({ name }) => {
    let unique = name;
    for (let n = 2; seen.has(unique); n++) {
      const candidate = `${name}_${n}`;
      unique = taken.has(candidate) ? unique : candidate;
    }
    seen.add(unique);
    return unique;
  });
}
