import type { UserFunction } from '../contract.ts';
import { chooseOverload, type Signature } from '../overloads.ts';
import { isCoercible } from '../types/assign.ts';
import type { Settings } from '../types/settings.ts';
import { typeName } from '../types/type.ts';
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

/** A call of a user's function: the overload that it means, and what it gives each parameter. */
export interface UserCall<T> {
  readonly user: T;
  readonly given: readonly Given[];
}

/**
 * The overload that a call means, with what the call gives each of its parameters: by place, by name (`name => value`),
 * else its default. Undefined where there is no overload. Throws SqlError 001044 where the arguments fit none, 000938 where
 * a parameter gets nothing, 001003 where a name is unknown or given twice, 000002 where it is open which overload is meant.
 */
export function userCall<T extends Signature>(
  binder: ExpressionBinder,
  node: CallExpr,
  overloads: readonly T[],
): UserCall<T> | undefined {
  const [first] = overloads;
  if (!first) return undefined;
  const values = binder.bindAll(node.args.map((argument) => argument.value));
  const name = node.name.at(-1)?.name ?? '';
  if (overloads.length === 1) return { user: first, given: givenTo(binder, node, first.parameters, values) };
  const names = node.args.map((argument) => argument.name);
  // A NULL that is a text may as well have no type; a bound or converted one has its own (gosnowflake, bindings_test.go).
  const types = values.map((value) => (isNull(value) && value.type.type === 'text' ? null : value.type));
  const user = chooseOverload(overloads, names, types);
  if (user === 'ambiguous') {
    const shown = values.map(({ type }) => typeName(type)).join(', ');
    throw binder.translation.unsupported(`the choice between overloads of ${name} for (${shown})`, node);
  }
  if (!user) {
    throw invalidTypes(
      name,
      values.map(({ type }) => type),
      node,
    );
  }
  return { user, given: givenTo(binder, node, user.parameters, values) };
}

function givenTo(
  binder: ExpressionBinder,
  node: CallExpr,
  parameters: UserFunction['parameters'],
  values: readonly Typed[],
): readonly Given[] {
  const given = new Map<string, Typed>();
  const firstNamed = node.args.findIndex((argument) => argument.name !== undefined);
  const late = node.args.find(
    (argument, index) => firstNamed >= 0 && index > firstNamed && argument.name === undefined,
  );
  if (late) throw compilation('001003', '42000', 'unexpected argument without a name', late.value);
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
    if (!isNull(value) && !isCoercible(value.type, parameter.type)) {
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

/**
 * The columns by which a body reads its arguments. A name in quotes is found in upper case, too, where no other has it.
 * Source: gosnowflake, bindings_test.go, whose function takes "param1" and reads param1.
 */
export function parameterColumns(given: readonly Given[], settings: Settings): SourceColumn[] {
  const columns = given.map(
    ({ name, type, value }) =>
      new SourceColumn({ name, type, nullable: value.nullable, sql: `(${cast(value, type, settings).sql})` }),
  );
  const names = new Set(columns.map(({ name }) => name));
  const folded = columns
    .filter(({ name }) => !names.has(name.toUpperCase()))
    .map(({ name, type, nullable, sql }) => {
      return new SourceColumn({ name: name.toUpperCase(), type, nullable, sql, hidden: true });
    });
  return [...columns, ...folded];
}

/** A user's SQL function: its body takes the call's place, with the arguments for the parameters. */
export function inlineFunction(
  binder: ExpressionBinder,
  node: CallExpr,
  { user, given }: UserCall<UserFunction>,
): Typed {
  const { translation, settings } = binder;
  const isQuery = /^\s*(?:SELECT|WITH)\b/i.test(user.body);
  const parser = new QueryParser(isQuery ? `(${user.body.replace(/;\s*$/, '')})` : user.body, settings.mapping);
  const expr = parser.wholeExpr();
  const frame = new Frame();
  frame.isRowClause = true;
  const columns = parameterColumns(given, settings);
  frame.sources.push({ name: node.name.at(-1)?.name ?? '', path: [], columns });
  const body = new ExpressionBinder(translation, frame, binder.queries).bind(expr);
  const value = cast(body, user.returns, settings);
  return typed(value.sql, value.type, true);
}
