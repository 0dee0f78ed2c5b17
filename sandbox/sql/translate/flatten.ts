import { quoteText } from '../types/literal.ts';
import { fixed, isSemiStructured, text, VARIANT } from '../types/type.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation, invalidTypes } from './failures.ts';
import type { Source } from './frame.ts';
import { extract, parsePath } from './paths.ts';
import type { BoundTable } from './sources.ts';
import type { TableExpr } from './syntax/ast.ts';
import { namedArguments, sequenceOf } from './table-functions.ts';
import { SourceColumn } from './translation.ts';
import { isNull, stringOf, type Typed } from './typed.ts';

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
  const value = binder.bind(input);
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
  const options = { json, path, mode, isOuter: flag('OUTER') };
  const inner = flag('RECURSIVE') ? recursive(options) : oneLevel(options);
  const alias = binder.translation.fresh('s');
  const source: Source = {
    name: table.alias?.name.name ?? '',
    path: [],
    columns: columns(alias, table, sequenceOf(frame.sources)),
  };
  return { sql: () => `(${inner}) AS ${alias}`, sources: [source], isLateral: true };
}

function columns(alias: string, table: FunctionTable, sequence: () => string): SourceColumn[] {
  const parts: readonly (readonly [string, Typed['type']])[] = [
    ['KEY', text()],
    ['PATH', text()],
    ['INDEX', INDEX],
    ['VALUE', VARIANT],
    ['THIS', VARIANT],
  ];
  const names = table.alias?.columns ?? [];
  const seq = new SourceColumn(
    { name: names[0]?.name ?? 'SEQ', type: fixed(38, 0), nullable: false, sql: '' },
    sequence,
  );
  const rest = parts.map(
    ([name, type], index) =>
      new SourceColumn({
        name: names[index + 1]?.name ?? name,
        type,
        nullable: true,
        sql: `${alias}.f_${name.toLowerCase()}`,
      }),
  );
  return [seq, ...rest];
}

interface Options {
  readonly json: string;
  readonly path: string;
  readonly mode: string;
  readonly isOuter: boolean;
}

/** Elements of an array by index, of an object by key; a row of NULLs for what has none, where OUTER. */
function oneLevel({ json, path, mode, isOuter }: Options): string {
  const empty = isOuter ? '[CAST(NULL AS VARCHAR)]' : 'CAST([] AS VARCHAR[])';
  const arrays =
    mode === 'OBJECT' ? '' : `WHEN starts_with(v, '[') AND v <> '[]' THEN CAST(json_extract(v, '$[*]') AS VARCHAR[])`;
  const objects =
    mode === 'ARRAY' ? '' : `WHEN starts_with(v, '{') AND v <> '{}' THEN CAST(json_extract(v, '$.*') AS VARCHAR[])`;
  const isObject = mode === 'ARRAY' ? 'false' : "starts_with(v, '{') AND v <> '{}'";
  const isArray = mode === 'OBJECT' ? 'false' : "starts_with(v, '[') AND v <> '[]'";
  const lists = `SELECT v, CASE ${arrays} ${objects} ELSE ${empty} END AS vals, CASE WHEN ${isObject} THEN json_keys(v) END AS keys, ${isArray} AS is_array FROM (SELECT ${json} AS v)`;
  const rows = `SELECT v, is_array, unnest(vals) AS val, unnest(keys) AS k, unnest(range(len(vals))) AS i FROM (${lists})`;
  const prefix = quoteText(path);
  const index = `CASE WHEN is_array THEN CAST(i AS DECIMAL(38,0)) END`;
  const joined = `CASE WHEN is_array THEN ${prefix} || '[' || i || ']' WHEN k IS NOT NULL THEN sf_path_key(${prefix}, k) ELSE ${prefix} END`;
  return `SELECT k AS f_key, ${joined} AS f_path, ${index} AS f_index, val AS f_value, v AS f_this FROM (${rows})`;
}

function recursive({ json, path, mode, isOuter }: Options): string {
  const rows = `SELECT unnest(sf_flatten(${json}, ${quoteText(path)}, '${mode}', ${isOuter})) AS r`;
  const field = (name: string) => `json_extract_string(r, '$.${name}')`;
  return `SELECT ${field('k')} AS f_key, ${field('p')} AS f_path, CAST(${field('i')} AS DECIMAL(38,0)) AS f_index, ${field('v')} AS f_value, ${field('t')} AS f_this FROM (${rows})`;
}
