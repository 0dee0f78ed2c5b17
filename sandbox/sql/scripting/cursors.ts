import { type EngineResult, SqlError, type WireRow } from '../../engine.ts';
import type { Value } from '../evaluate.ts';
import type { Range } from './block.ts';

/** Rows that a block keeps: a result set's, or those that a cursor walks over. */
export interface Kept {
  readonly columns: EngineResult['columns'];
  readonly rows: readonly WireRow[];
}

interface Cursor {
  readonly query: Range;
  open: { readonly kept: Kept; next: number } | null;
}

/** The cursors of one run of a block. Source: docs, "Working with cursors". */
export class Cursors {
  private readonly byName = new Map<string, Cursor>();

  declare(name: string, query: Range): void {
    this.byName.set(name, { query, open: null });
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** The query of a cursor, as a place in the block's text. */
  query(name: string): Range {
    return this.get(name).query;
  }

  open(name: string, kept: Kept): void {
    this.get(name).open = { kept, next: 0 };
  }

  /** The next row's values; NULLs behind the last one. */
  fetch(name: string): readonly Value[] {
    const { open } = this.get(name);
    if (!open) {
      throw new SqlError('002703', '42601', `SQL compilation error:\nCursor '${name}' is not open.`);
    }
    const row = open.kept.rows[open.next];
    open.next += 1;
    return open.kept.columns.map((column, index) => ({ value: row?.[index] ?? null, type: column }));
  }

  close(name: string): void {
    this.get(name).open = null;
  }

  private get(name: string): Cursor {
    const found = this.byName.get(name);
    if (!found) throw new SqlError('000904', '42000', `SQL compilation error:\ninvalid identifier '${name}'`);
    return found;
  }
}
