import { metadataColumns } from '../information-schema/columns.ts';
import type { ShowKind } from './listing.ts';

/** Kinds of objects of which the sandbox has none, as CREATE refuses them: their lists are truly empty. */
function empty(columns: string, fallback: ShowKind['fallback'] = 'schema'): ShowKind {
  return { fallback, columns: metadataColumns(columns), rows: () => [] };
}

const POLICY = 'created_on:t name database_name schema_name kind owner comment owner_role_type options';
const INTEGRATION = 'name type category enabled comment created_on:t';

const ABSENT: Readonly<Record<string, ShowKind>> = {
  'EXTERNAL TABLES': empty(
    'created_on:t name database_name schema_name invalid invalid_reason owner comment stage location file_format_name file_format_type cloud region notification_channel last_refreshed_on:t table_format last_refresh_details owner_role_type',
  ),
  'DYNAMIC TABLES': empty(
    'created_on:t name database_name schema_name cluster_by rows:n bytes:n owner target_lag refresh_mode refresh_mode_reason warehouse comment text automatic_clustering scheduling_state last_suspended_on:t is_clone is_replica data_timestamp:t owner_role_type',
  ),
  'EVENT TABLES': empty('created_on:t name database_name schema_name owner comment owner_role_type'),
  'HYBRID TABLES': empty('created_on:t name database_name schema_name owner rows:n bytes:n comment owner_role_type'),
  'ICEBERG TABLES': empty(
    'created_on:t name database_name schema_name owner external_volume_name catalog_name iceberg_table_type catalog_table_name catalog_namespace base_location can_write_metadata comment owner_role_type',
  ),
  STREAMS: empty(
    'created_on:t name database_name schema_name owner comment table_name source_type base_tables type stale mode stale_after:t invalid_reason owner_role_type',
  ),
  TASKS: empty(
    'created_on:t name id database_name schema_name owner comment warehouse schedule predecessors state definition condition allow_overlapping_execution error_integration last_committed_on:t last_suspended_on:t owner_role_type config budget',
  ),
  PIPES: empty(
    'created_on:t name database_name schema_name definition owner notification_channel comment integration pattern error_integration owner_role_type invalid_reason',
  ),
  ALERTS: empty(
    'created_on:t name database_name schema_name owner comment warehouse schedule state condition action owner_role_type',
  ),
  SECRETS: empty('created_on:t name schema_name database_name owner comment secret_type oauth_scopes owner_role_type'),
  STREAMLITS: empty(
    'created_on:t name database_name schema_name title owner comment query_warehouse url_id owner_role_type',
  ),
  NOTEBOOKS: empty(
    'created_on:t name database_name schema_name comment owner query_warehouse url_id owner_role_type code_warehouse',
  ),
  MODELS: empty(
    'created_on:t name model_type database_name schema_name comment owner default_version_name versions aliases',
  ),
  'SEMANTIC VIEWS': empty('created_on:t name database_name schema_name comment owner owner_role_type extension'),
  'CORTEX SEARCH SERVICES': empty(
    'created_on:t name database_name schema_name target_lag warehouse search_column attribute_columns columns definition comment',
  ),
  'GIT REPOSITORIES': empty(
    'created_on:t name database_name schema_name origin api_integration git_credentials owner owner_role_type comment last_fetched_at:t',
  ),
  'MASKING POLICIES': empty(POLICY),
  'ROW ACCESS POLICIES': empty(POLICY),
  'AGGREGATION POLICIES': empty(POLICY),
  'PROJECTION POLICIES': empty(POLICY),
  'PASSWORD POLICIES': empty(POLICY),
  'SESSION POLICIES': empty(POLICY),
  'AUTHENTICATION POLICIES': empty(POLICY),
  TAGS: empty('created_on:t name database_name schema_name owner comment allowed_values owner_role_type'),
  'DATABASE ROLES': empty(
    'created_on:t name is_default is_current is_inherited granted_to_roles:n granted_to_database_roles:n granted_database_roles:n owner comment owner_role_type',
  ),
  'NETWORK POLICIES': empty(
    'created_on:t name comment entries_in_allowed_ip_list:n entries_in_blocked_ip_list:n entries_in_allowed_network_rules:n entries_in_blocked_network_rules:n',
    'account',
  ),
  'RESOURCE MONITORS': empty(
    'name credit_quota:n used_credits:n remaining_credits:n level frequency start_time:t end_time:t notify_at suspend_at suspend_immediately_at created_on:t owner comment notify_users',
    'account',
  ),
  'COMPUTE POOLS': empty(
    'name state min_nodes:n max_nodes:n instance_family num_services:n num_jobs:n auto_suspend_secs:n auto_resume active_nodes:n idle_nodes:n target_nodes:n created_on:t resumed_on:t updated_on:t owner comment is_exclusive application',
    'account',
  ),
  SERVICES: empty(
    'name status database_name schema_name owner compute_pool dns_name current_instances:n target_instances:n min_instances:n max_instances:n auto_resume created_on:t updated_on:t comment owner_role_type',
  ),
  SHARES: empty(
    'created_on:t kind owner_account name database_name to owner comment listing_global_name secure_objects_only',
    'account',
  ),
  INTEGRATIONS: empty(INTEGRATION, 'account'),
  'API INTEGRATIONS': empty(INTEGRATION, 'account'),
  'CATALOG INTEGRATIONS': empty(INTEGRATION, 'account'),
  'EXTERNAL ACCESS INTEGRATIONS': empty(INTEGRATION, 'account'),
  'NOTIFICATION INTEGRATIONS': empty(INTEGRATION, 'account'),
  'SECURITY INTEGRATIONS': empty(INTEGRATION, 'account'),
  'STORAGE INTEGRATIONS': empty(INTEGRATION, 'account'),
};

/** The words behind SHOW and what they list: always nothing. */
export const ABSENT_KINDS: readonly (readonly [words: string, kind: ShowKind])[] = Object.entries(ABSENT);
