import { SqlError } from '../engine.ts';

/** Session parameters: names, defaults and kinds as Snowflake's reference page "Parameters" lists them; descriptions are our own. */

export type ParameterValue = string | number | boolean;

export interface ParameterDefinition {
  readonly name: string;
  readonly initial: ParameterValue;
  readonly description: string;
  /** Lower and upper bound of a number. */
  readonly range?: readonly [number, number];
  /** Allowed words, upper case. */
  readonly words?: readonly string[];
}

type Row = readonly [
  name: string,
  initial: ParameterValue,
  description: string,
  limits?: readonly [number, number] | readonly string[],
];

const ON_OFF = ['TRUE', 'FALSE'];
/** The last is asked for by Python's suite alone; results are JSON whatever is set. */
const FORMATS = ['JSON', 'ARROW', 'ARROW_FORCE'];

const ROWS: readonly Row[] = [
  ['ABORT_DETACHED_QUERY', false, 'Abort running statements when the connection is lost'],
  ['ACTIVATE_AGGRESSIVE_TRIMMING', false, 'Trim string values more aggressively'],
  ['AUTOCOMMIT', true, 'Commit each statement outside of an explicit transaction by itself'],
  ['BINARY_INPUT_FORMAT', 'HEX', 'Format of text that is read as binary', ['HEX', 'BASE64', 'UTF8', 'UTF-8']],
  ['BINARY_OUTPUT_FORMAT', 'HEX', 'Format of binary values in results', ['HEX', 'BASE64']],
  ['CLIENT_ENABLE_LOG_INFO_STATEMENT_PARAMETERS', false, 'Let a client log the parameters of statements'],
  ['CLIENT_MEMORY_LIMIT', 1536, 'Memory in MB that a driver may use for results'],
  [
    'CLIENT_METADATA_REQUEST_USE_CONNECTION_CTX',
    false,
    'Limit metadata requests of drivers to the current database and schema',
  ],
  ['CLIENT_METADATA_USE_SESSION_DATABASE', false, 'Limit metadata requests of drivers to the current database'],
  ['CLIENT_PREFETCH_THREADS', 4, 'Threads that a driver uses to fetch a result', [1, 10]],
  ['CLIENT_RESULT_CHUNK_SIZE', 160, 'Largest size in MB of a part of a result', [16, 160]],
  ['CLIENT_RESULT_COLUMN_CASE_INSENSITIVE', false, 'Match result columns without regard to case'],
  ['CLIENT_SESSION_CLONE', false, 'Clone a session instead of opening a new one'],
  ['CLIENT_SESSION_KEEP_ALIVE', false, 'Keep a session alive by heartbeats'],
  ['CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY', 3600, 'Seconds between heartbeats', [900, 3600]],
  [
    'CLIENT_STAGE_ARRAY_BINDING_THRESHOLD',
    65280,
    'Number of bound values from which a driver loads them through a stage',
  ],
  ['CLIENT_TELEMETRY_ENABLED', true, 'Let drivers send telemetry'],
  [
    'CLIENT_TIMESTAMP_TYPE_MAPPING',
    'TIMESTAMP_LTZ',
    'Type to which drivers bind timestamps',
    ['TIMESTAMP_LTZ', 'TIMESTAMP_NTZ', 'TIMESTAMP_TZ'],
  ],
  [
    'CLIENT_VALIDATE_DEFAULT_PARAMETERS',
    false,
    'Fail a login whose database, schema, warehouse or role does not exist',
  ],
  ['CSV_TIMESTAMP_FORMAT', '', 'Format of timestamps in unloaded CSV files'],
  ['DATE_INPUT_FORMAT', 'AUTO', 'Format of text that is read as a date'],
  ['DATE_OUTPUT_FORMAT', 'YYYY-MM-DD', 'Format of dates as text'],
  ['DEFAULT_DDL_COLLATION', '', 'Collation of new text columns'],
  ['ENABLE_UNLOAD_PHYSICAL_TYPE_OPTIMIZATION', true, 'Unload with optimised physical types'],
  ['ERROR_ON_NONDETERMINISTIC_MERGE', true, 'Fail a MERGE where several source rows match one target row'],
  ['ERROR_ON_NONDETERMINISTIC_UPDATE', false, 'Fail an UPDATE where several source rows match one target row'],
  ['GEOGRAPHY_OUTPUT_FORMAT', 'GeoJSON', 'Format of geography values', ['GEOJSON', 'WKT', 'WKB', 'EWKT', 'EWKB']],
  ['GEOMETRY_OUTPUT_FORMAT', 'GeoJSON', 'Format of geometry values', ['GEOJSON', 'WKT', 'WKB', 'EWKT', 'EWKB']],
  ['GO_QUERY_RESULT_FORMAT', 'JSON', 'Format of results for the Go driver', ['JSON', 'ARROW']],
  ['HYBRID_TABLE_LOCK_TIMEOUT', 3600, 'Seconds to wait for a lock on a row of a hybrid table', [0, 2147483647]],
  ['JDBC_QUERY_RESULT_FORMAT', 'JSON', 'Format of results for the JDBC driver', ['JSON', 'ARROW']],
  ['JDBC_TREAT_DECIMAL_AS_INT', true, 'Report numbers without a scale as integers'],
  ['JDBC_TREAT_TIMESTAMP_NTZ_AS_UTC', false, 'Read timestamps without time zone as UTC'],
  ['JDBC_USE_SESSION_TIMEZONE', true, 'Use the time zone of the session'],
  ['JSON_INDENT', 2, 'Blanks by which JSON is indented', [0, 16]],
  ['JS_TREAT_INTEGER_AS_BIGINT', false, 'Report integers as big integers in Node.js'],
  ['LOCK_TIMEOUT', 43200, 'Seconds to wait for the lock of a table', [0, 2147483647]],
  ['MULTI_STATEMENT_COUNT', 1, 'Number of statements in one request, 0 for any', [0, 2147483647]],
  ['NOORDER_SEQUENCE_AS_DEFAULT', true, 'New sequences give no increasing order'],
  ['ODBC_QUERY_RESULT_FORMAT', 'JSON', 'Format of results for the ODBC driver', ['JSON', 'ARROW']],
  ['ODBC_TREAT_DECIMAL_AS_INT', false, 'Report numbers without a scale as integers'],
  ['PYTHON_CONNECTOR_QUERY_RESULT_FORMAT', 'JSON', 'Format of results for the Python connector', FORMATS],
  ['QUERY_CONTEXT_CACHE_SIZE', 5, 'Entries in the cache of query contexts', [0, 100]],
  ['QUERY_RESULT_FORMAT', 'JSON', 'Format of results', FORMATS],
  ['QUERY_TAG', '', 'Text that marks statements in the query history'],
  ['QUOTED_IDENTIFIERS_IGNORE_CASE', false, 'Fold names in double quotes to upper case'],
  ['ROWS_PER_RESULTSET', 0, 'Largest number of rows in a result, 0 for any', [0, 2147483647]],
  ['S3_STAGE_VPCE_DNS_NAME', '', 'DNS name of a VPC endpoint for stages'],
  ['SEARCH_PATH', '$current, $public', 'Schemas in which unqualified names are looked up'],
  ['SERVICE_NAME', '', 'Name of the service that answers requests'],
  ['SIMULATED_DATA_SHARING_CONSUMER', '', 'Account as which shared data are seen'],
  [
    'STATEMENT_QUEUED_TIMEOUT_IN_SECONDS',
    0,
    'Seconds that a statement may wait in a queue, 0 for any',
    [0, 2147483647],
  ],
  ['STATEMENT_TIMEOUT_IN_SECONDS', 172800, 'Seconds that a statement may run', [0, 604800]],
  ['STRICT_JSON_OUTPUT', false, 'Give semi-structured values as strict JSON'],
  ['TIMESTAMP_DAY_IS_ALWAYS_24H', false, 'Add days as 24 hours'],
  ['TIMESTAMP_INPUT_FORMAT', 'AUTO', 'Format of text that is read as a timestamp'],
  ['TIMESTAMP_LTZ_OUTPUT_FORMAT', '', 'Format of timestamps with local time zone as text'],
  ['TIMESTAMP_NTZ_OUTPUT_FORMAT', 'YYYY-MM-DD HH24:MI:SS.FF3', 'Format of timestamps without time zone as text'],
  ['TIMESTAMP_OUTPUT_FORMAT', 'YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM', 'Format of timestamps as text'],
  [
    'TIMESTAMP_TYPE_MAPPING',
    'TIMESTAMP_NTZ',
    'Type for which TIMESTAMP stands',
    ['TIMESTAMP_NTZ', 'TIMESTAMP_LTZ', 'TIMESTAMP_TZ'],
  ],
  ['TIMESTAMP_TZ_OUTPUT_FORMAT', '', 'Format of timestamps with time zone as text'],
  ['TIMEZONE', 'America/Los_Angeles', 'Time zone of the session'],
  ['TIME_INPUT_FORMAT', 'AUTO', 'Format of text that is read as a time'],
  ['TIME_OUTPUT_FORMAT', 'HH24:MI:SS', 'Format of times as text'],
  ['TRACE_LEVEL', 'OFF', 'Level of trace events', ['ALWAYS', 'ON_EVENT', 'PROPAGATE', 'OFF']],
  ['LOG_LEVEL', 'OFF', 'Level of logged messages', ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'OFF']],
  ['METRIC_LEVEL', 'NONE', 'Which metrics are kept', ['ALL', 'NONE']],
  ['TRANSACTION_ABORT_ON_ERROR', false, 'Roll a transaction back where a statement in it fails'],
  ['TRANSACTION_DEFAULT_ISOLATION_LEVEL', 'READ COMMITTED', 'Isolation of transactions', ['READ COMMITTED']],
  ['TWO_DIGIT_CENTURY_START', 1970, 'First year for which two digits may stand', [1900, 2100]],
  ['UI_QUERY_RESULT_FORMAT', 'JSON', 'Format of results for the web interface', ['JSON', 'ARROW']],
  ['UNSUPPORTED_DDL_ACTION', 'ignore', 'What happens to DDL that is not supported', ['IGNORE', 'FAIL']],
  ['USE_CACHED_RESULT', true, 'Answer a statement that ran before from its stored result'],
  ['WEEK_OF_YEAR_POLICY', 0, 'How the first week of a year is found', [0, 1]],
  ['WEEK_START', 0, 'First day of the week, 0 for ISO', [0, 7]],
];

