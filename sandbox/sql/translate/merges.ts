import type { Settings } from '../types/settings.ts';
import type { BoundTable } from './bound-tables.ts';
import { compare } from './comparisons.ts';
import { invalidIdentifier, shownName } from './failures.ts';
import type { Frame, Source } from './frame.ts';
import type { Ident } from './syntax/ast.ts';
import type { Join } from './syntax/from-ast.ts';
import { SourceColumn } from './translation.ts';
import { typed } from './typed.ts';

/** The conditions of USING and NATURAL; columns of the same name become one. Throws SqlError 000904. */
export function mergeColumns(
  frame: Frame,
  join: Join,
  left: readonly Source[],
  right: BoundTable,
  settings: Settings,
): string[] {
  return sharedNames(frame, join, left, right).map((name) => merge(frame, join, name, right, settings));
}

function sharedNames(frame: Frame, join: Join, left: readonly Source[], right: BoundTable): readonly Ident[] {
  if (join.using) return join.using;
  if (!join.isNatural) return [];
  const names = new Set(
    right.sources.flatMap((source) => source.columns.filter((one) => !one.hidden)).map((one) => one.name),
  );
  const seen = frame.starColumns(left, false).filter((column) => names.has(column.name));
  return [...new Set(seen.map((column) => column.name))].map((name) => ({ ...join, name, isQuoted: true }));
}

/** USING: one column takes the place of both; of an outer join, the one that has a value. */
function merge(frame: Frame, join: Join, name: Ident, right: BoundTable, settings: Settings): string {
  const left = frame.bare(name.name, name);
  const other = right.sources.flatMap((source) => source.columns).find((column) => column.name === name.name);
  if (!left || !other) throw invalidIdentifier(shownName(name.name), name);
  const a = typed(left.sql, left.type, left.nullable);
  const b = typed(other.sql, other.type, other.nullable);
  const condition = compare('=', a, b, settings, join).sql;
  const sql =
    join.kind === 'full' ? `coalesce(${left.sql}, ${other.sql})` : join.kind === 'right' ? other.sql : left.sql;
  const column = new SourceColumn({
    name: name.name,
    type: left.type,
    nullable: left.nullable || other.nullable,
    sql,
  });
  const earlier = frame.merged.findIndex((one) => one.column === left);
  const hides = new Set([left, other]);
  if (earlier >= 0) {
    for (const hidden of frame.merged[earlier]?.hides ?? []) hides.add(hidden);
    frame.merged.splice(earlier, 1);
  }
  frame.merged.push({ column, hides });
  return condition;
}

/** The side of an outer join that may have no row. */
export function makeNullable(sources: readonly Source[]): void {
  for (const source of sources) for (const column of source.columns) column.nullable = true;
}
