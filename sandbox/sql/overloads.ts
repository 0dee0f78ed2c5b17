import type { ArgumentNames, SnowflakeType } from './contract.ts';
import { isCoercible } from './types/assign.ts';

/** What overloads differ by. */
export interface Signature {
  readonly parameters: readonly { readonly name: string; readonly type: SnowflakeType; readonly default?: string }[];
}

/** Whether a call with so many arguments leaves no parameter without a value. */
export function takesCount({ parameters }: Signature, count: number): boolean {
  const required = parameters.filter((parameter) => parameter.default === undefined).length;
  return count >= required && count <= parameters.length;
}

/** The overloads whose parameters have the names that a call gives; all where none has, so that the call says what is wrong. */
export function withNames<T extends Signature>(overloads: readonly T[], names: ArgumentNames): readonly T[] {
  const fitting = overloads.filter(({ parameters }) =>
    names.every((name) => name === undefined || parameters.some((parameter) => parameter.name === name)),
  );
  return fitting.length > 0 ? fitting : overloads;
}

/**
 * The overload that a call means, by the types of its arguments (null: a NULL without a type): the one whose types they
 * have, else the one that they can be converted to. Undefined: they can be converted to none. `ambiguous`: to several, of
 * which Snowflake's pages put none before the others. Source: docs, "Naming and overloading procedures and UDFs".
 */
export function chooseOverload<T extends Signature>(
  overloads: readonly T[],
  names: ArgumentNames,
  types: readonly (SnowflakeType | null)[],
): T | 'ambiguous' | undefined {
  const ranked = overloads.flatMap((overload) => {
    const steps = types.map((type, index) => distance(overload, names[index], index, type));
    return steps.includes(undefined) ? [] : [{ overload, steps: steps.map((step) => step ?? 0) }];
  });
  if (ranked.length <= 1) return ranked[0]?.overload;
  const best = ranked.filter((one) => ranked.every((other) => other === one || isNearer(one.steps, other.steps)));
  return best[0]?.overload ?? 'ambiguous';
}

const isNearer = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((step, index) => step <= (b[index] ?? 0)) && a.some((step, index) => step < (b[index] ?? 0));

/** 0 for the parameter's own type, 1 for one that is converted, undefined for one that cannot be. */
function distance(
  { parameters }: Signature,
  name: string | undefined,
  index: number,
  type: SnowflakeType | null,
): 0 | 1 | undefined {
  const parameter = name === undefined ? parameters[index] : parameters.find((one) => one.name === name);
  if (!parameter) return undefined;
  if (type === null) return 0;
  if (!isCoercible(type, parameter.type)) return undefined;
  return type.type === parameter.type.type ? 0 : 1;
}
