/**
 * The seam inside the SQL side: `engine-session` (statements, context, catalog) asks `translate` to turn one query or
 * expression of Snowflake's dialect into DuckDB's, with the types of its columns. Types only.
 */
import type { ResultColumn } from '../engine.ts';

/** A Snowflake type as a catalog column or expression has it. */
export interface SnowflakeType {
  readonly type: ResultColumn['type'];
  readonly precision: number | null;
  readonly scale: number | null;
  readonly length: number | null;
}

export interface CatalogColumn {
  /** Stored (folded) name. */
  readonly name: string;
  readonly type: SnowflakeType;
  readonly nullable: boolean;
}

/** A table, view, table function result or stored result as the translator may read it. */
export interface Relation {
  /** The DuckDB relation to read from, already quoted, e.g. `"DB"."PUBLIC"."ORDERS"`. */
  readonly duckName: string;
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly CatalogColumn[];
}

/** What a query may refer to, as one session sees it at this moment. */
export interface Scope {
  readonly user: string;
  readonly role: string;
  readonly warehouse: string | null;
  readonly database: string | null;
  readonly schema: string | null;
  readonly sessionId: string;
  /** Milliseconds since the epoch of the statement's start, on the sandbox's clock. */
  readonly nowMs: number;
  /** Effective parameter by upper-case name (TIMEZONE, WEEK_START, *_OUTPUT_FORMAT, ...). */
  parameter(name: string): string | number | boolean;
  /** Session variable's value and type by folded name. Undefined where it does not exist (error 000904-like, as Snowflake). */
  variable(name: string): { readonly value: string | null; readonly type: SnowflakeType } | undefined;
  /** Resolves 1 to 3 folded name parts, INFORMATION_SCHEMA included. Throws SqlError 002003 / 002043 / 090105. */
  relation(parts: readonly string[], at: { line: number; pos: number } | undefined): Promise<Relation>;
  /** TABLE(f(...)) other than FLATTEN, GENERATOR, RESULT_SCAN, SPLIT_TO_TABLE: INFORMATION_SCHEMA.QUERY_HISTORY(...) and so on. */
  tableFunction(parts: readonly string[], args: readonly (string | null)[]): Promise<Relation>;
  /** RESULT_SCAN. Throws SqlError 000709 where there is no such result. */
  resultScan(queryId: string): Promise<Relation>;
  /** LAST_QUERY_ID(n); null where there is none. */
  lastQueryId(n: number): string | null;
  /** Advances a sequence (`seq.NEXTVAL`): the DuckDB expression that does. */
  sequence(parts: readonly string[]): string;
  /** Acting system functions (SYSTEM$CANCEL_QUERY, SYSTEM$ABORT_SESSION, SYSTEM$WAIT, ...): runs it, returns its text. Undefined: not known. */
  systemFunction(name: string, args: readonly (string | null)[]): Promise<string | undefined>;
}

/** A translated query: run `sql` on DuckDB, encode each column by its Snowflake type. */
export interface Translated {
  readonly sql: string;
  /** Named and typed output columns, source table where the column is a plain column of one. */
  readonly columns: readonly (ResultColumn & { readonly encode: string })[];
  readonly numberOfBinds: number;
}
