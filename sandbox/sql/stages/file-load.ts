import type { Column, Table } from '../../catalog/model.ts';
import type { Storage } from '../../catalog/storage.ts';
import { SqlError, type WireRow } from '../../engine.ts';
import type { Translated } from '../contract.ts';
import { unsupported } from '../errors.ts';
import { textColumn } from '../results.ts';
import { stagedTexts } from '../staged-rows.ts';
import { Statement } from '../statement.ts';
import { storeExpressions } from '../store-expressions.ts';
import { fromWire, toSqlError } from '../types/index.ts';
import type { OnError } from './copy-options.ts';
import type { CsvFault } from './csv-rows.ts';
import { type FileFormat, holdsDocuments } from './file-format.ts';
import { RowPlaces } from './row-places.ts';
import type { StagedFile } from './stage-area.ts';
import { fileRows } from './staged-files.ts';

/** What became of one file. */
export interface FileOutcome {
  readonly file: StagedFile;
  readonly parsed: number;
  readonly loaded: number;
  readonly errors: number;
  readonly firstError: string | null;
  readonly firstLine: number | null;
  /** The DuckDB table with the rows to load, in the form of the target's own. */
  readonly rows: string;
}

/** Error codes that say what is wrong with the statement, not with a row. */
const NOT_OF_A_ROW = ['000002', '002023', '000604', '000630'];

/**
 * Error codes that say what is wrong with a file from some place on: nobody can tell where the next record begins. Such
 * a file is skipped like one with rows at fault (the driver's own tests load random bytes so).
 */
const OF_A_FILE: ReadonlyMap<string, string> = new Map([
  ['100069', 'is not all JSON'],
  ['100092', 'cannot be unpacked'],
  ['100144', 'is not all UTF-8 text'],
]);

/** Rows converted at once: what is done again, by halves, where one of them is at fault. As many as DuckDB keeps in one piece (a row group). */
const CHUNK = 122_880;

/** Turns the rows of one file into rows of the target, in a table that lives as long as the statement. */
export class FileLoad {
  private readonly statement: Statement;
  private errors = 0;
  private first: { message: string; line: number | null } | null = null;

  constructor(
    private readonly outer: Statement,
    private readonly table: Table,
    private readonly columns: readonly Column[],
    private readonly format: FileFormat,
    private readonly onError: OnError,
  ) {
    // DATE_FORMAT and its like stand over the session's parameters while the file is read.
    const parameters = new Map([...outer.request.parameters, ...format.parameters]);
    this.statement = new Statement(outer.session, { ...outer.request, sql: '', parameters });
    outer.onEnd(() => this.statement.end());
  }

  /** Fields of the file in the order of the columns. */
  async plain(key: string, file: StagedFile): Promise<FileOutcome> {
    let parsed = 0;
    const places = new RowPlaces();
    const isDocuments = holdsDocuments(this.format);
    const width = isDocuments ? 1 : this.columns.length;
    const types = Array.from({ length: width }, (_, index) =>
      isDocuments ? { ...textColumn(`c${index}`), type: 'variant' as const } : textColumn(`c${index}`),
    );
    const load = this;
    const { format } = this;
    async function* batches(): AsyncGenerator<readonly WireRow[], void, undefined> {
      const onFault = (fault: CsvFault) => {
        parsed += 1;
        load.fail(fault.toSqlError(file.path), fault.line);
      };
      try {
        for await (const rows of fileRows(load.outer, key, file, format, width, onFault)) {
          parsed += rows.length;
          for (const { row, line } of rows) places.add(row, line);
          yield rows.map(({ cells }) => cells);
        }
      } catch (error) {
        const fault = error instanceof SqlError ? OF_A_FILE.get(error.code) : undefined;
        if (!(error instanceof SqlError) || fault === undefined) throw error;
        if (load.onError.kind === 'continue') throw unsupported(`ON_ERROR = CONTINUE over a file that ${fault}`);
        parsed += 1;
        load.fail(error, null);
      }
    }
    const staged = await stagedTexts(this.outer, width, batches());
    const rows = await this.target();
    const values = types.map((type) => `${fromWire(`"${type.name}"`, type)} AS "${type.name}"`).join(', ');
    const source = (from: number, to: number): Translated => ({
      // Row ids let DuckDB pass over what lies outside; a condition on a text would be worked out for the entire table.
      sql: `SELECT ${values} FROM "${staged.name}" WHERE rowid BETWEEN ${from} AND ${to}`,
      columns: types.map((type) => ({ ...type, encode: 'UTC' })),
      numberOfBinds: 0,
    });
    const placeOf = (position: number) => ({ ...places.of(position), file: file.path });
    for (let at = 0; at < places.count; at += CHUNK) {
      await this.convert(rows, source, at, Math.min(at + CHUNK, places.count) - 1, placeOf);
    }
    return this.outcome(file, parsed, rows);
  }

