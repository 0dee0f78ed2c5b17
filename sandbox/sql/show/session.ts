import { DEFAULT_CONCURRENCY, type Warehouse } from '../../catalog/warehouses.ts';
import { metadataColumns } from '../information-schema/columns.ts';
import { parameterDefinitions } from '../parameters.ts';
import type { ShowKind, ShowRow } from './listing.ts';

/** SHOW PARAMETERS [IN SESSION | ACCOUNT | USER ... | WAREHOUSE w]: those of a warehouse, else session parameters; `level` says SESSION where the session set one. */
export const PARAMETERS: ShowKind = {
  fallback: 'account',
  columns: metadataColumns('key value default level description type'),
  rows: ({ statement: { session }, warehouse }) => {
    if (warehouse) return ofWarehouse(warehouse);
    return parameterDefinitions().map(({ name, initial, description }) => {
      const own = session.overrides.get(name);
      const type = typeof initial === 'boolean' ? 'BOOLEAN' : typeof initial === 'number' ? 'NUMBER' : 'STRING';
      return {
        name,
        cells: [name, String(own ?? initial), String(initial), own === undefined ? '' : 'SESSION', description, type],
      };
    });
  },
};

/** The three parameters of a warehouse, with the level at which their values stand. */
function ofWarehouse({ maxConcurrency, timeoutSeconds, queuedTimeoutSeconds }: Warehouse): ShowRow[] {
  const own = maxConcurrency === DEFAULT_CONCURRENCY ? null : maxConcurrency;
  const rows: readonly (readonly [name: string, value: number | null, initial: number, description: string])[] = [
    ['MAX_CONCURRENCY_LEVEL', own, DEFAULT_CONCURRENCY, 'Statements that a cluster of the warehouse runs at once'],
    ['STATEMENT_QUEUED_TIMEOUT_IN_SECONDS', queuedTimeoutSeconds, 0, 'Seconds that a statement may be queued'],
    ['STATEMENT_TIMEOUT_IN_SECONDS', timeoutSeconds, 172_800, 'Seconds that a statement may run'],
  ];
  return rows.map(([name, value, initial, description]) => ({
    name,
    cells: [name, String(value ?? initial), String(initial), value === null ? '' : 'WAREHOUSE', description, 'NUMBER'],
  }));
}

/** SHOW VARIABLES: this session's. */
export const VARIABLES: ShowKind = {
  fallback: 'account',
  columns: metadataColumns('session_id:n created_on:t updated_on:t name value type comment'),
  rows: ({ statement: { session } }) =>
    [...session.variables]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { value, type, createdMs, updatedMs }]) => ({
        name,
        cells: [Number(session.start.sessionId), createdMs, updatedMs, name, value, type.type, ''],
      })),
};
