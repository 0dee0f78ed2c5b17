import { metadataColumns } from '../information-schema/columns.ts';
import type { ShowKind } from './listing.ts';

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
