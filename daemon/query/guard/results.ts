/** What a statement reads of the caller's session and of earlier statements: the pool has to give each client its own. */
import type { Call } from './calls.ts';
import { sessionFunctions } from './functions.ts';
import { type Brackets, isName, isWord, type Token } from './tokens.ts';

/** A call of LAST_QUERY_ID: where it stands, and its argument where that is a whole number. */
export interface LastQueryId {
  readonly start: number;
  readonly end: number;
  readonly argument: number | undefined;
}

/** A stored result that is read (RESULT_SCAN, DESCRIBE RESULT): where, and the query id where it is a literal. */
export interface ResultScan {
  readonly start: number;
  readonly end: number;
  readonly queryId: string | undefined;
}

export interface SessionUse {
  readonly lastQueryIds: readonly LastQueryId[];
  readonly resultScans: readonly ResultScan[];
  /** Functions whose value depends on the session. */
  readonly sessionBound: readonly string[];
}

/** Functions that read what earlier statements left in the account. */
const readsResults = new Set(['LAST_QUERY_ID', 'RESULT_SCAN', 'VALIDATE']);

/** Finds the uses among the calls of a statement; offsets point into the text. */
export function findSessionUse(tokens: readonly Token[], { partner }: Brackets, calls: readonly Call[]): SessionUse {
  const lastQueryIds: LastQueryId[] = [];
  const resultScans: ResultScan[] = [];
  const sessionBound = new Set<string>();
  for (const { parts, from, open } of calls) {
    const name = parts.at(-1) ?? '';
    if (sessionFunctions.has(name)) sessionBound.add(name);
    if (!readsResults.has(name)) continue;
    const close = partner[open] ?? -1;
    // Short arguments only: copying those of nested calls again and again would take too long.
    const inside = close > open && close - open < 12 ? tokens.slice(open + 1, close) : undefined;
    const span = { start: tokens[from]?.start ?? 0, end: tokens[close]?.end ?? 0 };
    if (name === 'LAST_QUERY_ID') {
      const argument = wholeNumber(inside ?? []);
      const isDirect = isName(tokens[open - 1]) && parts.length === 1;
      if (isDirect && (inside?.length === 0 || argument !== undefined)) lastQueryIds.push({ ...span, argument });
      else sessionBound.add(name);
    } else if (name === 'RESULT_SCAN') {
      const [literal] = inside ?? [];
      const isLiteral = inside?.length === 1 && literal?.kind === 'string';
      resultScans.push({ ...span, queryId: isLiteral ? literal.value : undefined });
    } else if (inside === undefined || inside.some((token) => token.kind === 'string' && token.value === '_last')) {
      sessionBound.add(name);
    }
  }
  resultScans.push(...describedResult(tokens));
  return { lastQueryIds, resultScans, sessionBound: [...sessionBound] };
}

/** DESCRIBE RESULT 'id' reads a stored result as RESULT_SCAN does. */
function describedResult([describe, result, id]: readonly Token[]): readonly ResultScan[] {
  if (!isWord(describe, 'DESCRIBE', 'DESC') || !isWord(result, 'RESULT') || id === undefined) return [];
  if (isName(id) && id.value === 'LAST_QUERY_ID') return [];
  return [{ start: id.start, end: id.end, queryId: id.kind === 'string' ? id.value : undefined }];
}

function wholeNumber(tokens: readonly Token[]): number | undefined {
  const [sign, digits = sign] = tokens;
  const text = tokens.map((token) => token.value).join('');
  return tokens.length <= 2 && digits?.kind === 'number' && /^[+-]?\d{1,9}$/.test(text) ? Number(text) : undefined;
}