/**
 * Parameters that the reference page does not list and that drivers' own test suites set: they are taken, shown
 * nowhere, and change nothing.
 */
const UNLISTED: ReadonlySet<string> = new Set([
  'ALLOW_LARGE_LOBS_IN_EXTERNAL_SCAN',
  'BIND_NULL_VALUE_USE_NULL_DATATYPE',
  'DISABLE_PUT_AND_GET_ON_EXTERNAL_STAGE',
  'ENABLE_BIND_STAGE_V2',
  'ENABLE_FIX_1758055_ADD_ARROW_SUPPORT_FOR_MULTI_STMTS',
  'ENABLE_LARGE_VARCHAR_AND_BINARY_IN_RESULT',
  'ENABLE_OBJECT_TYPED_BINDS',
  'ENABLE_PARQUET_FILETYPE',
  'ENABLE_SNOW_654741_FOR_TESTING',
  'ENABLE_STRUCTURED_TYPES_IN_BINDS',
  'ENABLE_STRUCTURED_TYPES_IN_CLIENT_RESPONSE',
  'ENABLE_STRUCTURED_TYPES_IN_FDN_TABLES',
  'ENABLE_STRUCTURED_TYPES_NATIVE_ARROW_FORMAT',
  'FEATURE_INCREASED_MAX_LOB_SIZE_IN_MEMORY',
  'FORCE_ENABLE_STRUCTURED_TYPES_NATIVE_ARROW_FORMAT',
  // Spelled so in Go's suite.
  'IGNORE_CLIENT_VESRION_IN_STRUCTURED_TYPES_RESPONSE',
  'SUPPRESS_INCIDENT_DUMPS',
  'USE_STATEMENT_TYPE_CALL_FOR_STORED_PROC_CALLS',
]);

