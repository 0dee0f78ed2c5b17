import { SqlError } from '../../engine.ts';
import { invalidValue, unsupported } from '../errors.ts';
import { Finder, type Names } from '../find.ts';
import { tokenize } from '../lexer.ts';
import { readNames } from '../names.ts';
import { TokenReader } from '../reader.ts';
import type { Session } from '../session.ts';
import { type OptionNames, optionNames } from '../statements/ddl/option-names.ts';

type Compression = 'AUTO' | 'NONE' | 'GZIP' | 'DEFLATE' | 'RAW_DEFLATE' | 'BROTLI';

interface Common {
  readonly compression: Compression;
  readonly trimSpace: boolean;
  readonly nullIf: readonly string[];
  /** Session parameters that the format overrides: DATE_INPUT_FORMAT and so on. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** How a CSV file is read. A text of '' means NONE. */
export interface CsvFormat extends Common {
  readonly type: 'CSV';
  readonly recordDelimiter: string;
  readonly fieldDelimiter: string;
  readonly skipHeader: number;
  readonly skipBlankLines: boolean;
  readonly enclosedBy: string;
  readonly escapeEnclosed: string;
  readonly escapeUnenclosed: string;
  readonly emptyIsNull: boolean;
  readonly checksColumnCount: boolean;
}

export interface JsonFormat extends Common {
  readonly type: 'JSON';
  readonly stripOuterArray: boolean;
}

export interface ParquetFormat extends Common {
  readonly type: 'PARQUET';
  /** Whether moments are moments, not the numbers that stand for them. */
  readonly usesLogicalTypes: boolean;
  readonly readsBinaryAsText: boolean;
}

export type FileFormat = CsvFormat | JsonFormat | ParquetFormat;

const TYPES: readonly FileFormat['type'][] = ['CSV', 'JSON', 'PARQUET'];

/** Whether a file's rows are documents: one VARIANT each, `$1`. */
export function holdsDocuments({ type }: FileFormat): boolean {
  return type !== 'CSV';
}

/** Value of one option: a word or number as text, a text, or the texts of a list. */
type Value = string | readonly string[];

/** Options that change nothing in what the sandbox reads, or that it could only take at their defaults. */
const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  ENCODING: ['UTF8', 'UTF-8'],
  VALIDATE_UTF8: ['TRUE'],
  SKIP_BYTE_ORDER_MARK: ['TRUE'],
  REPLACE_INVALID_CHARACTERS: ['FALSE'],
  IGNORE_UTF8_ERRORS: ['FALSE'],
  ENABLE_OCTAL: ['FALSE'],
  ALLOW_DUPLICATE: ['FALSE'],
  STRIP_NULL_VALUES: ['FALSE'],
  PARSE_HEADER: ['FALSE'],
  MULTI_LINE: ['TRUE'],
};
const IGNORED = ['FILE_EXTENSION', 'COMMENT'];
const CSV_ONLY = `RECORD_DELIMITER FIELD_DELIMITER SKIP_HEADER SKIP_BLANK_LINES FIELD_OPTIONALLY_ENCLOSED_BY ESCAPE
  ESCAPE_UNENCLOSED_FIELD EMPTY_FIELD_AS_NULL ERROR_ON_COLUMN_COUNT_MISMATCH PARSE_HEADER`.split(/\s+/);
const PARQUET_ONLY = ['SNAPPY_COMPRESSION', 'BINARY_AS_TEXT', 'USE_LOGICAL_TYPE', 'USE_VECTORIZED_SCANNER'];
const JSON_ONLY = ['STRIP_OUTER_ARRAY', 'STRIP_NULL_VALUES', 'ENABLE_OCTAL', 'ALLOW_DUPLICATE'];
const COMPRESSIONS: readonly Compression[] = ['AUTO', 'NONE', 'GZIP', 'DEFLATE', 'RAW_DEFLATE', 'BROTLI'];

/** All options of file formats of any type. Source: documentation page "CREATE FILE FORMAT". */
export const FORMAT_OPTIONS: OptionNames = optionNames(
  [
    ...['TYPE', 'FORMAT_NAME', 'COMPRESSION', 'TRIM_SPACE', 'NULL_IF', 'DATE_FORMAT', 'TIME_FORMAT'],
    ...['TIMESTAMP_FORMAT', 'BINARY_FORMAT', ...Object.keys(DEFAULTS), ...IGNORED, ...CSV_ONLY, ...JSON_ONLY],
    ...[...PARQUET_ONLY, 'STRIP_OUTER_ELEMENT', 'DISABLE_SNOWFLAKE_DATA', 'DISABLE_AUTO_CONVERT', 'PRESERVE_SPACE'],
  ].join(' '),
);

