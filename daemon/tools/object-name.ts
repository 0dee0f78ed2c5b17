/** Which object a tool's arguments mean: names completed from the client's context, and found again where only their case was wrong. */
import { SnowpoolError } from '../errors.ts';
import { closestNames } from './closest-names.ts';
import { likePatternFor, qualified, quoteIdentifier, readableName, storedName, stringLiteral } from './identifiers.ts';
import { ask, metadataRows, textOf } from './metadata.ts';
import type { Asking, ToolCall } from './tool.ts';

/** Stored names. */
export interface ObjectName {
  readonly database: string;
  readonly schema: string;
  readonly name: string;
}

/** Schema of objects when neither the call nor the client's context names one, as Snowflake has it after USE DATABASE. */
export const defaultSchema = 'PUBLIC';

/**
 * Throws SnowpoolError invalid_argument where no database is given and the client has no current one.
 * @param argument the name of the argument that carries the object's own name.
 */
export function objectName(
  call: ToolCall,
  given: { readonly database?: string | undefined; readonly schema?: string | undefined; readonly name: string },
  argument: string,
): ObjectName {
  const current = call.attachment.describeContext();
  const database = given.database === undefined ? current.database : storedName(given.database, 'database');
  if (database === undefined) throw noDatabase();
  const currentSchema = database === current.database ? current.schema : undefined;
  const schema = given.schema === undefined ? (currentSchema ?? defaultSchema) : storedName(given.schema, 'schema');
  return { database, schema, name: storedName(given.name, argument) };
}

export function noDatabase(): SnowpoolError {
  return new SnowpoolError(
    'invalid_argument',
    'No database is given, and this client has no current one.',
    'Pass database, or choose one with use_context.',
  );
}

/** For SQL: all three parts, quoted. */
export function sqlName({ database, schema, name }: ObjectName): string {
  return qualified(database, schema, name);
}

/** For people. */
export function shownName({ database, schema, name }: ObjectName): string {
  return readableName(database, schema, name);
}

/**
 * Runs something with an object. Where Snowflake does not know the name, the account is asked for the names there are:
 * one that differs in its case alone is taken, else the error carries the closest ones.
 */
export async function withObject<T>(
  call: ToolCall,
  object: ObjectName,
  work: (object: ObjectName) => Promise<T>,
): Promise<T> {
  try {
    return await work(object);
  } catch (error) {
    if (!isUnknownObject(error)) throw error;
    const found = await findNames(call, object);
    if (found.state === 'found') return work(found.object);
    const named = naming(error, object.name, shownName(object));
    throw found.closest.length === 0 ? named : withClosest(named, found.closest);
  }
}

/** Snowflake does not say each time which name it does not know; part of it may have been completed from the context. */
function naming(error: SnowpoolError, name: string, shown: string): SnowpoolError {
  const { code, message, next, details } = error;
  const literally = name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  if (new RegExp(`(?<![\\p{L}\\p{N}_])${literally}(?![\\p{L}\\p{N}_])`, 'iu').test(message)) return error;
  return new SnowpoolError(code, `${message.replace(/\.?$/, '.')} Looked for: ${shown}.`, next, details, {
    cause: error,
  });
}

/** Snowflake: 002003 object, 002043 schema or database, does not exist or may not be used. */
const unknownCodes: ReadonlySet<string> = new Set(['002003', '002043', '002058']);

export function isUnknownObject(error: unknown): error is SnowpoolError {
  return (
    error instanceof SnowpoolError &&
    error.code === 'statement_failed' &&
    (unknownCodes.has(error.details.snowflakeCode ?? '') || /does not exist/i.test(error.message))
  );
}

export function withClosest(error: SnowpoolError, closest: readonly string[]): SnowpoolError {
  return new SnowpoolError(error.code, error.message, error.next, { ...error.details, closest }, { cause: error });
}

/** Names close to one that Snowflake does not know: of the database, else of the schema. */
export async function closestScopes(call: Asking, scope: Scope): Promise<readonly string[]> {
  const found = await findScope(call, scope);
  if (found.state === 'missing') return found.closest;
  const isSame = found.database === scope.database && found.schema === scope.schema;
  return isSame ? [] : [readableName(found.database, ...(found.schema === undefined ? [] : [found.schema]))];
}

/** The same of the database, else of the schema, else of the object. */
export async function closestObjects(call: Asking, object: ObjectName): Promise<readonly string[]> {
  const found = await findNames(call, object);
  return found.state === 'found' ? [shownName(found.object)] : found.closest;
}

