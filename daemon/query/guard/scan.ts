/**
 * The rules on the tokens of a query: independent of the parse tree, they look at every token, wherever it stands, for
 * what could change something. A query passes only if these rules and the tree agree.
 */
import { findCallFindings, nextval } from './call-rules.ts';
import { findCalls } from './calls.ts';
import type { Finding } from './findings.ts';
import { kindOf, statementWords } from './kinds.ts';
import { findSessionUse, type SessionUse } from './results.ts';
import { type Brackets, folded, isName, isOp, isWord, pairBrackets, type Token } from './tokens.ts';

export interface Scan extends SessionUse {
  readonly findings: readonly Finding[];
  /** Those of the findings that are about calls: they hold in every statement. */
  readonly callFindings: readonly Finding[];
  /** Names nothing that is only known at run time through a variable. */
  readonly isPlain: boolean;
}

/** Reserved words that begin a write or belong to one; in a read they cannot stand anywhere but behind a dot or colon. */
const reservedWrites = new Set([
  'ALTER',
  'CREATE',
  'DELETE',
  'DROP',
  'GRANT',
  'INSERT',
  'INTO',
  'REVOKE',
  'SET',
  'UPDATE',
]);

/** Words that go on with an expression, so that what stands before them is a column and not the begin of a statement. */
const goesOn = new Set(
  `AND AS ASC AT BETWEEN COLLATE DESC ELSE END ESCAPE EXCEPT FOR FROM GROUP HAVING IGNORE ILIKE IN INTERSECT IS LIKE LIMIT
  MINUS NOT NULLS OR ORDER OVER QUALIFY REGEXP RESPECT RLIKE THEN UNION WHEN WHERE WITHIN`.split(/\s+/),
);

/** More findings than this are not collected: the text is unclear, whatever else it holds. */
const maxFindings = 10_000;

/**
 * Applies the rules to the tokens of one statement (or of one expression). `isLook`: of SHOW, DESCRIBE or LIST, where
 * names are names of objects: a function's is not called, and one known at run time only is no danger.
 */
export function scan(tokens: readonly Token[], isLook = false): Scan {
  const brackets = pairBrackets(tokens);
  const calls = findCalls(tokens, brackets);
  const findings: Finding[] = [];
  const add = (finding: Finding | undefined): void => {
    if (finding !== undefined && findings.length <= maxFindings) findings.push(finding);
  };
  if (!brackets.isBalanced) add(unclear(tokens[0], 'has brackets that do not match'));
  for (const index of tokens.keys()) {
    add(wordRule(tokens, brackets, index, isLook) ?? nextvalRule(tokens, index) ?? shapeRule(tokens, index, isLook));
  }
  const callFindings = findCallFindings(tokens, brackets, calls, isLook).slice(0, maxFindings + 1);
  for (const finding of callFindings) add(finding);
  if (findings.length > maxFindings) {
    const tooMany = unclear(tokens[0], 'has too much in it that is more than a read');
    return {
      findings: [...findings, tooMany],
      callFindings: [tooMany],
      ...findSessionUse(tokens, brackets, calls),
      isPlain: false,
    };
  }
  const isPlain = !tokens.some((token) => token.kind === 'variable');
  return { findings, callFindings, ...findSessionUse(tokens, brackets, calls), isPlain };
}

function act(token: Token, kind: string, reason: string): Finding {
  return { type: 'act', kind, reason, offset: token.start };
}

function unclear(token: Token | undefined, reason: string): Finding {
  return { type: 'unclear', reason, offset: token?.start ?? 0 };
}

/** Words that begin a statement, where one could begin. */
function wordRule(
  tokens: readonly Token[],
  { partner }: Brackets,
  index: number,
  isLook: boolean,
): Finding | undefined {
  const token = tokens[index];
  if (token?.kind !== 'word') return undefined;
  const before = tokens[index - 1];
  const after = tokens[index + 1];
  if (isOp(before, '.', ':')) return undefined;
  if (reservedWrites.has(token.value)) {
    if (token.value === 'INSERT' && isOp(after, '(')) return undefined;
    if (isLook && token.value === 'SET' && isWord(before, 'BACKUP', 'SNAPSHOT')) return undefined;
    if (token.value === 'INTO') return act(token, 'SELECT INTO', 'writes into something (INTO)');
    const { kind } = kindOf(tokens, index);
    return act(token, kind, `contains ${kind}`);
  }
  if (isWord(before, 'AS') && isWord(token, 'PROCEDURE', 'FUNCTION') && isOp(after, '(')) {
    return act(token, 'CALL', `defines and calls a ${token.value.toLowerCase()}`);
  }
  if (!statementWords.has(token.value) || isWord(token, 'WITH', 'VALUES')) return undefined;
  if (isLook && token.value === 'SELECT') return act(token, 'SELECT', 'contains SELECT');
  // Only names follow the first words of SHOW and DESCRIBE, so that a statement would stand out anywhere.
  if (
    isLook
      ? index < (isWord(tokens[0], 'SHOW') ? 1 : 2)
      : token.value === 'SELECT' || !canBeginStatement(tokens, partner, index)
  )
    return undefined;
  const beginsStatement =
    isName(after) || after?.kind === 'string' || after?.kind === 'stage' || after?.kind === 'variable';
  if (!beginsStatement || (after?.kind === 'word' && goesOn.has(after.value))) return undefined;
  const { kind } = kindOf(tokens, index);
  return act(token, kind, `contains ${kind}`);
}

/** Behind an opening parenthesis, behind the list of WITH, and where scripting has its statements. */
function canBeginStatement(tokens: readonly Token[], partner: Int32Array, index: number): boolean {
  const before = tokens[index - 1];
  if (isOp(before, ')')) return isWord(tokens[(partner[index - 1] ?? 0) - 1], 'AS');
  return isOp(before, '(', '->>', ';') || isWord(before, 'BEGIN', 'DO', 'LOOP');
}

function nextvalRule(tokens: readonly Token[], index: number): Finding | undefined {
  const token = tokens[index];
  return isName(token) && folded(token) === 'NEXTVAL' && isOp(tokens[index - 1], '.') ? nextval(token) : undefined;
}

/** Punctuation that has no place in a read. */
function shapeRule(tokens: readonly Token[], index: number, isLook: boolean): Finding | undefined {
  const token = tokens[index];
  if (isOp(token, ';')) return unclear(token, 'has a semicolon inside');
  if (isOp(token, ':=')) return unclear(token, 'has an assignment (:=)');
  if (isOp(token, '->>')) return unclear(token, 'has a flow operator (->>) inside brackets');
  if (
    token?.kind === 'stage' &&
    !isOp(tokens[index - 1], '(', ',', '=>') &&
    !isWord(tokens[index - 1], 'FROM', 'JOIN')
  ) {
    return isLook ? undefined : unclear(token, 'has a stage where none can be read');
  }
  return undefined;
}
