import { type Bind, type EngineResult, SqlError, type WireRow } from '../../engine.ts';
import { unsupported } from '../errors.ts';
import type { Value } from '../evaluate.ts';
import { TokenReader } from '../reader.ts';
import { opensBlock } from '../scripting/block.ts';
import type { RunNested } from '../scripting/block-data.ts';
import { readRows } from '../scripting/rows.ts';
import { literalOf } from '../scripting/values.ts';
import { splitStatements } from '../split.ts';
import type { Statement } from '../statement.ts';
import type { Transaction } from '../transaction.ts';
import { toSqlError } from '../types/index.ts';
import { isSemiStructured } from '../types/type.ts';
import { canonicalCell } from './cells.ts';

/** What goes to the script at once: rows, and characters in them. */
const PAGE_ROWS = 1000;
const PAGE_LENGTH = 512 * 1024;

type Asked =
  | {
      readonly op: 'execute';
      readonly sqlText: string;
      readonly binds: readonly ({ readonly type: 'REAL' | 'TEXT'; readonly value: string } | null)[];
    }
  | { readonly op: 'rows'; readonly result: number; readonly from: number }
  | { readonly op: 'text'; readonly result: number; readonly row: number; readonly column: number };

interface Kept {
  readonly columns: EngineResult['columns'];
  readonly rows: readonly WireRow[];
}

/** The account's side of a procedure's `snowflake`: runs its statements, keeps their results for as long as it runs. */
export class ProcedureHost {
  private readonly results: Kept[] = [];
  /** True once a transaction that the procedure left open was undone. */
  isIncomplete = false;

  constructor(
    private readonly statement: Statement,
    private readonly nested: RunNested,
    /** The transaction in which the procedure is called. */
    private readonly outer: Transaction | null,
  ) {}

  /** Answers the prelude's `demand`, JSON for JSON; what fails is told as `error`. Never rejects. */
  async answer(asked: string): Promise<string> {
    try {
      return JSON.stringify(await this.work(JSON.parse(asked) as Asked));
    } catch (error) {
      const { code, sqlState, message } = toSqlError(error);
      return JSON.stringify({ error: { code: Number(code), state: sqlState, message } });
    }
  }

  private async work(asked: Asked): Promise<unknown> {
    switch (asked.op) {
      case 'execute':
        return this.execute(asked.sqlText, asked.binds);
      case 'rows':
        return { rows: this.page(this.result(asked.result), asked.from) };
      case 'text': {
        const { columns, rows } = this.result(asked.result);
        const column = columns[asked.column];
        const value = rows[asked.row]?.[asked.column] ?? null;
        if (!column) throw new Error('no such column');
        return { text: await this.shown({ value, type: column }) };
      }
    }
  }

  private async execute(
    sqlText: string,
    given: Extract<Asked, { op: 'execute' }>['binds'],
  ): Promise<Record<string, unknown>> {
    const [sql, ...others] = splitStatements(sqlText);
    if (others.length > 0) {
      const message =
        'Multiple SQL statements in a single API call are not supported; use one API call per statement instead.';
      throw new SqlError('000006', '0A000', message);
    }
    if (sql === undefined) throw new SqlError('000900', '42601', 'SQL compilation error:\nEmpty SQL statement.');
    this.checkTransaction(sql);
    const binds = new Map<string, Bind>(
      given.map((bind, index) => [String(index + 1), bind ? typed(bind) : { type: 'TEXT', value: null }]),
    );
    const { columns, dml, ...result } = await this.nested(this.statement, sql, binds);
    const rows = await readRows({ columns, ...result });
    const { inserted = 0, updated = 0, deleted = 0, duplicates = 0 } = dml ?? {};
    const kept = { columns, rows };
    this.results.push(kept);
    return {
      result: this.results.length - 1,
      columns: columns.map(({ name, type, scale, nullable }) => ({
        ...{ name, type, scale, nullable },
        sqlType: type.toUpperCase(),
      })),
      rowCount: rows.length,
      rows: this.page(kept, 0),
      ...{ inserted, updated, deleted, duplicates, affected: inserted + updated + deleted },
      queryId: this.statement.request.queryId,
    };
  }

  /** A transaction ends in the scope in which it began. Source: docs, "Transactions", scoped transactions. */
  private checkTransaction(sql: string): void {
    const reader = new TokenReader(sql);
    const begins = (reader.at('BEGIN') && !opensBlock(reader)) || reader.at('START');
    if (!this.outer || this.outer.isOver) return;
    if (begins) throw unsupported('a transaction of a procedure within that of its caller');
    if (reader.at('COMMIT') || reader.at('ROLLBACK')) {
      const message = 'Modifying a transaction that has started at a different scope is not allowed.';
      throw new SqlError('090229', '55000', `Stored procedure execution error: ${message}`);
    }
  }

  private result(index: number): Kept {
    const kept = this.results[index];
    if (!kept) throw new Error('no such result');
    return kept;
  }

  /** Cells as the prelude's `valueOf` reads them: those of the wire, structured ones in canonical text. */
  private page({ columns, rows }: Kept, from: number): readonly WireRow[] {
    const page: WireRow[] = [];
    for (let at = from, length = 0; at < rows.length && page.length < PAGE_ROWS && length < PAGE_LENGTH; at += 1) {
      const row = (rows[at] ?? []).map((cell, index) => {
        const column = columns[index];
        return cell !== null && column && isSemiStructured(column) ? canonicalCell(cell) : cell;
      });
      length += row.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
      page.push(row);
    }
    return page;
  }

  private async shown(value: Value): Promise<string | null> {
    const result = await this.nested(this.statement, `SELECT CAST((${literalOf(value)}) AS VARCHAR)`, new Map());
    return (await readRows(result))[0]?.[0] ?? null;
  }
}

/** A number without a fraction is bound as a NUMBER, others as a FLOAT. */
function typed(bind: { readonly type: 'REAL' | 'TEXT'; readonly value: string }): Bind {
  return bind.type === 'REAL' && /^-?\d{1,15}$/.test(bind.value) ? { type: 'FIXED', value: bind.value } : bind;
}