/** Where a list looks. Stored names. */
export interface Scope {
  readonly database: string;
  readonly schema?: string | undefined;
}

/** The same as `withObject`, for a database or a schema. */
export async function withScope<T>(call: ToolCall, scope: Scope, work: (scope: Scope) => Promise<T>): Promise<T> {
  try {
    return await work(scope);
  } catch (error) {
    if (!isUnknownObject(error)) throw error;
    const found = await findScope(call, scope);
    const { database, schema } = scope;
    const named = naming(error, schema ?? database, readableName(database, ...(schema === undefined ? [] : [schema])));
    if (found.state === 'missing') throw found.closest.length === 0 ? named : withClosest(named, found.closest);
    if (found.database === database && found.schema === schema) throw named;
    return work(found);
  }
}

type Found<T> = ({ readonly state: 'found' } & T) | { readonly state: 'missing'; readonly closest: readonly string[] };

async function findScope(call: Asking, { database, schema }: Scope): Promise<Found<Scope>> {
  const databases = await namesOf(call, `SHOW DATABASES LIKE ${stringLiteral(likePatternFor(database))}`, database);
  const realDatabase = pick(databases, database);
  if (realDatabase === undefined) return { state: 'missing', closest: await closest(call, 'SHOW DATABASES', database) };
  if (schema === undefined) return { state: 'found', database: realDatabase };
  const inDatabase = ` IN DATABASE ${quoteIdentifier(realDatabase)}`;
  const schemas = await namesOf(
    call,
    `SHOW SCHEMAS LIKE ${stringLiteral(likePatternFor(schema))}${inDatabase}`,
    schema,
  );
  const realSchema = pick(schemas, schema);
  return realSchema === undefined
    ? { state: 'missing', closest: await closest(call, `SHOW SCHEMAS${inDatabase}`, schema, realDatabase) }
    : { state: 'found', database: realDatabase, schema: realSchema };
}

async function findNames(call: Asking, object: ObjectName): Promise<Found<{ readonly object: ObjectName }>> {
  const { database, schema, name } = object;
  const scope = await findScope(call, { database, schema });
  if (scope.state === 'missing') return scope;
  const { database: realDatabase, schema: realSchema = schema } = scope;
  const inSchema = ` IN SCHEMA ${qualified(realDatabase, realSchema)}`;
  const like = ` LIKE ${stringLiteral(likePatternFor(name))}`;
  const [tables, views] = await Promise.all([
    namesOf(call, `SHOW TABLES${like}${inSchema}`, name),
    namesOf(call, `SHOW VIEWS${like}${inSchema}`, name),
  ]);
  const realName = pick([...tables, ...views], name);
  const isSame = realDatabase === database && realSchema === schema && realName === name;
  if (realName !== undefined && !isSame)
    return { state: 'found', object: { database: realDatabase, schema: realSchema, name: realName } };
  const [someTables, someViews] = await Promise.all([
    namesOf(call, `SHOW TABLES${inSchema}`),
    namesOf(call, `SHOW VIEWS${inSchema}`),
  ]);
  const others = [...someTables, ...someViews].filter((other) => other !== name);
  return {
    state: 'missing',
    closest: closestNames(name, others).map((other) => readableName(realDatabase, realSchema, other)),
  };
}

async function closest(
  call: Asking,
  sql: string,
  wanted: string,
  ...parents: readonly string[]
): Promise<readonly string[]> {
  return closestNames(wanted, await namesOf(call, sql)).map((name) => readableName(...parents, name));
}

/** Names that a SHOW tells; only those equal to `wanted` but for their case where it is given. None where the account refuses. */
export async function namesOf(call: Asking, sql: string, wanted?: string): Promise<readonly string[]> {
  try {
    const rows = metadataRows(await ask(call, sql));
    const names = rows.map((row) => textOf(row, 'name')).filter((name) => name !== null);
    return wanted === undefined ? names : names.filter((name) => name.toUpperCase() === wanted.toUpperCase());
  } catch (error) {
    // A suggestion that cannot be made must not hide the error it was for.
    if (error instanceof SnowpoolError && error.code === 'statement_failed') return [];
    throw error;
  }
}

/** The name itself, else the only one that differs in its case alone. */
function pick(names: readonly string[], wanted: string): string | undefined {
  return names.includes(wanted) ? wanted : names.length === 1 ? names[0] : undefined;
}
