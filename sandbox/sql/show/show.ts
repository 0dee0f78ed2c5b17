import type { EngineResult } from '../../engine.ts';
import { unsupported } from '../errors.ts';
import type { Statement } from '../statement.ts';
import { ABSENT_KINDS } from './absent.ts';
import { LOCKS, ROLES, SESSIONS, TRANSACTIONS, USERS, WAREHOUSES } from './account.ts';
import { COLUMNS } from './columns.ts';
import { DATABASES, SCHEMAS } from './containers.ts';
import { showGrants } from './grants.ts';
import { listed, type ShowKind } from './listing.ts';
import { PARAMETERS, readParameters } from './parameters.ts';
import {
  EXPORTED_KEYS,
  IMPORTED_KEYS,
  MATERIALIZED_VIEWS,
  OBJECTS,
  PRIMARY_KEYS,
  TABLES,
  UNIQUE_KEYS,
  VIEWS,
} from './relations.ts';
import { readShow } from './request.ts';
import { showFunctions, showProcedures } from './routines.ts';
import { FILE_FORMATS, SEQUENCES, STAGES } from './schema-objects.ts';
import { VARIABLES } from './session.ts';

const KINDS: readonly (readonly [words: string, kind: ShowKind])[] = [
  ['DATABASES', DATABASES],
  ['SCHEMAS', SCHEMAS],
  ['TABLES', TABLES],
  ['VIEWS', VIEWS],
  ['MATERIALIZED VIEWS', MATERIALIZED_VIEWS],
  ['OBJECTS', OBJECTS],
  ['COLUMNS', COLUMNS],
  ['PRIMARY KEYS', PRIMARY_KEYS],
  ['UNIQUE KEYS', UNIQUE_KEYS],
  ['IMPORTED KEYS', IMPORTED_KEYS],
  ['EXPORTED KEYS', EXPORTED_KEYS],
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
  ['FUNCTIONS', showFunctions('all')],
  ['BUILTIN FUNCTIONS', showFunctions('built-in')],
  ['USER FUNCTIONS', showFunctions('user')],
  ['PROCEDURES', showProcedures('all')],
  ['BUILTIN PROCEDURES', showProcedures('built-in')],
  ['USER PROCEDURES', showProcedures('user')],
  ...ABSENT_KINDS,
];

/** With which words the kinds begin that Snowflake lists and the sandbox does not. Source: docs, "SHOW <objects>". */
const OTHER_FIRST_WORDS = new Set(
  `AGENTS AGGREGATION AI APPLICATION APPLICATIONS ARTIFACT AVAILABLE BACKUP BACKUPS CATALOG CHANNELS CLASS CLASSES COMPUTE
  CONFIGURATIONS CONNECTIONS CONTACTS CORTEX CUSTOM DATA DATABASE DATASETS DBT DELEGATED ENDPOINTS ENTITY EVENT
  EXPERIMENTS EXTERNAL FAILOVER FEATURE GATEWAYS GIT HYBRID IMAGE INDEXES INSTANCES INTERACTIVE JOIN LISTING LISTINGS
  MANAGED MAINTENANCE MCP MODEL NETWORK NOTEBOOK NOTIFICATION OFFERS ONLINE OPENFLOW ORGANIZATION PACKAGES PARAMETERS
  PRICING PRIVACY PRIVILEGES PROFILES PROJECTION PROVISIONED RELEASE REGIONS REPLICATION ROLE RULES RUN SEMANTIC SERVICE
  SHARED SNAPSHOT SNAPSHOTS SPECIFICATIONS STORAGE TELEMETRY THREADS TYPES USER VERSIONS WORKSPACES`.split(/\s+/),
);

/** SHOW [TERSE] kind [HISTORY] [LIKE ...] [IN ...] [STARTS WITH ...] [LIMIT ... [FROM ...]]. Starts no warehouse. */
export async function show(statement: Statement): Promise<EngineResult> {
  const { reader } = statement;
  reader.expect('SHOW');
  const isTerse = reader.accept('TERSE');
  if (reader.accept('FUTURE', 'GRANTS')) return showGrants(statement, true);
  if (reader.accept('GRANTS')) return showGrants(statement, false);
  for (const [words, kind] of KINDS) {
    if (!reader.accept(...words.split(' '))) continue;
    const { fallback, bareName, saysWhich } = kind;
    return listed(
      kind,
      words === 'PARAMETERS' ? readParameters(statement) : readShow(statement, isTerse, fallback, bareName, saysWhich),
    );
  }
  if (reader.accept('BUILTIN') || reader.accept('USER')) throw reader.unexpected();
  if (!OTHER_FIRST_WORDS.has(reader.peek().value)) throw reader.unexpected();
  const at = reader.place;
  const words: string[] = [];
  while (words.length < 3 && reader.isIdentifier() && !['LIKE', 'IN', 'ON', 'FOR'].some((word) => reader.at(word)))
    words.push(reader.identifier());
  throw unsupported(`SHOW ${words.join(' ')}`, at);
}
