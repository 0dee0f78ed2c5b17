import type { Bind, ResultColumn, WireRow } from '../engine.ts';
import { SqlError } from '../engine.ts';
import { isWellFormed } from './bind-shapes.ts';
import type { Relation } from './contract.ts';
import { unsupported } from './errors.ts';
import type { TokenReader } from './reader.ts';
import { booleanColumn, numberColumn, realColumn, textColumn } from './results.ts';
import { stagedRelation } from './staged-rows.ts';
import type { Statement } from './statement.ts';

const BINDS = '$BINDS';

/** Bound arrays as a relation with one row for each execution. */
export interface BoundRows {
  readonly relation: Relation;
  /** VALUES (...) with its place holders as a query over the relation; the reader stands at VALUES and ends at the end. */
  rewrite(reader: TokenReader): string;
}

export function hasArrays({ request }: Statement): boolean {
  return [...request.binds.values()].some(({ value }) => Array.isArray(value));
}

/** The bound arrays of an INSERT ... VALUES, or undefined where all values are single ones. Throws SqlError 002049 for arrays of unequal lengths. */
export async function boundRows(statement: Statement): Promise<BoundRows | undefined> {
  if (!hasArrays(statement) || statement.request.describeOnly) return undefined;
  const binds = [...statement.request.binds];
  const count = Math.max(...binds.map(([, { value }]) => (Array.isArray(value) ? value.length : 0)));
  const typed = binds.map(([name, bind]): readonly [string, Bind] => [name, asTextUnlessWellFormed(bind)]);
  const columns = typed.map(([name, bind]) => columnFor(name, bind));
  const cells = typed.map(([, bind]) => {
    const values: readonly (string | null)[] = Array.isArray(bind.value)
      ? bind.value
      : Array.from({ length: count }, () => bind.value as string | null);
    if (values.length !== count) {
      throw new SqlError('002049', '42601', 'SQL compilation error:\nBind variables of unequal lengths.');
    }
    return values.map((value) => (value === null ? null : wireText(bind.type, value)));
  });
  async function* batches(): AsyncGenerator<readonly WireRow[], void, undefined> {
    yield Array.from({ length: count }, (_, row) => cells.map((column) => column[row] ?? null));
  }
  const from = { database: '', schema: '', name: BINDS };
  // A column of nothing but NULL fits every type, whatever type its driver calls it.
  const nulls = new Set(binds.filter((_, index) => cells[index]?.every((cell) => cell === null)).map(([name]) => name));
  return {
    relation: await stagedRelation(statement, columns, batches(), from),
    rewrite: (reader) => rewrite(reader, nulls),
  };
}

/** Values of one row out of the binds: for statements other than INSERT, which run once for each. */
export function bindsOfRow(binds: ReadonlyMap<string, Bind>, row: number): ReadonlyMap<string, Bind> {
  return new Map(
    [...binds].map(([name, bind]) => [
      name,
      Array.isArray(bind.value) ? { ...bind, value: bind.value[row] ?? null } : bind,
    ]),
  );
}

export function rowCount(binds: ReadonlyMap<string, Bind>): number {
  return Math.max(0, ...[...binds.values()].map(({ value }) => (Array.isArray(value) ? value.length : 0)));
}

/** One value that is not of its type's shape makes all of them texts, which the column they go to converts or refuses. */
function asTextUnlessWellFormed(bind: Bind): Bind {
  const values = Array.isArray(bind.value) ? bind.value : [bind.value];
  const isSound = values.every((value) => value === null || isWellFormed(bind.type, value));
  return isSound ? bind : { ...bind, type: 'TEXT' };
}

function columnFor(name: string, { type, value }: Bind): ResultColumn {
  const upper = type.toUpperCase();
  if (upper === 'DECFLOAT') throw unsupported('the data type DECFLOAT');
  const values = Array.isArray(value) ? value : [value];
  if (upper === 'FIXED') {
    const scale = values.reduce((most, text) => Math.max(most, /\.(\d+)$/.exec(text ?? '')?.[1]?.length ?? 0), 0);
    return numberColumn(name, 38, Math.min(scale, 37));
  }
  if (upper === 'REAL') return realColumn(name);
  if (upper === 'BOOLEAN') return booleanColumn(name);
  if (upper === 'BINARY') return { ...textColumn(name), type: 'binary', length: 8388608 };
  if (upper === 'DATE') return { ...textColumn(name), type: 'date', length: null };
  if (upper === 'TIME') return { ...textColumn(name), type: 'time', precision: 0, scale: 9, length: null };
  if (upper === 'TIMESTAMP_NTZ' || upper === 'TIMESTAMP_LTZ' || upper === 'TIMESTAMP_TZ') {
    const kind = upper.toLowerCase() as 'timestamp_ntz' | 'timestamp_ltz' | 'timestamp_tz';
    return { ...textColumn(name), type: kind, precision: 0, scale: 9, length: null };
  }
  return textColumn(name);
}

/** A bound value's text (PROTOCOL §6) as a result's cell has it. */
function wireText(type: string, value: string): string {
  switch (type.toUpperCase()) {
    case 'DATE':
      return String(Math.floor(Number(value) / 86_400_000));
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
      return secondsOf(value);
    case 'TIMESTAMP_TZ': {
      const [nanos = '0', offset = '1440'] = value.split(' ');
      return `${secondsOf(nanos)} ${offset}`;
    }
    case 'BOOLEAN':
      return value.toLowerCase();
    default:
      return value;
  }
}

function secondsOf(nanos: string): string {
  const digits = nanos.replace('-', '').padStart(10, '0');
  return `${nanos.startsWith('-') ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

function rewrite(reader: TokenReader, nulls: ReadonlySet<string>): string {
  const column = (name: string) => (nulls.has(name) ? 'NULL' : `"${name}"`);
  reader.expect('VALUES');
  const range = reader.parenthesised();
  reader.expectEnd();
  let text = '';
  let at = range.start;
  let position = 0;
  reader.tokens.forEach((token, index) => {
    if (token.start < range.start || token.end > range.end || token.kind !== 'symbol') return;
    const number = reader.tokens[index + 1];
    if (token.value === '?') {
      position += 1;
      text += `${reader.text.slice(at, token.start)}${column(String(position))}`;
      at = token.end;
    } else if (token.value === ':' && number?.kind === 'number' && reader.tokens[index - 1]?.kind === 'symbol') {
      text += `${reader.text.slice(at, token.start)}${column(number.value)}`;
      at = number.end;
    }
  });
  return `SELECT ${text}${reader.text.slice(at, range.end)} FROM "${BINDS}"`;
}
