import type { SnowflakeType } from '../contract.ts';
import { quoteText } from '../types/literal.ts';
import type { Settings } from '../types/settings.ts';
import { NULL_PART } from '../types/structured.ts';
import { fixed, isSemiStructured, isStructured, text, typeOf, VARIANT } from '../types/type.ts';
import type { BoundTable } from './bound-tables.ts';
import { charged, ELEMENTS_FACTOR } from './charges.ts';
import { cast } from './coerce.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation, invalidTypes } from './failures.ts';
import type { Source } from './frame.ts';
import { follow, parsePath, type Step } from './paths.ts';
import { elementOf, part } from './structured-paths.ts';
import type { Span } from './syntax/ast.ts';
import type { TableExpr } from './syntax/from-ast.ts';
import { namedArguments } from './table-functions.ts';
import { SourceColumn } from './translation.ts';
import { isNull, stringOf, type Typed, typed } from './typed.ts';
import { SEQUENCE, unnestedTable } from './unnesting.ts';

type FunctionTable = Extract<TableExpr, { kind: 'function' }>;

const INDEX = fixed(38, 0);

/**
 * FLATTEN(INPUT, PATH, OUTER, RECURSIVE, MODE): SEQ, KEY, PATH, INDEX, VALUE, THIS for each element. One level is
 * unnested by DuckDB; RECURSIVE walks in `sf_flatten`. Source: docs, FLATTEN.
 */
export function flattenTable(binder: ExpressionBinder, table: FunctionTable): BoundTable {
  const args = namedArguments(table.call, ['INPUT', 'PATH', 'OUTER', 'RECURSIVE', 'MODE']);
  const input = args.get('INPUT');
  if (!input)
    throw compilation('000938', '22023', 'not enough arguments for function [FLATTEN], expected 1, got 0', table.call);
  const { frame } = binder;
  const wasRowClause = frame.isRowClause;
  frame.isRowClause = true;
  const given = charged(binder.bind(input), 1, ELEMENTS_FACTOR);
  frame.isRowClause = wasRowClause;
  if (!isSemiStructured(given.type) && !isStructured(given.type) && !isNull(given))
    throw invalidTypes('FLATTEN', [given.type], table.call);
  const flag = (name: string): boolean => {
    const given = args.get(name);
    const constant = given ? binder.bind(given).constant : undefined;
    return constant?.kind === 'boolean'
      ? constant.value
      : constant?.kind === 'string' && /^true$/i.test(constant.value);
  };
  const word = (name: string): string => {
    const given = args.get(name);
    return given ? (stringOf(binder.bind(given)) ?? '') : '';
  };
  const mode = word('MODE').toUpperCase() || 'BOTH';
  if (!['BOTH', 'ARRAY', 'OBJECT'].includes(mode)) {
    throw compilation('001044', '42P13', `invalid MODE '${mode}' of FLATTEN`, table.call);
  }
  const path = word('PATH');
  const steps = parsePath(path);
  if (!steps) throw compilation('001003', '42000', `parse error near '${path}' in the path of FLATTEN`, table.call);
  const isRecursive = flag('RECURSIVE');
  const value = reached(given, steps, isRecursive, binder.settings, table.call);
  const json = isNull(value) ? 'CAST(NULL AS VARCHAR)' : value.sql;
  const list = isRecursive ? recursive('x', path, mode, flag('OUTER')) : oneLevel('x', mode, flag('OUTER'));
  const alias = binder.translation.fresh('s');
  const source: Source = {
    name: table.alias?.name.name ?? '',
    path: [],
    columns: columns(
      alias,
      table,
      typedFields(value, isRecursive ? recursiveFields(alias) : fields(alias, path), binder.settings),
    ),
  };
  const outer = isRecursive ? {} : { outer: oneLevel('x', mode, true) };
  return unnestedTable(frame, { alias, value: json, list, ...outer }, source);
}

type Flattened = Typed & { readonly wasStructured?: boolean };

/** What is flattened: what the path leads to, made semi-structured where elements inside elements are wanted. */
function reached(
  given: Typed,
  steps: readonly Step[],
  isRecursive: boolean,
  settings: Settings,
  span: Span,
): Flattened {
  if (isNull(given) && !isStructured(given.type)) return given;
  const value = follow(given, steps, 'FLATTEN', settings, span);
  if (!isStructured(value.type)) {
    if (!isSemiStructured(value.type)) throw invalidTypes('FLATTEN', [value.type], span);
    return value;
  }
  return isRecursive ? { ...cast(value, VARIANT, settings), wasStructured: true } : value;
}

