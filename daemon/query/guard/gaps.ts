/**
 * Writes the tokens of a query as a text that the parser reads without doubt: no comments, no escapes, no `$$`, long
 * lists of literals shortened, and what its grammar lacks replaced by something of the same shape. The parser then
 * says whether this is one query and of what it is made.
 */

import { notFunctions } from './calls.ts';
import { pathBehindValue } from './paths.ts';
import { plainName, plainToken, takenByComma } from './plain.ts';
import { rowPatternPhrase } from './row-patterns.ts';
import { type Brackets, isName, isOp, isOuterMark, isWord, pairBrackets, type Token } from './tokens.ts';
import { castsEnd, lambdaArguments, structured, structuredCast, typeEnd } from './types.ts';

/** The text for the parser, and for each piece of it the offset there and in the statement. */
export interface Plain {
  readonly text: string;
  readonly map: readonly { readonly at: number; readonly offset: number }[];
}

/** Text, and how many tokens it stands for. */
type Piece = readonly [text: string, taken: number];

/** A query's tokens as plain text for the parser; nothing where it would be longer than `maxLength`. */
export function plainText(tokens: readonly Token[], maxLength: number): Plain | undefined {
  const gaps = new Gaps(tokens);
  const pieces: string[] = [];
  const map: { at: number; offset: number }[] = [];
  let length = 0;
  for (let at = 0; at < tokens.length; ) {
    const [text, taken] = gaps.piece(at);
    if (text !== '') {
      map.push({ at: length, offset: tokens[at]?.start ?? 0 });
      pieces.push(text, ' ');
      length += text.length + 1;
      if (length > maxLength) return undefined;
    }
    at += taken;
  }
  return { text: pieces.join(''), map };
}

/** Words that Snowflake takes as names and the parser as statements, or as clauses of other dialects. */
const names =
  'BEGIN BOTH CACHE CALL COMMIT COPY DESCRIBE EXECUTE FORMAT KILL MEMBER MERGE ROLLBACK SETTINGS TRAILING USE'.split(
    ' ',
  );

