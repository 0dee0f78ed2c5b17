/** The session parameters that drivers read from answers (PROTOCOL §4.5), and what Snowflake sends where SQL sets none. */

export type ParameterValue = string | number | boolean;

/** Snowflake's defaults (docs "Parameters"), for those that the SQL side does not hold. */
const DRIVER_DEFAULTS: ReadonlyMap<string, ParameterValue> = new Map<string, ParameterValue>([
  ['AUTOCOMMIT', true],
  ['BINARY_OUTPUT_FORMAT', 'HEX'],
  ['CLIENT_MEMORY_LIMIT', 1536],
  ['CLIENT_PREFETCH_THREADS', 4],
  ['CLIENT_RESULT_CHUNK_SIZE', 160],
  ['CLIENT_RESULT_COLUMN_CASE_INSENSITIVE', false],
  ['CLIENT_SESSION_KEEP_ALIVE', false],
  ['CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY', 3600],
  ['CLIENT_TELEMETRY_ENABLED', true],
  ['CLIENT_TIMESTAMP_TYPE_MAPPING', 'TIMESTAMP_LTZ'],
  ['DATE_OUTPUT_FORMAT', 'YYYY-MM-DD'],
  ['JS_TREAT_INTEGER_AS_BIGINT', false],
  ['MULTI_STATEMENT_COUNT', 1],
  ['QUERY_CONTEXT_CACHE_SIZE', 5],
  ['SERVICE_NAME', ''],
  ['TIMESTAMP_LTZ_OUTPUT_FORMAT', ''],
  ['TIMESTAMP_NTZ_OUTPUT_FORMAT', 'YYYY-MM-DD HH24:MI:SS.FF3'],
  ['TIMESTAMP_OUTPUT_FORMAT', 'YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM'],
  ['TIMESTAMP_TZ_OUTPUT_FORMAT', ''],
  ['TIMEZONE', 'America/Los_Angeles'],
  ['TIME_OUTPUT_FORMAT', 'HH24:MI:SS'],
]);

/**
 * Sent whatever the session says: drivers upload binds as streams, which Node's and Python's cannot do to a local stage,
 * so no array bind must ever be large enough for one. (0 would be "never" to Go and Python, but "always" to Node.)
 */
const SENT_ANYWAY: ReadonlyMap<string, ParameterValue> = new Map([
  ['CLIENT_STAGE_ARRAY_BINDING_THRESHOLD', 1_000_000_000],
]);

export interface NamedParameter {
  readonly name: string;
  readonly value: ParameterValue;
}

function isForDrivers(name: string): boolean {
  return name.startsWith('CLIENT_') || DRIVER_DEFAULTS.has(name);
}

/**
 * All parameters of a session as a login answers them: the SQL side's and those that drivers need beside them. Formats
 * of input are not among them while they are AUTO: Go writes the parts of bound objects in the input format that it was
 * told, else in that of output (gosnowflake, datetime.go; the logins of its test_data name none).
 */
export function loginParameters(session: ReadonlyMap<string, ParameterValue>): NamedParameter[] {
  return [...new Map([...DRIVER_DEFAULTS, ...session, ...SENT_ANYWAY])]
    .filter(([name, value]) => value !== 'AUTO' || !name.endsWith('_INPUT_FORMAT'))
    .map(([name, value]) => ({ name, value }));
}

/** The parameters of a query's answer: those that drivers read, a statement's own over the session's. */
export function answerParameters(
  session: ReadonlyMap<string, ParameterValue>,
  statement: ReadonlyMap<string, ParameterValue>,
): NamedParameter[] {
  const all = new Map([...DRIVER_DEFAULTS, ...session, ...statement, ...SENT_ANYWAY]);
  return [...all].filter(([name]) => isForDrivers(name)).map(([name, value]) => ({ name, value }));
}
