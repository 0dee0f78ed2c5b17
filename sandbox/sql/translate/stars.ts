import type { ExpressionBinder } from './expressions.ts';
import { compilation, invalidIdentifier, shownName, shownNames } from './failures.ts';
import { readColumn } from './names.ts';
import type { OutItem } from './selects.ts';
import type { Ident, StarExpr } from './syntax/ast.ts';

/** The ILIKE pattern of a star as a test: `%` any text, `_` any character. */
function matcher(pattern: string): RegExp {
  const text = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '[\\s\\S]*')
    .replaceAll('_', '[\\s\\S]');
  return new RegExp(`^${text}$`, 'i');
}

/** Columns of `*` or `t.*`, less those excluded, replaced and renamed as told. Throws SqlError 000904. */
export function expandStar(binder: ExpressionBinder, star: StarExpr): readonly OutItem[] {
  const { frame } = binder;
  const isWhole = star.qualifier.length === 0;
  const sources = isWhole ? frame.sources : frame.matching(star.qualifier);
  if (sources.length === 0) {
    if (isWhole) throw compilation('002028', '42601', 'SELECT with no columns', star);
    throw invalidIdentifier(`${shownNames(star.qualifier)}.*`, star);
  }
  if (sources.some(({ isStage }) => isStage)) throw compilation('002028', '42601', 'SELECT with no columns', star);
  const columns = frame.starColumns(sources, isWhole);
  const mustExist = (ident: Ident) => {
    if (!columns.some((column) => column.name === ident.name)) throw invalidIdentifier(shownName(ident.name), ident);
  };
  star.exclude.forEach(mustExist);
  for (const { name } of star.replace) mustExist(name);
  for (const { from } of star.rename) mustExist(from);
  const excluded = new Set(star.exclude.map((ident) => ident.name));
  const fits = star.ilike === undefined ? undefined : matcher(star.ilike);
  const items = columns
    .filter((column) => !excluded.has(column.name) && (fits?.test(column.name) ?? true))
    .map((column): OutItem => {
      const replaced = star.replace.find(({ name }) => name.name === column.name);
      const renamed = star.rename.find(({ from }) => from.name === column.name);
      const value = replaced ? binder.bind(replaced.expr) : readColumn(frame, column, shownName(column.name), star);
      return { name: renamed?.to.name ?? column.name, value, isAliased: false };
    });
  if (items.length === 0) throw compilation('002028', '42601', 'SELECT with no columns', star);
  return items;
}
