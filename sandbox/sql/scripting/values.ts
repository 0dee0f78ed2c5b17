import { SqlError } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import type { Value } from '../evaluate.ts';
import { tokenize } from '../lexer.ts';
import { isSymbol, TokenReader } from '../reader.ts';
import { characterCount } from '../types/character-count.ts';
import { isPrintedWhole } from '../types/structured-print.ts';
import { isStructured, MAX_TEXT, typeName, unsupported } from '../types/type.ts';

const SHOWN = 100;

/** Throws SqlError 100078 for a text that no variable holds. */
export function checkLength({ value, type }: Value): void {
  if (value === null || type.type !== 'text' || value.length <= MAX_TEXT || characterCount(value) <= MAX_TEXT) return;
  const shown = `${value.slice(0, SHOWN)}...`;
  throw new SqlError('100078', '22000', `String '${shown}' is too long and would be truncated`);
}

export type Variables = ReadonlyMap<string, Value>;

/** An expression of Snowflake's that has this value and type. */
export function literalOf({ value, type }: Value): string {
  const name = typeWord(type);
  if (value === null) return `CAST(NULL AS ${name})`;
  const text = `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  if (isStructured(type)) {
    if (!isPrintedWhole(type)) throw unsupported(`variables of type ${name}`);
    return `CAST(PARSE_JSON(${text}) AS ${name})`;
  }
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
      return zoned(value);
    case 'time':
      return `DATEADD(nanosecond, ${nanos(value)}, TIME '00:00:00')`;
    case 'variant':
    case 'object':
    case 'array':
      if (value.startsWith('<')) throw unsupported('variables that hold XML');
      return `PARSE_JSON(${text})`;
    default:
      return `CAST(${text} AS ${name})`;
  }
}

/** A moment with its offset, from seconds and the offset's wire form (minutes ahead of UTC, and 1440). */
function zoned(value: string): string {
  const [seconds = '0', offset = '1440'] = value.split(' ');
  const minutes = Number(offset) - 1440;
  const size = Math.abs(minutes);
  const pad = (number: number) => String(number).padStart(2, '0');
  const zone = `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}${pad(size % 60)}`;
  const wall = `DATEADD(minute, ${minutes}, TO_TIMESTAMP_NTZ(${nanos(seconds)}, 9))`;
  return `TO_TIMESTAMP_TZ(TO_CHAR(${wall}, 'YYYY-MM-DD HH24:MI:SS.FF9') || ' ${zone}', 'YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM')`;
}

/** Puts values for the `?` of a text, one after the other. */
export function bindPlaceholders(text: string, values: readonly Value[]): string {
  let out = '';
  let at = 0;
  let position = 0;
  for (const token of tokenize(text)) {
    if (!isSymbol(token, '?')) continue;
    const value = values[position];
    position += 1;
    if (!value) continue;
    out += text.slice(at, token.start) + literalOf(value);
    at = token.end;
  }
  return out + text.slice(at);
}

function typeWord(type: SnowflakeType): string {
  if (type.type === 'fixed') return `NUMBER(${type.precision ?? 38},${type.scale ?? 0})`;
  if (type.type === 'real') return 'FLOAT';
  if (type.type === 'text') return 'VARCHAR';
  if (isStructured(type)) return typeName(type);
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

/**
 * Puts values for bare names into an expression, except where a name is a function's, a column's or behind a dot. Inside
 * of a query only names with a colon are variables: others are its columns.
 */
export function bindExpression(text: string, variables: Variables): string {
  const tokens = tokenize(bindNames(text, variables));
  const source = bindNames(text, variables);
  let out = '';
  let at = 0;
  let depth = 0;
  let queryDepth: number | null = null;
  tokens.forEach((token, index) => {
    if (isSymbol(token, '(')) {
      depth += 1;
      const opensQuery = isSymbol(tokens[index + 1], 'SELECT') || isSymbol(tokens[index + 1], 'WITH');
      if (opensQuery) queryDepth ??= depth;
    } else if (isSymbol(token, ')')) {
      if (depth === queryDepth) queryDepth = null;
      depth -= 1;
    }
    if (queryDepth !== null || (token.kind !== 'word' && token.kind !== 'quoted')) return;
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

/** The expressions of a list. */
export function listParts(list: string): string[] {
  const reader = new TokenReader(list);
  const found: string[] = [];
  do found.push(reader.slice(reader.expression(',')));
  while (reader.accept(','));
  return found;
}
