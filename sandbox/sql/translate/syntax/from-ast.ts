/** The part of the syntax tree (ast.ts) that FROM is: tables, what is done to each, and how they are joined. Types only. */
import type { Pattern, Skip } from '../../recognition/pattern.ts';
import type { StageInQuery } from '../../stages/stage-query.ts';
import type { CallExpr, Expr, Ident, OrderItem, Query, Span } from './ast.ts';

export interface Sample {
  readonly method: 'bernoulli' | 'system';
  readonly rows?: Expr;
  readonly percent?: Expr;
  readonly seed?: Expr;
}

export interface TableAlias {
  readonly name: Ident;
  readonly columns: readonly Ident[];
}

export interface PivotValue {
  readonly expr: Expr;
  readonly alias?: Ident;
}

/** Values of a PIVOT that the rows decide: ANY of the column's, or those of a query. */
export type PivotSearch =
  | { readonly kind: 'any'; readonly isDescending: boolean }
  | { readonly kind: 'query'; readonly query: Query };

export interface PivotClause extends Span {
  readonly kind: 'pivot';
  readonly aggregates: readonly { readonly call: CallExpr; readonly alias?: Ident }[];
  readonly column: Ident;
  readonly values: readonly PivotValue[] | PivotSearch;
  readonly defaultOnNull?: Expr;
}

export interface UnpivotClause extends Span {
  readonly kind: 'unpivot';
  readonly value: Ident;
  readonly name: Ident;
  readonly columns: readonly { readonly column: Ident; readonly alias?: Ident }[];
  readonly includeNulls: boolean;
}

/** MATCH_RECOGNIZE (...) */
export interface RecognizeClause extends Span {
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly OrderItem[];
  readonly measures: readonly { readonly expr: Expr; readonly alias: Ident }[];
  readonly rows: 'one' | 'all' | 'all, not empty' | 'all, unmatched too';
  readonly skip: Skip;
  readonly pattern: Pattern;
  readonly define: readonly { readonly symbol: Ident; readonly condition: Expr }[];
}

/** `AT (OFFSET => -60)`, `BEFORE (STATEMENT => 'id')`: a table as it was. */
export interface TravelClause extends Span {
  readonly word: 'AT' | 'BEFORE';
  readonly by: 'TIMESTAMP' | 'OFFSET' | 'STATEMENT';
  readonly value: Expr;
}

interface TableBase extends Span {
  readonly travel?: TravelClause;
  readonly recognize?: RecognizeClause;
  readonly alias?: TableAlias;
  /** An alias that stands before PIVOT or UNPIVOT, and so belongs to the table inside. */
  readonly innerAlias?: TableAlias;
  readonly sample?: Sample;
  readonly pivots: readonly (PivotClause | UnpivotClause)[];
  readonly isLateral: boolean;
}

export type TableExpr =
  | (TableBase & { readonly kind: 'table'; readonly name: readonly Ident[] })
  | (TableBase & { readonly kind: 'derived'; readonly query: Query })
  | (TableBase & { readonly kind: 'values'; readonly rows: readonly (readonly Expr[])[] })
  | (TableBase & { readonly kind: 'function'; readonly call: CallExpr })
  | (TableBase & { readonly kind: 'stage'; readonly stage: StageInQuery })
  | (TableBase & { readonly kind: 'group'; readonly tables: FromClause });

export type JoinKind = 'cross' | 'inner' | 'left' | 'right' | 'full' | 'asof';

export interface Join extends Span {
  readonly kind: JoinKind;
  readonly isNatural: boolean;
  readonly right: TableExpr;
  readonly on?: Expr;
  readonly using?: readonly Ident[];
  /** MATCH_CONDITION of an ASOF join. */
  readonly match?: Expr;
}

/** One comma-separated item of FROM with the joins that hang on it. */
export interface FromItem {
  readonly table: TableExpr;
  readonly joins: readonly Join[];
}

export type FromClause = readonly FromItem[];
