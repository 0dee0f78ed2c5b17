import type { ResultColumn } from '../../engine.ts';
import { metadataColumns } from './columns.ts';
import type { MetadataView } from './view.ts';

/** Views of what nobody can create in the sandbox, so that none of it is there. Source of columns: docs, "Information Schema". */
const VIEWS: Readonly<Record<string, string>> = {
  EVENT_TABLES:
    'TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER CREATED:t LAST_ALTERED:t LAST_DDL:t LAST_DDL_BY COMMENT',
  EXTERNAL_TABLES:
    'TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER CREATED:t LAST_ALTERED:t LAST_DDL:t LAST_DDL_BY COMMENT LOCATION FILE_FORMAT_NAME FILE_FORMAT_TYPE',
  PIPES:
    'PIPE_CATALOG PIPE_SCHEMA PIPE_NAME PIPE_OWNER DEFINITION IS_AUTOINGEST_ENABLED NOTIFICATION_CHANNEL_NAME CREATED:t LAST_ALTERED:t COMMENT PATTERN',
};

export const ABSENT_VIEWS: Readonly<Record<string, MetadataView>> = Object.fromEntries(
  Object.entries(VIEWS).map(([name, columns]) => [name, { columns: metadataColumns(columns), rows: () => [] }]),
);

/** Further views of INFORMATION_SCHEMA, refused by name rather than called missing. */
export const OTHER_VIEWS: ReadonlySet<string> = new Set(
  `CLASSES CLASS_INSTANCES CLASS_INSTANCE_FUNCTIONS CLASS_INSTANCE_PROCEDURES CORTEX_SEARCH_SERVICES
  CURRENT_PACKAGES_POLICY ELEMENT_TYPES FIELDS GIT_REPOSITORIES HYBRID_TABLES INDEXES INDEX_COLUMNS MODEL_VERSIONS
  PACKAGES REPLICATION_DATABASES REPLICATION_GROUPS SEMANTIC_VIEWS SERVICES SHARES STREAMLITS`.split(/\s+/),
);

/** Table functions about what there is none of, either: runs of tasks, credits. Source of columns: their pages. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  WAREHOUSE_METERING_HISTORY:
    'START_TIME:t END_TIME:t WAREHOUSE_NAME CREDITS_USED:n CREDITS_USED_COMPUTE:n CREDITS_USED_CLOUD_SERVICES:n',
  TASK_HISTORY: `QUERY_ID NAME DATABASE_NAME SCHEMA_NAME QUERY_TEXT CONDITION_TEXT STATE ERROR_CODE ERROR_MESSAGE
    SCHEDULED_TIME:t QUERY_START_TIME:t NEXT_SCHEDULED_TIME:t COMPLETED_TIME:t ROOT_TASK_ID GRAPH_VERSION:n RUN_ID:n
    RETURN_VALUE SCHEDULED_FROM ATTEMPT_NUMBER:n CONFIG`,
};

/** The columns of a table function that has no rows; undefined for any other. */
export function absentColumns(name: string): readonly ResultColumn[] | undefined {
  const columns = FUNCTIONS[name];
  return columns === undefined ? undefined : metadataColumns(columns);
}
