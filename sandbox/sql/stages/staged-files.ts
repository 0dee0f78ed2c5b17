import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { SqlError, type WireRow } from '../../engine.ts';
import type { Relation } from '../contract.ts';
import { unsupported } from '../errors.ts';
import { numberColumn, textColumn } from '../results.ts';
import { stagedRelation } from '../staged-rows.ts';
import type { Statement } from '../statement.ts';
import { quoteText } from '../types/index.ts';
import { CsvFault, CsvReader, type CsvRecord } from './csv-rows.ts';
import { type FileFormat, holdsDocuments, type ParquetFormat } from './file-format.ts';
import type { FoundStage } from './find-stage.ts';
import { jsonDocuments } from './json-documents.ts';
import { ParquetFile } from './parquet-file.ts';
import { MOST_FILE_BYTES, type StagedFile } from './stage-area.ts';

const UNPACK = {
  GZIP: promisify(gunzip),
  DEFLATE: promisify(inflate),
  RAW_DEFLATE: promisify(inflateRaw),
  BROTLI: promisify(brotliDecompress),
} as const;

const BATCH = 2000;

/** One row of a staged file. */
export interface FileRow {
  /** Texts of a CSV file's fields; of a JSON or Parquet file one document. */
  readonly cells: WireRow;
  /** From 1 within its file. */
  readonly row: number;
  readonly line: number;
}

/** Which of a stage's files are meant; all where neither is given. */
export interface StagedChoice {
  readonly pattern?: string | null;
  readonly names?: readonly string[] | null;
}

/** The stage's files that a statement means: by the beginning of their paths, names of their own, a pattern. */
export async function chosenFiles(
  statement: Statement,
  { key, path }: FoundStage,
  { pattern = null, names = null }: StagedChoice,
): Promise<readonly StagedFile[]> {
  const { stages, catalog } = statement.account;
  let files = await stages.files(key, path);
  if (names) {
    const folder = path === '' || path.endsWith('/') ? path : `${path}/`;
    files = names.map((name) => {
      const file = files.find((one) => one.path === `${folder}${name}`);
      if (file) return file;
      throw new SqlError('091016', '22000', `Remote file '${folder}${name}' was not found.`);
    });
  }
  if (pattern === null || files.length === 0) return files;
  // DuckDB's regular expressions take linear time, whatever the pattern.
  const list = files.map((file) => `(${quoteText(file.path)})`).join(', ');
  const found = await catalog.duck.rows(
    `SELECT path FROM (VALUES ${list}) AS f(path) WHERE regexp_full_match(path, ${quoteText(pattern)})`,
    statement.signal,
  );
  const fitting = new Set(found.map(([name]) => name));
  return files.filter((file) => fitting.has(file.path));
}

/** A file's text, unpacked. Throws SqlError 000002 where it is too large or no UTF-8 text, 100092 where it cannot be unpacked. */
async function fileText(statement: Statement, key: string, file: StagedFile, format: FileFormat): Promise<string> {
  const data = await statement.account.stages.read(key, file.path);
  const plain =
    format.compression === 'AUTO' ? await unpackFound(data, file) : await unpack(data, format.compression, file);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain);
  } catch {
    throw new SqlError('100144', '22000', `Invalid UTF8 detected while decoding file '${file.path}'`);
  }
}

/** How packed files begin. Sources: RFC 1952, the bzip2 and Zstandard (RFC 8878) formats. */
const MARKS: Readonly<Record<string, readonly number[]>> = {
  GZIP: [0x1f, 0x8b],
  BZ2: [0x42, 0x5a, 0x68],
  ZSTD: [0x28, 0xb5, 0x2f, 0xfd],
};

/**
 * COMPRESSION = AUTO goes by the bytes: a file that only bears the name of a packed one is read as it is (the driver's
 * own tests load such files). Brotli has no mark and is never found so (page "CREATE FILE FORMAT"); a deflated file has
 * none that is sure, so one named so is tried.
 */
async function unpackFound(data: Buffer, file: StagedFile): Promise<Buffer> {
  const [mark] = Object.entries(MARKS).find(([, bytes]) => bytes.every((byte, index) => data[index] === byte)) ?? [];
  if (mark === 'GZIP') return unpack(data, mark, file);
  if (mark !== undefined) throw unsupported(`the compression of the file ${file.path}`);
  const [, named] = /\.((?:raw_)?deflate)$/i.exec(file.path) ?? [];
  if (named === undefined) return data;
  try {
    return await unpack(data, named.toUpperCase() === 'DEFLATE' ? 'DEFLATE' : 'RAW_DEFLATE', file);
  } catch (error) {
    if (error instanceof SqlError && error.code === '100092') return data;
    throw error;
  }
}

