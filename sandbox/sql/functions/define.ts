import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DOUBLE,
  DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBDateValue,
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBValue,
  HUGEINT,
  INTEGER,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api';
import { MAX_TEXT } from '../types/type.ts';
import { itemsOf } from '../types/vector-items.ts';
import type { Watchdog } from './watchdog.ts';

/** The types of arguments and results, with the TypeScript values that stand for them. */
interface Kinds {
  text: string;
  integer: number;
  bigint: bigint;
  huge: bigint;
  double: number;
  boolean: boolean;
  /** Days since 1970. */
  date: number;
  blob: Uint8Array;
  texts: readonly (string | null)[];
}
export type Kind = keyof Kinds;

const TYPES: Readonly<Record<Kind, DuckDBType>> = {
  text: VARCHAR,
  integer: INTEGER,
  bigint: BIGINT,
  huge: HUGEINT,
  double: DOUBLE,
  boolean: BOOLEAN,
  date: DATE,
  blob: BLOB,
  texts: LIST(VARCHAR),
};

function read(kind: Kind, value: DuckDBValue): unknown {
  if (kind === 'date') return (value as DuckDBDateValue).days;
  if (kind === 'blob') return (value as DuckDBBlobValue).bytes;
  if (kind === 'texts') return (value as { items: readonly unknown[] }).items;
  return value;
}

function write(kind: Kind, value: unknown): DuckDBValue {
  if (value === null || value === undefined) return null;
  if (kind === 'date') return new DuckDBDateValue(value as number);
  if (kind === 'blob') return new DuckDBBlobValue(value as Uint8Array);
  if (kind === 'texts') return listValue(value as DuckDBValue[]);
  return value as DuckDBValue;
}

/** One scalar function of ours, ready to be registered. */
export type Definition = (connection: DuckDBConnection, room?: Room) => void;

/** How many bytes the texts that a step makes may take now. */
export type Room = () => number;

export interface Traits {
  /** The body sees NULL arguments; else a NULL argument makes the result NULL. */
  readonly takesNull?: boolean;
  /** Runs for every row, though its arguments are constant. */
  readonly isVolatile?: boolean;
  /** The bytes that a row is about to take; what a vector takes together is bounded. */
  readonly weigh?: (result: unknown) => number;
  /** Ends the rows of a vector that take too long; for bodies that may never end by themselves. */
  readonly watchdog?: Watchdog;
}

/** Refuses texts that Snowflake could not hold either: a few of them would take all memory of this process. */
function bounded(value: unknown): unknown {
  if (typeof value === 'string' && value.length > MAX_TEXT) throw tooLong(value);
  return value;
}

/** What the texts of one vector, at most 2048 rows, may take together where nobody knows better. */
const MOST_ROOM_BYTES = 1024 ** 3;
/** Below it nobody is asked. */
const FREE_BYTES = 32 * 1024 * 1024;
/** What an element of a list takes beside its text. */
const ELEMENT_BYTES = 64;

function weightOf(result: unknown): number {
  if (typeof result === 'string') return result.length;
  if (result instanceof Uint8Array) return result.length;
  if (!Array.isArray(result)) return 0;
  return result.reduce((sum: number, one) => sum + ELEMENT_BYTES + (typeof one === 'string' ? one.length : 0), 0);
}

/** The error of a text that is longer than Snowflake takes. */
export function tooLong(value: string): Error {
  return raised('100078', '22000', `String '${value.slice(0, 100)}...' is too long and would be truncated`);
}

/**
 * A scalar function written in TypeScript under a name that translated text calls; null is SQL NULL.
 * What the body throws ends the statement with the message of the error.
 */
export function define<const P extends readonly Kind[], R extends Kind>(
  name: string,
  params: P,
  result: R,
  body: (...args: { [I in keyof P]: Kinds[P[I]] }) => Kinds[R] | null,
  traits: Traits = {},
): Definition {
  const call = body as unknown as (...args: unknown[]) => unknown;
  const endless = () =>
    raised('100351', '57014', `${name.replace('sf_', '').toUpperCase()} took too long and was ended.`);
  // DuckDB asks again for what failed, several times; once is enough for what does not end.
  let endlessArgs: string | null = null;
  const keyOf = (args: readonly unknown[]): string => args.map(String).join('\n');
  return (connection, room = () => MOST_ROOM_BYTES) => {
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name,
        parameterTypes: params.map((kind) => TYPES[kind]),
        returnType: TYPES[result],
        specialHandling: true,
        volatile: traits.isVolatile ?? false,
        mainFunction: (_info, input, output) => {
          const { rowCount } = input;
          const vectors = params.map((_, index) => itemsOf(input.getColumnVector(index), rowCount));
          const args: unknown[] = new Array(params.length);
          const weigh = traits.weigh ?? weightOf;
          const work = () => {
            let bytes = 0;
            let mostBytes = FREE_BYTES;
            for (let row = 0; row < rowCount; row++) {
              let hasNull = false;
              for (let i = 0; i < vectors.length; i++) {
                const value = vectors[i]?.(row) ?? null;
                if (value === null) hasNull = true;
                args[i] = value === null ? null : bounded(read(params[i] ?? 'text', value));
              }
              if (endlessArgs !== null && endlessArgs === keyOf(args)) throw endless();
              const made = hasNull && !traits.takesNull ? null : bounded(call(...args));
              bytes += weigh(made);
              if (bytes > mostBytes) mostBytes = Math.min(room(), MOST_ROOM_BYTES);
              if (bytes > mostBytes) throw raised('300000', 'XX000', 'The sandbox is out of memory.');
              output.setItem(row, write(result, made));
            }
          };
          if (!traits.watchdog) work();
          else if (!traits.watchdog(work)) {
            endlessArgs = keyOf(args);
            throw endless();
          }
          output.flush();
        },
      }),
    );
  };
}

/** An error that `toSqlError` gives Snowflake's code and state: thrown by the bodies of functions. */
export function raised(code: string, sqlState: string, message: string): Error {
  return new Error(`@@${code}|${sqlState}|${message}`);
}

/** A refusal by name, of what only a value shows. */
export function refusal(what: string): Error {
  return raised('000002', '0A000', `Unsupported feature: the sandbox does not support ${what}.`);
}
