import { type Column, pathOf, type Table } from '../../catalog/model.ts';
import { type EngineResult, SqlError } from '../../engine.ts';
import type { Relation, Translated } from '../contract.ts';
import { targetTable } from '../dml-target.ts';
import { unsupported } from '../errors.ts';
import { readNames } from '../names.ts';
import { KIND, numberColumn, plainResult, statusResult, textColumn } from '../results.ts';
import { scopeOf } from '../scope.ts';
import type { Statement } from '../statement.ts';
import { columnList, wrongWidth } from '../statements/insert.ts';
import { appendRows } from '../table-writer.ts';
import { translate } from '../translate.ts';
import { isStructured, quoteText, typeText } from '../types/index.ts';
import { type CopyOptions, readCopyOptions } from './copy-options.ts';
import { type FileFormat, fileFormat, holdsDocuments } from './file-format.ts';
import { FileLoad, type FileOutcome } from './file-load.ts';
import { type FoundStage, findStage } from './find-stage.ts';
import type { StagedFile } from './stage-area.ts';
import { atReference, type StageReference, takeReference } from './stage-reference.ts';
import { chosenFiles, filesRelation } from './staged-files.ts';
import { unload } from './unload.ts';

const RESULT = [
  textColumn('file'),
  textColumn('status'),
  numberColumn('rows_parsed'),
  numberColumn('rows_loaded'),
  numberColumn('error_limit'),
  numberColumn('errors_seen'),
  textColumn('first_error'),
  numberColumn('first_error_line'),
  numberColumn('first_error_character'),
  textColumn('first_error_column_name'),
];

/** Where the rows come from: files as they are, or a query over each of them. */
interface Source {
  readonly reference: StageReference;
  readonly query: string | null;
}

/**
 * COPY INTO table [(columns)] FROM @stage | (SELECT ... FROM @stage) [options]. All files or none, unless ON_ERROR says
 * otherwise. Source: documentation page "COPY INTO <table>".
 */
export async function copyInto(statement: Statement): Promise<EngineResult> {
  const { reader, session } = statement;
  reader.expect('COPY', 'INTO');
  if (atReference(reader)) return unload(statement);
  if (reader.peek().kind === 'string') throw unsupported('COPY INTO a location', reader.place);
  const table = targetTable(statement, readNames(reader, session), 'COPY', 'INSERT');
  const columns = columnList(statement, table);
  // Without FROM the files are those of the table's own stage.
  const own: Source = { reference: { kind: 'table', parts: pathOf(table), path: '' }, query: null };
  const written = reader.accept('FROM') ? readSource(statement) : own;
  const options = readCopyOptions(reader);
  const found = findStage(session, session.start.user, written.reference, 'COPY', 'READ');
  const format = fileFormat(options.format ?? found.fileFormat, session, session);
  const structured = written.query === null ? columns.find(({ type }) => isStructured(type)) : undefined;
  if (structured)
    throw unsupported(
      `loading the column ${structured.name} of type ${typeText(structured.type)} without a transformation`,
    );
  const source = options.matchBy ? matched(written, columns, options.matchBy, format) : written;
  if (source.query === null && holdsDocuments(format)) checkDocumentTarget(columns, format.type);
  if (statement.request.describeOnly) return plainResult(KIND.copy, RESULT, []);
  await statement.occupyWarehouse();
  const chosen = await chosenFiles(statement, found, { pattern: options.pattern, names: options.files });
  const loads = statement.account.stages.loadsOf(table.id);
  const isLoaded = (file: StagedFile) => loads.get(loadKey(found, file)) === file.md5;
  const files = options.force ? chosen : chosen.filter((file) => !isLoaded(file));
  if (files.length === 0) return statusResult(KIND.copy, 'Copy executed with 0 files processed.');
  const outcomes = await load(statement, table, columns, source, options, found, format, files);
  remember(statement, table, found, options, outcomes);
  if (options.purge) await purge(statement, found, outcomes);
  return answer(found, options, outcomes);
}

async function load(
  statement: Statement,
  table: Table,
  columns: readonly Column[],
  source: Source,
  options: CopyOptions,
  found: FoundStage,
  format: FileFormat,
  files: readonly StagedFile[],
): Promise<readonly FileOutcome[]> {
  const outcomes: FileOutcome[] = [];
  for (const file of files) {
    const into = new FileLoad(statement, table, columns, format, options.onError);
    if (source.query === null) outcomes.push(await into.plain(found.key, file));
    else {
      const read = async () => transformed(statement, columns, source.query ?? '', found, file, format, options);
      outcomes.push(await into.query(file, read));
    }
  }
  const physical = table.columns.map(({ duckName }) => duckName);
  const parts = outcomes.filter(({ loaded }) => loaded > 0).map(({ rows }) => `SELECT * FROM "${rows}"`);
  if (parts.length > 0) await appendRows(statement, table, physical, parts.join(' UNION ALL '));
  return outcomes;
}

