import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ResultColumn, WireRow } from '../engine.ts';
import type { Translated } from './contract.ts';
import { isSymbol, type TokenReader } from './reader.ts';
import { booleanColumn, numberColumn, textColumn } from './results.ts';
import { stagedRelation } from './staged-rows.ts';
import type { Statement } from './statement.ts';
import { characterCount } from './types/character-count.ts';

/** From so many rows on, VALUES of plain literals are loaded instead of translated. */
const WORTHWHILE = 50;
const BATCH = 2000;

type Kind = 'fixed' | 'text' | 'boolean';

/** What is known of a column so far. */
interface Shape {
  kind: Kind | null;
  whole: number;
  scale: number;
  length: number;
}

/**
 * Many rows of VALUES that hold nothing but literals, loaded as rows: a statement of thousands of them would take long
 * to translate, during which nothing else could be answered. Undefined, with the reader where it was, for anything else.
 */
export async function literalRows(statement: Statement): Promise<Translated | undefined> {
  const { reader } = statement;
  const start = reader.position;
  const parsed = readRows(reader);
  if (!parsed) {
    reader.rewind(start);
    return undefined;
  }
  const columns = parsed.shapes.map(columnOf);
  async function* batches(): AsyncGenerator<readonly WireRow[], void, undefined> {
    for (let from = 0; from < (parsed?.rows.length ?? 0); from += BATCH) {
      yield parsed?.rows.slice(from, from + BATCH) ?? [];
      await nextTurn();
    }
  }
  const relation = await stagedRelation(statement, columns, batches());
  return {
    sql: `SELECT * FROM ${relation.duckName} AS v`,
    columns: columns.map((column, index) => ({
      ...column,
      encode: 'UTC',
      ...(parsed.shapes[index]?.kind === null ? { isNull: true } : {}),
    })),
    numberOfBinds: 0,
  };
}

function columnOf({ kind, whole, scale, length }: Shape, index: number): ResultColumn {
  const name = `COLUMN${index + 1}`;
  if (kind === 'fixed') return numberColumn(name, Math.max(1, whole + scale), scale);
  if (kind === 'boolean') return booleanColumn(name);
  return textColumn(name, Math.max(1, length));
}

function readRows(reader: TokenReader): { rows: (string | null)[][]; shapes: Shape[] } | undefined {
  reader.expect('VALUES');
  const rows: (string | null)[][] = [];
  const shapes: Shape[] = [];
  do {
    if (!reader.accept('(')) return undefined;
    const row: (string | null)[] = [];
    do {
      const literal = readLiteral(reader);
      if (!literal) return undefined;
      let shape = shapes[row.length];
      if (!shape) {
        if (rows.length > 0) return undefined;
        shape = { kind: null, whole: 0, scale: 0, length: 0 };
        shapes.push(shape);
      }
      if (!fits(shape, literal)) return undefined;
      row.push(literal.value);
    } while (reader.accept(','));
    if (!reader.accept(')') || row.length !== shapes.length) return undefined;
    rows.push(row);
  } while (reader.accept(','));
  while (reader.accept(';'));
  if (reader.peek().kind !== 'end' || rows.length < WORTHWHILE) return undefined;
  return shapes.every(({ whole, scale }) => whole + scale <= 38) ? { rows, shapes } : undefined;
}

interface Literal {
  readonly kind: Kind | null;
  readonly value: string | null;
}

/** A number without exponent, a text, TRUE, FALSE or NULL. */
function readLiteral(reader: TokenReader): Literal | undefined {
  const sign = reader.accept('-') ? '-' : '';
  const token = reader.next();
  if (token.kind === 'number' && /^(\d+\.?\d*|\.\d+)$/.test(token.value)) {
    return { kind: 'fixed', value: `${sign}${token.value.replace(/\.$/, '').replace(/^\./, '0.')}` };
  }
  if (sign !== '') return undefined;
  if (token.kind === 'string') return { kind: 'text', value: token.value };
  if (isSymbol(token, 'TRUE')) return { kind: 'boolean', value: '1' };
  if (isSymbol(token, 'FALSE')) return { kind: 'boolean', value: '0' };
  return isSymbol(token, 'NULL') ? { kind: null, value: null } : undefined;
}

/** Widens the column's shape for a literal; false where kinds differ, as then Snowflake's rules of conversion decide. */
function fits(shape: Shape, { kind, value }: Literal): boolean {
  if (kind === null || value === null) return true;
  if (shape.kind !== null && shape.kind !== kind) return false;
  shape.kind = kind;
  if (kind === 'text') shape.length = Math.max(shape.length, characterCount(value));
  if (kind === 'fixed') {
    const [whole = '', fraction = ''] = value
      .replace('-', '')
      .replace(/^0+(?=\d)/, '')
      .split('.');
    shape.whole = Math.max(shape.whole, whole.length);
    shape.scale = Math.max(shape.scale, fraction.length);
  }
  return true;
}
