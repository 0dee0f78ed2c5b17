/**
 * What a function does beside returning a value, judged by its name. Snowflake's own functions are pure but for the
 * ones named here; `SYSTEM$` functions are the reverse, acting unless they stand in the list of pure ones, since the
 * account has more of them than its reference describes.
 * Source: Snowflake's reference of functions and of system functions.
 */
import { builtinFunctions } from './builtins.ts';

/** `pure`, `user` (defined in the account), `ai` (calls a model), or `acting` (changes something outside the result). */
export type FunctionClass = 'pure' | 'user' | 'ai' | 'acting';

/**
 * System functions that only report. Left out on purpose though they return something: those that hand out secrets
 * (SHOW_OAUTH_CLIENT_SECRETS, GENERATE_SCIM_ACCESS_TOKEN), write files (VALIDATE_STORAGE_INTEGRATION one to test with,
 * GET_ICEBERG_TABLE_INFORMATION the metadata of what changed since the last time), sign in somewhere
 * (VERIFY_CATALOG_INTEGRATION, START_OAUTH_FLOW) or create references that outlive the statement.
 */
const pureSystemFunctions: ReadonlySet<string> = new Set(
  `ALLOWLIST ALLOWLIST_PRIVATELINK APPLICATION_GET_LOG_LEVEL AUTO_REFRESH_STATUS BEHAVIOR_CHANGE_BUNDLE_STATUS CLIENT_VERSION_INFO CLIENT_VULNERABILITY_INFO
  CLUSTERING_DEPTH CLUSTERING_INFORMATION CLUSTERING_RATIO CURRENT_USER_TASK_NAME DATABASE_REFRESH_HISTORY
  DATABASE_REFRESH_PROGRESS DATABASE_REFRESH_PROGRESS_BY_JOB DATA_METRIC_SCAN ESTIMATE_AUTOMATIC_CLUSTERING_COSTS
  ESTIMATE_QUERY_ACCELERATION EVALUATE_DATA_QUALITY_EXPECTATIONS ESTIMATE_SEARCH_OPTIMIZATION_COSTS EXPLAIN_JSON_TO_TEXT EXPLAIN_PLAN_JSON
  EXTERNAL_TABLE_PIPE_STATUS GET_ALL_REFERENCES GET_AWS_SNS_IAM_POLICY GET_CLASSIFICATION_RESULT GET_CMK_AKV_CONSENT_URL
  GET_CMK_CONFIG GET_CMK_INFO GET_CMK_KMS_KEY_POLICY GET_COMPUTE_POOL_PENDING_MAINTENANCE GET_COMPUTE_POOL_STATUS
  GET_DIRECTORY_TABLE_STATUS GET_GCP_KMS_CMK_GRANT_ACCESS_CMD GET_HASH_FOR_APPLICATION GET_JOB_LOGS GET_JOB_STATUS
  GET_LOGIN_FAILURE_DETAILS GET_PREDECESSOR_RETURN_VALUE GET_PRIVATELINK GET_PRIVATELINK_AUTHORIZED_ENDPOINTS
  GET_PRIVATELINK_CONFIG GET_PRIVATELINK_ENDPOINTS_INFO GET_PRIVATELINK_ENDPOINT_REGISTRATIONS GET_REFERENCED_OBJECT_ID_HASH
  GET_RESULTSET_STATUS GET_SERVICE_DNS_DOMAIN GET_SERVICE_LOGS GET_SERVICE_STATUS GET_SNOWFLAKE_EGRESS_IP_RANGES
  GET_SNOWFLAKE_PLATFORM_INFO GET_TAG GET_TAG_ALLOWED_VALUES GET_TAG_ON_CURRENT_COLUMN GET_TAG_ON_CURRENT_TABLE
  GET_TASK_GRAPH_CONFIG INTERNAL_STAGES_PUBLIC_ACCESS_STATUS IS_APPLICATION_ALL_MANDATORY_TELEMETRY_EVENT_DEFINITIONS_ENABLED
  IS_APPLICATION_AUTHORIZED_FOR_TELEMETRY_EVENT_SHARING IS_APPLICATION_INSTALLED_FROM_SAME_ACCOUNT
  IS_APPLICATION_SHARING_EVENTS_WITH_PROVIDER IS_GLOBAL_DATA_SHARING_ENABLED_FOR_ACCOUNT IS_LISTING_PURCHASED IS_LISTING_TRIAL
  LAST_CHANGE_COMMIT_TIME LIST_APPLICATION_RESTRICTED_FEATURES LIST_ICEBERG_TABLES_FROM_CATALOG LIST_NAMESPACES_FROM_CATALOG
  LOCATE_DBT_ARTIFACTS PIPE_STATUS REGISTRY_LIST_IMAGES SHOW_ACTIVE_BEHAVIOR_CHANGE_BUNDLES
  SHOW_BUDGETS_FOR_RESOURCE SHOW_BUDGETS_IN_ACCOUNT SHOW_EVENT_SHARING_ACCOUNTS SHOW_SENSITIVE_DATA_MONITORED_ENTITIES
  STAGE_PIPE_STATUS STREAM_BACKLOG STREAM_GET_TABLE_TIMESTAMP STREAM_HAS_DATA SUPPORTED_DBT_VERSIONS
  TASK_RUNTIME_INFO TYPEOF VERIFY_EXTERNAL_OAUTH_TOKEN WAIT WHITELIST WHITELIST_PRIVATELINK`.split(/\s+/),
);

