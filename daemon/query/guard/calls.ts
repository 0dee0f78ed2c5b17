/**
 * Every place in a run of tokens where a function could be called, in whatever spelling: quoted, spaced, qualified,
 * through IDENTIFIER('...'), as a method (`model!PREDICT`).
 */
import {
  type Brackets,
  fold,
  folded,
  isAscii,
  isExactName,
  isName,
  isOp,
  isOuterMark,
  isWord,
  type Token,
} from './tokens.ts';

export interface Call {
  /** Folded parts of the dotted name; `undefined` where a part is only known at run time (IDENTIFIER($x)). */
  readonly parts: readonly (string | undefined)[];
  /** Index of the first token of the name and of the opening parenthesis. */
  readonly from: number;
  readonly open: number;
  readonly isMethod: boolean;
  /** The account, too, takes each part for the folded name; "abs" is not ABS there. */
  readonly isExact: boolean;
  /** The name is a list of columns behind an alias, or a type, and calls nothing. */
  readonly isOnlyAlias: boolean;
}

/** Snowflake's names have three parts, and one more for a class or a nested field; longer ones are not followed further. */
const maxParts = 8;

/** Words that stand before a parenthesis without calling anything. */
export const notFunctions: ReadonlySet<string> = new Set(
  `ALL AND ANY AS ASOF AT BEFORE BERNOULLI BETWEEN BLOCK BY CASE CHANGES CONNECT CUBE DEFINE DIMENSIONS DISTINCT ELSE END EXCEPT
  EXCLUDE EXISTS FACTS FOR FROM GROUP HAVING IDENTIFIER ILIKE IN INNER INTERSECT INTERVAL IS JOIN LATERAL LIKE LIMIT
  MATCH_CONDITION MATCH_RECOGNIZE MEASURES METRICS MINUS NOT NULL NULLS OFFSET ON OR ORDER OVER PARTITION PATTERN PIVOT PRIOR
  QUALIFY REGEXP RENAME REPEATABLE RESAMPLE RLIKE ROLLUP ROW SAMPLE SEED SELECT SEMANTIC_VIEW SETS SOME SYSTEM TABLE
  TABLESAMPLE THEN TOP UNION UNPIVOT USING VALUES WHEN WHERE WITH WITHIN`.split(/\s+/),
);

/** All calls in the tokens, outermost first. */
export function findCalls(tokens: readonly Token[], { partner }: Brackets): readonly Call[] {
  const calls: Call[] = [];
  for (const [open, token] of tokens.entries()) {
    if (!isOp(token, '(') || open === 0 || isOuterMark(tokens, open)) continue;
    const call = callAt(tokens, partner, open);
    if (call !== undefined) calls.push(call);
  }
  return calls;
}

function callAt(tokens: readonly Token[], partner: Int32Array, open: number): Call | undefined {
  const parts: (string | undefined)[] = [];
  let from = open;
  let isExact = true;
  for (;;) {
    const head = tokens[from - 1];
    if (isName(head)) {
      parts.unshift(folded(head));
      isExact &&= isExactName(head);
      from -= 1;
    } else if (head?.kind === 'variable') {
      parts.unshift(undefined);
      from -= 1;
    } else if (isOp(head, ')') && isIdentifierCall(tokens, partner, from - 1)) {
      const start = partner[from - 1] ?? 0;
      parts.unshift(...identifierParts(tokens, start));
      isExact &&= isExactText(tokens[start + 1]?.value ?? '');
      from = start - 1;
    } else if (isOp(head, '.')) {
      // `db..f`: the schema is PUBLIC.
      parts.unshift('PUBLIC');
    } else break;
    if (!isOp(tokens[from - 1], '.')) break;
    if (parts.length > maxParts)
      return { parts: [undefined], from, open, isMethod: false, isExact: false, isOnlyAlias: false };
    from -= 1;
  }
  if (parts.length === 0) return undefined;
  const first = tokens[from];
  if (from === open - 1 && first?.kind === 'word' && notFunctions.has(first.value)) return undefined;
  const isMethod = isOp(tokens[from - 1], '!') && (isName(tokens[from - 2]) || isOp(tokens[from - 2], ')'));
  return { parts, from, open, isMethod, isExact, isOnlyAlias: !isMethod && isAlias(tokens, partner, from, open) };
}

