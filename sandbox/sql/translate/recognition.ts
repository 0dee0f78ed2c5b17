import { hasExcluded, matchesNothing, symbolsOf } from '../recognition/pattern.ts';
import { INTEGER, MAX_TEXT, text } from '../types/type.ts';
import type { BoundTable } from './bound-tables.ts';
import { equalityKey } from './comparisons.ts';
import { ExpressionBinder } from './expressions.ts';
import { compilation } from './failures.ts';
import { Frame } from './frame.ts';
import { hidden, Measures, namesOf, readsSymbol, withoutCalls, withoutSymbol } from './measures.ts';
import { columnsOf, type OutColumn, type QueryBinder } from './queries.ts';
import type { CallExpr, Expr, Ident } from './syntax/ast.ts';
import type { RecognizeClause, TableExpr } from './syntax/from-ast.ts';
import { SourceColumn } from './translation.ts';
import { isNull } from './typed.ts';

const ROWS_MISSING = 'a row pattern that may match no row, but with ALL ROWS PER MATCH OMIT EMPTY MATCHES';

/**
 * A table with MATCH_RECOGNIZE applied. The definitions are computed by DuckDB for each row, the matches found by the
 * statement's side, the measures computed by DuckDB over the rows of each match. Source: page "MATCH_RECOGNIZE".
 */
export function bindRecognition(
  binder: ExpressionBinder,
  queries: QueryBinder,
  table: BoundTable,
  expr: TableExpr,
  clause: RecognizeClause,
): BoundTable {
  const { translation } = binder;
  if (table.isLateral || table.unnesting) throw translation.unsupported('MATCH_RECOGNIZE of a lateral table', clause);
  if (clause.orderBy.length === 0) throw translation.unsupported('MATCH_RECOGNIZE without ORDER BY', clause);
  if (matchesNothing(clause.pattern) && clause.rows !== 'all, not empty') {
    throw translation.unsupported(ROWS_MISSING, clause);
  }
  if (clause.rows === 'one' && hasExcluded(clause.pattern)) {
    throw translation.unsupported('rows excluded from a pattern with ONE ROW PER MATCH', clause);
  }
  const input = inputOf(binder, queries, table, clause);
  const relation = translation.recognized(
    {
      sql: definedRows(binder, queries, input, clause),
      symbols: clause.define.map(({ symbol }) => symbol.name),
      pattern: clause.pattern,
      skip: clause.skip,
      withUnmatched: clause.rows === 'all, unmatched too',
    },
    clause,
  );
  const measured = measuredRows(binder, queries, input, clause, relation.duckName);
  const alias = translation.fresh('s');
  const names = expr.alias?.columns ?? [];
  const columns = measured.columns.map((column, index) => ({ ...column, name: names[index]?.name ?? column.name }));
  const source = { name: expr.alias?.name.name ?? '', path: [], columns: columnsOf(columns, alias) };
  return { sql: () => `(${measured.sql}) AS ${alias}`, sources: [source] };
}

/** The rows to search: their columns as k1, k2, ..., the partition as `pid`, the place in it as `rn`. */
interface Input {
  readonly sql: string;
  readonly columns: readonly OutColumn[];
}

function inputOf(binder: ExpressionBinder, queries: QueryBinder, table: BoundTable, clause: RecognizeClause): Input {
  const frame = new Frame();
  frame.isRowClause = true;
  frame.sources.push(...table.sources);
  const inner = new ExpressionBinder(binder.translation, frame, queries);
  const columns = frame.starColumns(frame.sources, true);
  const keys = clause.partitionBy.map((key) => equalityKey(inner.bind(key)));
  const order = inner.orderList(clause.orderBy);
  const list = columns.map((column, index) => `${column.sql} AS k${index + 1}`);
  const partition = keys.length === 0 ? '1' : `dense_rank() OVER (ORDER BY ${keys.join(', ')})`;
  const within = keys.length === 0 ? '' : `PARTITION BY ${keys.join(', ')} `;
  const items = [
    ...list,
    `CAST(${partition} AS BIGINT) AS pid`,
    `row_number() OVER (${within}ORDER BY ${order}) AS rn`,
  ];
  return {
    sql: `SELECT ${items.join(', ')} FROM ${table.sql()}`,
    columns: columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
  };
}

function inputColumns(input: Input, alias: string): SourceColumn[] {
  return input.columns.map((column, index) => new SourceColumn({ ...column, sql: `${alias}.k${index + 1}` }));
}

/** The input with a 0 or 1 for each definition. */
function definedRows(binder: ExpressionBinder, queries: QueryBinder, input: Input, clause: RecognizeClause): string {
  const { translation } = binder;
  const alias = translation.fresh('s');
  const frame = new Frame();
  frame.isRowClause = true;
  const places = [hidden('PID', INTEGER, `${alias}.pid`), hidden('ROW', INTEGER, `${alias}.rn`)];
  frame.sources.push({ name: '', path: [], columns: [...inputColumns(input, alias), ...places] });
  const inner = new ExpressionBinder(translation, frame, queries);
  const others = new Set(symbolsOf(clause.pattern));
  const bits = clause.define.map(({ symbol, condition }) => {
    const bound = inner.condition(definition(binder, symbol, condition, others)).sql;
    if (frame.hasAggregate) throw translation.unsupported('aggregates without OVER in DEFINE', condition);
    return `CASE WHEN ${bound} THEN '1' ELSE '0' END`;
  });
  return `SELECT *, ${bits.join(' || ')} AS bits FROM (${input.sql}) AS ${alias}`;
}

