import type { Database, Schema } from '../../catalog/model.ts';
import { SqlError } from '../../engine.ts';
import { invalidValue, objectMissing, operationImpossible } from '../errors.ts';
import { Finder } from '../find.ts';
import { readNames } from '../names.ts';
import type { Statement } from '../statement.ts';
import type { ParameterScope } from './parameters.ts';

/** The part of the account that a SHOW lists. */
export interface ShowScope {
  /** Null: the whole account. */
  readonly database: Database | null;
  readonly schema: Schema | null;
  /** The database's INFORMATION_SCHEMA. */
  readonly isMetadata?: boolean;
  /** IN TABLE t, IN VIEW v. */
  readonly relation: readonly string[] | null;
}

/** What stands behind SHOW and the kind. */
export interface ShowRequest {
  readonly statement: Statement;
  readonly isTerse: boolean;
  readonly withHistory: boolean;
  readonly like: string | null;
  readonly startsWith: string | null;
  readonly limit: number | null;
  readonly from: string | null;
  readonly scope: ShowScope;
  /** Of SHOW PARAMETERS. */
  readonly parameters?: ParameterScope;
}

type BareName = 'schema' | 'relation' | 'database';

const GREATEST_LIMIT = 10_000;

/**
 * Reads `[HISTORY] [LIKE p] [IN ...] [STARTS WITH s] [LIMIT n [FROM s]]`; `fallback` is the
 * scope where no IN stands, `bareName` what a name right behind IN names, `saysWhich` whether a missing one is named.
 */
export function readShow(
  statement: Statement,
  isTerse: boolean,
  fallback: 'schema' | 'database' | 'account',
  bareName: BareName = 'schema',
  saysWhich = false,
): ShowRequest {
  const { reader } = statement;
  const withHistory = reader.accept('HISTORY');
  let like: string | null = null;
  let scope: ShowScope | null = null;
  let startsWith: string | null = null;
  let limit: number | null = null;
  let from: string | null = null;
  while (!reader.atEnd) {
    if (reader.accept('LIKE')) like = reader.string();
    else if (reader.accept('IN') || reader.accept('FOR')) scope = readScope(statement, bareName, saysWhich);
    else if (reader.accept('STARTS', 'WITH')) startsWith = reader.string();
    else if (reader.accept('LIMIT')) {
      limit = reader.integer();
      if (limit < 1 || limit > GREATEST_LIMIT) throw invalidValue(String(limit), 'LIMIT');
      if (reader.accept('FROM')) from = reader.string();
    } else if (reader.accept('WITH', 'PRIVILEGES')) while (reader.isIdentifier() || reader.at(',')) reader.next();
    else throw reader.unexpected();
  }
  reader.expectEnd();
  return {
    statement,
    isTerse,
    withHistory,
    like,
    startsWith,
    limit,
    from,
    scope: scope ?? defaultScope(statement, fallback),
  };
}

const ACCOUNT: ShowScope = { database: null, schema: null, relation: null };

/** What stands behind IN. Throws SqlError 002043 where that database or schema is missing; 002003 where `saysWhich`. */
function readScope(statement: Statement, bareName: BareName, saysWhich: boolean): ShowScope {
  try {
    return scopeNamed(statement, bareName);
  } catch (error) {
    throw !saysWhich && error instanceof SqlError && error.code === '002003' ? operationImpossible() : error;
  }
}

function scopeNamed(statement: Statement, bareName: BareName): ShowScope {
  const { reader, session } = statement;
  const finder = new Finder(session, 'SHOW');
  if (reader.accept('ACCOUNT')) return ACCOUNT;
  if (reader.at('TABLE') || reader.at('VIEW')) {
    reader.next();
    if (!reader.isIdentifier()) return defaultScope(statement, 'schema');
    return { ...ACCOUNT, relation: readNames(reader, session) };
  }
  if (reader.accept('DATABASE')) {
    const isNamed = reader.isIdentifier() && !isClause(statement);
    const database = isNamed ? finder.database(readNames(reader, session, 1)[0] ?? '') : finder.currentDatabase();
    return { database, schema: null, relation: null };
  }
  const saysSchema = reader.accept('SCHEMA');
  if (saysSchema && (!reader.isIdentifier() || isClause(statement))) {
    const schema = finder.currentSchema();
    return { database: schema.database, schema, relation: null };
  }
  if (!saysSchema && bareName === 'relation') return { ...ACCOUNT, relation: readNames(reader, session) };
  const parts = readNames(reader, session, 2);
  if (parts.at(-1) === 'INFORMATION_SCHEMA' && bareName !== 'database') {
    const database = parts.length === 2 ? finder.database(parts[0] ?? '') : finder.currentDatabase();
    return { database, schema: null, relation: null, isMetadata: true };
  }
  const [only = ''] = parts;
  if (!saysSchema && parts.length === 1 && (bareName === 'database' || !hasSchema(statement, only))) {
    const database = session.access.databases().find(({ name }) => name === only);
    if (database) return { database, schema: null, relation: null };
    if (bareName === 'database') throw objectMissing('Database', parts);
  }
  const schema = finder.schema(parts);
  return { database: schema.database, schema, relation: null };
}

/** A name without DATABASE or SCHEMA before it means a schema of the current database first. */
function hasSchema({ session }: Statement, name: string): boolean {
  if (session.database === null) return false;
  return session.access.databases().some((one) => one.name === session.database && one.schemas.has(name));
}

function isClause({ reader }: Statement): boolean {
  return reader.at('LIKE') || reader.at('STARTS', 'WITH') || reader.at('LIMIT') || reader.at('HISTORY');
}

/** Without IN: the current schema, else the current database, else the account. */
function defaultScope({ session }: Statement, fallback: 'schema' | 'database' | 'account'): ShowScope {
  if (fallback === 'account' || session.database === null) return ACCOUNT;
  const finder = new Finder(session, 'SHOW');
  const database = finder.currentDatabase();
  if (fallback === 'database' || session.schema === null) return { database, schema: null, relation: null };
  if (session.schema === 'INFORMATION_SCHEMA') return { database, schema: null, relation: null, isMetadata: true };
  const schema = database.schemas.get(session.schema);
  if (!schema) throw objectMissing('Schema', [database.name, session.schema]);
  return { database, schema, relation: null };
}

/** The databases that the scope spans. */
export function databasesOf({ statement, scope }: ShowRequest): Database[] {
  return scope.database ? [scope.database] : statement.session.access.databases();
}

/** The schemas that the scope spans. */
export function schemasOf(request: ShowRequest): Schema[] {
  const { scope, statement } = request;
  if (scope.isMetadata) return [];
  if (scope.schema) return [scope.schema];
  return databasesOf(request).flatMap((database) => statement.session.access.schemas(database));
}

/** SQL's LIKE without regard to case, as SHOW ... LIKE matches. */
export function likePattern(pattern: string): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i += 1) {
    const char = pattern.charAt(i);
    if (char === '%') source += '[\\s\\S]*';
    else if (char === '_') source += '[\\s\\S]';
    else if (char === '\\' && i + 1 < pattern.length) {
      i += 1;
      source += escapeRegExp(pattern.charAt(i));
    } else source += escapeRegExp(char);
  }
  return new RegExp(`^${source}$`, 'iu');
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
