/** The answers of the query and result endpoints: a result, or "still running, ask again" (PROTOCOL §4, §5). */
import type { CurrentObjects, ResultColumn } from '../engine.ts';
import { answerParameters, type ParameterValue } from './driver-parameters.ts';
import { envelope } from './envelope.ts';
import type { KeptResult } from './result-store.ts';

/** How the asking session sees a result. */
export interface Viewer {
  readonly current: CurrentObjects;
  readonly sessionParameters: ReadonlyMap<string, ParameterValue>;
  readonly statementParameters: ReadonlyMap<string, ParameterValue>;
  /** Where chunks are fetched, without a slash at the end. */
  readonly chunkBase: string;
}

export const MULTI_STATEMENT_TYPE = 40_960;

/**
 * Clients see structured values as semi-structured ones unless their session asks for more. Source: docs, "Structured
 * data types", drivers; the parameter is the one that the official drivers' own suites set.
 */
function showsStructured({ sessionParameters, statementParameters }: Viewer): boolean {
  const name = 'ENABLE_STRUCTURED_TYPES_IN_CLIENT_RESPONSE';
  return /^(?:true|on|1)$/i.test(String(statementParameters.get(name) ?? sessionParameters.get(name) ?? ''));
}

function rowtype(column: ResultColumn, isStructured: boolean): Record<string, unknown> {
  if (isStructured || !column.fields) return { ...column, collation: column.collation ?? null };
  const { fields: _, ...plain } = column;
  return { ...plain, type: column.type === 'map' ? 'object' : column.type, collation: null };
}

/**
 * The entry that drivers keep and send back with the next query. Snowflake reads hybrid tables by it; here it says
 * nothing. Drivers take only entries whose timestamp (microseconds) is newer than that of the one they have.
 */
function queryContext({ queryId, finishedMs }: KeptResult): Record<string, unknown> {
  const serial = Number.parseInt(queryId.slice(-12), 16) % 1000;
  return { id: 0, timestamp: finishedMs * 1000 + serial, priority: 0, context: 'CAE=' };
}

/** A finished statement's answer. `inline` is the JSON text of the inline rows. */
export function resultAnswer(result: KeptResult, inline: string, viewer: Viewer, nowMs: number): string {
  const { current } = viewer;
  const { chunks } = result.text;
  const children =
    result.children.length === 0
      ? {}
      : {
          resultIds: result.children.map((child) => child.queryId).join(','),
          resultTypes: result.children.map((child) => child.statementTypeId).join(','),
        };
  const dml = result.dml && {
    stats: {
      numRowsInserted: result.dml.inserted ?? 0,
      numRowsUpdated: result.dml.updated ?? 0,
      numRowsDeleted: result.dml.deleted ?? 0,
      numDmlDuplicates: result.dml.duplicates ?? 0,
    },
  };
  const chunked =
    chunks.length === 0
      ? {}
      : {
          chunks: chunks.map((chunk, index) => ({
            url: `${viewer.chunkBase}/${result.queryId}/${index}`,
            rowCount: chunk.rowCount,
            uncompressedSize: chunk.uncompressedBytes,
            compressedSize: chunk.part.bytes,
          })),
          qrmk: result.chunkKey,
          chunkHeaders: {
            'x-amz-server-side-encryption-customer-algorithm': 'AES256',
            'x-amz-server-side-encryption-customer-key': result.chunkKey,
          },
        };
  const data = {
    parameters: answerParameters(viewer.sessionParameters, viewer.statementParameters),
    rowtype: result.columns.map((column) => rowtype(column, showsStructured(viewer))),
    total: result.text.total,
    returned: result.text.total,
    queryId: result.queryId,
    sqlState: '00000',
    databaseProvider: null,
    finalDatabaseName: current.database,
    finalSchemaName: current.schema,
    finalWarehouseName: current.warehouse,
    finalRoleName: current.role,
    numberOfBinds: result.numberOfBinds,
    arrayBindSupported: result.statementTypeId === 12_544,
    statementTypeId: result.statementTypeId,
    version: 1,
    sendResultTime: nowMs,
    queryResultFormat: 'json',
    queryContext: { entries: [queryContext(result)] },
    ...dml,
    ...children,
    ...chunked,
    ...result.fileTransfer,
  };
  const head = JSON.stringify(data);
  return envelope(true, null, null, `${head.slice(0, -1)},"rowset":[${inline}]}`);
}

/** The answer while a statement runs. Drivers GET the url at once and for ever: the server holds each of those. */
export function runningAnswer(queryId: string, isAsync: boolean): string {
  const data = {
    queryId,
    getResultUrl: `/queries/${queryId}/result`,
    queryAbortsAfterSecs: 300,
    progressDesc: null,
    progress: null,
  };
  const [code, message] = isAsync
    ? [
        '333334',
        'Asynchronous execution in progress. Use provided query id to perform query monitoring and management.',
      ]
    : ['333333', 'Query execution in progress.'];
  return envelope(true, code, message, JSON.stringify(data));
}
