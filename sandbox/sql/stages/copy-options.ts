import { invalidValue, unsupported } from '../errors.ts';
import type { TokenReader } from '../reader.ts';
import { checkOptionNames, type OptionNames, optionNames } from '../statements/ddl/option-names.ts';
import { FORMAT_OPTIONS, formatText } from './file-format.ts';

/** What happens to a file with a row that cannot be loaded. */
export type OnError =
  | { readonly kind: 'abort' }
  | { readonly kind: 'continue' }
  /** The file is left out from so many errors on, or from that share of its rows on. */
  | { readonly kind: 'skip'; readonly count?: number; readonly percent?: number };

/** What stands behind the source of COPY INTO. */
export interface CopyOptions {
  /** The options of the file format as text; null where the stage's own holds. */
  readonly format: string | null;
  readonly files: readonly string[] | null;
  readonly pattern: string | null;
  readonly onError: OnError;
  readonly force: boolean;
  readonly purge: boolean;
  readonly failedOnly: boolean;
  /** How fields of documents find their columns; null where one column takes the whole document. */
  readonly matchBy: 'CASE_SENSITIVE' | 'CASE_INSENSITIVE' | null;
}

/** Source: documentation page "COPY INTO <table>". */
export const COPY_OPTIONS: OptionNames = optionNames(
  'FILES PATTERN ON_ERROR SIZE_LIMIT PURGE RETURN_FAILED_ONLY MATCH_BY_COLUMN_NAME INCLUDE_METADATA ENFORCE_LENGTH TRUNCATECOLUMNS FORCE LOAD_UNCERTAIN_FILES FILE_PROCESSOR LOAD_MODE CLUSTER_AT_INGEST_TIME VALIDATION_MODE',
);
const BEHIND_SOURCE: OptionNames = new Map([...COPY_OPTIONS, ['FILE_FORMAT', FORMAT_OPTIONS]]);

/** Reads COPY's options to the statement's end. Throws SqlError 001003 at what is none, 000002 for those that the sandbox does not know. */
export function readCopyOptions(reader: TokenReader): CopyOptions {
  let format: string | null = null;
  let files: string[] | null = null;
  let pattern: string | null = null;
  let onError: OnError = { kind: 'abort' };
  let matchBy: CopyOptions['matchBy'] = null;
  const flags = new Map<string, boolean>();
  checkOptionNames(reader, BEHIND_SOURCE);
  while (!reader.atEnd) {
    const { place } = reader;
    const name = reader.identifier();
    reader.expect('=');
    if (name === 'FILE_FORMAT') {
      format = reader.at('(') ? formatText(reader.slice(reader.parenthesised())) : formatText(dottedName(reader));
    } else if (name === 'FILES') {
      reader.expect('(');
      files = [];
      do files.push(reader.string());
      while (reader.accept(','));
      reader.expect(')');
    } else if (name === 'PATTERN') pattern = reader.string();
    else if (name === 'ON_ERROR') onError = readOnError(reader);
    else if (['FORCE', 'PURGE', 'RETURN_FAILED_ONLY', 'LOAD_UNCERTAIN_FILES'].includes(name)) {
      flags.set(name, readFlag(reader));
    } else if (name === 'TRUNCATECOLUMNS' || name === 'ENFORCE_LENGTH') {
      if (readFlag(reader) === (name === 'TRUNCATECOLUMNS')) throw unsupported(`${name} that cuts texts`, place);
    } else if (name === 'MATCH_BY_COLUMN_NAME') {
      matchBy = readMatch(reader);
    } else throw unsupported(`the COPY option ${name}`, place);
    reader.accept(',');
  }
  reader.expectEnd();
  return {
    format,
    files,
    pattern,
    onError,
    force: flags.get('FORCE') ?? false,
    purge: flags.get('PURGE') ?? false,
    failedOnly: flags.get('RETURN_FAILED_ONLY') ?? false,
    matchBy,
  };
}

function dottedName(reader: TokenReader): string {
  if (reader.peek().kind === 'string') return reader.string();
  let name = reader.next().text;
  while (reader.accept('.')) name += `.${reader.next().text}`;
  return name;
}

function readMatch(reader: TokenReader): CopyOptions['matchBy'] {
  const word = reader.peek().kind === 'string' ? reader.string().toUpperCase() : reader.identifier();
  if (word === 'NONE') return null;
  if (word !== 'CASE_SENSITIVE' && word !== 'CASE_INSENSITIVE') throw invalidValue(word, 'MATCH_BY_COLUMN_NAME');
  return word;
}

function readFlag(reader: TokenReader): boolean {
  const word = reader.acceptOne('TRUE', 'FALSE');
  if (!word) throw reader.unexpected();
  return word === 'TRUE';
}

function readOnError(reader: TokenReader): OnError {
  const bind = reader.bound();
  const token = bind ? null : reader.next();
  const given = token ? token.value : String(bind?.value);
  const word = token?.kind === 'word' ? given : given.toUpperCase();
  if (word === 'CONTINUE') return { kind: 'continue' };
  if (word === 'ABORT_STATEMENT') return { kind: 'abort' };
  const [, digits] = /^SKIP_FILE(?:_(\d+))?$/.exec(word.replace(/%$/, '')) ?? [];
  if (!/^SKIP_FILE(_\d+%?)?$/.test(word)) throw invalidValue(word, 'ON_ERROR');
  if (digits === undefined) return { kind: 'skip' };
  const isPercent = word.endsWith('%') || reader.accept('%');
  return isPercent ? { kind: 'skip', percent: Number(digits) } : { kind: 'skip', count: Number(digits) };
}