function define([name, initial, description, limits]: Row): ParameterDefinition {
  if (limits === undefined)
    return typeof initial === 'boolean'
      ? { name, initial, description, words: ON_OFF }
      : { name, initial, description };
  const [low, high] = limits;
  if (typeof low === 'number' && typeof high === 'number') return { name, initial, description, range: [low, high] };
  return { name, initial, description, words: limits.map(String) };
}

const BY_NAME: ReadonlyMap<string, ParameterDefinition> = new Map(ROWS.map((row) => [row[0], define(row)]));

/** Every session parameter, in the order of names. */
export function parameterDefinitions(): readonly ParameterDefinition[] {
  return [...BY_NAME.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The definition by upper-case name. Throws SqlError 001006 for a name that no parameter has. */
export function parameterDefinition(name: string): ParameterDefinition {
  const found = BY_NAME.get(name) ?? (UNLISTED.has(name) ? { name, initial: '', description: '' } : undefined);
  if (!found) throw new SqlError('001006', '22023', `SQL compilation error:\ninvalid parameter '${name}'`);
  return found;
}

export function isParameter(name: string): boolean {
  return BY_NAME.has(name) || UNLISTED.has(name);
}

/** A value as ALTER SESSION or a login brings it, in the parameter's own type. Throws SqlError 001008 where it does not fit. */
export function parameterValue(definition: ParameterDefinition, value: ParameterValue): ParameterValue {
  const wrong = new SqlError(
    '001008',
    '22023',
    `SQL compilation error:\ninvalid value [${typeof value === 'string' ? `'${value}'` : String(value).toUpperCase()}] for parameter '${definition.name}'`,
  );
  if (typeof definition.initial === 'boolean') {
    const word = String(value).toUpperCase();
    if (['TRUE', 'ON', '1'].includes(word)) return true;
    if (['FALSE', 'OFF', '0'].includes(word)) return false;
    throw wrong;
  }
  if (typeof definition.initial === 'number') {
    const number = typeof value === 'number' ? value : Number(value);
    if (value === '' || typeof value === 'boolean' || !Number.isInteger(number)) throw wrong;
    if (definition.range && (number < definition.range[0] || number > definition.range[1])) throw wrong;
    return number;
  }
  const text = String(value);
  if (definition.words && !definition.words.includes(text.toUpperCase())) throw wrong;
  if (definition.name === 'TIMEZONE' && !isTimezone(text)) throw wrong;
  if (definition.name === 'QUERY_TAG' && text.length > 2000) throw wrong;
  return definition.words && definition.name !== 'UNSUPPORTED_DDL_ACTION' && !definition.name.startsWith('GEO')
    ? text.toUpperCase()
    : text;
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