  /** What a query makes of the file. */
  async query(file: StagedFile, read: () => Promise<Translated>): Promise<FileOutcome> {
    const rows = await this.target();
    try {
      await this.insert(rows, await read());
    } catch (error) {
      this.fail(this.rowError(error), null);
    }
    const parsed = await this.count(rows);
    return this.outcome(file, parsed, rows);
  }

  /** Converts the rows at positions `from` to `to`; where that fails, by halves, down to the rows at fault. */
  private async convert(
    into: Storage,
    source: (from: number, to: number) => Translated,
    from: number,
    to: number,
    placeOf: (position: number) => { row: number; line: number; file: string },
  ): Promise<void> {
    if (from > to) return;
    try {
      await this.insert(into, source(from, to));
    } catch (error) {
      const found = this.rowError(error);
      if (from === to) {
        const { row, line, file } = placeOf(from);
        const message = `${found.message}\n  File '${file}', line ${line}\n  Row ${row}`;
        this.fail(new SqlError(found.code, found.sqlState, message), line);
        return;
      }
      const middle = Math.floor((from + to) / 2);
      await this.convert(into, source, from, middle, placeOf);
      await this.convert(into, source, middle + 1, to, placeOf);
    }
  }

  /** Throws what no row is to blame for. */
  private rowError(error: unknown): SqlError {
    this.outer.signal.throwIfAborted();
    const found = toSqlError(error);
    if (NOT_OF_A_ROW.includes(found.code)) throw found;
    return found;
  }

  /** Counts an error; under ABORT_STATEMENT it is the statement's. */
  private fail(error: SqlError, line: number | null): void {
    if (this.onError.kind === 'abort') throw error;
    this.errors += 1;
    const before = this.first?.line ?? Number.MAX_SAFE_INTEGER;
    if (!this.first || (line !== null && line < before)) this.first = { message: error.message, line };
  }

  private async insert(into: Storage, source: Translated): Promise<void> {
    const select = await storeExpressions(this.statement, this.table, this.columns, source);
    await this.outer.account.catalog.duck.run(`INSERT INTO "${into.name}" ${select}`, this.outer.signal);
  }

  private async target(): Promise<Storage> {
    const { catalog } = this.outer.account;
    const storage = catalog.storage(catalog.duckName('x'));
    this.outer.onEnd(() => storage.drop());
    const list = this.table.columns.map(({ duckName }) => `"${duckName}"`).join(', ');
    await catalog.duck.run(
      `CREATE TABLE "${storage.name}" AS SELECT ${list} FROM "${this.table.storage.name}" LIMIT 0`,
    );
    return storage;
  }

  private count(storage: Storage): Promise<number> {
    return this.outer.account.catalog.duck.number(`SELECT count(*) FROM "${storage.name}"`);
  }

  private async outcome(file: StagedFile, parsed: number, rows: Storage): Promise<FileOutcome> {
    const good = await this.count(rows);
    const isSkipped = this.errors > 0 && this.skips(parsed);
    return {
      file,
      parsed,
      loaded: isSkipped ? 0 : good,
      errors: this.errors,
      firstError: this.first?.message ?? null,
      firstLine: this.first?.line ?? null,
      rows: rows.name,
    };
  }

  private skips(parsed: number): boolean {
    if (this.onError.kind !== 'skip') return false;
    const { count, percent } = this.onError;
    if (percent !== undefined) return (this.errors / Math.max(parsed, 1)) * 100 > percent;
    return this.errors >= (count ?? 1);
  }
}
