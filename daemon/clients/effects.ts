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

/** True where the statement changes nothing but what its client has chosen, and says what. */
export function isChoice(effects: StatementEffects): boolean {
  return changesContext(effects) && !effects.unknown && !effects.write;
}
