/**
 * What a change does to the places of rows, where that is known: it leaves them where they are and adds so many behind
 * them (null: after all it did not), or it does nothing but take out those whose row ids a query gives, and its result is
 * how many these were.
 */
export type Effect<P, R> =
  | { readonly kind: 'keeps places'; readonly added: (result: R) => number | null }
  | { readonly kind: 'takes out'; readonly ids: (prepared: P) => string; readonly result: (count: number) => R };

/** How many of `rows` rows and those added there are now, as far as the effect tells; null where it does not. */
export function rowsAfter<P, R>(effect: Effect<P, R> | undefined, result: R, rows: number | null): number | null {
  if (rows === null || !effect) return null;
  if (effect.kind === 'takes out') return result === effect.result(0) ? rows : null;
  const added = effect.added(result);
  return added === null ? null : rows + added;
}
