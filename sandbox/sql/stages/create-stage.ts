import type { Schema, Stage } from '../../catalog/model.ts';
import type { EngineResult } from '../../engine.ts';
import { alreadyExists, displayNames, insufficientPrivileges, objectMissing, unsupported } from '../errors.ts';
import { Finder, temporaryKey } from '../find.ts';
import { metadataColumns } from '../information-schema/columns.ts';
import { readNames } from '../names.ts';
import type { ParameterValue } from '../parameters.ts';
import { KIND, plainResult } from '../results.ts';
import type { Statement } from '../statement.ts';
import {
  alreadyDropped,
  type CreateHeader,
  created,
  dropped,
  keptAsItWas,
  readNewName,
  readOldName,
  succeeded,
} from '../statements/ddl/header.ts';
import { checkOptionNames, type OptionNames } from '../statements/ddl/option-names.ts';
import { readOptions, textOption } from '../statements/ddl/options.ts';
import { COPY_OPTIONS } from './copy-options.ts';
import { FORMAT_OPTIONS, fileFormat, formatText, readFormatOptions } from './file-format.ts';
import { namedStage, stageKey } from './find-stage.ts';

const CREATED_WITH = [
  ...['URL', 'FILE_FORMAT', 'COPY_OPTIONS', 'COMMENT', 'DIRECTORY', 'ENCRYPTION', 'STORAGE_INTEGRATION', 'CREDENTIALS'],
];

/** Source: documentation pages "CREATE STAGE" and "ALTER STAGE". */
const STAGE_OPTIONS: OptionNames = new Map([
  ...CREATED_WITH.map((name) => [name, null] as const),
  ...['ENDPOINT', 'USE_PRIVATELINK_ENDPOINT', 'AWS_ACCESS_POINT_ARN'].map((name) => [name, null] as const),
  ['FILE_FORMAT', FORMAT_OPTIONS],
  ['COPY_OPTIONS', COPY_OPTIONS],
]);

/** The options to the statement's end. Throws SqlError 001003 at what is none, 000002 for tags. */
function readStageOptions({ reader }: Statement): Map<string, ParameterValue> {
  checkOptionNames(reader, STAGE_OPTIONS);
  const options = readOptions(reader);
  if (reader.at('TAG') || reader.at('WITH', 'TAG')) throw unsupported('TAG on a stage', reader.place);
  reader.expectEnd();
  return options;
}

/** CREATE [OR REPLACE] [TEMPORARY] STAGE [IF NOT EXISTS] name [URL = ''] [FILE_FORMAT = (...)] [COMMENT = '']. */
export async function createStage(statement: Statement, header: CreateHeader): Promise<EngineResult> {
  const { account, session } = statement;
  const { ifNotExists, parts } = readNewName(statement);
  const { schema, name } = new Finder(session, 'CREATE STAGE').locate(parts);
  if (!session.access.mayCreateIn(schema, 'STAGE')) throw insufficientPrivileges('schema', schema.name);
  const options = readStageOptions(statement);
  for (const option of options.keys()) {
    if (!CREATED_WITH.includes(option)) throw unsupported(`the stage option ${option}`);
  }
  checkCopyOptions(options.get('COPY_OPTIONS'));
  const isTemporary = header.modifiers.has('TEMPORARY') || header.modifiers.has('TEMP');
  const stages = isTemporary ? session.temporaryStages : schema.stages;
  const key = isTemporary ? temporaryKey(schema, name) : name;
  const old = stages.get(key);
  if (old && ifNotExists) return keptAsItWas(name);
  if (old && !header.orReplace) throw alreadyExists(displayNames([schema.database.name, schema.name, name]), true);
  const format = formatText(options.get('FILE_FORMAT'));
  // A format that nothing could be read with is refused here, not at the first COPY.
  if (textOption(options, 'URL') === '') fileFormat(format, session, session);
  if (old) account.stages.drop(stageKey(old));
  stages.set(key, {
    ...account.catalog.owned(name, session.role, textOption(options, 'COMMENT')),
    kind: 'STAGE',
    id: account.catalog.nextId(),
    schema,
    url: textOption(options, 'URL'),
    fileFormat: format,
    sessionId: isTemporary ? session.start.sessionId : null,
  });
  return created('Stage area', name);
}

