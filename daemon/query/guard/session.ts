/**
 * Statements that change only the caller's own context: USE, SET and UNSET, transactions, ALTER SESSION. Their grammar
 * is small enough to be checked token by token, so that they need no parse tree; whatever does not fit is unclear.
 */
import type { Finding } from './findings.ts';
import { isTransactionStart, type StatementKind } from './kinds.ts';
import { isName, isOp, isWord, type Token } from './tokens.ts';

/** Session parameters that only shape how values are read and written; any other loosens a limit, the guard or the audit. */
const readingParameters: ReadonlySet<string> = new Set(
  `BINARY_INPUT_FORMAT BINARY_OUTPUT_FORMAT CSV_TIMESTAMP_FORMAT DATE_INPUT_FORMAT DATE_OUTPUT_FORMAT DEFAULT_NULL_ORDERING
  ENABLE_GET_DDL_USE_DATA_TYPE_ALIAS GEOGRAPHY_OUTPUT_FORMAT GEOMETRY_OUTPUT_FORMAT JSON_INDENT QUOTED_IDENTIFIERS_IGNORE_CASE
  STRICT_JSON_OUTPUT TIMESTAMP_DAY_IS_ALWAYS_24H TIMESTAMP_INPUT_FORMAT TIMESTAMP_LTZ_OUTPUT_FORMAT TIMESTAMP_NTZ_OUTPUT_FORMAT
  TIMESTAMP_OUTPUT_FORMAT TIMESTAMP_TYPE_MAPPING TIMESTAMP_TZ_OUTPUT_FORMAT TIMEZONE TIME_INPUT_FORMAT TIME_OUTPUT_FORMAT
  TWO_DIGIT_CENTURY_START USE_CACHED_RESULT WEEK_OF_YEAR_POLICY WEEK_START`.split(/\s+/),
);

/** Parameters on which the guard and the audit stand: an allow entry has to name them in full. */
const protectedParameters: ReadonlySet<string> = new Set([
  'AUTOCOMMIT',
  'MULTI_STATEMENT_COUNT',
  'QUERY_TAG',
  'SEARCH_PATH',
]);

export interface SessionChange {
  readonly findings: readonly Finding[];
  /** Names of variables that are set or unset, and parameters of ALTER SESSION, as far as the text gives them. */
  readonly variables: readonly { readonly name: string; readonly op: 'set' | 'unset' }[];
  readonly parameters: readonly string[];
  readonly secondaryRoles: 'ALL' | 'NONE' | string[] | undefined;
  /** The tokens of an expression whose value is assigned (SET): to be judged as a query's. */
  readonly expression: readonly Token[];
}

const none: SessionChange = { findings: [], variables: [], parameters: [], secondaryRoles: undefined, expression: [] };

/** Judges a statement whose kind is of the class `session`. */
export function judgeSession(tokens: readonly Token[], { kind }: StatementKind): SessionChange {
  if (kind === 'ALTER SESSION') return alterSession(tokens);
  if (kind === 'SET') return setVariables(tokens);
  if (kind === 'UNSET') return unsetVariables(tokens);
  if (kind === 'USE SECONDARY ROLES') return secondaryRoles(tokens);
  const fits = kind.startsWith('USE') ? isUse(tokens, kind) : isTransaction(tokens);
  return fits ? none : { ...none, findings: [unclear(tokens, kind)] };
}

function unclear(tokens: readonly Token[], kind: string): Finding {
  const at = tokens[1] ?? tokens[0];
  return { type: 'unclear', reason: `does not have the form of Snowflake's ${kind}`, offset: at?.start ?? 0 };
}

function isTransaction(tokens: readonly Token[]): boolean {
  const [first, second] = tokens;
  if (isWord(first, 'COMMIT', 'ROLLBACK'))
    return tokens.length === 1 || (tokens.length === 2 && isWord(second, 'WORK'));
  const from = isWord(second, 'TRANSACTION', 'WORK') ? 2 : 1;
  if (isWord(first, 'START') ? !isWord(second, 'TRANSACTION') : !isTransactionStart(tokens, 0)) return false;
  return (
    tokens.length === from || (tokens.length === from + 2 && isWord(tokens[from], 'NAME') && isName(tokens[from + 1]))
  );
}

function isUse(tokens: readonly Token[], kind: string): boolean {
  const word = kind.split(' ')[1] ?? '';
  const from = isWord(tokens[1], word) && tokens.length > 2 && !isOp(tokens[2], '.') ? 2 : 1;
  return tokens.length > from && nameEnd(tokens, from) === tokens.length;
}

/** Index behind the name that begins at `from` (dotted, or IDENTIFIER(...)); `from` where there is none. */
function nameEnd(tokens: readonly Token[], from: number): number {
  if (isWord(tokens[from], 'IDENTIFIER') && isOp(tokens[from + 1], '(') && isOp(tokens[from + 3], ')')) {
    const named = tokens[from + 2];
    return named?.kind === 'string' || named?.kind === 'variable' || isOp(named, '?') ? from + 4 : from;
  }
  let end = from;
  while (isName(tokens[end]) || tokens[end]?.kind === 'variable') {
    end += 1;
    if (!isOp(tokens[end], '.')) return end;
    while (isOp(tokens[end], '.')) end += 1;
  }
  return from;
}

