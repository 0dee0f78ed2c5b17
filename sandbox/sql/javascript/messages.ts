/**
 * What the two threads say to each other: the main one, with sessions and DuckDB, and one that runs scripts. Types and
 * numbers alone; both sides import it.
 */

/** How a value goes into a script or comes out of it; its text is that of `values.ts`, `decode` and `encode`. */
export type ValueKind = 'real' | 'text' | 'boolean' | 'binary' | 'date' | 'moment' | 'variant' | 'object' | 'array';

export interface ScriptParameter {
  readonly name: string;
  readonly kind: ValueKind;
  /** As `argumentInfo` of a table function's `initialize` names it. */
  readonly type: string;
}

/** A routine as a script thread compiles it. */
export interface ScriptRoutine {
  readonly id: number;
  readonly form: 'scalar' | 'table' | 'procedure';
  /** A JavaScript identifier: the script's function has this name. */
  readonly name: string;
  readonly parameters: readonly ScriptParameter[];
  readonly body: string;
  /** What it returns; those of a table's columns in their order. */
  readonly returns: ValueKind;
  readonly columns: readonly { readonly name: string; readonly kind: ValueKind }[];
  /** A NULL among the arguments is the result, without a call. */
  readonly isStrict: boolean;
}

/** To the script thread; each is answered by one Answer with its number. */
export type Request =
  | { readonly kind: 'begin'; readonly zone: string; readonly clockMs: number }
  | { readonly kind: 'load'; readonly routine: ScriptRoutine }
  /** `cells`: JSON of an array of texts and nulls, the arguments of one row after those of another; of how many rows where there are none. */
  | { readonly kind: 'scalar'; readonly id: number; readonly cells: string }
  /** One partition of a table function: each text is JSON of a row's arguments. `constants`: by parameter, where it is. */
  | {
      readonly kind: 'table';
      readonly id: number;
      readonly rows: readonly string[];
      readonly constants: readonly (string | null | undefined)[];
    }
  | { readonly kind: 'procedure'; readonly id: number; readonly row: string }
  | { readonly kind: 'end' };

export type Answer =
  /** JSON: for `scalar` a text or null for each row, for `procedure` one, for `table` rows of [index or null, text or null, ...]. */
  | { readonly kind: 'done'; readonly text: string; readonly rows?: readonly string[] }
  | { readonly kind: 'failed'; readonly failure: ScriptFailure }
  /** A procedure asks the main thread for something; answered through the mailbox while the thread waits. */
  | { readonly kind: 'ask'; readonly text: string };

/** What a script threw. */
export interface ScriptFailure {
  readonly stage: 'compile' | 'run' | 'sql' | 'memory';
  /** As `Uncaught` shows it, e.g. `TypeError: x is not a function`. */
  readonly text: string;
  /** QuickJS's own, lines of `    at function (file:line:column)`. */
  readonly stack: string;
}

export interface Envelope<T> {
  readonly number: number;
  readonly message: T;
}

/** The int32 cells that both threads see: the number of the last answer, and of the last mail for a waiting script. */
export const ANSWERED = 0;
export const MAILED = 1;
export const CELLS = 2;

/** What a script may hold: QuickJS's heap with its own stack, in pages of 64 KB. */
export const FIRST_PAGES = 256;
export const MOST_PAGES = 1280;
/** A thread whose script took more is not kept for the next one. */
export const KEPT_BYTES = 32 * 1024 * 1024;