/** The options in a format's text, names folded: `TYPE = CSV NULL_IF = ('', 'x')`. Throws SqlError 001003. */
export function readFormatOptions(text: string): Map<string, Value> {
  const reader = new TokenReader(text, tokenize(text));
  const options = new Map<string, Value>();
  while (!reader.atEnd) {
    if (reader.accept(',')) continue;
    const name = reader.identifier();
    reader.expect('=');
    if (!reader.accept('(')) {
      options.set(name, optionValue(reader));
      continue;
    }
    const values: string[] = [];
    while (!reader.accept(')')) {
      values.push(optionValue(reader));
      if (!reader.at(')')) reader.expect(',');
    }
    options.set(name, values);
  }
  return options;
}

/** FILE_FORMAT = (...) as text; a bare name is a format's. */
export function formatText(value: unknown): string {
  if (value === undefined) return '';
  const text = String(value);
  return text.includes('=') || text.trim() === '' ? text : `FORMAT_NAME = '${text.replaceAll("'", "''")}'`;
}

function optionValue(reader: TokenReader): string {
  const token = reader.peek();
  if (token.kind === 'string') return reader.next().value;
  if (token.kind === 'number') return reader.next().value;
  let name = reader.identifier();
  while (reader.accept('.')) name += `.${reader.identifier()}`;
  return name;
}

/**
 * The format that options describe; those of `FORMAT_NAME` are looked up. Source: documentation page "CREATE FILE FORMAT".
 * Throws SqlError 000002 for types and options that the sandbox does not read, 001008 for values that cannot be.
 */
export function fileFormat(text: string, names: Names, session: Session): FileFormat {
  return formatOf(withNamed(readFormatOptions(text), names, session));
}

function withNamed(options: Map<string, Value>, names: Names, session: Session): Map<string, Value> {
  const named = options.get('FORMAT_NAME');
  if (named === undefined) return options;
  const text = String(named);
  const parts = readNames(new TokenReader(text, tokenize(text)), session);
  const found = new Finder(names, 'COPY').object(parts, 'File format', (schema) => schema.fileFormats);
  return new Map([...readFormatOptions(found.options), ...options]);
}

function formatOf(options: ReadonlyMap<string, Value>): FileFormat {
  const given = word(options, 'TYPE', 'CSV');
  const type = TYPES.find((one) => one === given);
  if (!type) throw unsupported(`files of type ${given}`);
  for (const [name, value] of options) checkOption(type, name, value);
  if (type === 'PARQUET') return parquetFormat(options);
  const compression = COMPRESSIONS.find((one) => one === word(options, 'COMPRESSION', 'AUTO'));
  if (!compression) throw unsupported(`files compressed by ${word(options, 'COMPRESSION', '')}`);
  const common = {
    compression,
    trimSpace: flag(options, 'TRIM_SPACE', false),
    nullIf: list(options, 'NULL_IF', type === 'CSV' ? ['\\N'] : []),
    parameters: parametersOf(options),
  };
  if (type === 'JSON') {
    if (common.trimSpace || common.nullIf.length > 0) throw unsupported('TRIM_SPACE and NULL_IF for JSON files');
    return {
      type,
      ...common,
      stripOuterArray: flag(options, 'STRIP_OUTER_ARRAY', false),
    };
  }
  const enclosedBy = delimiter(options, 'FIELD_OPTIONALLY_ENCLOSED_BY', '');
  if (enclosedBy !== '' && enclosedBy !== '"' && enclosedBy !== "'") {
    throw invalidValue(enclosedBy, 'FIELD_OPTIONALLY_ENCLOSED_BY');
  }
  const skipHeader = Number(word(options, 'SKIP_HEADER', '0'));
  if (!Number.isSafeInteger(skipHeader) || skipHeader < 0) throw invalidValue(String(skipHeader), 'SKIP_HEADER');
  return {
    type,
    ...common,
    recordDelimiter: delimiter(options, 'RECORD_DELIMITER', '\n'),
    fieldDelimiter: delimiter(options, 'FIELD_DELIMITER', ','),
    skipHeader,
    skipBlankLines: flag(options, 'SKIP_BLANK_LINES', false),
    enclosedBy,
    escapeEnclosed: character(options, 'ESCAPE', ''),
    escapeUnenclosed: character(options, 'ESCAPE_UNENCLOSED_FIELD', '\\'),
    emptyIsNull: flag(options, 'EMPTY_FIELD_AS_NULL', true),
    checksColumnCount: flag(options, 'ERROR_ON_COLUMN_COUNT_MISMATCH', true),
  };
}

