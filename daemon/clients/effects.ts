import type { StatementEffects } from './contract.ts';

/** True where the statement may leave another context than it found. */
export function changesContext(effects: StatementEffects): boolean {
  return (
    effects.context ||
    effects.unknown ||
    effects.variables.length > 0 ||
    effects.sessionParameters.length > 0 ||
    effects.secondaryRoles !== undefined
  );
}
