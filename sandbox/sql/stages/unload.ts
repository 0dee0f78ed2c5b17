import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, deflate, deflateRaw, gzip } from 'node:zlib';
import { type EngineResult, SqlError } from '../../engine.ts';
import type { Relation, Translated } from '../contract.ts';
import { invalidValue, unsupported } from '../errors.ts';
import { readNames } from '../names.ts';
import type { TokenReader } from '../reader.ts';
import { numberColumn, plainResult } from '../results.ts';
import { runQuery } from '../run-query.ts';
import { scopeOf } from '../scope.ts';
import { Statement } from '../statement.ts';
import { checkOptionNames, type OptionNames, optionNames } from '../statements/ddl/option-names.ts';
import { translate } from '../translate.ts';
import { typedRows } from '../typed-rows.ts';
import { typeOf } from '../types/index.ts';
import { csvLine } from './csv-line.ts';
import { type FileFormat, FORMAT_OPTIONS, fileFormat, formatText, readFormatOptions } from './file-format.ts';
import { type FoundStage, findStage } from './find-stage.ts';
import { MOST_FILE_BYTES } from './stage-area.ts';
import { takeReference } from './stage-reference.ts';

/** The statement type of an unload in the drivers' lists (JDBC's SFStatementType). */
const UNLOAD = 0x3700;
const RESULT = [numberColumn('rows_unloaded'), numberColumn('input_bytes'), numberColumn('output_bytes')];
const SOURCE = '$SOURCE';
const JSON_TYPES = ['variant', 'object', 'array'];
/** Source: page "COPY INTO <location>", MAX_FILE_SIZE. */
const DEFAULT_FILE_BYTES = 16 * 1024 * 1024;

const PACK = {
  AUTO: { extension: '.gz', pack: promisify<Buffer, Buffer>(gzip) },
  GZIP: { extension: '.gz', pack: promisify<Buffer, Buffer>(gzip) },
  DEFLATE: { extension: '.deflate', pack: promisify<Buffer, Buffer>(deflate) },
  RAW_DEFLATE: { extension: '.raw_deflate', pack: promisify<Buffer, Buffer>(deflateRaw) },
  BROTLI: { extension: '.br', pack: promisify<Buffer, Buffer>(brotliCompress) },
  NONE: { extension: '', pack: async (data: Buffer) => data },
} as const;

interface UnloadOptions {
  /** The options of the file format as text; null where the stage's own holds. */
  readonly format: string | null;
  readonly overwrite: boolean;
  readonly single: boolean;
  readonly header: boolean;
  readonly fileBytes: number;
}

/**
 * COPY INTO @stage[/prefix] FROM table | (query) [options]: writes the rows into files of the stage. Source: page "COPY
 * INTO <location>". Throws SqlError 000002 for options that the sandbox does not know, 002003, 003001.
 */
export async function unload(statement: Statement): Promise<EngineResult> {
  const { reader, session } = statement;
  const reference = takeReference(reader);
  reader.expect('FROM');
  const query = reader.at('(') ? reader.inPlace(reader.parenthesised()) : tableQuery(readNames(reader, session));
  const options = readUnloadOptions(reader);
  const found = findStage(session, session.start.user, reference, 'COPY', 'WRITE');
  const text = options.format ?? found.fileFormat;
  if (readFormatOptions(text).has('FILE_EXTENSION')) throw unsupported('FILE_EXTENSION in an unload');
  const format = fileFormat(text, session, session);
  const rows = await translate(query, scopeOf(statement), { binds: statement.request.binds });
  if (statement.request.describeOnly) return plainResult(UNLOAD, RESULT, []);
  await statement.occupyWarehouse();
  await refuseOld(statement, found, options);
  const writer = new FileWriter(statement, found, format, options);
  for await (const line of lines(statement, rows, format, options)) await writer.add(line);
  await writer.finish();
  return plainResult(UNLOAD, RESULT, [[writer.rows, writer.inputBytes, writer.outputBytes]]);
}

function tableQuery(names: readonly string[]): string {
  return `SELECT * FROM ${names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.')}`;
}

/** Source: documentation page "COPY INTO <location>". */
const UNLOAD_OPTIONS: OptionNames = new Map([
  ...optionNames('OVERWRITE SINGLE HEADER MAX_FILE_SIZE INCLUDE_QUERY_ID DETAILED_OUTPUT VALIDATION_MODE'),
  ['FILE_FORMAT', FORMAT_OPTIONS],
]);

function readUnloadOptions(reader: TokenReader): UnloadOptions {
  let format: string | null = null;
  let fileBytes = DEFAULT_FILE_BYTES;
  const flags = new Map<string, boolean>();
  checkOptionNames(reader, UNLOAD_OPTIONS);
  while (!reader.atEnd) {
    const { place } = reader;
    const name = reader.identifier();
    if (name === 'HEADER' && !reader.at('=')) {
      flags.set(name, true);
      continue;
    }
    if (!reader.accept('=')) throw unsupported(`the COPY option ${name}`, place);
    if (name === 'FILE_FORMAT') format = formatText(reader.slice(reader.parenthesised()));
    else if (name === 'MAX_FILE_SIZE') fileBytes = Number(reader.next().value);
    else if (['OVERWRITE', 'SINGLE', 'HEADER'].includes(name)) {
      const word = reader.acceptOne('TRUE', 'FALSE');
      if (!word) throw reader.unexpected();
      flags.set(name, word === 'TRUE');
    } else throw unsupported(`the COPY option ${name}`, place);
    reader.accept(',');
  }
  reader.expectEnd();
  if (!Number.isSafeInteger(fileBytes) || fileBytes < 1) throw invalidValue(String(fileBytes), 'MAX_FILE_SIZE');
  return {
    format,
    fileBytes,
    overwrite: flags.get('OVERWRITE') ?? false,
    single: flags.get('SINGLE') ?? false,
    header: flags.get('HEADER') ?? false,
  };
}

