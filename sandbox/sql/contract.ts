import type { Bind, ResultColumn, TypeField } from '../engine.ts';
import type { ScriptRoutine } from './javascript/messages.ts';
import type { RecognizeRequest } from './recognition/recognize.ts';
import type { StageInQuery } from './stages/stage-query.ts';
import type { Settings } from './types/settings.ts';

/** A Snowflake type as a catalog column or expression has it. */
export interface SnowflakeType {
  readonly type: ResultColumn['type'];
  readonly precision: number | null;
  readonly scale: number | null;
  readonly length: number | null;
  /** What a structured ARRAY, OBJECT or MAP is made of: the element, the keys in order, key and value. Absent: semi-structured, or a scalar. */
  readonly fields?: readonly TypeField[];
  /** Of a text column with COLLATE, as it was written (`en-ci`). Absent: texts compare by their code points. */
  readonly collation?: string;
}

/** What a call says of its arguments before any has a type: a name for each, undefined where it stands by its place. */
export type ArgumentNames = readonly (string | undefined)[];

export interface CatalogColumn {
  /** Stored (folded) name. */
  readonly name: string;
  readonly type: SnowflakeType;
  readonly nullable: boolean;
  /** Resolves by its name but never through `*`: the row id that UPDATE, DELETE and MERGE select. */
  readonly hidden?: boolean;
}

/** A table, view, table function result or stored result as the translator may read it. */
export interface Relation {
  /**
   * What stands in DuckDB's FROM: a quoted name (`"t17"`: physical names are not Snowflake's, so that rename, swap,
   * temporary shadows and open transactions are a matter of the catalog) or a query in parentheses. The translator
   * always gives it an alias; its DuckDB columns carry the stored names and the types of `duckType`.
   */
  readonly duckName: string;
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly CatalogColumn[];
}

/** AT and BEFORE behind a table's name. */
export interface TravelPoint {
  readonly word: 'AT' | 'BEFORE';
  readonly by: 'TIMESTAMP' | 'OFFSET' | 'STATEMENT';
  /** Milliseconds since 1970, seconds from now, or the statement's id. */
  readonly value: string;
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
  /** Session variable's value (its wire text, PROTOCOL §4.1) and type by folded name. Undefined where it does not exist (error 000904-like, as Snowflake). */
  variable(name: string): { readonly value: string | null; readonly type: SnowflakeType } | undefined;
  /**
   * Resolves 1 to 3 folded name parts, INFORMATION_SCHEMA included, as it was at `then`. Throws SqlError 002003 / 002043 /
   * 090105, 000707 / 000709.
   */
  relation(
    parts: readonly string[],
    at: { line: number; pos: number } | undefined,
    then?: TravelPoint,
  ): Promise<Relation>;
  /** TABLE(f(...)) other than FLATTEN, GENERATOR, RESULT_SCAN, SPLIT_TO_TABLE: INFORMATION_SCHEMA.QUERY_HISTORY(...) and so on. */
  tableFunction(parts: readonly string[], args: readonly (string | null)[]): Promise<Relation>;
  /** The files of a stage in FROM. Throws SqlError 002003, 003001. */
  stage?(asked: StageInQuery): Promise<Relation>;
  /** The rows of a MATCH_RECOGNIZE's matches. */
  recognize?(request: RecognizeRequest): Promise<Relation>;
  /** The texts of a query's first column; its text is DuckDB's, of the translator's making. */
  texts?(duckSql: string): Promise<readonly string[]>;
  /** RESULT_SCAN. Throws SqlError 000709 where there is no such result. */
  resultScan(queryId: string): Promise<Relation>;
  /** LAST_QUERY_ID(n); null where there is none. */
  lastQueryId(n: number): string | null;
  /** Advances a sequence (`seq.NEXTVAL`): the DuckDB expression that does. */
  sequence(parts: readonly string[]): string;
  /**
   * Text of a context function that stands for the session (CURRENT_SECONDARY_ROLES, CURRENT_AVAILABLE_ROLES,
   * CURRENT_TRANSACTION, CURRENT_SCHEMAS, CURRENT_ACCOUNT, CURRENT_VERSION, CURRENT_STATEMENT, CURRENT_CLIENT, ...) by
   * upper-case name, null for SQL NULL. Undefined: no such function; then it is the translator's own or unknown.
   */
  contextFunction?(name: string): string | null | undefined;
  /** Makes a script ready for the statement: the number by which DuckDB calls it. Throws SqlError 100131. */
  script?(routine: ScriptRoutine): Promise<number>;
  /** User-defined table functions that a call may mean: their bodies are queries over the parameters' names. */
  userTableFunctions?(parts: readonly string[], given: ArgumentNames): readonly UserTableFunction[];
  /** Active roles with all that they inherit. */
  activeRoles?(): readonly string[];
  /**
   * User-defined scalar functions by their name's parts and what a call gives them: the body is an expression over the
   * parameters' names.
   */
  userFunctions?(parts: readonly string[], given: ArgumentNames): readonly UserFunction[];
  /**
   * Functions that act, wait or read the catalog (SYSTEM$CANCEL_QUERY, SYSTEM$ABORT_SESSION, SYSTEM$WAIT, GET_DDL, ...),
   * with constant arguments: runs it at translation, returns its text. Undefined: not known.
   */
  systemFunction(name: string, args: readonly (string | null)[]): Promise<string | undefined>;
}

export interface UserFunction {
  /** `default`: an expression that stands in for an argument that is not given. */
  readonly parameters: readonly { readonly name: string; readonly type: SnowflakeType; readonly default?: string }[];
  readonly returns: SnowflakeType;
  readonly body: string;
  /** Where the body is a script, what runs it. */
  readonly script?: ScriptRoutine;
}

export interface UserTableFunction {
  readonly parameters: UserFunction['parameters'];
  readonly columns: readonly { readonly name: string; readonly type: SnowflakeType }[];
  readonly body: string;
  readonly script?: ScriptRoutine;
}

/** A column of a translated query's rows: `encode` is the zone in which its values are printed. */
export interface TranslatedColumn extends ResultColumn {
  readonly encode: string;
  /** Of a structured type's column: the formats in which its parts are printed. */
  readonly settings?: Settings;
  /** Holds nothing but NULLs without a type, which any column takes. */
  readonly isNull?: boolean;
  /** Bound JSON without a schema, which structured columns take. */
  readonly isBound?: boolean;
  /** An expression without an alias, which gives a table or view made of the query no name. */
  readonly isUnnamed?: boolean;
}

/** A translated query: run `sql` on DuckDB, encode each column by its Snowflake type. */
export interface Translated {
  readonly sql: string;
  /** Named and typed output columns, source table where the column is a plain column of one. */
  readonly columns: readonly TranslatedColumn[];
  readonly numberOfBinds: number;
}

export interface TranslateOptions {
  /**
   * Values of `?` and `:1` by 1-based position, scalar only (array binds reach the translator as columns of a
   * relation). Absent where the statement is only described: a placeholder is then of unknown type.
   */
  readonly binds?: ReadonlyMap<string, Bind>;
  /** True where the query is only described: acting system functions are not run. */
  readonly describeOnly?: boolean;
}
