/**
 * The rules on what a text calls: system functions, functions that act, names that are only known at run time. They
 * hold in every statement, whatever else it may do.
 */
import { type Call, identifierParts } from './calls.ts';
import type { Finding } from './findings.ts';
import { classifyFunction, classifyMethod } from './functions.ts';
import { type Brackets, folded, isName, isOp, isWord, type Token } from './tokens.ts';

/** All findings on calls in the tokens of one statement; of a `look` (SHOW, ...) the names are names of objects. */
export function findCallFindings(
  tokens: readonly Token[],
  brackets: Brackets,
  calls: readonly Call[],
  isLook: boolean,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const token of tokens) if (isName(token)) findings.push(...systemRule(token, folded(token)));
  findings.push(...identifierRule(tokens, brackets, isLook));
  for (const call of calls) {
    const finding = callRule(tokens[call.from] as Token, call);
    if (finding !== undefined && (!isLook || finding.type !== 'function')) findings.push(finding);
  }
  return findings;
}

/** System functions count even where the parenthesis is hidden: no other name has `SYSTEM$` in it. */
function systemRule(token: Token, name: string): readonly Finding[] {
  if (!name.includes('SYSTEM$') || classifyFunction([name]) === 'pure') return [];
  const reason = `uses ${name}, which is not one of the system functions that only report`;
  return [{ type: 'act', kind: name, reason, offset: token.start }];
}

/** A function whose name is only known at run time could be any: an acting one, and one that the policy shuts off. */
function runTimeCall(token: Token): Finding {
  return { type: 'run-time', reason: 'calls a function whose name is only known at run time', offset: token.start };
}

function callRule(token: Token, { parts, isMethod, isExact, isOnlyAlias }: Call): Finding | undefined {
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return runTimeCall(token);
  const name = known.join('.');
  // Runs a text: a query only, but one that the guard does not see.
  if (known.at(-1) === 'TO_QUERY') {
    return { type: 'run-time', reason: 'runs a query that is given as text (TO_QUERY)', offset: token.start };
  }
  const kind = isMethod ? classifyMethod(known) : classifyFunction(known);
  if (kind === 'acting') {
    return {
      type: 'act',
      kind: known.at(-1) ?? name,
      reason: `calls ${name}, which changes something`,
      offset: token.start,
    };
  }
  if ((kind === 'pure' && isExact) || isOnlyAlias) return undefined;
  // The account's own functions may be named like Snowflake's, but for the case.
  return { type: 'function', class: kind === 'pure' ? 'user' : kind, name, offset: token.start };
}

/** IDENTIFIER(...) may name a table at run time, never a function, a column or a sequence's NEXTVAL. */
function identifierRule(tokens: readonly Token[], { partner }: Brackets, isLook: boolean): readonly Finding[] {
  const findings: Finding[] = [];
  const clauses = [''];
  for (const [index, token] of tokens.entries()) {
    if (isOp(token, '(', '[', '{')) clauses.push('');
    if (isOp(token, ')', ']', '}') && clauses.length > 1) clauses.pop();
    // The condition of a join ends where the next table is named.
    if (isOp(token, ',') && clauses.at(-1) === 'on') clauses[clauses.length - 1] = 'from';
    if (!isName(token)) continue;
    if (token.kind === 'word' && !isOp(tokens[index - 1], '.', ':') && !isFromInExpression(tokens, index)) {
      clauses[clauses.length - 1] = clauseAfter(clauses.at(-1) ?? '', token);
    }
    if (folded(token) !== 'IDENTIFIER' || !isOp(tokens[index + 1], '(')) continue;
    const parts = identifierParts(tokens, index + 1);
    if (parts.at(-1) === 'NEXTVAL') findings.push(nextval(token));
    for (const part of parts) if (part !== undefined) findings.push(...systemRule(token, part));
    if (!parts.includes(undefined)) continue;
    if (isOp(tokens[(partner[index + 1] ?? -2) + 1], '(')) findings.push(runTimeCall(token));
    else if (clauses.at(-1) !== 'from' && !isLook && !isTableName(tokens, index)) {
      const reason = 'has an IDENTIFIER(...) outside FROM whose name is only known at run time';
      findings.push({ type: 'unclear', reason, offset: token.start });
    }
  }
  return findings;
}

/** `a IS DISTINCT FROM b`, `NTH_VALUE(a, 2) FROM FIRST`: no table is named behind this FROM. */
function isFromInExpression(tokens: readonly Token[], index: number): boolean {
  if (!isWord(tokens[index], 'FROM')) return false;
  return (
    isWord(tokens[index - 1], 'DISTINCT') ||
    (isOp(tokens[index - 1], ')') && isWord(tokens[index + 1], 'FIRST', 'LAST'))
  );
}

/** `TABLE(IDENTIFIER($t))` names a table, too. */
function isTableName(tokens: readonly Token[], index: number): boolean {
  return isOp(tokens[index - 1], '(') && isWord(tokens[index - 2], 'TABLE');
}

/** That a sequence is advanced at this token. */
export function nextval(token: Token): Finding {
  return { type: 'act', kind: 'NEXTVAL', reason: 'advances a sequence (NEXTVAL)', offset: token.start };
}

/** Which clause of a query the tokens behind this word belong to: `from` is where tables are named. */
function clauseAfter(now: string, token: Token): string {
  if (isWord(token, 'SELECT')) return 'select';
  if (isWord(token, 'FROM')) return now === 'select' ? 'from' : now;
  if (isWord(token, 'JOIN')) return now === 'on' ? 'from' : now;
  if (isWord(token, 'ON', 'USING', 'MATCH_CONDITION')) return now === 'from' ? 'on' : now;
  const isNext = isWord(
    token,
    'WHERE',
    'GROUP',
    'HAVING',
    'QUALIFY',
    'ORDER',
    'LIMIT',
    'OFFSET',
    'FETCH',
    'CONNECT',
    'START',
  );
  return isNext && now !== '' ? 'rest' : now;
}
