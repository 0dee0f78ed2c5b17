import type { Table, View } from '../catalog/model.ts';
import { SqlError } from '../engine.ts';
import { insufficientPrivileges, objectMissing } from './errors.ts';
import { Finder } from './find.ts';
import type { Statement } from './statement.ts';

/** The table that a DML statement changes. Throws SqlError 002003, 003001, 002203. */
export function targetTable(
  { session }: Statement,
  parts: readonly string[],
  operation: string,
  ...privileges: readonly string[]
): Table {
  const table = new Finder(session, operation).table(parts, wrongKind, 'Table');
  if (!session.access.reaches(table)) throw objectMissing('Table', parts);
  if (!session.access.may(table, ...privileges, 'OWNERSHIP')) throw insufficientPrivileges('table', table.name);
  return table;
}

export function wrongKind(view: View): SqlError {
  return new SqlError(
    '002203',
    '02000',
    `SQL compilation error:\nObject found is of type '${view.isMaterialized ? 'MATERIALIZED VIEW' : 'VIEW'}', not specified type 'TABLE'.`,
  );
}
