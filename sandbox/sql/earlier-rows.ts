import type { Catalog } from '../catalog/catalog.ts';
import type { Moment } from '../catalog/commits.ts';
import type { Table } from '../catalog/model.ts';
import type { Storage } from '../catalog/storage.ts';
import { duckType } from './types/index.ts';

// How the rows that a write changes are kept for Time Travel. Weighed against it were row versions (two more columns in
// every table, a condition in every read, dead rows to be swept from tables in use): a copy costs only who changes rows,
// and is let go of at any time.

/** Tables with more rows are not copied before their rows change: that would cost more than the change. */
const MOST_ROWS = 100_000;
/** What DuckDB takes for a column at least. */
const LEAST_COLUMN_BYTES = 32_768;
const FIXED_BYTES = 16;

/** The physical columns that a table has now, quoted, in the order of their names' own list. */
export function physicalColumns(table: Table): string {
  return table.columns.map(({ duckName }) => `"${duckName}"`).join(', ');
}

/** Everything that holds rows of a table: its own, those of earlier times, and what open transactions have added. */
export function storagesOf(table: Table): readonly Storage[] {
  return [table.storage, ...table.history.storages, ...table.lock.pending];
}

/** Bytes that a table's rows take, about; null where they are not kept when they change. */
export async function bytesToKeep({ duck, commits }: Catalog, table: Table): Promise<number | null> {
  const rows = table.history.rowCount;
  if (table.retentionDays === 0 || rows === null || rows > MOST_ROWS) return null;
  const texts = table.columns.flatMap((column) => {
    const type = duckType(column.type);
    if (type === 'VARCHAR') return [`sum(strlen("${column.duckName}"))`];
    return type === 'BLOB' ? [`sum(octet_length("${column.duckName}"))`] : [];
  });
  const sum = texts.map((text) => `coalesce(${text}, 0)`).join(' + ');
  const long = texts.length === 0 ? 0 : await duck.number(`SELECT ${sum} FROM "${table.storage.name}"`);
  const items = table.columns.map(({ type }) => Number(/\[(\d+)\]/.exec(duckType(type))?.[1] ?? 0));
  const plain = rows * items.reduce((total, count) => total + FIXED_BYTES + count * 4, 0);
  const bytes = Math.max(plain + long, table.columns.length * LEAST_COLUMN_BYTES);
  return bytes > commits.mostBytesOfTable ? null : bytes;
}

/** A copy of all committed rows of a table, in their order, and how many they are; null where there is no room for it. */
export async function copyOfRows(
  catalog: Catalog,
  table: Table,
): Promise<{ readonly storage: Storage; readonly rows: number } | null> {
  const storage = catalog.storage(catalog.duckName('t'));
  try {
    const rows = `SELECT ${physicalColumns(table)} FROM "${table.storage.name}"`;
    return { storage, rows: await catalog.duck.number(`CREATE TABLE "${storage.name}" AS ${rows}`) };
  } catch {
    // The change itself goes on: only what was before it cannot be told any more.
    storage.drop();
    return null;
  }
}

/**
 * A copy of the first `seen` rows of a table but for those whose row ids a query gives, in their order; null where it
 * could not be made. Throws the signal's reason.
 */
export async function copyWithout(
  catalog: Catalog,
  table: Table,
  ids: string,
  seen: number,
  signal: AbortSignal,
): Promise<{ readonly storage: Storage; readonly rows: number } | null> {
  const storage = catalog.storage(catalog.duckName('t'));
  const release = table.storage.hold();
  try {
    // A row id is NULL where an outer join in USING has no row of the table.
    const out = `SELECT "c0" FROM (${ids}) AS q("c0") WHERE "c0" IS NOT NULL`;
    const rows = `SELECT ${physicalColumns(table)} FROM "${table.storage.name}" WHERE rowid < ${seen} AND rowid NOT IN (${out})`;
    return { storage, rows: await catalog.duck.number(`CREATE TABLE "${storage.name}" AS ${rows}`, signal) };
  } catch {
    storage.drop();
    signal.throwIfAborted();
    return null;
  } finally {
    release();
  }
}

/** Adds to a copy what others have added since it was made: that stands behind the `rows` that it was made of. */
export async function addLate({ duck }: Catalog, table: Table, copy: Storage, rows: number): Promise<number> {
  if ((table.history.rowCount ?? 0) <= rows) return 0;
  const columns = physicalColumns(table);
  const late = `SELECT ${columns} FROM "${table.storage.name}" WHERE rowid >= ${rows}`;
  return duck.number(`INSERT INTO "${copy.name}" (${columns}) ${late}`);
}

/** How many rows a storage has; null where some were taken out of it, so that places in it tell nothing. */
async function denseRows({ duck }: Catalog, storage: Storage): Promise<number | null> {
  const places = `SELECT estimated_size FROM duckdb_tables() WHERE table_name = '${storage.name}'`;
  const [[count, all] = []] = await duck.rows(`SELECT count(*), (${places}) FROM "${storage.name}"`);
  return Number(count) === Number(all) ? Number(count) : null;
}

/**
 * Tells a table's history that all its rows may have changed; `then` are those of before, null where they are lost. Where
 * rows were taken out, the table goes on with a copy without gaps. Nobody may commit to the table meanwhile.
 */
export async function settle(
  catalog: Catalog,
  table: Table,
  moment: Moment,
  then: { readonly storage: Storage; readonly bytes: number } | null,
): Promise<void> {
  table.history.changed(moment, then, await settledRows(catalog, table, then !== null));
}

async function settledRows(catalog: Catalog, table: Table, mayMove: boolean): Promise<number | null> {
  try {
    const rows = await denseRows(catalog, table.storage);
    const copy = rows === null && mayMove ? await copyOfRows(catalog, table) : null;
    if (!copy) return rows;
    table.storage.drop();
    table.storage = copy.storage;
    return await denseRows(catalog, copy.storage);
  } catch {
    // What was committed stays committed; that its rows cannot be counted costs their history alone.
    return null;
  }
}
