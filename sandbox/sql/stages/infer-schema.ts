import { SqlError, type WireRow } from '../../engine.ts';
import type { Relation } from '../contract.ts';
import { unsupported } from '../errors.ts';
import type { Names } from '../find.ts';
import { booleanColumn, numberColumn, textColumn, wireCell } from '../results.ts';
import { stagedRelation } from '../staged-rows.ts';
import type { Statement } from '../statement.ts';
import { fileFormat } from './file-format.ts';
import { inferredType, type ParquetColumn, ParquetFile } from './parquet-file.ts';
import { readableStage } from './stage-query.ts';
import { wholeReference } from './stage-reference.ts';
import { chosenFiles, type StagedChoice } from './staged-files.ts';

const COLUMNS = [
  textColumn('COLUMN_NAME'),
  textColumn('TYPE'),
  booleanColumn('NULLABLE'),
  textColumn('EXPRESSION'),
  textColumn('FILENAMES'),
  numberColumn('ORDER_ID'),
];

const ARGUMENTS = ['LOCATION', 'FILE_FORMAT', 'FILES', 'IGNORE_CASE', 'MAX_FILE_COUNT', 'MAX_RECORDS_PER_FILE'];

/** What INFER_SCHEMA knows of a column so far. */
interface Inferred {
  readonly type: string;
  readonly expression: string;
  readonly files: string[];
}

/**
 * TABLE(INFER_SCHEMA(LOCATION => '@stage', FILE_FORMAT => 'name')): the columns of Parquet files. `args` come as texts,
 * named ones as `NAME=>text`. Source: documentation page "INFER_SCHEMA". Throws SqlError 002003, 003001, 000002.
 */
export async function inferSchema(
  statement: Statement,
  names: Names,
  args: readonly (string | null)[],
): Promise<Relation> {
  const given = namedTexts(args);
  const location = given.get('LOCATION') ?? '';
  const formatName = given.get('FILE_FORMAT');
  if (!location.startsWith('@') || formatName === undefined) {
    throw new SqlError('001081', '42601', 'SQL compilation error:\nINFER_SCHEMA needs LOCATION and FILE_FORMAT.');
  }
  const { session, account } = statement;
  const found = readableStage(statement, names, wholeReference(location, START));
  const format = fileFormat(`FORMAT_NAME = '${formatName.replaceAll("'", "''")}'`, names, session);
  if (format.type !== 'PARQUET') throw unsupported(`INFER_SCHEMA of ${format.type} files`);
  await statement.occupyWarehouse();
  const most = Number(given.get('MAX_FILE_COUNT') ?? Number.POSITIVE_INFINITY);
  const files = statement.request.describeOnly ? [] : (await chosenFiles(statement, found, ALL)).slice(0, most);
  const columns = new Map<string, Inferred>();
  for (const { path } of files) {
    const parquet = await ParquetFile.open(await account.stages.read(found.key, path), path);
    await parquet.close();
    const ignoresCase = given.get('IGNORE_CASE')?.toUpperCase() === 'TRUE';
    for (const column of parquet.columns) addColumn(columns, column, found.listedAs + path, ignoresCase);
  }
  async function* batches(): AsyncGenerator<readonly WireRow[], void, undefined> {
    yield [...columns].map(([name, { type, expression, files: paths }], index) => {
      const cells = [name, type, true, expression, paths.join(', '), index];
      return COLUMNS.map((column, place) => wireCell(cells[place] ?? null, column));
    });
  }
  return stagedRelation(statement, COLUMNS, batches(), { database: '', schema: '', name: 'INFER_SCHEMA' });
}

const START = { line: 1, pos: 0 };
const ALL: StagedChoice = {};

/** Files that do not agree on a column's type make it a text; numbers with a fraction win over those without. */
function addColumn(
  columns: Map<string, Inferred>,
  { name, type }: ParquetColumn,
  file: string,
  ignoresCase: boolean,
): void {
  const shown = ignoresCase ? name.toUpperCase() : name;
  const known = columns.get(shown);
  const own = inferredType(type);
  const joined = known === undefined || known.type === own ? own : commonType(known.type, own);
  const path = /^[A-Za-z_][\w$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
  const value = ignoresCase ? `GET_IGNORE_CASE ($1, '${name.replaceAll("'", "''")}')` : `$1:${path}`;
  columns.set(shown, { type: joined, expression: `${value}::${joined}`, files: [...(known?.files ?? []), file] });
}

function commonType(one: string, other: string): string {
  const areNumbers = [one, other].every((type) => type === 'REAL' || type.startsWith('NUMBER('));
  return areNumbers ? 'REAL' : 'TEXT';
}

function namedTexts(args: readonly (string | null)[]): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  args.forEach((arg, index) => {
    if (arg === null) return;
    const [, name, text] = /^([A-Z_]+)=>([\s\S]*)$/.exec(arg) ?? [];
    const key = name ?? ARGUMENTS[index] ?? '';
    if (!ARGUMENTS.includes(key) || key === 'FILES') throw unsupported(`the argument ${key} of INFER_SCHEMA`);
    given.set(key, text ?? arg);
  });
  return given;
}
