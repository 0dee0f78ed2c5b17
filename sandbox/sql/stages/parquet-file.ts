import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { SqlError } from '../../engine.ts';
import { duckText, quoteDuck } from '../quote.ts';
import type { ParquetFormat } from './file-format.ts';

/** A column of a Parquet file. `type` is DuckDB's name of what it reads it as. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: string;
  /** DuckDB's own name of it: another one where two names differ in case only. */
  readonly readAs: string;
}

const MEMORY_LIMIT = '256MB';
const WHOLE = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/;
/** Python's writers mark their times as adjusted to UTC, which leaves the same times. */
const TIMES = ['TIME', 'TIME WITH TIME ZONE'];

/**
 * A Parquet file's bytes, read by a DuckDB of their own: the one that runs statements cannot read files, and shall not.
 * No text of a user's reaches it but the names of the file's columns.
 */
export class ParquetFile {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly copy: string,
    readonly columns: readonly ParquetColumn[],
  ) {}

  /** Throws SqlError 100183 where the bytes are no Parquet file. `shownPath` is named in it. */
  static async open(bytes: Buffer, shownPath: string): Promise<ParquetFile> {
    const copy = join(tmpdir(), `snowpool-parquet-${randomUUID()}`);
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: MEMORY_LIMIT,
      threads: '1',
      temp_directory: '',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const connection = await instance.connect();
    try {
      await writeFile(copy, bytes, { mode: 0o600 });
      const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${duckText(copy)})`);
      const names = await topNames(connection, copy);
      const columns = described.getRows().map(([readAs, type], index) => {
        return { name: names[index] ?? String(readAs), type: String(type), readAs: String(readAs) };
      });
      return new ParquetFile(instance, connection, copy, columns);
    } catch (error) {
      connection.closeSync();
      instance.closeSync();
      await rm(copy, { force: true });
      const why = (error instanceof Error ? error.message : String(error)).replaceAll(copy, shownPath).split('\n')[0];
      throw new SqlError('100183', '22000', `Error parsing the parquet file: ${why}\n  File '${shownPath}'`);
    }
  }

  /** Its rows as JSON objects, in batches; a NULL is left out, as a path into such a row is NULL then. */
  async *rows(format: ParquetFormat): AsyncGenerator<readonly string[], void, undefined> {
    const members = this.columns.map(({ name, type, readAs }) => {
      const column = quoteDuck(readAs);
      const key = duckText(`${JSON.stringify(name)}:`);
      return `CASE WHEN ${column} IS NULL THEN NULL ELSE ${key} || ${jsonOf(column, type, format)} END`;
    });
    const rows = `read_parquet(${duckText(this.copy)})`;
    const result = await this.connection.stream(
      `SELECT '{' || concat_ws(',', ${members.join(', ')}) || '}' FROM ${rows}`,
    );
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) return;
      yield chunk.getColumnValues(0).map(String);
    }
  }

  async close(): Promise<void> {
    this.connection.closeSync();
    this.instance.closeSync();
    await rm(this.copy, { force: true });
  }
}

/** The names of a file's columns as it has them, in its order; those of parts of nested values are passed over. */
async function topNames(connection: DuckDBConnection, file: string): Promise<readonly string[]> {
  const schema = await connection.runAndReadAll(`SELECT name, num_children FROM parquet_schema(${duckText(file)})`);
  const names: string[] = [];
  let nested = 0;
  for (const [name, children] of schema.getRows().slice(1)) {
    if (nested === 0) names.push(String(name));
    else nested -= 1;
    nested += Number(children ?? 0);
  }
  return names;
}

/** A value that is not NULL as the text of a JSON value. */
function jsonOf(column: string, type: string, { usesLogicalTypes, readsBinaryAsText }: ParquetFormat): string {
  const text = (value: string) => `to_json(${value})::VARCHAR`;
  if (type === 'BOOLEAN' || WHOLE.test(type) || type.startsWith('DECIMAL(')) return `${column}::VARCHAR`;
  if (type === 'FLOAT' || type === 'DOUBLE') {
    const shown = `CASE WHEN isnan(${column}) THEN '"NaN"' WHEN ${column} > 0 THEN '"inf"' ELSE '"-inf"' END`;
    return `CASE WHEN isfinite(${column}) THEN ${column}::DOUBLE::VARCHAR ELSE ${shown} END`;
  }
  if (type === 'BLOB') return text(readsBinaryAsText ? `decode(${column})` : `hex(${column})`);
  if (TIMES.includes(type)) return text(`${column}::TIME::VARCHAR`);
  if (!type.startsWith('TIMESTAMP')) return text(column);
  // Without logical types a moment is the number that the file holds, in the unit of its column.
  const isNano = type === 'TIMESTAMP_NS';
  if (!usesLogicalTypes) return `${isNano ? 'epoch_ns' : 'epoch_us'}(${column})::VARCHAR`;
  const moment = isNano ? column : `make_timestamp(epoch_us(${column}))`;
  const zone = type === 'TIMESTAMP WITH TIME ZONE' ? ` || ' +00:00'` : '';
  return text(`strftime(${moment}, '%Y-%m-%d %H:%M:%S.%${isNano ? 'n' : 'f'}')${zone}`);
}

/** The type that INFER_SCHEMA tells for a column. */
export function inferredType(type: string): string {
  if (WHOLE.test(type)) return 'NUMBER(38, 0)';
  const [, digits, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(type) ?? [];
  if (digits !== undefined) return `NUMBER(${digits}, ${scale})`;
  if (type === 'FLOAT' || type === 'DOUBLE') return 'REAL';
  // Whatever BINARY_AS_TEXT says of reading it: write_pandas of Python's driver counts on that for its tables.
  if (type === 'BLOB') return 'BINARY';
  if (type === 'BOOLEAN' || type === 'DATE') return type;
  if (TIMES.includes(type)) return 'TIME';
  if (type === 'TIMESTAMP WITH TIME ZONE') return 'TIMESTAMP_LTZ';
  if (type.startsWith('TIMESTAMP')) return 'TIMESTAMP_NTZ';
  if (type.endsWith('[]')) return 'ARRAY';
  if (type.startsWith('STRUCT(') || type.startsWith('MAP(')) return 'OBJECT';
  return 'TEXT';
}
