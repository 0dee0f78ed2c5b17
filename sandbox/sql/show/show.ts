import type { EngineResult } from '../../engine.ts';
import { unsupported } from '../errors.ts';
import { metadataColumns } from '../information-schema/columns.ts';
import type { Statement } from '../statement.ts';
import { LOCKS, ROLES, SESSIONS, TRANSACTIONS, USERS, WAREHOUSES } from './account.ts';
import { COLUMNS } from './columns.ts';
import { DATABASES, SCHEMAS } from './containers.ts';
import { showGrants } from './grants.ts';
import { listed, type ShowKind } from './listing.ts';
import { IMPORTED_KEYS, OBJECTS, PRIMARY_KEYS, TABLES, UNIQUE_KEYS, VIEWS } from './relations.ts';
import { readShow, type ShowRequest } from './request.ts';
import { FILE_FORMATS, FUNCTIONS, PROCEDURES, SEQUENCES, STAGES } from './schema-objects.ts';
import { PARAMETERS, VARIABLES } from './session.ts';

/** Kinds of objects of which the sandbox has none, as CREATE refuses them: their lists are truly empty. */
function empty(columns: string): ShowKind {
  return { fallback: 'schema', columns: metadataColumns(columns), rows: () => [] };
}

const KINDS: readonly (readonly [words: string, kind: ShowKind])[] = [
  ['DATABASES', DATABASES],
  ['SCHEMAS', SCHEMAS],
  ['TABLES', TABLES],
  ['VIEWS', VIEWS],
  ['OBJECTS', OBJECTS],
  ['COLUMNS', COLUMNS],
  ['PRIMARY KEYS', PRIMARY_KEYS],
  ['UNIQUE KEYS', UNIQUE_KEYS],
  ['IMPORTED KEYS', IMPORTED_KEYS],
  ['WAREHOUSES', WAREHOUSES],
  ['ROLES', ROLES],
  ['USERS', USERS],
  ['TRANSACTIONS', TRANSACTIONS],
  ['LOCKS', LOCKS],
  ['SESSIONS', SESSIONS],
  ['PARAMETERS', PARAMETERS],
  ['VARIABLES', VARIABLES],
  ['SEQUENCES', SEQUENCES],
  ['STAGES', STAGES],
  ['FILE FORMATS', FILE_FORMATS],
  ['USER FUNCTIONS', FUNCTIONS],
  ['FUNCTIONS', FUNCTIONS],
  ['PROCEDURES', PROCEDURES],
  ['USER PROCEDURES', PROCEDURES],
  [
    'EXTERNAL TABLES',
    empty(
      'created_on:t name database_name schema_name invalid invalid_reason owner comment stage location file_format_name file_format_type cloud region notification_channel last_refreshed_on:t table_format last_refresh_details owner_role_type',
    ),
  ],
  [
    'DYNAMIC TABLES',
    empty(
      'created_on:t name database_name schema_name cluster_by rows:n bytes:n owner target_lag refresh_mode refresh_mode_reason warehouse comment text automatic_clustering scheduling_state last_suspended_on:t is_clone is_replica data_timestamp:t owner_role_type',
    ),
  ],
  [
    'STREAMS',
    empty(
      'created_on:t name database_name schema_name owner comment table_name source_type base_tables type stale mode stale_after:t invalid_reason owner_role_type',
    ),
  ],
  [
    'TASKS',
    empty(
      'created_on:t name id database_name schema_name owner comment warehouse schedule predecessors state definition condition allow_overlapping_execution error_integration last_committed_on:t last_suspended_on:t owner_role_type config budget',
    ),
  ],
  [
    'PIPES',
    empty(
      'created_on:t name database_name schema_name definition owner notification_channel comment integration pattern error_integration owner_role_type invalid_reason',
    ),
  ],
  ['MASKING POLICIES', empty('created_on:t name database_name schema_name kind owner comment owner_role_type options')],
  [
    'ROW ACCESS POLICIES',
    empty('created_on:t name database_name schema_name kind owner comment owner_role_type options'),
  ],
  ['TAGS', empty('created_on:t name database_name schema_name owner comment allowed_values owner_role_type')],
  [
    'SHARES',
    {
      ...empty(
        'created_on:t kind owner_account name database_name to owner comment listing_global_name secure_objects_only',
      ),
      fallback: 'account',
    },
  ],
  ['INTEGRATIONS', { ...empty('name type category enabled comment created_on:t'), fallback: 'account' }],
];

/** SHOW [TERSE] kind [HISTORY] [LIKE ...] [IN ...] [STARTS WITH ...] [LIMIT ... [FROM ...]]. Starts no warehouse. */
export async function show(statement: Statement): Promise<EngineResult> {
  const { reader } = statement;
  reader.expect('SHOW');
  const isTerse = reader.accept('TERSE');
  if (reader.accept('FUTURE', 'GRANTS')) return showGrants(statement, true);
  if (reader.accept('GRANTS')) return showGrants(statement, false);
  for (const [words, kind] of KINDS) {
    if (!reader.accept(...words.split(' '))) continue;
    return listed(
      kind,
      words === 'PARAMETERS' ? readParameters(statement) : readShow(statement, isTerse, kind.fallback, kind.bareName),
    );
  }
  const { kind, value } = reader.peek();
  if (kind === 'word') throw unsupported(`SHOW ${value}`, reader.place);
  throw reader.unexpected();
}

/** SHOW PARAMETERS has its own places: IN | FOR SESSION, ACCOUNT, USER u, WAREHOUSE w, DATABASE d, ... */
function readParameters(statement: Statement): ShowRequest {
  const { reader } = statement;
  let like: string | null = null;
  while (!reader.atEnd) {
    if (reader.accept('LIKE')) like = reader.string();
    else if (reader.acceptOne('IN', 'FOR')) {
      while (reader.isIdentifier() && !reader.at('LIKE')) {
        reader.next();
        reader.accept('.');
      }
    } else throw reader.unexpected();
  }
  reader.expectEnd();
  const scope = { database: null, schema: null, relation: null };
  return { statement, isTerse: false, withHistory: false, like, startsWith: null, limit: null, from: null, scope };
}
