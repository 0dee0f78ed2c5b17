import type { Catalog } from '../catalog/catalog.ts';
import { Transaction } from './transaction.ts';

/** All transactions that are open in the account, for SHOW TRANSACTIONS, SHOW LOCKS and SYSTEM$ABORT_TRANSACTION. */
export class OpenTransactions {
  private readonly open = new Map<string, Transaction>();
  private lastId = 0;

  constructor(private readonly catalog: Catalog) {}

  /** Transaction ids look like times in nanoseconds, as Snowflake's do. */
  begin(sessionId: string, name: string): Transaction {
    const startedMs = this.catalog.now();
    this.lastId = Math.max(this.lastId + 1, startedMs);
    const id = `${this.lastId}000000`;
    const transaction = new Transaction(id, sessionId, startedMs, name === '' ? uuid(id) : name, this.catalog, () =>
      this.open.delete(id),
    );
    this.open.set(id, transaction);
    return transaction;
  }

  all(): readonly Transaction[] {
    return [...this.open.values()];
  }

  get(id: string): Transaction | undefined {
    return this.open.get(id);
  }
}

/** A transaction without a name is shown under one made up. */
function uuid(id: string): string {
  const digits = id.padStart(32, '0');
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    '-',
  );
}