const COPY_DEFAULTS: Readonly<Record<string, string>> = {
  ON_ERROR: 'ABORT_STATEMENT',
  PURGE: 'FALSE',
  FORCE: 'FALSE',
  RETURN_FAILED_ONLY: 'FALSE',
  TRUNCATECOLUMNS: 'FALSE',
  ENFORCE_LENGTH: 'TRUE',
};

/** COPY reads only its own options, so those kept with a stage can only be at their defaults. Throws SqlError 000002. */
export function checkCopyOptions(value: unknown): void {
  for (const [name, given] of readFormatOptions(String(value ?? ''))) {
    if (COPY_DEFAULTS[name] !== String(given).toUpperCase()) throw unsupported(`the copy option ${name} of a stage`);
  }
}

/** Its files stay where they are: they are kept by its number. */
function renameStage(
  { session }: Statement,
  stage: Stage,
  { schema, name }: { readonly schema: Schema; readonly name: string },
): void {
  const isTemporary = stage.sessionId !== null;
  const [stages, from, to] = isTemporary
    ? [session.temporaryStages, temporaryKey(stage.schema, stage.name), temporaryKey(schema, name)]
    : [schema.stages, stage.name, name];
  if (stages.has(to)) throw alreadyExists(displayNames([schema.database.name, schema.name, name]), true);
  (isTemporary ? session.temporaryStages : stage.schema.stages).delete(from);
  stage.name = name;
  stage.schema = schema;
  stages.set(to, stage);
}

/** ALTER STAGE [IF EXISTS] name RENAME TO name | SET [FILE_FORMAT = (...)] [COMMENT = '']. */
export async function alterStage(statement: Statement): Promise<EngineResult> {
  const { reader, session } = statement;
  const { ifExists, parts } = readOldName(statement);
  const finder = new Finder(session, 'ALTER STAGE');
  const { schema, name } = finder.locate(parts);
  if (ifExists && !session.temporaryStages.has(temporaryKey(schema, name)) && !schema.stages.has(name)) {
    return succeeded();
  }
  const stage = namedStage(session, parts, 'ALTER STAGE');
  if (stage.sessionId === null && !session.access.owns(stage)) throw insufficientPrivileges('stage', stage.name);
  if (reader.accept('RENAME', 'TO')) {
    renameStage(statement, stage, finder.locate(readNames(reader, session)));
    reader.expectEnd();
    return succeeded();
  }
  if (!reader.accept('SET')) throw unsupported('this ALTER STAGE', reader.place);
  const options = readStageOptions(statement);
  if (options.size === 0) throw reader.unexpected();
  for (const option of options.keys()) {
    if (!['FILE_FORMAT', 'COPY_OPTIONS', 'COMMENT'].includes(option)) throw unsupported(`the stage option ${option}`);
  }
  checkCopyOptions(options.get('COPY_OPTIONS'));
  if (options.has('FILE_FORMAT')) {
    const format = formatText(options.get('FILE_FORMAT'));
    if (stage.url === '') fileFormat(format, session, session);
    stage.fileFormat = format;
  }
  stage.comment = textOption(options, 'COMMENT', stage.comment);
  return succeeded();
}

/** DROP STAGE [IF EXISTS] name: its files go with it. */
export function dropStage(statement: Statement): EngineResult {
  const { session, reader, account } = statement;
  const { ifExists, parts } = readOldName(statement);
  reader.expectEnd();
  const { schema, name } = new Finder(session, 'DROP STAGE').locate(parts);
  const key = temporaryKey(schema, name);
  const found = session.temporaryStages.get(key) ?? schema.stages.get(name);
  if (!found || !session.access.sees(found)) {
    if (ifExists) return alreadyDropped(name);
    throw objectMissing('Stage', [schema.database.name, schema.name, name]);
  }
  if (found.sessionId !== null) session.temporaryStages.delete(key);
  else {
    if (!session.access.owns(found)) throw insufficientPrivileges('stage', found.name);
    schema.stages.delete(name);
  }
  account.stages.drop(stageKey(found));
  return dropped(name);
}