/** The query of a COPY with transformation, over one file. */
async function transformed(
  statement: Statement,
  columns: readonly Column[],
  query: string,
  found: FoundStage,
  file: StagedFile,
  format: FileFormat,
  options: CopyOptions,
): Promise<Translated> {
  if (options.onError.kind === 'continue') throw unsupported('ON_ERROR = CONTINUE in a COPY with transformation');
  const readStage = (asked: { width: number }): Promise<Relation> =>
    filesRelation(statement, found.key, [file], format, asked.width);
  const translated = await translate(query, scopeOf(statement, { readStage }), { binds: statement.request.binds });
  if (translated.columns.length !== columns.length) throw wrongWidth(columns.length, translated.columns.length);
  return translated;
}

/** A bucket named outright, in quotes or not: the rest of it behind `//` is a comment to the lexer. */
const BUCKET = /^'?(?:s3|s3gov|s3china|s3compat|gcs|azure):\/\//i;

function readSource(statement: Statement): Source {
  const { reader } = statement;
  if (BUCKET.test(reader.text.slice(reader.peek().start))) throw unsupported('COPY FROM a location', reader.place);
  if (!reader.at('(')) return { reference: takeReference(reader), query: null };
  const start = reader.position;
  const range = reader.parenthesised();
  const end = reader.position;
  reader.rewind(start);
  let depth = 0;
  while (reader.position < end && !(depth === 1 && reader.at('FROM'))) {
    const token = reader.next();
    if (token.kind === 'symbol' && token.value === '(') depth += 1;
    if (token.kind === 'symbol' && token.value === ')') depth -= 1;
  }
  reader.expect('FROM');
  if (!atReference(reader)) throw unsupported('this query in COPY INTO', reader.place);
  const reference = takeReference(reader);
  reader.rewind(end);
  return { reference, query: reader.inPlace(range) };
}

/** MATCH_BY_COLUMN_NAME: a query that takes each column's field out of the documents; one that is missing is NULL. */
function matched(
  { reference, query }: Source,
  columns: readonly Column[],
  by: NonNullable<CopyOptions['matchBy']>,
  format: FileFormat,
): Source {
  if (query !== null) throw unsupported('MATCH_BY_COLUMN_NAME in a COPY with transformation');
  if (!holdsDocuments(format)) throw unsupported(`MATCH_BY_COLUMN_NAME for ${format.type} files`);
  const get = by === 'CASE_SENSITIVE' ? 'GET' : 'GET_IGNORE_CASE';
  const fields = columns.map(({ name }) => `${get}($1, ${quoteText(name)})`);
  return { reference, query: `SELECT ${fields.join(', ')} FROM @~` };
}

function checkDocumentTarget(columns: readonly Column[], type: string): void {
  const [only] = columns;
  if (columns.length === 1 && only && ['variant', 'object', 'array'].includes(only.type.type)) return;
  throw new SqlError(
    '002019',
    '0A000',
    `SQL compilation error:\n${type} file format can produce one and only one column of variant, object, or array type. Load data into separate columns using the MATCH_BY_COLUMN_NAME copy option or copy with transformation.`,
  );
}

function loadKey(found: FoundStage, file: StagedFile): string {
  return `${found.key}/${file.path}`;
}

/** Files that were loaded are left out next time; in a transaction only once that is committed. */
function remember(
  statement: Statement,
  table: Table,
  found: FoundStage,
  options: CopyOptions,
  outcomes: readonly FileOutcome[],
): void {
  const { transaction } = statement.session;
  const records = outcomes.map((outcome) => ({
    ...outcome,
    tableId: table.id,
    file: found.listedAs + outcome.file.path,
    atMs: statement.startMs,
    status: statusOf(outcome),
    errorLimit: errorLimit(options, outcome),
  }));
  const keep = () => {
    const loads = statement.account.stages.loadsOf(table.id);
    for (const { file, loaded } of outcomes) if (loaded > 0) loads.set(loadKey(found, file), file.md5);
    statement.account.stages.history.add(records);
  };
  if (transaction) transaction.afterCommit.push(keep);
  else keep();
}

async function purge(statement: Statement, found: FoundStage, outcomes: readonly FileOutcome[]): Promise<void> {
  for (const { file, errors } of outcomes) {
    if (errors === 0) await statement.account.stages.remove(found.key, file.path);
  }
}

function statusOf({ errors, loaded }: FileOutcome): string {
  return errors === 0 ? 'LOADED' : loaded > 0 ? 'PARTIALLY_LOADED' : 'LOAD_FAILED';
}

function errorLimit({ onError }: CopyOptions, { parsed }: FileOutcome): number {
  return onError.kind === 'continue' ? parsed : onError.kind === 'skip' ? (onError.count ?? 1) : 1;
}

function answer(found: FoundStage, options: CopyOptions, outcomes: readonly FileOutcome[]): EngineResult {
  const shown = options.failedOnly ? outcomes.filter(({ errors }) => errors > 0) : outcomes;
  const rows = shown.map((outcome) => {
    const { file, parsed, loaded, errors, firstError, firstLine } = outcome;
    return [
      ...[found.listedAs + file.path, statusOf(outcome), parsed, loaded, errorLimit(options, outcome), errors],
      ...[firstError, firstLine, null, null],
    ];
  });
  const inserted = outcomes.reduce((sum, { loaded }) => sum + loaded, 0);
  return { ...plainResult(KIND.copy, RESULT, rows), dml: { inserted } };
}
