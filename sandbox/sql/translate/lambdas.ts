import type { SnowflakeType } from '../contract.ts';
import { cast } from './coerce.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation } from './failures.ts';
import type { Call } from './functions/rule.ts';
import type { Expr } from './syntax/ast.ts';
import { SourceColumn } from './translation.ts';
import { type Typed, typed } from './typed.ts';

/** A lambda's body with the names that its parameters have in DuckDB. */
export interface BoundLambda {
  readonly names: readonly string[];
  readonly body: Typed;
}

/** Binds a lambda whose parameters have these types; `read` says what a parameter is in DuckDB's words, else just its name. Throws SqlError 001044 where no such lambda stands. */
export function bindLambda(
  binder: ExpressionBinder,
  expr: Expr,
  types: readonly SnowflakeType[],
  call: Call,
  read: (name: string, type: SnowflakeType) => Typed = (name, type) => typed(name, type, true),
): BoundLambda {
  if (expr.kind !== 'lambda' || expr.params.length !== types.length) {
    throw compilation('001044', '42P13', `${call.name} needs a lambda of ${types.length} parameters`, expr);
  }
  const names = expr.params.map(() => binder.translation.fresh('l'));
  const { frame } = binder;
  const before = frame.lambdas;
  const columns = expr.params.map((param, index) => {
    const type = types[index];
    if (!type) throw new Error('counted above');
    const value = read(names[index] ?? '', type);
    const given = param.type ? cast(value, param.type, binder.settings) : value;
    return new SourceColumn({ name: param.name, type: given.type, nullable: true, sql: given.sql });
  });
  frame.lambdas = [...before, ...columns];
  const wasRowClause = frame.isRowClause;
  frame.isRowClause = true;
  try {
    return { names, body: binder.bind(expr.body) };
  } finally {
    frame.lambdas = before;
    frame.isRowClause = wasRowClause;
  }
}
