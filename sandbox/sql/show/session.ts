import { metadataColumns } from '../information-schema/columns.ts';
import { parameterDefinitions } from '../parameters.ts';
import type { ShowKind } from './listing.ts';

/** SHOW PARAMETERS [IN SESSION | ACCOUNT | USER ...]: session parameters; `level` says SESSION where the session set one. */
export const PARAMETERS: ShowKind = {
  fallback: 'account',
  columns: metadataColumns('key value default level description type'),
  rows: ({ statement: { session } }) =>
    parameterDefinitions().map(({ name, initial, description }) => {
      const own = session.overrides.get(name);
      const type = typeof initial === 'boolean' ? 'BOOLEAN' : typeof initial === 'number' ? 'NUMBER' : 'STRING';
      return {
        name,
        cells: [name, String(own ?? initial), String(initial), own === undefined ? '' : 'SESSION', description, type],
      };
    }),
};

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
