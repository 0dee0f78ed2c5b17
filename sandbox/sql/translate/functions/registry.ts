/**
 * Which functions of Snowflake's the sandbox translates, and how. One file for each of the documentation's families; what
 * stands in none of them never reaches DuckDB.
 */
import { aggregateRules } from './aggregates.ts';
import { conditionalRules } from './conditional.ts';
import { numericRules } from './numeric.ts';
import { objectRules } from './objects.ts';
import { regexRules } from './regex.ts';
import type { Rule } from './rule.ts';
import { windowRules } from './windows.ts';

const RULES: ReadonlyMap<string, Rule> = new Map(
  [aggregateRules, conditionalRules, numericRules, objectRules, regexRules, windowRules].flatMap((rules) =>
    Object.entries(rules),
  ),
);

/** The rule of a function by its folded name. */
export function ruleOf(name: string): Rule | undefined {
  return RULES.get(name);
}

/** Functions that Snowflake has and the sandbox refuses by name. */
export const KNOWN_UNSUPPORTED: ReadonlySet<string> = new Set([]);
