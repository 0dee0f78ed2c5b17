import type { QueryRecord } from '../../engine.ts';
import type { PlainCell } from '../results.ts';
import { KIND } from '../results.ts';
import { metadataColumns } from './columns.ts';
import type { MetadataView } from './view.ts';

/** Columns of QUERY_HISTORY that the sandbox can fill truly, in Snowflake's order; what it cannot measure is left out of none but null or 0. */
export const HISTORY_COLUMNS =
  metadataColumns(`QUERY_ID QUERY_TEXT DATABASE_NAME SCHEMA_NAME QUERY_TYPE SESSION_ID:n USER_NAME
  ROLE_NAME WAREHOUSE_NAME WAREHOUSE_SIZE WAREHOUSE_TYPE CLUSTER_NUMBER:n QUERY_TAG EXECUTION_STATUS ERROR_CODE
  ERROR_MESSAGE START_TIME:t END_TIME:t TOTAL_ELAPSED_TIME:n BYTES_SCANNED:n ROWS_PRODUCED:n COMPILATION_TIME:n
  EXECUTION_TIME:n QUEUED_PROVISIONING_TIME:n QUEUED_REPAIR_TIME:n QUEUED_OVERLOAD_TIME:n TRANSACTION_BLOCKED_TIME:n
  OUTBOUND_DATA_TRANSFER_CLOUD OUTBOUND_DATA_TRANSFER_REGION OUTBOUND_DATA_TRANSFER_BYTES:n
  INBOUND_DATA_TRANSFER_CLOUD INBOUND_DATA_TRANSFER_REGION INBOUND_DATA_TRANSFER_BYTES:n CREDITS_USED_CLOUD_SERVICES:n`);

const STATUS: Readonly<Record<QueryRecord['state'], string>> = {
  RESUMING_WAREHOUSE: 'RESUMING_WAREHOUSE',
  RUNNING: 'RUNNING',
  QUEUED: 'QUEUED',
  SUCCESS: 'SUCCESS',
  FAILED_WITH_ERROR: 'FAIL',
  ABORTED: 'FAIL',
};

const TYPES: readonly (readonly [number, string])[] = [
  [KIND.select, 'SELECT'],
  [KIND.insert, 'INSERT'],
  [KIND.update, 'UPDATE'],
  [KIND.delete, 'DELETE'],
  [KIND.merge, 'MERGE'],
  [KIND.multiInsert, 'MULTI_TABLE_INSERT'],
  [KIND.copy, 'COPY'],
  [KIND.use, 'USE'],
  [KIND.show, 'SHOW'],
  [KIND.describe, 'DESCRIBE'],
];

/** A statement's kind as QUERY_HISTORY words it: from its type id, else from its first words. */
export function queryType({ statementTypeId, sql }: QueryRecord): string {
  const known = TYPES.find(([id]) => id === statementTypeId);
  if (known) return known[1];
  const words =
    sql
      .replace(/^(\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '')
      .toUpperCase()
      .match(/[A-Z]+/g) ?? [];
  const [first = 'UNKNOWN', second] = words;
  if (first === 'BEGIN' || first === 'START') return 'BEGIN_TRANSACTION';
  if (first === 'ALTER' && second === 'SESSION') return 'ALTER_SESSION';
  if ((first === 'CREATE' || first === 'DROP' || first === 'ALTER') && second) {
    const kind = words
      .slice(1)
      .find((word) => !['OR', 'REPLACE', 'SCOPED', 'TEMPORARY', 'TEMP', 'TRANSIENT', 'SECURE'].includes(word));
    return [first, kind].join('_');
  }
  return first;
}

export function historyRow(record: QueryRecord): PlainCell[] {
  const elapsed = record.endMs === null ? null : record.endMs - record.startMs;
  return [
    ...[record.queryId, record.sql, record.database, record.schema, queryType(record), Number(record.sessionId)],
    ...[record.user, record.role, record.warehouse, record.warehouse === null ? null : 'X-Small', 'STANDARD', null],
    ...[record.queryTag, STATUS[record.state], record.errorCode, record.errorMessage, record.startMs, record.endMs],
    ...[elapsed, 0, record.rowsProduced, 0, elapsed, 0, 0, 0, 0, null, null, 0, null, null, 0, 0],
  ];
}

/** SNOWFLAKE.ACCOUNT_USAGE.QUERY_HISTORY; without the delay that it has at Snowflake. */
export const QUERY_HISTORY: MetadataView = {
  columns: HISTORY_COLUMNS,
  rows: ({ statement }) => statement.account.host.queryHistory().map(historyRow),
};
