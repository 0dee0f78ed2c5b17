import type { UserTableFunction } from '../contract.ts';
import type { BoundTable } from './bound-tables.ts';
import { cast } from './coerce.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation } from './failures.ts';
import { Frame } from './frame.ts';
import { columnsOf, type OutColumn, QueryBinder } from './queries.ts';
import { QueryParser } from './syntax/query.ts';
import type { FunctionTable } from './table-functions.ts';
import { typed } from './typed.ts';
import { parameterColumns, type UserCall } from './user-functions.ts';

/**
 * A user's SQL table function in FROM: its query takes the call's place, with the arguments for the parameters. Source:
 * docs, "Tabular SQL UDFs (UDTFs)".
 */
export function inlineTable(
  binder: ExpressionBinder,
  table: FunctionTable,
  { user, given }: UserCall<UserTableFunction>,
): BoundTable {
  const { translation, settings } = binder;
  const frame = new Frame();
  const name = table.call.name.at(-1)?.name ?? '';
  frame.sources.push({ name, path: [], columns: parameterColumns(given, settings) });
  const query = new QueryParser(user.body.replace(/;\s*$/, ''), settings.mapping).wholeQuery();
  const bound = new QueryBinder(translation).bindQuery(query, frame);
  if (bound.columns.length !== user.columns.length) {
    const message = `Declared return type of function ${name} has ${user.columns.length} columns, its query ${bound.columns.length}`;
    throw compilation('002068', '42601', message, table.call);
  }
  const [inside, alias] = [translation.fresh('u'), translation.fresh('s')];
  const items = user.columns.map(({ type }, index) => {
    const from = bound.columns[index];
    const value = typed(`${inside}.c${index + 1}`, from?.type ?? type, true);
    return `${cast(value, type, settings).sql} AS c${index + 1}`;
  });
  const columns = user.columns.map((column, index): OutColumn => {
    return { ...column, name: table.alias?.columns[index]?.name ?? column.name, nullable: true };
  });
  return {
    sql: () => `(SELECT ${items.join(', ')} FROM (${bound.sql}) AS ${inside}) AS ${alias}`,
    sources: [{ name: table.alias?.name.name ?? name, path: [], columns: columnsOf(columns, alias) }],
    isLateral: given.some(({ value }) => !value.constant),
  };
}
