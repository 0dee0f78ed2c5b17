import { duckType } from '../sql/types/index.ts';
import type { Catalog } from './catalog.ts';
import type { Column, Schema, Table } from './model.ts';
import { TableHistory } from './table-history.ts';
import { TableLock } from './table-lock.ts';

export interface NewTable {
  readonly schema: Schema;
  readonly name: string;
  readonly owner: string;
  readonly columns: Column[];
  readonly lifetime: Table['lifetime'];
  /** Where the table is a session's own. */
  readonly sessionId: string | null;
  readonly comment: string;
  readonly clusterBy: string;
  readonly retentionDays: number;
  readonly changeTracking: boolean;
  readonly stageFileFormat: string;
}

/** Makes a table without rows, not yet in its schema. */
export async function newTable(catalog: Catalog, given: NewTable, signal?: AbortSignal): Promise<Table> {
  const duckName = catalog.duckName('t');
  const list = given.columns.map((column) => `"${column.duckName}" ${duckType(column.type)}`);
  await catalog.duck.run(`CREATE TABLE "${duckName}" (${list.join(', ')})`, signal);
  const owned = catalog.owned(given.name, given.owner, given.comment);
  const table: Table = {
    ...owned,
    kind: 'TABLE',
    id: catalog.nextId(),
    schema: given.schema,
    lifetime: given.lifetime,
    sessionId: given.sessionId,
    columns: given.columns,
    storage: catalog.storage(duckName),
    lock: new TableLock(),
    history: new TableHistory(catalog.commits),
    columnsMs: owned.createdMs,
    constraints: [],
    clusterBy: given.clusterBy,
    retentionDays: given.retentionDays,
    changeTracking: given.changeTracking,
    stageFileFormat: given.stageFileFormat,
    alteredMs: catalog.now(),
    droppedMs: null,
  };
  table.history.begin(catalog.commits.next(null), 0);
  return table;
}

/** Makes a permanent table of the account's own data, fills it from a DuckDB query (columns by position) and puts it in its schema. */
export async function addFilledTable(
  catalog: Catalog,
  schema: Schema,
  name: string,
  columns: readonly (Pick<Column, 'name' | 'type'> & { readonly nullable?: boolean; readonly comment?: string })[],
  select: string,
): Promise<Table> {
  const table = await newTable(catalog, {
    schema,
    name,
    owner: schema.owner,
    columns: columns.map((column) => ({
      name: column.name,
      duckName: catalog.duckName('c'),
      type: column.type,
      nullable: column.nullable ?? true,
      default: null,
      comment: column.comment ?? '',
    })),
    lifetime: 'permanent',
    sessionId: null,
    comment: '',
    clusterBy: '',
    retentionDays: schema.retentionDays,
    changeTracking: false,
    stageFileFormat: '',
  });
  try {
    await catalog.duck.run(`INSERT INTO "${table.storage.name}" ${select}`);
    const rows = await catalog.duck.number(`SELECT count(*) FROM "${table.storage.name}"`);
    table.history.begin(catalog.commits.next(null), rows);
  } catch (error) {
    catalog.forgetTable(table);
    throw error;
  }
  schema.relations.set(name, table);
  return table;
}