/** The rows as lines of the file, the header (null count) first. */
async function* lines(
  statement: Statement,
  rows: Translated,
  format: FileFormat,
  { header }: UnloadOptions,
): AsyncGenerator<{ readonly text: string; readonly isHeader: boolean }, void, undefined> {
  const isJson = rows.columns.map(({ type }) => JSON_TYPES.includes(type));
  if (format.type === 'PARQUET') throw unsupported('an unload to Parquet');
  if (format.type === 'JSON' && (rows.columns.length !== 1 || !isJson[0])) {
    throw unsupported('an unload to JSON of anything but one VARIANT, OBJECT or ARRAY column');
  }
  const isText = rows.columns.map(({ type }, index) => type === 'text' || type === 'binary' || isJson[index] === true);
  if (format.type === 'CSV' && header) {
    const names = rows.columns.map(({ name }) => name);
    yield {
      text: csvLine(
        names,
        names.map(() => true),
        format,
      ),
      isHeader: true,
    };
  }
  const cells = await runQuery(...(await asTexts(statement, rows, format, isJson)));
  for await (const batch of cells.rows) {
    for (const row of batch) {
      const text = format.type === 'CSV' ? csvLine(row, isText, format) : `${row[0] ?? 'null'}\n`;
      yield { text, isHeader: false };
    }
  }
}

/** The query that turns each column into its text: under the formats of the file, JSON as it is written. */
async function asTexts(
  { session, request }: Statement,
  rows: Translated,
  format: FileFormat,
  isJson: readonly boolean[],
): Promise<[Statement, Translated]> {
  const output = [...format.parameters].map(([name, value]) => [name.replace('_INPUT_', '_OUTPUT_'), value] as const);
  const statement = new Statement(session, {
    ...request,
    sql: '',
    parameters: new Map([...request.parameters, ...output]),
  });
  const relation: Relation = {
    duckName: `(${typedRows(rows)})`,
    database: '',
    schema: '',
    name: SOURCE,
    columns: rows.columns.map((column, index) => ({
      name: `c${index}`,
      type: typeOf(column),
      nullable: column.nullable,
    })),
  };
  const texts = rows.columns.map((_, index) => `${isJson[index] ? 'TO_JSON' : 'TO_VARCHAR'}("c${index}")`);
  const scope = scopeOf(statement, { own: new Map([[SOURCE, relation]]) });
  return [statement, await translate(`SELECT ${texts.join(', ')} FROM "${SOURCE}"`, scope, { binds: new Map() })];
}

/** What the names of the files begin with. */
function prefixOf({ path }: FoundStage): { folder: string; base: string } {
  const slash = path.lastIndexOf('/');
  const base = path.slice(slash + 1);
  return { folder: path.slice(0, slash + 1), base: base === '' ? 'data' : base };
}

/** Without OVERWRITE nothing may be there yet. The text is Snowflake's; for its code no source was found. */
async function refuseOld(statement: Statement, found: FoundStage, { overwrite }: UnloadOptions): Promise<void> {
  const { folder, base } = prefixOf(found);
  const old = overwrite ? [] : await statement.account.stages.files(found.key, folder + base);
  if (old.length === 0) return;
  throw new SqlError(
    '001030',
    '22000',
    `SQL compilation error:\nFiles already existing at the unload destination: ${found.listedAs}${folder}${base}. Use overwrite option to force unloading.`,
  );
}

/** Collects lines and writes a file whenever MAX_FILE_SIZE is reached. */
class FileWriter {
  rows = 0;
  inputBytes = 0;
  outputBytes = 0;
  #lines: string[] = [];
  #bytes = 0;
  #files = 0;
  #header = '';

  constructor(
    private readonly statement: Statement,
    private readonly found: FoundStage,
    private readonly format: FileFormat,
    private readonly options: UnloadOptions,
  ) {}

  async add({ text, isHeader }: { readonly text: string; readonly isHeader: boolean }): Promise<void> {
    if (isHeader) {
      this.#header = text;
      return;
    }
    const bytes = Buffer.byteLength(text);
    if (!this.options.single && this.#bytes > 0 && this.#bytes + bytes > this.options.fileBytes) await this.#write();
    this.rows += 1;
    this.#bytes += bytes;
    if (this.#bytes > MOST_FILE_BYTES) {
      throw unsupported(`unloaded files of more than ${MOST_FILE_BYTES / 1024 / 1024} MB`);
    }
    this.#lines.push(text);
  }

  async finish(): Promise<void> {
    if (this.#lines.length > 0) await this.#write();
  }

  async #write(): Promise<void> {
    const { stages } = this.statement.account;
    const { extension, pack } = PACK[this.format.compression];
    const data = Buffer.from(this.#header + this.#lines.join(''));
    const packed = await pack(data);
    const { folder, base } = prefixOf(this.found);
    const ending = `${base.endsWith('_') ? '' : '_'}${this.#files}_0_0.${this.format.type.toLowerCase()}${extension}`;
    const path = join(stages.folder(this.found.key, folder), this.options.single ? base : base + ending);
    await rm(path, { force: true });
    // Made anew, so that no link that lies there is followed.
    await writeFile(path, packed, { flag: 'wx', mode: 0o600 });
    this.inputBytes += data.length;
    this.outputBytes += packed.length;
    this.#files += 1;
    this.#lines = [];
    this.#bytes = 0;
  }
}
