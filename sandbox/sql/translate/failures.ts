import { SqlError } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import { typeName } from '../types/type.ts';
import type { Ident, Span } from './syntax/ast.ts';

const at = (span: Span) => ({ line: span.line, pos: span.pos });
const place = (span: Span) => `error line ${span.line} at position ${span.pos}`;

/** A name as messages print it: bare where it would fold to itself. */
export function shownName(name: string): string {
  return /^[A-Z_][A-Z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

export function shownNames(parts: readonly Ident[]): string {
  return parts.map((part) => shownName(part.name)).join('.');
}

export function invalidIdentifier(name: string, span: Span): SqlError {
  return new SqlError(
    '000904',
    '42000',
    `SQL compilation error: ${place(span)}\ninvalid identifier '${name}'`,
    at(span),
  );
}

export function ambiguousColumn(name: string, span: Span): SqlError {
  return new SqlError(
    '001052',
    '42601',
    `SQL compilation error: ${place(span)}\nambiguous column name '${name}'`,
    at(span),
  );
}

export function duplicateAlias(name: string, span: Span): SqlError {
  return new SqlError('002012', '42601', `SQL compilation error:\nduplicate alias '${shownName(name)}'`, at(span));
}

export function unknownFunction(name: string, span: Span): SqlError {
  return new SqlError('002140', '42601', `SQL compilation error:\nUnknown function ${name}`, at(span));
}

export function wrongCount(call: string, expected: number, got: number, span: Span): SqlError {
  const message =
    got < expected
      ? `not enough arguments for function [${call}], expected ${expected}, got ${got}`
      : `too many arguments for function [${call}] expected ${expected}, got ${got}`;
  const code = got < expected ? '000938' : '000939';
  return new SqlError(code, '22023', `SQL compilation error: ${place(span)}\n${message}`, at(span));
}

export function invalidTypes(name: string, types: readonly SnowflakeType[], span: Span): SqlError {
  const shown = types.map(typeName).join(', ');
  const message = `Invalid argument types for function '${name}': (${shown})`;
  return new SqlError('001044', '42P13', `SQL compilation error: ${place(span)}\n${message}`, at(span));
}

export function notGrouped(column: string, span: Span): SqlError {
  const message = `'${column}' in select clause is neither an aggregate nor in the group by clause.`;
  return compilation('001104', '42601', message, span);
}

/** What GROUP BY or ORDER BY cannot take: a place that no column has, an aggregate, a column that is not grouped. */
export function invalidKey(shown: string, clause: 'group by' | 'order by', span: Span): SqlError {
  const message = `SQL compilation error:\n[${shown}] is not a valid ${clause} expression`;
  return new SqlError('000979', '42601', message, at(span));
}

export function compilation(code: string, state: string, message: string, span: Span): SqlError {
  return new SqlError(code, state, `SQL compilation error: ${place(span)}\n${message}`, at(span));
}
