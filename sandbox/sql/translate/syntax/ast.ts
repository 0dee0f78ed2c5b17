/**
 * The syntax tree of Snowflake's queries and expressions, as the parser makes it. Every node knows where it stands in the
 * text, because Snowflake names columns after their text and places errors in it. FROM is in from-ast.ts. Types only.
 */
import type { SnowflakeType } from '../../contract.ts';
import type { CastTarget } from './cast.ts';
import type { FromClause } from './from-ast.ts';

/** Offsets into the text, and the place of the first token as errors report it. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly pos: number;
}

/** A name as written: `name` is folded unless it was quoted. */
export interface Ident extends Span {
  readonly name: string;
  readonly isQuoted: boolean;
}

export interface OrderItem {
  readonly expr: Expr;
  readonly isDescending: boolean;
  /** Undefined: Snowflake's default, last when ascending and first when descending. */
  readonly nullsFirst: boolean | undefined;
}

export interface FrameBound {
  readonly kind: 'unbounded preceding' | 'preceding' | 'current row' | 'following' | 'unbounded following';
  readonly offset?: Expr;
}

export interface WindowSpec {
  /** The word OVER, where the window was written. */
  readonly word?: Span;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly OrderItem[];
  readonly frame?: { readonly unit: 'ROWS' | 'RANGE'; readonly from: FrameBound; readonly to: FrameBound };
}

export interface Argument {
  /** `name => value` */
  readonly name?: string;
  readonly value: Expr;
}

/** A parameter of a lambda; without a type it is a VARIANT. */
export interface LambdaParameter extends Ident {
  readonly type?: SnowflakeType;
}

export type PathStep = { readonly key: string } | { readonly index: Expr };

export interface StarExpr extends Span {
  readonly kind: 'star';
  readonly qualifier: readonly Ident[];
  readonly ilike?: string;
  readonly exclude: readonly Ident[];
  readonly replace: readonly { readonly expr: Expr; readonly name: Ident }[];
  readonly rename: readonly { readonly from: Ident; readonly to: Ident }[];
}

export interface CallExpr extends Span {
  readonly kind: 'call';
  readonly name: readonly Ident[];
  readonly args: readonly Argument[];
  readonly isDistinct: boolean;
  /** False for CURRENT_DATE and its like without brackets. */
  readonly hasBrackets: boolean;
  readonly withinGroup?: readonly OrderItem[];
  readonly nulls?: 'ignore' | 'respect';
  readonly fromLast?: boolean;
  readonly over?: WindowSpec;
  /** RUNNING or FINAL before the call, in MEASURES. */
  readonly semantics?: 'running' | 'final';
}