async function unpack(data: Buffer, compression: keyof typeof UNPACK | 'AUTO' | 'NONE', file: StagedFile) {
  if (compression === 'AUTO' || compression === 'NONE') return data;
  try {
    return await UNPACK[compression](data, { maxOutputLength: MOST_FILE_BYTES });
  } catch (error) {
    if (error instanceof RangeError) {
      throw unsupported(`staged files of more than ${MOST_FILE_BYTES / 1024 / 1024} MB (${file.path})`);
    }
    throw new SqlError('100092', '22000', `Failed to decompress the file '${file.path}' as ${compression}.`);
  }
}

/**
 * The rows of a file, in batches. `expected`: the number of fields that each must have, where the format wants that
 * checked. A record that has another, or that is none, is handed to `onFault` and left out.
 */
export async function* fileRows(
  statement: Statement,
  key: string,
  file: StagedFile,
  format: FileFormat,
  expected: number | null,
  onFault: (fault: CsvFault, row: number) => void,
): AsyncGenerator<readonly FileRow[], void, undefined> {
  if (format.type === 'PARQUET') {
    yield* parquetRows(statement, key, file, format);
    return;
  }
  const text = await fileText(statement, key, file, format);
  const read = format.type === 'CSV' ? csvRows(text, format, expected, onFault) : documentRows(text, format, file.path);
  let batch: FileRow[] = [];
  for (const row of read) {
    batch.push(row);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
    // A file of millions of rows must not keep all other sessions waiting.
    await nextTurn();
    statement.signal.throwIfAborted();
  }
  if (batch.length > 0) yield batch;
}

async function* parquetRows(
  statement: Statement,
  key: string,
  file: StagedFile,
  format: ParquetFormat,
): AsyncGenerator<readonly FileRow[], void, undefined> {
  const parquet = await ParquetFile.open(await statement.account.stages.read(key, file.path), file.path);
  try {
    let row = 0;
    for await (const documents of parquet.rows(format)) {
      statement.signal.throwIfAborted();
      yield documents.map((document) => {
        row += 1;
        return { cells: [document], row, line: row };
      });
    }
  } finally {
    await parquet.close();
  }
}

function* documentRows(text: string, format: Extract<FileFormat, { type: 'JSON' }>, path: string): Generator<FileRow> {
  let row = 0;
  for (const document of jsonDocuments(text, format, path)) {
    row += 1;
    yield { cells: [document.text], row, line: document.line };
  }
}

function* csvRows(
  text: string,
  format: Extract<FileFormat, { type: 'CSV' }>,
  expected: number | null,
  onFault: (fault: CsvFault, row: number) => void,
): Generator<FileRow> {
  const reader = new CsvReader(text, format);
  for (let row = 1; ; row += 1) {
    const record = nextRecord(reader, (fault) => onFault(fault, row));
    if (record === 'faulty') continue;
    if (!record) return;
    const { fields, line } = record;
    if (expected !== null && format.checksColumnCount && fields.length !== expected) {
      const message = `Number of columns in file (${fields.length}) does not match that of the corresponding table (${expected}), use file format option error_on_column_count_mismatch=false to ignore this error`;
      onFault(new CsvFault('100080', message, line, 1), row);
      continue;
    }
    yield { cells: fields, row, line };
  }
}

/** For readers that take all rows or none. */
export function throwFault(fault: CsvFault): never {
  throw fault;
}

/** The next record; one at fault is told and left. */
function nextRecord(reader: CsvReader, onFault: (fault: CsvFault) => void): CsvRecord | 'faulty' | undefined {
  try {
    return reader.next();
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    onFault(error);
    reader.skipFaulty();
    return 'faulty';
  }
}

export const FILE_NAME = 'METADATA$FILENAME';
export const ROW_NUMBER = 'METADATA$FILE_ROW_NUMBER';

/** Files as a relation: `$1` to `$width` (texts; of JSON and Parquet files one VARIANT), file name and row number behind them. */
export async function filesRelation(
  statement: Statement,
  key: string,
  files: readonly StagedFile[],
  format: FileFormat,
  width: number,
): Promise<Relation> {
  const fields = holdsDocuments(format) ? 1 : width;
  const columns = Array.from({ length: fields }, (_, index) => {
    const name = `$${index + 1}`;
    return holdsDocuments(format) ? { ...textColumn(name), type: 'variant' as const } : textColumn(name);
  });
  async function* batches(): AsyncGenerator<readonly WireRow[], void, undefined> {
    for (const file of files) {
      try {
        for await (const rows of fileRows(statement, key, file, format, null, throwFault)) {
          yield rows.map(({ cells, row }) => [
            ...columns.map((_, index) => cells[index] ?? null),
            file.path,
            String(row),
          ]);
        }
      } catch (error) {
        throw error instanceof CsvFault ? error.toSqlError(file.path) : error;
      }
    }
  }
  const metadata = [textColumn(FILE_NAME), numberColumn(ROW_NUMBER)];
  const relation = await stagedRelation(statement, [...columns, ...metadata], batches());
  return {
    ...relation,
    columns: relation.columns.map((column, index) => (index < fields ? column : { ...column, hidden: true })),
  };
}