/** Functions outside `SYSTEM$` that change something: sequences, agents (they run tools), jobs of model training. */
const actingFunctions: ReadonlySet<string> = new Set(
  `NEXTVAL GETNEXTVAL SETVARIABLE FINETUNE AGENT_RUN DATA_AGENT_RUN EXECUTE_AI_EVALUATION EXECUTE_IMMEDIATE`.split(
    /\s+/,
  ),
);

/** Schemas of the SNOWFLAKE database whose functions only compute or report. */
const pureSnowflakeSchemas: ReadonlySet<string> = new Set(
  'ACCOUNT_USAGE ALERT CORE CORTEX DATA_PRIVACY INFORMATION_SCHEMA LOCAL ML MODELS NOTIFICATION ORGANIZATION_USAGE READER_ACCOUNT_USAGE SNOWPARK'.split(
    ' ',
  ),
);

/** Functions of its other schemas that only report. */
const pureSnowflakeFunctions: ReadonlySet<string> = new Set(['SPCS.GET_JOB_HISTORY']);

/** Functions of SNOWFLAKE.CORTEX that can be called without its name where that schema is the current one. */
const cortexFunctions: ReadonlySet<string> = new Set(
  `CLASSIFY_TEXT COMPLETE COUNT_TOKENS EMBED_TEXT_768 EMBED_TEXT_1024 ENTITY_SENTIMENT EXTRACT_ANSWER FINETUNE PARSE_DOCUMENT
  SEARCH_PREVIEW SENTIMENT SPLIT_TEXT_MARKDOWN_HEADER SPLIT_TEXT_RECURSIVE_CHARACTER SUMMARIZE TRY_COMPLETE COMPLETE_MULTIMODAL`.split(
    /\s+/,
  ),
);

/** The verb that begins the name of a method (`budget!ADD_RESOURCE`), or of a routine of Snowflake's own, that acts. */
const actingVerb =
  /^(?:ABORT|ACTIVATE|ADD|ALTER|APPLY|CANCEL|CLEAR|CREATE|DEACTIVATE|DELETE|DISABLE|DROP|ENABLE|EXECUTE|GRANT|INSERT|LINK|MODIFY|PUBLISH|PURGE|REFRESH|REGISTER|REMOVE|RESET|RESUME|REVOKE|RUN|SEND|SET|START|STOP|SUSPEND|TRAIN|TRIGGER|UNLINK|UNREGISTER|UNSET|UPDATE)(?:_|$)/;

/** Class of the function with this dotted name; parts folded, the last one the function. */
export function classifyFunction(parts: readonly string[]): FunctionClass {
  const name = parts.at(-1) ?? '';
  if (parts.some((part) => part.includes('SYSTEM$'))) {
    const isPure = parts.length === 1 && name.startsWith('SYSTEM$') && pureSystemFunctions.has(name.slice(7));
    return isPure ? 'pure' : 'acting';
  }
  if (actingFunctions.has(name)) return 'acting';
  const schema = parts.at(-2);
  const isSnowflakes = parts.length === 3 && parts[0] === 'SNOWFLAKE';
  if (isSnowflakes && actingVerb.test(name)) return 'acting';
  if (schema === 'CORTEX' || name.startsWith('AI_') || name.startsWith('CORTEX_')) return 'ai';
  if (parts.length === 1) {
    if (builtinFunctions.has(name)) return 'pure';
    return cortexFunctions.has(name) ? 'ai' : 'user';
  }
  if (isSnowflakes) {
    const isPure = pureSnowflakeSchemas.has(schema ?? '') || pureSnowflakeFunctions.has(`${schema}.${name}`);
    return isPure ? 'pure' : 'acting';
  }
  return schema === 'INFORMATION_SCHEMA' ? 'pure' : 'user';
}

/** Class of a method called as `instance!METHOD(...)`. */
export function classifyMethod(parts: readonly string[]): FunctionClass {
  return parts.some((part) => actingVerb.test(part) || part.includes('SYSTEM$')) ? 'acting' : 'user';
}

/** Functions whose value depends on the session that runs them, so that a pool cannot give every client its own. */
export const sessionFunctions: ReadonlySet<string> = new Set([
  'CURRENT_SESSION',
  'CURRENT_TRANSACTION',
  'LAST_TRANSACTION',
  'QUERY_HISTORY_BY_SESSION',
]);
