import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../catalog/model.ts';
import type { Storage } from '../catalog/storage.ts';
import type { LockHolder } from '../catalog/table-lock.ts';
import { SqlError } from '../engine.ts';
import { isRehearsal } from './duck.ts';
import { addLate, bytesToKeep, copyOfRows, copyWithout, physicalColumns, settle } from './earlier-rows.ts';
import { type Effect, rowsAfter } from './row-places.ts';
import type { Statement } from './statement.ts';
import type { TableChange } from './transaction.ts';

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
  const { signal } = statement;
  const { duck } = statement.account.catalog;
  if (transaction) {
    return transaction.inTurn(async () => {
      const change = transaction.changeOf(table);
      const target = change.copy ?? (await addedOf(statement, change));
      const count = await duck.use((connection) => inserted(connection, into(target)), signal);
      change.addedRows += count;
      return count;
    });
  }
  return table.lock.appending(async () => {
    for (;;) {
      const { storage, lock } = table;
      const release = storage.hold();
      const append = (connection: DuckDBConnection) =>
        lock.late
          ? appendTwice(statement, connection, [storage, lock.late], list, select)
          : inserted(connection, into(storage));
      const commit = (connection: DuckDBConnection, count: number) =>
        lock.committing(async () => {
          // Another statement has changed the rows meanwhile: the table goes on with another storage.
          if (table.storage !== storage) return false;
          await connection.run('COMMIT');
          table.history.added(statement.commitMoment(), count);
          return true;
        });
      try {
        const done = await duck.use((connection) => atomically(connection, () => append(connection), commit), signal);
        if (done.isCommitted) return done.result;
      } finally {
        release();
      }
    }
  });
}

async function inserted(connection: DuckDBConnection, sql: string): Promise<number> {
  return (await connection.run(sql)).rowsChanged;
}

/** Adds the same rows to both storages: a query may give other ones when it runs once more. */
async function appendTwice(
  { account }: Statement,
  connection: DuckDBConnection,
  storages: readonly Storage[],
  list: string,
  select: string,
): Promise<number> {
  const scratch = account.catalog.duckName('x');
  await connection.run(`CREATE TEMP TABLE "${scratch}" AS SELECT ${list} FROM "${storages[0]?.name}" LIMIT 0`);
  const count = await inserted(connection, `INSERT INTO "${scratch}" ${select}`);
  for (const storage of storages) await connection.run(`INSERT INTO "${storage.name}" (${list}) FROM "${scratch}"`);
  await connection.run(`DROP TABLE "${scratch}"`);
  return count;
}

/**
 * Changes or removes rows. `prepare` gets the physical table before anything happens (translate there); `work` then does
 * all of its changes or none. `effect` saves copying and counting what is known to be so.
 */
export async function rewriteRows<P, R>(
  statement: Statement,
  table: Table,
  prepare: (storage: Storage) => Promise<P>,
  work: (connection: DuckDBConnection, storage: Storage, prepared: P) => Promise<R>,
  effect?: Effect<P, R>,
): Promise<R> {
  const { transaction } = statement.session;
  const { catalog } = statement.account;
  const rewrite = async (storage: Storage, commit: Commit<R>): Promise<R> => {
    statement.hold(storage);
    const prepared = await prepare(storage);
    const change = (connection: DuckDBConnection) =>
      atomically(connection, () => work(connection, storage, prepared), commit);
    return (await catalog.duck.use(change, statement.signal)).result;
  };
  if (transaction) {
    return transaction.inTurn(async () => {
      await lock(statement, table, transaction);
      return rewrite(await copyOf(statement, transaction.changeOf(table)), commitNow);
    });
  }
  const holder: LockHolder = {
    id: statement.request.queryId,
    sessionId: statement.session.start.sessionId,
    waitsFor: null,
  };
  await lock(statement, table, holder);
  try {
    const bytes = await bytesToKeep(catalog, table);
    if (bytes !== null && effect?.kind === 'takes out') {
      const count = await leaveOut(statement, table, bytes, effect.ids(await prepare(table.storage)));
      if (count !== null) return effect.result(count);
    }
    const copy = bytes === null ? null : await copyOfRows(catalog, table);
    if (copy && bytes !== null) return await rewriteCopy(statement, table, { ...copy, bytes }, effect, rewrite);
    return await rewrite(table.storage, (connection, result) =>
      table.lock.committing(async () => {
        await connection.run('COMMIT');
        const rows = rowsAfter(effect, result, table.history.rowCount);
        // Rows that were taken out leave gaps: there is nothing to count.
        if (rows !== null || effect?.kind === 'takes out') table.history.changed(statement.commitMoment(), null, rows);
        else await settle(catalog, table, statement.commitMoment(), null);
        return true;
      }),
    );
  } finally {
    table.lock.release(holder);
  }
}

