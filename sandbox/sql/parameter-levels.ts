import type { ParameterValue } from './parameters.ts';

/** Where a parameter may be set beside the account. */
export type ParameterKind = 'database' | 'schema' | 'table' | 'user';

/** A parameter of objects, of users or of the account alone (no kinds). */
export interface LevelParameter {
  readonly name: string;
  readonly initial: ParameterValue;
  readonly description: string;
  readonly kinds: readonly ParameterKind[];
}

type Row = readonly [name: string, initial: ParameterValue, description: string];

const CONTAINERS: readonly Row[] = [
  ['CATALOG', '', 'Catalog integration of new Iceberg tables'],
  ['CATALOG_SYNC', '', 'Catalog with which Iceberg tables are kept in step'],
  ['BASE_LOCATION_PREFIX', '', 'Beginning of the paths of new Iceberg tables'],
  ['ENABLE_CONSOLE_OUTPUT', false, 'Write the output of handlers to the event table'],
  ['EXTERNAL_VOLUME', '', 'External volume of new Iceberg tables'],
  ['LOG_LEVEL', 'OFF', 'Level of logged messages'],
  ['METRIC_LEVEL', 'NONE', 'Which metrics are kept'],
  ['REPLACE_INVALID_CHARACTERS', false, 'Replace characters that are not UTF-8 in results of Iceberg tables'],
  ['STORAGE_SERIALIZATION_POLICY', 'OPTIMIZED', 'How the files of Iceberg tables are written'],
  ['SUSPEND_TASK_AFTER_NUM_FAILURES', 10, 'Failures in a row after which a task is suspended'],
  ['TASK_AUTO_RETRY_ATTEMPTS', 0, 'How often a failed run of tasks is tried again'],
  ['TRACE_LEVEL', 'OFF', 'Level of trace events'],
  ['USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE', 'Medium', 'Size at which serverless tasks begin'],
  ['USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS', 30, 'Seconds between two runs of a triggered task'],
  ['USER_TASK_TIMEOUT_MS', 3600000, 'Milliseconds that a run of a task may take'],
];

const EVERYWHERE: readonly Row[] = [
  ['DATA_RETENTION_TIME_IN_DAYS', 1, 'Days for which deleted data are kept'],
  ['DEFAULT_DDL_COLLATION', '', 'Collation of new text columns'],
  ['MAX_DATA_EXTENSION_TIME_IN_DAYS', 14, 'Days by which retention may be extended for streams'],
];

const USERS: readonly Row[] = [
  ['ENABLE_UNREDACTED_QUERY_SYNTAX_ERROR', false, 'Show the text of statements with syntax errors in the history'],
  ['ENABLE_UNREDACTED_SECURE_OBJECT_ERROR', false, 'Show errors about secure objects in full'],
  ['NETWORK_POLICY', '', 'Network policy that holds for sign-ins'],
  ['PREVENT_UNLOAD_TO_INTERNAL_STAGES', false, 'Refuse to unload data to internal stages'],
];

const ACCOUNT: readonly Row[] = [
  ['ALLOW_CLIENT_MFA_CACHING', false, 'Let clients keep tokens of multi-factor authentication'],
  ['ALLOW_ID_TOKEN', false, 'Let clients keep tokens of single sign-on'],
  ['CLIENT_ENCRYPTION_KEY_SIZE', 128, 'Bits of the keys that encrypt staged files'],
  ['ENABLE_IDENTIFIER_FIRST_LOGIN', false, 'Ask for the user before the way to sign in'],
  ['ENABLE_INTERNAL_STAGES_PRIVATELINK', false, 'Give private endpoints of internal stages'],
  ['INITIAL_REPLICATION_SIZE_LIMIT_IN_TB', '10.0', 'Largest size in TB of a first replication'],
  ['MIN_DATA_RETENTION_TIME_IN_DAYS', 0, 'Least number of days for which deleted data are kept'],
  ['PERIODIC_DATA_REKEYING', false, 'Encrypt data anew with new keys each year'],
  ['PREVENT_UNLOAD_TO_INLINE_URL', false, 'Refuse to unload data to a URL in the statement'],
  ['REQUIRE_STORAGE_INTEGRATION_FOR_STAGE_CREATION', false, 'Refuse stages without a storage integration'],
  ['REQUIRE_STORAGE_INTEGRATION_FOR_STAGE_OPERATION', false, 'Refuse to use stages without a storage integration'],
  ['SSO_LOGIN_PAGE', false, 'Show the page of single sign-on first'],
];

const of = (rows: readonly Row[], kinds: readonly ParameterKind[]): LevelParameter[] =>
  rows.map(([name, initial, description]) => ({ name, initial, description, kinds }));

/**
 * Parameters that are not of sessions, or that objects have as sessions do: names, defaults and levels as Snowflake's
 * page "Parameters" lists them; descriptions are our own.
 */
export const LEVEL_PARAMETERS: readonly LevelParameter[] = [
  ...of(CONTAINERS, ['database', 'schema']),
  ...of(EVERYWHERE, ['database', 'schema', 'table']),
  ...of(
    [['QUOTED_IDENTIFIERS_IGNORE_CASE', false, 'Fold names in double quotes to upper case']],
    ['database', 'schema'],
  ),
  ...of([['PIPE_EXECUTION_PAUSED', false, 'Pause pipes']], ['schema']),
  ...of(USERS, ['user']),
  ...of(ACCOUNT, []),
];

const NAMES: ReadonlySet<string> = new Set(LEVEL_PARAMETERS.map(({ name }) => name));

/** Whether a name is that of a parameter other than a session's. */
export function isLevelParameter(name: string): boolean {
  return NAMES.has(name);
}
