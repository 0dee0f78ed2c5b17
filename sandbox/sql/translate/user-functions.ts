import type { UserFunction } from '../contract.ts';
import { isCoercible } from '../types/assign.ts';
import { isStructured } from '../types/type.ts';
import { cast } from './coerce.ts';
import { ExpressionBinder } from './expressions.ts';
import { compilation, invalidTypes } from './failures.ts';
import { Frame } from './frame.ts';
import type { CallExpr } from './syntax/ast.ts';
import { QueryParser } from './syntax/query.ts';
import { SourceColumn } from './translation.ts';
import { isNull, type Typed, typed } from './typed.ts';

/** A parameter with what a call gives it. */
export type Given = UserFunction['parameters'][number] & { readonly value: Typed };

/**
 * What a call of a user's function gives each of its parameters: by place, by name (`name => value`), else its default.
 * Throws SqlError 000938 where one gets nothing, 001003 where a name is unknown or given twice.
 */
export function argumentsFor(
  binder: ExpressionBinder,
  node: CallExpr,
  parameters: UserFunction['parameters'],
): readonly Given[] {
  const given = new Map<string, Typed>();
  const values = binder.bindAll(node.args.map((argument) => argument.value));
  node.args.forEach((argument, index) => {
    const name = argument.name ?? parameters[index]?.name ?? '';
    const value = values[index];
    if (!value || given.has(name) || !parameters.some((parameter) => parameter.name === name)) {
      throw compilation('001003', '42000', `unexpected argument '${name}'`, argument.value);
    }
    given.set(name, value);
  });
  return parameters.map((parameter) => {
    const value = given.get(parameter.name) ?? defaultOf(binder, parameter.default);
    if (!value)
      throw compilation('000938', '22023', `not enough arguments for function ${node.name.at(-1)?.name}`, node);
    // A structured value is never made of a semi-structured one, nor the other way, without a cast.
    const isTyped = isStructured(value.type) || isStructured(parameter.type);
    if (isTyped && !isNull(value) && !isCoercible(value.type, parameter.type)) {
      throw invalidTypes(
        node.name.at(-1)?.name ?? '',
        values.map(({ type }) => type),
        node,
      );
    }
    return { ...parameter, value };
  });
}

function defaultOf(binder: ExpressionBinder, text: string | undefined): Typed | undefined {
  if (text === undefined) return undefined;
  const expr = new QueryParser(text, binder.settings.mapping).wholeExpr();
  return new ExpressionBinder(binder.translation, new Frame(), binder.queries).bind(expr);
}

/** A user's SQL function: its body takes the call's place, with the arguments for the parameters. */
export function inlineFunction(binder: ExpressionBinder, node: CallExpr, user: UserFunction): Typed {
  const { translation, settings } = binder;
  const isQuery = /^\s*(?:SELECT|WITH)\b/i.test(user.body);
  const parser = new QueryParser(isQuery ? `(${user.body.replace(/;\s*$/, '')})` : user.body, settings.mapping);
  const expr = parser.wholeExpr();
  const frame = new Frame();
  frame.isRowClause = true;
  const columns = argumentsFor(binder, node, user.parameters).map(
    ({ name, type, value }) =>
      new SourceColumn({ name, type, nullable: value.nullable, sql: cast(value, type, settings).sql }),
  );
  frame.sources.push({ name: node.name.at(-1)?.name ?? '', path: [], columns });
  const body = new ExpressionBinder(translation, frame, binder.queries).bind(expr);
  const value = cast(body, user.returns, settings);
  return typed(value.sql, value.type, true);
}
