/** Queries that answer the same wherever the session is: tables named in full, functions of Snowflake's own, nothing at run time. */
import { builtinFunctions } from './builtins.ts';
import { findCalls } from './calls.ts';
import { type Brackets, folded, isName, isOp, isWord, pairBrackets, type Token } from './tokens.ts';

/** Tokens of a statement that is looked at; a bound on work. */
const longest = 5000;

/** Built-in functions that ask for the current names, or take the name of an object. */
const placedFunctions: ReadonlySet<string> = new Set(
  `AGG BUILD_SCOPED_FILE_URL BUILD_STAGE_FILE_URL CURRENT_DATABASE CURRENT_SCHEMA CURRENT_SCHEMAS
  ESTIMATE_REMAINING_DP_AGGREGATES EXPLAIN_GRANTABLE_PRIVILEGES EXTRACT_SEMANTIC_CATEGORIES GETVARIABLE GET_ABSOLUTE_PATH
  GET_DDL GET_OBJECT_REFERENCES GET_PRESIGNED_URL GET_RELATIVE_PATH GET_STAGE_LOCATION IDENTIFIER INFER_SCHEMA INVOKER_ROLE
  INVOKER_SHARE IS_DATABASE_ROLE_IN_SESSION IS_GRANTED_TO_INVOKER_ROLE IS_INSTANCE_ROLE_IN_SESSION POLICY_CONTEXT SEMANTIC_VIEW
  SYS_CONTEXT TABLE TO_FILE TRY_TO_FILE VALIDATE VALUES`.split(/\s+/),
);

const types: ReadonlySet<string> = new Set(
  `ARRAY BIGINT BINARY BOOLEAN BYTEINT CHAR CHARACTER DATE DATETIME DEC DECFLOAT DECIMAL DOUBLE FLOAT FLOAT4 FLOAT8 GEOGRAPHY
  GEOMETRY INT INTEGER MAP NCHAR NUMBER NUMERIC NVARCHAR NVARCHAR2 OBJECT REAL SMALLINT STRING TEXT TIME TIMESTAMP TIMESTAMPLTZ
  TIMESTAMPNTZ TIMESTAMPTZ TIMESTAMP_LTZ TIMESTAMP_NTZ TIMESTAMP_TZ TINYINT UUID VARBINARY VARCHAR VARIANT`.split(
    /\s+/,
  ),
);

/** Whether nothing but its tables, which the parse tree judges, could depend on the current database and schema. */
export function isPlacelessQuery(tokens: readonly Token[]): boolean {
  if (tokens.length > longest) return false;
  const brackets = pairBrackets(tokens);
  for (const call of findCalls(tokens, brackets)) {
    const [name] = call.parts;
    const isBuiltin =
      call.parts.length === 1 &&
      !call.isMethod &&
      call.isExact &&
      name !== undefined &&
      builtinFunctions.has(name) &&
      !placedFunctions.has(name);
    if (!isBuiltin && !isColumnList(tokens, brackets, call.from, call.open)) return false;
  }
  return tokens.every((_, at) => !isPlaced(tokens, brackets, at));
}

/** `AS t (a, b)`, `) t (a, b)`, `WITH t (a, b) AS (`: a list of columns, and no call. */
function isColumnList(tokens: readonly Token[], { partner }: Brackets, from: number, open: number): boolean {
  const [before, close] = [tokens[from - 1], partner[open] ?? -1];
  for (let index = open + 1; index < close; index += 1) {
    if (index % 2 === (open + 1) % 2 ? !isName(tokens[index]) : !isOp(tokens[index], ',')) return false;
  }
  const isExpression = isWord(tokens[close + 1], 'AS') && isOp(tokens[close + 2], '(');
  return (
    isWord(before, 'AS') ||
    isOp(before, ')') ||
    (isExpression && (isWord(before, 'WITH', 'RECURSIVE') || isOp(before, ',')))
  );
}

/** Whether something is named at this token that the current names complete, or that is only known at run time. */
function isPlaced(tokens: readonly Token[], brackets: Brackets, at: number): boolean {
  const [before, token, after] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  if (token?.kind === 'stage' || isOp(token, '!', '?')) return true;
  // A stage may stand in quotes; an escape may hide that it does.
  if (token?.kind === 'string') return token.value.startsWith('@') || token.isEscaped === true;
  if (token?.kind === 'variable') return isWord(before, 'FROM', 'JOIN') || isOp(before, '.') || isOp(after, '.', '(');
  if (isOp(token, '::')) return !isBuiltinType(tokens, brackets, at + 1);
  // Arguments of a lambda have types, too.
  if (isOp(token, '->')) return !isName(before) || isName(tokens[at - 2]);
  if (!isName(token)) return false;
  const name = folded(token);
  if (name.startsWith('CURRENT_DATABASE') || name.startsWith('CURRENT_SCHEMA')) return true;
  if (name === 'IDENTIFIER' || name === 'SEMANTIC_VIEW') return isOp(after, '(');
  if (isWord(token, 'TABLE')) return !isOp(after, '(') || !isName(tokens[at + 2]) || !isOp(tokens[at + 3], '(');
  if (isWord(token, 'MODEL')) return isWord(before, 'AS');
  if (isWord(token, 'STREAM')) return isOp(after, '=>');
  if (isWord(token, 'CAST', 'TRY_CAST') && isOp(after, '(')) return !castsToBuiltin(tokens, brackets, at + 1);
  return false;
}

function castsToBuiltin(tokens: readonly Token[], brackets: Brackets, open: number): boolean {
  for (let at = (brackets.partner[open] ?? 0) - 1; at > open; at -= 1) {
    if (isOp(tokens[at], ')')) at = brackets.partner[at] ?? at;
    else if (isWord(tokens[at], 'AS')) return isBuiltinType(tokens, brackets, at + 1);
  }
  return false;
}

/** A type of Snowflake's own, with numbers for arguments at most: others may be types of a schema. */
function isBuiltinType(tokens: readonly Token[], { partner }: Brackets, at: number): boolean {
  const type = tokens[at];
  if (type?.kind !== 'word' || !types.has(type.value) || isOp(tokens[at + 1], '.')) return false;
  const close = isOp(tokens[at + 1], '(') ? (partner[at + 1] ?? -1) : at;
  for (let index = at + 2; index < close; index += 1) if (isName(tokens[index])) return false;
  return close >= at;
}