/** How a file's pages are packed stands in the file itself. */
function parquetFormat(options: ReadonlyMap<string, Value>): ParquetFormat {
  const compression = word(options, 'COMPRESSION', 'AUTO');
  if (!PARQUET_COMPRESSIONS.includes(compression)) throw invalidValue(compression, 'COMPRESSION');
  const nullIf = list(options, 'NULL_IF', []);
  if (flag(options, 'TRIM_SPACE', false) || nullIf.length > 0) {
    throw unsupported('TRIM_SPACE and NULL_IF for Parquet files');
  }
  flag(options, 'USE_VECTORIZED_SCANNER', false);
  return {
    type: 'PARQUET',
    compression: 'NONE',
    trimSpace: false,
    nullIf,
    parameters: new Map(),
    usesLogicalTypes: flag(options, 'USE_LOGICAL_TYPE', false),
    readsBinaryAsText: flag(options, 'BINARY_AS_TEXT', true),
  };
}

const PARQUET_COMPRESSIONS = ['AUTO', 'NONE', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'ZSTD', 'LZ4'];

/** Options that only files of other types have. */
const FOREIGN: Readonly<Record<FileFormat['type'], readonly string[]>> = {
  CSV: [...JSON_ONLY, ...PARQUET_ONLY],
  JSON: [...CSV_ONLY, ...PARQUET_ONLY],
  PARQUET: [...CSV_ONLY, ...JSON_ONLY],
};

function checkOption(type: FileFormat['type'], name: string, value: Value): void {
  const given = String(value).toUpperCase();
  if (FOREIGN[type].includes(name)) {
    throw new SqlError('001013', '42601', `SQL compilation error:\ninvalid parameter '${name}' for file type ${type}`);
  }
  const allowed = DEFAULTS[name];
  if (allowed) {
    if (!allowed.includes(given)) throw unsupported(`the file format option ${name} = ${given}`);
    return;
  }
  const known =
    IGNORED.includes(name) ||
    FORMAT_PARAMETERS[name] !== undefined ||
    CSV_ONLY.includes(name) ||
    JSON_ONLY.includes(name) ||
    PARQUET_ONLY.includes(name) ||
    ['TYPE', 'FORMAT_NAME', 'COMPRESSION', 'TRIM_SPACE', 'NULL_IF'].includes(name);
  if (!known) throw unsupported(`the file format option ${name}`);
}

const FORMAT_PARAMETERS: Readonly<Record<string, string>> = {
  DATE_FORMAT: 'DATE_INPUT_FORMAT',
  TIME_FORMAT: 'TIME_INPUT_FORMAT',
  TIMESTAMP_FORMAT: 'TIMESTAMP_INPUT_FORMAT',
  BINARY_FORMAT: 'BINARY_INPUT_FORMAT',
};

function parametersOf(options: ReadonlyMap<string, Value>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, parameter] of Object.entries(FORMAT_PARAMETERS)) {
    const value = options.get(name);
    if (value !== undefined) found.set(parameter, String(value));
  }
  return found;
}

function word(options: ReadonlyMap<string, Value>, name: string, fallback: string): string {
  const value = options.get(name);
  return value === undefined ? fallback : String(value).toUpperCase();
}

function flag(options: ReadonlyMap<string, Value>, name: string, fallback: boolean): boolean {
  const value = word(options, name, fallback ? 'TRUE' : 'FALSE');
  if (value !== 'TRUE' && value !== 'FALSE') throw invalidValue(value, name);
  return value === 'TRUE';
}

function list(options: ReadonlyMap<string, Value>, name: string, fallback: readonly string[]): readonly string[] {
  const value = options.get(name);
  if (value === undefined) return fallback;
  return typeof value === 'string' ? [value] : value;
}

/** A text of one or more characters; NONE is ''. Hexadecimal and octal codes are decoded by then where a text's own rules do. */
function delimiter(options: ReadonlyMap<string, Value>, name: string, fallback: string): string {
  const value = options.get(name);
  if (value === undefined) return fallback;
  const given = String(value);
  if (given.toUpperCase() === 'NONE') return '';
  const code = /^0x([0-9a-f]{2})$/i.exec(given)?.[1];
  return code === undefined ? given : String.fromCharCode(Number.parseInt(code, 16));
}

function character(options: ReadonlyMap<string, Value>, name: string, fallback: string): string {
  const value = delimiter(options, name, fallback);
  if (value.length > 1) throw invalidValue(value, name);
  return value;
}
