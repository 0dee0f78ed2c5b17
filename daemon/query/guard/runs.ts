/**
 * Long chains of operators make trees as deep as the chain is long. The parser refuses those, but only once they are
 * built, and far above its own limit (512) its stack overflows and leaves memory behind for good: so they do not get
 * there.
 */
import { isOp, isWord, type Token } from './tokens.ts';

/** Tokens of one operand chain; the parser's limit allows some 2,500, its stack fails at some 16,000. */
const longest = 5000;

/** Whether somewhere in the tokens one expression goes on for too long without a comma, a bracket or a clause between. */
export function hasLongRun(tokens: readonly Token[]): boolean {
  const outer: number[] = [];
  let run = 0;
  let isBetween = false;
  for (const token of tokens) {
    run += 1;
    if (run > longest) return true;
    if (isOp(token, '(', '[', '{')) {
      outer.push(run);
      run = 0;
    } else if (isOp(token, ')', ']', '}')) {
      run = outer.pop() ?? run;
    } else if (isWord(token, 'BETWEEN')) {
      isBetween = true;
    } else if (isWord(token, 'AND') && isBetween) {
      isBetween = false;
    } else if (isOp(token, ',') || isWord(token, ...separators)) {
      run = 0;
    }
  }
  return false;
}

/** Words behind which another operand chain begins; AND and OR make no deep trees. */
const separators = 'AND ELSE EXCEPT FROM INTERSECT JOIN MINUS ON OR SELECT THEN UNION WHEN WHERE WITH'.split(' ');
