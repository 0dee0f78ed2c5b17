/** A statement's status as the monitoring endpoint answers it (PROTOCOL §1). */
import { badRequest } from '../sessions/refusal.ts';
import type { Statement } from './statement.ts';

/** A status as `state` words it: Snowflake's CLI shows and filters these (snowflake-cli, repl_commands.py). */
const STATES: ReadonlyMap<string, string> = new Map([
  ['SUCCESS', 'SUCCEEDED'],
  ['FAILED_WITH_ERROR', 'FAILED'],
]);

/** What of the statements that are remembered a list is of: the CLI's filters. */
interface Filters {
  readonly most: number;
  readonly state: string | null;
  readonly warehouse: string | null;
  readonly user: string | null;
  readonly sessionId: string | null;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly longerThanMs: number;
}

const MOST_LISTED = 1000;
const KNOWN = new Set('_dc includeDDL max user wh start end min_duration session_id subset request_guid'.split(' '));

/** Reads the filters of `GET /monitoring/queries`. Throws a Refusal with HTTP 400 for what the sandbox cannot filter by. */
function filtersOf(asked: URLSearchParams): Filters {
  const number = (name: string, otherwise: number) => {
    const text = asked.get(name);
    if (text === null) return otherwise;
    if (!/^\d{1,15}$/.test(text)) throw badRequest(`'${text.slice(0, 100)}' is no value of ${name}.`);
    return Number(text);
  };
  for (const name of asked.keys()) {
    if (!KNOWN.has(name)) throw badRequest(`The sandbox does not support the filter ${name.slice(0, 100)} of queries.`);
  }
  return {
    most: Math.min(number('max', MOST_LISTED), MOST_LISTED),
    state: asked.get('subset')?.toUpperCase() ?? null,
    warehouse: asked.get('wh')?.toUpperCase() ?? null,
    user: asked.get('user')?.toUpperCase() ?? null,
    sessionId: asked.get('session_id'),
    fromMs: number('start', 0),
    untilMs: number('end', Number.MAX_SAFE_INTEGER),
    longerThanMs: number('min_duration', 0),
  };
}

/** The newest of a user's statements that pass the filters, the newest first. Throws a Refusal with HTTP 400. */
export function monitoringRecords(
  statements: readonly Statement[],
  user: string,
  asked: URLSearchParams,
): Record<string, unknown>[] {
  const filters = filtersOf(asked);
  const passes = (statement: Statement) => {
    const { sessionId, warehouse, startMs, endMs, state } = statement.record();
    return (
      statement.user === user &&
      (filters.user ?? user.toUpperCase()) === user.toUpperCase() &&
      (filters.sessionId ?? sessionId) === sessionId &&
      (filters.warehouse ?? warehouse?.toUpperCase()) === warehouse?.toUpperCase() &&
      (filters.state ?? STATES.get(state) ?? state) === (STATES.get(state) ?? state) &&
      startMs >= filters.fromMs &&
      startMs <= filters.untilMs &&
      (endMs ?? startMs) - startMs >= filters.longerThanMs
    );
  };
  return statements.filter(passes).reverse().slice(0, filters.most).map(monitoringRecord);
}

/** One entry of `queries`. `errorCode` is text, empty for none: Go takes any other for a failure. */
export function monitoringRecord(statement: Statement): Record<string, unknown> {
  const record = statement.record();
  return {
    id: record.queryId,
    status: record.state,
    state: STATES.get(record.state) ?? record.state,
    errorCode: record.errorCode ?? '',
    errorMessage: record.errorMessage ?? '',
    sqlText: record.sql,
    queryTag: record.queryTag,
    sessionId: Number(record.sessionId),
    userName: record.user,
    roleName: record.role,
    warehouseName: record.warehouse ?? '',
    databaseName: record.database ?? '',
    schemaName: record.schema ?? '',
    startTime: record.startMs,
    endTime: record.endMs ?? 0,
    totalDuration: record.endMs === null ? 0 : record.endMs - record.startMs,
    stats: { scanBytes: resultBytes(statement), producedRows: record.rowsProduced ?? 0 },
  };
}

/** Bytes of the result, the only ones that are known: DuckDB does not tell what it scanned. */
function resultBytes({ state }: Statement): number {
  if (state.kind !== 'succeeded') return 0;
  const { inline, chunks } = state.result.text;
  return [inline, ...chunks].reduce((sum, chunk) => sum + chunk.uncompressedBytes, 0);
}