export type Expr =
  | (Span & { readonly kind: 'number'; readonly text: string })
  | (Span & { readonly kind: 'string'; readonly value: string })
  | (Span & { readonly kind: 'binary-literal'; readonly hex: string })
  | (Span & { readonly kind: 'null' })
  | (Span & { readonly kind: 'boolean'; readonly value: boolean })
  | (Span & { readonly kind: 'name'; readonly parts: readonly Ident[] })
  | (Span & { readonly kind: 'position'; readonly qualifier: readonly Ident[]; readonly number: number })
  | (Span & { readonly kind: 'variable'; readonly name: string })
  | (Span & { readonly kind: 'bind'; readonly place: number | string })
  | (Span & { readonly kind: 'path'; readonly base: Expr; readonly steps: readonly PathStep[] })
  | (Span & { readonly kind: 'unary'; readonly op: '-' | '+' | 'not' | 'prior' | 'root' | 'outer'; readonly arg: Expr })
  | (Span & { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Expr; readonly right: Expr })
  | (Span & CastTarget & { readonly kind: 'cast'; readonly arg: Expr })
  | CallExpr
  | (Span & {
      readonly kind: 'case';
      readonly operand?: Expr;
      readonly whens: readonly { readonly when: Expr; readonly result: Expr }[];
      readonly otherwise?: Expr;
    })
  | (Span & {
      readonly kind: 'in';
      readonly arg: Expr;
      readonly list: readonly Expr[];
      readonly query?: Query;
      readonly isNegated: boolean;
    })
  | (Span & {
      readonly kind: 'between';
      readonly arg: Expr;
      readonly low: Expr;
      readonly high: Expr;
      readonly isNegated: boolean;
    })
  | (Span & {
      readonly kind: 'is';
      readonly arg: Expr;
      readonly what: 'null' | 'true' | 'false';
      readonly isNegated: boolean;
    })
  | (Span & { readonly kind: 'is-distinct'; readonly left: Expr; readonly right: Expr; readonly isNegated: boolean })
  | (Span & {
      readonly kind: 'like';
      readonly op: 'like' | 'ilike' | 'rlike';
      readonly arg: Expr;
      readonly quantifier?: 'any' | 'all';
      readonly patterns: readonly Expr[];
      readonly escapeChar?: Expr;
      readonly isNegated: boolean;
    })
  | (Span & { readonly kind: 'exists'; readonly query: Query })
  | (Span & { readonly kind: 'subquery'; readonly query: Query })
  | (Span & {
      readonly kind: 'quantified';
      readonly op: BinaryOp;
      readonly left: Expr;
      readonly quantifier: 'any' | 'all';
      readonly query: Query;
    })
  | (Span & { readonly kind: 'row'; readonly items: readonly Expr[] })
  | (Span & { readonly kind: 'array'; readonly items: readonly Expr[] })
  | (Span & { readonly kind: 'object'; readonly entries: readonly { readonly key: string; readonly value: Expr }[] })
  | (Span & { readonly kind: 'interval'; readonly text: string })
  | (Span & { readonly kind: 'moment'; readonly type: SnowflakeType; readonly value: string })
  | (Span & { readonly kind: 'lambda'; readonly params: readonly LambdaParameter[]; readonly body: Expr })
  | StarExpr;

export type BinaryOp = '+' | '-' | '*' | '/' | '%' | '||' | '=' | '<>' | '<' | '<=' | '>' | '>=' | 'and' | 'or';

export interface SelectItem extends Span {
  readonly expr: Expr;
  readonly alias?: Ident;
}

export type GroupBy = { readonly kind: 'all' } | { readonly kind: 'sets'; readonly items: readonly GroupItem[] };

export type GroupItem =
  | { readonly kind: 'expr'; readonly expr: Expr }
  | { readonly kind: 'rollup' | 'cube'; readonly sets: readonly (readonly Expr[])[] }
  | { readonly kind: 'grouping sets'; readonly sets: readonly (readonly Expr[])[] };

/** START WITH ... CONNECT BY ... */
export interface HierarchyClause extends Span {
  readonly startWith?: Expr;
  readonly connectBy: Expr;
}

export interface Select extends Span {
  readonly kind: 'select';
  readonly isDistinct: boolean;
  readonly top?: Expr;
  readonly items: readonly SelectItem[];
  readonly from: FromClause;
  readonly where?: Expr;
  readonly hierarchy?: HierarchyClause;
  readonly groupBy?: GroupBy;
  readonly having?: Expr;
  readonly qualify?: Expr;
}

export interface SetOperation extends Span {
  readonly kind: 'set';
  readonly op: 'union' | 'intersect' | 'except';
  readonly isAll: boolean;
  readonly isByName: boolean;
  readonly left: QueryBody;
  readonly right: QueryBody;
}

export interface ValuesBody extends Span {
  readonly kind: 'values';
  readonly rows: readonly (readonly Expr[])[];
}

export type QueryBody =
  | Select
  | SetOperation
  | ValuesBody
  | (Span & { readonly kind: 'nested'; readonly query: Query });

export interface CommonTable {
  readonly name: Ident;
  readonly columns: readonly Ident[];
  readonly query: Query;
}

export interface Query extends Span {
  readonly isRecursive: boolean;
  readonly with: readonly CommonTable[];
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[] | 'all';
  readonly orderAll?: { readonly isDescending: boolean; readonly nullsFirst: boolean | undefined };
  readonly limit?: Expr;
  readonly offset?: Expr;
}