function secondaryRoles(tokens: readonly Token[]): SessionChange {
  const refused = { ...none, findings: [unclear(tokens, 'USE SECONDARY ROLES')] };
  if (!isWord(tokens[2], 'ROLES')) return refused;
  if (tokens.length === 4 && isWord(tokens[3], 'ALL', 'NONE')) {
    return { ...none, secondaryRoles: tokens[3].value === 'ALL' ? 'ALL' : 'NONE' };
  }
  const roles: string[] = [];
  for (let index = 3; index < tokens.length; index += 2) {
    const role = tokens[index];
    if (!isName(role)) return refused;
    // The record keeps the names as Snowflake stores them: folded unless quoted.
    roles.push(role.value);
    if (index + 1 < tokens.length && (!isOp(tokens[index + 1], ',') || index + 2 === tokens.length)) return refused;
  }
  return roles.length > 0 ? { ...none, secondaryRoles: roles } : refused;
}

function setVariables(tokens: readonly Token[]): SessionChange {
  const equals = tokens.findIndex((token) => isOp(token, '='));
  const names = variableNames(tokens.slice(1, Math.max(equals, 1)), true);
  const expression = equals > 0 ? tokens.slice(equals + 1) : [];
  if (names === undefined || expression.length === 0) return { ...none, findings: [unclear(tokens, 'SET')] };
  return { ...none, variables: names.map((name) => ({ name, op: 'set' })), expression };
}

function unsetVariables(tokens: readonly Token[]): SessionChange {
  const names = variableNames(tokens.slice(1), false);
  if (names === undefined) return { ...none, findings: [unclear(tokens, 'UNSET')] };
  return { ...none, variables: names.map((name) => ({ name, op: 'unset' })) };
}

/** The names in `x`, `(x, y)`, or (UNSET only) `x, y`. */
function variableNames(tokens: readonly Token[], isSet: boolean): readonly string[] | undefined {
  const isList = isOp(tokens[0], '(') && isOp(tokens.at(-1), ')');
  const inner = isList ? tokens.slice(1, -1) : tokens;
  if (isSet && !isList && inner.length !== 1) return undefined;
  const names: string[] = [];
  for (const [index, token] of inner.entries()) {
    if (index % 2 === 1 ? !isOp(token, ',') : !isName(token)) return undefined;
    if (index % 2 === 0) names.push(token.value);
  }
  return inner.length % 2 === 1 ? names : undefined;
}

function alterSession(tokens: readonly Token[]): SessionChange {
  const names = isWord(tokens[2], 'SET')
    ? setParameters(tokens.slice(3))
    : isWord(tokens[2], 'UNSET')
      ? list(tokens.slice(3))
      : undefined;
  if (names === undefined || names.length === 0) return { ...none, findings: [unclear(tokens, 'ALTER SESSION')] };
  const findings: Finding[] = [];
  for (const token of names) {
    const name = token.value.toUpperCase();
    if (readingParameters.has(name)) continue;
    const isProtected = protectedParameters.has(name);
    const verb = isWord(tokens[2], 'SET') ? 'SET' : 'UNSET';
    const kind = isProtected ? `ALTER SESSION ${verb} ${name}` : 'ALTER SESSION';
    const reason = `changes the session parameter ${name}, which does more than shape how values are read`;
    findings.push({ type: 'act', kind, reason, offset: token.start, ...(isProtected ? { isProtected } : {}) });
  }
  return { ...none, findings, parameters: names.map((token) => token.value.toUpperCase()) };
}

/** `a = 1 b = 'x', c = TRUE`: each value one token, or a signed number. */
function setParameters(tokens: readonly Token[]): readonly Token[] | undefined {
  const names: Token[] = [];
  let index = 0;
  while (index < tokens.length) {
    const name = tokens[index];
    if (!isName(name) || !isOp(tokens[index + 1], '=')) return undefined;
    index += 2;
    if (isOp(tokens[index], '-', '+') && tokens[index + 1]?.kind === 'number') index += 1;
    const value = tokens[index];
    if (value === undefined || !['word', 'string', 'number', 'variable'].includes(value.kind)) return undefined;
    names.push(name);
    index += 1;
    if (isOp(tokens[index], ',')) {
      index += 1;
      if (index === tokens.length) return undefined;
    }
  }
  return names;
}

function list(tokens: readonly Token[]): readonly Token[] | undefined {
  const names = tokens.filter((_, index) => index % 2 === 0);
  const isList =
    tokens.length % 2 === 1 &&
    names.every(isName) &&
    tokens.every((token, index) => index % 2 === 0 || isOp(token, ','));
  return isList ? names : undefined;
}
