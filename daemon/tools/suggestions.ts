/** The closest existing names for an object or column that Snowflake does not know: the usual slip, mended in one more try. */
import type { SnowpoolError } from '../errors.ts';
import { readings } from '../query/guard/readings.ts';
import { isName, isOp, isWord, type Token } from '../query/guard/tokens.ts';
import { closestNames } from './closest-names.ts';
import { readableName } from './identifiers.ts';
import { ask, metadataRows, textOf } from './metadata.ts';
import { closestObjects, type ObjectName, sqlName, withClosest } from './object-name.ts';
import type { ToolCall } from './tool.ts';

/** How long the search may delay the error. */
const searchMs = 5_000;
const mostTables = 4;
const unknownColumn = '000904';

/** Where unqualified names of a text belong: the call's own arguments over the client's context. Stored names. */
export interface NameScope {
  readonly database: string | undefined;
  readonly schema: string | undefined;
}

/** The error with `details.closest`, where there is something close; the error as it is, where not. Never rejects. */
export async function withSuggestions(
  call: ToolCall,
  sql: string,
  scope: NameScope,
  error: SnowpoolError,
): Promise<SnowpoolError> {
  const bounded = { ...call, signal: AbortSignal.any([call.signal, AbortSignal.timeout(searchMs)]) };
  try {
    const closest = await closestTo(bounded, sql, scope, error);
    return closest.length === 0 ? error : withClosest(error, closest);
  } catch {
    // The search is a favour: whatever goes wrong in it, the statement's own error is what counts.
    return error;
  }
}

async function closestTo(
  call: ToolCall,
  sql: string,
  scope: NameScope,
  error: SnowpoolError,
): Promise<readonly string[]> {
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
  const [databaseName = scope.database] = database ?? [];
  if (databaseName === undefined) return [];
  return closestObjects(call, { database: databaseName, schema: schema?.at(-1) ?? '', name: '' });
}

async function closestColumns(
  call: ToolCall,
  sql: string,
  scope: NameScope,
  column: string,
): Promise<readonly string[]> {
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
