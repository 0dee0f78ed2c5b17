import type { Warehouses } from '../../catalog/warehouses.ts';
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
  if (first === 'DROP') return 'DROP';
  if (first === 'TRUNCATE') return 'TRUNCATE_TABLE';
  if ((first === 'CREATE' || first === 'DROP' || first === 'ALTER') && second) {
    const kind = words
      .slice(1)
      .find((word) => !['OR', 'REPLACE', 'SCOPED', 'TEMPORARY', 'TEMP', 'TRANSIENT', 'SECURE'].includes(word));
    const isFilled = first === 'CREATE' && kind === 'TABLE' && /\bAS\s*\(?\s*(SELECT|WITH)\b/i.test(sql);
    return isFilled ? 'CREATE_TABLE_AS_SELECT' : [first, kind].join('_');
  }
  return first;
}

/** A row of QUERY_HISTORY. A warehouse's size is that of today, null for one that is gone. */
export function historyRow(record: QueryRecord, warehouses: Warehouses): PlainCell[] {
  const warehouse = record.warehouse === null ? undefined : warehouses.get(record.warehouse);
  const elapsed = record.endMs === null ? null : record.endMs - record.startMs;
  return [
    ...[record.queryId, record.sql, record.database, record.schema, queryType(record), Number(record.sessionId)],
    ...[record.user, record.role, record.warehouse, warehouse?.size ?? null, 'STANDARD', null],
    ...[record.queryTag, STATUS[record.state], record.errorCode, record.errorMessage, record.startMs, record.endMs],
    ...[elapsed, 0, record.rowsProduced, 0, elapsed, 0, 0, 0, 0, null, null, 0, null, null, 0, 0],
  ];
}

/** Columns of ACCOUNT_USAGE.QUERY_HISTORY; what the function of INFORMATION_SCHEMA does not have is not measured: NULL. */
const USAGE_COLUMNS =
  metadataColumns(`QUERY_ID QUERY_TEXT DATABASE_ID:n DATABASE_NAME SCHEMA_ID:n SCHEMA_NAME QUERY_TYPE
  SESSION_ID:n USER_NAME ROLE_NAME WAREHOUSE_ID:n WAREHOUSE_NAME WAREHOUSE_SIZE WAREHOUSE_TYPE CLUSTER_NUMBER:n QUERY_TAG
  EXECUTION_STATUS ERROR_CODE ERROR_MESSAGE START_TIME:t END_TIME:t TOTAL_ELAPSED_TIME:n BYTES_SCANNED:n
  PERCENTAGE_SCANNED_FROM_CACHE:n BYTES_WRITTEN:n BYTES_WRITTEN_TO_RESULT:n BYTES_READ_FROM_RESULT:n ROWS_PRODUCED:n
  ROWS_INSERTED:n ROWS_UPDATED:n ROWS_DELETED:n ROWS_UNLOADED:n BYTES_DELETED:n PARTITIONS_SCANNED:n PARTITIONS_TOTAL:n
  BYTES_SPILLED_TO_LOCAL_STORAGE:n BYTES_SPILLED_TO_REMOTE_STORAGE:n BYTES_SENT_OVER_THE_NETWORK:n COMPILATION_TIME:n
  EXECUTION_TIME:n QUEUED_PROVISIONING_TIME:n QUEUED_REPAIR_TIME:n QUEUED_OVERLOAD_TIME:n TRANSACTION_BLOCKED_TIME:n
  OUTBOUND_DATA_TRANSFER_CLOUD OUTBOUND_DATA_TRANSFER_REGION OUTBOUND_DATA_TRANSFER_BYTES:n INBOUND_DATA_TRANSFER_CLOUD
  INBOUND_DATA_TRANSFER_REGION INBOUND_DATA_TRANSFER_BYTES:n LIST_EXTERNAL_FILES_TIME:n CREDITS_USED_CLOUD_SERVICES:n
  RELEASE_VERSION QUERY_LOAD_PERCENT:n IS_CLIENT_GENERATED_STATEMENT:b TRANSACTION_ID:n CHILD_QUERIES_WAIT_TIME:n
  ROLE_TYPE QUERY_HASH QUERY_HASH_VERSION:n QUERY_PARAMETERIZED_HASH QUERY_PARAMETERIZED_HASH_VERSION:n`);

/** SNOWFLAKE.ACCOUNT_USAGE.QUERY_HISTORY; without the delay that it has at Snowflake. */
export const QUERY_HISTORY: MetadataView = {
  columns: USAGE_COLUMNS,
  rows: ({ statement: { account } }) =>
    account.host.queryHistory().map((record) => {
      const row = historyRow(record, account.catalog.warehouses);
      const cells = new Map(HISTORY_COLUMNS.map(({ name }, index) => [name, row[index] ?? null]));
      return USAGE_COLUMNS.map(({ name }) => cells.get(name) ?? null);
    }),
};
