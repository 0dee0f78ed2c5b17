import type { Catalog } from '../catalog/catalog.ts';
import type { Table } from '../catalog/model.ts';
import type { Storage } from '../catalog/storage.ts';
import type { LockHolder, TableLock } from '../catalog/table-lock.ts';
import { bytesToKeep, physicalColumns, settle } from './earlier-rows.ts';

/**
 * What a transaction has done to one table. Either rows added beside the table (`added`), or, once rows were changed or
 * removed, a copy of the whole table (`copy`) beside what others added since (`late`).
 */
export interface TableChange {
  readonly table: Table;
  added: Storage | null;
  copy: Storage | null;
  late: Storage | null;
  /** How many rows `added` holds. */
  addedRows: number;
}

/** The statement that commits. */
type Commit = { readonly queryId: string; readonly startMs: number };

/**
 * An open transaction. DuckDB's own transactions would end at the first failed statement, take one statement at a time
 * and read a snapshot; Snowflake's go on after a failure, run statements side by side and read what is committed. So
 * changes are kept beside the tables until COMMIT, and every statement in between is one of DuckDB's own.
 */
export class Transaction implements LockHolder {
  waitsFor: TableLock | null = null;
  readonly changes = new Map<Table, TableChange>();
  private turn: Promise<unknown> = Promise.resolve();
  isOver = false;
  /** Done once the transaction is committed, never where it is rolled back. */
  readonly afterCommit: (() => void)[] = [];

  constructor(
    readonly id: string,
    readonly sessionId: string,
    readonly startedMs: number,
    readonly name: string,
    private readonly catalog: Catalog,
    private readonly onOver: () => void,
  ) {}

  /** Writes of one transaction follow one another. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  changeOf(table: Table): TableChange {
    const known = this.changes.get(table);
    if (known) return known;
    const change: TableChange = { table, added: null, copy: null, late: null, addedRows: 0 };
    this.changes.set(table, change);
    return change;
  }

  /** Makes all changes visible to everybody, at once, and lets the locks go. `by`: the statement that asks for it. */
  commit(by: Commit | null): Promise<void> {
    return this.inTurn(async () => {
      if (this.isOver) return;
      const changes = [...this.changes.values()]
        .filter(({ table }) => table.storage.exists)
        .sort((a, b) => a.table.id - b.table.id);
      await this.behindGates(changes, () => this.inOrder(changes, () => this.apply(changes, by)));
      this.finish(true);
    });
  }

  private async apply(changes: readonly TableChange[], by: Commit | null): Promise<void> {
    const bytes = new Map<Table, number | null>();
    for (const { table, copy } of changes) if (copy) bytes.set(table, await bytesToKeep(this.catalog, table));
    const sql = changes.flatMap((change) => commitSql(change));
    if (sql.length > 0) await this.catalog.duck.run(`BEGIN; ${sql.join('; ')}; COMMIT`);
    const moment = this.catalog.commits.next(by);
    for (const { table, copy, addedRows } of changes) {
      if (!copy) {
        table.history.added(moment, addedRows);
        continue;
      }
      const storage = table.storage;
      table.storage = copy;
      const size = bytes.get(table) ?? null;
      if (size === null) storage.drop();
      await settle(this.catalog, table, moment, size === null ? null : { storage, bytes: size });
    }
  }

  /** Forgets all changes and lets the locks go. */
  rollback(): Promise<void> {
    return this.inTurn(async () => {
      if (!this.isOver) this.finish(false);
    });
  }

  private finish(isCommitted: boolean): void {
    this.isOver = true;
    for (const { table, added, copy, late } of this.changes.values()) {
      if (added) {
        table.lock.pending.delete(added);
        added.drop();
      }
      // A table whose rows had gaps has gone on with another storage, and dropped this one already.
      if (copy && !(isCommitted && table.storage === copy)) copy.drop();
      if (late) {
        if (table.lock.late === late) table.lock.late = null;
        late.drop();
      }
      table.lock.release(this);
    }
    this.changes.clear();
    if (isCommitted) for (const act of this.afterCommit) act();
    this.onOver();
  }

  /** Behind all other commits to the same tables, which wait in their turn. */
  private inOrder(changes: readonly TableChange[], work: () => Promise<void>): Promise<void> {
    const [first, ...rest] = changes;
    return first ? first.table.lock.committing(() => this.inOrder(rest, work)) : work();
  }

  /** Tables in one order for everybody, so that two commits never wait for each other. */
  private async behindGates(changes: readonly TableChange[], work: () => Promise<void>): Promise<void> {
    const [first, ...rest] = changes;
    if (!first) return work();
    const inner = () => this.behindGates(rest, work);
    const { lock } = first.table;
    return first.copy ? lock.exclusively(inner) : lock.appending(inner);
  }
}

function commitSql({ table, added, copy, late }: TableChange): string[] {
  const columns = physicalColumns(table);
  const move = (from: Storage, to: Storage) =>
    `INSERT INTO "${to.name}" (${columns}) SELECT ${columns} FROM "${from.name}"`;
  if (copy) return late ? [move(late, copy)] : [];
  if (!added) return [];
  return [move(added, table.storage), ...(table.lock.late ? [move(added, table.lock.late)] : [])];
}

/** DuckDB's FROM item with a table's rows as the transaction (if any) sees them; columns by their physical names. */
export function rowsOf(table: Table, transaction: Transaction | null, hold: (storage: Storage) => void): string {
  const change = transaction?.changes.get(table);
  const parts = change?.copy ? [change.copy, change.late] : [table.storage, change?.added ?? null];
  const pieces = parts.filter((piece) => piece !== null);
  for (const piece of pieces) hold(piece);
  if (pieces.length === 1) return `"${pieces[0]?.name}"`;
  const columns = physicalColumns(table);
  return `(${pieces.map((piece) => `SELECT ${columns} FROM "${piece.name}"`).join(' UNION ALL ')})`;
}
