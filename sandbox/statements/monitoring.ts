/** A statement's status as the monitoring endpoint answers it (PROTOCOL §1). */
import type { Statement } from './statement.ts';

/** One entry of `queries`. `errorCode` is text, empty for none: Go takes any other for a failure. */
export function monitoringRecord(statement: Statement): Record<string, unknown> {
  const record = statement.record();
  return {
    id: record.queryId,
    status: record.state,
    state: record.state,
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