/** Whether the parenthesis closing at `close` belongs to IDENTIFIER(...). */
function isIdentifierCall(tokens: readonly Token[], partner: Int32Array, close: number): boolean {
  const start = partner[close] ?? -1;
  return start > 0 && folded(tokens[start - 1] as Token) === 'IDENTIFIER' && isName(tokens[start - 1]);
}

/** Of a name in a literal: nothing in quotes that folding would change, and no look-alikes. */
function isExactText(text: string): boolean {
  return isAscii(text) && (!text.includes('"') || text === text.toUpperCase());
}

/** Parts named by IDENTIFIER('a.b') whose parenthesis opens at `open`; one `undefined` unless it is one literal. */
export function identifierParts(tokens: readonly Token[], open: number): readonly (string | undefined)[] {
  const literal = tokens[open + 1];
  // How the account reads an escape is not left to a guess where the text is a name.
  if (literal?.kind !== 'string' || literal.isEscaped || !isOp(tokens[open + 2], ')')) return [undefined];
  return splitName(literal.value) ?? [undefined];
}

/** Folded parts of a dotted name written in a string; `undefined` where it is not one. */
export function splitName(text: string): readonly string[] | undefined {
  const parts: string[] = [];
  const part = /\s*(?:"((?:[^"]|"")*)"|([^\s"'.(),;]*))\s*(\.|$)/y;
  for (;;) {
    const match = part.exec(text);
    if (match === null) return undefined;
    parts.push(fold((match[1] ?? match[2] ?? '').replaceAll('""', '"')).trim());
    if (match[3] === '') return parts;
  }
}

function isAlias(tokens: readonly Token[], partner: Int32Array, from: number, open: number): boolean {
  const before = tokens[from - 1];
  const close = partner[open] ?? -1;
  if (!isColumnList(tokens, open, close)) return false;
  const isCte = close > 0 && isWord(tokens[close + 1], 'AS') && isOp(tokens[close + 2], '(');
  if (isCte && (isOp(before, ',') || isWord(before, 'WITH', 'RECURSIVE'))) return true;
  if (isOp(before, '::') || isWord(before, 'AS')) return true;
  if (before?.kind === 'quoted' || before?.kind === 'stage' || before?.kind === 'string') return true;
  if (isOp(before, ')', ']')) return true;
  return before?.kind === 'word' && !expectsExpression.has(before.value);
}

/** Names and numbers only, as in a list of columns or the arguments of a type; anything else is an expression. */
function isColumnList(tokens: readonly Token[], open: number, close: number): boolean {
  if (close - open < 2 || close - open > maxColumns) return false;
  for (let index = open + 1; index < close; index += 1) {
    const token = tokens[index];
    if (!isName(token) && token?.kind !== 'number' && !isOp(token, ',', '(', ')')) return false;
  }
  return true;
}

/** Tokens in a list of columns; a bound on work. */
const maxColumns = 5000;

/** Words behind which an expression begins, so that a name there can be a call; behind any other word it is an alias. */
const expectsExpression: ReadonlySet<string> = new Set([
  ...notFunctions,
  ...`ANTI ASC COLLATE CONNECT_BY_ROOT CROSS CURRENT DATE DEFAULT DESC DIV ESCAPE FETCH FIRST FORMAT FULL GROUPS IGNORE INCREMENT
  INTO LEFT NATURAL NEXT OUTER RANGE RECURSIVE RESPECT RETURN RIGHT ROWS SEMI SET START STATEMENT TIME TIMESTAMP TO UNTIL
  UPDATE XOR ZONE`.split(/\s+/),
]);
