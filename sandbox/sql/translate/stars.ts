import { refuseCollations } from './collations.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation, invalidIdentifier, shownName, shownNames } from './failures.ts';

import { readColumn } from './names.ts';
import type { OutItem } from './selects.ts';
import type { Argument, CallExpr, StarExpr } from './syntax/ast.ts';
import type { SourceColumn } from './translation.ts';

/** The ILIKE pattern of a star as a test: `%` any text, `_` any character. */
function matcher(pattern: string): RegExp {
  const text = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '[\\s\\S]*')
    .replaceAll('_', '[\\s\\S]');
  return new RegExp(`^${text}$`, 'i');
}

/** The columns that a star stands for, less those that its ILIKE and EXCLUDE leave out. Throws SqlError 000904, 002028. */
export function chosenColumns({ frame }: ExpressionBinder, star: StarExpr): readonly SourceColumn[] {
  const isWhole = star.qualifier.length === 0;
  const sources = isWhole ? frame.sources : frame.matching(star.qualifier);
  if (sources.length === 0) {
    if (isWhole) throw compilation('002028', '42601', 'SELECT with no columns', star);
    throw invalidIdentifier(`${shownNames(star.qualifier)}.*`, star);
  }
  if (sources.some(({ isStage }) => isStage)) throw compilation('002028', '42601', 'SELECT with no columns', star);
  const columns = frame.starColumns(sources, isWhole);
  const named = [...star.exclude, ...star.replace.map(({ name }) => name), ...star.rename.map(({ from }) => from)];
  for (const ident of named) {
    if (!columns.some((column) => column.name === ident.name)) throw invalidIdentifier(shownName(ident.name), ident);
  }
  const excluded = new Set(star.exclude.map((ident) => ident.name));
  const fits = star.ilike === undefined ? undefined : matcher(star.ilike);
  return columns.filter((column) => !excluded.has(column.name) && (fits?.test(column.name) ?? true));
}

/** Columns of `*` or `t.*`, less those excluded, replaced and renamed as told. Throws SqlError 000904, 002028. */
export function expandStar(binder: ExpressionBinder, star: StarExpr): readonly OutItem[] {
  const items = chosenColumns(binder, star).map((column): OutItem => {
    const replaced = star.replace.find(({ name }) => name.name === column.name);
    const renamed = star.rename.find(({ from }) => from.name === column.name);
    const value = replaced
      ? binder.bind(replaced.expr)
      : readColumn(binder.frame, column, shownName(column.name), star);
    return { name: renamed?.to.name ?? column.name, value, isAliased: false };
  });
  if (items.length === 0) throw compilation('002028', '42601', 'SELECT with no columns', star);
  return items;
}

/** The columns of a star among a function's arguments; there it may only leave out. Throws as `chosenColumns`, and 000002. */
export function argumentColumns(binder: ExpressionBinder, star: StarExpr): readonly SourceColumn[] {
  if (star.replace.length > 0 || star.rename.length > 0) {
    throw binder.translation.unsupported("REPLACE and RENAME of a '*' in arguments", star);
  }
  const columns = chosenColumns(binder, star);
  refuseCollations(binder.translation, columns, 'here', star);
  return columns;
}

/** A call with the columns in the place of each star among its arguments, as if they had been named. */
export function namedArguments(binder: ExpressionBinder, node: CallExpr): CallExpr {
  const args = node.args.flatMap((argument): readonly Argument[] => {
    const star = argument.value;
    if (star.kind !== 'star') return [argument];
    return argumentColumns(binder, star).map((column) => {
      const source = binder.frame.sources.find(({ columns }) => columns.includes(column));
      const names = source && source.name !== '' ? [source.name, column.name] : [column.name];
      const { start, end, line, pos } = star;
      const parts = names.map((name) => ({ name, isQuoted: true, start, end, line, pos }));
      return { value: { kind: 'name', parts, start, end, line, pos } };
    });
  });
  return { ...node, args };
}
