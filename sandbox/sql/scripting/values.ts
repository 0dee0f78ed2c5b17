import type { SnowflakeType } from '../contract.ts';
import type { Value } from '../evaluate.ts';
import { tokenize } from '../lexer.ts';
import { isSymbol } from '../reader.ts';

export type Variables = ReadonlyMap<string, Value>;

/** An expression of Snowflake's that has this value and type. */
export function literalOf({ value, type }: Value): string {
  const name = typeWord(type);
  if (value === null) return `CAST(NULL AS ${name})`;
  const text = `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  switch (type.type) {
    case 'fixed':
      return value.startsWith('-') ? `(${value})` : value;
    case 'boolean':
      return value === '1' || value.toLowerCase() === 'true' ? 'TRUE' : 'FALSE';
    case 'text':
      return text;
    case 'date':
      return `DATEADD(day, ${value}, DATE '1970-01-01')`;
    case 'timestamp_ntz':
      return `TO_TIMESTAMP_NTZ(${nanos(value)}, 9)`;
    case 'timestamp_ltz':
      return `TO_TIMESTAMP_LTZ(${nanos(value)}, 9)`;
    case 'timestamp_tz':
      return `CAST(TO_TIMESTAMP_LTZ(${nanos(value.split(' ')[0] ?? '0')}, 9) AS TIMESTAMP_TZ)`;
    case 'variant':
    case 'object':
    case 'array':
      return `PARSE_JSON(${text})`;
    default:
      return `CAST(${text} AS ${name})`;
  }
}

function typeWord(type: SnowflakeType): string {
  if (type.type === 'fixed') return `NUMBER(${type.precision ?? 38},${type.scale ?? 0})`;
  if (type.type === 'real') return 'FLOAT';
  if (type.type === 'text') return 'VARCHAR';
  return type.type.toUpperCase();
}

function nanos(seconds: string): string {
  const [whole = '0', fraction = ''] = seconds.split('.');
  return `${whole}${fraction.padEnd(9, '0')}`;
}

/** Puts values for `:name` into a SQL statement; `column:path` and `::type` stay. */
export function bindNames(text: string, variables: Variables): string {
  const tokens = tokenize(text);
  let out = '';
  let at = 0;
  tokens.forEach((token, index) => {
    const name = tokens[index + 1];
    if (!isSymbol(token, ':') || !name || (name.kind !== 'word' && name.kind !== 'quoted')) return;
    const before = tokens[index - 1];
    // A colon right behind a name is a path into a variant; one with a blank before it is a variable.
    const isPath =
      before !== undefined &&
      before.end === token.start &&
      !isSymbol(before, '(') &&
      !isSymbol(before, ',') &&
      before.kind !== 'symbol';
    const variable = variables.get(name.value);
    if (isPath || !variable || name.start !== token.end) return;
    out += text.slice(at, token.start) + literalOf(variable);
    at = name.end;
  });
  return out + text.slice(at);
}

/** Puts values for bare names into an expression, except where a name is a function's, a column's or behind a dot. */
export function bindExpression(text: string, variables: Variables): string {
  const tokens = tokenize(bindNames(text, variables));
  const source = bindNames(text, variables);
  let out = '';
  let at = 0;
  tokens.forEach((token, index) => {
    if (token.kind !== 'word' && token.kind !== 'quoted') return;
    const variable = variables.get(token.value);
    const before = tokens[index - 1];
    const after = tokens[index + 1];
    if (!variable || isSymbol(before, '.') || isSymbol(before, ':') || isSymbol(before, '::') || isSymbol(after, '('))
      return;
    if (isSymbol(after, '.')) return;
    out += source.slice(at, token.start) + literalOf(variable);
    at = token.end;
  });
  return out + source.slice(at);
}

/** Puts values for the fields of rows (`rec.column`) into a text. */
export function bindFields(text: string, rows: ReadonlyMap<string, Variables>): string {
  const tokens = tokenize(text);
  let out = '';
  let at = 0;
  tokens.forEach((token, index) => {
    const fields = token.kind === 'word' || token.kind === 'quoted' ? rows.get(token.value) : undefined;
    const dot = tokens[index + 1];
    const field = tokens[index + 2];
    if (!fields || !isSymbol(dot, '.') || !field || token.start < at) return;
    const value = fields.get(field.value);
    if (!value) return;
    const before = tokens[index - 1];
    const start = isSymbol(before, ':') && before?.end === token.start ? before.start : token.start;
    out += text.slice(at, start) + literalOf(value);
    at = field.end;
  });
  return out + text.slice(at);
}
