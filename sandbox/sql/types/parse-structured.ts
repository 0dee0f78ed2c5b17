import { SqlError, type TypeField } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import type { Token } from '../lexer.ts';
import { field, structured, typeName } from './type.ts';

/** A type with the place of the token behind it. */
interface Found {
  readonly type: SnowflakeType;
  readonly next: number;
}

type ReadPart = (at: number) => Found | undefined;

/** Snowflake's limit on the parts of a structured column. Source: docs, "Structured data types". */
const MOST_PARTS = 1000;

function unexpected(token: Token | undefined): SqlError {
  const place = `line ${token?.line ?? 1} at position ${token?.pos ?? 0}`;
  const shown = token === undefined || token.kind === 'end' ? '<EOF>' : token.text;
  return new SqlError('001003', '42000', `SQL compilation error:\nsyntax error ${place} unexpected '${shown}'.`, token);
}

function refused(message: string, at: Token): SqlError {
  return new SqlError('002040', '42601', `SQL compilation error:\n${message}`, at);
}

/**
 * Reads what stands in the parentheses of ARRAY(T [NOT NULL]), OBJECT([k T [NOT NULL], ...]) and MAP(K, V [NOT NULL]).
 * `at` is the type's word; `readPart` reads a type. Keys keep their case, quoted or not. Throws SqlError 001003, 002040.
 * Source: docs, "Structured data types", specifying.
 */
export function readStructured(
  kind: 'array' | 'object' | 'map',
  tokens: readonly Token[],
  at: number,
  readPart: ReadPart,
): Found {
  const word = tokens[at];
  if (!word) throw unexpected(word);
  let next = at + 2;
  const isWord = (value: string, ahead = 0) => {
    const token = tokens[next + ahead];
    return token?.kind === 'word' && token.value === value;
  };
  const part = (name: string, takesNotNull = true): TypeField => {
    const found = readPart(next);
    if (!found) throw unexpected(tokens[next]);
    next = found.next;
    const isNotNull = takesNotNull && isWord('NOT') && isWord('NULL', 1);
    if (isNotNull) next += 2;
    return field(found.type, !isNotNull, name);
  };
  const symbol = (text: string): boolean => {
    if (tokens[next]?.text !== text) return false;
    next += 1;
    return true;
  };
  const expect = (text: string) => {
    if (!symbol(text)) throw unexpected(tokens[next]);
  };
  const parts: TypeField[] = [];
  if (kind === 'array') parts.push(part(''));
  else if (kind === 'map') {
    const key = part('', false);
    if (key.type !== 'text' && (key.type !== 'fixed' || key.scale !== 0)) {
      throw refused(
        `Invalid type '${typeName(key)}' for the key of a MAP: VARCHAR or NUMBER with scale 0 expected.`,
        word,
      );
    }
    expect(',');
    parts.push({ ...key, nullable: false }, part(''));
  } else if (tokens[next]?.text !== ')') {
    do {
      const key = tokens[next];
      if (key?.kind !== 'word' && key?.kind !== 'quoted') throw unexpected(key);
      const name = key.kind === 'word' ? key.text : key.value;
      if (parts.some((other) => other.name === name)) throw refused(`Duplicate key '${name}' in an OBJECT type.`, key);
      next += 1;
      parts.push(part(name));
    } while (symbol(','));
  }
  expect(')');
  if (countOf(parts) > MOST_PARTS) throw refused(`A structured type has at most ${MOST_PARTS} parts.`, word);
  return { type: structured(kind, ...parts), next };
}

function countOf(parts: readonly TypeField[]): number {
  return parts.reduce((sum, { fields }) => sum + 1 + (fields ? countOf(fields) : 0), 0);
}
