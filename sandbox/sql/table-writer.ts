import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../catalog/model.ts';
import type { Storage } from '../catalog/storage.ts';
import type { LockHolder } from '../catalog/table-lock.ts';
import { SqlError } from '../engine.ts';
import { isRehearsal } from './duck.ts';
import type { Statement } from './statement.ts';
import { physicalColumns, type TableChange } from './transaction.ts';

/**
 * Adds the rows of a DuckDB query (one column for each physical column named) to a table: in the open transaction, or
 * committed at once. Gives the number of rows.
 */
export async function appendRows(
  statement: Statement,
  table: Table,
  columns: readonly string[],
  select: string,
): Promise<number> {
  const { transaction } = statement.session;
  const list = columns.map((name) => `"${name}"`).join(', ');
  const into = (storage: Storage) => `INSERT INTO "${storage.name}" (${list}) ${select}`;
  const { duck } = statement.account.catalog;
  if (transaction) {
    return transaction.inTurn(async () => {
      const change = transaction.changeOf(table);
      const target = change.copy ?? (await addedOf(statement, change));
      return duck.use(async (connection) => (await connection.run(into(target))).rowsChanged, statement.signal);
    });
  }
  return table.lock.appending(async () => {
    const { late } = table.lock;
    return duck.use(async (connection) => {
      if (!late) return (await connection.run(into(table.storage))).rowsChanged;
      return atomically(connection, async () => {
        const scratch = statement.account.catalog.duckName('x');
        await connection.run(`CREATE TEMP TABLE "${scratch}" AS SELECT ${list} FROM "${table.storage.name}" LIMIT 0`);
        const { rowsChanged } = await connection.run(`INSERT INTO "${scratch}" ${select}`);
        for (const storage of [table.storage, late])
          await connection.run(into(storage).replace(select, `FROM "${scratch}"`));
        await connection.run(`DROP TABLE "${scratch}"`);
        return rowsChanged;
      });
    }, statement.signal);
  });
}

/**
 * Changes or removes rows. `prepare` gets the physical table before anything happens (translate there); `work` then does
 * all of its changes or none.
 */
export async function rewriteRows<P, R>(
  statement: Statement,
  table: Table,
  prepare: (storage: Storage) => Promise<P>,
  work: (connection: DuckDBConnection, storage: Storage, prepared: P) => Promise<R>,
): Promise<R> {
  const { transaction } = statement.session;
  const { duck } = statement.account.catalog;
  const rewrite = async (storage: Storage): Promise<R> => {
    statement.hold(storage);
    const prepared = await prepare(storage);
    return duck.use(
      (connection) => atomically(connection, () => work(connection, storage, prepared)),
      statement.signal,
    );
  };
  if (transaction) {
    return transaction.inTurn(async () => {
      await lock(statement, table, transaction);
      return rewrite(await copyOf(statement, transaction.changeOf(table)));
    });
  }
  const holder: LockHolder = {
    id: statement.request.queryId,
    sessionId: statement.session.start.sessionId,
    waitsFor: null,
  };
  await lock(statement, table, holder);
  try {
    return await rewrite(table.storage);
  } finally {
    table.lock.release(holder);
  }
}

/** Runs `work` in a DuckDB transaction of its own. */
async function atomically<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  if (isRehearsal(connection)) return work();
  await connection.run('BEGIN');
  try {
    const result = await work();
    await connection.run('COMMIT');
    return result;
  } catch (error) {
    await connection.run('ROLLBACK');
    throw error;
  }
}

/** Waits for a table's lock, at most LOCK_TIMEOUT seconds. */
export async function lock(statement: Statement, table: Table, holder: LockHolder): Promise<void> {
  const refuse = (other: LockHolder | null) =>
    new SqlError(
      '000625',
      '57014',
      `Statement '${statement.request.queryId}' has been aborted because table '${table.name}' is locked by transaction ${other?.id ?? 'unknown'}, and this lock has not yet been released.`,
    );
  const seconds = Number(statement.parameter('LOCK_TIMEOUT'));
  const timeout = new AbortController();
  const isFree = table.lock.heldBy === null || table.lock.heldBy === holder;
  if (!isFree && seconds === 0) throw refuse(table.lock.heldBy);
  if (!isFree) {
    statement.account.host
      .sleep(seconds * 1000, AbortSignal.any([timeout.signal, statement.signal]))
      .then(() => timeout.abort(refuse(table.lock.heldBy)))
      // The wait is over before its time: nothing to do.
      .catch(() => undefined);
  }
  try {
    await table.lock.acquire(holder, AbortSignal.any([statement.signal, timeout.signal]), refuse);
  } finally {
    if (!isFree) timeout.abort(new Error('no longer waiting'));
  }
}

/** The table of rows that a transaction adds; made on its first INSERT. */
async function addedOf(statement: Statement, change: TableChange): Promise<Storage> {
  if (change.added) return change.added;
  const added = await emptyLike(statement, change.table);
  change.added = added;
  change.table.lock.pending.add(added);
  return added;
}

async function emptyLike(statement: Statement, table: Table): Promise<Storage> {
  const { catalog } = statement.account;
  const storage = catalog.storage(catalog.duckName('t'));
  await catalog.duck.run(`CREATE TABLE "${storage.name}" AS SELECT * FROM "${table.storage.name}" LIMIT 0`);
  return storage;
}

/** The transaction's own copy of a table, with what others have added since folded in. The lock is held. */
async function copyOf(statement: Statement, change: TableChange): Promise<Storage> {
  const { table } = change;
  const { catalog } = statement.account;
  const columns = physicalColumns(table);
  return table.lock.exclusively(async () => {
    if (change.copy && change.late) {
      const { copy, late } = change;
      const fold = `INSERT INTO "${copy.name}" (${columns}) SELECT ${columns} FROM "${late.name}"; DELETE FROM "${late.name}"`;
      await catalog.duck.run(`BEGIN; ${fold}; COMMIT`);
      return copy;
    }
    const copy = catalog.storage(catalog.duckName('t'));
    const added = change.added ? ` UNION ALL SELECT ${columns} FROM "${change.added.name}"` : '';
    const rows = `SELECT ${columns} FROM "${table.storage.name}"${added}`;
    await catalog.duck.run(`CREATE TABLE "${copy.name}" AS ${rows}`, statement.signal);
    const late = await emptyLike(statement, table);
    if (change.added) {
      table.lock.pending.delete(change.added);
      change.added.drop();
      change.added = null;
    }
    change.copy = copy;
    change.late = late;
    table.lock.late = late;
    return copy;
  });
}
