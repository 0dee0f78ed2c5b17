import type { EngineResult } from '../../engine.ts';

/** How a step ended: on to the next one, out of or again through the loop, or out of the block with a result. */
export type Outcome =
  | { readonly kind: 'next' }
  | { readonly kind: 'break' | 'continue'; readonly label: string | null }
  | { readonly kind: 'return'; readonly result: EngineResult };

export const NEXT: Outcome = { kind: 'next' };

/** How a loop ends after a round that ended so; undefined: it goes on. A label that is not its own leaves it, too. */
export function endOfLoop(outcome: Outcome, label: string | null): Outcome | undefined {
  if (outcome.kind === 'next') return undefined;
  if (outcome.kind === 'return' || (outcome.label !== null && outcome.label !== label)) return outcome;
  return outcome.kind === 'break' ? NEXT : undefined;
}
