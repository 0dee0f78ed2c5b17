import type { Policy } from '../config/profile.ts';
import type { Guard, Judgement } from './guard/judge.ts';

const mostTexts = 200;
const longestText = 2_000;

/** A guard that knows its last judgements: clients ask the same short questions again and again. Same text, policy and database, same judgement. */
export function rememberJudgements(guard: Guard): Guard {
  const byPolicy = new WeakMap<Policy, Map<string, Judgement>>();
  return {
    judge(sql, policy, currentDatabase) {
      if (sql.length > longestText) return guard.judge(sql, policy, currentDatabase);
      const known = byPolicy.get(policy) ?? new Map<string, Judgement>();
      byPolicy.set(policy, known);
      const key = JSON.stringify([sql, currentDatabase]);
      const before = known.get(key);
      if (before) {
        // The last used stand at the end, so that the first is the one to forget.
        known.delete(key);
        known.set(key, before);
        return before;
      }
      const judgement = guard.judge(sql, policy, currentDatabase);
      known.set(key, judgement);
      const [oldest] = known.keys();
      if (known.size > mostTexts && oldest !== undefined) known.delete(oldest);
      return judgement;
    },
  };
}
