// MATCH_RECOGNIZE (this folder): patterns (this file), how they are found in rows (matcher.ts), and the statement's side
// that runs both (recognize.ts). The syntax tree and the translator import pattern.ts, scope.ts the rest.

/** A row pattern as PATTERN (...) has it. Source: documentation page "MATCH_RECOGNIZE". */
export type Pattern =
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'sequence'; readonly items: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly items: readonly Pattern[] }
  | {
      readonly kind: 'repeat';
      readonly item: Pattern;
      readonly min: number;
      /** Null: without end. */
      readonly max: number | null;
      readonly isGreedy: boolean;
    }
  /** `{- ... -}`: its rows belong to the match, and are not shown. */
  | { readonly kind: 'excluded'; readonly item: Pattern }
  | { readonly kind: 'anchor'; readonly at: 'start' | 'end' };

/** Where the search goes on behind a match. */
export type Skip =
  | { readonly kind: 'past last row' }
  | { readonly kind: 'to next row' }
  | { readonly kind: 'to symbol'; readonly isFirst: boolean; readonly symbol: string };

/** A step that takes one row. */
export interface RowStep {
  readonly op: 'row';
  readonly symbol: string;
  readonly isExcluded: boolean;
}

/** One step of a pattern that was laid out flat: `split` prefers its first way. */
export type Step =
  | RowStep
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'anchor'; readonly at: 'start' | 'end' }
  | { readonly op: 'found' };

/** A pattern of more steps is refused: `{1,100000}` lays out each of its repeats. */
export const MOST_STEPS = 5000;

export class PatternTooLong extends Error {}

/** True where some rows of a match are not shown. */
export function hasExcluded(pattern: Pattern): boolean {
  if (pattern.kind === 'symbol' || pattern.kind === 'anchor') return false;
  if (pattern.kind === 'repeat') return hasExcluded(pattern.item);
  return pattern.kind === 'excluded' || pattern.items.some(hasExcluded);
}

/** True where the pattern can match without any row. */
export function matchesNothing(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case 'symbol':
      return false;
    case 'anchor':
      return true;
    case 'sequence':
      return pattern.items.every(matchesNothing);
    case 'choice':
      return pattern.items.some(matchesNothing);
    case 'excluded':
      return matchesNothing(pattern.item);
    default:
      return pattern.min === 0 || matchesNothing(pattern.item);
  }
}

/** The symbols of a pattern, each once. */
export function symbolsOf(pattern: Pattern): readonly string[] {
  const found = new Set<string>();
  const visit = (one: Pattern): void => {
    if (one.kind === 'symbol') found.add(one.name);
    else if (one.kind === 'repeat' || one.kind === 'excluded') visit(one.item);
    else if (one.kind !== 'anchor') one.items.forEach(visit);
  };
  visit(pattern);
  return [...found];
}

/** Lays a pattern out as steps. Throws PatternTooLong. */
export function stepsOf(pattern: Pattern): readonly Step[] {
  const steps: Step[] = [];
  const add = (step: Step): number => {
    if (steps.length >= MOST_STEPS) throw new PatternTooLong();
    return steps.push(step) - 1;
  };
  const splitAt = (place: number, inside: number, outside: number, isGreedy: boolean): void => {
    steps[place] = isGreedy
      ? { op: 'split', first: inside, second: outside }
      : { op: 'split', first: outside, second: inside };
  };
  let isExcluded = false;
  const lay = (one: Pattern): void => {
    switch (one.kind) {
      case 'symbol':
        add({ op: 'row', symbol: one.name, isExcluded });
        return;
      case 'anchor':
        add({ op: 'anchor', at: one.at });
        return;
      case 'sequence':
        one.items.forEach(lay);
        return;
      case 'excluded': {
        const before = isExcluded;
        isExcluded = true;
        lay(one.item);
        isExcluded = before;
        return;
      }
      case 'choice': {
        const ends: number[] = [];
        one.items.forEach((item, index) => {
          if (index === one.items.length - 1) {
            lay(item);
            return;
          }
          const split = add({ op: 'found' });
          lay(item);
          ends.push(add({ op: 'found' }));
          splitAt(split, split + 1, steps.length, true);
        });
        for (const end of ends) steps[end] = { op: 'jump', to: steps.length };
        return;
      }
      default: {
        for (let count = 0; count < one.min; count += 1) lay(one.item);
        if (one.max === null) {
          const split = add({ op: 'found' });
          lay(one.item);
          add({ op: 'jump', to: split });
          splitAt(split, split + 1, steps.length, one.isGreedy);
          return;
        }
        const splits: number[] = [];
        for (let count = one.min; count < one.max; count += 1) {
          splits.push(add({ op: 'found' }));
          lay(one.item);
        }
        for (const split of splits) splitAt(split, split + 1, steps.length, one.isGreedy);
      }
    }
  };
  lay(pattern);
  add({ op: 'found' });
  return steps;
}
