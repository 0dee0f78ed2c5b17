import type { ParameterHolder } from '../../../catalog/object-parameters.ts';
import { isLevelParameter } from '../../parameter-levels.ts';
import type { ParameterValue } from '../../parameters.ts';
import type { Statement } from '../../statement.ts';

/** Keeps those of an object's properties that are parameters: SHOW PARAMETERS tells them. */
export function keepParameters(
  { account }: Statement,
  object: ParameterHolder,
  options: ReadonlyMap<string, ParameterValue>,
): void {
  for (const [name, value] of options) {
    if (isLevelParameter(name)) account.catalog.objectParameters.set(object, name, value);
  }
}

/** Takes parameters away from an object, so that the value of the object around it holds. */
export function forgetParameters({ account }: Statement, object: ParameterHolder, names: readonly string[]): void {
  for (const name of names) if (isLevelParameter(name)) account.catalog.objectParameters.unset(object, name);
}
