/** A statement's status as the monitoring endpoint answers it (PROTOCOL §1). */
import type { QueryRecord } from '../engine.ts';

/** One entry of `queries`. `errorCode` is text, empty for none: Go takes any other for a failure. */
export function monitoringRecord(record: QueryRecord): Record<string, unknown> {
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
    stats: { producedRows: record.rowsProduced ?? 0 },
  };
}
