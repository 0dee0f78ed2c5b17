import type { ObjectParameters, ParameterHolder } from '../../catalog/object-parameters.ts';
import { DEFAULT_CONCURRENCY, type Warehouse } from '../../catalog/warehouses.ts';
import { objectMissing, unsupported } from '../errors.ts';
import { Finder } from '../find.ts';
import { metadataColumns } from '../information-schema/columns.ts';
import { readName, readNames } from '../names.ts';
import { LEVEL_PARAMETERS, type ParameterKind } from '../parameter-levels.ts';
import { type ParameterValue, parameterDefinitions } from '../parameters.ts';
import type { Session } from '../session.ts';
import type { Statement } from '../statement.ts';
import type { ShowKind, ShowRow } from './listing.ts';
import type { ShowRequest } from './request.ts';

/** Whose parameters are asked for. */
export type ParameterScope =
  | { readonly kind: 'session' | 'account' | 'user' }
  | { readonly kind: 'warehouse'; readonly warehouse: Warehouse }
  | { readonly kind: 'object'; readonly object: ParameterHolder };

/** SHOW PARAMETERS: each level has its own list; `level` says where the value was set. Source: docs, "Parameters". */
export const PARAMETERS: ShowKind = {
  fallback: 'account',
  columns: metadataColumns('key value default level description type'),
  rows: ({ statement: { session, account }, parameters: scope = { kind: 'session' } }) => {
    if (scope.kind === 'warehouse') return ofWarehouse(scope.warehouse);
    if (scope.kind === 'object') return ofObject(account.catalog.objectParameters, scope.object);
    if (scope.kind === 'session') return ofSession(session, true);
    // No parameter can be set on the account or on a user: all are at their defaults.
    const isOfUser = scope.kind === 'user';
    const own = new Map(ofSession(session, false).map((one) => [one.name, one]));
    for (const { name, initial, description, kinds } of LEVEL_PARAMETERS) {
      if (!isOfUser || kinds.includes('user')) own.set(name, row(name, undefined, initial, '', description));
    }
    return [...own.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  },
};

function row(
  name: string,
  value: ParameterValue | undefined,
  initial: ParameterValue,
  level: string,
  description: string,
): ShowRow {
  const type = typeof initial === 'boolean' ? 'BOOLEAN' : typeof initial === 'number' ? 'NUMBER' : 'STRING';
  return {
    name,
    cells: [name, String(value ?? initial), String(initial), value === undefined ? '' : level, description, type],
  };
}

function ofSession(session: Session, isOwn: boolean): ShowRow[] {
  return parameterDefinitions().map(({ name, initial, description }) =>
    row(name, isOwn ? session.overrides.get(name) : undefined, initial, 'SESSION', description),
  );
}

function ofObject(parameters: ObjectParameters, object: ParameterHolder): ShowRow[] {
  const kind = object.kind.toLowerCase() as ParameterKind;
  return LEVEL_PARAMETERS.filter(({ kinds }) => kinds.includes(kind))
    .map(({ name, initial, description }) => {
      const found = parameters.find(object, name);
      return row(name, found?.value, initial, found?.level ?? '', description);
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The three parameters of a warehouse, with the level at which their values stand. */
function ofWarehouse({ maxConcurrency, timeoutSeconds, queuedTimeoutSeconds }: Warehouse): ShowRow[] {
  const concurrency = maxConcurrency === DEFAULT_CONCURRENCY ? undefined : maxConcurrency;
  const rows: readonly (readonly [string, number | undefined, number, string])[] = [
    [
      'MAX_CONCURRENCY_LEVEL',
      concurrency,
      DEFAULT_CONCURRENCY,
      'Statements that a cluster of the warehouse runs at once',
    ],
    [
      'STATEMENT_QUEUED_TIMEOUT_IN_SECONDS',
      queuedTimeoutSeconds ?? undefined,
      0,
      'Seconds that a statement may be queued',
    ],
    ['STATEMENT_TIMEOUT_IN_SECONDS', timeoutSeconds ?? undefined, 172_800, 'Seconds that a statement may run'],
  ];
  return rows.map(([name, value, initial, description]) => row(name, value, initial, 'WAREHOUSE', description));
}

/** SHOW PARAMETERS has its own places: IN | FOR SESSION, ACCOUNT, USER u, WAREHOUSE w, DATABASE d, SCHEMA s, TABLE t. */
export function readParameters(statement: Statement): ShowRequest {
  const { reader } = statement;
  let like: string | null = null;
  let parameters: ParameterScope = { kind: 'session' };
  while (!reader.atEnd) {
    if (reader.accept('LIKE')) like = reader.string();
    else if (reader.acceptOne('IN', 'FOR')) parameters = readScope(statement);
    else throw reader.unexpected();
  }
  reader.expectEnd();
  const scope = { database: null, schema: null, relation: null };
  const none = { isTerse: false, withHistory: false, startsWith: null, limit: null, from: null };
  return { statement, like, scope, parameters, ...none };
}

/** Kinds of objects that have parameters in Snowflake and none here. */
const WITHOUT = ['TASK', 'FUNCTION', 'PROCEDURE', 'PIPE', 'ALERT', 'DYNAMIC', 'ICEBERG', 'VIEW', 'ORGANIZATION'];

function readScope(statement: Statement): ParameterScope {
  const { reader, session, account } = statement;
  const finder = new Finder(session, 'SHOW');
  const hasName = () => reader.isIdentifier() && !reader.at('LIKE');
  if (reader.accept('SESSION')) return { kind: 'session' };
  if (reader.accept('ACCOUNT')) return { kind: 'account' };
  if (reader.accept('USER')) {
    const name = hasName() ? readName(reader, session) : session.start.user;
    if (!account.host.users().some((user) => user.name === name)) throw objectMissing('User', [name]);
    return { kind: 'user' };
  }
  if (reader.accept('WAREHOUSE')) {
    const name = readName(reader, session);
    const warehouse = account.catalog.warehouses.get(name);
    if (!warehouse || !session.access.sees(warehouse)) throw objectMissing('Warehouse', [name]);
    return { kind: 'warehouse', warehouse };
  }
  if (reader.accept('DATABASE')) {
    const name = hasName() ? readName(reader, session) : null;
    return { kind: 'object', object: name === null ? finder.currentDatabase() : finder.database(name) };
  }
  if (reader.accept('SCHEMA')) {
    return {
      kind: 'object',
      object: hasName() ? finder.schema(readNames(reader, session, 2)) : finder.currentSchema(),
    };
  }
  if (reader.accept('TABLE')) {
    const parts = readNames(reader, session);
    const table = finder.relation(parts);
    if (table.kind !== 'TABLE') throw objectMissing('Table', parts);
    return { kind: 'object', object: table };
  }
  const found = WITHOUT.find((word) => reader.at(word));
  if (found !== undefined) throw unsupported(`SHOW PARAMETERS IN ${found}`, reader.place);
  throw reader.unexpected();
}
