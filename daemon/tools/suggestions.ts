/** The closest existing names for an object or column that Snowflake does not know: the usual slip, mended in one more try. */
import { SnowpoolError } from '../errors.ts';
import { readings } from '../query/guard/readings.ts';
import { isName, isOp, isWord, type Token } from '../query/guard/tokens.ts';
import { closestNames } from './closest-names.ts';
import { readableName } from './identifiers.ts';
import { ask, metadataRows, textOf } from './metadata.ts';
import {
  closestObjects,
  closestScopes,
  defaultSchema,
  namesOf,
  type ObjectName,
  sqlName,
  withClosest,
} from './object-name.ts';
import type { Asking } from './tool.ts';

/** How long the search may delay the error. */
const searchMs = 5_000;
const mostTables = 4;
const unknownColumn = '000904';
/** Object does not exist, or operation cannot be performed. */
const unnamed = '002043';
const namedKinds = ['DATABASE', 'SCHEMA', 'WAREHOUSE', 'ROLE', 'TABLE', 'VIEW'] as const;
/** Of the layer below: the database or schema that came with the call cannot be chosen for it. */
const notMadeCurrent = / cannot be made current for this statement: /;

/** Database and schema that a call brought for its one statement. Stored names. */
export interface OwnScope {
  readonly database?: string | undefined;
  readonly schema?: string | undefined;
}

/** Where unqualified names of a text belong. Stored names. */
interface NameScope {
  readonly database: string | undefined;
  readonly schema: string | undefined;
}

/**
 * Of a statement that failed as one of its names does not exist: the error with `details.closest`, where there is something
 * close; any other error as it is. Never rejects.
 * @param own what the statement was sent with, over the client's context.
 */
export async function withSuggestions<E>(
  call: Asking,
  sql: string,
  own: OwnScope,
  error: E,
): Promise<E | SnowpoolError> {
  if (!(error instanceof SnowpoolError) || error.code !== 'statement_failed') return error;
  const scope = scopeOf(call, own);
  const bounded = { ...call, signal: AbortSignal.any([call.signal, AbortSignal.timeout(searchMs)]) };
  try {
    const closest = await closestTo(bounded, sql, scope, error);
    return closest.length === 0 ? error : withClosest(error, closest);
  } catch {
    // The search is a favour: whatever goes wrong in it, the statement's own error is what counts.
    return error;
  }
}

function scopeOf(call: Asking, own: OwnScope): NameScope {
  const current = call.attachment.describeContext();
  const { database = current.database, schema } = own;
  // As Snowflake has it after USE DATABASE.
  return { database, schema: schema ?? (database === current.database ? current.schema : defaultSchema) };
}

async function closestTo(
  call: Asking,
  sql: string,
  scope: NameScope,
  error: SnowpoolError,
): Promise<readonly string[]> {
  if (notMadeCurrent.test(error.message)) return closestInScope(call, scope);
  if (error.details.snowflakeCode === unknownColumn) {
    const column = quotedWord(error.message, /invalid identifier '(.+)'/i)?.at(-1);
    return column === undefined ? [] : closestColumns(call, sql, scope, column);
  }
  const object = quotedWord(error.message, /\b(?:object|table|view) '(.+)' does not exist/i);
  const named = object && complete(object, scope);
  if (named) return closestObjects(call, named);
  const schema = quotedWord(error.message, /\bschema '(.+)' does not exist/i);
  const database =
    quotedWord(error.message, /\bdatabase '(.+)' does not exist/i) ??
    (schema && schema.length > 1 ? schema.slice(0, 1) : undefined);
  if (schema ?? database) {
    return closestInScope(call, { database: database?.[0] ?? scope.database, schema: schema?.at(-1) });
  }
  return error.details.snowflakeCode === unnamed ? closestToNamed(call, sql, scope) : [];
}

async function closestInScope(call: Asking, { database, schema }: NameScope): Promise<readonly string[]> {
  return database === undefined ? [] : closestScopes(call, { database, schema });
}

/** Where the account does not say which name it is: the one behind the last word that says what is named. */
async function closestToNamed(call: Asking, sql: string, scope: NameScope): Promise<readonly string[]> {
  const [{ tokens }] = readings(sql);
  const isUse = isWord(tokens[0], 'USE');
  const at = tokens.findLastIndex(
    (token, index) => isWord(token, ...namedKinds) && nameAt(tokens, index + 1).length > 0,
  );
  const kind = at === -1 ? undefined : tokens[at]?.value;
  // `USE a` and `USE a.b` choose a database and a schema.
  const parts = nameAt(tokens, at === -1 && isUse ? 1 : at + 1);
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined || (kind === undefined && !isUse)) return [];
  switch (kind ?? (parts.length === 1 ? 'DATABASE' : 'SCHEMA')) {
    case 'DATABASE':
      return closestInScope(call, { database: first, schema: undefined });
    case 'SCHEMA':
      return closestInScope(call, { database: parts.length === 1 ? scope.database : first, schema: last });
    case 'WAREHOUSE':
    case 'ROLE':
      return closestNames(last, await namesOf(call, `SHOW ${kind}S`)).map((name) => readableName(name));
    default: {
      const object = complete(parts, scope);
      return object ? closestObjects(call, object) : [];
    }
  }
}

async function closestColumns(call: Asking, sql: string, scope: NameScope, column: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const table of tablesIn(sql, scope).slice(0, mostTables)) {
    const page = await ask(call, `SHOW COLUMNS IN TABLE ${sqlName(table)}`).catch(() => undefined);
    if (!page) continue;
    names.push(...metadataRows(page).map((row) => textOf(row, 'column_name') ?? ''));
  }
  return closestNames(column, names).map((name) => readableName(name));
}

/** Names that stand behind FROM and JOIN. */
function tablesIn(sql: string, scope: NameScope): ObjectName[] {
  const [{ tokens }] = readings(sql);
  return tokens.flatMap((token, at) => {
    if (!isWord(token, 'FROM', 'JOIN')) return [];
    const object = complete(nameAt(tokens, at + 1), scope);
    return object ? [object] : [];
  });
}

function nameAt(tokens: readonly Token[], from: number): string[] {
  const parts: string[] = [];
  for (let at = from; ; at += 2) {
    const token = tokens[at];
    if (!isName(token)) return parts;
    parts.push(token.value);
    if (!isOp(tokens[at + 1], '.')) return parts;
  }
}

function complete(parts: readonly string[], scope: NameScope): ObjectName | undefined {
  const name = parts.at(-1);
  const schema = parts.at(-2) ?? scope.schema;
  const database = parts.at(-3) ?? scope.database;
  return name === undefined || schema === undefined || database === undefined ? undefined : { database, schema, name };
}

/** Parts of a dotted name as an error message quotes it. */
function quotedWord(message: string, pattern: RegExp): readonly string[] | undefined {
  const text = pattern.exec(message)?.[1];
  const [{ tokens }] = readings(text ?? '');
  const parts = nameAt(tokens, 0);
  return parts.length === 0 ? undefined : parts;
}
