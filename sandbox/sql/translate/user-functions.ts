import type { UserFunction } from '../contract.ts';
import { cast } from './coerce.ts';
import { ExpressionBinder } from './expressions.ts';
import { compilation } from './failures.ts';
import { Frame } from './frame.ts';
import type { CallExpr } from './syntax/ast.ts';
import { QueryParser } from './syntax/query.ts';
import { SourceColumn } from './translation.ts';
import { type Typed, typed } from './typed.ts';

/** A user's SQL function: its body takes the call's place, with the arguments for the parameters. */
export function inlineFunction(binder: ExpressionBinder, node: CallExpr, user: UserFunction): Typed {
  const { translation, settings } = binder;
  const args = binder.bindAll(node.args.map((argument) => argument.value));
  const isQuery = /^\s*(?:SELECT|WITH)\b/i.test(user.body);
  const parser = new QueryParser(isQuery ? `(${user.body.replace(/;\s*$/, '')})` : user.body, settings.mapping);
  const expr = parser.wholeExpr();
  const frame = new Frame();
  frame.isRowClause = true;
  const columns = user.parameters.map(({ name, type }, index) => {
    const value = args[index];
    if (!value)
      throw compilation('000938', '22023', `not enough arguments for function ${node.name.at(-1)?.name}`, node);
    const given = cast(value, type, settings);
    return new SourceColumn({ name, type, nullable: value.nullable, sql: given.sql });
  });
  frame.sources.push({ name: node.name.at(-1)?.name ?? '', path: [], columns });
  const body = new ExpressionBinder(translation, frame, binder.queries).bind(expr);
  const value = cast(body, user.returns, settings);
  return typed(value.sql, value.type, true);
}