/** Changes a copy of the rows, which takes their place; they themselves are kept as they were. The lock is held. */
async function rewriteCopy<R>(
  statement: Statement,
  table: Table,
  { storage: copy, rows, bytes }: { readonly storage: Storage; readonly rows: number; readonly bytes: number },
  effect: Effect<never, R> | undefined,
  rewrite: (storage: Storage, commit: Commit<R>) => Promise<R>,
): Promise<R> {
  try {
    const result = await rewrite(copy, commitNow);
    await table.lock.committing(async () => {
      const late = await addLate(statement.account.catalog, table, copy, rows);
      await goOnWith(statement, table, copy, bytes, rowsAfter(effect, result, rows + late));
    });
    return result;
  } finally {
    if (table.storage !== copy) copy.drop();
  }
}

/**
 * Takes rows out by going on with a copy that does not have them; null where that failed, be it for want of room: then
 * nothing has happened. The lock is held.
 */
async function leaveOut(statement: Statement, table: Table, bytes: number, ids: string): Promise<number | null> {
  const seen = table.history.rowCount ?? 0;
  const copy = await copyWithout(statement.account.catalog, table, ids, seen, statement.signal);
  if (!copy) return null;
  try {
    await table.lock.committing(async () => {
      const late = await addLate(statement.account.catalog, table, copy.storage, seen);
      await goOnWith(statement, table, copy.storage, bytes, copy.rows + late);
    });
    return seen - copy.rows;
  } finally {
    if (table.storage !== copy.storage) copy.storage.drop();
  }
}

/** Lets a copy take the place of a table's rows, which are kept as they were; `rows`: how many, where it has no gaps. */
async function goOnWith(
  statement: Statement,
  table: Table,
  copy: Storage,
  bytes: number,
  rows: number | null,
): Promise<void> {
  const { storage } = table;
  table.storage = copy;
  const then = { storage, bytes };
  if (rows === null) await settle(statement.account.catalog, table, statement.commitMoment(), then);
  else table.history.changed(statement.commitMoment(), then, rows);
}

/** Ends a DuckDB transaction; false where what it did is not wanted any more. */
type Commit<R> = (connection: DuckDBConnection, result: R) => Promise<boolean>;

async function commitNow(connection: DuckDBConnection): Promise<boolean> {
  await connection.run('COMMIT');
  return true;
}

/** Runs `work` in a DuckDB transaction of its own, which `commit` ends. */
async function atomically<T>(
  connection: DuckDBConnection,
  work: () => Promise<T>,
  commit: Commit<T>,
): Promise<{ readonly result: T; readonly isCommitted: boolean }> {
  if (isRehearsal(connection)) return { result: await work(), isCommitted: true };
  await connection.run('BEGIN');
  try {
    const result = await work();
    const isCommitted = await commit(connection, result);
    if (!isCommitted) await connection.run('ROLLBACK');
    return { result, isCommitted };
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
  const release = table.storage.hold();
  try {
    await catalog.duck.run(`CREATE TABLE "${storage.name}" AS SELECT * FROM "${table.storage.name}" LIMIT 0`);
  } finally {
    release();
  }
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
    change.addedRows = 0;
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
