import { quoteText } from '../types/literal.ts';
import { fixed, isSemiStructured, text, VARIANT } from '../types/type.ts';
import { charged, ELEMENTS_FACTOR } from './charges.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation, invalidTypes } from './failures.ts';
import type { Source } from './frame.ts';
import { extract, parsePath } from './paths.ts';
import type { BoundTable } from './sources.ts';
import type { TableExpr } from './syntax/ast.ts';
import { namedArguments } from './table-functions.ts';
import { SourceColumn } from './translation.ts';
import { isNull, stringOf } from './typed.ts';
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
  const value = charged(binder.bind(input), 1, ELEMENTS_FACTOR);
  frame.isRowClause = wasRowClause;
  if (!isSemiStructured(value.type) && !isNull(value)) throw invalidTypes('FLATTEN', [value.type], table.call);
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
  const json = isNull(value) ? 'CAST(NULL AS VARCHAR)' : path === '' ? value.sql : extract(value.sql, steps);
  const isRecursive = flag('RECURSIVE');
  const list = isRecursive ? recursive('x', path, mode, flag('OUTER')) : oneLevel('x', mode, flag('OUTER'));
  const alias = binder.translation.fresh('s');
  const source: Source = {
    name: table.alias?.name.name ?? '',
    path: [],
    columns: columns(alias, table, isRecursive ? recursiveFields(alias) : fields(alias, path)),
  };
  const outer = isRecursive ? {} : { outer: oneLevel('x', mode, true) };
  return unnestedTable(frame, { alias, value: json, list, ...outer }, source);
}

/** What each of FLATTEN's columns is in DuckDB. */
interface Fields {
  readonly KEY: string;
  readonly PATH: string;
  readonly INDEX: string;
  readonly VALUE: string;
  readonly THIS: string;
}

const TYPES = { KEY: text(), PATH: text(), INDEX, VALUE: VARIANT, THIS: VARIANT } as const;

function columns(alias: string, table: FunctionTable, parts: Fields): SourceColumn[] {
  const names = table.alias?.columns ?? [];
  const seq = new SourceColumn({
    name: names[0]?.name ?? 'SEQ',
    type: INDEX,
    nullable: false,
    sql: `${alias}.${SEQUENCE}`,
  });
  const rest = (Object.keys(TYPES) as (keyof Fields)[]).map(
    (name, index) =>
      new SourceColumn({ name: names[index + 1]?.name ?? name, type: TYPES[name], nullable: true, sql: parts[name] }),
  );
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
