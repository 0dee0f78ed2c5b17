import { randomUUID } from 'node:crypto';
import type { KeyConstraint, Table } from '../../../catalog/model.ts';
import { SqlError } from '../../../engine.ts';
import { columnOf } from '../../columns.ts';
import type { Statement } from '../../statement.ts';
import type { ColumnDefinition } from './column-definition.ts';

/** Keeps keys with a table. Columns of a primary key take no NULL; nothing else is enforced, as at Snowflake. */
export function keepKeys({ account }: Statement, table: Table, keys: ColumnDefinition['keys']): void {
  const { catalog } = account;
  for (const { kind, name, columns, references } of keys) {
    for (const column of columns) columnOf(table, column);
    if (kind === 'PRIMARY KEY') {
      if (table.constraints.some((other) => other.kind === 'PRIMARY KEY')) {
        throw new SqlError('002027', '42601', 'SQL compilation error:\nA table cannot have more than one primary key.');
      }
      for (const column of columns) columnOf(table, column).nullable = false;
    }
    const key: KeyConstraint = {
      kind,
      name: name ?? `SYS_CONSTRAINT_${randomUUID()}`,
      isSystemNamed: name === null,
      columns,
      createdMs: catalog.now(),
      ...(references ? { references } : {}),
    };
    table.constraints.push(key);
  }
}
