/**
 * Names that the text does not show: through IDENTIFIER and variables, and in the arguments of functions that take the
 * name of an object as text. A policy that denies a database cannot let them pass. What an account's own function does
 * with a text is not seen here.
 */
import { identifierParts } from './calls.ts';
import { folded, isName, isOp, isWord, type Token } from './tokens.ts';

/** All arguments are names and literals. */
export const takesNames: ReadonlySet<string> = new Set(['GET_DDL', 'GET_LINEAGE', 'GET_OBJECT_REFERENCES']);

/** The first argument is a stage, the URL of a file, a table or a search service; the others may be anything. */
export const takesNameFirst: ReadonlySet<string> = new Set(
  `BUILD_SCOPED_FILE_URL BUILD_STAGE_FILE_URL ESTIMATE_REMAINING_DP_AGGREGATES EXTRACT_SEMANTIC_CATEGORIES GET_ABSOLUTE_PATH
  GET_PRESIGNED_URL GET_RELATIVE_PATH GET_STAGE_LOCATION PARSE_DOCUMENT SEARCH_PREVIEW TO_FILE TRY_TO_FILE`.split(
    /\s+/,
  ),
);

/** Named arguments that name an object: REF_ENTITY_NAME => '...', LOCATION => '@...', STREAM => '...'. */
const namingArgument = /(?:^|_)(?:LOCATION|NAME|OBJECT|STAGE|STREAM|TABLE|VIEW)$/;

/** System functions whose arguments are no names. */
export const takesNoNames: ReadonlySet<string> = new Set(['SYSTEM$TYPEOF', 'SYSTEM$WAIT']);

/** Whether an object is named at this token in a way that only shows when the statement runs. */
export function isRunTimeName(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (token === undefined) return false;
  if (token.kind === 'variable') return isVariableName(tokens, index);
  // How the account reads an escape is not left to a guess where the text is a name.
  if (token.kind === 'string') return token.isEscaped === true && /[.]|^\w+$/.test(token.value);
  if (!isName(token)) return false;
  const name = folded(token);
  if (isOp(tokens[index + 1], '=>')) return namingArgument.test(name) && !isShown(tokens, index + 2);
  if (!isOp(tokens[index + 1], '(')) return false;
  if (isWord(token, 'TABLE')) return isRunTimeTable(tokens, index + 2);
  if (name === 'IDENTIFIER') return identifierParts(tokens, index + 1).includes(undefined);
  if (takesNames.has(name) || (name.startsWith('SYSTEM$') && !takesNoNames.has(name)))
    return !areLiterals(tokens, index + 2);
  if (takesNameFirst.has(name)) return !isShown(tokens, index + 2);
  if (isInformation(tokens, index)) return !isShown(tokens, index + 2) && !isTime(tokens, index + 2);
  // FL_GET_SIZE(file), of a value; or FL_GET_SIZE('@stage', path).
  return name.startsWith('FL_') && !isOp(tokens[index + 3], ')') && !isShown(tokens, index + 2);
}

/** `FROM $t`, `$d.s.t`, `USE DATABASE $d`; numbers are columns, and links of a chain. */
function isVariableName(tokens: readonly Token[], index: number): boolean {
  if (/^\d+$/.test(tokens[index]?.value ?? '')) return false;
  const before = tokens[index - 1];
  return (
    isWord(tokens[0], 'USE') || isWord(before, 'FROM', 'JOIN') || isOp(before, '.') || isOp(tokens[index + 1], '.')
  );
}

function isRunTimeTable(tokens: readonly Token[], at: number): boolean {
  const named = tokens[at];
  const isComputed = named?.kind === 'string' && !isOp(tokens[at + 1], ')');
  return isComputed || named?.kind === 'variable' || isOp(named, '?', ':');
}

/** A table function of INFORMATION_SCHEMA: the first of its arguments, where it has no name, is an object's or a time. */
function isInformation(tokens: readonly Token[], index: number): boolean {
  const schema = tokens[index - 2];
  return isOp(tokens[index - 1], '.') && isName(schema) && folded(schema) === 'INFORMATION_SCHEMA';
}

/** No argument, a named one, or one that begins with a function of times: no name comes of it. */
function isTime(tokens: readonly Token[], at: number): boolean {
  const first = tokens[at];
  return isOp(first, ')') || isOp(tokens[at + 1], '=>') || first?.kind === 'number' || isWord(first, ...timeFunctions);
}

const timeFunctions: readonly string[] =
  `CURRENT_DATE CURRENT_TIMESTAMP DATEADD DATE_TRUNC GETDATE NULL SYSDATE SYSTIMESTAMP TIMEADD TIMESTAMPADD TO_DATE TO_TIMESTAMP
  TO_TIMESTAMP_LTZ TO_TIMESTAMP_NTZ TO_TIMESTAMP_TZ`.split(/\s+/);

/** One literal or stage, and nothing else: what it names stands in the text. */
function isShown(tokens: readonly Token[], at: number): boolean {
  const argument = tokens[at];
  const isAlone = isOp(tokens[at + 1], ',', ')');
  return (argument?.kind === 'string' || argument?.kind === 'stage') && isAlone;
}

function areLiterals(tokens: readonly Token[], from: number): boolean {
  for (let at = from; !isOp(tokens[at], ')'); at += 1) {
    const part = tokens[at];
    const isPlain =
      part?.kind === 'string' || part?.kind === 'number' || isWord(part, 'TRUE', 'FALSE') || isOp(part, ',', '=>');
    if (!isPlain && !isOp(tokens[at + 1], '=>')) return false;
  }
  return true;
}
