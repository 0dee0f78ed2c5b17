import type { TravelPoint } from '../contract.ts';
import { fixed, isTimestamp, timestamp } from '../types/type.ts';
import { cast } from './coerce.ts';
import { ExpressionBinder } from './expressions.ts';
import { Frame } from './frame.ts';
import type { TableExpr, TravelClause } from './syntax/from-ast.ts';
import { stringOf } from './typed.ts';

/**
 * The point that AT or BEFORE names: its value is constant. A time without a zone, or a text, is in UTC. Source: docs,
 * "AT | BEFORE". Throws SqlError 000904 for a column.
 */
export function travelPoint(binder: ExpressionBinder, { word, by, value }: TravelClause): TravelPoint {
  const { translation } = binder;
  const bound = new ExpressionBinder(translation, new Frame(), binder.queries).bind(value);
  if (by === 'STATEMENT') {
    const id = stringOf(bound);
    if (id === undefined) throw translation.unsupported('a STATEMENT of time travel that is not constant', value);
    return { word, by, value: id };
  }
  const isZoned = isTimestamp(bound.type) && bound.type.type !== 'timestamp_ntz';
  const number =
    by === 'OFFSET'
      ? cast(bound, fixed(18, 6), binder.settings).sql
      : `sf_hdiv(${cast(bound, timestamp(isZoned ? 'timestamp_ltz' : 'timestamp_ntz'), binder.settings).sql}, 1000000)`;
  const [text] = translation.texts(`SELECT CAST(${number} AS VARCHAR)`, value);
  return { word, by, value: text ?? '' };
}

/** AT and BEFORE stand behind names: of tables, views, and those in IDENTIFIER('t') and TABLE('t'). */
export function refuseTravel(binder: ExpressionBinder, table: TableExpr): void {
  if (!table.travel || table.kind === 'table') return;
  if (table.kind === 'function' && ['IDENTIFIER', 'TABLE'].includes(table.call.name.at(-1)?.name ?? '')) return;
  throw binder.translation.unsupported('time travel of what is no table or view', table.travel);
}
