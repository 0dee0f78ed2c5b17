import { INTEGER } from '../types/type.ts';
import { fromWire } from '../types/wire.ts';
import { negate } from './arithmetic.ts';
import { cast } from './coerce.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation, invalidIdentifier, shownName, shownNames } from './failures.ts';
import { type Frame, StageItem } from './frame.ts';
import type { Expr, Ident, Span } from './syntax/ast.ts';
import type { SourceColumn, Translation } from './translation.ts';
import { nullOf, numberConstant, stringConstant, type Typed, typed } from './typed.ts';

type Of<K extends Expr['kind']> = Extract<Expr, { kind: K }>;

/** A column as DuckDB reads it; outside of aggregates it is noted, should its SELECT turn out to be grouped. */
export function readColumn(frame: Frame, column: SourceColumn, shown: string, span: Span): Typed {
  if (frame.aggregateDepth === 0 && !frame.isRowClause && !frame.groupKeys.has(column.sql)) {
    frame.ungrouped.push({ name: shown, span });
  }
  const value: Typed = typed(column.sql, column.type, column.nullable);
  if (column.isNull) return { ...value, constant: { kind: 'null' } };
  return column.origin ? { ...value, origin: column.origin } : value;
}

/** A name of one to four parts: a column, an item's alias, or a sequence's NEXTVAL. Throws SqlError 000904, 001052. */
export function bindName(binder: ExpressionBinder, expr: Of<'name'>): Typed {
  const { parts } = expr;
  const last = parts.at(-1);
  if (parts.length === 1 && last) return bare(binder, last, expr);
  const measured = binder.frame.recognition?.reference(parts, expr);
  if (measured) return measured;
  const found = qualified(binder.frame, parts, expr);
  if (found) return found;
  if (last?.name === 'NEXTVAL') {
    const sql = binder.translation.scope.sequence(parts.slice(0, -1).map((part) => part.name));
    return { ...typed(`CAST(${sql} AS DECIMAL(38,0))`, INTEGER, false), isVolatile: true };
  }
  throw invalidIdentifier(shownNames(parts), expr);
}

function qualified(from: Frame, parts: readonly Ident[], span: Span): Typed | undefined {
  for (let frame: Frame | undefined = from; frame; frame = frame.parent) {
    const column = frame.qualified(parts, span);
    if (column) return readColumn(frame, column, shownNames(parts), span);
  }
  return undefined;
}

/** A column comes before an alias of the same SELECT, and that before columns of the queries around it. */
function bare(binder: ExpressionBinder, ident: Ident, span: Span): Typed {
  for (let frame: Frame | undefined = binder.frame; frame; frame = frame.parent) {
    const column = frame.bare(ident.name, span);
    if (column) return readColumn(frame, column, shownColumn(frame, column, ident), span);
    if (frame === binder.frame) {
      const aliased = alias(binder, ident);
      if (aliased) return aliased;
    }
  }
  throw invalidIdentifier(shownName(ident.name), span);
}

function shownColumn(frame: Frame, column: SourceColumn, ident: Ident): string {
  const source = frame.sources.find((one) => one.columns.includes(column));
  const name = shownName(ident.name);
  return source && source.name !== '' ? `${shownName(source.name)}.${name}` : name;
}

/** An item of the same SELECT by its alias: its expression takes the name's place. */
function alias(binder: ExpressionBinder, ident: Ident): Typed | undefined {
  const { frame } = binder;
  const item = frame.aliases.get(ident.name);
  if (!item || frame.open.has(ident.name)) return undefined;
  const staged = frame.staged.get(ident.name);
  if (staged) return readColumn(frame, staged, shownName(ident.name), ident);
  frame.open.add(ident.name);
  try {
    const value = binder.collated(item.expr);
    if (value.isVolatile) throw new StageItem(frame, ident.name);
    return value;
  } finally {
    frame.open.delete(ident.name);
  }
}

/** `$1`, `t.$2`: a column by its place. */
export function bindPosition(binder: ExpressionBinder, expr: Of<'position'>): Typed {
  const { frame } = binder;
  const sources = expr.qualifier.length > 0 ? frame.matching(expr.qualifier) : frame.sources;
  const columns = sources.flatMap((source) => source.columns).filter((column) => !column.hidden);
  const column = columns[expr.number - 1];
  if (!column) throw invalidIdentifier(`$${expr.number}`, expr);
  return readColumn(frame, column, `$${expr.number}`, expr);
}

/** `$name`: a session variable's value as a constant. */
export function bindVariable(translation: Translation, expr: Of<'variable'>): Typed {
  const found = translation.scope.variable(expr.name);
  if (!found) throw compilation('002211', '02000', `Session variable '$${expr.name}' does not exist`, expr);
  if (found.value === null) return nullOf(found.type);
  // As DuckDB reads it: NaN and infinities have no digits.
  if (found.type.type === 'real') return typed(`CAST(${stringConstant(found.value).sql} AS DOUBLE)`, found.type, false);
  if (found.type.type === 'fixed') {
    const number = numberConstant(found.value.replace(/^-/, ''));
    const signed = found.value.startsWith('-') ? negate(number, translation.settings, expr) : number;
    return cast(signed, found.type, translation.settings);
  }
  if (found.type.type === 'text') return stringConstant(found.value);
  return typed(fromWire(stringConstant(found.value).sql, found.type), found.type, false);
}