class Gaps {
  private readonly tokens: readonly Token[];
  private readonly brackets: Brackets;
  /** For each token the index of the bracket that closes around it, -1 where there is none. */
  private readonly around: Int32Array;
  /** Closing brackets of calls whose only argument is a query: f(SELECT ...). */
  private readonly queryArguments = new Set<number>();
  /** Closing brackets around TABLE(t) PARTITION BY ..., whose clauses are written as a list. */
  private readonly tableArguments: number[] = [];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
    this.brackets = pairBrackets(tokens);
    this.around = this.closingAround();
  }

  private closingAround(): Int32Array {
    const around = new Int32Array(this.tokens.length).fill(-1);
    const closes: number[] = [];
    for (const [index, token] of this.tokens.entries()) {
      if (isOp(token, ')', ']', '}')) closes.pop();
      around[index] = closes.at(-1) ?? -1;
      if (isOp(token, '(', '[', '{')) closes.push(this.close(index));
    }
    return around;
  }

  /** Whether a rule holds for every token in a range, without copying it. */
  private every(from: number, to: number, rule: (token: Token | undefined) => boolean): boolean {
    for (let index = from; index < to; index += 1) if (!rule(this.tokens[index])) return false;
    return true;
  }

  piece(at: number): Piece {
    const token = this.tokens[at] as Token;
    const call = this.qualifiedCall(at);
    if (call !== undefined) return call;
    if (token.kind === 'op') return this.operator(token, at);
    if (token.kind === 'word') return this.word(token, at);
    // Columns of staged files and results of earlier links of a chain are names like others: $1:a, FROM $1.
    if (token.kind === 'variable' && (/^\d+$/.test(token.value) || isWord(this.tokens[at - 1], 'FROM', 'JOIN'))) {
      return [`"v${token.value}"`, 1];
    }
    return [plainToken(token), 1];
  }

  private close(open: number): number {
    return this.brackets.partner[open] ?? -1;
  }

  /** `a.b.f(...)`: the parser does not take paths and subscripts behind a qualified call, so its qualifiers go. */
  private qualifiedCall(at: number): Piece | undefined {
    const { tokens } = this;
    if (!isName(tokens[at]) || !isOp(tokens[at + 1], '.') || isOp(tokens[at - 1], '.', ':', '!')) return undefined;
    let end = at;
    while (isOp(tokens[end + 1], '.') && isName(tokens[end + (isOp(tokens[end + 2], '.') ? 3 : 2)])) {
      end += isOp(tokens[end + 2], '.') ? 3 : 2;
    }
    return isOp(tokens[end + 1], '(') && !isOuterMark(tokens, end + 1) ? ['f_', end + 1 - at] : undefined;
  }

  private operator(token: Token, at: number): Piece {
    const [before, after] = [this.tokens[at - 1], this.tokens[at + 1]];
    switch (token.value) {
      case '!':
        // A method (model!PREDICT(...)), of the same shape as two operands; or a negation.
        return [isName(before) || isOp(before, ')') ? '||' : 'NOT', 1];
      case '**':
        return [isOp(before, '{') || (isOp(before, ',') && this.isInside(at, '{')) ? `'s' :` : '', 1];
      case '*':
        return ['*', this.starEnd(at) - at];
      case '::':
        return this.type(at);
      case '(':
        // A query as an argument: TO_DATE(SELECT MAX(a) FROM t), SNOWFLAKE.CORE.NULL_COUNT(SELECT a FROM t).
        if (isName(before) && !notFunctions.has(before.value) && isWord(after, 'SELECT') && !this.isCte(at)) {
          this.queryArguments.add(this.close(at));
          return ['( (', 1];
        }
        // The mark of an outer join, a.x = b.x (+), is of no account for the shape.
        return isOuterMark(this.tokens, at) ? ['', 3] : (lambdaArguments(this.tokens, this.brackets, at) ?? ['(', 1]);
      case ',':
        return [',', takenByComma(this.tokens, this.brackets, at)];
      case ')':
        if (this.tableArguments.at(-1) === at) this.tableArguments.pop();
        return [this.queryArguments.has(at) ? ') )' : ')', 1];
      case '<=>':
        return ['=', 1];
      case ':':
        return this.path(at);
      default:
        return [token.value, 1];
    }
  }

  /** `* ILIKE '...'`, `* EXCLUDE ...`, `* RENAME ...`: only names and a literal follow, so nothing is lost. */
  private starEnd(at: number): number {
    const { tokens } = this;
    let end = at + 1;
    if (isWord(tokens[end], 'ILIKE') && tokens[end + 1]?.kind === 'string') end += 2;
    while (isWord(tokens[end], 'EXCLUDE', 'RENAME')) {
      const list = end + 1;
      if (isOp(tokens[list], '(')) {
        const close = this.close(list);
        if (close < 0 || !this.every(list + 1, close, (token) => isName(token) || isOp(token, ',', '.'))) break;
        end = close + 1;
      } else if (isName(tokens[list])) {
        end = list + 1;
        if (isWord(tokens[end], 'AS') && isName(tokens[end + 1])) end += 2;
      } else break;
    }
    return end;
  }

  private path(at: number): Piece {
    const open = this.openAround(at);
    const isInSubscript =
      isOp(this.tokens[open], '[') && (isName(this.tokens[open - 1]) || isOp(this.tokens[open - 1], ']', ')'));
    const taken = pathBehindValue(this.tokens, at, isInSubscript);
    if (taken > 0) return ['', taken];
    const after = this.tokens[at + 1];
    return isWord(after) ? [`: ${plainName(after)}`, 2] : [':', 1];
  }

  private openAround(at: number): number {
    return this.brackets.partner[this.around[at] ?? -1] ?? -1;
  }

  private isInside(at: number, open: string): boolean {
    return isOp(this.tokens[this.openAround(at)], open);
  }

  private type(at: number): Piece {
    const named = this.tokens[at + 1];
    const end = typeEnd(this.tokens, this.brackets, at + 1);
    if (end === undefined || named === undefined) return ['::', 1];
    // The parser takes no path and no subscript behind a cast, nor behind several.
    const last = castsEnd(this.tokens, this.brackets, at);
    if (isOp(this.tokens[last], ':', '[')) return ['', last - at];
    return isWord(named, ...structured) ? [':: VARIANT', end - at] : [`:: ${plainToken(named)}`, 2];
  }

  /** `WITH x (SELECT ...)`: Snowflake does not insist on AS. */
  private isCte(open: number): boolean {
    return isWord(this.tokens[open - 2], 'WITH', 'RECURSIVE');
  }

  private word(token: Token, at: number): Piece {
    const { tokens } = this;
    const [before, after] = [tokens[at - 1], tokens[at + 1]];
    if (isOp(before, '.')) return [isOp(after, '(') ? plainToken(token) : plainName(token), 1];
    if (this.isInTableArgument(token, at))
      return [isWord(token, 'PARTITION', 'ORDER') ? ',' : '', isWord(after, 'BY') ? 2 : 1];
    // The type of a lambda's only argument: x INT -> ...
    const end = isName(before) ? typeEnd(tokens, this.brackets, at) : undefined;
    if (end !== undefined && isOp(tokens[end], '->')) return ['', end - at];
    switch (token.value) {
      case 'TABLE':
        return isOp(after, '(') ? this.table(at) : [token.value, 1];
      case 'MODEL':
        return this.model(at);
      case 'DATE':
      case 'TIME':
      case 'TIMESTAMP':
      case 'INTERVAL':
        return [isOp(after, '.') ? plainName(token) : token.value, 1];
      case 'BINARY':
        return [isOp(after, '(') || isWord(before, 'AS') ? token.value : plainName(token), 1];
      case 'PRIOR':
        return [isName(after) && !isWord(before, 'AS') && !isWord(after, 'AS', 'FROM') ? '' : token.value, 1];
      case 'RESAMPLE':
        return this.resample(at);
      case 'AS':
        return structuredCast(tokens, this.brackets, at);
      case 'FETCH':
        return this.fetch(at);
      case 'DECFLOAT':
        return [after?.kind === 'string' ? '' : token.value, 1];
      case 'TIMESTAMP_NTZ':
      case 'TIMESTAMP_LTZ':
      case 'TIMESTAMP_TZ':
        return [after?.kind === 'string' ? 'TIMESTAMP' : token.value, 1];
      case 'NEXT':
      case 'OMIT':
      case 'SHOW':
        return rowPatternPhrase(tokens, at) ?? [isWord(token, 'SHOW') ? '"SHOW"' : token.value, 1];
      case 'X':
        // A hexadecimal literal.
        return [after?.kind === 'string' && after.start === token.end ? '' : token.value, 1];
      default:
        return [names.includes(token.value) && !isOp(after, '(', '=>') ? `"${token.value}"` : plainToken(token), 1];
    }
  }

  /** `FETCH FIRST 10 ROWS ONLY` behind a query in parentheses. */
  private fetch(at: number): Piece {
    const { tokens } = this;
    const count = tokens[at + 2];
    if (!isOp(tokens[at - 1], ')') || !isWord(tokens[at + 1], 'FIRST', 'NEXT') || count?.kind !== 'number')
      return ['FETCH', 1];
    let end = at + 3;
    while (isWord(tokens[end], 'ROW', 'ROWS', 'ONLY')) end += 1;
    return [`LIMIT ${plainToken(count)}`, end - at];
  }

  /** TABLE(SELECT ...), and TABLE(t) PARTITION BY ... as an argument of a table function. */
  private table(at: number): Piece {
    const { tokens } = this;
    const isArgument = isOp(tokens[at - 1], '(', ',', '=>');
    if (isArgument && isWord(tokens[this.close(at + 1) + 1], 'PARTITION', 'ORDER')) {
      const end = this.around[at] ?? -1;
      if (end > 0) this.tableArguments.push(end);
    }
    return [isWord(tokens[at + 2], 'SELECT', 'WITH') ? '' : 'TABLE', 1];
  }

  private isInTableArgument(token: Token, at: number): boolean {
    const end = this.tableArguments.at(-1);
    if (end === undefined || !isWord(token, 'PARTITION', 'ORDER', 'ASC', 'DESC', 'NULLS', 'FIRST', 'LAST'))
      return false;
    return this.around[at] === end;
  }

  /** `WITH x AS MODEL name [VERSION v]`: a model, not a query. */
  private model(at: number): Piece {
    const { tokens } = this;
    const isAlias =
      !isWord(tokens[at - 1], 'AS') || !isName(tokens[at + 1]) || isWord(tokens[at + 1], 'FROM', 'JOIN', 'ON', 'WHERE');
    if (isAlias || !isWord(tokens[0], 'WITH')) return ['"MODEL"', 1];
    let end = at + 1;
    while (isName(tokens[end]) && !isWord(tokens[end], 'VERSION', 'SELECT')) {
      end += 1;
      if (!isOp(tokens[end], '.')) break;
      end += 1;
    }
    if (isWord(tokens[end], 'VERSION') && isName(tokens[end + 1])) end += 2;
    return ['( SELECT 1 )', end - at];
  }

  /** `FROM t RESAMPLE (USING ts INCREMENT BY INTERVAL '1 hour' ...)`: no query inside, so it is left out. */
  private resample(at: number): Piece {
    const { tokens } = this;
    const close = isOp(tokens[at + 1], '(') ? this.close(at + 1) : -1;
    const isClause =
      close > 0 && (isName(tokens[at - 1]) || isOp(tokens[at - 1], ')')) && isWord(tokens[at + 2], 'USING');
    const isSmall = isClause && close - at < 200;
    return isSmall && this.every(at + 2, close, (token) => !isWord(token, 'SELECT', 'WITH', 'FROM'))
      ? ['', close + 1 - at]
      : ['RESAMPLE', 1];
  }
}
