import { ComposedText } from './composed-text.ts';
import type { SnowflakeType } from './contract.ts';
import { readAll } from './run-query.ts';
import { scopeOf } from './scope.ts';
import type { Statement } from './statement.ts';
import { translate } from './translate.ts';
import { typeOf } from './types/index.ts';

export interface Value {
  /** In wire form; null is SQL NULL. */
  readonly value: string | null;
  readonly type: SnowflakeType;
}

/** The values of a part of the statement's text: one expression, a row in parentheses, or a subquery's only row. */
export async function evaluate(statement: Statement, range: { start: number; end: number }): Promise<Value[]> {
  const { reader } = statement;
  const row = withoutParentheses(reader.text, range);
  const isQuery = /^\s*(SELECT|WITH)\b/i.test(reader.text.slice(row.start, row.end));
  const composed = new ComposedText(reader.text).add(isQuery ? '' : 'SELECT ').take(row);
  const translated = await composed.locating((text) =>
    translate(text, scopeOf(statement), { binds: statement.request.binds }),
  );
  const [values] = await readAll(statement, translated);
  return translated.columns.map((column, index) => ({
    value: values?.[index] ?? null,
    type: typeOf(column),
  }));
}

function withoutParentheses(text: string, range: { start: number; end: number }): { start: number; end: number } {
  const inside = text.slice(range.start, range.end);
  if (!inside.startsWith('(') || !inside.endsWith(')')) return range;
  let depth = 0;
  for (let i = 0; i < inside.length; i += 1) {
    if (inside[i] === "'") i = inside.indexOf("'", i + 1) === -1 ? inside.length : inside.indexOf("'", i + 1);
    else if (inside[i] === '(') depth += 1;
    else if (inside[i] === ')') {
      depth -= 1;
      if (depth === 0 && i < inside.length - 1) return range;
    }
  }
  return { start: range.start + 1, end: range.end - 1 };
}