/**
 * KEY and VALUE as the flattened value's type has them: an array's elements and a map's keys and values keep their types, of
 * every other structured value both are VARIANT. Source: docs, "Structured data types", FLATTEN.
 */
function typedFields(value: Flattened, parts: Fields, settings: Settings): TypedFields {
  const plain = (sql: string, type: SnowflakeType) => typed(sql, type, true);
  const rest = { PATH: plain(parts.PATH, text()), INDEX: plain(parts.INDEX, INDEX), THIS: plain(parts.THIS, VARIANT) };
  const variantKey = plain(`sf_v_of_text(${parts.KEY})`, VARIANT);
  if (value.wasStructured) return { ...rest, KEY: variantKey, VALUE: plain(parts.VALUE, VARIANT) };
  if (!isStructured(value.type)) return { ...rest, KEY: plain(parts.KEY, text()), VALUE: plain(parts.VALUE, VARIANT) };
  const typedRest = { ...rest, THIS: plain(parts.THIS, value.type) };
  if (value.type.type === 'object') {
    const loose = plain(`sf_loose(nullif(${parts.VALUE}, ${NULL_PART}))`, VARIANT);
    return { ...typedRest, KEY: variantKey, VALUE: loose };
  }
  const element = part(parts.VALUE, elementOf(value.type), settings);
  const key = value.type.type === 'map' ? value.type.fields?.[0] : undefined;
  if (!key) return { ...typedRest, KEY: plain(parts.KEY, text()), VALUE: element };
  return { ...typedRest, KEY: cast(plain(parts.KEY, text()), typeOf(key), settings), VALUE: element };
}

type TypedFields = { readonly [name in keyof Fields]: Typed };

/** What each of FLATTEN's columns is in DuckDB. */
interface Fields {
  readonly KEY: string;
  readonly PATH: string;
  readonly INDEX: string;
  readonly VALUE: string;
  readonly THIS: string;
}

const NAMES = ['KEY', 'PATH', 'INDEX', 'VALUE', 'THIS'] as const;

function columns(alias: string, table: FunctionTable, parts: TypedFields): SourceColumn[] {
  const names = table.alias?.columns ?? [];
  const seq = new SourceColumn({
    name: names[0]?.name ?? 'SEQ',
    type: INDEX,
    nullable: false,
    sql: `${alias}.${SEQUENCE}`,
  });
  const rest = NAMES.map((name, index) => {
    const { type, sql } = parts[name];
    return new SourceColumn({ name: names[index + 1]?.name ?? name, type, nullable: true, sql });
  });
  return [seq, ...rest];
}

/** Elements of an array by index, of an object by key; a row of NULLs for what has none, where OUTER. */
function oneLevel(json: string, mode: string, isOuter: boolean): string {
  const opener = { ARRAY: '[', OBJECT: '{' }[mode];
  const wanted = opener === undefined ? json : `CASE WHEN starts_with(${json}, '${opener}') THEN ${json} END`;
  return isOuter ? `sf_outer(sf_entries(${wanted}))` : `sf_entries(${wanted})`;
}

function fields(alias: string, path: string): Fields {
  const [value, key, index] = [1, 2, 3].map((place) => `(${alias}.r)[${place}]`);
  const prefix = quoteText(path);
  const joined = `CASE WHEN ${index} IS NOT NULL THEN ${prefix} || '[' || ${index} || ']' WHEN ${key} IS NOT NULL THEN sf_path_key(${prefix}, ${key}) ELSE ${prefix} END`;
  return {
    KEY: key ?? '',
    PATH: joined,
    INDEX: `CAST(${index} AS DECIMAL(38,0))`,
    VALUE: value ?? '',
    THIS: `${alias}.x`,
  };
}

/** Elements with those inside them, found by `sf_flatten` as JSON texts. */
function recursive(json: string, path: string, mode: string, isOuter: boolean): string {
  return `sf_flatten(${json}, ${quoteText(path)}, '${mode}', ${isOuter})`;
}

function recursiveFields(alias: string): Fields {
  const field = (name: string) => `json_extract_string(${alias}.r, '$.${name}')`;
  return {
    KEY: field('k'),
    PATH: field('p'),
    INDEX: `CAST(${field('i')} AS DECIMAL(38,0))`,
    VALUE: field('v'),
    THIS: field('t'),
  };
}