const NAVIGATION: Readonly<Record<string, string>> = { PREV: 'LAG', NEXT: 'LEAD', LAG: 'LAG', LEAD: 'LEAD' };

/** A condition over single rows: its windows are those of the partition; what depends on the match is refused. */
function definition(binder: ExpressionBinder, symbol: Ident, condition: Expr, symbols: ReadonlySet<string>): Expr {
  const { translation } = binder;
  const known = new Set([symbol.name]);
  if (readsSymbol(withoutSymbol(condition, known), symbols)) {
    throw translation.unsupported('columns of other symbols in DEFINE', condition);
  }
  return withoutCalls(withoutSymbol(condition, known), (call) => {
    const name = call.name.length === 1 ? (call.name[0]?.name ?? '') : '';
    if (['FIRST', 'LAST', 'CLASSIFIER', 'MATCH_NUMBER', 'MATCH_SEQUENCE_NUMBER'].includes(name) || call.semantics) {
      throw translation.unsupported(`${name} in DEFINE`, call);
    }
    const navigation = NAVIGATION[name];
    if (navigation === undefined && !call.over) return undefined;
    if (!navigation && !isWholePartition(call)) {
      throw translation.unsupported('a window in DEFINE that is not the whole partition', call);
    }
    const over = {
      partitionBy: [namesOf('PID', call)],
      orderBy: navigation ? [{ expr: namesOf('ROW', call), isDescending: false, nullsFirst: undefined }] : [],
    };
    if (navigation && call.over) throw translation.unsupported(`${name} with OVER in DEFINE`, call);
    return { ...call, name: navigation ? [{ ...symbol, name: navigation }] : call.name, over };
  });
}

function isWholePartition({ over }: CallExpr): boolean {
  if (!over || over.partitionBy.length > 0 || over.orderBy.length > 0) return false;
  return (
    !over.frame || (over.frame.from.kind === 'unbounded preceding' && over.frame.to.kind === 'unbounded following')
  );
}

/** The rows of the matches with the measures: all, or the last of each match. */
function measuredRows(
  binder: ExpressionBinder,
  queries: QueryBinder,
  input: Input,
  clause: RecognizeClause,
  matched: string,
): { sql: string; columns: readonly OutColumn[] } {
  const { translation } = binder;
  const alias = translation.fresh('s');
  const frame = new Frame();
  frame.isRowClause = true;
  const isOne = clause.rows === 'one';
  const classifier = { name: 'CLASSIFIER', type: text(MAX_TEXT), nullable: true, sql: `${alias}.cls`, hidden: true };
  const places = [
    hidden('MATCH', INTEGER, `${alias}.mid`),
    hidden('NUMBER', INTEGER, `${alias}.mno`),
    hidden('SEQUENCE', INTEGER, `${alias}.msq`),
    new SourceColumn(classifier),
  ];
  const columns = inputColumns(input, alias);
  frame.sources.push({ name: '', path: [], columns: [...columns, ...places] });
  const inner = new ExpressionBinder(translation, frame, queries);
  const kept = isOne ? clause.partitionBy.map((key) => partitionColumn(inner, key)) : columns.map((column) => column);
  const list = kept.map((column) => column.sql);
  const out: OutColumn[] = kept.map(({ name, type, nullable }) => ({ name, type, nullable }));
  const measures = new Measures(inner, clause, alias);
  frame.recognition = measures;
  for (const { expr, alias: name } of clause.measures) {
    const value = inner.bind(measures.prepared(expr));
    if (frame.hasAggregate) throw translation.unsupported('aggregates inside other functions of MEASURES', expr);
    list.push(
      clause.rows === 'all, unmatched too' ? `CASE WHEN ${alias}.mid IS NOT NULL THEN ${value.sql} END` : value.sql,
    );
    out.push({ name: name.name, type: value.type, nullable: true, ...(isNull(value) ? { isNull: true } : {}) });
  }
  if (list.length === 0) throw compilation('002028', '42601', 'SELECT with no columns', clause);
  const items = list.map((sql, index) => `${sql} AS c${index + 1}`);
  const names = list.map((_, index) => `c${index + 1}`).join(', ');
  const isKept = translation.fresh('s');
  const rows = `SELECT ${items.join(', ')}, ${alias}.${isOne ? 'is_last' : 'is_shown'} IS NOT FALSE AS ${isKept} FROM ${matched} AS ${alias}`;
  return { sql: `SELECT ${names} FROM (${rows}) WHERE ${isKept}`, columns: out };
}

/** A column of PARTITION BY, which one row per match shows. */
function partitionColumn(binder: ExpressionBinder, key: Expr): SourceColumn {
  const last = key.kind === 'name' ? key.parts.at(-1) : undefined;
  const column = last && binder.frame.bare(last.name, key);
  if (column) return column;
  throw binder.translation.unsupported('PARTITION BY an expression with ONE ROW PER MATCH', key);
}