/** A schema's stages as a session sees them: its temporary ones hide others of the same name. */
export function visibleStages({ session }: Statement, schema: Schema): Stage[] {
  const found = new Map<string, Stage>();
  for (const stage of schema.stages.values()) if (session.access.sees(stage)) found.set(stage.name, stage);
  for (const stage of session.temporaryStages.values()) if (stage.schema === schema) found.set(stage.name, stage);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

const STAGE_PROPERTIES = metadataColumns('parent_property property property_type property_value property_default');
const FORMAT_PROPERTIES = metadataColumns('property property_type property_value property_default');

/** Name, type and default of each property of a format, as DESCRIBE prints them. Source: page "DESCRIBE FILE FORMAT". */
const PROPERTIES: Readonly<Record<string, readonly (readonly [name: string, type: string, initial: string])[]>> = {
  CSV: [
    ['TYPE', 'String', 'CSV'],
    ['RECORD_DELIMITER', 'String', '\\n'],
    ['FIELD_DELIMITER', 'String', ','],
    ['FILE_EXTENSION', 'String', ''],
    ['SKIP_HEADER', 'Integer', '0'],
    ['PARSE_HEADER', 'Boolean', 'false'],
    ['DATE_FORMAT', 'String', 'AUTO'],
    ['TIME_FORMAT', 'String', 'AUTO'],
    ['TIMESTAMP_FORMAT', 'String', 'AUTO'],
    ['BINARY_FORMAT', 'String', 'HEX'],
    ['ESCAPE', 'String', 'NONE'],
    ['ESCAPE_UNENCLOSED_FIELD', 'String', '\\\\'],
    ['TRIM_SPACE', 'Boolean', 'false'],
    ['FIELD_OPTIONALLY_ENCLOSED_BY', 'String', 'NONE'],
    ['NULL_IF', 'List', '[\\\\N]'],
    ['COMPRESSION', 'String', 'AUTO'],
    ['ERROR_ON_COLUMN_COUNT_MISMATCH', 'Boolean', 'true'],
    ['VALIDATE_UTF8', 'Boolean', 'true'],
    ['SKIP_BLANK_LINES', 'Boolean', 'false'],
    ['REPLACE_INVALID_CHARACTERS', 'Boolean', 'false'],
    ['EMPTY_FIELD_AS_NULL', 'Boolean', 'true'],
    ['SKIP_BYTE_ORDER_MARK', 'Boolean', 'true'],
    ['ENCODING', 'String', 'UTF8'],
    ['MULTI_LINE', 'Boolean', 'true'],
  ],
  JSON: [
    ['TYPE', 'String', 'JSON'],
    ['FILE_EXTENSION', 'String', ''],
    ['DATE_FORMAT', 'String', 'AUTO'],
    ['TIME_FORMAT', 'String', 'AUTO'],
    ['TIMESTAMP_FORMAT', 'String', 'AUTO'],
    ['BINARY_FORMAT', 'String', 'HEX'],
    ['TRIM_SPACE', 'Boolean', 'false'],
    ['NULL_IF', 'List', '[]'],
    ['COMPRESSION', 'String', 'AUTO'],
    ['ENABLE_OCTAL', 'Boolean', 'false'],
    ['ALLOW_DUPLICATE', 'Boolean', 'false'],
    ['STRIP_OUTER_ARRAY', 'Boolean', 'false'],
    ['STRIP_NULL_VALUES', 'Boolean', 'false'],
    ['IGNORE_UTF8_ERRORS', 'Boolean', 'false'],
    ['REPLACE_INVALID_CHARACTERS', 'Boolean', 'false'],
    ['SKIP_BYTE_ORDER_MARK', 'Boolean', 'true'],
    ['MULTI_LINE', 'Boolean', 'true'],
  ],
  PARQUET: [
    ['TYPE', 'String', 'PARQUET'],
    ['TRIM_SPACE', 'Boolean', 'false'],
    ['NULL_IF', 'List', '[]'],
    ['COMPRESSION', 'String', 'AUTO'],
    ['BINARY_AS_TEXT', 'Boolean', 'true'],
    ['REPLACE_INVALID_CHARACTERS', 'Boolean', 'false'],
    ['USE_LOGICAL_TYPE', 'Boolean', 'false'],
    ['USE_VECTORIZED_SCANNER', 'Boolean', 'false'],
  ],
};

function formatRows(text: string): (readonly [string, string, string, string])[] {
  const options = readFormatOptions(text);
  const named = options.get('FORMAT_NAME');
  if (named !== undefined) return [['FORMAT_NAME', 'String', String(named), '']];
  const type = String(options.get('TYPE') ?? 'CSV').toUpperCase();
  return (PROPERTIES[type] ?? [['TYPE', 'String', 'CSV'] as const]).map(([name, kind, initial]) => {
    const value = options.get(name);
    if (value === undefined) return [name, kind, name === 'TYPE' ? type : initial, name === 'TYPE' ? 'CSV' : initial];
    return [name, kind, shown(name, kind, value), name === 'TYPE' ? 'CSV' : initial];
  });
}

function shown(name: string, kind: string, value: string | readonly string[]): string {
  if (kind === 'List') return `[${[value].flat().join(', ')}]`;
  if (kind === 'Boolean') return String(value).toLowerCase();
  if (name === 'TYPE' || name === 'COMPRESSION') return String(value).toUpperCase();
  return JSON.stringify(String(value)).slice(1, -1).replaceAll('\\"', '"');
}

/** All options of a format as SHOW FILE FORMATS prints them: a JSON object. */
export function formatOptionsText(text: string): string {
  const given = readFormatOptions(text);
  const type = String(given.get('TYPE') ?? 'CSV').toUpperCase();
  if (!PROPERTIES[type]) return JSON.stringify({ ...Object.fromEntries(given), TYPE: type });
  const entries = formatRows(text).map(([name, kind, value]) => {
    if (kind === 'Boolean') return [name, value === 'true'];
    if (kind === 'Integer') return [name, Number(value)];
    if (kind === 'List') return [name, [given.get(name) ?? (value === '[]' ? [] : ['\\N'])].flat()];
    if (name === 'FILE_EXTENSION' && value === '') return [name, null];
    const own = given.get(name);
    const isWord = name === 'TYPE' || name === 'COMPRESSION';
    return [name, own === undefined || isWord ? unescaped(value) : String(own)];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

function unescaped(value: string): string {
  return value.replaceAll('\\\\', '\\').replaceAll('\\n', '\n');
}

/** DESC[RIBE] STAGE name. */
export function describeStage({ reader, session }: Statement): EngineResult {
  const parts = readNames(reader, session);
  reader.expectEnd();
  const stage = namedStage(session, parts, 'DESCRIBE');
  return plainResult(KIND.describe, STAGE_PROPERTIES, [
    ...formatRows(stage.fileFormat).map((row) => ['STAGE_FILE_FORMAT', ...row]),
    ['STAGE_COPY_OPTIONS', 'ON_ERROR', 'String', 'ABORT_STATEMENT', 'ABORT_STATEMENT'],
    ['STAGE_COPY_OPTIONS', 'SIZE_LIMIT', 'Long', '', ''],
    ['STAGE_COPY_OPTIONS', 'PURGE', 'Boolean', 'false', 'false'],
    ['STAGE_LOCATION', 'URL', 'String', stage.url === '' ? '' : `["${stage.url}"]`, ''],
    ['DIRECTORY', 'ENABLE', 'Boolean', 'false', 'false'],
  ]);
}

/** DESC[RIBE] FILE FORMAT name. */
export function describeFileFormat({ reader, session }: Statement): EngineResult {
  const parts = readNames(reader, session);
  reader.expectEnd();
  const format = new Finder(session, 'DESCRIBE').object(parts, 'File format', (schema) => schema.fileFormats);
  return plainResult(KIND.describe, FORMAT_PROPERTIES, formatRows(format.options));
}
