import { useContext } from './context-tool.ts';
import { getDdl } from './ddl-tool.ts';
import { describeTableTool, describeView } from './describe-tools.ts';
import { listDatabases, listSchemas, listTables, listViews, listWarehouses } from './list-tools.ts';
import { poolStatus } from './pool-status-tool.ts';
import { queryView, sampleTable } from './sample-tools.ts';
import { searchObjects } from './search-tool.ts';
import { cancelQuery, executeQuery, getQueryResult } from './statement-tools.ts';
import type { Tool } from './tool.ts';

/** Every tool, in the order in which clients see them. */
export const catalogue: readonly Tool[] = [
  executeQuery,
  listDatabases,
  listSchemas,
  listTables,
  listViews,
  describeTableTool,
  describeView,
  queryView,
  sampleTable,
  searchObjects,
  getDdl,
  listWarehouses,
  useContext,
  getQueryResult,
  cancelQuery,
  poolStatus,
];
