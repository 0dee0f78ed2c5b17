import { cast } from './coerce.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation } from './failures.ts';
import { unifiedType } from './operators.ts';
import type { BoundQuery, OutColumn } from './queries.ts';
import type { Expr, Span } from './syntax/ast.ts';
import { isNull, type Typed } from './typed.ts';

/** Rows of VALUES: columns COLUMN1, COLUMN2, ... of the types that fit all rows. */
export function bindRows(binder: ExpressionBinder, rows: readonly (readonly Expr[])[], span: Span): BoundQuery {
  const width = rows[0]?.length ?? 0;
  const values = rows.map((row) => {
    if (row.length !== width) {
      throw compilation(
        '001058',
        '42601',
        'Invalid expression: rows of VALUES have different numbers of columns',
        span,
      );
    }
    return binder.bindAll(row);
  });
  const columns: OutColumn[] = [];
  const cells = values.map(() => [] as string[]);
  for (let index = 0; index < width; index++) {
    const column = values.map((row) => row[index]).filter((value): value is Typed => value !== undefined);
    const type = unifiedType(column, 'VALUES', span);
    const onlyNull = column.every(isNull) ? { isNull: true } : {};
    const bound = column.every((value) => value.isBound || isNull(value)) && !onlyNull.isNull ? { isBound: true } : {};
    const nullable = column.some((value) => value.nullable);
    columns.push({ name: `COLUMN${index + 1}`, type, nullable, ...onlyNull, ...bound });
    column.forEach((value, row) => {
      cells[row]?.push(cast(value, type, binder.settings).sql);
    });
  }
  const alias = binder.translation.fresh('v');
  const names = columns.map((_, index) => `c${index + 1}`);
  const text = cells.map((row) => `(${row.join(', ')})`).join(', ');
  return { sql: `SELECT ${names.join(', ')} FROM (VALUES ${text}) AS ${alias}(${names.join(', ')})`, columns };
}
